/* Somebody signed on without a role: who gives roles is told, each once, with the rows that say who asks or not at
 * all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/sign_on/access_request.h"
#include "app/sign_on/sign_on_enter.h"
#include "sign_on_fixture.h"

#define DECIDED (INT64_C(1790000000) * US_PER_S)
#define COLUMNS 8 /* of SQL_OUTBOX_INSERT */

static struct access_reader_row readers[2];

static int setup_readers(void **state)
{
    readers[0] = (struct access_reader_row){STR("Anna A"),      11,       INSTANT_NONE, 7,
                                            STR("c@x.example"), STR("de")};
    readers[1] = (struct access_reader_row){STR("Anna A"),      11,      INSTANT_NONE, 8,
                                            STR("d@x.example"), STR_NONE};
    return setup(state);
}

#define STEP_READERS                                                                     \
    {                                                                                    \
        .expect = "SQL_PERSON_ACCESS_READERS", .rows = readers, .row_count = 2           \
    }
#define STEP_MAILS                                                                       \
    {                                                                                    \
        .expect = "SQL_OUTBOX_INSERT", .expect_row_count = 2                             \
    }

static enum err tell(const struct fake_step *steps)
{
    const struct access_request request = {3, STR("Kran AG"), STR("en")};

    play(steps);
    return access_request_mail(&actor, arena, &request);
}

static void each_in_their_language_with_name_and_company_alone(void **state)
{
    const struct fake_step steps[] = {STEP_READERS, STEP_MAILS, {0}};
    const struct db_param *mail;

    (void)state;
    must(tell(steps));
    mail = fake_params(fake);
    assert_true(str_is(mail[0].str, "access-requested:11:3:0:7"));
    assert_true(str_is(mail[1].str, "access-requested"));
    assert_true(str_is(mail[2].str, "c@x.example"));
    assert_true(str_is(mail[3].str, "de"));
    assert_true(str_is(mail[4].str, "{\"company\":\"Kran AG\",\"person\":\"Anna A\","
                                    "\"url_path\":\"/account/people\"}"));
    mail += COLUMNS;
    assert_true(str_is(mail[0].str, "access-requested:11:3:0:8"));
    assert_true(str_is(mail[2].str, "d@x.example"));
    assert_true(str_is(mail[3].str, "en")); /* never chose: the site's */
}

/* The key is the same at every sign-on, so that the row is skipped; a decision makes it another. */
static void asked_once_until_somebody_decides(void **state)
{
    const struct fake_step steps[] = {STEP_READERS, STEP_MAILS, {0}};
    struct str key;

    (void)state;
    must(tell(steps));
    key = str_copy(arena, fake_params(fake)[0].str);
    play(steps);
    actor.now += 3600 * US_PER_S;
    must(access_request_mail(&actor, arena,
                             &(struct access_request){3, STR("Kran AG"), STR("en")}));
    assert_true(str_eq(key, fake_params(fake)[0].str));
    readers[0].access_ended_at = DECIDED;
    must(tell(steps));
    assert_true(
        str_is(fake_params(fake)[0].str, "access-requested:11:3:1790000000000000:7"));
}

static void those_are_told_who_may_give_roles(void **state)
{
    const struct fake_step steps[] = {STEP("SQL_PERSON_ACCESS_READERS"), {0}};

    (void)state;
    must(tell(steps)); /* nobody there: no mail */
    assert_true(str_is(fake_params(fake)[0].str, "coordinator,deputy"));
    assert_int_equal(fake_params(fake)[1].i64, 3);
}

/* ---- with the sign-on that asks ------------------------------------------------------------- */

static void person_and_mails_are_written_together_or_not_at_all(void **state)
{
    static const struct sign_on_entry ENTRY = {.network = STR("192.0.2.7"),
                                               .page_language = STR("de")};
    const struct fake_step steps[] = {STEP("begin-write"),
                                      STEP("SQL_IDENTITY_BY_SUBJECT"),
                                      STEP("SQL_IDENTITY_BY_LOGIN"),
                                      STEP_COMPANY,
                                      {.expect = "SQL_PERSON_INSERT", .done = {1, 3}},
                                      {.expect = "SQL_IDENTITY_INSERT", .done = {1, 5}},
                                      STEP_READERS,
                                      STEP_MAILS,
                                      STEP_AUDIT,
                                      STEP("commit"),
                                      {0}};
    const size_t last = sizeof(steps) / sizeof(*steps) - 2; /* the commit */
    struct fake_step cut[sizeof(steps) / sizeof(*steps) + 2];
    struct sign_on_result result = {0};

    (void)state;
    company.roles = STR_NONE;
    play(steps);
    must(sign_on_enter(&actor, &policy, &directory.identity, &ENTRY, &result));
    assert_int_equal(result.verdict, SIGN_ON_NO_ROLE);
    for (size_t n = 1; n <= last; n++) {
        memcpy(cut, steps, sizeof(*cut) * (n + 1));
        cut[n].error_code = 1030;
        cut[n + 1] = (struct fake_step){.expect = "rollback"};
        cut[n + 2] = (struct fake_step){0};
        play(cut);
        assert_int_not_equal(
            sign_on_enter(&actor, &policy, &directory.identity, &ENTRY, &result), OK);
        assert_true(fake_is_done(fake));
    }
}

#undef T
#define T(name) cmocka_unit_test_setup_teardown(name, setup_readers, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(each_in_their_language_with_name_and_company_alone),
        T(asked_once_until_somebody_decides),
        T(those_are_told_who_may_give_roles),
        T(person_and_mails_are_written_together_or_not_at_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
