/* A DMN file: read, stored, loaded, and each of its decisions taken. */
#include "dmn/table_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct feel_context NOTHING = {NULL, 0};
    struct arena *arena = arena_new((size_t)256 << 20);
    struct str xml = {(const char *)data, size};
    struct dmn_model *read;
    struct dmn_model *model;

    if (dmn_read(arena, xml, NULL, NULL, &read) == OK) {
        if (dmn_load(arena, dmn_encode(arena, read), &model) != OK)
            bug("what was read does not load: %s", err_text());
        for (size_t i = 0; dmn_decision_id(model, i).ptr; i++) {
            struct feel_run run = {.arena = arena, .steps_left = 10000};
            struct feel_value value;

            (void)!dmn_decide(model, dmn_decision_id(model, i), &NOTHING, &run, &value);
        }
    }
    err_clear();
    arena_free(&arena);
    return 0;
}
