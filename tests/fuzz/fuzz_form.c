/* A form, a NUL byte, answers as JSON, a NUL byte, what is posted (lines of name=value): read the form, show it, validate.
 * Accepted answers must stay accepted and unchanged, and nothing is accepted or complained about that is not shown. */
#include "process/definition/definition.h"
#include "process/form/form_read.h"
#include "process/definition/slots_read.h"
#include "process/values.h"

#define TODAY 20779

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char FACTS[] =
    "{\"company\":{\"reference\":\"M-1\",\"entitlements\":[{\"key\":\"p@m\",\"volume\":"
    "\"12.50\",\"validFrom\":\"2026-01-01\"}]},\"catalogue\":{\"markets\":[{\"key\":"
    "\"de\",\"name\":{\"en\":\"Germany\",\"de\":\"Deutschland\"}},{\"key\":\"fr\"}]}}";

static struct form_world world_of(struct arena *arena)
{
    const struct definition nothing = {.forms = NULL};
    json_t *facts = NULL;
    if (json_parse(arena, str_from(FACTS), &facts) != OK)
        bug("the facts are no JSON");
    const struct request_facts known = {.facts = facts,
                                        .submitted_at = INSTANT_NONE,
                                        .effective_on = DAY_NONE,
                                        .today = TODAY};
    return (struct form_world){.context = values_context(arena, &nothing, &known),
                               .base = facts,
                               .today = TODAY};
}

/* Every answer and every problem is of a field that is shown for these answers. */
static void check_shown(struct arena *arena, const struct form *form,
                        const struct form_world *world, const struct form_result *result)
{
    struct form_now now = form_resolve(arena, form, world, result->values);
    for (size_t i = 0; i < result->error_count; i++)
        if (!result->errors[i].field || !result->errors[i].msgid)
            bug("an error without field");
    if (result->error_count > 0)
        return; /* wrong answers do not count for what is shown, but are shown */
    for (void *i = json_object_iter(result->values); i;
         i = json_object_iter_next(result->values, i))
        if (!form_now_find(&now, str_from(json_object_iter_key(i))))
            bug("%s is accepted and not shown", json_object_iter_key(i));
}

static void check_again(struct arena *arena, const struct form *form,
                        const struct form_world *world, const struct form_result *first)
{
    struct form_result second;
    check_shown(arena, form, world, first);
    form_validate_values(arena, form, first->values, world, &second);
    if (first->error_count == 0 &&
        (second.error_count > 0 || !json_equal(first->values, second.values)))
        bug("accepted answers are not accepted again");
}

static void validate(struct arena *arena, const struct form *form, struct str answers,
                     struct str lines)
{
    struct form_world world = world_of(arena);
    struct map *posted = map_new(arena);
    struct form_result result;
    struct str line, name;
    json_t *object = NULL;
    if (json_parse(arena, answers, &object) == OK) {
        form_validate_values(arena, form, object, &world, &result);
        check_again(arena, form, &world, &result);
        (void)form_resolve(arena, form, &world, object);
    }
    (void)form_resolve(arena, form, &world, NULL);
    while (map_count(posted) < 200 && str_next(&lines, '\n', &line)) {
        struct str *value = ARENA_NEW(arena, struct str);
        (void)str_next(&line, '=', &name);
        *value = line;
        map_set(posted, name, value);
    }
    for (size_t i = 0; i < 3; i++) {
        world.decimal_sign = ",.\0"[i];
        form_validate(arena, form, posted, &world, &result);
        check_again(arena, form, &world, &result);
        (void)form_typed(arena, form, posted, &world);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(512u << 20);
    struct report report = {.arena = arena};
    struct str rest = {(const char *)data, size}, text, answers;
    const struct slot_rule *slots;
    size_t slot_count;
    json_t *object = NULL;
    struct form form;
    err_clear();
    (void)str_next(&rest, '\0', &text);
    struct json_source source = {.arena = arena, .report = &report, .text = text};
    if (text.ptr && json_source_parse(&source, &object) == OK) {
        form_read(&source, NULL, object, &form);
        if (report.count == 0 && str_next(&rest, '\0', &answers))
            validate(arena, &form, answers, rest);
        slots_read(&source, NULL, object, &slots, &slot_count);
    }
    arena_free(&arena);
    return 0;
}
