#include "process/step.h"

#include "process/definition/definition.h"
#include "process/state_first.h"
#include "process/step_effects.h"

struct process_state {
    struct bpmn_state *tokens;
};

/* ---- activations: "<element id>#<key>" ---------------------------------------------------------- */

static uint32_t element_of(const struct bpmn_model *model, struct str activation)
{
    ssize_t mark = str_index(activation, '#');

    return mark < 0 ? BPMN_NONE : bpmn_find(model, str_sub(activation, 0, (size_t)mark));
}

/* 0 for what is no activation; then nobody waits for it. */
static int64_t key_of(const struct bpmn_model *model, const struct process_state *state,
                      struct str activation)
{
    ssize_t mark = str_index(activation, '#');
    uint32_t element = element_of(model, activation);
    int64_t key = 0;

    if (mark < 0 || str_to_i64(str_from_index(activation, (size_t)mark + 1), &key) != OK)
        err_clear();
    for (size_t i = 0; state && i < state->tokens->tokens.count; i++) {
        const struct bpmn_token *token =
            *VEC_AT(&state->tokens->tokens, struct bpmn_token *, i);

        if (token->number && token->number == key && token->element == element)
            return token->key;
    }
    return key;
}

bool process_is_service(const struct definition *definition, struct str activation)
{
    uint32_t element = element_of(definition->model, activation);

    return element != BPMN_NONE &&
           definition->model->elements[element].kind != BPMN_USER_TASK;
}

/* ---- the step ---------------------------------------------------------------------------------------- */

static enum err decide(void *context, struct str id, const struct feel_context *variables,
                       struct feel_run *run, struct feel_value *out)
{
    const struct definition *definition = context;

    for (size_t i = 0; i < definition->table_count; i++)
        if (dmn_has(definition->tables[i], id))
            return dmn_decide(definition->tables[i], id, variables, run, out);
    return err_note(ERR_INPUT, "there is no decision %.*s", STR_ARG(id));
}

static enum bpmn_event_kind kind_of(enum process_event_kind kind)
{
    switch (kind) {
    case PROCESS_STARTED:
        return BPMN_EVENT_START;
    case PROCESS_TASK_COMPLETED:
    case PROCESS_SERVICE_COMPLETED:
        return BPMN_EVENT_COMPLETE;
    case PROCESS_SERVICE_FAILED:
        return BPMN_EVENT_ERROR;
    case PROCESS_TIMER_DUE:
        return BPMN_EVENT_TIMER;
    case PROCESS_MESSAGE:
        return BPMN_EVENT_MESSAGE;
    case PROCESS_SIGNAL:
        return BPMN_EVENT_SIGNAL;
    case PROCESS_RETRY:
        return BPMN_EVENT_RETRY;
    }
    bug("event %d", (int)kind);
}

/* A person completes what is a person's, a service what is a service's. */
static bool fits(const struct definition *definition, const struct process_event *event)
{
    bool service =
        event->kind == PROCESS_SERVICE_COMPLETED || event->kind == PROCESS_SERVICE_FAILED;

    if (event->kind != PROCESS_TASK_COMPLETED && !service)
        return true;
    return process_is_service(definition, event->activation) == service;
}

enum err process_step(struct arena *arena, const struct definition *definition,
                      struct process_state *state, const struct process_event *event,
                      instant_us now, struct process_outcome *out)
{
    const struct bpmn_model *model = definition->model;
    /* The port's context takes no const; decide() changes nothing. */
    struct bpmn_port port = {decide, (void *)(uintptr_t)definition};
    struct bpmn_event inner = {
        .kind = kind_of(event->kind),
        .key = key_of(model, state, event->activation),
        .element = event->kind == PROCESS_STARTED ? definition->process
                                                  : bpmn_find(model, event->event_id),
        .start = BPMN_NONE,
        .name = event->name,
        .correlation = event->correlation,
        .variables = event->variables,
    };
    struct bpmn_step step = {.arena = arena,
                             .model = model,
                             .state = state ? state->tokens : bpmn_state_new(arena),
                             .now = now,
                             .zone = event->zone,
                             .typed = true,
                             .port = &port};
    struct step_effects t = {.arena = arena, .model = model, .step = &step};
    struct process_state *next = ARENA_NEW(arena, struct process_state);
    enum err err;

    if (!fits(definition, event))
        return err_note(ERR_CONFLICT, "%.*s is not open", STR_ARG(event->activation));
    err = bpmn_step(&step, &inner);
    if (err != OK)
        return err;
    t.effects = VEC_INIT(arena, struct process_effect);
    for (size_t i = 0; i < step.effects.count; i++)
        step_translate(&t, VEC_AT(&step.effects, struct bpmn_effect, i));
    next->tokens = step.state;
    *out = (struct process_outcome){.state = next,
                                    .effects = t.effects.items,
                                    .effect_count = t.effects.count,
                                    .phase = t.phase,
                                    .ended = step.state->ended,
                                    .matched = step.matched};
    return OK;
}

struct str process_state_encode(struct arena *arena, const struct definition *definition,
                                const struct process_state *state)
{
    return bpmn_state_encode(arena, definition->model, state->tokens);
}

enum err process_state_decode(struct arena *arena, const struct definition *definition,
                              struct str encoded, struct process_state **out)
{
    struct process_state *state = ARENA_NEW(arena, struct process_state);
    enum err err =
        state_is_first(encoded)
            ? state_read_first(arena, definition, encoded, &state->tokens)
            : bpmn_state_decode(arena, definition->model, encoded, &state->tokens);

    if (err == OK)
        *out = state;
    return err;
}

const struct bpmn_state *process_tokens(const struct process_state *state)
{
    return state->tokens;
}

size_t process_open(struct arena *arena, const struct definition *definition,
                    const struct process_state *state, struct str **out)
{
    const struct vec *tokens = &state->tokens->tokens;
    size_t count = 0;

    *out = ARENA_ARRAY(arena, struct str, tokens->count + 1);
    for (size_t i = 0; i < tokens->count; i++) {
        const struct bpmn_token *token = *VEC_AT(tokens, struct bpmn_token *, i);
        struct bpmn_effect of = {
            .key = token->key, .number = token->number, .element = token->element};

        if (token->is_open)
            (*out)[count++] = step_activation(arena, definition->model, &of);
    }
    return count;
}

size_t process_incidents(struct arena *arena, const struct definition *definition,
                         const struct process_state *state, struct str **out)
{
    const struct vec *tokens = &state->tokens->tokens;
    size_t count = 0;

    *out = ARENA_ARRAY(arena, struct str, tokens->count + 1);
    for (size_t i = 0; i < tokens->count; i++) {
        const struct bpmn_token *token = *VEC_AT(tokens, struct bpmn_token *, i);
        struct bpmn_effect of = {
            .key = token->key, .number = token->number, .element = token->element};

        if (token->incident.ptr)
            (*out)[count++] = step_activation(arena, definition->model, &of);
    }
    return count;
}
