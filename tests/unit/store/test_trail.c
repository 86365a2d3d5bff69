/* History, audit, outbox and jobs: one execution for many rows, NULL where nothing is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "db/fake.h"
#include "store/registry.h"
#include "store/trail.h"

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new((size_t)4 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void many_rows_are_few_executions(void **state)
{
    (void)state;
    const struct fake_step steps[] = {
        {.expect = "SQL_HISTORY_INSERT", .expect_row_count = 64},
        {.expect = "SQL_HISTORY_INSERT", .expect_row_count = 6},
        {0}};
    struct fake *fake;
    struct db *db = db_open_fake(arena, steps, &fake);
    struct history_row rows[70];
    for (int i = 0; i < 70; i++) {
        rows[i] = (struct history_row){.request_id = 1,
                                       .object = "request",
                                       .object_id = 1,
                                       .version = i + 1,
                                       .field = "state",
                                       .new_value = STR("draft")};
    }
    assert_int_equal(history_insert(db, rows, 70), OK);
    assert_true(fake_is_done(fake));
    /* Row 0 of the second batch is row 64; without a person and an old value. */
    assert_int_equal(fake_params(fake)[3].i64, 65);
    assert_true(fake_params(fake)[5].null);
    assert_false(fake_params(fake)[6].null);
    assert_true(fake_params(fake)[7].null);
}

static void no_row_is_no_statement(void **state)
{
    (void)state;
    const struct fake_step steps[] = {{0}};
    struct fake *fake;
    struct db *db = db_open_fake(arena, steps, &fake);
    assert_int_equal(history_insert(db, NULL, 0), OK);
    assert_int_equal(outbox_insert(db, NULL, 0), OK);
    assert_int_equal(job_insert(db, NULL, 0), OK);
}

static void a_failed_batch_stops_the_rest(void **state)
{
    (void)state;
    const struct fake_step steps[] = {
        {.expect = "SQL_JOB_INSERT",
         .error_code = 1062,
         .error_text = "Duplicate entry 'x' for key 'uq_job_key'"},
        {0}};
    struct fake *fake;
    struct db *db = db_open_fake(arena, steps, &fake);
    struct job_row rows[65];
    for (int i = 0; i < 65; i++) {
        rows[i] = (struct job_row){.kind = "service_task",
                                   .unique_key = STR("k"),
                                   .request_id = 1,
                                   .payload = STR("{}")};
    }
    assert_int_equal(job_insert(db, rows, 65), ERR_CONFLICT);
    assert_string_equal(db_last_key(db), "uq_job_key");
    assert_true(fake_is_done(fake));
}

static void an_event_without_detail_is_an_empty_object(void **state)
{
    (void)state;
    const struct fake_step steps[] = {{.expect = "SQL_AUDIT_INSERT"}, {0}};
    struct fake *fake;
    struct db *db = db_open_fake(arena, steps, &fake);
    struct audit_row row = {.program = "login", .action = "session.started"};
    assert_int_equal(audit_insert(db, &row), OK);
    const struct db_param *params = fake_params(fake);
    assert_true(str_is(params[8].str, "{}"));
    assert_true(params[4].null && params[5].null && params[6].null);
    assert_false(params[2].null); /* trace_id is never NULL */
}

/** Names are identities in counters, golden plans and the list of programs: no two may be equal. */
static void statement_names_are_unique(void **state)
{
    (void)state;
    for (const struct store_file *a = STORE_FILES; a->name; a++) {
        for (size_t i = 0; a->statements[i]; i++) {
            size_t same = 0;
            for (const struct store_file *b = STORE_FILES; b->name; b++) {
                for (size_t k = 0; b->statements[k]; k++) {
                    same += strcmp(a->statements[i]->name, b->statements[k]->name) == 0;
                }
            }
            if (same != 1) {
                print_error("%s occurs %zu times\n", a->statements[i]->name, same);
            }
            assert_int_equal(same, 1);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(many_rows_are_few_executions, setup, teardown),
        cmocka_unit_test_setup_teardown(no_row_is_no_statement, setup, teardown),
        cmocka_unit_test_setup_teardown(a_failed_batch_stops_the_rest, setup, teardown),
        cmocka_unit_test_setup_teardown(an_event_without_detail_is_an_empty_object, setup,
                                        teardown),
        cmocka_unit_test(statement_names_are_unique),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
