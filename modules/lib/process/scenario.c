#include "process/scenario.h"

#include "base/map.h"
#include "process/json_own.h"
#include "process/json_source.h"
#include "process/values.h"

/* Scenarios count the activations of each element: "Task#1" is the first one of Task, whatever the engine
 * calls it. */
struct alias {
    struct str element;
    struct str activation;
    int number;
};

struct run {
    struct arena *arena;
    const struct definition *definition;
    struct json_source source;
    struct process_state *state;
    struct vec aliases; /* struct alias */
};

static struct str alias_of(struct run *run, struct str element, struct str activation)
{
    int number = 1;
    for (size_t i = 0; i < run->aliases.count; i++) {
        const struct alias *alias = VEC_AT(&run->aliases, struct alias, i);
        if (!str_eq(alias->element, element))
            continue;
        if (str_eq(alias->activation, activation))
            return str_format(run->arena, "%.*s#%d", STR_ARG(element), alias->number);
        number = alias->number + 1;
    }
    *VEC_PUSH(&run->aliases, struct alias) = (struct alias){element, activation, number};
    return str_format(run->arena, "%.*s#%d", STR_ARG(element), number);
}

/* What the engine calls it; the text itself if nothing of that name was activated. */
static struct str activation_named(struct run *run, struct str name)
{
    for (size_t i = 0; i < run->aliases.count; i++) {
        const struct alias *alias = VEC_AT(&run->aliases, struct alias, i);
        if (str_eq(alias_of(run, alias->element, alias->activation), name))
            return alias->activation;
    }
    return name;
}

static void put_quoted(struct buf *buf, const char *name, struct str text)
{
    if (text.ptr)
        buf_format(buf, " %s=\"%.*s\"", name, STR_ARG(text));
}

struct str scenario_trace(struct arena *arena, const struct process_effect *effect)
{
    struct buf buf = buf_init(arena, 1u << 20);
    switch (effect->kind) {
    case EFFECT_OPEN_TASK:
        buf_format(&buf, "open %.*s team=%.*s", STR_ARG(effect->activation),
                   STR_ARG(effect->team));
        if (effect->due_s)
            buf_format(&buf, " due=%llds", (long long)effect->due_s);
        break;
    case EFFECT_RUN_SERVICE:
        buf_format(&buf, "run %.*s type=%.*s", STR_ARG(effect->activation),
                   STR_ARG(effect->service_type));
        break;
    case EFFECT_ENDED:
        buf_put_c(&buf, "ended");
        break;
    case EFFECT_CLOSE_TASK:
    case EFFECT_CLOSE_SERVICE:
        buf_format(&buf, "close %.*s", STR_ARG(effect->activation));
        break;
    case EFFECT_SET_TIMER:
        buf_format(&buf, "timer %.*s %.*s at=%.*s", STR_ARG(effect->activation),
                   STR_ARG(effect->event_id),
                   STR_ARG(instant_format_iso(arena, effect->due_at)));
        break;
    case EFFECT_CLEAR_TIMER:
        buf_format(&buf, "no timer %.*s %.*s", STR_ARG(effect->activation),
                   STR_ARG(effect->event_id));
        break;
    case EFFECT_SUBSCRIBE:
    case EFFECT_UNSUBSCRIBE:
        buf_format(&buf, "%s %.*s %.*s",
                   effect->kind == EFFECT_SUBSCRIBE ? "wait" : "no wait",
                   STR_ARG(effect->activation), STR_ARG(effect->event_id));
        put_quoted(&buf, "name", effect->name);
        put_quoted(&buf, "correlation", effect->correlation);
        break;
    case EFFECT_PUBLISH:
    case EFFECT_SIGNAL:
        buf_format(&buf, "%s", effect->kind == EFFECT_PUBLISH ? "message" : "signal");
        put_quoted(&buf, "name", effect->name);
        put_quoted(&buf, "correlation", effect->correlation);
        break;
    case EFFECT_INCIDENT:
        buf_format(&buf, "incident %.*s", STR_ARG(effect->activation));
        put_quoted(&buf, "reason", effect->name);
        break;
    }
    put_quoted(&buf, "phase", effect->phase);
    put_quoted(&buf, "step", effect->customer_step);
    if (effect->kind == EFFECT_RUN_SERVICE) {
        buf_put_c(&buf, " inputs=");
        buf_put(&buf, json_write(arena, effect->inputs));
    }
    return buf_str(&buf);
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

/* ---- answers ---- */

/* Typed answers of a scenario are checked as if they had been posted. */
static json_t *validate_answers(struct run *run, const json_t *root, day_no today,
                                struct map *errors)
{
    const json_t *answers = json_object_get(root, "answers");
    json_t *values = json_new_object(run->arena);
    for (size_t i = 0; i < run->definition->form_count; i++) {
        struct form_result result;
        form_validate_values(run->arena, &run->definition->forms[i], answers,
                             &(struct form_world){.today = today}, &result);
        json_object_update(values, result.values);
        for (size_t k = 0; k < result.error_count; k++)
            map_set(errors, result.errors[k].key, &result.errors[k]);
    }
    return values;
}

static void check_answer_names(struct run *run, const json_t *root, const json_t *values)
{
    /* The iterator takes a mutable object, though it only reads. */
    json_t *answers = (json_t *)(uintptr_t)json_object_get(root, "answers");
    struct json_at at = {NULL, "answers", 0};
    for (void *i = json_object_iter(answers); i; i = json_object_iter_next(answers, i)) {
        const char *key = json_object_iter_key(i);
        if (!json_object_get(values, key))
            json_problem(&run->source, &(struct json_at){&at, key, 0},
                         "no form asks for \"%s\"", key);
    }
}

static void compare_errors(struct run *run, const json_t *root, const struct map *errors)
{
    json_t *expected = (json_t *)(uintptr_t)json_object_get(root, "errors");
    struct json_at at = {NULL, "errors", 0};
    for (size_t i = 0; i < map_count(errors); i++) {
        const struct form_error *error = map_entries(errors)[i].value;
        const json_t *value = json_object_getn(expected, error->key.ptr, error->key.len);
        if (!json_is_string(value) ||
            !str_is(str_from(error->msgid), json_string_value(value)))
            json_problem(&run->source, expected ? &at : NULL, "answer %.*s: %s",
                         STR_ARG(error->key), error->msgid);
    }
    for (void *i = json_object_iter(expected); i;
         i = json_object_iter_next(expected, i)) {
        const char *key = json_object_iter_key(i);
        if (!map_has(errors, str_from(key)))
            json_problem(&run->source, &(struct json_at){&at, key, 0},
                         "answer %s is accepted, an error was expected", key);
    }
}

/* ---- steps ---- */

/* "start" or "complete Task#1"; the kind follows from what waits there. */
static bool read_event(struct run *run, const struct json_at *at, const json_t *step,
                       struct process_event *event)
{
    struct str text = json_read_text(&run->source, at, step, "event", true);
    const json_t *variables = json_object_get(step, "variables");
    *event = (struct process_event){.kind = PROCESS_STARTED};
    if (variables)
        event->variables = value_from_json(run->arena, variables).context;
    if (str_is(text, "start"))
        return true;
    if (!str_starts(text, STR("complete "))) {
        json_problem(&run->source, at,
                     "\"event\" must be start or complete ELEMENT#NUMBER");
        return false;
    }
    event->activation = activation_named(run, str_from_index(text, 9));
    event->kind = PROCESS_TASK_COMPLETED;
    if (process_is_service(run->definition, event->activation))
        event->kind = PROCESS_SERVICE_COMPLETED;
    return true;
}

static void compare_trace(struct run *run, const struct json_at *at, const json_t *step,
                          const struct process_outcome *outcome)
{
    const json_t *expected = json_read_array(&run->source, at, step, "trace", false);
    if (!expected)
        json_problem(&run->source, at, "\"trace\" is missing");
    struct json_at list = {at, "trace", 0};
    size_t count = json_array_size(expected);
    for (size_t i = 0; i < outcome->effect_count; i++) {
        struct process_effect effect = outcome->effects[i];
        effect.activation = alias_of(run, effect.element_id, effect.activation);
        struct str got = scenario_trace(run->arena, &effect);
        const char *want = json_string_value(json_array_get(expected, i));
        if (!want || !str_is(got, want))
            json_problem(&run->source, &(struct json_at){&list, NULL, i}, "got: %.*s",
                         STR_ARG(got));
    }
    if (count > outcome->effect_count)
        json_problem(&run->source, &(struct json_at){&list, NULL, outcome->effect_count},
                     "did not happen, nor what follows");
}

static bool run_step(struct run *run, const struct json_at *at, const json_t *step,
                     const json_t *answers)
{
    struct process_event event;
    struct process_outcome outcome;
    if (!json_check_object(&run->source, at, step, "event variables trace refused") ||
        !read_event(run, at, step, &event))
        return false;
    if (event.kind == PROCESS_STARTED)
        event.variables = value_from_json(run->arena, answers).context;
    bool refused = json_read_bool(&run->source, at, step, "refused");
    err_clear();
    enum err err =
        process_step(run->arena, run->definition, run->state, &event, 0, &outcome);
    if (refused != (err != OK)) {
        json_problem(&run->source, at, "%s", refused ? "was not refused" : err_text());
        return false;
    }
    if (refused)
        return true;
    compare_trace(run, at, step, &outcome);
    run->state = scenario_store(run->arena, run->definition, outcome.state);
    return true;
}

static void run_steps(struct run *run, const json_t *root, const json_t *answers)
{
    const json_t *steps = json_read_array(&run->source, NULL, root, "steps", true);
    struct json_at list = {NULL, "steps", 0};
    for (size_t i = 0; i < json_array_size(steps); i++) {
        struct json_at at = {&list, NULL, i};
        if (!run_step(run, &at, json_array_get(steps, i), answers))
            return;
    }
}

enum err scenario_run(struct arena *arena, const struct definition *definition,
                      struct str text, struct report *report)
{
    struct run run = {.arena = arena,
                      .definition = definition,
                      .source = {.arena = arena, .report = report, .text = text},
                      .aliases = VEC_INIT(arena, struct alias)};
    size_t before = report->count;
    json_t *root = NULL;
    day_no today = 0;
    if (json_source_parse(&run.source, &root) != OK ||
        !json_check_object(&run.source, NULL, root,
                           "description today answers errors steps"))
        return ERR_INPUT;
    (void)json_read_text(&run.source, NULL, root, "description", true);
    if (day_parse(json_read_text(&run.source, NULL, root, "today", true), &today) != OK)
        json_problem(&run.source, NULL, "\"today\" must be a day such as 2026-11-22");
    struct map *errors = map_new(arena);
    json_t *values = validate_answers(&run, root, today, errors);
    check_answer_names(&run, root, values);
    compare_errors(&run, root, errors);
    if (json_object_get(root, "errors") && json_object_get(root, "steps"))
        json_problem(&run.source, NULL, "either \"errors\" or \"steps\"");
    else if (map_count(errors) == 0)
        run_steps(&run, root, values);
    return report->count == before ? OK : ERR_INPUT;
}
