#include "process/step_effects.h"

#include "process/duration.h"
#include "process/definition/profile.h"
#include "process/values.h"

struct str step_activation(struct arena *arena, const struct bpmn_model *model,
                           const struct bpmn_effect *effect)
{
    return str_format(arena, "%.*s#%lld", STR_ARG(model->elements[effect->element].id),
                      (long long)(effect->number ? effect->number : effect->key));
}

static struct process_effect *add(struct step_effects *t, enum process_effect_kind kind,
                                  const struct bpmn_effect *of)
{
    const struct bpmn_element *element = &t->model->elements[of->element];
    struct process_effect *effect = VEC_PUSH(&t->effects, struct process_effect);

    effect->kind = kind;
    effect->activation = step_activation(t->arena, t->model, of);
    effect->element_id = element->id;
    effect->name = of->name;
    effect->correlation = of->correlation;
    effect->due_at = of->due;
    if (of->event != BPMN_NONE)
        effect->event_id = t->model->elements[of->event].id;
    return effect;
}

/* What the element's own input mappings have made of what it sees. */
static json_t *inputs_of(struct step_effects *t, const struct bpmn_element *element,
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
static struct str subject_of(struct step_effects *t, const struct bpmn_element *element,
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

static void open(struct step_effects *t, const struct bpmn_effect *of)
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

static void publish(struct step_effects *t, const struct bpmn_effect *of)
{
    const struct bpmn_element *element = &t->model->elements[of->element];
    bool message = of->kind == BPMN_PUBLISH;
    struct process_effect *effect = add(t, message ? EFFECT_PUBLISH : EFFECT_SIGNAL, of);

    effect->inputs = inputs_of(t, element, of->context);
    if (message)
        effect->keep_s = (of->due - t->step->now) / US_PER_S;
}

static void subscribe(struct step_effects *t, const struct bpmn_effect *of)
{
    add(t, EFFECT_SUBSCRIBE, of)->signal =
        t->model->elements[of->event].trigger == BPMN_SIGNAL;
}

/* An end that says so refuses the request, also when another was reached after it. */
static void end(struct step_effects *t, const struct bpmn_effect *of)
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

void step_translate(struct step_effects *t, const struct bpmn_effect *of)
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
