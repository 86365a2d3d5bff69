/* Rounds of login-sync on a directory that answers what a test says: what each answer writes, that nothing is ended
 * on half an answer, and who asks when there are several. The functions of auth/directory.h are defined here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/people/directory_sync.h"
#include "app/sign_on/sign_on_enter.h"
#include "store/person.h"
#include "scripted.h"

#define PEOPLE 3

/* ---- the directory --------------------------------------------------------------------- */

struct directory_set {
    struct identity identity; /**< of everybody, with their own subject */
    enum directory_state states[PEOPLE];
    enum err whole;      /**< answer to a question about several */
    bool breaks[PEOPLE]; /**< this one asked for alone fails */
    int asked;
};

size_t directory_count(const struct directory_set *set)
{
    (void)set;
    return 1;
}

struct str directory_name(const struct directory_set *set, size_t index)
{
    (void)set, (void)index;
    return STR("main");
}

struct str directory_issuer(const struct directory_set *set, size_t index)
{
    (void)set, (void)index;
    return STR("ldap:main");
}

enum err directory_open(struct arena *in, const struct conf *conf,
                        struct directory_set **out)
{
    (void)in, (void)conf, (void)out;
    bug("not here");
}

enum err directory_look_up(struct directory_set *set, struct arena *in, struct str issuer,
                           struct directory_person *people, size_t count)
{
    enum err err = count > 1 ? set->whole : OK;

    (void)in;
    assert_true(str_is(issuer, "ldap:main"));
    set->asked++;
    for (size_t i = 0; i < count; i++) {
        int who = people[i].subject.ptr[0] - '0';

        people[i].state = set->states[who];
        people[i].identity = set->identity;
        people[i].identity.subject = people[i].subject;
        if (count == 1 && set->breaks[who])
            err = ERR_UNAVAILABLE;
    }
    return err == OK ? OK : err_note(err, "directory main does not answer");
}

/* ---- rows ------------------------------------------------------------------------------ */

static struct directory_set directory;
static struct directory_sync sync_;
static struct sync_person_row known[PEOPLE];
static struct person_row person;
static struct sync_identity_row identity;
static struct sync_state_row state;
static struct team_key_row teams[] = {{{"clearing", 8}}, {{"it", 2}}};
static struct directory_sync_result result;
static struct directory_sync_counts counts;
static instant_us now;

static int setup(void **context)
{
    (void)context;
    arena = arena_new((size_t)8 << 20);
    now = clock_now(&clock_system);
    directory = (struct directory_set){
        .identity = {.issuer = STR("ldap:main"),
                     .login = STR("Anna"),
                     .display_name = STR("Anna A"),
                     .email = STR("a@x.example"),
                     .is_customer = true,
                     .company_said = true,
                     .company_key = STR("M-1")},
        .states = {DIRECTORY_PRESENT, DIRECTORY_PRESENT, DIRECTORY_PRESENT}};
    sync_ = (struct directory_sync){&directory, 0, 60 * US_PER_S, 1800 * US_PER_S};
    for (int i = 0; i < PEOPLE; i++)
        known[i] = (struct sync_person_row){.identity_id = 50 + i,
                                            .subject = str_format(arena, "%d", i),
                                            .login_key = STR("anna"),
                                            .person_id = 3 + i,
                                            .login = STR("Anna"),
                                            .display_name = STR("Anna A"),
                                            .email = STR("a@x.example"),
                                            .company_reference = STR("M-1")};
    person = (struct person_row){.id = 3,
                                 .login = STR("Anna"),
                                 .display_name = STR("Anna A"),
                                 .email = STR("a@x.example"),
                                 .company_id = 11};
    identity = (struct sync_identity_row){STR("anna"), now - 3600 * US_PER_S, true};
    state = (struct sync_state_row){.issuer = STR("ldap:main"),
                                    .due_at = now - US_PER_S,
                                    .lease_until = INSTANT_NONE,
                                    .finished_at = INSTANT_NONE,
                                    .away_since = INSTANT_NONE,
                                    .away_reason = STR("")};
    counts = (struct directory_sync_counts){0};
    return 0;
}

static void make_staff(void)
{
    struct identity *who = &directory.identity;

    who->is_staff = true;
    who->is_customer = who->company_said = false;
    who->roles = 1u << ROLE_STAFF_MEMBER;
    who->teams[0] = STR("unheard-of");
    who->teams[1] = STR("it");
    who->team_count = 2;
    known[0].is_staff = person.is_staff = true;
    known[0].company_reference = STR_NONE;
    person.company_id = 0;
    known[0].roles = person.roles = STR("member");
    known[0].team_keys = person.team_keys = STR("it");
}

static void play(const struct fake_step *steps)
{
    play_as("login-sync", now, steps);
}

#define STEP_ROWS(name, n)                                                               \
    {                                                                                    \
        .expect = (name), .done = {(n), 0 }                                              \
    }
#define STEP_STATE                                                                       \
    {                                                                                    \
        .expect = "SQL_SYNC_STATE", ROWS_OF(state)                                       \
    }
#define STEP_TEAMS                                                                       \
    {                                                                                    \
        .expect = "SQL_TEAM_KEYS", .rows = teams, .row_count = 2                         \
    }
#define STEP_PEOPLE(n)                                                                   \
    {                                                                                    \
        .expect = "SQL_SYNC_PEOPLE", .rows = known, .row_count = (n)                     \
    }
#define STEP_IDENTITY                                                                    \
    {                                                                                    \
        .expect = "SQL_SYNC_IDENTITY", ROWS_OF(identity)                                 \
    }
#define STEP_LEASED STEP_ROWS("SQL_SYNC_LEASE", 1)
#define STEP_HELD   STEP_ROWS("SQL_SYNC_LEASE_EXTEND", 1)

/* ---- a round ----------------------------------------------------------------------------- */

static enum directory_sync_outcome round_of(const struct fake_step *steps)
{
    play(steps);
    must(directory_sync_step(&actor, &sync_, 0, &result));
    return result.outcome;
}

static void a_round_without_a_difference_writes_only_its_own_row(void **context)
{
    const struct fake_step steps[] = {
        STEP_STATE, STEP_LEASED,    STEP_TEAMS,
        STEP_HELD,  STEP_PEOPLE(3), STEP("SQL_SYNC_FINISHED"),
        {0}};

    (void)context;
    assert_int_equal(round_of(steps), DIRECTORY_SYNC_DONE);
    assert_int_equal(directory.asked, 1);
    assert_int_equal(result.counts.asked, 3);
    assert_true(result.next_at >= now + sync_.interval_us);
}

static void another_process_is_left_alone(void **context)
{
    const struct fake_step looks[] = {STEP_STATE, {0}};
    const struct fake_step loses[] = {STEP_STATE, STEP_ROWS("SQL_SYNC_LEASE", 0), {0}};
    const struct fake_step overtaken[] = {
        STEP_STATE, STEP_LEASED, STEP_TEAMS, STEP_ROWS("SQL_SYNC_LEASE_EXTEND", 0), {0}};

    (void)context;
    assert_int_equal(round_of(loses), DIRECTORY_SYNC_LATER);
    assert_int_equal(round_of(overtaken), DIRECTORY_SYNC_LATER);
    state.lease_until = now + 5 * US_PER_S;
    assert_int_equal(round_of(looks), DIRECTORY_SYNC_LATER);
    assert_int_equal(result.next_at, state.lease_until);
    state.lease_until = INSTANT_NONE;
    state.due_at = now + 7 * US_PER_S;
    assert_int_equal(round_of(looks), DIRECTORY_SYNC_LATER);
    assert_int_equal(result.next_at, state.due_at);
    assert_int_equal(directory.asked, 0);
}

static void a_dead_process_is_not_waited_for_long(void **context)
{
    const struct fake_step steps[] = {
        STEP_STATE, STEP_LEASED,    STEP_TEAMS,
        STEP_HELD,  STEP_PEOPLE(0), STEP("SQL_SYNC_FINISHED"),
        {0}};

    (void)context;
    state.lease_until = now - 1;
    assert_int_equal(round_of(steps), DIRECTORY_SYNC_DONE);
}

static void a_new_directory_gets_its_row(void **context)
{
    const struct fake_step steps[] = {STEP("SQL_SYNC_STATE"),
                                      {.expect = "SQL_SYNC_STATE_INSERT",
                                       .error_code = 1062,
                                       .error_text = "Duplicate entry for key 'PRIMARY'"},
                                      STEP_LEASED,
                                      STEP_TEAMS,
                                      STEP_HELD,
                                      STEP_PEOPLE(0),
                                      STEP("SQL_SYNC_FINISHED"),
                                      {0}};

    (void)context;
    assert_int_equal(round_of(steps), DIRECTORY_SYNC_DONE);
}

/* Whatever came with it: nobody is ended on half an answer. */
static void half_an_answer_ends_nobody(void **context)
{
    const struct fake_step steps[] = {STEP_STATE, STEP_LEASED,    STEP_TEAMS,
                                      STEP_HELD,  STEP_PEOPLE(3), STEP("SQL_SYNC_AWAY"),
                                      {0}};

    (void)context;
    directory.whole = ERR_UNAVAILABLE;
    for (int i = 0; i < PEOPLE; i++) {
        directory.states[i] = DIRECTORY_GONE;
        directory.breaks[i] = true;
    }
    assert_int_equal(round_of(steps), DIRECTORY_SYNC_AWAY);
    assert_true(result.next_at < now + 15 * US_PER_S);
    assert_int_equal(directory.asked, 1 + 3);
    /* Alone: the same. */
    {
        const struct fake_step one[] = {STEP_STATE, STEP_LEASED,    STEP_TEAMS,
                                        STEP_HELD,  STEP_PEOPLE(1), STEP("SQL_SYNC_AWAY"),
                                        {0}};

        assert_int_equal(round_of(one), DIRECTORY_SYNC_AWAY);
    }
}

static void who_breaks_the_question_hides_nobody(void **context)
{
    const struct fake_step steps[] = {
        STEP_STATE,  STEP_LEASED,    STEP_TEAMS,
        STEP_HELD,   STEP_PEOPLE(3), STEP("begin-write"),
        STEP_PERSON, STEP_IDENTITY,  STEP_ROWS("SQL_SYNC_SESSIONS_END", 1),
        STEP_AUDIT,  STEP("commit"), STEP("SQL_SYNC_FINISHED"),
        {0}};

    (void)context;
    directory.whole = ERR_UNAVAILABLE;
    directory.breaks[0] = directory.breaks[1] = true;
    directory.states[2] = DIRECTORY_GONE;
    assert_int_equal(round_of(steps), DIRECTORY_SYNC_DONE);
    assert_int_equal(result.counts.unclear, 2);
    assert_int_equal(result.counts.ended, 1);
}

static void away_with_nobody_left_stays_away(void **context)
{
    const struct fake_step steps[] = {STEP_STATE, STEP_LEASED,    STEP_TEAMS,
                                      STEP_HELD,  STEP_PEOPLE(0), STEP("SQL_SYNC_AWAY"),
                                      {0}};

    (void)context;
    state.away_since = now - 60 * US_PER_S;
    state.away_reason = STR("does not answer");
    assert_int_equal(round_of(steps), DIRECTORY_SYNC_AWAY);
    assert_true(str_is(fake_params(fake)[2].str, "does not answer"));
}

static void now_takes_no_lease(void **context)
{
    const struct fake_step steps[] = {STEP_TEAMS, STEP_PEOPLE(3), {0}};

    (void)context;
    play(steps);
    assert_int_equal(directory_sync_now(&actor, &sync_, 0, 4, &result), OK);
    assert_true(fake_is_done(fake));
    assert_int_equal(result.counts.asked, 1);
}

/* ---- one person -------------------------------------------------------------------------- */

static enum err apply(const struct fake_step *steps)
{
    struct directory_person found = {.subject = known[0].subject};
    struct directory_sync_person one = {.sync = &sync_,
                                        .actor = &actor,
                                        .issuer = STR("ldap:main"),
                                        .known = &known[0],
                                        .found = &found,
                                        .teams = teams,
                                        .team_count = 2,
                                        .asked_at = now};

    play(steps);
    assert_int_equal(directory_look_up(&directory, arena, STR("ldap:main"), &found, 1),
                     OK);
    return directory_sync_apply(&one, &counts);
}

static void applied(const struct fake_step *steps)
{
    must(apply(steps));
}

/* The audit event is the last thing written. */
static void assert_audit(const char *action, const char *detail)
{
    const struct db_param *params = fake_params(fake);
    bool has_action = false, has_detail = false;

    for (int i = 0; i < 9; i++)
        if (params[i].type == DB_STR) {
            has_action = has_action || str_is(params[i].str, action);
            has_detail = has_detail || str_is(params[i].str, detail);
        }
    assert_true(has_action);
    if (!has_detail)
        bug("no detail %s", detail);
}

static void leaves(const char *detail)
{
    const struct fake_step steps[] = {STEP("begin-write"),
                                      STEP_PERSON,
                                      STEP_IDENTITY,
                                      STEP_ROWS("SQL_SYNC_SESSIONS_END", 2),
                                      STEP_AUDIT,
                                      STEP("commit"),
                                      {0}};

    counts = (struct directory_sync_counts){0};
    applied(steps);
    assert_audit("directory.left", detail);
    assert_int_equal(counts.ended, 1);
    assert_int_equal(counts.sessions, 2);
}

static void customers_leave(void **context)
{
    (void)context;
    directory.states[0] = DIRECTORY_GONE;
    leaves("{\"reason\":\"gone\",\"sessions\":2}");
    directory.states[0] = DIRECTORY_DOUBLE;
    leaves("{\"reason\":\"several-entries\",\"sessions\":2}");
    directory.states[0] = DIRECTORY_DISABLED;
    leaves("{\"reason\":\"disabled\",\"sessions\":2}");
    directory.states[0] = DIRECTORY_PRESENT;
    directory.identity.company_key = STR("M-2");
    leaves("{\"reason\":\"other-company\",\"sessions\":2}");
    directory.identity.company_key = STR_NONE;
    leaves("{\"reason\":\"no-company\",\"sessions\":2}");
    directory.identity.is_customer = false;
    leaves("{\"reason\":\"other-side\",\"sessions\":2}");
}

static void the_company_of_our_own_table_is_not_compared(void **context)
{
    const struct fake_step nothing[] = {{0}};

    (void)context;
    directory.identity.company_said = false;
    directory.identity.company_key = STR_NONE;
    applied(nothing);
    assert_int_equal(counts.ended, 0);
}

static void staff_leave_with_roles_and_teams(void **context)
{
    const struct fake_step steps[] = {STEP("begin-write"),
                                      STEP_PERSON,
                                      STEP_IDENTITY,
                                      STEP_ROWS("SQL_SYNC_SESSIONS_END", 1),
                                      STEP("SQL_STAFF_ROLE_CLEAR"),
                                      STEP("SQL_TEAM_MEMBER_CLEAR"),
                                      STEP_AUDIT,
                                      STEP("commit"),
                                      {0}};

    (void)context;
    make_staff();
    directory.identity.roles = 0;
    applied(steps);
    assert_audit("directory.left",
                 "{\"reason\":\"no-role\",\"roles\":\"\",\"roles_before\":"
                 "\"member\",\"sessions\":1,\"teams\":\"\",\"teams_before\":\"it\"}");
    directory.states[0] = DIRECTORY_GONE;
    applied(steps);
    directory.states[0] = DIRECTORY_PRESENT;
    directory.identity.is_staff = false;
    directory.identity.is_customer = true;
    applied(steps);
}

static void another_identity_keeps_its_roles(void **context)
{
    const struct fake_step steps[] = {STEP("begin-write"),
                                      STEP_PERSON,
                                      STEP_IDENTITY,
                                      STEP_ROWS("SQL_SYNC_SESSIONS_END", 1),
                                      STEP_AUDIT,
                                      STEP("commit"),
                                      {0}};

    (void)context;
    make_staff();
    identity.is_newest = false;
    directory.states[0] = DIRECTORY_GONE;
    applied(steps);
}

static void who_signed_on_since_is_left_alone(void **context)
{
    const struct fake_step steps[] = {
        STEP("begin-write"), STEP_PERSON, STEP_IDENTITY, STEP("commit"), {0}};

    (void)context;
    identity.last_sign_on_at = now + 1;
    directory.states[0] = DIRECTORY_GONE;
    applied(steps);
    assert_int_equal(counts.ended, 0);
}

/* Another process was here: no second event. */
static void what_is_done_is_not_recorded_twice(void **context)
{
    const struct fake_step steps[] = {STEP("begin-write"), STEP_PERSON,
                                      STEP_IDENTITY,       STEP("SQL_SYNC_SESSIONS_END"),
                                      STEP("commit"),      {0}};

    (void)context;
    directory.states[0] = DIRECTORY_GONE;
    applied(steps);
    assert_int_equal(counts.ended, 0);
}

static void name_mail_and_login_follow(void **context)
{
    const struct fake_step steps[] = {STEP("begin-write"),
                                      STEP_PERSON,
                                      STEP_IDENTITY,
                                      STEP("SQL_SYNC_LOGIN_FREE"),
                                      STEP("SQL_SYNC_LOGIN_TAKE"),
                                      STEP("SQL_PERSON_UPDATE"),
                                      STEP_AUDIT,
                                      STEP("commit"),
                                      {0}};

    (void)context;
    directory.identity.display_name = STR("Anna B");
    directory.identity.login = STR("Anna.B");
    applied(steps);
    assert_audit("directory.changed", "{\"changed\":\"login person\",\"sessions\":0}");
    assert_int_equal(counts.changed, 1);
}

/* What a sign-on knows from the form or from elsewhere is not lost where the entry does not say. */
static void what_the_entry_does_not_say_stays(void **context)
{
    const struct fake_step nothing[] = {{0}};

    (void)context;
    directory.identity.login = directory.identity.display_name = STR_NONE;
    applied(nothing);
    known[0].login_key = STR_NONE;
    applied(nothing);
}

static void roles_and_teams_follow_and_the_token_is_renewed(void **context)
{
    const struct fake_step steps[] = {
        STEP("begin-write"),
        STEP_PERSON,
        STEP_IDENTITY,
        STEP_TEAMS,
        STEP("SQL_STAFF_ROLE_CLEAR"),
        {.expect = "SQL_STAFF_ROLE_INSERT", .expect_row_count = 2},
        STEP("SQL_TEAM_MEMBER_CLEAR"),
        {.expect = "SQL_TEAM_MEMBER_INSERT", .expect_row_count = 2},
        STEP("SQL_SYNC_SESSIONS_RENEW"),
        STEP_AUDIT,
        STEP("commit"),
        {0}};

    (void)context;
    make_staff();
    directory.identity.roles |= 1u << ROLE_STAFF_LEAD;
    directory.identity.teams[0] = STR("clearing");
    applied(steps);
    assert_audit("directory.changed",
                 "{\"changed\":\"roles-teams\",\"roles\":\"member,lead\",\"roles_"
                 "before\":\"member\",\"sessions\":0,"
                 "\"teams\":\"clearing,it\",\"teams_before\":\"it\"}");
}

static void a_role_that_needs_a_second_factor_ends_weak_sessions(void **context)
{
    const struct fake_step steps[] = {STEP("begin-write"),
                                      STEP_PERSON,
                                      STEP_IDENTITY,
                                      STEP_TEAMS,
                                      STEP("SQL_STAFF_ROLE_CLEAR"),
                                      STEP("SQL_STAFF_ROLE_INSERT"),
                                      STEP("SQL_SYNC_SESSIONS_RENEW"),
                                      STEP_ROWS("SQL_SYNC_SESSIONS_END", 1),
                                      STEP_AUDIT,
                                      STEP("commit"),
                                      {0}};

    (void)context;
    make_staff();
    sync_.second_factor_roles = 1u << ROLE_STAFF_ADMIN;
    directory.identity.roles |= 1u << ROLE_STAFF_ADMIN;
    applied(steps);
    assert_int_equal(counts.ended, 1);
}

static void unknown_teams_are_no_difference(void **context)
{
    const struct fake_step nothing[] = {{0}};

    (void)context;
    make_staff();
    applied(nothing);
    known[0].team_keys = STR_NONE;
    directory.identity.team_count = 1;
    applied(nothing);
}

/* Each call fails in turn: an error, a rollback, and nothing counted. */
static void a_failed_statement_leaves_nothing(void **context)
{
    const struct fake_step steps[] = {STEP("begin-write"),
                                      STEP_PERSON,
                                      STEP_IDENTITY,
                                      STEP_ROWS("SQL_SYNC_SESSIONS_END", 1),
                                      STEP("SQL_STAFF_ROLE_CLEAR"),
                                      STEP("SQL_TEAM_MEMBER_CLEAR"),
                                      STEP_AUDIT,
                                      STEP("commit"),
                                      {0}};

    (void)context;
    make_staff();
    directory.states[0] = DIRECTORY_GONE;
    for (size_t n = 1; n <= 8; n++) {
        struct fake_step cut[10] = {{0}};
        enum err err;

        memcpy(cut, steps, n * sizeof(*steps));
        cut[n - 1].error_code = 1142;
        cut[n - 1].error_text = "no right";
        if (n > 1)
            cut[n].expect = "rollback";
        counts = (struct directory_sync_counts){0};
        err = apply(cut);
        assert_int_not_equal(err, OK);
        assert_int_equal(counts.ended, 0);
    }
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_round_without_a_difference_writes_only_its_own_row),
        T(another_process_is_left_alone),
        T(a_dead_process_is_not_waited_for_long),
        T(a_new_directory_gets_its_row),
        T(half_an_answer_ends_nobody),
        T(who_breaks_the_question_hides_nobody),
        T(away_with_nobody_left_stays_away),
        T(now_takes_no_lease),
        T(customers_leave),
        T(the_company_of_our_own_table_is_not_compared),
        T(staff_leave_with_roles_and_teams),
        T(another_identity_keeps_its_roles),
        T(who_signed_on_since_is_left_alone),
        T(what_is_done_is_not_recorded_twice),
        T(name_mail_and_login_follow),
        T(what_the_entry_does_not_say_stays),
        T(roles_and_teams_follow_and_the_token_is_renewed),
        T(a_role_that_needs_a_second_factor_ends_weak_sessions),
        T(unknown_teams_are_no_difference),
        T(a_failed_statement_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
