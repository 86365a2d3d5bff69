/* token.c: tokens, their variables, and expressions as they see things. */
#include "bpmn/run.h"

struct bpmn_state *bpmn_state_new(struct arena *arena)
{
    struct bpmn_state *state = ARENA_NEW(arena, struct bpmn_state);

    state->next_key = 1;
    state->tokens = VEC_INIT(arena, struct bpmn_token *);
    state->arrivals = VEC_INIT(arena, struct bpmn_arrival);
    state->passed = VEC_INIT(arena, struct bpmn_passed);
    return state;
}

struct bpmn_token *bpmn_token(const struct bpmn_state *state, int64_t key)
{
    for (size_t i = 0; i < state->tokens.count; i++) {
        struct bpmn_token *token = *VEC_AT(&state->tokens, struct bpmn_token *, i);

        if (token->key == key)
            return token;
    }
    return NULL;
}

struct bpmn_token *run_parent(const struct run *run, const struct bpmn_token *token)
{
    return token->parent ? bpmn_token(run->state, token->parent) : NULL;
}

struct bpmn_token *run_new_token(struct run *run, uint32_t element, int64_t parent)
{
    struct bpmn_token *token = ARENA_NEW(run->arena, struct bpmn_token);

    token->key = run->state->next_key++;
    token->parent = parent;
    token->element = element;
    token->variables = VEC_INIT(run->arena, struct feel_entry);
    token->waits = VEC_INIT(run->arena, struct bpmn_wait);
    token->items = VEC_INIT(run->arena, struct feel_value);
    token->results = VEC_INIT(run->arena, struct feel_value);
    *VEC_PUSH(&run->state->tokens, struct bpmn_token *) = token;
    if (++run->activations > BPMN_STEP_MAX || run->state->tokens.count > BPMN_TOKENS_MAX)
        run->exhausted = true;
    return token;
}

void run_remove_token(struct run *run, struct bpmn_token *token)
{
    struct vec *tokens = &run->state->tokens;
    struct bpmn_token **items = tokens->items;
    size_t kept = 0;

    for (size_t i = 0; i < tokens->count; i++)
        if (items[i] != token)
            items[kept++] = items[i];
    tokens->count = kept;
}

/* The instances of a loop count, not what holds them. */
static void remember(struct run *run, const struct bpmn_token *token)
{
    struct vec *all = &run->state->passed;
    struct bpmn_passed *passed = NULL;

    for (size_t i = 0; i < all->count && !passed; i++)
        if (VEC_AT(all, struct bpmn_passed, i)->element == token->element)
            passed = VEC_AT(all, struct bpmn_passed, i);
    if (!passed) {
        passed = VEC_PUSH(all, struct bpmn_passed);
        *passed = (struct bpmn_passed){.element = token->element};
    }
    passed->count += !token->is_body;
    passed->at = run->step->now;
}

struct bpmn_effect *run_effect(struct run *run, enum bpmn_effect_kind kind,
                               const struct bpmn_token *token)
{
    struct bpmn_effect *effect = VEC_PUSH(&run->step->effects, struct bpmn_effect);

    effect->kind = kind;
    effect->key = token->key;
    effect->number = token->number;
    effect->element = token->element;
    effect->event = BPMN_NONE;
    if (kind == BPMN_COMPLETED && run_element(run, token)->kind != BPMN_PROCESS)
        remember(run, token);
    return effect;
}

void run_incident(struct run *run, struct bpmn_token *token, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    token->incident = str_vformat(run->arena, format, args);
    va_end(args);
    run_effect(run, BPMN_INCIDENT, token)->name = token->incident;
}

void run_push(struct run *run, enum op_kind kind, uint32_t index, int64_t scope)
{
    *VEC_PUSH(&run->agenda, struct op) = (struct op){kind, index, scope};
}

/* ---- variables ------------------------------------------------------------------------------- */

/* Functions and ranges cannot be kept. Unless the caller wants dates as they are, variables are JSON: a date
 * becomes its text, as it would on the way to a worker. */
static struct feel_value storable(struct arena *arena, struct feel_value value,
                                  bool typed)
{
    struct feel_value *items;
    struct feel_entry *entries;

    switch (value.type) {
    case FEEL_NULL:
    case FEEL_BOOLEAN:
    case FEEL_NUMBER:
    case FEEL_STRING:
        return value;
    case FEEL_LIST:
        items = ARENA_ARRAY(arena, struct feel_value, value.list->count + 1);
        for (size_t i = 0; i < value.list->count; i++)
            items[i] = storable(arena, value.list->items[i], typed);
        return feel_list(arena, items, value.list->count);
    case FEEL_CONTEXT:
        entries = ARENA_ARRAY(arena, struct feel_entry, value.context->count + 1);
        for (size_t i = 0; i < value.context->count; i++) {
            entries[i].name = value.context->entries[i].name;
            entries[i].value = storable(arena, value.context->entries[i].value, typed);
        }
        return feel_context(arena, entries, value.context->count);
    case FEEL_FUNCTION:
        return FEEL_NULL_VALUE;
    case FEEL_RANGE:
        return feel_string(feel_text(arena, value));
    default:
        return typed ? value : feel_string(feel_text(arena, value));
    }
}

static struct feel_entry *local(const struct bpmn_token *token, struct str name)
{
    for (size_t i = 0; i < token->variables.count; i++) {
        struct feel_entry *entry = VEC_AT(&token->variables, struct feel_entry, i);

        if (str_eq(entry->name, name))
            return entry;
    }
    return NULL;
}

/* `value` at a.b.c inside of what is there. */
static struct feel_value nested(struct arena *arena, const struct feel_value *old,
                                struct str path, struct feel_value value)
{
    size_t count = old && old->type == FEEL_CONTEXT ? old->context->count : 0;
    struct feel_entry *entries = ARENA_ARRAY(arena, struct feel_entry, count + 1);
    struct str name;
    size_t at;

    if (!path.ptr)
        return value;
    (void)str_next(&path, '.', &name);
    for (at = 0; at < count; at++)
        entries[at] = old->context->entries[at];
    for (at = 0; at < count; at++)
        if (str_eq(entries[at].name, name))
            break;
    entries[at].value = nested(arena, at < count ? &entries[at].value : NULL,
                               path.len ? path : STR_NONE, value);
    entries[at].name = name;
    return feel_context(arena, entries, at < count ? count : count + 1);
}

void run_set_local(struct run *run, struct bpmn_token *token, struct str target,
                   struct feel_value value)
{
    struct str rest = target;
    struct str name;
    struct feel_entry *entry;

    (void)str_next(&rest, '.', &name);
    entry = local(token, name);
    if (!entry) {
        entry = VEC_PUSH(&token->variables, struct feel_entry);
        entry->name = name;
        entry->value = FEEL_NULL_VALUE;
    }
    entry->value = nested(run->arena, &entry->value, rest.len ? rest : STR_NONE,
                          storable(run->arena, value, run->step->typed));
}

void run_set(struct run *run, struct bpmn_token *token, struct str name,
             struct feel_value value)
{
    struct str rest = name;
    struct str first;

    (void)str_next(&rest, '.', &first);
    /* Up to the process; what is called has variables of its own. */
    while (!local(token, first) && run_element(run, token)->kind != BPMN_PROCESS &&
           run_parent(run, token))
        token = run_parent(run, token);
    run_set_local(run, token, name, value);
}

const struct feel_context *bpmn_visible(struct arena *arena,
                                        const struct bpmn_model *model,
                                        const struct bpmn_state *state,
                                        const struct bpmn_token *token)
{
    struct feel_context *all = ARENA_NEW(arena, struct feel_context);
    struct feel_entry *entries;
    size_t room = 0;
    const struct bpmn_token *t;

    for (t = token; t; t = t->parent ? bpmn_token(state, t->parent) : NULL) {
        room += t->variables.count;
        if (model->elements[t->element].kind == BPMN_PROCESS)
            break;
    }
    /* The common case: nothing but the process has variables. */
    if (t && t->variables.count == room) {
        *all = (struct feel_context){t->variables.items, t->variables.count};
        return all;
    }
    entries = ARENA_ARRAY(arena, struct feel_entry, room + 1);
    for (t = token; t; t = t->parent ? bpmn_token(state, t->parent) : NULL) {
        size_t inner = all->count;

        for (size_t i = 0; i < t->variables.count; i++) {
            const struct feel_entry *entry = VEC_AT(&t->variables, struct feel_entry, i);
            size_t k = 0;

            while (k < inner && !str_eq(entries[k].name, entry->name))
                k++;
            if (k == inner)
                entries[all->count++] = *entry;
        }
        if (model->elements[t->element].kind == BPMN_PROCESS)
            break;
    }
    all->entries = entries;
    return all;
}

/* ---- expressions ------------------------------------------------------------------------------ */

bool run_value(struct run *run, struct bpmn_token *token,
               const struct bpmn_expression *expression, struct feel_value *out)
{
    struct feel_run feel = {
        .arena = run->arena, .now = run->step->now, .zone = run->step->zone};

    if (!expression->feel) {
        *out = bpmn_given(*expression) ? feel_string(expression->text) : FEEL_NULL_VALUE;
        return true;
    }
    if (feel_eval(&feel, expression->feel,
                  bpmn_visible(run->arena, run->model, run->state, token), out) == OK)
        return true;
    err_clear();
    run_incident(run, token, "the expression \"%.*s\" costs too much",
                 STR_ARG(expression->text));
    return false;
}

bool run_text(struct run *run, struct bpmn_token *token,
              const struct bpmn_expression *expression, struct str *out)
{
    struct feel_value value;

    if (!run_value(run, token, expression, &value))
        return false;
    *out = value.type == FEEL_NULL ? STR("") : feel_text(run->arena, value);
    return true;
}

bool run_condition(struct run *run, struct bpmn_token *token,
                   const struct bpmn_expression *expression, bool *out)
{
    struct feel_value value;

    if (!run_value(run, token, expression, &value))
        return false;
    if (value.type != FEEL_BOOLEAN) {
        run_incident(run, token, "the condition \"%.*s\" is %s, neither true nor false",
                     STR_ARG(expression->text), feel_type_name(value.type));
        return false;
    }
    *out = value.boolean;
    return true;
}
