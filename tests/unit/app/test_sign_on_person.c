/* Who of ours an identity is, and what of it is written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sign_on_fixture.h"

static struct sign_on_match match;
static struct identity_row invited;
static struct invitation_row invitation = {7, 3};
static const uint8_t LINK[SHA256_BYTES] = {1};

#define STEP_UNKNOWN  STEP("SQL_IDENTITY_BY_SUBJECT")
#define STEP_NO_LOGIN STEP("SQL_IDENTITY_BY_LOGIN")
#define STEP_INVITED_LOGIN                                                               \
    {                                                                                    \
        .expect = "SQL_IDENTITY_BY_LOGIN", ROWS_OF(invited)                              \
    }

static int setup_match(void **state)
{
    int status = setup(state);

    invited = (struct identity_row){.id = 6, .person_id = 3, .login_key = STR("anna")};
    return status;
}

static void find(const struct fake_step *steps, const uint8_t *link)
{
    play(steps);
    match = (struct sign_on_match){.person_id = -1};
    must(sign_on_match(actor.db, arena, &directory.identity, link, NOW, &match));
}

/* ---- who is it ------------------------------------------------------------------------ */

static void by_the_subject_for_ever(void **state)
{
    const struct fake_step steps[] = {STEP_KNOWN, {0}};
    const struct fake_step renamed[] = {STEP_KNOWN, STEP_NO_LOGIN, {0}};

    (void)state;
    find(steps, NULL);
    assert_string_equal(str_c(arena, fake_params(fake)[0].str), "ldap:main");
    assert_string_equal(str_c(arena, fake_params(fake)[1].str), "f81d4fae");
    directory.identity.login = STR("anna.newname");
    find(renamed, NULL);
    assert_int_equal(match.person_id, 3);
    assert_int_equal(match.identity.id, 5);
    assert_int_equal(match.moved_identity_id, 0);
}

/* Anna is called what Berta was called before: Berta's identity loses the login, or the row could not be written. */
static void a_login_that_somebody_else_had(void **state)
{
    const struct fake_step steps[] = {STEP_KNOWN, STEP_INVITED_LOGIN, {0}};

    (void)state;
    directory.identity.login = STR("berta");
    invited.subject = STR("berta-who-left");
    find(steps, NULL);
    assert_int_equal(match.person_id, 3);
    assert_int_equal(match.moved_identity_id, 6);
}

static void an_invited_login_is_bound_by_the_first_who_comes(void **state)
{
    const struct fake_step steps[] = {STEP_UNKNOWN, STEP_INVITED_LOGIN, {0}};

    (void)state;
    find(steps, NULL);
    assert_int_equal(match.person_id, 3);
    assert_int_equal(match.identity.id, 6);
    /* However it is spelt: the column holds the folded login. */
    assert_string_equal(str_c(arena, fake_params(fake)[1].str), "anna");
}

/* The login was given to somebody else in the directory: nothing is inherited. */
static void a_login_with_another_subject_is_another_person(void **state)
{
    const struct fake_step steps[] = {STEP_UNKNOWN, STEP_INVITED_LOGIN, {0}};

    (void)state;
    invited.subject = STR("somebody-who-left");
    find(steps, LINK);
    assert_int_equal(match.person_id, 0);
    assert_int_equal(match.identity.id, 0);
    assert_int_equal(match.moved_identity_id, 6);
}

static void no_source_makes_staff_of_a_customer_by_a_login(void **state)
{
    const struct fake_step steps[] = {STEP_UNKNOWN, STEP_INVITED_LOGIN, {0}};

    (void)state;
    invited.is_staff = true;
    find(steps, NULL);
    assert_int_equal(match.person_id, 0);
    make_staff();
    invited.is_staff = false;
    find(steps, NULL);
    assert_int_equal(match.person_id, 0);
    /* But whose login it is says the directory: an invitation that took it keeps nobody out. */
    assert_int_equal(match.moved_identity_id, 6);
    directory.identity.links = IDENTITY_LINK_NONE;
    find(steps, NULL);
    assert_int_equal(match.moved_identity_id, 6);
}

/* A provider that may link by login: only by the login at the issuer that is named. */
static void a_provider_may_lead_to_a_person_of_a_directory(void **state)
{
    const struct fake_step steps[] = {
        STEP_UNKNOWN, STEP_NO_LOGIN, STEP_INVITED_LOGIN, {0}};
    const struct fake_step none[] = {STEP_UNKNOWN, STEP_NO_LOGIN, {0}};
    struct identity *identity = &directory.identity;

    (void)state;
    identity->issuer = STR("https://id.example");
    identity->link_issuer = STR("ldap:main");
    invited.subject = STR("known-to-the-directory");
    find(steps, NULL);
    assert_int_equal(match.person_id, 3);
    assert_int_equal(match.identity.id, 0); /* an identity of its own is written */
    assert_string_equal(str_c(arena, fake_params(fake)[0].str), "ldap:main");
    invited.is_staff = true;
    find(steps, NULL);
    assert_int_equal(match.person_id, 0);
    identity->links = IDENTITY_LINK_NONE;
    find(none, NULL);
    assert_int_equal(match.person_id, 0);
}

static void an_invitations_link(void **state)
{
    const struct fake_step steps[] = {
        STEP_UNKNOWN,
        STEP_NO_LOGIN,
        {.expect = "SQL_INVITATION_OPEN", ROWS_OF(invitation)},
        {.expect = "SQL_IDENTITY_INVITED", ROWS_OF(invited)},
        {0}};
    const struct fake_step over[] = {
        STEP_UNKNOWN, STEP_NO_LOGIN, STEP("SQL_INVITATION_OPEN"), {0}};
    const struct fake_step unasked[] = {STEP_UNKNOWN, STEP_NO_LOGIN, {0}};

    (void)state;
    directory.identity.links = IDENTITY_LINK_INVITATION;
    find(steps, LINK);
    assert_int_equal(match.person_id, 3);
    assert_int_equal(match.identity.id, 6);
    assert_int_equal(match.invitation_id, 7);
    find(over, LINK);
    assert_int_equal(match.person_id, 0);
    find(unasked, NULL);
    /* Not where the source does not take them, and never for staff. */
    directory.identity.links = IDENTITY_LINK_LOGIN;
    find(unasked, LINK);
    directory.identity.links = IDENTITY_LINK_INVITATION;
    make_staff();
    find(unasked, LINK);
    assert_int_equal(match.person_id, 0);
}

/* Whoever is the invited person already has used the link too; for anybody else it stays open. */
static void a_link_is_used_by_its_person_however_they_come(void **state)
{
    const struct fake_step by_subject[] = {
        STEP_KNOWN, {.expect = "SQL_INVITATION_OPEN", ROWS_OF(invitation)}, {0}};
    const struct fake_step by_login[] = {
        STEP_UNKNOWN,
        STEP_INVITED_LOGIN,
        {.expect = "SQL_INVITATION_OPEN", ROWS_OF(invitation)},
        {0}};

    (void)state;
    find(by_subject, LINK);
    assert_int_equal(match.invitation_id, 7);
    find(by_login, LINK);
    assert_int_equal(match.invitation_id, 7);
    assert_int_equal(match.identity.id, 6);
    known.person_id = 4;
    find(by_subject, LINK);
    assert_int_equal(match.person_id, 4);
    assert_int_equal(match.invitation_id, 0);
}

static void a_source_without_logins(void **state)
{
    const struct fake_step steps[] = {STEP_UNKNOWN, {0}};

    (void)state;
    directory.identity.login = STR("");
    find(steps, NULL);
    assert_int_equal(match.person_id, 0);
}

/* ---- what is written ------------------------------------------------------------------ */

static struct sign_on_person decided;

static enum err write_it(struct db *db, struct arena *in, void *context)
{
    enum err err = sign_on_match(db, in, &directory.identity, NULL, NOW, &match);

    (void)context;
    return err == OK
               ? sign_on_write_person(&actor, in, &directory.identity, &decided, &match)
               : err;
}

static void write_person(const struct fake_step *steps)
{
    play(steps);
    decided.company_id = directory.identity.is_staff ? 0 : 11;
    must(tx_run(actor.db, arena, TX_READ_WRITE, write_it, NULL));
}

static void somebody_new(void **state)
{
    const struct fake_step steps[] = {STEP("begin-write"),
                                      STEP_UNKNOWN,
                                      STEP_NO_LOGIN,
                                      {.expect = "SQL_PERSON_INSERT", .done = {1, 21}},
                                      {.expect = "SQL_IDENTITY_INSERT", .done = {1, 31}},
                                      STEP("commit"),
                                      {0}};

    (void)state;
    write_person(steps);
    assert_int_equal(match.person_id, 21);
    assert_int_equal(match.identity.id, 31);
    assert_int_equal(fake_params(fake)[0].i64, 21);
    assert_string_equal(str_c(arena, fake_params(fake)[2].str), "f81d4fae");
    assert_string_equal(str_c(arena, fake_params(fake)[3].str), "anna");
}

static void two_first_sign_ons_at_once(void **state)
{
    const struct fake_step steps[] = {
        STEP("begin-write"),
        STEP_UNKNOWN,
        STEP_NO_LOGIN,
        {.expect = "SQL_PERSON_INSERT", .done = {1, 21}},
        {.expect = "SQL_IDENTITY_INSERT",
         .error_code = 1062,
         .error_text = "Duplicate entry 'x' for key 'uq_identity_subject'"},
        STEP("rollback"),
        STEP("begin-write"),
        STEP_KNOWN,
        STEP_PERSON,
        STEP_BIND,
        STEP("commit"),
        {0}};

    (void)state;
    write_person(steps);
    assert_int_equal(match.person_id, 3);
}

static void the_old_owner_of_a_login_loses_it(void **state)
{
    const struct fake_step steps[] = {STEP("begin-write"),
                                      STEP_UNKNOWN,
                                      STEP_INVITED_LOGIN,
                                      {.expect = "SQL_PERSON_INSERT", .done = {1, 21}},
                                      STEP("SQL_IDENTITY_LOSE_LOGIN"),
                                      {.expect = "SQL_IDENTITY_INSERT", .done = {1, 31}},
                                      STEP("commit"),
                                      {0}};

    (void)state;
    invited.subject = STR("somebody-who-left");
    write_person(steps);
    assert_int_equal(match.person_id, 21);
}

static void staff_roles_and_teams_as_the_source_has_them(void **state)
{
    static const struct team_key_row TEAMS[] = {{STR("credit")}, {STR("it")}};
    const struct fake_step steps[] = {
        STEP("begin-write"),
        STEP_KNOWN,
        STEP_PERSON,
        STEP_BIND,
        {.expect = "SQL_TEAM_KEYS", .rows = TEAMS, .row_count = 2},
        STEP("SQL_STAFF_ROLE_CLEAR"),
        {.expect = "SQL_STAFF_ROLE_INSERT", .expect_row_count = 1},
        STEP("SQL_TEAM_MEMBER_CLEAR"),
        {.expect = "SQL_TEAM_MEMBER_INSERT", .expect_row_count = 1},
        STEP("commit"),
        {0}};

    (void)state;
    make_staff();
    person.roles = STR("admin");
    person.team_keys = STR("credit");
    write_person(steps);
}

/* Somebody who was staff and is a customer now keeps no role of then. */
static void staff_roles_go_with_the_staff(void **state)
{
    const struct fake_step steps[] = {
        STEP("begin-write"),           STEP_KNOWN,     STEP_PERSON,
        STEP("SQL_PERSON_UPDATE"),     STEP_BIND,      STEP("SQL_STAFF_ROLE_CLEAR"),
        STEP("SQL_TEAM_MEMBER_CLEAR"), STEP("commit"), {0}};

    (void)state;
    person.is_staff = true;
    person.roles = STR("admin");
    person.team_keys = STR("it");
    write_person(steps);
}

/* Long or odd values of a source: cut at a character, or left out; never an error. */
static void what_does_not_fit(void **state)
{
    const struct fake_step steps[] = {
        STEP("begin-write"), STEP_KNOWN,
        STEP_PERSON,         {.expect = "SQL_PERSON_UPDATE", .error_code = 1030},
        STEP("rollback"),    {0}};
    struct buf name = buf_init(arena, 4096);
    struct buf mail = buf_init(arena, 4096);
    const struct db_param *params;

    (void)state;
    for (int i = 0; i < 300; i++) {
        buf_put_c(&name, "\xC3\xBC");
        buf_put_c(&mail, "x");
    }
    directory.identity.display_name = buf_str(&name);
    directory.identity.email = buf_str(&mail);
    play(steps);
    assert_int_not_equal(tx_run(actor.db, arena, TX_READ_WRITE, write_it, NULL), OK);
    params = fake_params(fake);
    assert_int_equal(params[1].str.len, 400);
    assert_int_equal(params[2].str.len, 0);
}

/* Chosen, else what it was, else what the page was in. */
static void which_language(void **state)
{
    const struct fake_step steps[] = {
        STEP("begin-write"), STEP_KNOWN,
        STEP_PERSON,         {.expect = "SQL_PERSON_UPDATE", .error_code = 1030},
        STEP("rollback"),    {0}};
    static const struct {
        const char *chosen, *was, *page, *want;
    } ROWS[] = {
        {"de", "en", "en", "de"}, {NULL, "en", "de", "en"}, {NULL, NULL, "de", "de"}};

    (void)state;
    person.display_name = STR("so that there is an update");
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++) {
        decided =
            (struct sign_on_person){11, str_from(ROWS[i].chosen), str_from(ROWS[i].page)};
        person.language = str_from(ROWS[i].was);
        play(steps);
        assert_int_not_equal(tx_run(actor.db, arena, TX_READ_WRITE, write_it, NULL), OK);
        assert_string_equal(str_c(arena, fake_params(fake)[3].str), ROWS[i].want);
    }
}

#undef T
#define T(name) cmocka_unit_test_setup_teardown(name, setup_match, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(by_the_subject_for_ever),
        T(a_login_that_somebody_else_had),
        T(an_invited_login_is_bound_by_the_first_who_comes),
        T(a_login_with_another_subject_is_another_person),
        T(no_source_makes_staff_of_a_customer_by_a_login),
        T(a_provider_may_lead_to_a_person_of_a_directory),
        T(an_invitations_link),
        T(a_link_is_used_by_its_person_however_they_come),
        T(a_source_without_logins),
        T(somebody_new),
        T(two_first_sign_ons_at_once),
        T(the_old_owner_of_a_login_loses_it),
        T(staff_roles_and_teams_as_the_source_has_them),
        T(staff_roles_go_with_the_staff),
        T(what_does_not_fit),
        T(which_language),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
