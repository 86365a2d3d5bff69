#include "feel/number.h"

#define DECIMAL_CALL_BY_REFERENCE      0
#define DECIMAL_GLOBAL_ROUNDING        0
#define DECIMAL_GLOBAL_EXCEPTION_FLAGS 0
#include <bid_conf.h>
#include <bid_functions.h>

#define SCALE_MIN  (-6111)
#define SCALE_MAX  6176
#define DIGITS     34
#define TEXT_BYTES 64
/* Longest text that is read: digits, zeros and an exponent. */
#define PARSE_BYTES 200

static BID_UINT128 bid(struct feel_number n)
{
    BID_UINT128 b;

    b.w[0] = n.w[0];
    b.w[1] = n.w[1];
    return b;
}

/* NaN and infinity are not numbers of FEEL. */
static bool take(BID_UINT128 b, struct feel_number *out)
{
    if (bid128_isNaN(b) || bid128_isInf(b))
        return false;
    out->w[0] = b.w[0];
    out->w[1] = b.w[1];
    return true;
}

struct feel_number number_from_i64(int64_t value)
{
    struct feel_number out = {{0, 0}};

    (void)take(bid128_from_int64(value), &out);
    return out;
}

bool number_parse(struct str text, struct feel_number *out)
{
    char copy[PARSE_BYTES];
    _IDEC_flags flags = 0;
    size_t digits = 0;
    size_t i = 0;

    if (text.len == 0 || text.len >= sizeof(copy))
        return false;
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    if (copy[i] == '-' || copy[i] == '+')
        i++;
    for (; copy[i] >= '0' && copy[i] <= '9'; i++)
        digits++;
    if (copy[i] == '.')
        for (i++; copy[i] >= '0' && copy[i] <= '9'; i++)
            digits++;
    if (digits == 0)
        return false;
    if (copy[i] == 'e' || copy[i] == 'E') {
        i++;
        if (copy[i] == '-' || copy[i] == '+')
            i++;
        if (!(copy[i] >= '0' && copy[i] <= '9'))
            return false;
        while (copy[i] >= '0' && copy[i] <= '9')
            i++;
    }
    return copy[i] == '\0' &&
           take(bid128_from_string(copy, BID_ROUNDING_TO_NEAREST, &flags), out);
}

/* libintelrdfpmath writes "+123E-2". */
struct str number_text(struct arena *arena, struct feel_number n)
{
    struct buf out = buf_init(arena, 8192);
    char text[TEXT_BYTES];
    _IDEC_flags flags = 0;
    char *digits = text + 1;
    char *mark;
    long exponent;
    size_t count;

    bid128_to_string(text, bid(n), &flags);
    mark = strchr(text, 'E');
    if (!mark)
        bug("decimal text %s", text);
    *mark = '\0';
    exponent = strtol(mark + 1, NULL, 10);
    while (*digits == '0' && digits[1])
        digits++;
    count = strlen(digits);
    if (count == 1 && *digits == '0')
        return STR("0");
    while (exponent < 0 && count > 1 && digits[count - 1] == '0') {
        digits[--count] = '\0';
        exponent++;
    }
    if (*text == '-')
        buf_put_char(&out, '-');
    if (exponent >= 0) {
        buf_put_c(&out, digits);
        for (long i = 0; i < exponent; i++)
            buf_put_char(&out, '0');
        return buf_str(&out);
    }
    if ((long)count > -exponent) {
        size_t whole = count - (size_t)-exponent;

        buf_put_bytes(&out, digits, whole);
        buf_put_char(&out, '.');
        buf_put_c(&out, digits + whole);
        return buf_str(&out);
    }
    buf_put_c(&out, "0.");
    for (long i = (long)count; i < -exponent; i++)
        buf_put_char(&out, '0');
    buf_put_c(&out, digits);
    return buf_str(&out);
}

bool number_is_whole(struct feel_number n)
{
    _IDEC_flags flags = 0;
    BID_UINT128 b = bid(n);

    return bid128_quiet_equal(b, bid128_round_integral_zero(b, &flags), &flags);
}

bool number_to_i64(struct feel_number n, int64_t *out)
{
    _IDEC_flags flags = 0;
    int64_t value;

    if (!number_is_whole(n))
        return false;
    value = bid128_to_int64_int(bid(n), &flags);
    if (flags & BID_INVALID_EXCEPTION)
        return false;
    *out = value;
    return true;
}

bool number_add(struct feel_number a, struct feel_number b, struct feel_number *out)
{
    _IDEC_flags flags = 0;

    return take(bid128_add(bid(a), bid(b), BID_ROUNDING_TO_NEAREST, &flags), out);
}

bool number_subtract(struct feel_number a, struct feel_number b, struct feel_number *out)
{
    _IDEC_flags flags = 0;

    return take(bid128_sub(bid(a), bid(b), BID_ROUNDING_TO_NEAREST, &flags), out);
}

bool number_multiply(struct feel_number a, struct feel_number b, struct feel_number *out)
{
    _IDEC_flags flags = 0;

    return take(bid128_mul(bid(a), bid(b), BID_ROUNDING_TO_NEAREST, &flags), out);
}

bool number_divide(struct feel_number a, struct feel_number b, struct feel_number *out)
{
    _IDEC_flags flags = 0;

    return !bid128_isZero(bid(b)) &&
           take(bid128_div(bid(a), bid(b), BID_ROUNDING_TO_NEAREST, &flags), out);
}

/* Whole exponents by multiplication, which is exact where the result fits 34 digits; pow() of the
 * library is a transcendental one. */
static bool power_whole(struct feel_number base, int64_t exponent,
                        struct feel_number *out)
{
    struct feel_number result = number_from_i64(1);
    uint64_t left = exponent < 0 ? 0 - (uint64_t)exponent : (uint64_t)exponent;

    for (; left; left >>= 1) {
        if (left & 1u && !number_multiply(result, base, &result))
            return false;
        if (left > 1 && !number_multiply(base, base, &base))
            return false;
    }
    if (exponent < 0)
        return number_divide(number_from_i64(1), result, out);
    *out = result;
    return true;
}

bool number_power(struct feel_number a, struct feel_number b, struct feel_number *out)
{
    _IDEC_flags flags = 0;
    int64_t whole;

    if (number_to_i64(b, &whole) && whole > -10000 && whole < 10000)
        return power_whole(a, whole, out);
    return take(bid128_pow(bid(a), bid(b), BID_ROUNDING_TO_NEAREST, &flags), out);
}

bool number_sqrt(struct feel_number a, struct feel_number *out)
{
    _IDEC_flags flags = 0;

    return take(bid128_sqrt(bid(a), BID_ROUNDING_TO_NEAREST, &flags), out);
}

bool number_log(struct feel_number a, struct feel_number *out)
{
    _IDEC_flags flags = 0;

    return take(bid128_log(bid(a), BID_ROUNDING_TO_NEAREST, &flags), out);
}

bool number_exp(struct feel_number a, struct feel_number *out)
{
    _IDEC_flags flags = 0;

    return take(bid128_exp(bid(a), BID_ROUNDING_TO_NEAREST, &flags), out);
}

bool number_modulo(struct feel_number a, struct feel_number b, struct feel_number *out)
{
    _IDEC_flags flags = 0;
    BID_UINT128 rest;

    if (bid128_isZero(bid(b)))
        return false;
    /* fmod is exact; its sign is that of `a`, FEEL's is that of `b`. */
    rest = bid128_fmod(bid(a), bid(b), &flags);
    if (!bid128_isZero(rest) && bid128_isSigned(rest) != bid128_isSigned(bid(b)))
        rest = bid128_add(rest, bid(b), BID_ROUNDING_TO_NEAREST, &flags);
    return take(rest, out);
}

static int mode_of(enum feel_rounding rounding)
{
    switch (rounding) {
    case FEEL_HALF_EVEN:
        return BID_ROUNDING_TO_NEAREST;
    case FEEL_FLOOR:
        return BID_ROUNDING_DOWN;
    case FEEL_CEILING:
        return BID_ROUNDING_UP;
    case FEEL_TO_ZERO:
        return BID_ROUNDING_TO_ZERO;
    case FEEL_HALF_UP:
        return BID_ROUNDING_TIES_AWAY;
    case FEEL_AWAY:
    case FEEL_HALF_DOWN:
        break;
    }
    bug("rounding %d", (int)rounding);
}

bool number_round(struct feel_number a, int64_t scale, enum feel_rounding rounding,
                  struct feel_number *out)
{
    _IDEC_flags flags = 0;
    BID_UINT128 unit;
    BID_UINT128 value = bid(a);
    bool negative = bid128_isSigned(value) != 0;

    if (scale < SCALE_MIN || scale > SCALE_MAX)
        return false;
    if (rounding == FEEL_AWAY)
        return number_round(a, scale, negative ? FEEL_FLOOR : FEEL_CEILING, out);
    unit =
        bid128_scalbn(bid128_from_int64(1), (int)-scale, BID_ROUNDING_TO_NEAREST, &flags);
    if (rounding == FEEL_HALF_DOWN) {
        struct feel_number down;
        struct feel_number gap;
        BID_UINT128 half = bid128_scalbn(bid128_from_int64(5), (int)-scale - 1,
                                         BID_ROUNDING_TO_NEAREST, &flags);

        if (!number_round(a, scale, FEEL_TO_ZERO, &down) ||
            !number_subtract(number_abs(a), number_abs(down), &gap))
            return false;
        flags = 0;
        if (bid128_quiet_greater(bid(gap), half, &flags))
            return number_round(a, scale, FEEL_AWAY, out);
        *out = down;
        return true;
    }
    /* More digits than the number can have behind the point: it is as it is. */
    flags = 0;
    value = bid128_quantize(value, unit, mode_of(rounding), &flags);
    if (bid128_isNaN(value)) {
        *out = a;
        return scale > 0;
    }
    return take(value, out);
}

struct feel_number number_negate(struct feel_number a)
{
    struct feel_number out = a;

    (void)take(bid128_negate(bid(a)), &out);
    return out;
}

struct feel_number number_abs(struct feel_number a)
{
    struct feel_number out = a;

    (void)take(bid128_abs(bid(a)), &out);
    return out;
}

int number_compare(struct feel_number a, struct feel_number b)
{
    _IDEC_flags flags = 0;

    if (bid128_quiet_less(bid(a), bid(b), &flags))
        return -1;
    return bid128_quiet_equal(bid(a), bid(b), &flags) ? 0 : 1;
}
