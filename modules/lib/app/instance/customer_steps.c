#include "app/instance/customer_steps.h"

#include "formats/json.h"

static const char *const STATES[] = {[POSITION_AHEAD] = "ahead",
                                     [POSITION_NOW] = "now",
                                     [POSITION_DONE] = "done",
                                     [POSITION_INCIDENT] = "now"};

static struct str text_of(const struct definition *definition, uint32_t element)
{
    return bpmn_property(&definition->model->elements[element], "kontor:customerStep");
}

/* A text that several elements have is one step: under way if one is, done if all that were begun are. */
static void merge(struct vec *steps, const struct customer_step *step)
{
    for (size_t i = 0; i < steps->count; i++) {
        struct customer_step *other = VEC_AT(steps, struct customer_step, i);

        if (!str_eq(other->text, step->text))
            continue;
        if (step->state == POSITION_AHEAD)
            return;
        if (other->state != POSITION_NOW)
            other->state = step->state;
        if (step->at > other->at)
            other->at = step->at;
        if (other->state == POSITION_NOW)
            other->at = INSTANT_NONE;
        return;
    }
    if (steps->count < CUSTOMER_STEPS_MAX)
        *VEC_PUSH(steps, struct customer_step) = *step;
}

struct walk {
    const struct definition *definition;
    const struct position *at; /* NULL: no process runs yet */
    const bool *certain;       /* by element: bound to come */
    struct vec *steps;
};

static void add_step(const struct walk *w, uint32_t element)
{
    struct customer_step step = {.text = text_of(w->definition, element),
                                 .at = INSTANT_NONE};

    if (!step.text.ptr)
        return;
    if (w->at) {
        step.state = w->at[element].state;
        step.at = step.state == POSITION_DONE ? w->at[element].passed_at : INSTANT_NONE;
    }
    if (step.state == POSITION_INCIDENT)
        step.state = POSITION_NOW;
    if (step.state != POSITION_AHEAD || w->certain[element])
        merge(w->steps, &step);
}

/* Where tokens are: from there something comes. */
static size_t places(struct arena *arena, const struct bpmn_state *state, uint32_t **out)
{
    *out = ARENA_ARRAY(arena, uint32_t, state->tokens.count + 1);
    size_t count = 0;

    for (size_t i = 0; i < state->tokens.count; i++) {
        const struct bpmn_token *token = *VEC_AT(&state->tokens, struct bpmn_token *, i);

        if (token->is_open || token->waits.count || token->incident.ptr)
            (*out)[count++] = token->element;
    }
    return count;
}

static struct vec steps_of(struct arena *arena, const struct definition *definition,
                           const struct bpmn_state *state)
{
    const struct bpmn_model *model = definition->model;
    struct vec steps = VEC_INIT(arena, struct customer_step);
    struct position *at = state ? positions(arena, model, state) : NULL;
    bool *certain = ARENA_ARRAY(arena, bool, model->element_count + 1);
    bool over = state && state->ended;
    uint32_t *from = NULL;
    uint32_t *list;
    size_t from_count = state ? places(arena, state, &from) : 0;
    size_t count = over ? 0
                        : position_certain(arena, model, definition->process, from,
                                           from_count, &list);

    for (size_t i = 0; i < count; i++)
        certain[list[i]] = true;
    count = bpmn_order(arena, model, &list);
    for (size_t i = 0; i < count; i++)
        add_step(&(const struct walk){definition, at, certain, &steps}, list[i]);
    return steps;
}

struct str customer_steps_write(struct arena *arena, const struct definition *definition,
                                const struct bpmn_state *state)
{
    struct vec steps = steps_of(arena, definition, state);
    json_t *list = json_array();
    /* Keeps the list until the arena ends. */
    json_t *root = json_new_object(arena);

    for (size_t i = 0; i < steps.count; i++) {
        const struct customer_step *step = VEC_AT(&steps, struct customer_step, i);
        json_t *object = json_new_object(arena);

        json_set_str(object, "text", step->text);
        json_set_str(object, "state", str_from(STATES[step->state]));
        if (step->at != INSTANT_NONE)
            json_set_int(object, "at", step->at);
        json_array_append(list, object);
    }
    json_object_set_new(root, "steps", list);
    return json_write(arena, list);
}

size_t customer_steps_read(struct arena *arena, const struct definition *definition,
                           struct str stored, bool over, struct customer_step **out)
{
    struct vec steps = VEC_INIT(arena, struct customer_step);
    json_t *list = NULL;

    if (!stored.ptr && !over)
        steps = steps_of(arena, definition, NULL);
    else if (stored.ptr && json_parse(arena, stored, &list) != OK)
        err_clear();
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *object = json_array_get(list, i);
        struct str state = json_get_str(object, "state");
        struct customer_step *step;

        if (over && !str_is(state, "done"))
            continue;
        step = VEC_PUSH(&steps, struct customer_step);
        step->text = json_get_str(object, "text");
        step->at = json_get_int(object, "at", INSTANT_NONE);
        step->state = str_is(state, "done")  ? POSITION_DONE
                      : str_is(state, "now") ? POSITION_NOW
                                             : POSITION_AHEAD;
    }
    *out = steps.items;
    return steps.count;
}
