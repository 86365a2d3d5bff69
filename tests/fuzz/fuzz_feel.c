/* The input as an expression, as unary tests and as JSON. */
#include "feel/feel.h"

#define STEPS 20000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ignore_path(void *context, const struct feel_path *path)
{
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new((size_t)512 << 20);
    struct str text = {(const char *)data, size};
    struct feel_run run = {.arena = arena, .steps_left = STEPS};
    struct buf out = buf_init(arena, 1 << 20);
    const struct feel_node *node;
    struct feel_value value;
    struct str reason;
    bool passes;

    if (feel_parse(arena, text, NULL, &node, &reason) == OK) {
        feel_paths(node, ignore_path, NULL);
        if (feel_eval(&run, node, NULL, &value) == OK) {
            feel_put_json(&out, arena, value);
            (void)feel_text(arena, value);
        }
    }
    run.steps_left = STEPS;
    if (feel_parse_tests(arena, text, NULL, &node, &reason) == OK)
        (void)!feel_eval_tests(&run, node, NULL, feel_i64(1), &passes);
    if (feel_from_json(arena, text, &value) == OK)
        feel_put_json(&out, arena, value);
    err_clear();
    arena_free(&arena);
    return 0;
}
