#include "process/form/form_number.h"

#include "process/definition/json_own.h"

/* What was typed, taken apart. */
struct typed {
    bool negative;
    char digits[64];
    size_t count;
    ssize_t point;     /* digits before the decimal sign; -1: none was typed */
    ssize_t other;     /* digits before the last grouping sign of the two; -1: none */
    size_t signs;      /* grouping signs, blanks included */
    bool bad_group;    /* a grouping sign does not part groups of three */
    size_t last_group; /* digits before the last grouping sign of any kind */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Length of a blank between groups at the start of the text: blank, no-break or thin; 0. */
static size_t blank_length(struct str text)
{
    static const char *const BLANKS[] = {" ", "\xc2\xa0", "\xe2\x80\xaf", "\xe2\x80\x89"};

    for (size_t i = 0; i < sizeof BLANKS / sizeof *BLANKS; i++)
        if (str_starts(text, str_from(BLANKS[i])))
            return strlen(BLANKS[i]);
    return 0;
}

static void note_group(struct typed *t, bool is_sign)
{
    size_t since = t->count - t->last_group;
    bool good = t->signs == 0 ? since >= 1 && since <= 3 : since == 3;

    t->bad_group = t->bad_group || !good || t->point >= 0;
    t->signs++;
    t->last_group = t->count;
    if (is_sign)
        t->other = (ssize_t)t->count;
}

/* False: a character that no number has. */
static bool take_apart(struct str text, char decimal_sign, struct typed *t)
{
    char grouping = (char)(decimal_sign == ',' ? '.' : ',');

    *t = (struct typed){.point = -1, .other = -1};
    if (str_starts(text, STR("-")) || str_starts(text, STR("\xe2\x88\x92"))) {
        t->negative = true;
        text = str_from_index(text, text.ptr[0] == '-' ? 1 : 3);
    }
    while (text.len > 0) {
        size_t blank = decimal_sign ? blank_length(text) : 0;
        char c = text.ptr[0];

        if (is_digit(c) && t->count < sizeof t->digits)
            t->digits[t->count++] = c;
        else if (blank > 0 || (decimal_sign && c == grouping))
            note_group(t, blank == 0);
        else if (c == (decimal_sign ? decimal_sign : '.') && t->point < 0)
            t->point = (ssize_t)t->count;
        else
            return false;
        text = str_from_index(text, blank > 0 ? blank : 1);
    }
    return t->count > 0;
}

static enum form_number_fault judge(const struct typed *t, int decimals)
{
    size_t before = t->point >= 0 ? (size_t)t->point : t->count;
    size_t behind = t->count - before;
    bool groups_end = t->signs == 0 || before - t->last_group == 3;

    if (t->point >= 0 && behind == 0)
        return FORM_NUMBER_NONE;
    if (t->signs > 0 && (t->bad_group || !groups_end))
        /* "1.5" where a comma is expected is no badly grouped 15. */
        return t->other >= 0 ? FORM_NUMBER_SIGN : FORM_NUMBER_NONE;
    if (before == 0 || before > FORM_NUMBER_DIGITS || behind > (size_t)decimals)
        return FORM_NUMBER_NONE;
    if (t->signs == 1 && t->other >= 0 && t->point < 0 && decimals >= 3)
        return FORM_NUMBER_AMBIGUOUS;
    return FORM_NUMBER_OK;
}

enum form_number_fault form_number_read(struct arena *arena, struct str text,
                                        int decimals, char decimal_sign,
                                        struct str *stored_out)
{
    struct typed t;
    size_t start = 0;
    bool zero = true;
    struct buf out = buf_init(arena, 128);

    if (!take_apart(text, decimal_sign, &t))
        return FORM_NUMBER_NONE;
    enum form_number_fault fault = judge(&t, decimals);
    if (fault != FORM_NUMBER_OK)
        return fault;
    size_t before = t.point >= 0 ? (size_t)t.point : t.count;
    while (start + 1 < before && t.digits[start] == '0')
        start++;
    for (size_t i = 0; i < t.count; i++)
        zero = zero && t.digits[i] == '0';
    if (t.negative && !zero)
        buf_put_char(&out, '-');
    for (size_t i = start; i < before; i++)
        buf_put_char(&out, t.digits[i]);
    for (size_t i = 0; i < (size_t)decimals; i++) {
        if (i == 0)
            buf_put_char(&out, '.');
        buf_put_char(&out, before + i < t.count ? t.digits[before + i] : '0');
    }
    *stored_out = buf_str(&out);
    return FORM_NUMBER_OK;
}

json_t *form_number_json(struct arena *arena, const struct form_field *field,
                         struct str stored)
{
    int64_t whole;

    if (field->decimals == 0 && str_to_i64(stored, &whole) == OK)
        return json_own(arena, json_integer(whole));
    return json_own(arena, json_text(stored));
}

char form_decimal_sign(const char *language_code)
{
    return strcmp(language_code, "de") == 0 ? ',' : '.';
}

/* "-1234.50": the digits before and behind the point; false if the text is no stored number. */
static bool stored_parts(struct str stored, bool *negative, struct str *before,
                         struct str *behind)
{
    *negative = str_starts(stored, STR("-"));
    struct str rest = str_from_index(stored, *negative ? 1 : 0);
    ssize_t point = str_index(rest, '.');

    *before = point < 0 ? rest : str_sub(rest, 0, (size_t)point);
    *behind = point < 0 ? STR_NONE : str_from_index(rest, (size_t)point + 1);
    for (size_t i = 0; i < before->len; i++)
        if (!is_digit(before->ptr[i]))
            return false;
    for (size_t i = 0; i < behind->len; i++)
        if (!is_digit(behind->ptr[i]))
            return false;
    return before->len > 0 && (point < 0 || behind->len > 0);
}

static struct str written(struct arena *arena, struct str stored, char decimal_sign,
                          bool grouped)
{
    struct buf out = buf_init(arena, 256);
    struct str before, behind;
    bool negative;

    if (stored.len > 64 || !stored_parts(stored, &negative, &before, &behind))
        return stored;
    if (negative)
        buf_put_char(&out, '-');
    for (size_t i = 0; i < before.len; i++) {
        if (grouped && i > 0 && (before.len - i) % 3 == 0)
            buf_put_char(&out, (char)(decimal_sign == ',' ? '.' : ','));
        buf_put_char(&out, before.ptr[i]);
    }
    if (behind.len > 0) {
        buf_put_char(&out, decimal_sign ? decimal_sign : '.');
        buf_put(&out, behind);
    }
    return buf_str(&out);
}

struct str form_number_typed(struct arena *arena, struct str stored, char decimal_sign)
{
    return written(arena, stored, decimal_sign, false);
}

struct str form_number_shown(struct arena *arena, struct str stored, char decimal_sign)
{
    return written(arena, stored, decimal_sign, decimal_sign != '\0');
}
