/* What kontorctl prints of texts that come from outside: nothing that a terminal obeys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../../modules/ctl/person_command.h"

static void takes_control_characters_out(void **state)
{
    struct ctl ctl = {.arena = arena_new((size_t)1 << 20)};

    (void)state;
    assert_string_equal(ctl_text(&ctl, STR("Anna Müller")), "Anna Müller");
    assert_string_equal(ctl_text(&ctl, STR("\x1b[31mred\x7f\n")), "?[31mred??");
    /* C1: U+009B is the whole of "ESC [". */
    assert_string_equal(ctl_text(&ctl, STR("a\xc2\x9b"
                                           "31m")),
                        "a??31m");
    assert_string_equal(ctl_text(&ctl, STR("\xc2\xa0")), "\xc2\xa0");
    assert_string_equal(ctl_text(&ctl, STR("\xff\xfe")), "(no text)");
    assert_string_equal(ctl_text(&ctl, STR_NONE), "");
    assert_string_equal(ctl_text(&ctl, STR("")), "");
    arena_free(&ctl.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_control_characters_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
