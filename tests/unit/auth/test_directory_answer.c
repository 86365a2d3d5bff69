/* What Active Directory says beside its result codes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "auth/directory_answer.h"

/* As Windows Server and Samba write it. */
#define WINDOWS(code)                                                                    \
    "80090308: LdapErr: DSID-0C09042A, comment: AcceptSecurityContext error, data " code \
    ", v3839"
#define SAMBA(code)                                                                      \
    "80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data " code \
    ", v1db1"

static void accounts(void **state)
{
    static const struct {
        const char *text;
        enum directory_account account;
    } CASES[] = {
        {WINDOWS("525"), DIRECTORY_ACCOUNT_NORMAL},
        {WINDOWS("52e"), DIRECTORY_ACCOUNT_NORMAL},
        {WINDOWS("530"), DIRECTORY_ACCOUNT_DISABLED},
        {SAMBA("531"), DIRECTORY_ACCOUNT_DISABLED},
        {WINDOWS("532"), DIRECTORY_ACCOUNT_EXPIRED},
        {SAMBA("533"), DIRECTORY_ACCOUNT_DISABLED},
        {WINDOWS("701"), DIRECTORY_ACCOUNT_DISABLED},
        {SAMBA("773"), DIRECTORY_ACCOUNT_MUST_CHANGE},
        {WINDOWS("775"), DIRECTORY_ACCOUNT_LOCKED},
        {WINDOWS("5330"), DIRECTORY_ACCOUNT_NORMAL},
        {WINDOWS(""), DIRECTORY_ACCOUNT_NORMAL},
        {"", DIRECTORY_ACCOUNT_NORMAL},
        {"data 533", DIRECTORY_ACCOUNT_NORMAL},
        {"AcceptSecurityContext error, data 533", DIRECTORY_ACCOUNT_DISABLED},
        {"AcceptSecurityContext error, data fffffffffffffffff533",
         DIRECTORY_ACCOUNT_NORMAL},
    };

    for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++)
        assert_int_equal(directory_ad_account(str_from(CASES[i].text)), CASES[i].account);
    assert_int_equal(directory_ad_account(STR_NONE), DIRECTORY_ACCOUNT_NORMAL);
}

static void objections(void **state)
{
    static const struct {
        const char *text;
        enum directory_objection objection;
    } CASES[] = {
        {"00000056: AtrErr: DSID-03190FBF, #1:\n\t0: 00000056: DSID-03190FBF, problem "
         "1005 "
         "(CONSTRAINT_ATT_TYPE), data 0, Att 9005a (unicodePwd)",
         DIRECTORY_OBJECTION_WRONG_OLD},
        {"0000052D: Constraint violation - check_password_restrictions: the password is "
         "too "
         "short. It should be equal or longer than 8 characters!",
         DIRECTORY_OBJECTION_WEAK},
        {"00000005: SecErr: DSID-031A11E4, problem 4003 (INSUFF_ACCESS_RIGHTS), data 0",
         DIRECTORY_OBJECTION_NOT_ALLOWED},
        {"", DIRECTORY_OBJECTION_NOT_ALLOWED},
        {"something else", DIRECTORY_OBJECTION_NOT_ALLOWED},
    };

    for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++)
        assert_int_equal(directory_ad_objection(str_from(CASES[i].text)),
                         CASES[i].objection);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accounts),
        cmocka_unit_test(objections),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
