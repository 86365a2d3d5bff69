/* Sign-in on a fake directory: verdicts, what is written for each, and nothing half-written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <unistd.h>

#include "app/sign_on.h"
#include "auth/directory_driver.h"
#include "db/fake.h"
#include "store/person.h"

#define NOW      (INT64_C(1795305600) * US_PER_S)
#define PASSWORD "right"
#define CUSTOMER "uid=anna,ou=customers,dc=x"
#define STAFF    "uid=sven,ou=staff,dc=x"

/* ---- a directory of one entry --------------------------------------------------------- */

struct entry_of_directory {
    const char *dn;
    const char *company; /**< NULL: none */
    const char *role;    /**< a group of staff, NULL: none */
    bool down;
    bool odd;  /**< neither yes nor no to this person's bind */
    int binds; /**< with a person's password */
};
static struct entry_of_directory entry;

static enum directory_outcome connect_to(void *context, const char *uri,
                                         const char *ca_file, int64_t deadline_us,
                                         void **link_out)
{
    (void)context, (void)uri, (void)ca_file, (void)deadline_us;
    if (entry.down)
        return DIRECTORY_AWAY;
    *link_out = &entry;
    return DIRECTORY_DONE;
}

static enum directory_outcome bind_as(void *link, const char *dn, struct str password,
                                      int64_t deadline_us)
{
    (void)link, (void)deadline_us;
    if (strcmp(dn, "cn=service") == 0)
        return DIRECTORY_DONE;
    entry.binds++;
    if (entry.odd)
        return DIRECTORY_BROKEN;
    return strcmp(dn, entry.dn) == 0 && str_is(password, PASSWORD) ? DIRECTORY_DONE
                                                                   : DIRECTORY_REFUSED;
}

static enum directory_outcome find(void *link, struct arena *arena,
                                   const struct directory_search *search,
                                   int64_t deadline_us,
                                   struct directory_entry *entries_out, size_t *count_out)
{
    (void)link, (void)arena, (void)deadline_us;
    *count_out = 0;
    if (strcmp(search->base, "dc=x") == 0 && strstr(search->filter, "nobody") == NULL) {
        entries_out[0] = (struct directory_entry){
            .dn = str_from(entry.dn),
            .values = {STR("anna"), STR("Anna A"), STR("a@x.example"),
                       entry.company ? str_from(entry.company) : STR_NONE}};
        *count_out = 1;
    } else if (strcmp(search->base, "ou=roles") == 0 && entry.role) {
        entries_out[0] = (struct directory_entry){.values = {str_from(entry.role)}};
        *count_out = 1;
    } else if (strcmp(search->base, "ou=teams") == 0) {
        entries_out[0] = (struct directory_entry){.values = {STR("it")}};
        entries_out[1] = (struct directory_entry){.values = {STR("unheard-of")}};
        *count_out = 2;
    }
    return DIRECTORY_DONE;
}

static void hang_up(void *link)
{
    (void)link;
}

static const struct directory_driver DRIVER = {connect_to, bind_as, find, hang_up};

/* ---- fixture -------------------------------------------------------------------------- */

static struct arena *process;
static struct arena *arena;
static struct directory_set *directory;
static struct fake *fake;
static struct sign_on_result result;
static struct sign_on_input input;
static struct sign_on_company_row company;
static struct person_row person;
static instant_us blocked_until;
static instant_us breaker_until;
static struct principal nobody;
static struct actor actor;

static const struct sign_on_policy POLICY = {5, 100, 15 * 60 * US_PER_S,
                                             INT64_C(12) * 3600 * US_PER_S};

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    (void)fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static struct directory_set *open_directory(void)
{
    char dir[] = "/tmp/kontor-sign-on-XXXXXX";
    char path[100];
    struct conf *conf = NULL;
    struct directory_set *out = NULL;

    assert_non_null(mkdtemp(dir));
    (void)snprintf(path, sizeof path, "%s/secret", dir);
    write_text(path, "servicepw\n");
    (void)snprintf(path, sizeof path, "%s/conf", dir);
    write_text(path, "[directory]\nuri=ldaps://one\nbind_dn=cn=service\n"
                     "bind_password_file=secret\nuser_base=dc=x\n"
                     "customer_base=ou=customers,dc=x\nstaff_base=ou=staff,dc=x\n"
                     "role_group_base=ou=roles\nteam_group_base=ou=teams\n");
    if (conf_load(process, path, &conf) != OK ||
        directory_open_with(process, conf, &DRIVER, NULL, &out) != OK)
        bug("%s", err_text());
    (void)unlink(path);
    (void)snprintf(path, sizeof path, "%s/secret", dir);
    (void)unlink(path);
    (void)rmdir(dir);
    return out;
}

static int setup(void **state)
{
    (void)state;
    process = arena_new((size_t)8 << 20);
    arena = arena_new((size_t)8 << 20);
    directory = open_directory();
    entry = (struct entry_of_directory){.dn = CUSTOMER, .company = "M-1"};
    input = (struct sign_on_input){.login = STR("anna"),
                                   .password = STR(PASSWORD),
                                   .network = STR("192.0.2.7"),
                                   .page_language = STR("de")};
    company =
        (struct sign_on_company_row){11, STR("Kran AG"), STR("active"), STR("applicant")};
    person = (struct person_row){.id = 3,
                                 .login = STR("anna"),
                                 .display_name = STR("Anna A"),
                                 .email = STR("a@x.example"),
                                 .language = STR("en"),
                                 .company_id = 11};
    blocked_until = breaker_until = INSTANT_NONE;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    arena_free(&process);
    return 0;
}

static enum err run(const struct fake_step *steps)
{
    err_clear();
    result = (struct sign_on_result){.verdict = SIGN_ON_WRONG, .wait_s = -1};
    actor = (struct actor){.db = db_open_fake(arena, steps, &fake),
                           .arena = arena,
                           .principal = &nobody,
                           .now = NOW,
                           .program = "login",
                           .trace_id = STR("t")};
    return sign_on(&actor, directory, &POLICY, &input, &result);
}

static enum sign_on_verdict verdict(const struct fake_step *steps)
{
    enum err err = run(steps);

    if (err != OK || !fake_is_done(fake))
        bug("%s after %s: %s", err_name(err), fake_log(fake), err_text());
    return result.verdict;
}

#define STEP_BLOCKED                                                                     \
    {                                                                                    \
        .expect = "SQL_THROTTLE_BLOCKED", .rows = &blocked_until, .row_count = 1         \
    }
#define STEP_BREAKER                                                                     \
    {                                                                                    \
        .expect = "SQL_BREAKER_OPEN_UNTIL", .rows = &breaker_until, .row_count = 1       \
    }
#define STEP_COMPANY                                                                     \
    {                                                                                    \
        .expect = "SQL_PERSON_COMPANY", .rows = &company, .row_count = 1                 \
    }
#define STEP_PERSON                                                                      \
    {                                                                                    \
        .expect = "SQL_PERSON_LOCK", .rows = &person, .row_count = 1                     \
    }
#define STEPS_OF_A_SESSION                                                               \
    {.expect = "SQL_SESSION_INSERT", .done = {1, 9}}, {.expect = "SQL_THROTTLE_CLEAR"},  \
        {.expect = "SQL_AUDIT_INSERT"}, {.expect = "commit"},                            \
        {.expect = "SQL_SESSION_PURGE"}, {.expect = "SQL_PARKED_POST_PURGE"},            \
        {.expect = "SQL_THROTTLE_PURGE"},                                                \
    {                                                                                    \
        0                                                                                \
    }

/* ---- coming in ------------------------------------------------------------------------ */

static void a_known_customer_needs_no_update(void **state)
{
    (void)state;
    const struct fake_step steps[] = {STEP_BLOCKED, STEP_BREAKER,
                                      STEP_COMPANY, {.expect = "begin-write"},
                                      STEP_PERSON,  STEPS_OF_A_SESSION};
    assert_int_equal(verdict(steps), SIGN_ON_OK);
    assert_int_equal(result.person_id, 3);
    assert_int_equal(result.token.len, 43);
    assert_false(result.is_staff);
    struct str first = str_copy(process, result.token);
    assert_int_equal(verdict(steps), SIGN_ON_OK);
    assert_false(str_eq(first, result.token));
}

static void the_session_that_came_along_ends(void **state)
{
    (void)state;
    input.presented_token = STR("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    const struct fake_step steps[] = {STEP_BLOCKED,      STEP_BREAKER,
                                      STEP_COMPANY,      {.expect = "begin-write"},
                                      STEP_PERSON,       {.expect = "SQL_SESSION_END"},
                                      STEPS_OF_A_SESSION};
    assert_int_equal(verdict(steps), SIGN_ON_OK);
    /* Fixation: what the browser brought is never what it gets. */
    assert_false(str_eq(result.token, input.presented_token));
}

static void two_first_sign_ins_at_once(void **state)
{
    (void)state;
    const struct fake_step steps[] = {
        STEP_BLOCKED,
        STEP_BREAKER,
        STEP_COMPANY,
        {.expect = "begin-write"},
        {.expect = "SQL_PERSON_LOCK"},
        {.expect = "SQL_PERSON_INSERT",
         .error_code = 1062,
         .error_text = "Duplicate entry 'anna' for key 'uq_person_login'"},
        {.expect = "rollback"},
        {.expect = "begin-write"},
        STEP_PERSON,
        STEPS_OF_A_SESSION};
    assert_int_equal(verdict(steps), SIGN_ON_OK);
    assert_int_equal(result.person_id, 3);
}

static void staff_roles_come_from_the_directory(void **state)
{
    (void)state;
    static const struct team_key_row TEAMS[] = {{STR("credit")}, {STR("it")}};
    entry = (struct entry_of_directory){.dn = STAFF, .role = "member"};
    person = (struct person_row){.id = 3,
                                 .login = STR("anna"),
                                 .display_name = STR("Anna A"),
                                 .email = STR("a@x.example"),
                                 .language = STR("en"),
                                 .is_staff = true,
                                 .roles = STR("admin"),
                                 .team_keys = STR("credit")};
    const struct fake_step steps[] = {
        STEP_BLOCKED,
        STEP_BREAKER,
        {.expect = "begin-write"},
        STEP_PERSON,
        {.expect = "SQL_TEAM_KEYS", .rows = TEAMS, .row_count = 2},
        {.expect = "SQL_STAFF_ROLE_CLEAR"},
        {.expect = "SQL_STAFF_ROLE_INSERT", .expect_row_count = 1},
        {.expect = "SQL_TEAM_MEMBER_CLEAR"},
        {.expect = "SQL_TEAM_MEMBER_INSERT", .expect_row_count = 1},
        STEPS_OF_A_SESSION};
    assert_int_equal(verdict(steps), SIGN_ON_OK);
    assert_true(result.is_staff);
}

/* Somebody who was staff and is a customer now keeps no role of then. */
static void staff_roles_go_with_the_staff(void **state)
{
    (void)state;
    person.is_staff = true;
    person.roles = STR("admin");
    person.team_keys = STR("it");
    const struct fake_step steps[] = {STEP_BLOCKED,
                                      STEP_BREAKER,
                                      STEP_COMPANY,
                                      {.expect = "begin-write"},
                                      STEP_PERSON,
                                      {.expect = "SQL_PERSON_UPDATE"},
                                      {.expect = "SQL_STAFF_ROLE_CLEAR"},
                                      {.expect = "SQL_TEAM_MEMBER_CLEAR"},
                                      STEPS_OF_A_SESSION};
    assert_int_equal(verdict(steps), SIGN_ON_OK);
    assert_false(result.is_staff);
}

/* Every statement of the transaction failing once: no session is given out, nothing is committed. */
static void any_failure_rolls_back(void **state)
{
    (void)state;
    input.presented_token = STR("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    person.display_name = STR("Anna Before");
    const struct fake_step steps[] = {STEP_BLOCKED,
                                      STEP_BREAKER,
                                      STEP_COMPANY,
                                      {.expect = "begin-write"},
                                      STEP_PERSON,
                                      {.expect = "SQL_PERSON_UPDATE"},
                                      {.expect = "SQL_SESSION_END"},
                                      STEPS_OF_A_SESSION};
    struct fake_step cut[20];

    assert_int_equal(verdict(steps), SIGN_ON_OK);
    for (int n = 0; n <= 10; n++) { /* the last one is the commit */
        memcpy(cut, steps, sizeof *cut * (size_t)(n + 1));
        cut[n].error_code = 1030;
        cut[n + 1] = (struct fake_step){.expect = n > 3 ? "rollback" : NULL};
        cut[n + 2] = (struct fake_step){0};
        assert_int_not_equal(run(cut), OK);
        assert_true(fake_is_done(fake));
        assert_int_equal(result.wait_s, -1); /* untouched: no token left the function */
        assert_null(result.token.ptr);
    }
}

/* House-keeping rides along: its failure does not lock anybody out. */
static void a_failed_purge_is_nobodys_problem(void **state)
{
    (void)state;
    const struct fake_step steps[] = {STEP_BLOCKED,
                                      STEP_BREAKER,
                                      STEP_COMPANY,
                                      {.expect = "begin-write"},
                                      STEP_PERSON,
                                      {.expect = "SQL_SESSION_INSERT", .done = {1, 9}},
                                      {.expect = "SQL_THROTTLE_CLEAR"},
                                      {.expect = "SQL_AUDIT_INSERT"},
                                      {.expect = "commit"},
                                      {.expect = "SQL_SESSION_PURGE", .error_code = 1030},
                                      {0}};
    assert_int_equal(verdict(steps), SIGN_ON_OK);
}

/* ---- staying out ---------------------------------------------------------------------- */

static void refused_with_the_reason(void **state)
{
    (void)state;
    static const struct {
        const char *company_state;
        const char *roles;
        enum sign_on_verdict verdict;
    } ROWS[] = {
        {"ended", "applicant", SIGN_ON_COMPANY_ENDED},
        {"suspended", "applicant", SIGN_ON_COMPANY_SUSPENDED},
        {"candidate", "applicant", SIGN_ON_COMPANY_CANDIDATE},
        {"something-new", "applicant", SIGN_ON_COMPANY_CANDIDATE},
        {"active", "", SIGN_ON_NO_ROLE},
    };
    const struct fake_step steps[] = {STEP_BLOCKED,
                                      STEP_BREAKER,
                                      STEP_COMPANY,
                                      {.expect = "SQL_PERSON_ID_OF"},
                                      {.expect = "SQL_AUDIT_INSERT"},
                                      {0}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        company.state = str_from(ROWS[i].company_state);
        company.roles = str_from(ROWS[i].roles);
        assert_int_equal(verdict(steps), ROWS[i].verdict);
        assert_null(result.token.ptr);
        assert_true(str_is(result.company_name, "Kran AG"));
    }
}

static void refused_without_a_company(void **state)
{
    (void)state;
    const struct fake_step unknown[] = {STEP_BLOCKED,
                                        STEP_BREAKER,
                                        {.expect = "SQL_PERSON_COMPANY"},
                                        {.expect = "SQL_PERSON_ID_OF"},
                                        {.expect = "SQL_AUDIT_INSERT"},
                                        {0}};
    assert_int_equal(verdict(unknown), SIGN_ON_NO_COMPANY);
    const struct fake_step none[] = {STEP_BLOCKED,
                                     STEP_BREAKER,
                                     {.expect = "SQL_PERSON_ID_OF"},
                                     {.expect = "SQL_AUDIT_INSERT"},
                                     {0}};
    entry.company = NULL;
    assert_int_equal(verdict(none), SIGN_ON_NO_COMPANY);
    /* Below neither base: a company's name in the entry does not help. */
    entry =
        (struct entry_of_directory){.dn = "uid=anna,ou=services,dc=x", .company = "M-1"};
    assert_int_equal(verdict(none), SIGN_ON_NO_COMPANY);
    entry = (struct entry_of_directory){.dn = STAFF, .role = "signatory"};
    assert_int_equal(verdict(none), SIGN_ON_STAFF_NO_ROLE);
}

/* Wrong password and unknown login: the same statements, the same single bind. */
static void wrong_costs_the_same(void **state)
{
    (void)state;
    const struct fake_step steps[] = {STEP_BLOCKED,
                                      STEP_BREAKER,
                                      {.expect = "SQL_THROTTLE_FAIL"},
                                      {.expect = "SQL_THROTTLE_FAIL"},
                                      {.expect = "SQL_PERSON_ID_OF"},
                                      {.expect = "SQL_AUDIT_INSERT"},
                                      {0}};
    input.password = STR("wrong");
    assert_int_equal(verdict(steps), SIGN_ON_WRONG);
    assert_int_equal(entry.binds, 1);
    input.login = STR("nobody");
    assert_int_equal(verdict(steps), SIGN_ON_WRONG);
    assert_int_equal(entry.binds, 2);
}

static void an_absent_directory_is_no_wrong_password(void **state)
{
    (void)state;
    entry.down = true;
    const struct fake_step first[] = {
        STEP_BLOCKED, STEP_BREAKER, {.expect = "SQL_BREAKER_OPEN"}, {0}};
    assert_int_equal(verdict(first), SIGN_ON_UNAVAILABLE);
    /* The breaker is open: the directory is left alone, even when it is back. */
    entry.down = false;
    breaker_until = NOW + 1;
    const struct fake_step next[] = {STEP_BLOCKED, STEP_BREAKER, {0}};
    assert_int_equal(verdict(next), SIGN_ON_UNAVAILABLE);
    assert_int_equal(entry.binds, 0);
    breaker_until = NOW;
    const struct fake_step then[] = {STEP_BLOCKED, STEP_BREAKER,
                                     STEP_COMPANY, {.expect = "begin-write"},
                                     STEP_PERSON,  STEPS_OF_A_SESSION};
    assert_int_equal(verdict(then), SIGN_ON_OK);
}

/* One account that the directory stumbles over must not keep everybody else out. */
static void a_broken_account_opens_no_breaker(void **state)
{
    (void)state;
    entry.odd = true;
    const struct fake_step steps[] = {STEP_BLOCKED,
                                      STEP_BREAKER,
                                      {.expect = "SQL_THROTTLE_FAIL"},
                                      {.expect = "SQL_THROTTLE_FAIL"},
                                      {0}};
    assert_int_equal(verdict(steps), SIGN_ON_UNAVAILABLE);
}

static void too_many_tries_ask_nobody(void **state)
{
    (void)state;
    blocked_until = NOW + 1500000;
    const struct fake_step steps[] = {STEP_BLOCKED, STEP_BREAKER, {0}};
    assert_int_equal(verdict(steps), SIGN_ON_THROTTLED);
    assert_int_equal(result.wait_s, 2);
    assert_int_equal(entry.binds, 0);
}

/* ---- what shares its tries ------------------------------------------------------------ */

/* The buckets that the look-up asked for: login, then network. */
static void buckets(const char *login, const char *network, char out[64])
{
    input.login = str_from(login);
    input.network = str_from(network);
    /* Cut off at the look-up, so that its parameters are the last ones. */
    const struct fake_step look[] = {
        {.expect = "SQL_THROTTLE_BLOCKED", .error_code = 1030}, {0}};
    assert_int_not_equal(run(look), OK);
    const struct db_param *params = fake_params(fake);
    assert_int_equal(params[0].str.len, 32);
    assert_int_equal(params[1].str.len, 32);
    memcpy(out, params[0].str.ptr, 32);
    memcpy(out + 32, params[1].str.ptr, 32);
}

static void spellings_of_a_login_share_a_bucket(void **state)
{
    (void)state;
    static const char *const SAME[] = {"ANNA", "Anna ", "\xEF\xBD\x81nna",
                                       "\xE2\x93\x90nna"};
    char want[64], got[64];

    buckets("anna", "192.0.2.7", want);
    for (size_t i = 0; i < sizeof SAME / sizeof *SAME; i++) {
        buckets(SAME[i], "192.0.2.7", got);
        assert_memory_equal(got, want, 64);
    }
    buckets("anne", "192.0.2.7", got);
    assert_memory_not_equal(got, want, 32);
    assert_memory_equal(got + 32, want + 32, 32);
}

static void a_network_is_not_one_address(void **state)
{
    (void)state;
    char want[64], got[64];

    buckets("anna", "2001:db8:1:2::1", want);
    buckets("anna", "2001:db8:1:2:ffff::9", got);
    assert_memory_equal(got + 32, want + 32, 32);
    buckets("anna", "2001:db8:1:3::1", got);
    assert_memory_not_equal(got + 32, want + 32, 32);
    buckets("anna", "192.0.2.7", want);
    buckets("anna", "192.0.2.8", got);
    assert_memory_not_equal(got + 32, want + 32, 32);
    buckets("anna", "::ffff:192.0.2.7", want);
    buckets("anna", "::ffff:192.0.2.8", got);
    assert_memory_not_equal(got + 32, want + 32, 32);
}

/* ---- leaving -------------------------------------------------------------------------- */

static void leaving_ends_the_session_or_says_so(void **state)
{
    (void)state;
    const struct fake_step steps[] = {{.expect = "begin-write"},
                                      {.expect = "SQL_SESSION_END"},
                                      {.expect = "SQL_AUDIT_INSERT"},
                                      {.expect = "commit"},
                                      {0}};
    struct principal who = {.person_id = 3, .company_id = 11};
    struct fake_step cut[6];

    actor =
        (struct actor){.arena = arena, .principal = &who, .now = NOW, .program = "login"};
    actor.db = db_open_fake(arena, steps, &fake);
    assert_int_equal(sign_off(&actor, STR("x")), OK);
    assert_true(fake_is_done(fake));
    for (size_t n = 0; n < 4; n++) {
        memcpy(cut, steps, sizeof *cut * (n + 1));
        cut[n].error_code = 1030;
        cut[n + 1] = (struct fake_step){.expect = n > 0 ? "rollback" : NULL};
        cut[n + 2] = (struct fake_step){0};
        actor.db = db_open_fake(arena, cut, &fake);
        assert_int_not_equal(sign_off(&actor, STR("x")), OK);
        assert_true(fake_is_done(fake));
    }
}

static void what_is_kept_is_kept_for_its_writer(void **state)
{
    (void)state;
    struct parked_post_row row = {STR("/requests"), STR("a=b")}, got;
    const struct fake_step steps[] = {
        {.expect = "SQL_PARKED_POST_FIND", .rows = &row, .row_count = 1}, {0}};
    struct principal who = {.person_id = 3};

    actor =
        (struct actor){.arena = arena, .principal = &who, .now = NOW, .program = "login"};
    actor.db = db_open_fake(arena, steps, &fake);
    assert_int_equal(sign_on_kept(&actor, STR("key"), &got), OK);
    const struct db_param *params = fake_params(fake);
    assert_int_equal(params[0].str.len, 32); /* the key's hash, never the key */
    assert_int_equal(params[1].i64, 3);
    assert_true(params[2].time == NOW - 30 * 60 * US_PER_S);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_known_customer_needs_no_update),
        T(the_session_that_came_along_ends),
        T(two_first_sign_ins_at_once),
        T(staff_roles_come_from_the_directory),
        T(staff_roles_go_with_the_staff),
        T(any_failure_rolls_back),
        T(a_failed_purge_is_nobodys_problem),
        T(refused_with_the_reason),
        T(refused_without_a_company),
        T(wrong_costs_the_same),
        T(an_absent_directory_is_no_wrong_password),
        T(a_broken_account_opens_no_breaker),
        T(too_many_tries_ask_nobody),
        T(spellings_of_a_login_share_a_bucket),
        T(a_network_is_not_one_address),
        T(leaving_ends_the_session_or_says_so),
        T(what_is_kept_is_kept_for_its_writer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
