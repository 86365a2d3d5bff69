#include "process/scenario/scenario.h"

#include "process/definition/json_own.h"
#include "process/scenario/scenario_run.h"
#include "process/user_task.h"

#define HOUR_US ((instant_us)3600 * US_PER_S)
#define BEGIN   (8 * HOUR_US) /* of the day */

/* Scenarios count the activations of each element: "Task#1" is the first one of Task, whatever the engine
 * calls it. */
struct scenario_alias {
    struct str element;
    struct str activation;
    int number;
};

struct scenario_timer {
    struct str activation;
    struct str event;
    instant_us due_at;
};

/* ---- activations ---- */

static struct str alias_of(struct scenario *s, struct str element, struct str activation)
{
    int number = 1;
    for (size_t i = 0; i < s->aliases.count; i++) {
        const struct scenario_alias *alias =
            VEC_AT(&s->aliases, struct scenario_alias, i);
        if (!str_eq(alias->element, element))
            continue;
        if (str_eq(alias->activation, activation))
            return str_format(s->arena, "%.*s#%d", STR_ARG(element), alias->number);
        number = alias->number + 1;
    }
    *VEC_PUSH(&s->aliases, struct scenario_alias) =
        (struct scenario_alias){element, activation, number};
    return str_format(s->arena, "%.*s#%d", STR_ARG(element), number);
}

/* What the engine calls it; the text itself if nothing of that name was activated. */
static struct str activation_named(struct scenario *s, struct str name)
{
    for (size_t i = 0; i < s->aliases.count; i++) {
        const struct scenario_alias *alias =
            VEC_AT(&s->aliases, struct scenario_alias, i);
        if (str_eq(alias_of(s, alias->element, alias->activation), name))
            return alias->activation;
    }
    return name;
}

struct process_state *scenario_store(struct arena *arena,
                                     const struct definition *definition,
                                     const struct process_state *state)
{
    struct process_state *decoded = NULL;
    struct str encoded = process_state_encode(arena, definition, state);
    if (process_state_decode(arena, definition, encoded, &decoded) != OK)
        bug("an encoded state is not decoded: %s", err_text());
    if (!str_eq(process_state_encode(arena, definition, decoded), encoded))
        bug("a decoded state differs: %.*s", STR_ARG(encoded));
    return decoded;
}

/* ---- timers ---- */

static void drop_timers(struct scenario *s, struct str activation, struct str event)
{
    for (size_t i = 0; i < s->timers.count; i++) {
        struct scenario_timer *timer = VEC_AT(&s->timers, struct scenario_timer, i);
        if (str_eq(timer->activation, activation) && str_eq(timer->event, event))
            timer->activation = STR_NONE;
    }
}

static void note_timer(struct scenario *s, const struct process_effect *effect)
{
    if (effect->kind != EFFECT_SET_TIMER && effect->kind != EFFECT_CLEAR_TIMER)
        return;
    drop_timers(s, effect->activation, effect->event_id);
    if (effect->kind == EFFECT_SET_TIMER)
        *VEC_PUSH(&s->timers, struct scenario_timer) =
            (struct scenario_timer){effect->activation, effect->event_id, effect->due_at};
}

/* The timer of the activation, the first one if `event` is empty; NULL. */
static const struct scenario_timer *timer_of(const struct scenario *s,
                                             struct str activation, struct str event)
{
    for (size_t i = 0; i < s->timers.count; i++) {
        const struct scenario_timer *timer = VEC_AT(&s->timers, struct scenario_timer, i);
        if (timer->activation.ptr && str_eq(timer->activation, activation) &&
            (event.len == 0 || str_eq(timer->event, event)))
            return timer;
    }
    return NULL;
}

static bool read_timer(struct scenario *s, const struct json_at *at, struct str text,
                       struct process_event *event)
{
    struct str rest = text, name;
    (void)str_next(&rest, ' ', &name);
    const struct scenario_timer *timer = timer_of(s, activation_named(s, name), rest);
    if (!timer) {
        json_problem(&s->source, at, "%.*s has no such timer", STR_ARG(name));
        return false;
    }
    event->kind = PROCESS_TIMER_DUE;
    event->activation = timer->activation;
    event->event_id = timer->event;
    if (s->now < timer->due_at)
        s->now = timer->due_at;
    drop_timers(s, timer->activation, timer->event);
    return true;
}

/* ---- events ---- */

/* A step of the scenario while it is carried out. */
struct step {
    const struct json_at *at;
    const json_t *object;
    struct process_event event;
};

static const struct feel_context *variables_of(struct scenario *s,
                                               const struct step *step)
{
    const json_t *variables = json_object_get(step->object, "variables");

    if (!json_is_object(variables))
        return NULL;
    return value_from_json(s->arena, variables).context;
}

/* A person completes it: outcome, reason, form. False: nothing happens. */
static bool complete_task(struct scenario *s, struct step *step,
                          const struct bpmn_element *element)
{
    const struct user_task task = user_task_of(element);
    json_t *answers;
    struct task_result result = {
        .outcome = json_read_text(&s->source, step->at, step->object, "outcome", false),
        .reason = json_read_text(&s->source, step->at, step->object, "reason", false),
        .by = json_read_text(&s->source, step->at, step->object, "by", false),
        .at = s->now,
        .form = task.form.ptr ? definition_staff_form(s->definition, task.form) : NULL,
    };

    if (!result.outcome.ptr)
        result.outcome = STR("approved");
    if (!user_task_has_outcome(&task, result.outcome))
        json_problem(&s->source, step->at, "%.*s has no outcome %.*s",
                     STR_ARG(element->id), STR_ARG(result.outcome));
    if (!scenario_task_answers(s, step->at, step->object, result.form, &answers))
        return false;
    result.answers = answers;
    step->event.variables = values_of_task(s->arena, element->id, &result);
    return true;
}

static bool complete(struct scenario *s, struct step *step, struct str name)
{
    const struct bpmn_element *task = user_task_find(s->definition, name);

    step->event.activation = activation_named(s, name);
    step->event.kind = PROCESS_TASK_COMPLETED;
    if (task)
        return complete_task(s, step, task);
    if (process_is_service(s->definition, step->event.activation))
        step->event.kind = PROCESS_SERVICE_COMPLETED;
    step->event.variables = variables_of(s, step);
    return true;
}

/* What follows `word` and a blank; false if the text begins otherwise. */
static bool after(struct str text, const char *word, struct str *rest)
{
    struct str tail = text, head;

    if (!str_next(&tail, ' ', &head) || !str_is(head, word) || tail.len == 0)
        return false;
    *rest = tail;
    return true;
}

/* What the step says and nobody would read is a mistake. */
static void check_members(struct scenario *s, const struct step *step)
{
    static const struct {
        const char *member;
        unsigned kinds;
    } MEMBERS[] = {
        {"outcome", 1u << PROCESS_TASK_COMPLETED},
        {"reason", 1u << PROCESS_TASK_COMPLETED},
        {"by", 1u << PROCESS_TASK_COMPLETED},
        {"answers", 1u << PROCESS_TASK_COMPLETED},
        {"errors", 1u << PROCESS_TASK_COMPLETED},
        {"variables", 1u << PROCESS_SERVICE_COMPLETED | 1u << PROCESS_SERVICE_FAILED |
                          1u << PROCESS_MESSAGE | 1u << PROCESS_SIGNAL},
        {"error", 1u << PROCESS_SERVICE_FAILED},
        {"correlation", 1u << PROCESS_MESSAGE | 1u << PROCESS_SIGNAL},
    };

    for (size_t i = 0; i < sizeof MEMBERS / sizeof *MEMBERS; i++)
        if (json_object_get(step->object, MEMBERS[i].member) &&
            !(MEMBERS[i].kinds & (1u << step->event.kind)))
            json_problem(&s->source, &(struct json_at){step->at, MEMBERS[i].member, 0},
                         "\"%s\" means nothing to this event", MEMBERS[i].member);
}

/* False: nothing is to happen, or (reported) nothing can. */
static bool read_event(struct scenario *s, struct step *step)
{
    const struct json_at *at = step->at;
    struct process_event *event = &step->event;
    struct str text = json_read_text(&s->source, at, step->object, "event", true), rest;

    event->variables = variables_of(s, step);
    if (str_is(text, "start")) {
        event->kind = PROCESS_STARTED;
        event->variables = values_of_process(s->arena, s->definition, &s->facts);
        return true;
    }
    if (after(text, "complete", &rest))
        return complete(s, step, rest);
    if (after(text, "timer", &rest))
        return read_timer(s, at, rest, event);
    if (after(text, "fail", &rest) || after(text, "retry", &rest)) {
        bool fails = str_starts(text, STR("fail"));
        event->kind = fails ? PROCESS_SERVICE_FAILED : PROCESS_RETRY;
        event->activation = activation_named(s, rest);
        event->name = json_read_text(&s->source, at, step->object, "error", fails);
        return true;
    }
    if (after(text, "message", &rest) || after(text, "signal", &rest)) {
        event->kind = str_starts(text, STR("message")) ? PROCESS_MESSAGE : PROCESS_SIGNAL;
        event->name = rest;
        event->correlation =
            json_read_text(&s->source, at, step->object, "correlation", false);
        return true;
    }
    json_problem(&s->source, at,
                 "\"event\" must be start, or complete, fail, retry, timer, message or "
                 "signal and what it happens to");
    return false;
}

/* ---- steps ---- */

static void compare_trace(struct scenario *s, const struct step *step,
                          const struct process_outcome *outcome)
{
    const json_t *expected =
        json_read_array(&s->source, step->at, step->object, "trace", false);
    if (!expected)
        json_problem(&s->source, step->at, "\"trace\" is missing");
    struct json_at list = {step->at, "trace", 0};
    size_t count = json_array_size(expected);
    for (size_t i = 0; i < outcome->effect_count; i++) {
        struct process_effect effect = outcome->effects[i];
        note_timer(s, &effect);
        effect.activation = alias_of(s, effect.element_id, effect.activation);
        struct str got = scenario_trace(s->arena, &effect);
        const char *want = json_string_value(json_array_get(expected, i));
        if (!want || !str_is(got, want))
            json_problem(&s->source, &(struct json_at){&list, NULL, i}, "got: %.*s",
                         STR_ARG(got));
    }
    if (count > outcome->effect_count)
        json_problem(&s->source, &(struct json_at){&list, NULL, outcome->effect_count},
                     "did not happen, nor what follows");
}

/* False: the steps after it make no sense. */
static bool run_step(struct scenario *s, const struct json_at *at, const json_t *object)
{
    static const char MEMBERS[] = "event variables outcome reason by answers errors "
                                  "error correlation trace refused";
    struct step step = {at, object, {.zone = s->zone}};
    struct process_outcome outcome;
    if (!json_check_object(&s->source, at, object, MEMBERS))
        return false;
    bool happens = read_event(s, &step);
    check_members(s, &step);
    if (!happens)
        return json_object_get(object, "errors") != NULL;
    bool refused = json_read_bool(&s->source, at, object, "refused");
    err_clear();
    enum err err =
        process_step(s->arena, s->definition, s->state, &step.event, s->now, &outcome);
    if (refused != (err != OK)) {
        json_problem(&s->source, at, "%s", refused ? "was not refused" : err_text());
        return false;
    }
    if (refused)
        return true;
    compare_trace(s, &step, &outcome);
    s->state = scenario_store(s->arena, s->definition, outcome.state);
    return true;
}

static void run_steps(struct scenario *s, const json_t *root)
{
    const json_t *steps = json_read_array(&s->source, NULL, root, "steps", true);
    struct json_at list = {NULL, "steps", 0};
    for (size_t i = 0; i < json_array_size(steps); i++) {
        struct json_at at = {&list, NULL, i};
        if (!run_step(s, &at, json_array_get(steps, i)))
            return;
    }
}

/* The request as if it had been submitted at the begin. */
static void begin(struct scenario *s, const json_t *root)
{
    struct request_facts *facts = &s->facts;

    (void)json_read_text(&s->source, NULL, root, "description", true);
    s->zone = json_read_text(&s->source, NULL, root, "zone", false);
    if (day_parse(json_read_text(&s->source, NULL, root, "today", true), &facts->today) !=
        OK)
        json_problem(&s->source, NULL, "\"today\" must be a day such as 2026-11-22");
    s->now = (instant_us)facts->today * US_PER_DAY + BEGIN;
    facts->reference = STR("R-1");
    facts->company = STR("M-1");
    facts->type = s->definition->key;
    facts->submitted_at = s->now;
    facts->effective_on = DAY_NONE;
}

static void set_effective_date(struct scenario *s)
{
    struct str field = s->definition->effective_date_field;
    struct str day =
        field.ptr ? json_get_str(s->facts.answers, str_c(s->arena, field)) : STR_NONE;

    if (!day.ptr || day_parse(day, &s->facts.effective_on) != OK)
        s->facts.effective_on = DAY_NONE;
}

enum err scenario_run(struct arena *arena, const struct definition *definition,
                      struct str text, struct report *report)
{
    struct scenario s = {.arena = arena,
                         .definition = definition,
                         .source = {.arena = arena, .report = report, .text = text},
                         .aliases = VEC_INIT(arena, struct scenario_alias),
                         .timers = VEC_INIT(arena, struct scenario_timer)};
    size_t before = report->count;
    json_t *root = NULL;
    if (json_source_parse(&s.source, &root) != OK ||
        !json_check_object(&s.source, NULL, root,
                           "description today zone base facts answers errors documents "
                           "refusals steps"))
        return ERR_INPUT;
    begin(&s, root);
    bool goes_on = scenario_answers(&s, root);
    set_effective_date(&s);
    goes_on = goes_on && scenario_rules(&s, root);
    if ((json_object_get(root, "errors") || json_object_get(root, "refusals")) &&
        json_object_get(root, "steps"))
        json_problem(&s.source, NULL, "either \"errors\" or \"refusals\" or \"steps\"");
    else if (goes_on)
        run_steps(&s, root);
    return report->count == before ? OK : ERR_INPUT;
}
