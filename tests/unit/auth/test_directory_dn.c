/* Names that can be compared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "auth/directory_dn.h"

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

static const char *normal(const char *dn)
{
    struct str out = STR_NONE;

    return dn_normal(arena, str_from(dn), &out) == OK ? str_c(arena, out) : "(none)";
}

static void spellings(void **state)
{
    static const char *const CASES[][2] = {
        {"cn=a,dc=x", "cn=a,dc=x"},
        {" CN = A , DC = X ", "cn=a,dc=x"},
        {"cn=A  B,dc=x", "cn=a b,dc=x"},
        {"cn=\\41,dc=x", "cn=a,dc=x"},
        {"cn=a\\,b,dc=x", "cn=a\\2cb,dc=x"},
        {"cn=a\\2Cb,dc=x", "cn=a\\2cb,dc=x"},
        {"cn=a\\2Cb\\, c\\+d,dc=x", "cn=a\\2cb\\2c c\\2bd,dc=x"},
        {"cn=\\\"\\#\\+\\,\\;\\<\\=\\>\\\\,dc=x",
         "cn=\\22#\\2b\\2c\\3b\\3c\\3d\\3e\\5c,dc=x"},
        {"cn=J\\C3\\9Crgen", "cn=j\xC3\xBCrgen"},
        {"cn=J\xC3\x9Crgen", "cn=j\xC3\xBCrgen"},
        {"cn=a+sn=b,dc=x", "cn=a+sn=b,dc=x"},
        {"2.5.4.3=A,dc=x", "2.5.4.3=a,dc=x"},
        {"cn=#04024869", "cn=#04024869"},
        {"cn=#AB", "cn=#ab"},
        {"cn=a\\ ,dc=x", "cn=a,dc=x"},
        {"cn=a=b,dc=x", "cn=a\\3db,dc=x"},
    };

    for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++)
        assert_string_equal(normal(CASES[i][0]), CASES[i][1]);
}

static void no_names(void **state)
{
    static const char *const CASES[] = {
        "",        " ",        "cn",     "=a",          "cn=",      "cn=a,",  ",cn=a",
        "cn=a,,x", "cn=a;b=c", "cn=a\\", "cn=a\\4",     "cn=a\\zz", "cn=a<b", "cn=a\"b",
        "cn=#",    "cn=#xy",   "c n=a",  "c\xC3\xBC=a", "cn=a,dc",  "cn=a+",  "<SID=S-1>",
    };
    struct str out = STR("untouched");
    char *text = arena_alloc(arena, 5000);

    for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++)
        assert_string_equal(normal(CASES[i]), "(none)");
    assert_int_equal(dn_normal(arena, STR("cn=a\0b,dc=x"), &out), ERR_INPUT);
    memset(text, 'a', 4999);
    memcpy(text, "cn=", 3);
    assert_string_equal(normal(text), "(none)");
    assert_true(str_is(out, "untouched"));
}

static void below(void **state)
{
    struct str base = STR("ou=staff,dc=x");

    assert_true(dn_is_below(STR("cn=a,ou=staff,dc=x"), base));
    assert_true(dn_is_below(STR("cn=a,ou=b,ou=staff,dc=x"), base));
    assert_false(dn_is_below(base, base));
    assert_false(dn_is_below(STR("cn=a,ou=notstaff,dc=x"), base));
    assert_false(dn_is_below(str_from(normal("cn=a\\,ou=staff,dc=x")), base));
    assert_false(dn_is_below(str_from(normal("cn=a+ou=staff,dc=x")), base));
    assert_false(dn_is_below(STR("cn=a,ou=staff,dc=x"), STR("")));
    assert_false(dn_is_below(STR(""), base));
    assert_false(dn_is_below(STR(",ou=staff,dc=x"), base));
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, begin, end)
    const struct CMUnitTest tests[] = {T(spellings), T(no_names), T(below)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
