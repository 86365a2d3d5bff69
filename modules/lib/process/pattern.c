#include "process/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define OPTIONS                                                                          \
    (PCRE2_UTF | PCRE2_UCP | PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_NEVER_BACKSLASH_C)
#define MATCH_LIMIT    100000
#define DEPTH_LIMIT    1000
#define HEAP_LIMIT_KIB 1024

static enum err compile(struct arena *arena, struct str pattern, pcre2_code **out,
                        struct str *reason_out)
{
    int code;
    size_t at;
    if (pattern.len > PATTERN_SIZE_MAX) {
        *reason_out = STR("longer than 500 bytes");
        return ERR_INPUT;
    }
    *out = pcre2_compile((PCRE2_SPTR)pattern.ptr, pattern.len, OPTIONS, &code, &at, NULL);
    if (*out)
        return OK;
    PCRE2_UCHAR text[200];
    pcre2_get_error_message(code, text, sizeof text);
    *reason_out = str_format(arena, "at byte %zu: %s", at + 1, (const char *)text);
    return ERR_INPUT;
}

enum err pattern_check(struct arena *arena, struct str pattern, struct str *reason_out)
{
    pcre2_code *code;
    enum err err = compile(arena, pattern, &code, reason_out);
    if (err == OK)
        pcre2_code_free(code);
    return err;
}

bool pattern_matches(struct arena *arena, struct str pattern, struct str text)
{
    pcre2_code *code;
    struct str reason;
    if (compile(arena, pattern, &code, &reason) != OK)
        return false;
    pcre2_match_context *context = pcre2_match_context_create(NULL);
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    bool matches = false;
    if (context && data) {
        pcre2_set_match_limit(context, MATCH_LIMIT);
        pcre2_set_depth_limit(context, DEPTH_LIMIT);
        pcre2_set_heap_limit(context, HEAP_LIMIT_KIB);
        matches = pcre2_match(code, (PCRE2_SPTR)(text.ptr ? text.ptr : ""), text.len, 0,
                              0, data, context) >= 0;
    }
    pcre2_match_data_free(data);
    pcre2_match_context_free(context);
    pcre2_code_free(code);
    return matches;
}
