/* builtin_string.c: text. Positions count characters (code points) from 1. */
#include "formats/letter_case.h"
#include "formats/regex.h"
#include "feel/builtin.h"

#define TEXT_LIMIT ((size_t)1 << 20)

/* Byte at which character `index` (from 0) begins; the length for the one behind the last. */
static size_t byte_of(struct str text, int64_t index)
{
    size_t at = 0;

    while (at < text.len && index > 0) {
        at++;
        while (at < text.len && ((unsigned char)text.ptr[at] & 0xC0) == 0x80)
            at++;
        index--;
    }
    return at;
}

static struct feel_value call_substring(struct feel_run *run,
                                        const struct feel_args *args)
{
    struct str text;
    int64_t start;
    int64_t length = INT64_MAX;
    int64_t characters;
    size_t from;

    if (!arg_string(run, args, 0, &text) || !arg_whole(run, args, 1, &start) ||
        (arg_at(args, 2).type != FEEL_NULL && !arg_whole(run, args, 2, &length)) ||
        !feel_spend(run, (int64_t)text.len / 16))
        return FEEL_NULL_VALUE;
    characters = (int64_t)str_utf8_length(text);
    if (start == 0 || length < 0)
        return feel_fail(run, "positions count from 1");
    if (start < 0)
        start = characters + start + 1;
    if (start < 1)
        start = 1;
    if (start > characters)
        return feel_string(STR(""));
    from = byte_of(text, start - 1);
    text = str_from_index(text, from);
    if (length < characters)
        text = str_sub(text, 0, byte_of(text, length));
    return feel_string(text);
}

static struct feel_value call_string_length(struct feel_run *run,
                                            const struct feel_args *args)
{
    struct str text;

    if (!arg_string(run, args, 0, &text) || !feel_spend(run, (int64_t)text.len / 16))
        return FEEL_NULL_VALUE;
    return feel_i64((int64_t)str_utf8_length(text));
}

static struct feel_value call_upper_case(struct feel_run *run,
                                         const struct feel_args *args)
{
    struct str text;

    if (!arg_string(run, args, 0, &text) || !feel_spend(run, (int64_t)text.len / 4))
        return FEEL_NULL_VALUE;
    return feel_string(text_upper(run->arena, text));
}

static struct feel_value call_lower_case(struct feel_run *run,
                                         const struct feel_args *args)
{
    struct str text;

    if (!arg_string(run, args, 0, &text) || !feel_spend(run, (int64_t)text.len / 4))
        return FEEL_NULL_VALUE;
    return feel_string(text_lower(run->arena, text));
}

static bool two_texts(struct feel_run *run, const struct feel_args *args, struct str *a,
                      struct str *b)
{
    return arg_string(run, args, 0, a) && arg_string(run, args, 1, b) &&
           feel_spend(run, (int64_t)(a->len + b->len) / 16);
}

static struct feel_value call_substring_before(struct feel_run *run,
                                               const struct feel_args *args)
{
    struct str text;
    struct str match;
    ssize_t at;

    if (!two_texts(run, args, &text, &match))
        return FEEL_NULL_VALUE;
    at = match.len ? str_find(text, match) : -1;
    return feel_string(at < 0 ? STR("") : str_sub(text, 0, (size_t)at));
}

static struct feel_value call_substring_after(struct feel_run *run,
                                              const struct feel_args *args)
{
    struct str text;
    struct str match;
    ssize_t at;

    if (!two_texts(run, args, &text, &match))
        return FEEL_NULL_VALUE;
    if (match.len == 0)
        return feel_string(text);
    at = str_find(text, match);
    return feel_string(at < 0 ? STR("") : str_from_index(text, (size_t)at + match.len));
}

static struct feel_value call_contains(struct feel_run *run, const struct feel_args *args)
{
    struct str text;
    struct str match;

    if (!two_texts(run, args, &text, &match))
        return FEEL_NULL_VALUE;
    return feel_boolean(match.len == 0 || str_find(text, match) >= 0);
}

static struct feel_value call_starts_with(struct feel_run *run,
                                          const struct feel_args *args)
{
    struct str text;
    struct str match;

    if (!two_texts(run, args, &text, &match))
        return FEEL_NULL_VALUE;
    return feel_boolean(str_starts(text, match));
}

static struct feel_value call_ends_with(struct feel_run *run,
                                        const struct feel_args *args)
{
    struct str text;
    struct str match;

    if (!two_texts(run, args, &text, &match))
        return FEEL_NULL_VALUE;
    return feel_boolean(str_ends(text, match));
}

static struct feel_value call_trim(struct feel_run *run, const struct feel_args *args)
{
    struct str text;

    if (!arg_string(run, args, 0, &text))
        return FEEL_NULL_VALUE;
    return feel_string(str_trim(text));
}

static struct feel_value call_is_blank(struct feel_run *run, const struct feel_args *args)
{
    struct str text;

    if (!arg_string(run, args, 0, &text))
        return FEEL_NULL_VALUE;
    return feel_boolean(str_trim(text).len == 0);
}

/* ---- patterns -------------------------------------------------------------------------------- */

/* Pattern in argument 1, flags in `flags_at`: those of XPath. */
static bool compile(struct feel_run *run, const struct feel_args *args, size_t flags_at,
                    struct regex **out)
{
    static const char LETTERS[] = "smix";
    struct str pattern;
    struct str letters = STR("");
    struct str reason = STR_NONE;
    unsigned flags = 0;

    if (!arg_string(run, args, 1, &pattern) ||
        (arg_at(args, flags_at).type != FEEL_NULL &&
         !arg_string(run, args, flags_at, &letters)) ||
        !feel_spend(run, 100))
        return false;
    for (size_t i = 0; i < letters.len; i++) {
        const char *found = strchr(LETTERS, letters.ptr[i]);

        if (!letters.ptr[i] || !found) {
            (void)feel_fail(run, "there is no flag %c", letters.ptr[i]);
            return false;
        }
        flags |= 1u << (found - LETTERS);
    }
    if (regex_compile(run->arena, pattern, flags, out, &reason) == OK)
        return true;
    (void)feel_fail(run, "the pattern %.*s", STR_ARG(reason));
    return false;
}

/* Each match; false at the end or after feel_fail(). `*at` moves on, past an empty match by one. */
static bool next_match(struct feel_run *run, const struct regex *regex, struct str text,
                       size_t *at, struct regex_match *out)
{
    size_t end;
    enum err err;

    if (*at > text.len || !feel_spend(run, 10 + (int64_t)(text.len - *at) / 16))
        return false;
    err = regex_find(regex, text, *at, out);
    if (err == ERR_LIMITED) {
        (void)feel_fail(run, "the pattern takes too many steps");
        err_clear();
        run->exhausted = true;
    }
    if (err != OK)
        return false;
    end = (size_t)(out->groups[0].ptr - (text.ptr ? text.ptr : "")) + out->groups[0].len;
    *at = out->groups[0].len
              ? end
              : end + (end < text.len ? byte_of(str_from_index(text, end), 1) : 1);
    return true;
}

static struct feel_value call_matches(struct feel_run *run, const struct feel_args *args)
{
    struct str text;
    struct regex *regex = NULL;
    struct regex_match match;
    size_t at = 0;

    if (!arg_string(run, args, 0, &text) || !compile(run, args, 2, &regex))
        return FEEL_NULL_VALUE;
    return feel_boolean(next_match(run, regex, text, &at, &match));
}

/* "$1" is a group, "\$" a dollar sign. */
static void put_replacement(struct buf *out, struct str pattern,
                            const struct regex_match *match)
{
    for (size_t i = 0; i < pattern.len; i++) {
        char c = pattern.ptr[i];
        char next = i + 1 < pattern.len ? pattern.ptr[i + 1] : '\0';

        if (c == '$' && next >= '0' && next <= '9') {
            if ((size_t)(next - '0') < match->count)
                buf_put(out, match->groups[next - '0']);
            i++;
        } else if (c == '\\' && (next == '$' || next == '\\')) {
            buf_put_char(out, next);
            i++;
        } else {
            buf_put_char(out, c);
        }
    }
}

static struct feel_value call_replace(struct feel_run *run, const struct feel_args *args)
{
    struct buf out = buf_init(run->arena, TEXT_LIMIT);
    struct str text;
    struct str replacement;
    struct regex *regex = NULL;
    struct regex_match match;
    size_t at = 0;
    size_t copied = 0;

    if (!arg_string(run, args, 0, &text) || !compile(run, args, 3, &regex) ||
        !arg_string(run, args, 2, &replacement))
        return FEEL_NULL_VALUE;
    while (next_match(run, regex, text, &at, &match)) {
        size_t start = (size_t)(match.groups[0].ptr - (text.ptr ? text.ptr : ""));

        buf_put(&out, str_sub(text, copied, start - copied));
        put_replacement(&out, replacement, &match);
        copied = start + match.groups[0].len;
    }
    buf_put(&out, str_from_index(text, copied));
    if (buf_check(&out) != OK)
        return feel_fail(run, "the text is too long");
    return feel_string(buf_str(&out).ptr ? buf_str(&out) : STR(""));
}

static struct feel_value call_split(struct feel_run *run, const struct feel_args *args)
{
    struct vec parts = VEC_INIT(run->arena, struct feel_value);
    struct str text;
    struct regex *regex = NULL;
    struct regex_match match;
    size_t at = 0;
    size_t copied = 0;

    if (!arg_string(run, args, 0, &text) || !compile(run, args, 2, &regex))
        return FEEL_NULL_VALUE;
    while (next_match(run, regex, text, &at, &match)) {
        size_t start = (size_t)(match.groups[0].ptr - (text.ptr ? text.ptr : ""));

        if (match.groups[0].len == 0 && (start == 0 || start == text.len))
            continue;
        *VEC_PUSH(&parts, struct feel_value) =
            feel_string(str_sub(text, copied, start - copied));
        copied = start + match.groups[0].len;
    }
    *VEC_PUSH(&parts, struct feel_value) = feel_string(str_from_index(text, copied));
    return list_of(run, &parts);
}

static struct feel_value call_extract(struct feel_run *run, const struct feel_args *args)
{
    struct vec found = VEC_INIT(run->arena, struct feel_value);
    struct str text;
    struct regex *regex = NULL;
    struct regex_match match;
    size_t at = 0;

    if (!arg_string(run, args, 0, &text) || !compile(run, args, 2, &regex))
        return FEEL_NULL_VALUE;
    while (next_match(run, regex, text, &at, &match))
        *VEC_PUSH(&found, struct feel_value) = feel_string(match.groups[0]);
    return list_of(run, &found);
}

static struct feel_value call_string_join(struct feel_run *run,
                                          const struct feel_args *args)
{
    struct buf out = buf_init(run->arena, TEXT_LIMIT);
    const struct feel_list *list;
    struct str between = STR("");
    struct str before = STR("");
    struct str after = STR("");
    bool any = false;

    if (!arg_list(run, args, 0, &list) ||
        (arg_at(args, 1).type != FEEL_NULL && !arg_string(run, args, 1, &between)) ||
        (arg_at(args, 2).type != FEEL_NULL && !arg_string(run, args, 2, &before)) ||
        (arg_at(args, 3).type != FEEL_NULL && !arg_string(run, args, 3, &after)))
        return FEEL_NULL_VALUE;
    buf_put(&out, before);
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].type == FEEL_NULL)
            continue;
        if (list->items[i].type != FEEL_STRING)
            return feel_fail(run, "string join takes texts");
        if (any)
            buf_put(&out, between);
        buf_put(&out, list->items[i].string);
        any = true;
    }
    buf_put(&out, after);
    if (buf_check(&out) != OK || !feel_spend(run, (int64_t)buf_str(&out).len / 16))
        return feel_fail(run, "the text is too long");
    return feel_string(buf_str(&out).ptr ? buf_str(&out) : STR(""));
}

const struct feel_builtin feel_builtins_string[] = {
    {"substring", "string;start position;length", 2, 3, call_substring},
    {"string length", "string", 1, 1, call_string_length},
    {"upper case", "string", 1, 1, call_upper_case},
    {"lower case", "string", 1, 1, call_lower_case},
    {"substring before", "string;match", 2, 2, call_substring_before},
    {"substring after", "string;match", 2, 2, call_substring_after},
    {"contains", "string;match", 2, 2, call_contains},
    {"starts with", "string;match", 2, 2, call_starts_with},
    {"ends with", "string;match", 2, 2, call_ends_with},
    {"matches", "input;pattern;flags", 2, 3, call_matches},
    {"replace", "input;pattern;replacement;flags", 3, 4, call_replace},
    {"split", "string;delimiter;flags", 2, 3, call_split},
    {"extract", "string;pattern;flags", 2, 3, call_extract},
    {"string join", "list;delimiter;prefix;suffix", 1, 4, call_string_join},
    {"trim", "string", 1, 1, call_trim},
    {"is blank", "string", 1, 1, call_is_blank},
    {NULL, NULL, 0, 0, NULL},
};
