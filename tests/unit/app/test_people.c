/* People of a company: what roles come to, who may change whose, and nothing half-written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/people/people_change.h"
#include "app/people/people_invite.h"
#include "app/people/people_roles.h"
#include "db/fake.h"
#include "store/identity.h"
#include "store/people_admin.h"

#define NOW (INT64_C(1795305600) * US_PER_S)

/* ---- sets of roles ----------------------------------------------------------------------------- */

static struct role_set set_of(const char *text)
{
    struct role_set set = {0};
    role_set_parse(str_from(text), &set);
    return set;
}

static void a_set_has_one_text(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    struct role_set set =
        set_of("signatory,applicant:power-de,applicant:gas-the,signatory,king,admin");
    assert_string_equal(role_set_text(arena, &set).ptr,
                        "applicant:gas-the,applicant:power-de,signatory");
    struct role_set before = set_of("applicant,board");
    struct role_set after = set_of("applicant:power-de,board");
    struct role_set changed;
    role_set_minus(&before, &after, &changed);
    assert_string_equal(role_set_text(arena, &changed).ptr, "applicant");
    role_set_minus(&after, &before, &changed);
    assert_string_equal(role_set_text(arena, &changed).ptr, "applicant:power-de");
    assert_false(role_set_eq(&before, &after));
    assert_true(role_set_has(&after, ROLE_APPLICANT));
    assert_false(role_set_has_item(&after, ROLE_APPLICANT, STR_NONE));
    arena_free(&arena);
}

static void a_form_is_read_strictly(void **state)
{
    (void)state;
    static const char *const wrong[] = {"admin",
                                        "king",
                                        "applicant:",
                                        ":",
                                        ",",
                                        "coordinator:power-de",
                                        "applicant signatory"};
    struct role_set set = {0};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(role_set_read(str_from(wrong[i]), &set), ERR_INPUT);
        err_clear();
    }
    assert_int_equal(role_set_read(STR("signatory,applicant:power-de"), &set), OK);
    assert_int_equal(set.count, 2);
}

static void more_than_fits_is_dropped(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    struct role_set set = {0};
    for (int i = 0; i < 400; i++)
        role_set_add(&set, ROLE_APPLICANT, str_format(arena, "m%d", i));
    assert_int_equal(set.count, ROLE_SET_MAX);
    arena_free(&arena);
}

static void what_roles_come_to(void **state)
{
    (void)state;
    static const struct {
        const char *roles;
        bool read, people, board;
        enum role_reach apply;
        size_t markets;
    } rows[] = {
        {"", false, false, false, ROLE_REACH_NONE, 0},
        {"readonly", true, false, false, ROLE_REACH_NONE, 0},
        {"applicant", true, false, false, ROLE_REACH_ALL, 0},
        {"applicant:power-de,signatory:power-de,signatory:gas-the", true, false, false,
         ROLE_REACH_MARKETS, 2},
        {"applicant:power-de,signatory", true, false, false, ROLE_REACH_ALL, 1},
        {"coordinator", true, true, false, ROLE_REACH_ALL, 0},
        {"deputy,board", true, true, true, ROLE_REACH_ALL, 0},
        {"board", true, false, true, ROLE_REACH_NONE, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct role_set set = set_of(rows[i].roles);
        struct role_abilities abilities;
        role_abilities_of(&set, &abilities);
        assert_int_equal(abilities.read, rows[i].read);
        assert_int_equal(abilities.people, rows[i].people);
        assert_int_equal(abilities.board, rows[i].board);
        assert_int_equal(abilities.apply, rows[i].apply);
        assert_int_equal(abilities.market_count, rows[i].markets);
    }
}

/* ---- a change on the scripted driver ----------------------------------------------------------- */

struct count {
    int64_t count;
};

static struct {
    struct arena *arena;
    struct db *db;
    struct fake *fake;
    struct i18n *i18n;
    struct principal who;
    struct actor actor;
    struct people_env env;
    struct people_scope scope;
    struct company_lock_row company;
    struct market_row markets[2];
    struct company_person_row self;
    struct company_person_row anna;
    struct company_mail_row mail;
    struct identity_row identity;
    struct count others;
    struct count sent;
    struct people_change change;
    enum people_verdict verdict;
} f;

static int setup(void **state)
{
    (void)state;
    memset(&f, 0, sizeof f);
    f.arena = arena_new((size_t)8 << 20);
    if (i18n_open(f.arena, "build/catalogues", &f.i18n) != OK)
        return 1;
    f.who = (struct principal){.person_id = 1,
                               .display_name = STR("Carl"),
                               .company_id = 9,
                               .rights = rights_of_role(ROLE_COORDINATOR)};
    f.env = (struct people_env){.i18n = f.i18n, .site_language = STR("en")};
    f.scope = (struct people_scope){.company_id = 9, .company_name = STR("Kran AG")};
    f.company = (struct company_lock_row){9, STR("Kran AG")};
    f.markets[0] = (struct market_row){STR("power-de"), STR("Power Germany"),
                                       STR("Strom Deutschland")};
    f.markets[1] = (struct market_row){STR("gas-the"), STR("Gas THE"), STR("Erdgas THE")};
    f.self = (struct company_person_row){.id = 1,
                                         .roles = STR("coordinator"),
                                         .last_sign_on_at = NOW - 1,
                                         .access_ended_at = INSTANT_NONE,
                                         .invited_until = INSTANT_NONE};
    f.anna = (struct company_person_row){.id = 2,
                                         .display_name = STR("Anna"),
                                         .email = STR("anna@example.org"),
                                         .language = STR("de"),
                                         .roles = STR("applicant"),
                                         .last_sign_on_at = NOW - 1,
                                         .access_ended_at = INSTANT_NONE,
                                         .invited_until = INSTANT_NONE};
    f.others.count = 1;
    f.change = (struct people_change){.person_id = 2,
                                      .seen = set_of("applicant"),
                                      .wanted = set_of("applicant:power-de,board")};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&f.arena);
    return 0;
}

static void play(const struct fake_step *steps)
{
    err_clear();
    f.db = db_open_fake(f.arena, steps, &f.fake);
    f.actor = (struct actor){.db = f.db,
                             .arena = f.arena,
                             .principal = &f.who,
                             .now = NOW,
                             .program = "account",
                             .trace_id = STR("t")};
}

#define ROW(name, row)                                                                   \
    {                                                                                    \
        .expect = (name), .rows = (row), .row_count = 1                                  \
    }
#define BEGIN                                                                            \
    {.expect = "begin-write"}, ROW("SQL_COMPANY_LOCK", &f.company),                      \
        {.expect = "SQL_MARKET_LIST", .rows = f.markets, .row_count = 2},                \
        ROW("SQL_COMPANY_PERSON_GET", &f.self)
#define END                                                                              \
    {.expect = "commit"},                                                                \
    {                                                                                    \
        0                                                                                \
    }

static enum err change(void)
{
    return people_change_roles(&f.actor, &f.env, &f.scope, &f.change, &f.verdict);
}

#define CHANGE_SCRIPT                                                                    \
    {                                                                                    \
        BEGIN, ROW("SQL_COMPANY_PERSON_GET", &f.anna),                                   \
            {.expect = "SQL_COMPANY_ROLE_DELETE", .expect_row_count = 1},                \
            {.expect = "SQL_COMPANY_ROLE_INSERT", .expect_row_count = 2},                \
            {.expect = "SQL_AUDIT_INSERT"}, {.expect = "SQL_AUDIT_INSERT"},              \
            {.expect = "SQL_SESSION_RENEW_ALL"}, {.expect = "SQL_OUTBOX_INSERT"}, END    \
    }
#define REMOVE_SCRIPT                                                                    \
    {                                                                                    \
        BEGIN, ROW("SQL_COMPANY_PERSON_GET", &f.anna),                                   \
            {.expect = "SQL_COMPANY_ROLE_DELETE", .expect_row_count = 1},                \
            {.expect = "SQL_AUDIT_INSERT"}, {.expect = "SQL_PERSON_ACCESS_ENDED"},       \
            {.expect = "SQL_INVITATION_CLOSE"},                                          \
            {.expect = "SQL_IDENTITY_REMOVE_UNBOUND"},                                   \
            {.expect = "SQL_PENDING_SIGN_ON_REMOVE_ALL"},                                \
            {.expect = "SQL_SESSION_END_ALL"}, {.expect = "SQL_AUDIT_INSERT"},           \
            {.expect = "SQL_OUTBOX_INSERT"}, END                                         \
    }

static void roles_are_changed_with_trail_and_mail(void **state)
{
    (void)state;
    const struct fake_step steps[] = CHANGE_SCRIPT;
    play(steps);
    assert_int_equal(change(), OK);
    assert_int_equal(f.verdict, PEOPLE_DONE);
    assert_true(fake_is_done(f.fake));
}

static void a_role_with_a_second_factor_ends_sessions_without_one(void **state)
{
    (void)state;
    const struct fake_step steps[] = {BEGIN,
                                      ROW("SQL_COMPANY_PERSON_GET", &f.anna),
                                      {.expect = "SQL_COMPANY_ROLE_DELETE"},
                                      {.expect = "SQL_COMPANY_ROLE_INSERT"},
                                      {.expect = "SQL_AUDIT_INSERT"},
                                      {.expect = "SQL_AUDIT_INSERT"},
                                      {.expect = "SQL_SESSION_RENEW_ALL"},
                                      {.expect = "SQL_SESSION_END_UNPROVED"},
                                      {.expect = "SQL_OUTBOX_INSERT"},
                                      END};
    f.env.second_factor_roles = 1u << ROLE_BOARD;
    play(steps);
    assert_int_equal(change(), OK);
    assert_int_equal(f.verdict, PEOPLE_DONE);
    assert_true(fake_is_done(f.fake));
}

static void without_a_role_left_everything_ends(void **state)
{
    (void)state;
    const struct fake_step steps[] = REMOVE_SCRIPT;
    f.change.wanted = set_of("");
    play(steps);
    assert_int_equal(change(), OK);
    assert_int_equal(f.verdict, PEOPLE_DONE);
    assert_true(fake_is_done(f.fake));
}

/* Each statement fails in turn. */
static void cut(const struct fake_step *steps, int calls, enum err (*run)(void))
{
    struct fake_step played[30];
    for (int n = 0; n < calls; n++) {
        memcpy(played, steps, sizeof *played * (size_t)(n + 1));
        played[n].error_code = 1030;
        played[n].error_text = "Got error 28 from storage engine";
        played[n + 1] =
            n > 0 ? (struct fake_step){.expect = "rollback"} : (struct fake_step){0};
        played[n + 2] = (struct fake_step){0};
        play(played);
        assert_int_not_equal(run(), OK);
        assert_null(strstr(fake_log(f.fake), "commit"));
        assert_true(fake_is_done(f.fake));
    }
}

static void any_failure_rolls_back(void **state)
{
    (void)state;
    const struct fake_step changed[] = CHANGE_SCRIPT;
    cut(changed, (int)(sizeof changed / sizeof *changed) - 2, change);
    const struct fake_step removed[] = REMOVE_SCRIPT;
    f.change.wanted = set_of("");
    cut(removed, (int)(sizeof removed / sizeof *removed) - 2, change);
}

static void expect_only(enum people_verdict expected)
{
    const struct fake_step steps[] = {BEGIN, ROW("SQL_COMPANY_PERSON_GET", &f.anna), END};
    play(steps);
    assert_int_equal(change(), OK);
    assert_int_equal(f.verdict, expected);
    assert_true(fake_is_done(f.fake));
    assert_true(strlen(people_verdict_msgid(f.verdict)) > 10);
}

static void the_same_again_changes_nothing(void **state)
{
    (void)state;
    f.anna.roles = STR("applicant:power-de,board");
    expect_only(PEOPLE_REPEATED);
    f.anna.roles = STR_NONE;
    f.anna.access_ended_at = NOW;
    f.change.wanted = set_of("");
    expect_only(PEOPLE_REPEATED);
}

static void what_somebody_changed_meanwhile_is_not_overwritten(void **state)
{
    (void)state;
    f.anna.roles = STR("applicant,signatory");
    expect_only(PEOPLE_CHANGED);
}

static void nobody_changes_their_own(void **state)
{
    (void)state;
    f.anna.id = f.change.person_id = 1;
    expect_only(PEOPLE_SELF);
}

static void a_deputy_touches_no_coordinator(void **state)
{
    (void)state;
    f.self.roles = STR("deputy");
    f.change.wanted = set_of("applicant,coordinator");
    expect_only(PEOPLE_COORDINATORS);
    f.anna.roles = STR("coordinator");
    f.change.seen = set_of("coordinator");
    f.change.wanted = set_of("applicant");
    expect_only(PEOPLE_COORDINATORS);
    f.change.wanted = set_of("");
    expect_only(PEOPLE_COORDINATORS);
}

static void the_last_coordinator_stays(void **state)
{
    (void)state;
    const struct fake_step steps[] = {BEGIN, ROW("SQL_COMPANY_PERSON_GET", &f.anna),
                                      ROW("SQL_COMPANY_COORDINATORS_BESIDES", &f.others),
                                      END};
    f.anna.roles = STR("coordinator");
    f.change.seen = set_of("coordinator");
    f.change.wanted = set_of("applicant");
    f.others.count = 0;
    play(steps);
    assert_int_equal(change(), OK);
    assert_int_equal(f.verdict, PEOPLE_LAST_COORDINATOR);
    assert_true(fake_is_done(f.fake));
}

static void a_lost_right_is_seen_behind_the_lock(void **state)
{
    (void)state;
    const struct fake_step steps[] = {BEGIN, END};
    f.self.roles = STR("applicant");
    play(steps);
    assert_int_equal(change(), OK);
    assert_int_equal(f.verdict, PEOPLE_LOST_RIGHT);
    assert_true(fake_is_done(f.fake));
}

static void rights_of_the_session_are_not_enough(void **state)
{
    (void)state;
    const struct fake_step steps[] = {
        {.expect = "begin-write"},
        ROW("SQL_COMPANY_LOCK", &f.company),
        {.expect = "SQL_MARKET_LIST", .rows = f.markets, .row_count = 2},
        {.expect = "rollback"},
        {0}};
    f.scope.by_staff = true; /* no right of staff */
    play(steps);
    assert_int_equal(change(), ERR_DENIED);
    f.scope.by_staff = false;
    f.who.company_id = 8;
    play(steps);
    assert_int_equal(change(), ERR_DENIED);
    f.who.company_id = 9;
    f.who.support = true;
    play(steps);
    assert_int_equal(change(), ERR_DENIED);
}

static void an_unknown_market_is_refused(void **state)
{
    (void)state;
    const struct fake_step steps[] = {
        BEGIN, ROW("SQL_COMPANY_PERSON_GET", &f.anna), {.expect = "rollback"}, {0}};
    f.change.wanted = set_of("applicant:power-mars");
    play(steps);
    assert_int_equal(change(), ERR_INPUT);
    assert_true(fake_is_done(f.fake));
}

static void who_asked_is_declined_without_a_mail(void **state)
{
    (void)state;
    const struct fake_step steps[] = {BEGIN,
                                      ROW("SQL_COMPANY_PERSON_GET", &f.anna),
                                      {.expect = "SQL_PERSON_ACCESS_ENDED"},
                                      {.expect = "SQL_INVITATION_CLOSE"},
                                      {.expect = "SQL_IDENTITY_REMOVE_UNBOUND"},
                                      {.expect = "SQL_PENDING_SIGN_ON_REMOVE_ALL"},
                                      {.expect = "SQL_SESSION_END_ALL"},
                                      {.expect = "SQL_AUDIT_INSERT"},
                                      END};
    f.anna.roles = STR_NONE;
    f.change.seen = f.change.wanted = set_of("");
    play(steps);
    assert_int_equal(change(), OK);
    assert_int_equal(f.verdict, PEOPLE_DONE);
    assert_true(fake_is_done(f.fake));
}

/* ---- invitations ------------------------------------------------------------------------------- */

static struct people_invited invited;

static enum err invite(void)
{
    struct people_invite invite = {.display_name = STR("Ivo"),
                                   .email = STR("ivo@example.org"),
                                   .language = STR("de"),
                                   .issuer = STR("ldap:main"),
                                   .login = STR("Ivo"),
                                   .roles = set_of("applicant")};
    return people_invite(&f.actor, &f.env, &f.scope, &invite, &invited);
}

#define INVITE_SCRIPT                                                                    \
    {                                                                                    \
        BEGIN, {.expect = "SQL_COMPANY_PERSON_BY_MAIL"},                                 \
            {.expect = "SQL_IDENTITY_BY_LOGIN"}, ROW("SQL_INVITATION_COUNT", &f.sent),   \
            {.expect = "SQL_PERSON_INSERT", .done = {.insert_id = 77}},                  \
            {.expect = "SQL_IDENTITY_INSERT"},                                           \
            {.expect = "SQL_COMPANY_ROLE_INSERT", .expect_row_count = 1},                \
            {.expect = "SQL_AUDIT_INSERT"}, {.expect = "SQL_INVITATION_CLOSE"},          \
            {.expect = "SQL_INVITATION_INSERT"}, {.expect = "SQL_AUDIT_INSERT"},         \
            {.expect = "SQL_OUTBOX_INSERT"}, END                                         \
    }

static void an_invitation_is_one_transaction(void **state)
{
    (void)state;
    const struct fake_step steps[] = INVITE_SCRIPT;
    play(steps);
    assert_int_equal(invite(), OK);
    assert_int_equal(invited.verdict, PEOPLE_DONE);
    assert_int_equal(invited.person_id, 77);
    assert_true(fake_is_done(f.fake));
    cut(steps, (int)(sizeof steps / sizeof *steps) - 2, invite);
}

static void a_company_invites_so_many_a_day(void **state)
{
    (void)state;
    const struct fake_step steps[] = {BEGIN,
                                      {.expect = "SQL_COMPANY_PERSON_BY_MAIL"},
                                      {.expect = "SQL_IDENTITY_BY_LOGIN"},
                                      ROW("SQL_INVITATION_COUNT", &f.sent),
                                      END};
    f.sent.count = INVITATIONS_A_DAY;
    play(steps);
    assert_int_equal(invite(), OK);
    assert_int_equal(invited.verdict, PEOPLE_MANY);
    assert_true(fake_is_done(f.fake));
}

static void who_is_there_is_said(void **state)
{
    (void)state;
    const struct fake_step by_mail[] = {BEGIN, ROW("SQL_COMPANY_PERSON_BY_MAIL", &f.mail),
                                        END};
    f.mail = (struct company_mail_row){2, NOW - 3600 * US_PER_S};
    play(by_mail);
    assert_int_equal(invite(), OK);
    assert_int_equal(invited.verdict, PEOPLE_MAIL_THERE);
    f.mail.invited_at = NOW - US_PER_S;
    play(by_mail);
    assert_int_equal(invite(), OK);
    assert_int_equal(invited.verdict, PEOPLE_REPEATED);

    f.identity = (struct identity_row){.id = 5, .person_id = 2};
    const struct fake_step here[] = {BEGIN,
                                     {.expect = "SQL_COMPANY_PERSON_BY_MAIL"},
                                     ROW("SQL_IDENTITY_BY_LOGIN", &f.identity),
                                     ROW("SQL_COMPANY_PERSON_GET", &f.anna),
                                     END};
    play(here);
    assert_int_equal(invite(), OK);
    assert_int_equal(invited.verdict, PEOPLE_LOGIN_THERE);
    assert_int_equal(invited.person_id, 2);
    const struct fake_step elsewhere[] = {BEGIN,
                                          {.expect = "SQL_COMPANY_PERSON_BY_MAIL"},
                                          ROW("SQL_IDENTITY_BY_LOGIN", &f.identity),
                                          {.expect = "SQL_COMPANY_PERSON_GET"},
                                          END};
    play(elsewhere);
    assert_int_equal(invite(), OK);
    assert_int_equal(invited.verdict, PEOPLE_LOGIN_TAKEN);
    assert_int_equal(invited.person_id, 0);
}

static enum err invite_again(void)
{
    return people_invite_again(&f.actor, &f.env, &f.scope, 2, &f.verdict);
}

static void an_invitation_is_renewed_for_who_never_came(void **state)
{
    (void)state;
    const struct fake_step steps[] = {BEGIN,
                                      ROW("SQL_COMPANY_PERSON_GET", &f.anna),
                                      ROW("SQL_INVITATION_COUNT", &f.sent),
                                      {.expect = "SQL_INVITATION_CLOSE"},
                                      {.expect = "SQL_INVITATION_INSERT"},
                                      {.expect = "SQL_AUDIT_INSERT"},
                                      {.expect = "SQL_OUTBOX_INSERT"},
                                      END};
    const struct fake_step nothing[] = {BEGIN, ROW("SQL_COMPANY_PERSON_GET", &f.anna),
                                        END};
    play(nothing);
    assert_int_equal(invite_again(), OK);
    assert_int_equal(f.verdict, PEOPLE_CHANGED); /* has signed on */
    f.anna.last_sign_on_at = INSTANT_NONE;
    f.anna.invited_until = NOW + INVITATION_DAYS * US_PER_DAY - US_PER_S;
    play(nothing);
    assert_int_equal(invite_again(), OK);
    assert_int_equal(f.verdict, PEOPLE_REPEATED);
    f.anna.invited_until = NOW - 1;
    play(steps);
    assert_int_equal(invite_again(), OK);
    assert_int_equal(f.verdict, PEOPLE_DONE);
    assert_true(fake_is_done(f.fake));
    f.anna.email = STR("");
    play(nothing);
    assert_int_equal(invite_again(), OK);
    assert_int_equal(f.verdict, PEOPLE_NO_MAIL);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_set_has_one_text),
        cmocka_unit_test(a_form_is_read_strictly),
        cmocka_unit_test(more_than_fits_is_dropped),
        cmocka_unit_test(what_roles_come_to),
        WITH(roles_are_changed_with_trail_and_mail),
        WITH(a_role_with_a_second_factor_ends_sessions_without_one),
        WITH(without_a_role_left_everything_ends),
        WITH(any_failure_rolls_back),
        WITH(the_same_again_changes_nothing),
        WITH(what_somebody_changed_meanwhile_is_not_overwritten),
        WITH(nobody_changes_their_own),
        WITH(a_deputy_touches_no_coordinator),
        WITH(the_last_coordinator_stays),
        WITH(a_lost_right_is_seen_behind_the_lock),
        WITH(rights_of_the_session_are_not_enough),
        WITH(an_unknown_market_is_refused),
        WITH(who_asked_is_declined_without_a_mail),
        WITH(an_invitation_is_one_transaction),
        WITH(a_company_invites_so_many_a_day),
        WITH(who_is_there_is_said),
        WITH(an_invitation_is_renewed_for_who_never_came),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
