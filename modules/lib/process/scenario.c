#include "process/scenario.h"

#include "base/map.h"
#include "process/json_own.h"
#include "process/json_source.h"
#include "process/model.h"
#include "process/state.h"

struct run {
    struct arena *arena;
    const struct definition *definition;
    struct json_source source;
    struct process_state *state;
};

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
                                     const struct process_model *model,
                                     const struct process_state *state)
{
    struct process_state *decoded = NULL;
    struct str encoded = process_state_encode(arena, state);
    if (process_state_decode(arena, model, encoded, &decoded) != OK)
        bug("an encoded state is not decoded: %s", err_text());
    if (!str_eq(process_state_encode(arena, decoded), encoded))
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
        form_validate_values(run->arena, &run->definition->forms[i], answers, today,
                             &result);
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
    *event = (struct process_event){.kind = PROCESS_STARTED,
                                    .variables = json_object_get(step, "variables")};
    if (str_is(text, "start"))
        return true;
    if (!str_starts(text, STR("complete "))) {
        json_problem(&run->source, at,
                     "\"event\" must be start or complete ELEMENT#NUMBER");
        return false;
    }
    event->activation = str_from_index(text, 9);
    event->kind = PROCESS_TASK_COMPLETED;
    ssize_t token = run->state ? process_state_find(run->state, event->activation) : -1;
    const struct process_model *model = run->definition->model;
    if (token >= 0 &&
        model->nodes[VEC_AT(&run->state->tokens, struct process_token, (size_t)token)
                         ->node]
                .kind == NODE_SERVICE_TASK)
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
        struct str got = scenario_trace(run->arena, &outcome->effects[i]);
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
        event.variables = answers;
    bool refused = json_read_bool(&run->source, at, step, "refused");
    err_clear();
    enum err err =
        process_step(run->arena, run->definition->model, run->state, &event, 0, &outcome);
    if (refused != (err != OK)) {
        json_problem(&run->source, at, "%s", refused ? "was not refused" : err_text());
        return false;
    }
    if (refused)
        return true;
    compare_trace(run, at, step, &outcome);
    run->state = scenario_store(run->arena, run->definition->model, outcome.state);
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
                      .source = {.arena = arena, .report = report, .text = text}};
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
