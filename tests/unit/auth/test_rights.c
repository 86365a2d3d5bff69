/* The table role x right, written out a second time: a change must be meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "auth/principal.h"

#define ROLE_ROWS 11
static const struct {
    const char *role;
    const char *rights;
    const char *market; /**< what the role means for the company, given for one market */
} WANT[ROLE_ROWS] = {
    {"readonly", "signed-in request-read ", "signed-in request-read "},
    {"applicant", "signed-in request-read request-edit request-submit ",
     "signed-in request-read "},
    {"signatory", "signed-in request-read request-edit request-submit ",
     "signed-in request-read "},
    {"coordinator", "signed-in request-read request-edit request-submit company-people ",
     "signed-in request-read "},
    {"deputy", "signed-in request-read request-edit request-submit company-people ",
     "signed-in request-read "},
    {"board", "signed-in request-read board-read ", "signed-in request-read board-read "},
    {"intake", "signed-in intake-read intake-work ticket-read people-read support-view ",
     NULL},
    {"member", "signed-in ticket-read ticket-work ", NULL},
    {"lead",
     "signed-in intake-read intake-work ticket-read ticket-work ticket-assign job-retry "
     "people-read support-view ",
     NULL},
    {"admin",
     "signed-in intake-read ticket-read admin job-retry people-read people-work "
     "support-view ",
     NULL},
    {"auditor", "signed-in intake-read ticket-read people-read ", NULL},
};

static const char *words(right_set rights, char out[300])
{
    size_t len = 0;

    out[0] = 0;
    for (int right = RIGHT_SIGNED_IN; right < RIGHT_COUNT; right++)
        if (rights_include(rights, (enum right)right))
            len += (size_t)snprintf(out + len, 300 - len, "%s ",
                                    right_key((enum right)right));
    return out;
}

static void table_is_as_agreed(void **state)
{
    char text[300];

    (void)state;
    assert_int_equal(ROLE_ROWS, ROLE_COUNT - 1);
    for (size_t i = 0; i < ROLE_ROWS; i++) {
        enum role role = role_from_key(str_from(WANT[i].role));

        assert_int_equal(role, i + 1);
        assert_string_equal(role_key(role), WANT[i].role);
        assert_int_equal(role_is_staff(role), WANT[i].market == NULL);
        assert_string_equal(words(rights_of_role(role), text), WANT[i].rights);
        if (WANT[i].market)
            assert_string_equal(words(rights_of_market_role(role), text), WANT[i].market);
    }
    assert_int_equal(role_from_key(STR("root")), ROLE_NONE);
    assert_int_equal(roles_from_keys(STR("intake,root,,lead")),
                     1u << ROLE_STAFF_INTAKE | 1u << ROLE_STAFF_LEAD);
    assert_int_equal(roles_from_keys(STR_NONE), 0);
    assert_int_equal(rights_of_role(ROLE_NONE), 0);
    assert_int_equal(rights_of_market_role(ROLE_NONE), 0);
}

/* No role of a company has a right of staff, and the other way round. */
static void the_two_sides_share_signing_in_alone(void **state)
{
    (void)state;
    for (int role = ROLE_NONE + 1; role < ROLE_COUNT; role++)
        for (int right = RIGHT_SIGNED_IN + 1; right < RIGHT_COUNT; right++)
            if (rights_include(rights_of_role((enum role)role), (enum right)right))
                assert_int_equal(right_is_staff((enum right)right),
                                 role_is_staff((enum role)role));
}

static void a_key_names_one_right(void **state)
{
    static const char *const NONE[] = {"", "Admin", "admin ", "none", "administrator"};

    (void)state;
    for (int i = RIGHT_NONE; i < RIGHT_COUNT; i++)
        assert_int_equal(right_from_key(str_from(right_key((enum right)i))), i);
    for (size_t i = 0; i < sizeof(NONE) / sizeof(*NONE); i++)
        assert_int_equal(right_from_key(str_from(NONE[i])), RIGHT_COUNT);
}

static void the_support_view_has_a_companys_eyes(void **state)
{
    struct principal staff = {.is_staff = true,
                              .person_id = 4,
                              .rights = rights_of_role(ROLE_STAFF_ADMIN),
                              .team_keys = STR("it"),
                              .support_company_id = 11,
                              .support_company_name = STR("Kran AG"),
                              .support_company_reference = STR("M-1"),
                              .support_until = 100};
    struct principal seen = staff;
    char text[300];

    (void)state;
    principal_enter_support(&seen, 100); /* over */
    assert_false(seen.support);
    principal_enter_support(&seen, 99);
    assert_true(seen.support && seen.is_staff);
    assert_int_equal(seen.company_id, 11);
    assert_true(str_is(seen.company_name, "Kran AG"));
    assert_null(seen.team_keys.ptr);
    assert_string_equal(words(seen.rights, text), "signed-in request-read ");
    /* The right was taken away meanwhile. */
    seen = staff;
    seen.rights = rights_of_role(ROLE_STAFF_MEMBER);
    principal_enter_support(&seen, 99);
    assert_false(seen.support);
    /* Nobody of a company has one, whatever the row says. */
    seen = staff;
    seen.is_staff = false;
    principal_enter_support(&seen, 99);
    assert_false(seen.support);
}

static void team_names_match_whole(void **state)
{
    struct principal who = {.team_keys = STR("credit,it")};

    (void)state;
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
        cmocka_unit_test(the_two_sides_share_signing_in_alone),
        cmocka_unit_test(a_key_names_one_right),
        cmocka_unit_test(the_support_view_has_a_companys_eyes),
        cmocka_unit_test(team_names_match_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
