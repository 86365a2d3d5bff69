/* The command line of kontorctl's commands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* A program's own files are no library: the test takes the one it is about. */
#include "../../../modules/ctl/options.c"

#define CTL(...)                                                                         \
    char *argv[] = {__VA_ARGS__};                                                        \
    struct ctl ctl = {.argc = sizeof argv / sizeof *argv, .argv = argv}

static char dir[] = "--dir", x[] = "x", y[] = "y", list[] = "--list", wrong[] = "--wrong";

static void takes_options_anywhere(void **state)
{
    (void)state;
    CTL(x, dir, y, list);
    assert_string_equal(ctl_option(&ctl, "--dir"), "y");
    assert_true(ctl_flag(&ctl, "--list"));
    assert_false(ctl_flag(&ctl, "--list"));
    assert_null(ctl_option(&ctl, "--dir"));
    assert_true(ctl_arguments(&ctl, 1, 1));
    assert_string_equal(ctl.argv[0], "x");
}

static void refuses_what_is_left(void **state)
{
    (void)state;
    CTL(x, wrong);
    assert_false(ctl_arguments(&ctl, 0, 9));
}

static void refuses_an_option_without_its_value(void **state)
{
    (void)state;
    CTL(x, dir);
    assert_null(ctl_option(&ctl, "--dir"));
    assert_false(ctl_arguments(&ctl, 0, 9));
}

static void counts_arguments(void **state)
{
    (void)state;
    CTL(x, y);
    assert_false(ctl_arguments(&ctl, 0, 1));
    assert_false(ctl_arguments(&ctl, 3, 9));
    assert_true(ctl_arguments(&ctl, 2, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_options_anywhere),
        cmocka_unit_test(refuses_what_is_left),
        cmocka_unit_test(refuses_an_option_without_its_value),
        cmocka_unit_test(counts_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
