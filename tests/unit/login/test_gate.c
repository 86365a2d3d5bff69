/* gate: where sign-on may lead back to outside our prefix, however it is written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <unistd.h>

#include "../../../modules/login/gate.h"

#define LISTED STR("/wiki/ /files/shared/")

static void takes_what_is_listed(void **state)
{
    (void)state;
    assert_true(gate_may_return(LISTED, STR("/wiki/")));
    assert_true(gate_may_return(LISTED, STR("/wiki/page?x=1&y=a%20b")));
    assert_true(gate_may_return(LISTED, STR("/files/shared/a//b")));
    assert_true(gate_may_return(STR("  /wiki/  "), STR("/wiki/page")));
    assert_true(gate_may_return(STR("/"), STR("/anything")));
}

static void refuses_the_rest(void **state)
{
    static const char *const BAD[] = {
        "",
        "/",
        "wiki/",
        "/wiki",
        "/wikis/",
        "/files/",
        "/files/sharedx",
        "//evil.example/wiki/",
        "//wiki/",
        "/\\evil.example/wiki/",
        "/wiki/\\..\\x",
        "https://evil.example/wiki/",
        "javascript:alert(1)",
        "/wiki/ x",
        "/wiki/\tx",
        "/wiki/\r\nSet-Cookie: x",
        "/wiki/\xc3\xa4",
        "/wiki/../staff/",
        "/wiki/./x",
        "/wiki/%2e%2e/x",
        "/wiki/%2E./x",
        "/%77iki/page",
        "/WIKI/page",
        "@evil.example/wiki/",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(BAD) / sizeof(*BAD); i++)
        if (gate_may_return(LISTED, str_from(BAD[i])))
            fail_msg("%s", BAD[i]);
    assert_false(gate_may_return(STR(""), STR("/wiki/")));
    assert_false(gate_may_return(STR("/"), STR("//evil.example/")));
    assert_false(gate_may_return(STR("/"), STR("/\\evil.example/")));
}

/* What ends in the configuration decides about redirects, so it is looked at when the program starts. */
static void checks_the_list(void **state)
{
    static const struct {
        const char *value;
        enum err expected;
    } CASES[] = {
        {"", OK},
        {"/wiki/ /files/", OK},
        {"/", OK},
        {"/wiki", ERR_INPUT},
        {"wiki/", ERR_INPUT},
        {"/wiki/ //evil.example/", ERR_INPUT},
        {"/a/../", ERR_INPUT},
        {"https://evil.example/", ERR_INPUT},
    };
    char path[] = "/tmp/kontor-test-gate-XXXXXX";
    int fd = mkstemp(path);

    (void)state;
    assert_true(fd >= 0);
    (void)close(fd);
    for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++) {
        struct arena *arena = arena_new((size_t)1 << 20);
        struct conf *conf = NULL;
        FILE *file = fopen(path, "w");

        assert_non_null(file);
        (void)fprintf(file, "[site]\nreturn_paths = %s\n", CASES[i].value);
        (void)fclose(file);
        err_clear();
        assert_int_equal(conf_load(arena, path, &conf), OK);
        if (gate_check_conf(arena, conf) != CASES[i].expected)
            fail_msg("\"%s\": %s", CASES[i].value, err_text());
        arena_free(&arena);
    }
    (void)unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_what_is_listed),
        cmocka_unit_test(refuses_the_rest),
        cmocka_unit_test(checks_the_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
