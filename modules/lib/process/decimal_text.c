#include "process/decimal_text.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Length of the leading run of digits. */
static size_t digits(struct str s)
{
    size_t n = 0;
    while (n < s.len && is_digit(s.ptr[n]))
        n++;
    return n;
}

enum err decimal_canonical(struct arena *arena, struct str text, struct str *out)
{
    bool negative = text.len > 0 && text.ptr[0] == '-';
    struct str rest = negative ? str_from_index(text, 1) : text;
    struct str whole = str_sub(rest, 0, digits(rest));
    struct str fraction = STR("");
    rest = str_from_index(rest, whole.len);
    if (rest.len > 0 && rest.ptr[0] == '.') {
        rest = str_from_index(rest, 1);
        fraction = str_sub(rest, 0, digits(rest));
        if (fraction.len == 0)
            return ERR_INPUT;
        rest = str_from_index(rest, fraction.len);
    }
    if (rest.len > 0 || whole.len + fraction.len == 0 ||
        whole.len + fraction.len > DECIMAL_DIGITS_MAX)
        return ERR_INPUT;
    while (whole.len > 0 && whole.ptr[0] == '0')
        whole = str_from_index(whole, 1);
    while (fraction.len > 0 && fraction.ptr[fraction.len - 1] == '0')
        fraction.len--;
    if (whole.len == 0 && fraction.len == 0) {
        *out = STR("0");
        return OK;
    }
    *out = str_format(arena, "%s%.*s%s%.*s", negative ? "-" : "",
                      STR_ARG(whole.len > 0 ? whole : STR("0")),
                      fraction.len > 0 ? "." : "", STR_ARG(fraction));
    return OK;
}

/* Order of two numbers without sign. */
static int compare_magnitude(struct str a, struct str b)
{
    size_t a_whole = digits(a), b_whole = digits(b);
    if (a_whole != b_whole)
        return a_whole < b_whole ? -1 : 1;
    /* Same number of digits before the point: byte order is numeric order, also of
     * fractions. */
    return str_cmp(a, b);
}

int decimal_compare(struct str a, struct str b)
{
    bool a_negative = a.ptr[0] == '-', b_negative = b.ptr[0] == '-';
    if (a_negative != b_negative)
        return a_negative ? -1 : 1;
    if (a_negative)
        return compare_magnitude(str_from_index(b, 1), str_from_index(a, 1));
    return compare_magnitude(a, b);
}

bool decimal_to_int(struct str canonical, int64_t *out)
{
    return str_index(canonical, '.') < 0 && str_to_i64(canonical, out) == OK;
}
