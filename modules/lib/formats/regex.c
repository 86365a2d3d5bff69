#include "formats/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define OPTIONS        (PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C)
#define MATCH_LIMIT    100000
#define DEPTH_LIMIT    1000
#define HEAP_LIMIT_KIB 1024

struct regex {
    pcre2_code *code;
    pcre2_match_context *context;
    pcre2_match_data *data;
};

static void end(void *handle)
{
    struct regex *regex = handle;

    pcre2_match_data_free(regex->data);
    pcre2_match_context_free(regex->context);
    pcre2_code_free(regex->code);
}

static uint32_t options_of(unsigned flags)
{
    uint32_t options = OPTIONS;

    if (flags & REGEX_DOT_ALL)
        options |= PCRE2_DOTALL;
    if (flags & REGEX_MULTILINE)
        options |= PCRE2_MULTILINE;
    if (flags & REGEX_NO_CASE)
        options |= PCRE2_CASELESS;
    if (flags & REGEX_FREE)
        options |= PCRE2_EXTENDED;
    if (flags & REGEX_WHOLE)
        options |= PCRE2_ANCHORED | PCRE2_ENDANCHORED;
    return options;
}

enum err regex_compile(struct arena *arena, struct str pattern, unsigned flags,
                       struct regex **out, struct str *reason_out)
{
    struct regex *regex = ARENA_NEW(arena, struct regex);
    PCRE2_UCHAR text[200];
    int code;
    size_t at;

    regex->code = pcre2_compile((PCRE2_SPTR)(pattern.ptr ? pattern.ptr : ""), pattern.len,
                                options_of(flags), &code, &at, NULL);
    if (!regex->code) {
        pcre2_get_error_message(code, text, sizeof(text));
        *reason_out = str_format(arena, "at byte %zu: %s", at + 1, (const char *)text);
        return ERR_INPUT;
    }
    regex->context = pcre2_match_context_create(NULL);
    regex->data = pcre2_match_data_create(REGEX_GROUPS_MAX, NULL);
    if (!regex->context || !regex->data)
        bug("no memory for a pattern");
    pcre2_set_match_limit(regex->context, MATCH_LIMIT);
    pcre2_set_depth_limit(regex->context, DEPTH_LIMIT);
    pcre2_set_heap_limit(regex->context, HEAP_LIMIT_KIB);
    arena_on_end(arena, end, regex);
    *out = regex;
    return OK;
}

enum err regex_find(const struct regex *regex, struct str text, size_t from,
                    struct regex_match *out)
{
    const char *bytes = text.ptr ? text.ptr : "";
    int found = pcre2_match(regex->code, (PCRE2_SPTR)bytes, text.len, from, 0,
                            regex->data, regex->context);
    const size_t *spans = pcre2_get_ovector_pointer(regex->data);
    size_t count;

    if (found == PCRE2_ERROR_NOMATCH)
        return ERR_NOT_FOUND;
    if (found < 0)
        return err_note(ERR_LIMITED, "the pattern takes too many steps");
    count = found == 0 ? REGEX_GROUPS_MAX : (size_t)found;
    *out = (struct regex_match){.count = count};
    for (size_t i = 0; i < count; i++)
        if (spans[2 * i] != PCRE2_UNSET)
            out->groups[i] =
                (struct str){bytes + spans[2 * i], spans[2 * i + 1] - spans[2 * i]};
    return OK;
}
