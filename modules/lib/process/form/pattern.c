#include "process/form/pattern.h"

#include "formats/regex.h"

enum err pattern_check(struct arena *arena, struct str pattern, struct str *reason_out)
{
    struct regex *regex;

    if (pattern.len > PATTERN_SIZE_MAX) {
        *reason_out = STR("longer than 500 bytes");
        return ERR_INPUT;
    }
    return regex_compile(arena, pattern, REGEX_WHOLE, &regex, reason_out);
}

bool pattern_matches(struct arena *arena, struct str pattern, struct str text)
{
    struct regex *regex;
    struct regex_match match;
    struct str reason;
    enum err err;

    if (regex_compile(arena, pattern, REGEX_WHOLE, &regex, &reason) != OK)
        return false;
    err = regex_find(regex, text, 0, &match);
    if (err == ERR_LIMITED)
        err_clear();
    return err == OK;
}
