/* The ladder of a sign-on on scripted directories: verdicts, number of binds, order of servers. */
#include "fake_directory.h"

#define ANNA "uid=anna,ou=customers,dc=x"
#define SVEN "uid=sven,ou=staff,dc=x"

static const char ONE[] =
    "[directory]\nuri=ldaps://one ldaps://two\n" COMMON
    "customer_base=ou=customers,dc=x\nstaff_base=ou=staff,dc=x\n"
    "role_group_base=ou=roles,dc=x\nteam_group_base=ou=teams,dc=x\n";

/* Two directories: staff in the first, customers in the second. */
static const char TWO[] = "[directory.staff]\nuri=ldaps://staff\npeople=staff\n" COMMON
                          "[directory.customers]\nuri=ldaps://customers\n"
                          "people=customers\n" COMMON;

static int with_one(void **state)
{
    (void)begin(state);
    must_open(ONE, NULL);
    rule("", "dc=x", "(uid=anna)", 1)->entries[0] = person(ANNA, "Anna", "M-1", "s-1");
    rule("", "dc=x", "(uid=sven)", 1)->entries[0] = person(SVEN, "sven", NULL, "s-2");
    binds(ANNA, PASSWORD, DIRECTORY_DONE);
    binds(SVEN, PASSWORD, DIRECTORY_DONE);
    return 0;
}

static int with_two(void **state)
{
    (void)begin(state);
    must_open(TWO, NULL);
    rule("staff", "dc=x", "(uid=sven)", 1)->entries[0] =
        person(SVEN, "sven", NULL, "s-2");
    rule("customers", "dc=x", "(uid=anna)", 1)->entries[0] =
        person(ANNA, "anna", "M-1", "s-1");
    binds(ANNA, PASSWORD, DIRECTORY_DONE);
    binds(SVEN, PASSWORD, DIRECTORY_DONE);
    return 0;
}

static void customer_comes_in(void **state)
{
    struct identity who;
    unsigned away = 9;

    assert_int_equal(login("anna", PASSWORD, &who, &away), AUTH_OK);
    assert_int_equal(away, 0);
    assert_true(str_is(who.issuer, "ldap:main"));
    assert_true(str_is(who.subject, "s-1"));
    assert_true(str_is(who.login, "Anna"));
    assert_true(str_is(who.company_key, "M-1") && who.company_said);
    assert_true(who.is_customer && !who.is_staff);
    assert_true(who.password_expires_s == -1 && who.grace_logins == -1);
    assert_string_equal(fake.log, "connect ldaps://one\nservice \n"
                                  "search dc=x (uid=anna)\n"
                                  "connect ldaps://one\nbind " ANNA "\n");
    /* Both connections are kept. */
    fake.log[0] = 0;
    assert_int_equal(login("anna", PASSWORD, &who, &away), AUTH_OK);
    assert_string_equal(fake.log, "search dc=x (uid=anna)\nbind " ANNA "\n");
}

static void staff_has_roles_and_teams(void **state)
{
    struct fake_rule *roles = rule("", "ou=roles,dc=x", "(member=" SVEN ")", 3);
    struct identity who;
    unsigned away;

    roles->entries[0] = group("cn=member,ou=roles,dc=x", "member", NULL);
    roles->entries[1] = group("cn=signatory,ou=roles,dc=x", "signatory", NULL);
    roles->entries[2] = group("cn=other,ou=roles,dc=x", "other", NULL);
    rule("", "ou=teams,dc=x", "", 1)->entries[0] =
        group("cn=it,ou=teams,dc=x", "it", NULL);
    assert_int_equal(login("sven", PASSWORD, &who, &away), AUTH_OK);
    assert_true(who.is_staff && !who.is_customer);
    /* A group cannot give a company role. */
    assert_int_equal(who.roles, 1u << ROLE_STAFF_MEMBER);
    assert_int_equal(who.team_count, 1);
    assert_true(str_is(who.teams[0], "it"));
    assert_null(who.company_key.ptr);
}

static void base_is_a_border(void **state)
{
    static const struct {
        const char *dn;
        bool staff;
        bool customer;
    } CASES[] = {
        {"uid=x\\,ou=staff,dc=x", false, false},
        {"uid=x\\2cou=staff,dc=x", false, false},
        {"uid=x,ou=notstaff,dc=x", false, false},
        {"ou=staff,dc=x", false, false},
        {"uid=x,OU=Customers, DC=x", false, true},
        {"uid=x+cn=y,ou=deep,ou=\\73taff,dc=x", true, false},
    };
    struct identity who;
    unsigned away;

    for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++) {
        fake.rule_count = 0;
        fake.bind_count = 0;
        rule("", "dc=x", "(uid=x)", 1)->entries[0] = person(CASES[i].dn, "x", NULL, "s");
        binds(CASES[i].dn, PASSWORD, DIRECTORY_DONE);
        assert_int_equal(login("x", PASSWORD, &who, &away), AUTH_OK);
        assert_int_equal(who.is_staff, CASES[i].staff);
        assert_int_equal(who.is_customer, CASES[i].customer);
    }
}

static void wrong_and_unknown_cost_the_same(void **state)
{
    struct identity who;
    unsigned away;

    assert_int_equal(login("anna", "wrong", &who, &away), AUTH_WRONG);
    assert_int_equal(count_of("\nbind "), 1);
    assert_int_equal(count_of("search"), 1);
    assert_int_equal(login("nobody", PASSWORD, &who, &away), AUTH_WRONG);
    assert_int_equal(count_of("\nbind "), 2);
    assert_int_equal(count_of("search"), 2);
    assert_int_equal(count_of("bind uid=nobody-"), 1);
    assert_int_equal(login("", PASSWORD, &who, &away), AUTH_WRONG);
    assert_int_equal(count_of("\nbind "), 3);
    assert_null(who.login.ptr);
    assert_int_equal(away, 0);
}

static void two_entries_are_refused(void **state)
{
    struct fake_rule *both = rule("", "dc=x", "(uid=twin)", 2);
    struct identity who;
    unsigned away;

    both->entries[0] = person("uid=twin,ou=a,dc=x", "twin", NULL, "s-3");
    both->entries[1] = person("uid=twin,ou=b,dc=x", "twin", NULL, "s-4");
    binds("uid=twin,ou=a,dc=x", PASSWORD, DIRECTORY_DONE);
    assert_int_equal(login("twin", PASSWORD, &who, &away), AUTH_WRONG);
    assert_int_equal(count_of("\nbind "), 1);
    assert_int_equal(count_of("bind uid=nobody-"), 1);
}

static void odd_passwords(void **state)
{
    struct directory_try input = {.login = STR("anna"), .password = STR("\0x")};
    struct identity who;
    unsigned away;
    char *text = arena_alloc(arena, 10001);

    assert_int_equal(login("anna", "", &who, &away), AUTH_EMPTY_PASSWORD);
    assert_int_equal(directory_login(set, arena, &input, &who, &away),
                     AUTH_EMPTY_PASSWORD);
    assert_string_equal(fake.log, "");
    /* Not even where its beginning is the right one. */
    memset(text, 'a', 10000);
    fake.binds[0].password = NULL;
    assert_int_equal(login("anna", text, &who, &away), AUTH_WRONG);
    assert_int_equal(count_of("bind uid=nobody-"), 1);
    assert_int_equal(count_of("bind " ANNA), 0);
    fake.binds[0].password = PASSWORD;
    assert_int_equal(login("anna", "Latin-1 \xFC", &who, &away), AUTH_WRONG);
    assert_int_equal(count_of("bind " ANNA), 1);
}

static void odd_logins(void **state)
{
    struct directory_try input = {.login = STR("an\0na"), .password = STR(PASSWORD)};
    char *text = arena_alloc(arena, 10001);
    struct identity who;
    unsigned away;

    assert_int_equal(login("a*)(uid=b\\\xC3\xBC", PASSWORD, &who, &away), AUTH_WRONG);
    assert_int_equal(count_of("search dc=x (uid=a\\2a\\29\\28uid=b\\5c\\c3\\bc)\n"), 1);
    memset(text, 'a', 10000);
    assert_int_equal(login(text, PASSWORD, &who, &away), AUTH_WRONG);
    assert_int_equal(login("J\xFCrgen", PASSWORD, &who, &away), AUTH_WRONG);
    assert_int_equal(directory_login(set, arena, &input, &who, &away), AUTH_WRONG);
    /* None of them is asked for as it is. */
    assert_int_equal(count_of("search dc=x (uid=-)\n"), 3);
    assert_int_equal(count_of("bind uid=nobody-"), 4);
}

static void away_is_never_wrong(void **state)
{
    struct identity who;
    unsigned away;

    fake.down[0] = "ldaps://";
    assert_int_equal(login("anna", PASSWORD, &who, &away), AUTH_UNAVAILABLE);
    assert_int_equal(away, 1);
    assert_int_equal(count_of("connect"), 2); /* both servers were tried */
    assert_string_equal(err_text(), "directory main: ldaps://one: no answer");
    fake.down[0] = NULL;
    err_clear();
    /* Our own account is refused: not the person's fault. */
    fake.service_bind = DIRECTORY_REFUSED;
    assert_int_equal(login("anna", PASSWORD, &who, &away), AUTH_UNAVAILABLE);
    assert_non_null(strstr(err_text(), "refuses the service account"));
    fake.service_bind = DIRECTORY_DONE;
    fake.binds[0].outcome = DIRECTORY_AWAY;
    assert_int_equal(login("anna", PASSWORD, &who, &away), AUTH_UNAVAILABLE);
    assert_int_equal(away, 1);
    fake.binds[0].outcome = DIRECTORY_BROKEN; /* of this one account */
    err_clear();
    assert_int_equal(login("anna", PASSWORD, &who, &away), AUTH_BROKEN);
    assert_int_equal(away, 0);
    assert_string_equal(err_text(), "directory main: it answered with an error");
    fake.binds[0].outcome = DIRECTORY_DONE;
    fake.rules[0].outcome = DIRECTORY_BROKEN;
    assert_int_equal(login("anna", PASSWORD, &who, &away), AUTH_UNAVAILABLE);
}

static void groups_that_cannot_be_read_are_not_none(void **state)
{
    struct identity who;
    unsigned away;

    rule("", "ou=teams,dc=x", "", 0)->outcome = DIRECTORY_BROKEN;
    assert_int_equal(login("sven", PASSWORD, &who, &away), AUTH_UNAVAILABLE);
    assert_int_equal(away, 1);
    assert_null(who.login.ptr);
}

static void second_server_and_lost_connection(void **state)
{
    struct identity who;
    unsigned away;

    fake.down[0] = "one";
    assert_int_equal(login("anna", PASSWORD, &who, &away), AUTH_OK);
    assert_int_equal(away, 0);
    assert_int_equal(count_of("connect ldaps://two"), 2);
    fake.drop_next_search = true;
    assert_int_equal(login("anna", PASSWORD, &who, &away), AUTH_OK);
    assert_int_equal(count_of("service"), 2);
}

static void connections_that_the_server_closed(void **state)
{
    struct identity who;
    unsigned away;

    assert_int_equal(login("anna", PASSWORD, &who, &away), AUTH_OK);
    fake.gone = true;
    fake.log[0] = 0;
    assert_int_equal(login("anna", PASSWORD, &who, &away), AUTH_OK);
    assert_string_equal(fake.log, "connect ldaps://one\nservice \n"
                                  "search dc=x (uid=anna)\n"
                                  "connect ldaps://one\nbind " ANNA "\n");
    fake.gone = false;
    /* A password whose answer is lost is not sent again: it would count twice. */
    fake.binds[0].outcome = DIRECTORY_AWAY;
    fake.log[0] = 0;
    assert_int_equal(login("anna", PASSWORD, &who, &away), AUTH_UNAVAILABLE);
    assert_int_equal(count_of("bind"), 1);
    fake.binds[0].outcome = DIRECTORY_DONE;
    err_clear();
    assert_int_equal(login("anna", PASSWORD, &who, &away), AUTH_OK);
}

static void no_subject_no_entry(void **state)
{
    struct identity who;
    unsigned away;

    fake.rules[0].entries[0].values[4] = STR_NONE;
    assert_int_equal(login("anna", PASSWORD, &who, &away), AUTH_BROKEN);
    assert_non_null(strstr(err_text(), "entryUUID"));
    /* Bytes that are no text. */
    fake.rules[0].entries[0].values[4] = STR("\xFF\xFE");
    assert_int_equal(login("anna", PASSWORD, &who, &away), AUTH_BROKEN);
    fake.rules[0].entries[0].values[4] = STR("s-1");
    fake.rules[0].entries[0].counts[4] = 2;
    assert_int_equal(login("anna", PASSWORD, &who, &away), AUTH_BROKEN);
    assert_int_equal(login("anna", "wrong", &who, &away), AUTH_WRONG);
}

static void bytes_that_are_no_text_are_left_out(void **state)
{
    struct directory_entry *anna = &fake.rules[0].entries[0];
    struct identity who;
    unsigned away;

    anna->values[1] = STR("J\xFCrgen");
    anna->values[2] = STR("a\0b");
    anna->values[3] = STR("M\xFF");
    assert_int_equal(login("anna", PASSWORD, &who, &away), AUTH_OK);
    assert_true(str_is(who.display_name, "Anna"));
    assert_int_equal(who.email.len, 0);
    assert_int_equal(who.company_key.len, 0);
    /* A name is one line, wherever it is written. */
    anna->values[1] = STR("Anna\r\n\r\nPlease send\tmoney\n");
    assert_int_equal(login("anna", PASSWORD, &who, &away), AUTH_OK);
    assert_true(str_is(who.display_name, "Anna    Please send money"));
    anna->values[1] = STR("\n");
    assert_int_equal(login("anna", PASSWORD, &who, &away), AUTH_OK);
    assert_true(str_is(who.display_name, "Anna"));
}

static void two_companies_are_none(void **state)
{
    struct identity who;
    unsigned away;

    fake.rules[0].entries[0].counts[3] = 2;
    assert_int_equal(login("anna", PASSWORD, &who, &away), AUTH_OK);
    assert_true(who.company_said && who.company_ambiguous);
    assert_int_equal(who.company_key.len, 0);
}

static void states_of_an_account(void **state)
{
    static const struct {
        enum directory_outcome outcome;
        enum directory_account account;
        enum auth_verdict verdict;
    } CASES[] = {
        {DIRECTORY_REFUSED, DIRECTORY_ACCOUNT_NORMAL, AUTH_WRONG},
        {DIRECTORY_REFUSED, DIRECTORY_ACCOUNT_LOCKED, AUTH_LOCKED},
        {DIRECTORY_REFUSED, DIRECTORY_ACCOUNT_EXPIRED, AUTH_EXPIRED},
        {DIRECTORY_REFUSED, DIRECTORY_ACCOUNT_MUST_CHANGE, AUTH_MUST_CHANGE},
        {DIRECTORY_REFUSED, DIRECTORY_ACCOUNT_DISABLED, AUTH_DISABLED},
        {DIRECTORY_DONE, DIRECTORY_ACCOUNT_NORMAL, AUTH_OK},
        {DIRECTORY_DONE, DIRECTORY_ACCOUNT_MUST_CHANGE, AUTH_MUST_CHANGE},
    };
    struct identity who;
    unsigned away;

    for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++) {
        bool known = CASES[i].verdict != AUTH_WRONG && CASES[i].verdict != AUTH_LOCKED;

        fake.binds[1].outcome = CASES[i].outcome;
        fake.binds[1].answer.account = CASES[i].account;
        assert_int_equal(login("sven", PASSWORD, &who, &away), CASES[i].verdict);
        /* Who it is comes out only where the password was right. */
        assert_int_equal(who.subject.len > 0, known);
        assert_int_equal(who.roles, 0);
    }
}

static void warnings_come_along(void **state)
{
    struct identity who;
    unsigned away;

    fake.binds[0].answer.expires_s = 86400;
    fake.binds[0].answer.grace_logins = 2;
    assert_int_equal(login("anna", PASSWORD, &who, &away), AUTH_OK);
    assert_int_equal(who.password_expires_s, 86400);
    assert_int_equal(who.grace_logins, 2);
}

static void the_filter_says_who_is_active(void **state)
{
    struct fake_rule *active;
    struct identity who;
    unsigned away;

    (void)begin(state);
    must_open("[directory]\nuri=ldaps://one\npeople=customers\n"
              "active_filter=(!(employeeType=left))\n" COMMON,
              NULL);
    rule("", "dc=x", "(uid=anna)", 1)->entries[0] = person(ANNA, "anna", "M-1", "s-1");
    active = rule("", ANNA, "(!(employeeType=left))", 1);
    binds(ANNA, PASSWORD, DIRECTORY_DONE);
    assert_int_equal(login("anna", PASSWORD, &who, &away), AUTH_OK);
    active->count = 0;
    assert_int_equal(login("anna", PASSWORD, &who, &away), AUTH_DISABLED);
    assert_int_equal(login("anna", "wrong", &who, &away), AUTH_WRONG);
    assert_int_equal(count_of("read " ANNA), 2);
    /* Expired and gone: gone counts. */
    fake.binds[0].outcome = DIRECTORY_REFUSED;
    fake.binds[0].answer.account = DIRECTORY_ACCOUNT_EXPIRED;
    assert_int_equal(login("anna", PASSWORD, &who, &away), AUTH_DISABLED);
    active->outcome = DIRECTORY_AWAY;
    assert_int_equal(login("anna", PASSWORD, &who, &away), AUTH_UNAVAILABLE);
}

/* What is compared with the present moment: Active Directory counts 100 ns since 1601. */
static void the_filter_knows_the_time(void **state)
{
    struct identity who;
    unsigned away;
    long long filetime = 0;
    long long utc = 0;
    const char *at;

    (void)begin(state);
    must_open("[directory]\nuri=ldaps://one\npeople=customers\n"
              "active_filter=(&(a>={filetime})(b>={utc}))\n" COMMON,
              NULL);
    rule("", "dc=x", "(uid=anna)", 1)->entries[0] = person(ANNA, "anna", "M-1", "s-1");
    rule("", ANNA, "", 1);
    binds(ANNA, PASSWORD, DIRECTORY_DONE);
    assert_int_equal(login("anna", PASSWORD, &who, &away), AUTH_OK);
    at = strstr(fake.log, "(&(a>=");
    assert_non_null(at);
    assert_int_equal(sscanf(at, "(&(a>=%18lld)(b>=%14lldZ))", &filetime, &utc), 2);
    assert_true(filetime / 10000000 - 11644473600 - clock_now(&clock_system) / US_PER_S >=
                -60);
    assert_true(utc > 20260101000000 && utc < 99991231235959);
}

static void directories_in_their_order(void **state)
{
    struct identity who;
    unsigned away;

    assert_int_equal(directory_count(set), 2);
    assert_true(str_is(directory_name(set, 1), "customers"));
    assert_true(str_is(directory_issuer(set, 0), "ldap:staff"));
    assert_int_equal(login("anna", PASSWORD, &who, &away), AUTH_OK);
    assert_true(str_is(who.issuer, "ldap:customers") && who.is_customer);
    assert_int_equal(count_of("search"), 2);
    assert_int_equal(login("sven", PASSWORD, &who, &away), AUTH_OK);
    assert_true(str_is(who.issuer, "ldap:staff") && who.is_staff);
    assert_int_equal(count_of("search"), 3);
    /* A name that both know is the first one's, and its password is tried there alone. */
    rule("", "dc=x", "(uid=both)", 1)->entries[0] =
        person("uid=both,dc=x", "both", NULL, "s-9");
    fake.log[0] = 0;
    assert_int_equal(login("both", "wrong", &who, &away), AUTH_WRONG);
    assert_string_equal(fake.log, "search dc=x (uid=both)\nbind uid=both,dc=x\n");
    /* Nobody: one decoy in all. */
    fake.log[0] = 0;
    assert_int_equal(login("nobody", PASSWORD, &who, &away), AUTH_WRONG);
    assert_int_equal(count_of("search"), 2);
    assert_int_equal(count_of("\nbind "), 1);
}

static void one_directory_is_away(void **state)
{
    struct directory_try input = {
        .login = STR("anna"), .password = STR(PASSWORD), .skip = 1};
    struct identity who = {0};
    unsigned away;

    fake.down[0] = "staff";
    assert_int_equal(login("anna", PASSWORD, &who, &away), AUTH_OK);
    assert_int_equal(away, 1);
    assert_string_equal(err_text(), "");
    /* Sven may be in the one that is away: that is not "wrong". */
    assert_int_equal(login("sven", PASSWORD, &who, &away), AUTH_UNAVAILABLE);
    assert_string_equal(err_text(), "directory staff: ldaps://staff: no answer");
    assert_int_equal(count_of("\nbind "), 1);
    err_clear();
    /* Known to be away: not asked, and not reported again. */
    fake.log[0] = 0;
    assert_int_equal(directory_login(set, arena, &input, &who, &away), AUTH_OK);
    assert_int_equal(away, 0);
    assert_int_equal(count_of("staff"), 0);
    input.login = STR("sven");
    assert_int_equal(directory_login(set, arena, &input, &who, &away), AUTH_UNAVAILABLE);
    assert_string_equal(err_text(), "directory staff: known to be away");
}

static void no_directory_at_all(void **state)
{
    struct identity who;
    unsigned away;
    size_t index = 7;

    (void)begin(state);
    must_open("[site]\nname=x\n", NULL);
    assert_int_equal(directory_count(set), 0);
    assert_int_equal(login("anna", PASSWORD, &who, &away), AUTH_UNAVAILABLE);
    assert_false(directory_of_issuer(set, STR("ldap:main"), &index));
    assert_int_equal(index, 7);
}

/* Windows writes the first three groups of a GUID's bytes the other way round. */
static void guid_as_windows_writes_it(void **state)
{
    struct identity who;
    unsigned away;

    (void)begin(state);
    must_open("[directory]\nkind=ad\nuri=ldaps://one\npeople=customers\n"
              "active_filter=none\ncompany_attribute=none\n" COMMON,
              NULL);
    rule("", "dc=x", "sAMAccountName=anna", 1)->entries[0] =
        person(ANNA, "anna", NULL, NULL);
    fake.rules[0].entries[0].values[4] =
        STR("\x33\x22\x11\x00\x55\x44\x77\x66\x88\x99\xAA\xBB\xCC\xDD\xEE\xFF");
    binds(ANNA, PASSWORD, DIRECTORY_DONE);
    assert_int_equal(login("anna", PASSWORD, &who, &away), AUTH_OK);
    assert_true(str_is(who.subject, "00112233-4455-6677-8899-aabbccddeeff"));
    assert_false(who.company_said);
    fake.rules[0].entries[0].values[4].len = 15;
    assert_int_equal(login("anna", PASSWORD, &who, &away), AUTH_BROKEN);
}

int main(void)
{
#define ONE_DIRECTORY(fn)   cmocka_unit_test_setup_teardown(fn, with_one, end)
#define TWO_DIRECTORIES(fn) cmocka_unit_test_setup_teardown(fn, with_two, end)
#define OWN(fn)             cmocka_unit_test_teardown(fn, end)
    const struct CMUnitTest tests[] = {
        ONE_DIRECTORY(customer_comes_in),
        ONE_DIRECTORY(staff_has_roles_and_teams),
        ONE_DIRECTORY(base_is_a_border),
        ONE_DIRECTORY(wrong_and_unknown_cost_the_same),
        ONE_DIRECTORY(two_entries_are_refused),
        ONE_DIRECTORY(odd_passwords),
        ONE_DIRECTORY(odd_logins),
        ONE_DIRECTORY(away_is_never_wrong),
        ONE_DIRECTORY(groups_that_cannot_be_read_are_not_none),
        ONE_DIRECTORY(second_server_and_lost_connection),
        ONE_DIRECTORY(connections_that_the_server_closed),
        ONE_DIRECTORY(no_subject_no_entry),
        ONE_DIRECTORY(bytes_that_are_no_text_are_left_out),
        ONE_DIRECTORY(two_companies_are_none),
        ONE_DIRECTORY(states_of_an_account),
        ONE_DIRECTORY(warnings_come_along),
        OWN(the_filter_says_who_is_active),
        OWN(the_filter_knows_the_time),
        TWO_DIRECTORIES(directories_in_their_order),
        TWO_DIRECTORIES(one_directory_is_away),
        OWN(no_directory_at_all),
        OWN(guid_as_windows_writes_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
