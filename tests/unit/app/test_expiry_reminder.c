/* Companies are told before a document ends: all of their people or nobody, and once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/upkeep/expiry_reminder.h"
#include "db/fake.h"
#include "store/document_expiry.h"

#define NOW (INT64_C(1795305600) * US_PER_S) /* 2026-11-22T00:00:00Z */

static struct arena *arena;
static struct staff_env env;
static struct document_expiry_due due;
static struct expiry_reader readers[2];

static int setup(void **state)
{
    (void)state;
    arena = arena_new((size_t)8 << 20);
    env = (struct staff_env){.site_language = STR("de")};
    due = (struct document_expiry_due){.slot_id = 7,
                                       .request_id = 5,
                                       .company_id = 11,
                                       .definition_id = 2,
                                       .title = STR("Licence"),
                                       .reference = STR("R-1"),
                                       .request_state = STR("completed"),
                                       .company_name = STR("Kran AG"),
                                       .expires_on = 20800};
    readers[0] = (struct expiry_reader){3, STR("anna@example.org"), STR("en")};
    readers[1] = (struct expiry_reader){4, STR("sven@example.org"), STR_NONE};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static enum err step(const struct fake_step *script, bool *told)
{
    struct fake *fake = NULL;
    struct db *db = db_open_fake(arena, script, &fake);
    const struct clock clock = clock_fixed(NOW);
    err_clear();
    enum err err = app_expiry_step(db, arena, &env, &clock, told);
    assert_true(fake_is_done(fake));
    return err;
}

#define FOUND                                                                            \
    {.expect = "begin-write"},                                                           \
    {                                                                                    \
        .expect = "SQL_DOCUMENT_EXPIRY_NEXT", .rows = &due, .row_count = 1               \
    }
#define SCRIPT                                                                           \
    {                                                                                    \
        FOUND,                                                                           \
            {.expect = "SQL_DOCUMENT_EXPIRY_READERS", .rows = readers, .row_count = 2},  \
            {.expect = "SQL_OUTBOX_INSERT", .expect_row_count = 2},                      \
            {.expect = "SQL_DOCUMENT_EXPIRY_TOLD", .done = {.affected = 1}},             \
            {.expect = "SQL_AUDIT_INSERT"}, {.expect = "commit"},                        \
        {                                                                                \
            0                                                                            \
        }                                                                                \
    }

static void everybody_is_told_in_one_transaction(void **state)
{
    (void)state;
    const struct fake_step script[] = SCRIPT;
    bool told = false;
    assert_int_equal(step(script, &told), OK);
    assert_true(told);
}

static void any_failure_tells_nobody(void **state)
{
    (void)state;
    enum { CALLS = 6 }; /* from "begin" to the last statement before "commit" */
    for (int n = 1; n <= CALLS; n++) {
        const struct fake_step script[] = SCRIPT;
        struct fake_step cut[CALLS + 3];
        memcpy(cut, script, sizeof *cut * (size_t)n);
        cut[n - 1].error_code = 1030; /* the engine says no: not a reason to try again */
        cut[n - 1].error_text = "Got error 28 from storage engine";
        size_t next = (size_t)n;
        if (n > 1)
            cut[next++] = (struct fake_step){.expect = "rollback"};
        cut[next] = (struct fake_step){0};
        bool told = false;
        assert_int_not_equal(step(cut, &told), OK);
        assert_false(told);
    }
}

static void nothing_is_due(void **state)
{
    (void)state;
    const struct fake_step script[] = {{.expect = "begin-write"},
                                       {.expect = "SQL_DOCUMENT_EXPIRY_NEXT"},
                                       {.expect = "commit"},
                                       {0}};
    bool told = true;
    assert_int_equal(step(script, &told), OK);
    assert_false(told);
}

static void what_a_withdrawn_request_brought_is_marked_and_not_told(void **state)
{
    (void)state;
    due.request_state = STR("withdrawn");
    const struct fake_step script[] = {
        FOUND,
        {.expect = "SQL_DOCUMENT_EXPIRY_TOLD", .done = {.affected = 1}},
        {.expect = "SQL_AUDIT_INSERT"},
        {.expect = "commit"},
        {0}};
    bool told = false;
    assert_int_equal(step(script, &told), OK);
    assert_true(told);
}

static void readers_are_those_who_may_send_documents(void **state)
{
    (void)state;
    struct str roles = expiry_reader_roles(arena, false);
    struct str board = expiry_reader_roles(arena, true);
    assert_true(str_find(roles, STR("applicant")) >= 0);
    assert_true(str_find(roles, STR("coordinator")) >= 0);
    assert_true(str_find(roles, STR("readonly")) < 0);
    assert_true(board.len < roles.len);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(everybody_is_told_in_one_transaction),
        T(any_failure_tells_nobody),
        T(nothing_is_due),
        T(what_a_withdrawn_request_brought_is_marked_and_not_told),
        T(readers_are_those_who_may_send_documents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
