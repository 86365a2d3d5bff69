/* documents.json or rules.json, a NUL byte, what is known as JSON: read it, and let every rule decide. What a slot
 * comes to keeps its bounds; a rule that refuses is one of those that were read. */
#include "process/definition/slots_read.h"
#include "process/submission.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct form_world world_of(struct arena *arena, struct str text)
{
    struct feel_value value = FEEL_NULL_VALUE;
    struct form_world world = {.today = 20779};
    if (text.ptr && feel_from_json(arena, text, &value) == OK &&
        value.type == FEEL_CONTEXT)
        world.context = value.context;
    err_clear();
    return world;
}

static void try_slots(struct json_source *source, const json_t *object,
                      const struct form_world *world)
{
    const struct slot_rule *slots;
    size_t count;
    slots_read(source, NULL, object, &slots, &count);
    if (source->report->count > 0)
        return;
    for (size_t i = 0; i < count; i++) {
        struct slot_now now = slot_resolve(source->arena, &slots[i], world);
        if (now.min < 1 || now.max < now.min || now.max > SLOT_DOCUMENTS_MAX)
            bug("a slot for %lld to %lld documents", (long long)now.min,
                (long long)now.max);
        if (now.required && !now.shown)
            bug("a slot that is not there is required");
        if (slots[i].kind_count == 0 || slots[i].reason_count == 0 ||
            slot_find_kind(&slots[i], slots[i].kind_keys[0]) != 0)
            bug("a slot without kinds or reasons");
    }
}

static void try_rules(struct json_source *source, const json_t *object,
                      const struct form_world *world)
{
    const struct submission_rule *rules;
    struct submission_refusal *refusals;
    size_t count;
    submission_read(source, NULL, object, &rules, &count);
    if (source->report->count > 0)
        return;
    size_t refused = submission_check(source->arena, rules, count, world, &refusals);
    if (refused > count)
        bug("more refusals than rules");
    for (size_t i = 0; i < refused; i++)
        if (refusals[i].rule < rules || refusals[i].rule >= rules + count)
            bug("a refusal by no rule");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(1u << 30);
    struct str known = {(const char *)data, size}, text;
    json_t *object = NULL;
    err_clear();
    (void)str_next(&known, '\0', &text);
    const struct form_world world = world_of(arena, known);
    struct report report = {.arena = arena};
    struct json_source source = {.arena = arena, .report = &report, .text = text};
    if (text.ptr && json_source_parse(&source, &object) == OK) {
        try_slots(&source, object, &world);
        report.count = 0;
        try_rules(&source, object, &world);
    }
    arena_free(&arena);
    return 0;
}
