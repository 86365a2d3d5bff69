/* state_json.c: the stored form of a state. Elements are named by their ids, so that people can read it and
 * a state of another version of the model is refused instead of misread.
 *
 *   {"version":2,"next":7,"ended":false,
 *    "tokens":[{"key":1,"element":"Process_1","variables":{...}},
 *              {"key":4,"parent":1,"element":"Task_1","open":true,
 *               "waits":[{"event":"Timer_1","due":1767225600000000}]}],
 *    "arrivals":[{"scope":1,"flow":"Flow_3","count":1}],
 *    "passed":[{"element":"Task_0","count":2,"at":1767225600000000}]} */
#include "formats/json.h"
#include "bpmn/engine.h"
#include "bpmn/state_value.h"

#define STATE_LIMIT ((size_t)16 << 20)

/* ---- writing --------------------------------------------------------------------------------- */

static void put_name(struct buf *out, const char *name)
{
    struct str so_far = buf_str(out);

    if (so_far.len && so_far.ptr[so_far.len - 1] != '{')
        buf_put_char(out, ',');
    buf_put_char(out, '"');
    buf_put_c(out, name);
    buf_put_c(out, "\":");
}

static void put_int(struct buf *out, const char *name, int64_t value)
{
    if (value) {
        put_name(out, name);
        buf_put_i64(out, value);
    }
}

static void put_true(struct buf *out, const char *name, bool value)
{
    if (value) {
        put_name(out, name);
        buf_put_c(out, "true");
    }
}

static void put_text(struct buf *out, const char *name, struct str value)
{
    if (value.ptr) {
        put_name(out, name);
        json_put_str(out, value);
    }
}

static void put_values(struct buf *out, struct arena *arena, const char *name,
                       const struct vec *values)
{
    if (values->count == 0)
        return;
    put_name(out, name);
    state_put_value(out, arena, feel_list(arena, values->items, values->count));
}

static void put_wait(struct buf *out, const struct bpmn_model *model,
                     const struct bpmn_wait *wait)
{
    buf_put_char(out, '{');
    put_text(out, "event", model->elements[wait->event].id);
    put_int(out, "due", wait->due.at);
    put_int(out, "repeats", wait->due.repeats);
    put_text(out, "cycle", wait->cycle);
    put_text(out, "name", wait->name);
    put_text(out, "correlation", wait->key);
    put_true(out, "wasTrue", wait->was_true);
    buf_put_char(out, '}');
}

static void put_token(struct buf *out, struct arena *arena,
                      const struct bpmn_model *model, const struct bpmn_token *token)
{
    buf_put_char(out, '{');
    put_int(out, "key", token->key);
    put_int(out, "parent", token->parent);
    put_int(out, "number", token->number);
    put_text(out, "element", model->elements[token->element].id);
    put_true(out, "body", token->is_body);
    put_true(out, "open", token->is_open);
    put_true(out, "done", token->is_done);
    put_int(out, "loop", token->loop);
    put_text(out, "incident", token->incident);
    put_int(out, "started", token->started);
    put_int(out, "completed", token->completed);
    put_values(out, arena, "items", &token->items);
    put_values(out, arena, "results", &token->results);
    if (token->variables.count) {
        put_name(out, "variables");
        state_put_value(
            out, arena,
            feel_context(arena, token->variables.items, token->variables.count));
    }
    if (token->waits.count) {
        put_name(out, "waits");
        for (size_t i = 0; i < token->waits.count; i++) {
            buf_put_char(out, i ? ',' : '[');
            put_wait(out, model, VEC_AT(&token->waits, struct bpmn_wait, i));
        }
        buf_put_char(out, ']');
    }
    buf_put_char(out, '}');
}

static void put_passed(struct buf *out, const struct bpmn_model *model,
                       const struct bpmn_passed *passed)
{
    buf_put_char(out, '{');
    put_text(out, "element", model->elements[passed->element].id);
    put_int(out, "count", passed->count);
    put_int(out, "at", passed->at);
    buf_put_char(out, '}');
}

struct str bpmn_state_encode(struct arena *arena, const struct bpmn_model *model,
                             const struct bpmn_state *state)
{
    struct buf out = buf_init(arena, STATE_LIMIT);

    buf_put_char(&out, '{');
    put_int(&out, "version", BPMN_STATE_VERSION);
    put_int(&out, "next", state->next_key);
    put_true(&out, "ended", state->ended);
    put_name(&out, "tokens");
    buf_put_char(&out, '[');
    for (size_t i = 0; i < state->tokens.count; i++) {
        if (i)
            buf_put_char(&out, ',');
        put_token(&out, arena, model, *VEC_AT(&state->tokens, struct bpmn_token *, i));
    }
    buf_put_char(&out, ']');
    put_name(&out, "arrivals");
    buf_put_char(&out, '[');
    for (size_t i = 0; i < state->arrivals.count; i++) {
        const struct bpmn_arrival *arrival =
            VEC_AT(&state->arrivals, struct bpmn_arrival, i);

        buf_put_c(&out, i ? ",{" : "{");
        put_int(&out, "scope", arrival->scope);
        put_text(&out, "flow", model->flows[arrival->flow].id);
        put_int(&out, "count", arrival->count);
        buf_put_char(&out, '}');
    }
    buf_put_c(&out, "],\"passed\":[");
    for (size_t i = 0; i < state->passed.count; i++) {
        if (i)
            buf_put_char(&out, ',');
        put_passed(&out, model, VEC_AT(&state->passed, struct bpmn_passed, i));
    }
    buf_put_c(&out, "]}");
    return buf_str(&out);
}

/* ---- reading --------------------------------------------------------------------------------- */

struct decoding {
    struct arena *arena;
    const struct bpmn_model *model;
    uint32_t
        next; /* the element behind the one found last: mostly the next one asked for */
    bool failed;
};

static uint32_t find_element(struct decoding *d, struct str id)
{
    uint32_t found = d->next;

    if (found >= d->model->element_count || !str_eq(d->model->elements[found].id, id))
        found = bpmn_find(d->model, id);
    d->failed |= found == BPMN_NONE;
    d->next = found + 1; /* BPMN_NONE + 1 is the first */
    return found;
}

static const struct feel_value *member(const struct feel_value *object, const char *name)
{
    return object->type == FEEL_CONTEXT ? feel_get(object->context, str_from(name))
                                        : NULL;
}

static int64_t get_int(struct decoding *d, const struct feel_value *object,
                       const char *name)
{
    const struct feel_value *value = member(object, name);
    int64_t number = 0;

    if (value && (value->type != FEEL_NUMBER || !number_to_i64(value->number, &number)))
        d->failed = true;
    return number;
}

static struct str get_text(struct decoding *d, const struct feel_value *object,
                           const char *name)
{
    const struct feel_value *value = member(object, name);

    if (!value)
        return STR_NONE;
    if (value->type != FEEL_STRING) {
        d->failed = true;
        return STR_NONE;
    }
    return value->string;
}

static bool get_bool(const struct feel_value *object, const char *name)
{
    const struct feel_value *value = member(object, name);

    return value && feel_is_true(*value);
}

static const struct feel_list *get_list(const struct feel_value *object, const char *name)
{
    static const struct feel_list NOTHING = {NULL, 0};
    const struct feel_value *value = member(object, name);

    return value && value->type == FEEL_LIST ? value->list : &NOTHING;
}

static uint32_t get_element(struct decoding *d, const struct feel_value *object,
                            const char *name)
{
    return find_element(d, get_text(d, object, name));
}

static void read_wait(struct decoding *d, const struct feel_value *object,
                      struct bpmn_token *token)
{
    struct bpmn_wait wait = {
        .event = get_element(d, object, "event"),
        .due = {get_int(d, object, "due"), get_int(d, object, "repeats")},
        .cycle = get_text(d, object, "cycle"),
        .name = get_text(d, object, "name"),
        .key = get_text(d, object, "correlation"),
        .was_true = get_bool(object, "wasTrue"),
    };

    *VEC_PUSH(&token->waits, struct bpmn_wait) = wait;
}

static void read_values(struct arena *arena, const struct feel_list *list,
                        struct vec *out)
{
    for (size_t i = 0; i < list->count; i++)
        *VEC_PUSH(out, struct feel_value) = state_read_value(arena, list->items[i]);
}

static struct bpmn_token *read_token(struct decoding *d, const struct feel_value *object)
{
    struct bpmn_token *token = ARENA_NEW(d->arena, struct bpmn_token);
    const struct feel_value *variables = member(object, "variables");
    const struct feel_list *waits = get_list(object, "waits");

    token->key = get_int(d, object, "key");
    token->parent = get_int(d, object, "parent");
    token->number = get_int(d, object, "number");
    token->element = get_element(d, object, "element");
    token->is_body = get_bool(object, "body");
    token->is_open = get_bool(object, "open");
    token->is_done = get_bool(object, "done");
    token->loop = get_int(d, object, "loop");
    token->incident = get_text(d, object, "incident");
    token->started = get_int(d, object, "started");
    token->completed = get_int(d, object, "completed");
    token->variables = VEC_INIT(d->arena, struct feel_entry);
    token->waits = VEC_INIT(d->arena, struct bpmn_wait);
    token->items = VEC_INIT(d->arena, struct feel_value);
    token->results = VEC_INIT(d->arena, struct feel_value);
    read_values(d->arena, get_list(object, "items"), &token->items);
    read_values(d->arena, get_list(object, "results"), &token->results);
    for (size_t i = 0; i < waits->count; i++)
        read_wait(d, &waits->items[i], token);
    if (variables && variables->type == FEEL_CONTEXT)
        for (size_t i = 0; i < variables->context->count; i++)
            *VEC_PUSH(&token->variables, struct feel_entry) = (struct feel_entry){
                variables->context->entries[i].name,
                state_read_value(d->arena, variables->context->entries[i].value)};
    d->failed |= token->key < 1;
    return token;
}

static void read_arrival(struct decoding *d, const struct feel_value *object,
                         struct bpmn_state *state)
{
    struct str id = get_text(d, object, "flow");
    struct bpmn_arrival arrival = {
        .scope = get_int(d, object, "scope"),
        .flow = BPMN_NONE,
        .count = get_int(d, object, "count"),
    };

    for (size_t i = 0; i < d->model->flow_count; i++)
        if (str_eq(d->model->flows[i].id, id))
            arrival.flow = (uint32_t)i;
    d->failed |= arrival.flow == BPMN_NONE || arrival.count < 1;
    if (!d->failed)
        *VEC_PUSH(&state->arrivals, struct bpmn_arrival) = arrival;
}

/* States of before have the id alone. */
static void read_passed(struct decoding *d, const struct feel_value *value,
                        struct bpmn_state *state)
{
    struct bpmn_passed passed = {.count = 1};

    if (value->type == FEEL_STRING) {
        passed.element = find_element(d, value->string);
    } else {
        passed.element = get_element(d, value, "element");
        passed.count = get_int(d, value, "count");
        passed.at = get_int(d, value, "at");
    }
    if (!d->failed)
        *VEC_PUSH(&state->passed, struct bpmn_passed) = passed;
}

enum err bpmn_state_decode(struct arena *arena, const struct bpmn_model *model,
                           struct str json, struct bpmn_state **out)
{
    struct decoding d = {.arena = arena, .model = model};
    struct bpmn_state *state = bpmn_state_new(arena);
    const struct feel_list *list;
    struct feel_value root;
    enum err err = feel_from_json(arena, json, &root);

    if (err != OK)
        return err;
    if (get_int(&d, &root, "version") != BPMN_STATE_VERSION)
        return err_note(ERR_INPUT, "a state of another version");
    state->next_key = get_int(&d, &root, "next");
    state->ended = get_bool(&root, "ended");
    list = get_list(&root, "tokens");
    for (size_t i = 0; i < list->count; i++)
        *VEC_PUSH(&state->tokens, struct bpmn_token *) = read_token(&d, &list->items[i]);
    list = get_list(&root, "arrivals");
    for (size_t i = 0; i < list->count; i++)
        read_arrival(&d, &list->items[i], state);
    list = get_list(&root, "passed");
    for (size_t i = 0; i < list->count; i++)
        read_passed(&d, &list->items[i], state);
    if (d.failed)
        return err_note(ERR_INPUT, "the state does not fit the process");
    *out = state;
    return OK;
}
