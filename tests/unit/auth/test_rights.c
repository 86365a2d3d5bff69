/* The table role x right, written out a second time: a change must be meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "auth/principal.h"

static void table_is_as_agreed(void **state)
{
    static const struct {
        const char *role;
        const char *rights;
    } WANT[] = {
        {"readonly", "signed-in request-read "},
        {"applicant", "signed-in request-read request-edit request-submit "},
        {"signatory", "signed-in request-read request-edit request-submit "},
        {"coordinator",
         "signed-in request-read request-edit request-submit company-people "},
        {"intake", "signed-in intake-read intake-work ticket-read "},
        {"member", "signed-in ticket-read ticket-work "},
        {"lead",
         "signed-in intake-read intake-work ticket-read ticket-work ticket-assign "
         "job-retry "},
        {"admin", "signed-in intake-read ticket-read admin job-retry "},
        {"auditor", "signed-in intake-read ticket-read "},
    };

    assert_int_equal(sizeof(WANT) / sizeof(*WANT), ROLE_COUNT - 1);
    for (size_t i = 0; i < sizeof(WANT) / sizeof(*WANT); i++) {
        enum role role = role_from_key(str_from(WANT[i].role));
        char text[300] = "";
        size_t len = 0;

        assert_int_not_equal(role, ROLE_NONE);
        assert_int_equal(role_is_staff(role), i >= 4);
        for (int right = RIGHT_SIGNED_IN; right < RIGHT_COUNT; right++)
            if (rights_include(rights_of_role(role), (enum right)right))
                len += (size_t)snprintf(text + len, sizeof(text) - len, "%s ",
                                        right_key((enum right)right));
        assert_string_equal(text, WANT[i].rights);
    }
    assert_int_equal(role_from_key(STR("root")), ROLE_NONE);
    assert_int_equal(rights_of_role(ROLE_NONE), 0);
}

static void team_names_match_whole(void **state)
{
    struct principal who = {.team_keys = STR("credit,it")};

    assert_true(principal_in_team(&who, STR("it")));
    assert_true(principal_in_team(&who, STR("credit")));
    assert_false(principal_in_team(&who, STR("i")));
    assert_false(principal_in_team(&who, STR("")));
    who.team_keys = STR_NONE;
    assert_false(principal_in_team(&who, STR("it")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_is_as_agreed),
        cmocka_unit_test(team_names_match_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
