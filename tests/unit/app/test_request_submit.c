/* Submission: complete or refused, once, whole or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/request/request_submit.h"
#include "request_fixture.h"

static struct fixture f;

static int setup(void **state)
{
    (void)state;
    fixture_init(&f);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_fini(&f);
    return 0;
}

/* The fingerprint that the check page of the fixture's request shows. */
static struct str seen(void)
{
    const struct fake_step steps[] = {{.expect = "begin-read"}, STEP_GET(&f),
                                      STEP_DEFINITION(&f),      STEP_SLOTS(&f),
                                      {.expect = "commit"},     {0}};
    struct request_full full;
    fixture_play(&f, steps);
    assert_int_equal(request_open(&f.actor, &f.env, f.request.reference, &full), OK);
    return request_fingerprint(&full, f.arena);
}

#define ONE_ROW                                                                          \
    {                                                                                    \
        .affected = 1                                                                    \
    }
#define SUBMIT_SCRIPT                                                                    \
    {                                                                                    \
        {.expect = "begin-write"}, STEP_LOCK(&f), STEP_GET(&f), STEP_SLOTS(&f),          \
            {.expect = "SQL_REQUEST_UPDATE_SUBMITTED", .done = ONE_ROW},                 \
            {.expect = "SQL_CUSTOMER_STATUS_PUT"},                                       \
            {.expect = "SQL_HISTORY_INSERT", .expect_row_count = 2},                     \
            {.expect = "SQL_AUDIT_INSERT"}, STEP_TEAMS(&f),                              \
            {.expect = "SQL_OUTBOX_INSERT", .expect_row_count = 2},                      \
            {.expect = "commit"},                                                        \
        {                                                                                \
            0                                                                            \
        }                                                                                \
    }

static void writes_everything_in_one_transaction(void **state)
{
    (void)state;
    struct str fingerprint = seen();
    const struct fake_step steps[] = SUBMIT_SCRIPT;
    struct submit_result result;
    fixture_play(&f, steps);
    assert_int_equal(
        request_submit(&f.actor, &f.env, f.request.reference, fingerprint, &result), OK);
    assert_int_equal(result.outcome, SUBMIT_DONE);
    assert_true(fake_is_done(f.fake));
    assert_true(db_counters(f.db).data <= 20);
}

/* Whatever statement fails: nothing is committed and the error comes back. */
static void any_failure_rolls_back(void **state)
{
    (void)state;
    enum { CALLS = 10 }; /* from "begin" to the last statement before "commit" */
    struct str fingerprint = seen();
    for (int n = 1; n <= CALLS; n++) {
        const struct fake_step steps[] = SUBMIT_SCRIPT;
        struct fake_step cut[CALLS + 3];
        memcpy(cut, steps, sizeof *cut * (size_t)n);
        cut[n - 1].error_code = 1030; /* the engine says no: not a reason to try again */
        cut[n - 1].error_text = "Got error 28 from storage engine";
        size_t next = (size_t)n;
        if (n > 1)
            cut[next++] = (struct fake_step){.expect = "rollback"};
        cut[next] = (struct fake_step){0};
        struct submit_result result = {.outcome = SUBMIT_CHANGED};
        f.env.definitions = definitions_new(f.process);
        fingerprint = seen();
        fixture_play(&f, cut);
        assert_int_not_equal(
            request_submit(&f.actor, &f.env, f.request.reference, fingerprint, &result),
            OK);
        assert_int_equal(result.outcome, SUBMIT_CHANGED);
        assert_null(strstr(fake_log(f.fake), "commit"));
        assert_true(fake_is_done(f.fake));
    }
}

static const struct fake_step *refused_script(void)
{
    static struct fake_step steps[6];
    const struct fake_step script[] = {{.expect = "begin-write"},
                                       STEP_LOCK(&f),
                                       STEP_GET(&f),
                                       STEP_SLOTS(&f),
                                       {.expect = "commit"},
                                       {0}};
    memcpy(steps, script, sizeof steps);
    return steps;
}

static void a_second_time_changes_nothing(void **state)
{
    (void)state;
    struct str fingerprint = seen();
    struct submit_result result;
    f.request.state = STR("submitted");
    f.request.submitted_at = FIXTURE_NOW;
    fixture_play(&f, refused_script());
    assert_int_equal(
        request_submit(&f.actor, &f.env, f.request.reference, fingerprint, &result), OK);
    assert_int_equal(result.outcome, SUBMIT_REPEATED);
    assert_true(fake_is_done(f.fake));
}

static void names_what_is_missing(void **state)
{
    (void)state;
    struct str fingerprint = seen();
    struct submit_result result;
    f.request.answers = STR("{\"tons\":500,\"from\":\"2026-12-01\"}");
    f.slot.state = STR("empty");
    f.slot.document_id = 0;
    fixture_play(&f, refused_script());
    assert_int_equal(
        request_submit(&f.actor, &f.env, f.request.reference, fingerprint, &result), OK);
    assert_int_equal(result.outcome, SUBMIT_INCOMPLETE);
    assert_int_equal(result.problem_count, 3);
    assert_true(str_is(result.problems[0].field->key, "quay"));
    assert_true(str_is(result.problems[1].field->key, "tons"));
    assert_true(str_is(result.problems[2].slot->key, "licence"));
    assert_true(str_is(result.problems[2].args[0], "Licence"));
    assert_true(fake_is_done(f.fake));
}

static void refuses_a_document_that_has_become_too_old(void **state)
{
    (void)state;
    struct str fingerprint = seen();
    struct submit_result result;
    f.slot.issued_on = day_from_civil((struct civil_date){2026, 8, 21});
    fixture_play(&f, refused_script());
    assert_int_equal(
        request_submit(&f.actor, &f.env, f.request.reference, fingerprint, &result), OK);
    assert_int_equal(result.outcome, SUBMIT_INCOMPLETE);
    assert_int_equal(result.problem_count, 1);
    assert_string_equal(result.problems[0].msgid, "Document is too old: {0}");
}

static void asks_again_when_somebody_changed_the_draft(void **state)
{
    (void)state;
    struct str fingerprint = seen();
    struct submit_result result;
    f.request.answers = STR("{\"quay\":\"North\",\"tons\":null,\"from\":\"2026-12-01\"}");
    fixture_play(&f, refused_script());
    assert_int_equal(
        request_submit(&f.actor, &f.env, f.request.reference, fingerprint, &result), OK);
    assert_int_equal(result.outcome, SUBMIT_CHANGED);
    f.slot.document_id = 32;
    f.request.answers = STR("{\"quay\":\"East\",\"tons\":null,\"from\":\"2026-12-01\"}");
    fixture_play(&f, refused_script());
    assert_int_equal(
        request_submit(&f.actor, &f.env, f.request.reference, fingerprint, &result), OK);
    assert_int_equal(result.outcome, SUBMIT_CHANGED);
}

static void another_company_finds_nothing(void **state)
{
    (void)state;
    const struct fake_step steps[] = {{.expect = "begin-write"},
                                      {.expect = "SQL_REQUEST_LOCK"},
                                      {.expect = "rollback"},
                                      {0}};
    struct submit_result result;
    f.person.company_id = 12;
    fixture_play(&f, steps);
    assert_int_equal(
        request_submit(&f.actor, &f.env, f.request.reference, STR("x"), &result),
        ERR_NOT_FOUND);
    assert_int_equal(fake_params(f.fake)[0].i64, 12);
    assert_true(fake_is_done(f.fake));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(writes_everything_in_one_transaction, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(any_failure_rolls_back, setup, teardown),
        cmocka_unit_test_setup_teardown(a_second_time_changes_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(names_what_is_missing, setup, teardown),
        cmocka_unit_test_setup_teardown(refuses_a_document_that_has_become_too_old, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(asks_again_when_somebody_changed_the_draft, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(another_company_finds_nothing, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
