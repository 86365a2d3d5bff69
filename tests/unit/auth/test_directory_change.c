/* A new password: who may, over which connection, and what the directory's answers mean. */
#include "fake_directory.h"

#define ANNA "uid=anna,dc=x"

static const char OPEN[] =
    "[directory]\nuri=ldaps://one\npeople=customers\npassword_change=yes\n"
    "active_filter=(!(x=left))\n" COMMON;

static int with_anna(void **state)
{
    (void)begin(state);
    rule("", "dc=x", "(uid=anna)", 1)->entries[0] = person(ANNA, "anna", "M-1", "s-1");
    rule("", "dc=x", "sAMAccountName=anna", 1)->entries[0] = fake.rules[0].entries[0];
    rule("", ANNA, "", 1);
    binds(ANNA, PASSWORD, DIRECTORY_DONE);
    return 0;
}

static enum directory_change change(const char *login, const char *old, const char *fresh,
                                    enum directory_weakness *weakness)
{
    struct directory_new_password input = {STR("ldap:main"), str_from(login),
                                           str_from(old), str_from(fresh)};

    fake.changed[0] = 0;
    return directory_change_password(set, arena, &input, weakness);
}

static void as_the_person(void **state)
{
    enum directory_weakness why;

    must_open(OPEN, NULL);
    assert_int_equal(change("anna", PASSWORD, "fresh", &why), DIRECTORY_CHANGED);
    assert_string_equal(fake.changed, ANNA " " PASSWORD " fresh");
    assert_int_equal(change("anna", "wrong", "fresh", &why), DIRECTORY_CHANGE_WRONG);
    assert_int_equal(change("nobody", PASSWORD, "fresh", &why), DIRECTORY_CHANGE_WRONG);
    assert_int_equal(count_of("bind uid=nobody-"), 1);
    assert_int_equal(change("anna", "", "fresh", &why), DIRECTORY_CHANGE_WRONG);
    assert_int_equal(change("anna", PASSWORD, "", &why), DIRECTORY_CHANGE_WEAK);
    assert_int_equal(change("anna", PASSWORD, "Latin \xFC", &why), DIRECTORY_CHANGE_WEAK);
    assert_string_equal(fake.changed, "");
    fake.rules[2].count = 0; /* not active */
    assert_int_equal(change("anna", PASSWORD, "fresh", &why),
                     DIRECTORY_CHANGE_NOT_ALLOWED);
    assert_string_equal(fake.changed, "");
}

static void answers(void **state)
{
    static const struct {
        enum directory_objection objection;
        enum directory_change result;
        enum directory_weakness weakness;
    } CASES[] = {
        {DIRECTORY_OBJECTION_WRONG_OLD, DIRECTORY_CHANGE_WRONG, DIRECTORY_WEAK},
        {DIRECTORY_OBJECTION_WEAK, DIRECTORY_CHANGE_WEAK, DIRECTORY_WEAK},
        {DIRECTORY_OBJECTION_SHORT, DIRECTORY_CHANGE_WEAK, DIRECTORY_WEAK_SHORT},
        {DIRECTORY_OBJECTION_SIMPLE, DIRECTORY_CHANGE_WEAK, DIRECTORY_WEAK_SIMPLE},
        {DIRECTORY_OBJECTION_USED, DIRECTORY_CHANGE_WEAK, DIRECTORY_WEAK_USED},
        {DIRECTORY_OBJECTION_TOO_YOUNG, DIRECTORY_CHANGE_TOO_YOUNG, DIRECTORY_WEAK},
        {DIRECTORY_OBJECTION_NOT_ALLOWED, DIRECTORY_CHANGE_NOT_ALLOWED, DIRECTORY_WEAK},
        {DIRECTORY_NO_OBJECTION, DIRECTORY_CHANGE_NOT_ALLOWED, DIRECTORY_WEAK},
    };
    enum directory_weakness why;

    must_open(OPEN, NULL);
    fake.change = DIRECTORY_REFUSED;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++) {
        fake.change_answer.objection = CASES[i].objection;
        assert_int_equal(change("anna", PASSWORD, "fresh", &why), CASES[i].result);
        assert_int_equal(why, CASES[i].weakness);
    }
    fake.change = DIRECTORY_AWAY;
    assert_int_equal(change("anna", PASSWORD, "fresh", &why), DIRECTORY_CHANGE_AWAY);
    fake.down[0] = "one";
    assert_int_equal(change("anna", PASSWORD, "fresh", &why), DIRECTORY_CHANGE_AWAY);
    fake.down[0] = NULL;
}

/* A password that lets nobody in any more. */
static void expired(void **state)
{
    static const enum directory_account ACCOUNTS[] = {DIRECTORY_ACCOUNT_EXPIRED,
                                                      DIRECTORY_ACCOUNT_MUST_CHANGE};
    enum directory_weakness why;

    fake.binds[0].outcome = DIRECTORY_REFUSED;
    for (size_t i = 0; i < 2; i++) {
        fake.binds[0].answer.account = ACCOUNTS[i];
        must_open(OPEN, NULL);
        assert_int_equal(change("anna", PASSWORD, "fresh", &why),
                         DIRECTORY_CHANGE_NOT_ALLOWED);
        assert_string_equal(fake.changed, "");
        must_open("[directory]\nkind=ad\nuri=ldaps://one\npeople=customers\n"
                  "password_change=yes\n" COMMON,
                  NULL);
        assert_int_equal(change("anna", PASSWORD, "fresh", &why), DIRECTORY_CHANGED);
        assert_string_equal(fake.changed, ANNA " " PASSWORD " fresh");
        assert_int_equal(change("anna", "wrong", "fresh", &why), DIRECTORY_CHANGE_WRONG);
    }
    fake.binds[0].answer.account = DIRECTORY_ACCOUNT_LOCKED;
    assert_int_equal(change("anna", PASSWORD, "fresh", &why), DIRECTORY_CHANGE_LOCKED);
    fake.binds[0].answer.account = DIRECTORY_ACCOUNT_DISABLED;
    assert_int_equal(change("anna", PASSWORD, "fresh", &why),
                     DIRECTORY_CHANGE_NOT_ALLOWED);
    assert_string_equal(fake.changed, "");
}

static void not_here(void **state)
{
    enum directory_weakness why;

    must_open("[directory]\nuri=ldaps://one\npeople=customers\n" COMMON
              "[directory.two]\nuri=ldaps://two\npassword_change=yes\n" COMMON,
              NULL);
    assert_int_equal(change("anna", PASSWORD, "fresh", &why),
                     DIRECTORY_CHANGE_NOT_ALLOWED);
    assert_string_equal(fake.log, "");
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, with_anna, end)
    const struct CMUnitTest tests[] = {T(as_the_person), T(answers), T(expired),
                                       T(not_here)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
