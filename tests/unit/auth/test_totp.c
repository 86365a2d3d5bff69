/* Codes of authenticator apps: the vectors of RFC 6238, the window, what is old and what was used. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "auth/totp.h"

static const struct str SECRET = {"12345678901234567890", 20}; /* RFC 6238 appendix B */
static struct arena *arena;

static int up(void **state)
{
    (void)state;
    arena = arena_new(1 << 20);
    return 0;
}

static int down(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static enum totp_verdict at(int64_t second, const char *digits, int64_t last_counter)
{
    int64_t counter = -1;
    enum totp_verdict verdict =
        totp_check(SECRET, digits, second * US_PER_S, last_counter, &counter);

    /* A counter is given out for a right code alone. */
    assert_int_equal(verdict == TOTP_RIGHT, counter != -1);
    return verdict;
}

static void vectors_of_the_rfc(void **state)
{
    static const struct {
        int64_t second;
        const char *digits;
        int64_t counter;
    } vectors[] = {
        {59, "287082", 1},
        {1111111109, "081804", 0x23523EC},
        {1111111111, "050471", 0x23523ED},
        {1234567890, "005924", 0x273EF07},
        {2000000000, "279037", 0x3F940AA},
        {20000000000, "353130", 0x27BC86AA},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(vectors) / sizeof(*vectors); i++) {
        int64_t counter = 0;

        assert_int_equal(totp_check(SECRET, vectors[i].digits,
                                    vectors[i].second * US_PER_S, 0, &counter),
                         TOTP_RIGHT);
        assert_int_equal(counter, vectors[i].counter);
    }
}

/* "005924" belongs to the 30 seconds from 1234567890. */
static void one_window_on_each_side(void **state)
{
    (void)state;
    assert_int_equal(at(1234567890 - 30, "005924", 0), TOTP_RIGHT);
    assert_int_equal(at(1234567890 - 31, "005924", 0), TOTP_WRONG);
    assert_int_equal(at(1234567890 + 59, "005924", 0), TOTP_RIGHT);
    assert_int_equal(at(1234567890 + 60, "005924", 0), TOTP_TOO_OLD);
    assert_int_equal(at(1234567890 + 20 * 30 + 29, "005924", 0), TOTP_TOO_OLD);
    assert_int_equal(at(1234567890 + 21 * 30, "005924", 0), TOTP_WRONG);
}

static void a_code_counts_once(void **state)
{
    const int64_t counter = 0x273EF07;

    (void)state;
    assert_int_equal(at(1234567890, "005924", counter - 1), TOTP_RIGHT);
    assert_int_equal(at(1234567890, "005924", counter), TOTP_USED);
    assert_int_equal(at(1234567890 + 30, "005924", counter), TOTP_USED);
    /* The phone is ahead: the next code was used, this one would be going back. */
    assert_int_equal(at(1234567890, "005924", counter + 1), TOTP_USED);
    assert_int_equal(at(1234567890, "005925", counter), TOTP_WRONG);
}

static void what_is_typed(void **state)
{
    static const char *const refused[] = {"",        "12345",   "1234567", "12345a",
                                          "１23456", "12.3456", "-----",   "1234 5\t"};
    char digits[TOTP_DIGITS + 1] = "kept";

    (void)state;
    for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++)
        assert_false(totp_digits(str_from(refused[i]), digits));
    assert_string_equal(digits, "kept");
    assert_true(totp_digits(STR(" 012 345 "), digits));
    assert_string_equal(digits, "012345");
    assert_true(totp_digits(STR("012-345"), digits));
}

static void texts(void **state)
{
    (void)state;
    assert_true(str_is(totp_secret_text(arena, SECRET),
                       "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"));
    assert_true(
        str_is(totp_link(arena, STR("Börse & Co"), STR("m.müller@nordlicht"), SECRET),
               "otpauth://totp/B%C3%B6rse%20%26%20Co:m.m%C3%BCller%40nordlicht?"
               "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=B%C3%B6rse%20%26%20Co&"
               "algorithm=SHA1&digits=6&period=30"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_of_the_rfc),
        cmocka_unit_test(one_window_on_each_side),
        cmocka_unit_test(a_code_counts_once),
        cmocka_unit_test(what_is_typed),
        cmocka_unit_test(texts),
    };

    return cmocka_run_group_tests(tests, up, down);
}
