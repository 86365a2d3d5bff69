/* state_first.c: states of version 1. Processes had tasks, exclusive and parallel gateways, one scope, no events:
 *
 *   {"v":1,"tokens":[{"activation":"Task_1#1","element":"Task_1"}],"joins":{"Flow_3":1},
 *    "counters":{"Task_1":1},"completed":["Task_0"],"variables":{...}} */
#include "process/state_first.h"

#include "formats/json.h"
#include "feel/temporal.h"
#include "bpmn/engine.h"
#include "process/definition/definition.h"
#include "process/values.h"

struct reading {
    struct arena *arena;
    const struct definition *definition;
    const struct bpmn_model *model;
    const json_t *counters;
    struct bpmn_state *state;
    bool failed;
};

bool state_is_first(struct str encoded)
{
    return !str_starts(encoded, STR("{\"version\":"));
}

static struct str text_of(const json_t *json)
{
    return (struct str){json_string_value(json), json_string_length(json)};
}

static struct str key_at(void *iterator)
{
    return (struct str){json_object_iter_key(iterator),
                        json_object_iter_key_len(iterator)};
}

static int64_t started(const struct reading *r, struct str element)
{
    return json_integer_value(json_object_getn(r->counters, element.ptr, element.len));
}

/* ---- variables ------------------------------------------------------------------------------------ */

static struct feel_value moment(struct arena *arena, enum feel_type type,
                                const json_t *json)
{
    struct feel_moment moment = {0};
    struct str text = text_of(json);
    bool good = text.ptr && (type == FEEL_DATE ? temporal_parse_date(text, &moment)
                                               : temporal_parse_date_time(text, &moment));

    return good ? feel_moment(arena, type, &moment) : FEEL_NULL_VALUE;
}

static struct feel_value request_of(struct arena *arena, const json_t *json)
{
    json_t *object = (json_t *)(uintptr_t)json;
    struct feel_entry *entries =
        ARENA_ARRAY(arena, struct feel_entry, json_object_size(json) + 1);
    size_t count = 0;

    for (void *i = json_object_iter(object); i; i = json_object_iter_next(object, i)) {
        struct str name = key_at(i);
        const json_t *value = json_object_iter_value(i);

        entries[count++] = (struct feel_entry){
            name, str_is(name, "submittedAt")   ? moment(arena, FEEL_DATE_TIME, value)
                  : str_is(name, "effectiveOn") ? moment(arena, FEEL_DATE, value)
                                                : value_from_json(arena, value)};
    }
    return feel_context(arena, entries, count);
}

static struct feel_value variable_of(const struct reading *r, struct str name,
                                     const json_t *value)
{
    const struct form_field *field = definition_field(r->definition, name);

    if (field)
        return value_of_answer(r->arena, field, value);
    if (str_is(name, "base"))
        return value_of_base(r->arena, value);
    return str_is(name, "request") ? request_of(r->arena, value)
                                   : value_from_json(r->arena, value);
}

static void read_variables(struct reading *r, const json_t *json, struct bpmn_token *root)
{
    json_t *object = (json_t *)(uintptr_t)json;

    for (void *i = json_object_iter(object); i; i = json_object_iter_next(object, i)) {
        struct str name = key_at(i);
        *VEC_PUSH(&root->variables, struct feel_entry) = (struct feel_entry){
            str_copy(r->arena, name), variable_of(r, name, json_object_iter_value(i))};
    }
}

/* ---- tokens --------------------------------------------------------------------------------------- */

static struct bpmn_token *add_token(struct reading *r, uint32_t element, int64_t parent)
{
    struct bpmn_token *token = ARENA_NEW(r->arena, struct bpmn_token);

    token->key = r->state->next_key++;
    token->parent = parent;
    token->element = element;
    token->variables = VEC_INIT(r->arena, struct feel_entry);
    token->waits = VEC_INIT(r->arena, struct bpmn_wait);
    token->items = VEC_INIT(r->arena, struct feel_value);
    token->results = VEC_INIT(r->arena, struct feel_value);
    *VEC_PUSH(&r->state->tokens, struct bpmn_token *) = token;
    return token;
}

static void read_token(struct reading *r, const json_t *json, int64_t root)
{
    struct str element = json_get_str(json, "element");
    struct str activation = json_get_str(json, "activation");
    uint32_t found = bpmn_find(r->model, element);
    int64_t number = 0;

    if (found == BPMN_NONE || activation.len < element.len + 2 ||
        str_to_i64(str_from_index(activation, element.len + 1), &number) != OK ||
        number < 1 || number > started(r, element)) {
        r->failed = true;
        return;
    }
    struct bpmn_token *token = add_token(r, found, root);
    token->number = number;
    token->is_open = true;
}

static void read_arrivals(struct reading *r, const json_t *joins, int64_t root)
{
    size_t known = 0;

    for (size_t i = 0; i < r->model->flow_count; i++) {
        struct str id = r->model->flows[i].id;
        int64_t count = json_integer_value(json_object_getn(joins, id.ptr, id.len));

        if (count < 1)
            continue;
        known++;
        *VEC_PUSH(&r->state->arrivals, struct bpmn_arrival) =
            (struct bpmn_arrival){root, (uint32_t)i, count};
    }
    r->failed |= known != json_object_size(joins);
}

/* How often: as often as it began, but for those that are open. */
static void read_passed(struct reading *r, const json_t *completed)
{
    for (size_t i = 0; i < json_array_size(completed); i++) {
        struct str id = text_of(json_array_get(completed, i));
        struct bpmn_passed passed = {.element = bpmn_find(r->model, id),
                                     .count = started(r, id)};

        for (size_t k = 0; k < r->state->tokens.count; k++)
            passed.count -=
                (*VEC_AT(&r->state->tokens, struct bpmn_token *, k))->element ==
                passed.element;
        if (passed.element == BPMN_NONE || passed.count < 1)
            r->failed = true;
        else
            *VEC_PUSH(&r->state->passed, struct bpmn_passed) = passed;
    }
}

/* A key is no number that rows know. */
static int64_t first_key(const json_t *counters)
{
    json_t *object = (json_t *)(uintptr_t)counters;
    int64_t most = 0;

    for (void *i = json_object_iter(object); i; i = json_object_iter_next(object, i)) {
        int64_t count = json_integer_value(json_object_iter_value(i));
        most = count > most ? count : most;
    }
    return most + 1;
}

enum err state_read_first(struct arena *arena, const struct definition *definition,
                          struct str encoded, struct bpmn_state **out)
{
    struct reading r = {
        .arena = arena, .definition = definition, .model = definition->model};
    json_t *json;
    enum err err = json_parse(arena, encoded, &json);

    if (err != OK)
        return err;
    if (json_get_int(json, "v", 0) != 1)
        return err_note(ERR_INPUT, "a state of another version");
    const json_t *tokens = json_object_get(json, "tokens");
    r.counters = json_object_get(json, "counters");
    r.state = bpmn_state_new(arena);
    r.state->next_key = first_key(r.counters);
    r.state->ended = json_array_size(tokens) == 0;
    if (!r.state->ended) {
        struct bpmn_token *root = add_token(&r, definition->process, 0);
        read_variables(&r, json_object_get(json, "variables"), root);
        for (size_t i = 0; i < json_array_size(tokens); i++)
            read_token(&r, json_array_get(tokens, i), root->key);
        read_arrivals(&r, json_object_get(json, "joins"), root->key);
    }
    read_passed(&r, json_object_get(json, "completed"));
    if (r.failed) {
        err_clear();
        return err_note(ERR_INPUT, "the state does not fit the process");
    }
    *out = r.state;
    return OK;
}
