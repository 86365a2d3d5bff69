/* Dates of a certificate, from bytes that may be anything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "auth/certificate.h"

/* openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -days 30 -subj /CN=ca */
static const char REAL[] =
    "3082017030820115a003020102021476bec6d4ff87f18b0b0ecf239cdee04186e6ea62300a06"
    "082a8648ce3d040302300d310b300906035504030c026361301e170d32363131323230363434"
    "31335a170d3236313232323036343431335a300d310b300906035504030c0263613059301306"
    "072a8648ce3d020106082a8648ce3d03010703420004753c264414da8195f4e4f72023e29727"
    "8a7c52e2fdd76a6033c0df22abfd78de7e31a1e47da6a65efe3cb7a7fd6c2f2a83d4b758207f"
    "d67dab9dc64f46f30223a3533051301d0603551d0e04160414be16bb41034bf8147e6aa736b7"
    "45c6b36c1e2132301f0603551d23041830168014be16bb41034bf8147e6aa736b745c6b36c1e"
    "2132300f0603551d130101ff040530030101ff300a06082a8648ce3d04030203490030460221"
    "00f47c4904694f8c71f9a32a261b522f77805522dd4721c0aeae5534f00f5d999c022100b2cd"
    "ade67c6af584a4fcc950106627f64ced35894f19c2524846fa46e5faee84";

static struct arena *arena;

static int begin(void **state)
{
    arena = arena_new(16 << 20);
    return 0;
}

static int end(void **state)
{
    arena_free(&arena);
    return 0;
}

static struct str bytes(const char *hex)
{
    size_t size = strlen(hex) / 2;
    char *out = arena_alloc(arena, size + 1);

    assert_int_equal(str_unhex(str_from(hex), out, size), OK);
    return (struct str){out, size};
}

static void check(struct str der, const char *from, const char *until)
{
    char text[ISO_BYTES];
    instant_us dates[2];

    certificate_dates(der, &dates[0], &dates[1]);
    instant_write_iso(text, dates[0]);
    assert_string_equal(text, from);
    instant_write_iso(text, dates[1]);
    assert_string_equal(text, until);
}

static void a_real_one(void **state)
{
    struct str der = bytes(REAL);

    check(der, "2026-11-22T06:44:13.000000Z", "2026-12-22T06:44:13.000000Z");
    /* What follows the dates does not matter, what is missing before them does. */
    for (size_t len = 0; len < der.len; len++)
        check(str_copy(arena, str_sub(der, 0, len)), "", "");
}

/* SEQUENCE { SEQUENCE { INTEGER 1, SEQUENCE {}, SEQUENCE {}, SEQUENCE { dates } } } */
static struct str made_of(const char *dates)
{
    size_t size = strlen(dates) / 2;
    struct str hex = str_format(arena,
                                "30%02zx30%02zx020101300030"
                                "0030%02zx%s",
                                size + 11, size + 9, size, dates);

    return bytes(hex.ptr);
}

static void both_kinds_of_time(void **state)
{
    /* 991231235959Z, 20500101000000Z */
    check(made_of("170d3939313233313233353935395a180f32303530303130313030303030305a"),
          "1999-12-31T23:59:59.000000Z", "2050-01-01T00:00:00.000000Z");
    /* Month 13, no Z's place, a letter. */
    check(made_of("170d3939313333313233353935395a170d39393132333132333539354141"), "",
          "");
    check(made_of("170d3939313233313233353935415a0500"), "", "");
    check(made_of(""), "", "");
    check(STR("\x30\x84\xff\xff\xff\xff"), "", "");
    check(STR("\x30\x80\x00\x00"), "", "");
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, begin, end)
    const struct CMUnitTest tests[] = {T(a_real_one), T(both_kinds_of_time)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
