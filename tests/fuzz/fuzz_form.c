/* A form, a NUL byte, answers as JSON: read the form, validate, and validate what came out again:
 * accepted answers must stay accepted and unchanged. */
#include "process/form_read.h"
#include "process/slots_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void validate(struct arena *arena, const struct form *form, struct str text)
{
    json_t *answers = NULL;
    struct form_result first, second;
    if (json_parse(arena, text, &answers) != OK)
        return;
    form_validate_values(arena, form, answers, &(struct form_world){.today = 20779},
                         &first);
    form_validate_values(arena, form, first.values, &(struct form_world){.today = 20779},
                         &second);
    if (first.error_count == 0 &&
        (second.error_count > 0 || !json_equal(first.values, second.values)))
        bug("accepted answers are not accepted again");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(512u << 20);
    struct report report = {.arena = arena};
    struct str answers = {(const char *)data, size}, text;
    const struct slot_rule *slots;
    size_t slot_count;
    json_t *object = NULL;
    struct form form;
    err_clear();
    (void)str_next(&answers, '\0', &text);
    struct json_source source = {.arena = arena, .report = &report, .text = text};
    if (text.ptr && json_source_parse(&source, &object) == OK) {
        form_read(&source, NULL, object, &form);
        if (report.count == 0 && answers.ptr)
            validate(arena, &form, answers);
        slots_read(&source, NULL, object, &slots, &slot_count);
    }
    arena_free(&arena);
    return 0;
}
