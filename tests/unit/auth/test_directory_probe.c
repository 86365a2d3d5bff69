/* The ladder rung by rung: each one made to fail, with its advice, and never a secret. */
#include "fake_directory.h"

#define SVEN "uid=sven,ou=staff,dc=x"
#define ANNA "uid=anna,ou=customers,dc=x"

static const char CONF[] =
    "[directory]\nuri=ldaps://one ldaps://two\nactive_filter=(a=b)\n" COMMON
    "customer_base=ou=customers,dc=x\nstaff_base=ou=staff,dc=x\nrole_group_base=ou="
    "roles\n";

static struct directory_report report;

static int climbable(void **state)
{
    (void)begin(state);
    must_open(CONF, NULL);
    fake.certificate = (struct directory_certificate){
        .shown = true,
        .not_before = clock_now(&clock_system) - 10 * US_PER_DAY,
        .not_after = clock_now(&clock_system) + 100 * US_PER_DAY,
        .protocol = STR("TLS1.3")};
    rule("", "dc=x", "(objectClass=*)", 1);
    rule("", "ou=roles", "(objectClass=*)", 1);
    rule("", "dc=x", "(uid=sven)", 1)->entries[0] = person(SVEN, "sven", NULL, "s-2");
    rule("", SVEN, "(a=b)", 1);
    rule("", "ou=roles", "(member=" SVEN ")", 1)->entries[0] =
        group("cn=lead,ou=roles", "lead", NULL);
    rule("", "dc=x", "(uid=anna)", 1)->entries[0] = person(ANNA, "anna", "M-1", "s-1");
    rule("", ANNA, "(a=b)", 1);
    binds(SVEN, PASSWORD, DIRECTORY_DONE);
    return 0;
}

static void probe(const char *login, const char *password)
{
    struct directory_probe_input input = {0, str_from(login), str_from(password)};
    int opened = fake.open;

    directory_probe(set, arena, &input, &report);
    assert_int_equal(fake.open, opened);
    assert_string_equal(err_text(), "");
    for (size_t i = 0; i < report.count; i++) {
        const struct directory_rung *rung = &report.rungs[i];

        assert_true(str_find(rung->text, STR(PASSWORD " ")) < 0);
        assert_true(str_find(rung->text, STR("servicepw")) < 0);
        if (rung->state == DIRECTORY_RUNG_FAILED)
            assert_true(rung->text.len > 0 && rung->advice.len > 0);
    }
}

/* Rungs 0 to 3 are the first server's, 4 to 7 the second's. */
static enum directory_rung_state state_of(enum directory_rung_kind kind, size_t server)
{
    for (size_t i = 0; i < report.count; i++)
        if (report.rungs[i].kind == kind && server-- == 0)
            return report.rungs[i].state;
    fail_msg("no rung %s", directory_rung_key(kind));
    return DIRECTORY_RUNG_FAILED;
}

static void check_failed(enum directory_rung_kind kind, const char *text)
{
    assert_false(report.ok);
    for (size_t i = 0; i < report.count; i++) {
        if (report.rungs[i].state != DIRECTORY_RUNG_FAILED)
            continue;
        assert_string_equal(directory_rung_key(report.rungs[i].kind),
                            directory_rung_key(kind));
        if (str_find(report.rungs[i].text, str_from(text)) < 0)
            fail_msg("%s: \"%.*s\"", directory_rung_key(kind),
                     STR_ARG(report.rungs[i].text));
        return;
    }
    fail_msg("nothing failed");
}

static void to_the_top(void **state)
{
    probe("sven", PASSWORD);
    assert_true(report.ok);
    assert_int_equal(report.verdict, AUTH_OK);
    assert_int_equal(report.identity.roles, 1u << ROLE_STAFF_LEAD);
    assert_int_equal(report.count, 8 + DIRECTORY_RUNG_KINDS - 4);
    assert_true(str_is(report.rungs[4].server, "ldaps://two"));
    assert_int_equal(state_of(DIRECTORY_RUNG_SERVICE, 1), DIRECTORY_RUNG_OK);
    assert_int_equal(state_of(DIRECTORY_RUNG_COMPANY, 0), DIRECTORY_RUNG_SKIPPED);
    probe("anna", NULL);
    assert_true(report.ok);
    assert_int_equal(state_of(DIRECTORY_RUNG_PASSWORD, 0), DIRECTORY_RUNG_SKIPPED);
    assert_int_equal(state_of(DIRECTORY_RUNG_COMPANY, 0), DIRECTORY_RUNG_OK);
    probe(NULL, NULL);
    assert_true(report.ok);
    assert_int_equal(state_of(DIRECTORY_RUNG_BASES, 0), DIRECTORY_RUNG_OK);
    assert_int_equal(state_of(DIRECTORY_RUNG_SEARCH, 0), DIRECTORY_RUNG_SKIPPED);
}

static void servers(void **state)
{
    fake.down[0] = "one";
    probe("sven", PASSWORD);
    check_failed(DIRECTORY_RUNG_CONNECT, "no answer");
    assert_int_equal(state_of(DIRECTORY_RUNG_SERVICE, 0), DIRECTORY_RUNG_SKIPPED);
    /* The second one is enough for the rest. */
    assert_int_equal(state_of(DIRECTORY_RUNG_MAPPING, 0), DIRECTORY_RUNG_OK);
    fake.shows_itself = true;
    probe("sven", PASSWORD);
    check_failed(DIRECTORY_RUNG_TLS, "no answer");
    assert_int_equal(state_of(DIRECTORY_RUNG_CERTIFICATE, 0), DIRECTORY_RUNG_OK);
    fake.down[0] = NULL;
    fake.service_bind = DIRECTORY_REFUSED;
    probe("sven", PASSWORD);
    check_failed(DIRECTORY_RUNG_SERVICE, SERVICE " is refused");
    assert_int_equal(state_of(DIRECTORY_RUNG_BASES, 0), DIRECTORY_RUNG_SKIPPED);
}

static void certificates(void **state)
{
    fake.certificate.not_after = clock_now(&clock_system) + 3 * US_PER_DAY;
    probe("sven", PASSWORD);
    assert_true(report.ok);
    assert_int_equal(state_of(DIRECTORY_RUNG_CERTIFICATE, 0), DIRECTORY_RUNG_WARNING);
    fake.certificate.not_after = clock_now(&clock_system) - US_PER_DAY;
    probe("sven", PASSWORD);
    check_failed(DIRECTORY_RUNG_CERTIFICATE, "valid from ");
    fake.certificate.not_after = INSTANT_NONE;
    probe("sven", PASSWORD);
    assert_int_equal(state_of(DIRECTORY_RUNG_CERTIFICATE, 0), DIRECTORY_RUNG_WARNING);
}

static void rungs_of_a_person(void **state)
{
    probe("nobody", PASSWORD);
    check_failed(DIRECTORY_RUNG_ONE, "no entry");
    fake.rules[2].count = 2;
    fake.rules[2].entries[1] = person("uid=x", "sven", NULL, "s-3");
    probe("sven", PASSWORD);
    check_failed(DIRECTORY_RUNG_ONE, "more than one");
    fake.rules[2].count = 1;
    fake.rules[2].entries[0].values[4] = STR_NONE;
    probe("sven", PASSWORD);
    check_failed(DIRECTORY_RUNG_SUBJECT, "entryUUID");
    fake.rules[2].entries[0] = person("uid=sven,dc=x", "sven", NULL, "s-2");
    probe("sven", NULL);
    check_failed(DIRECTORY_RUNG_SUBJECT, "neither staff nor customer");
    fake.rules[2].entries[0] = person(SVEN, "sven", NULL, "s-2");
    fake.rules[3].count = 0;
    probe("sven", PASSWORD);
    check_failed(DIRECTORY_RUNG_ACTIVE, "does not match (a=b)");
    fake.rules[3].count = 1;
    fake.rules[4].outcome = DIRECTORY_BROKEN;
    probe("sven", PASSWORD);
    check_failed(DIRECTORY_RUNG_GROUPS, "no answer");
    fake.rules[4].outcome = DIRECTORY_DONE;
    fake.rules[4].count = 0;
    probe("sven", PASSWORD);
    check_failed(DIRECTORY_RUNG_MAPPING, "roles: none");
    fake.rules[5].entries[0].values[3] = STR_NONE;
    probe("anna", NULL);
    check_failed(DIRECTORY_RUNG_COMPANY, "none");
    fake.rules[5].entries[0].counts[3] = 2;
    probe("anna", NULL);
    check_failed(DIRECTORY_RUNG_COMPANY, "more than one");
    fake.rules[1].count = 0;
    probe("anna", NULL);
    check_failed(DIRECTORY_RUNG_BASES, "not seen: ou=roles");
}

static void passwords(void **state)
{
    static const struct {
        enum directory_outcome outcome;
        enum directory_account account;
        enum auth_verdict verdict;
        const char *text;
    } CASES[] = {
        {DIRECTORY_REFUSED, DIRECTORY_ACCOUNT_NORMAL, AUTH_WRONG, "wrong"},
        {DIRECTORY_REFUSED, DIRECTORY_ACCOUNT_LOCKED, AUTH_LOCKED, "locked"},
        {DIRECTORY_REFUSED, DIRECTORY_ACCOUNT_EXPIRED, AUTH_EXPIRED, "expired"},
        {DIRECTORY_DONE, DIRECTORY_ACCOUNT_MUST_CHANGE, AUTH_MUST_CHANGE, "changed"},
        {DIRECTORY_REFUSED, DIRECTORY_ACCOUNT_DISABLED, AUTH_DISABLED, "disabled"},
        {DIRECTORY_AWAY, DIRECTORY_ACCOUNT_NORMAL, AUTH_UNAVAILABLE, "neither"},
        {DIRECTORY_BROKEN, DIRECTORY_ACCOUNT_NORMAL, AUTH_BROKEN, "neither"},
    };

    for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++) {
        fake.binds[0].outcome = CASES[i].outcome;
        fake.binds[0].answer.account = CASES[i].account;
        probe("sven", PASSWORD);
        check_failed(DIRECTORY_RUNG_PASSWORD, CASES[i].text);
        assert_int_equal(report.verdict, CASES[i].verdict);
        /* What is configured can be seen all the same. */
        assert_int_equal(state_of(DIRECTORY_RUNG_MAPPING, 0), DIRECTORY_RUNG_OK);
    }
}

static void every_kind_has_a_key(void **state)
{
    for (int kind = 0; kind < DIRECTORY_RUNG_KINDS; kind++)
        assert_non_null(directory_rung_key((enum directory_rung_kind)kind));
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, climbable, end)
    const struct CMUnitTest tests[] = {
        T(to_the_top),        T(servers),   T(certificates),
        T(rungs_of_a_person), T(passwords), T(every_kind_has_a_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
