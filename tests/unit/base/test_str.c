/* Text, numbers, encodings, calendar, digests. */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/random.h"
#include "base/secret.h"

static struct arena *arena;

static int begin(void **state)
{
    (void)state;
    arena = arena_new(16 << 20);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void comparing(void **state)
{
    (void)state;
    assert_true(str_eq(STR(""), STR_NONE));
    assert_true(str_eq_nocase(STR("aBc"), STR("AbC")));
    assert_false(str_eq_nocase(STR("a{"), STR("a[")));
    assert_true(str_cmp(STR("a"), STR("ab")) < 0);
    assert_true(str_cmp(STR("b"), STR("ab")) > 0);
    assert_true(str_cmp(STR("\xFF"), STR("a")) > 0);
    assert_int_equal(str_cmp(STR_NONE, STR("")), 0);
    assert_true(str_starts(STR("abc"), STR("ab")) && !str_starts(STR("a"), STR("ab")));
    assert_true(str_ends(STR("abc"), STR("bc")) && !str_ends(STR("c"), STR("bc")));
    assert_int_equal(str_find(STR("aaab"), STR("aab")), 1);
    assert_int_equal(str_find(STR("aaa"), STR("b")), -1);
    assert_int_equal(str_find(STR("a"), STR("")), 0);
    assert_int_equal(str_find(STR("ab"), STR("abc")), -1);
    assert_int_equal(str_index(STR("ab"), 'b'), 1);
    assert_int_equal(str_index(STR_NONE, 'b'), -1);
}

static void cutting(void **state)
{
    struct str rest = STR("a,,b,"), part;
    const char *const wanted[] = {"a", "", "b", ""};
    size_t count = 0;

    (void)state;
    while (str_next(&rest, ',', &part))
        assert_true(count < 4 && str_is(part, wanted[count++]));
    assert_int_equal(count, 4);
    assert_false(str_next(&rest, ',', &part));
    rest = STR("");
    assert_true(str_next(&rest, ',', &part) && part.len == 0);
    assert_false(str_next(&rest, ',', &part));
    assert_true(str_is(str_sub(STR("abc"), 1, 99), "bc"));
    assert_true(str_is(str_sub(STR("abc"), 9, 1), ""));
    assert_null(str_sub(STR_NONE, 0, 1).ptr);
    assert_true(str_is(str_trim(STR(" \t\r\n a b \v\f")), "a b"));
    assert_true(str_is(str_trim(STR("  ")), ""));
}

static void numbers(void **state)
{
    static const char *const bad[] = {"",
                                      "-",
                                      "+1",
                                      " 1",
                                      "1 ",
                                      "1.0",
                                      "0x1",
                                      "9223372036854775808",
                                      "-9223372036854775809",
                                      "--1",
                                      "1-"};
    int64_t n = 42;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        assert_int_equal(str_to_i64(str_from(bad[i]), &n), ERR_INPUT);
        assert_int_equal(n, 42);
    }
    assert_int_equal(str_to_i64(STR("9223372036854775807"), &n), OK);
    assert_true(n == INT64_MAX);
    assert_int_equal(str_to_i64(STR("-9223372036854775808"), &n), OK);
    assert_true(n == INT64_MIN);
    assert_int_equal(str_to_i64(STR("007"), &n), OK);
    assert_int_equal(n, 7);
}

static void utf8(void **state)
{
    static const struct str good[] = {STR(""), STR("aä€😀"),
                                      STR("\xED\x9F\xBF\xEE\x80\x80"),
                                      STR("\xF4\x8F\xBF\xBF"), STR("a\0b")};
    static const struct str bad[] = {
        STR("\x80"),
        STR("\xC0\x80"),
        STR("\xC1\xBF"),
        STR("\xC3"),
        STR("\xE0\x9F\xBF"),
        STR("\xED\xA0\x80"),
        STR("\xF0\x8F\xBF\xBF"),
        STR("\xF4\x90\x80\x80"),
        STR("\xF5\x80\x80\x80"),
        STR("\xFF"),
        STR("\xE2\x82"),
        STR("a\xF0\x9F\x98"),
    };

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
        assert_true(str_is_utf8(good[i]));
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        assert_false(str_is_utf8(bad[i]));
    assert_int_equal(str_utf8_length(STR("aä€😀")), 4);
}

static void encodings(void **state)
{
    static const char *const refused[] = {"Z",    "Zg==",  "Zh",  "Zm9v+",
                                          "Zm 9", "Zm9vZ", "Zm9/"};
    uint8_t bytes[4] = {1, 2, 3, 4};
    struct str back;

    (void)state;
    assert_true(str_is(str_hex(arena, "\x00\xAB\xFF", 3), "00abff"));
    assert_int_equal(str_unhex(STR("00ABff01"), bytes, 4), OK);
    assert_memory_equal(bytes, "\x00\xAB\xFF\x01", 4);
    assert_int_equal(str_unhex(STR("00ABff0g"), bytes, 4), ERR_INPUT);
    assert_int_equal(str_unhex(STR("00"), bytes, 4), ERR_INPUT);
    assert_memory_equal(bytes, "\x00\xAB\xFF\x01", 4);
    /* RFC 4648 section 10 */
    assert_true(str_is(str_base32(arena, "", 0), ""));
    assert_true(str_is(str_base32(arena, "f", 1), "MY"));
    assert_true(str_is(str_base32(arena, "fo", 2), "MZXQ"));
    assert_true(str_is(str_base32(arena, "foo", 3), "MZXW6"));
    assert_true(str_is(str_base32(arena, "foob", 4), "MZXW6YQ"));
    assert_true(str_is(str_base32(arena, "fooba", 5), "MZXW6YTB"));
    assert_true(str_is(str_base32(arena, "foobar", 6), "MZXW6YTBOI"));
    assert_true(str_is(str_base64url(arena, "", 0), ""));
    assert_true(str_is(str_base64url(arena, "f", 1), "Zg"));
    assert_true(str_is(str_base64url(arena, "fo", 2), "Zm8"));
    assert_true(str_is(str_base64url(arena, "foo", 3), "Zm9v"));
    assert_true(str_is(str_base64url(arena, "\xFB\xFF\xBF", 3), "-_-_"));
    assert_int_equal(str_unbase64url(arena, STR(""), &back), OK);
    assert_int_equal(back.len, 0);
    assert_int_equal(str_unbase64url(arena, STR("Zg"), &back), OK);
    assert_true(str_is(back, "f"));
    assert_int_equal(str_unbase64url(arena, STR("Zm8"), &back), OK);
    assert_true(str_is(back, "fo"));
    assert_int_equal(str_unbase64url(arena, STR("-_-_Zm9v"), &back), OK);
    assert_true(str_is(back, "\xFB\xFF\xBF"
                             "foo"));
    for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++)
        assert_int_equal(str_unbase64url(arena, str_from(refused[i]), &back), ERR_INPUT);
}

static void calendar(void **state)
{
    static const char *const bad[] = {
        "",           "2026-2-1",    "2026-02-29", "2026-13-01",
        "2026-00-01", "2026-01-00",  "2026-04-31", "0000-01-01",
        "2026/01/01", "2026-01-01 ", "-026-01-01", "1900-02-29"};
    day_no day = 7;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        assert_int_equal(day_parse(str_from(bad[i]), &day), ERR_INPUT);
        assert_int_equal(day, 7);
    }
    assert_int_equal(day_parse(STR("1970-01-01"), &day), OK);
    assert_int_equal(day, 0);
    assert_int_equal(day_parse(STR("2000-02-29"), &day), OK);
    assert_int_equal(day, 11016);
    /* Every day of 9,999 years there and back, each one after the other. */
    assert_int_equal(day_parse(STR("0001-01-01"), &day), OK);
    for (day_no last = day - 1; day < 2932896; day++) {
        struct civil_date date = day_to_civil(day);

        assert_int_equal(day_from_civil(date), day);
        assert_int_equal(day, last + 1);
        last = day;
    }
    assert_true(str_is(day_format_iso(arena, 2932895), "9999-12-30"));
    assert_null(day_format_iso(arena, DAY_NONE).ptr);
    assert_true(str_is(instant_format_iso(arena, -1), "1969-12-31T23:59:59.999999Z"));
    assert_true(str_is(instant_format_iso(arena, 0), "1970-01-01T00:00:00.000000Z"));
    assert_int_equal(instant_day_utc(-1), -1);
    assert_int_equal(instant_day_utc(US_PER_DAY), 1);
    assert_int_equal(instant_day_utc(INSTANT_NONE), DAY_NONE);
}

static void clocks(void **state)
{
    struct clock fixed = clock_fixed(5);

    (void)state;
    assert_int_equal(clock_now(&fixed), 5);
    assert_true(clock_now(&clock_system) > INT64_C(1700000000) * US_PER_S);
    assert_true(clock_monotonic_us() <= clock_monotonic_us());
}

/* FIPS 180-2 and RFC 4231, test case 2. */
static void digests(void **state)
{
    uint8_t out[SHA256_BYTES], again[SHA256_BYTES];
    struct sha256_stream stream;

    (void)state;
    sha256(STR("abc"), out);
    assert_true(
        str_is(str_hex(arena, out, sizeof(out)),
               "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    sha256_begin(&stream);
    sha256_feed(&stream, "a", 1);
    sha256_feed(&stream, "bc", 2);
    sha256_end(&stream, again);
    assert_memory_equal(out, again, sizeof(out));
    hmac_sha256(STR("Jefe"), STR("what do ya want for nothing?"), out);
    assert_true(
        str_is(str_hex(arena, out, sizeof(out)),
               "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
    assert_true(secret_eq(STR("abc"), STR("abc")));
    assert_false(secret_eq(STR("abc"), STR("abd")));
    assert_false(secret_eq(STR("abc"), STR("ab")));
}

static void references(void **state)
{
    struct str one = random_reference(arena, 'R'), two = random_reference(arena, 'R');

    (void)state;
    assert_int_equal(one.len, 11);
    assert_true(str_starts(one, STR("R-")) && one.ptr[6] == '-');
    assert_false(str_eq(one, two));
    for (size_t i = 2; i < one.len; i++)
        assert_true(i == 6 || strchr("0123456789ABCDEFGHJKMNPQRSTVWXYZ", one.ptr[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comparing),  cmocka_unit_test(cutting),
        cmocka_unit_test(numbers),    cmocka_unit_test(utf8),
        cmocka_unit_test(encodings),  cmocka_unit_test(calendar),
        cmocka_unit_test(clocks),     cmocka_unit_test(digests),
        cmocka_unit_test(references),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
