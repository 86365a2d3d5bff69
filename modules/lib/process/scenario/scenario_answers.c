#include "process/definition/json_own.h"
#include "process/scenario/scenario_run.h"

static struct form_world world_of(struct scenario *s, const json_t *answers)
{
    struct request_facts facts = s->facts;

    facts.answers = answers;
    return (struct form_world){
        .context = values_context(s->arena, s->definition, &facts),
        .base = s->facts.base,
        .today = s->facts.today,
    };
}

/* An object of the scenario; NULL (reported) for anything else. */
static const json_t *object_of(struct scenario *s, const struct json_at *parent,
                               const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    if (value && !json_is_object(value))
        json_problem(&s->source, &(struct json_at){parent, key, 0},
                     "\"%s\" must be an object", key);
    return json_is_object(value) ? value : NULL;
}

static void check_names(struct scenario *s, const struct json_at *parent,
                        const json_t *answers, const json_t *values)
{
    /* The iterator takes a mutable object, though it only reads. */
    json_t *object = (json_t *)(uintptr_t)answers;
    struct json_at at = {parent, "answers", 0};

    for (void *i = json_object_iter(object); i; i = json_object_iter_next(object, i)) {
        const char *key = json_object_iter_key(i);
        if (!json_object_get(values, key))
            json_problem(&s->source, &(struct json_at){&at, key, 0},
                         "no form asks for \"%s\", or it is hidden", key);
    }
}

/* False if there are errors. */
static bool compare_errors(struct scenario *s, const struct json_at *parent,
                           const json_t *object, const struct map *errors)
{
    json_t *expected = (json_t *)(uintptr_t)object_of(s, parent, object, "errors");
    struct json_at at = {parent, "errors", 0};

    for (size_t i = 0; i < map_count(errors); i++) {
        const struct form_error *error = map_entries(errors)[i].value;
        const json_t *value = json_object_getn(expected, error->key.ptr, error->key.len);
        if (!json_is_string(value) ||
            !str_is(str_from(error->msgid), json_string_value(value)))
            json_problem(&s->source, expected ? &at : parent, "answer %.*s: %s",
                         STR_ARG(error->key), error->msgid);
    }
    for (void *i = json_object_iter(expected); i;
         i = json_object_iter_next(expected, i)) {
        const char *key = json_object_iter_key(i);
        if (!map_has(errors, str_from(key)))
            json_problem(&s->source, &(struct json_at){&at, key, 0},
                         "answer %s is accepted, an error was expected", key);
    }
    return map_count(errors) == 0;
}

static void note_errors(struct map *errors, const struct form_result *result)
{
    for (size_t i = 0; i < result->error_count; i++)
        map_set(errors, result->errors[i].key, &result->errors[i]);
}

bool scenario_answers(struct scenario *s, const json_t *root)
{
    const json_t *answers = object_of(s, NULL, root, "answers");
    struct map *errors = map_new(s->arena);
    json_t *values = json_new_object(s->arena);

    s->facts.base = object_of(s, NULL, root, "base");
    s->facts.facts = object_of(s, NULL, root, "facts");
    s->facts.answers = values;
    for (size_t i = 0; i < s->definition->form_count; i++) {
        const struct form_world world = world_of(s, values);
        struct form_result result;
        form_validate_values(s->arena, &s->definition->forms[i], answers, &world,
                             &result);
        json_object_update(values, result.values);
        note_errors(errors, &result);
    }
    check_names(s, NULL, answers, values);
    return compare_errors(s, NULL, root, errors);
}

bool scenario_task_answers(struct scenario *s, const struct json_at *at,
                           const json_t *step, const struct form *form, json_t **out)
{
    const json_t *answers = object_of(s, at, step, "answers");
    const struct form_world world = world_of(s, s->facts.answers);
    struct map *errors = map_new(s->arena);
    struct form_result result = {.values = json_new_object(s->arena)};

    if (form)
        form_validate_values(s->arena, form, answers, &world, &result);
    note_errors(errors, &result);
    check_names(s, at, answers, result.values);
    *out = result.values;
    return compare_errors(s, at, step, errors);
}

/* ---- documents and rules ---- */

/* Both lists hold the same words; what is missing on one side is reported. */
static void compare_words(struct scenario *s, const char *key, const json_t *expected,
                          const struct map *got)
{
    struct json_at list = {NULL, key, 0};
    struct map *wanted = map_new(s->arena);

    for (size_t i = 0; i < json_array_size(expected); i++) {
        const char *word = json_string_value(json_array_get(expected, i));
        if (word)
            map_set(wanted, str_from(word), s);
        if (!word || !map_has(got, str_from(word)))
            json_problem(&s->source, &(struct json_at){&list, NULL, i},
                         "%s: did not come about", word ? word : "no text");
    }
    for (size_t i = 0; i < map_count(got); i++)
        if (!map_has(wanted, map_entries(got)[i].key))
            json_problem(&s->source, expected ? &list : NULL, "%s: got %.*s", key,
                         STR_ARG(map_entries(got)[i].key));
}

bool scenario_rules(struct scenario *s, const json_t *root)
{
    const struct definition *d = s->definition;
    const struct form_world world = world_of(s, s->facts.answers);
    const json_t *documents = json_read_array(&s->source, NULL, root, "documents", false);
    struct map *required = map_new(s->arena), *refusing = map_new(s->arena);
    struct submission_refusal *refusals;
    size_t count = submission_check(s->arena, d->rules, d->rule_count, &world, &refusals);

    for (size_t i = 0; i < d->slot_count; i++) {
        struct slot_now now = slot_resolve(s->arena, &d->slots[i], &world);
        if (now.shown && now.required)
            map_set(required, d->slots[i].key, s);
    }
    for (size_t i = 0; i < count; i++)
        map_set(refusing, refusals[i].rule->key, s);
    if (documents)
        compare_words(s, "documents", documents, required);
    compare_words(s, "refusals",
                  json_read_array(&s->source, NULL, root, "refusals", false), refusing);
    return count == 0;
}
