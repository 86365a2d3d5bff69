/* return_to: only a path of ours, however it is written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* The program is no library: its one pure file is compiled into the test. */
#include "../../../modules/login/return_to.c"

static void takes_own_paths(void **state)
{
    (void)state;
    assert_true(return_to_is_ours(STR("/requests/R-7K2M-9QXD")));
    assert_true(return_to_is_ours(STR("/staff/queue?view=team&after=x%20y")));
    assert_true(return_to_is_ours(STR("/profile/second-factor/setup")));
    assert_true(return_to_is_ours(STR("/-guard/back?to=%2Fwiki%2F")));
}

static void refuses_the_rest(void **state)
{
    static const char *const BAD[] = {"",
                                      "/",
                                      "x",
                                      "//evil.example",
                                      "/\\evil.example",
                                      "/a\\b",
                                      "https://evil.example/",
                                      "javascript:alert(1)",
                                      "/a b",
                                      "/a\r\nSet-Cookie: x",
                                      "/\xc3\xa4",
                                      "/../other",
                                      "/a/../../other",
                                      "/./x",
                                      "/%2e%2e/other",
                                      "/a/%2E%2E/other",
                                      "/login",
                                      "/login?return_to=/login",
                                      "/login/renew?return_to=/login/renew",
                                      "/logout",
                                      "\\\\evil.example",
                                      "///evil.example",
                                      "/\tevil",
                                      "/a\x7f",
                                      "/.%2e/x",
                                      "/a/.%2E/x",
                                      "/a/%2e",
                                      "http:evil.example",
                                      "@evil.example",
                                      "?x",
                                      "#x"};
    char longer[600] = "/";

    (void)state;
    for (size_t i = 0; i < sizeof(BAD) / sizeof(*BAD); i++)
        if (return_to_is_ours(str_from(BAD[i])))
            fail_msg("taken: %s", BAD[i]);
    memset(longer + 1, 'a', sizeof(longer) - 2);
    assert_false(return_to_is_ours(str_from(longer)));
    assert_false(return_to_is_ours(STR_NONE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_own_paths),
        cmocka_unit_test(refuses_the_rest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
