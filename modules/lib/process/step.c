#include "process/step.h"

#include "bpmn/engine.h"
#include "process/definition.h"
#include "process/duration.h"
#include "process/profile.h"
#include "process/state_first.h"
#include "process/values.h"

struct process_state {
    struct bpmn_state *tokens;
};

/* ---- activations: "<element id>#<key>" ---------------------------------------------------------- */

static struct str activation_of(struct arena *arena, const struct bpmn_model *model,
                                const struct bpmn_effect *effect)
{
    return str_format(arena, "%.*s#%lld", STR_ARG(model->elements[effect->element].id),
                      (long long)(effect->number ? effect->number : effect->key));
}

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

/* ---- effects -------------------------------------------------------------------------------------- */

struct translation {
    struct arena *arena;
    const struct bpmn_model *model;
    const struct bpmn_step *step;
    struct vec effects;             /* struct process_effect */
    const struct bpmn_element *end; /* the end event that was reached last */
    struct str phase;               /* of what was begun last */
};

static struct process_effect *add(struct translation *t, enum process_effect_kind kind,
                                  const struct bpmn_effect *of)
{
    const struct bpmn_element *element = &t->model->elements[of->element];
    struct process_effect *effect = VEC_PUSH(&t->effects, struct process_effect);

    effect->kind = kind;
    effect->activation = activation_of(t->arena, t->model, of);
    effect->element_id = element->id;
    effect->name = of->name;
    effect->correlation = of->correlation;
    effect->due_at = of->due;
    if (of->event != BPMN_NONE)
        effect->event_id = t->model->elements[of->event].id;
    return effect;
}

/* What the element's own input mappings have made of what it sees. */
static json_t *inputs_of(struct translation *t, const struct bpmn_element *element,
                         const struct feel_context *visible)
{
    struct feel_entry *entries =
        ARENA_ARRAY(t->arena, struct feel_entry, element->input_count + 1);
    size_t count = 0;

    for (size_t i = 0; i < element->input_count; i++) {
        struct str rest = element->inputs[i].target;
        const struct feel_value *value;
        struct str name;
        size_t k = 0;

        (void)str_next(&rest, '.', &name);
        while (k < count && !str_eq(entries[k].name, name))
            k++;
        value = feel_get(visible, name);
        entries[k].name = name;
        entries[k].value = value ? *value : FEEL_NULL_VALUE;
        count += k == count;
    }
    return value_to_json(t->arena, feel_context(t->arena, entries, count));
}

/* What tells it from others of its name. What cannot be said is left out: the work is the same. */
static struct str subject_of(struct translation *t, const struct bpmn_element *element,
                             const struct feel_context *visible)
{
    struct feel_run run = {.arena = t->arena, .now = t->step->now, .zone = t->step->zone};
    struct str text = bpmn_property(element, "kontor:subject");
    const struct feel_node *feel = NULL;
    struct feel_value value;

    if (!text.ptr)
        return STR_NONE;
    if (profile_subject(t->arena, text, &feel) != OK ||
        feel_eval(&run, feel, visible, &value) != OK) {
        err_clear();
        return STR_NONE;
    }
    return value.type == FEEL_NULL ? STR_NONE : feel_text(t->arena, value);
}

static void open(struct translation *t, const struct bpmn_effect *of)
{
    const struct bpmn_element *element = &t->model->elements[of->element];
    bool user = element->kind == BPMN_USER_TASK;
    struct process_effect *effect =
        add(t, user ? EFFECT_OPEN_TASK : EFFECT_RUN_SERVICE, of);
    struct str due = bpmn_property(element, "kontor:due");

    effect->name = element->name;
    effect->phase = bpmn_property(element, "kontor:phase");
    effect->customer_step = bpmn_property(element, "kontor:customerStep");
    if (user) {
        effect->team = element->groups.text;
        effect->subject = subject_of(t, element, of->context);
        if (due.ptr && duration_parse(due, &effect->due_s) != OK)
            effect->due_s = 0;
    } else {
        effect->service_type = element->job_type.text;
        effect->inputs = inputs_of(t, element, of->context);
    }
}

static void publish(struct translation *t, const struct bpmn_effect *of)
{
    const struct bpmn_element *element = &t->model->elements[of->element];
    bool message = of->kind == BPMN_PUBLISH;
    struct process_effect *effect = add(t, message ? EFFECT_PUBLISH : EFFECT_SIGNAL, of);

    effect->inputs = inputs_of(t, element, of->context);
    if (message)
        effect->keep_s = (of->due - t->step->now) / US_PER_S;
}

static void subscribe(struct translation *t, const struct bpmn_effect *of)
{
    add(t, EFFECT_SUBSCRIBE, of)->signal =
        t->model->elements[of->event].trigger == BPMN_SIGNAL;
}

/* An end that says so refuses the request, also when another was reached after it. */
static void end(struct translation *t, const struct bpmn_effect *of)
{
    const struct vec *passed = &t->step->state->passed;
    const struct bpmn_element *declined = NULL;
    struct process_effect *effect = add(t, EFFECT_ENDED, of);

    for (size_t i = 0; i < passed->count; i++) {
        const struct bpmn_element *element =
            &t->model->elements[VEC_AT(passed, struct bpmn_passed, i)->element];

        if (element->kind == BPMN_END && bpmn_property(element, "kontor:outcome").ptr)
            declined = element;
    }
    effect->phase = t->end ? bpmn_property(t->end, "kontor:phase") : STR_NONE;
    if (declined) {
        effect->outcome = bpmn_property(declined, "kontor:outcome");
        effect->reason = bpmn_property(declined, "kontor:customerReason");
        effect->phase = bpmn_property(declined, "kontor:phase");
    }
}

static void translate(struct translation *t, const struct bpmn_effect *of)
{
    const struct bpmn_element *element = &t->model->elements[of->element];
    bool user = element->kind == BPMN_USER_TASK;

    switch (of->kind) {
    case BPMN_OPEN:
        open(t, of);
        break;
    case BPMN_CLOSE:
        add(t, user ? EFFECT_CLOSE_TASK : EFFECT_CLOSE_SERVICE, of);
        break;
    case BPMN_SET_TIMER:
        add(t, EFFECT_SET_TIMER, of);
        break;
    case BPMN_CLEAR_TIMER:
        add(t, EFFECT_CLEAR_TIMER, of);
        break;
    case BPMN_SUBSCRIBE:
        subscribe(t, of);
        break;
    case BPMN_UNSUBSCRIBE:
        add(t, EFFECT_UNSUBSCRIBE, of);
        break;
    case BPMN_PUBLISH:
    case BPMN_SIGNAL_OUT:
        publish(t, of);
        break;
    case BPMN_INCIDENT:
        add(t, EFFECT_INCIDENT, of);
        break;
    case BPMN_COMPLETED:
        if (element->kind == BPMN_END && bpmn_property(element, "kontor:phase").ptr)
            t->end = element;
        break;
    case BPMN_ENDED:
        end(t, of);
        break;
    case BPMN_ACTIVATED:
        if (element->kind != BPMN_END && bpmn_property(element, "kontor:phase").ptr)
            t->phase = bpmn_property(element, "kontor:phase");
        break;
    case BPMN_CANCELLED:
    case BPMN_THROWN:
    case BPMN_CAUGHT:
        break;
    }
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
    struct translation t = {.arena = arena, .model = model, .step = &step};
    struct process_state *next = ARENA_NEW(arena, struct process_state);
    enum err err;

    if (!fits(definition, event))
        return err_note(ERR_CONFLICT, "%.*s is not open", STR_ARG(event->activation));
    err = bpmn_step(&step, &inner);
    if (err != OK)
        return err;
    t.effects = VEC_INIT(arena, struct process_effect);
    for (size_t i = 0; i < step.effects.count; i++)
        translate(&t, VEC_AT(&step.effects, struct bpmn_effect, i));
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
            (*out)[count++] = activation_of(arena, definition->model, &of);
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
            (*out)[count++] = activation_of(arena, definition->model, &of);
    }
    return count;
}
