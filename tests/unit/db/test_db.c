/* Error classes, reconnecting and restarting transactions, on the scripted driver. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "db/admin.h"
#include "db/fake.h"

SQL(SQL_READ, "SELECT a FROM t WHERE id = ?");
SQL(SQL_LOCK, "SELECT a FROM t WHERE id = ? FOR UPDATE");
SQL(SQL_WRITE, "UPDATE t SET a = ? WHERE id = ?");

struct row {
    int64_t a;
};
static const struct db_column columns[] = {DB_COL(struct row, a, DB_I64)};
DB_ROW_MAP(map, struct row, columns);
static const struct row seven[] = {{7}, {8}};

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new((size_t)1 << 20);
    err_clear();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

/** What the body under test does and saw. */
struct body {
    int runs;
    size_t used_at_start; /**< arena fill level of the newest run */
    enum err seen;        /**< result of the statement */
    bool swallow;         /**< return OK although the statement failed */
    bool restart_on_conflict;
    bool second_statement;
};

static enum err write_body(struct db *db, struct arena *run_arena, void *context)
{
    struct body *body = context;
    body->runs++;
    body->used_at_start = arena_used(run_arena);
    (void)arena_alloc(run_arena, 4000);
    body->seen = DB_EXEC(db, &SQL_WRITE, NULL, P_I64(1), P_I64(2));
    if (body->second_statement) {
        (void)!DB_EXEC(db, &SQL_WRITE, NULL, P_I64(1), P_I64(2));
    }
    if (body->seen == ERR_CONFLICT && body->restart_on_conflict) {
        tx_request_restart(db);
    }
    return body->swallow ? OK : body->seen;
}

static void restarts_when_the_server_asks(void **state)
{
    (void)state;
    const unsigned codes[] = {1213, 1205, 1020};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        const struct fake_step steps[] = {{.expect = "begin-write"},
                                          {.expect = "SQL_WRITE", .error_code = codes[i]},
                                          {.expect = "rollback"},
                                          {.expect = "begin-write"},
                                          {.expect = "SQL_WRITE"},
                                          {.expect = "commit"},
                                          {0}};
        struct fake *fake;
        struct db *db = db_open_fake(arena, steps, &fake);
        struct body body = {0};
        size_t before = arena_used(arena);
        assert_int_equal(tx_run(db, arena, TX_READ_WRITE, write_body, &body), OK);
        assert_int_equal(body.runs, 2);
        assert_int_equal(body.used_at_start, before); /* rewound */
        assert_true(fake_is_done(fake));
        assert_string_equal(err_text(), "");
        assert_false(db_in_transaction(db));
    }
}

static void restarts_even_if_the_body_overlooks_it(void **state)
{
    (void)state;
    /* After a deadlock the server has rolled back: a second statement must not be sent, since it
     * would commit on its own. */
    const struct fake_step steps[] = {
        {.expect = "begin-write"}, {.expect = "SQL_WRITE", .error_code = 1213},
        {.expect = "rollback"},    {.expect = "begin-write"},
        {.expect = "SQL_WRITE"},   {.expect = "SQL_WRITE"},
        {.expect = "commit"},      {0}};
    struct fake *fake;
    struct db *db = db_open_fake(arena, steps, &fake);
    struct body body = {.swallow = true, .second_statement = true};
    assert_int_equal(tx_run(db, arena, TX_READ_WRITE, write_body, &body), OK);
    assert_int_equal(body.runs, 2);
    assert_true(fake_is_done(fake));
}

static void restarts_after_a_deadlock_at_commit(void **state)
{
    (void)state;
    const struct fake_step steps[] = {{.expect = "begin-write"},
                                      {.expect = "SQL_WRITE"},
                                      {.expect = "commit", .error_code = 1213},
                                      {.expect = "rollback"},
                                      {.expect = "begin-write"},
                                      {.expect = "SQL_WRITE"},
                                      {.expect = "commit"},
                                      {0}};
    struct fake *fake;
    struct db *db = db_open_fake(arena, steps, &fake);
    struct body body = {0};
    assert_int_equal(tx_run(db, arena, TX_READ_WRITE, write_body, &body), OK);
    assert_true(fake_is_done(fake));
}

static void gives_up_after_eight_runs(void **state)
{
    (void)state;
    struct fake_step steps[8 * 3 + 1] = {{0}};
    for (int i = 0; i < 8; i++) {
        steps[i * 3].expect = "begin-write";
        steps[i * 3 + 1] = (struct fake_step){.expect = "SQL_WRITE", .error_code = 1213};
        steps[i * 3 + 2].expect = "rollback";
    }
    struct fake *fake;
    struct db *db = db_open_fake(arena, steps, &fake);
    struct body body = {0};
    assert_int_equal(tx_run(db, arena, TX_READ_WRITE, write_body, &body),
                     ERR_UNAVAILABLE);
    assert_int_equal(body.runs, 8);
    assert_true(fake_is_done(fake));
}

static void runs_again_on_request_only(void **state)
{
    (void)state;
    const char *text = "Duplicate entry 'for key 'x' y' for key 'uq_request_reference'";
    const struct fake_step steps[] = {
        {.expect = "begin-write"},
        {.expect = "SQL_WRITE", .error_code = 1062, .error_text = text},
        {.expect = "rollback"},
        {.expect = "begin-write"},
        {.expect = "SQL_WRITE"},
        {.expect = "commit"},
        {.expect = "begin-write"},
        {.expect = "SQL_WRITE", .error_code = 1062, .error_text = text},
        {.expect = "rollback"},
        {0}};
    struct fake *fake;
    struct db *db = db_open_fake(arena, steps, &fake);
    struct body body = {.restart_on_conflict = true};
    assert_int_equal(tx_run(db, arena, TX_READ_WRITE, write_body, &body), OK);
    assert_int_equal(body.runs, 2);
    body = (struct body){0};
    assert_int_equal(tx_run(db, arena, TX_READ_WRITE, write_body, &body), ERR_CONFLICT);
    assert_int_equal(body.runs, 1);
    assert_string_equal(db_last_key(db), "uq_request_reference");
    assert_null(
        strstr(err_text(), "Duplicate entry")); /* it quotes what a person typed */
    assert_true(fake_is_done(fake));
}

static void names_the_constraint(void **state)
{
    (void)state;
    static const struct {
        unsigned code;
        const char *text, *key;
    } cases[] = {
        {1062, "Duplicate entry 'x' for key 'request.uq_request_open'",
         "uq_request_open"},
        {4025, "CONSTRAINT `ck_decision_four_eyes` failed for `kontor`.`decision`",
         "ck_decision_four_eyes"},
        {1452,
         "Cannot add or update a child row: a foreign key constraint fails "
         "(`kontor`.`a`, "
         "CONSTRAINT `fk_a_b` FOREIGN KEY (`b`) REFERENCES `b` (`id`))",
         "fk_a_b"},
        {1062, "nothing to see", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct fake_step steps[] = {{.expect = "SQL_WRITE",
                                           .error_code = cases[i].code,
                                           .error_text = cases[i].text},
                                          {0}};
        struct fake *fake;
        struct db *db = db_open_fake(arena, steps, &fake);
        assert_int_equal(DB_EXEC(db, &SQL_WRITE, NULL, P_I64(1), P_I64(2)), ERR_CONFLICT);
        assert_string_equal(db_last_key(db), cases[i].key);
    }
}

static void commit_without_an_answer_is_uncertain(void **state)
{
    (void)state;
    const struct fake_step steps[] = {{.expect = "begin-write"},
                                      {.expect = "SQL_WRITE"},
                                      {.expect = "commit", .error_code = 2013},
                                      {.expect = "begin-write"},
                                      {.expect = "SQL_WRITE"},
                                      {.expect = "commit"},
                                      {0}};
    struct fake *fake;
    struct db *db = db_open_fake(arena, steps, &fake);
    struct body body = {0};
    assert_int_equal(tx_run(db, arena, TX_READ_WRITE, write_body, &body), ERR_UNCERTAIN);
    assert_int_equal(body.runs, 1); /* never blindly again */
    assert_int_equal(tx_run(db, arena, TX_READ_WRITE, write_body, &body), OK);
    assert_true(fake_is_done(fake));
}

static enum err read_body(struct db *db, struct arena *run_arena, void *context)
{
    return DB_QUERY_ONE(db, run_arena, &SQL_READ, &map, context, P_I64(1));
}

static void reads_are_whole_when_their_commit_is_lost(void **state)
{
    (void)state;
    const struct fake_step steps[] = {
        {.expect = "begin-read"},
        {.expect = "SQL_READ", .rows = seven, .row_count = 1},
        {.expect = "commit", .error_code = 2006},
        {0}};
    struct fake *fake;
    struct db *db = db_open_fake(arena, steps, &fake);
    struct row row = {0};
    assert_int_equal(tx_run(db, arena, TX_READ_ONLY, read_body, &row), OK);
    assert_int_equal(row.a, 7);
    assert_true(fake_is_done(fake));
}

static void a_line_lost_inside_stays_lost(void **state)
{
    (void)state;
    const struct fake_step steps[] = {
        {.expect = "begin-write"}, {.expect = "SQL_WRITE", .error_code = 2013}, {0}};
    struct fake *fake;
    struct db *db = db_open_fake(arena, steps, &fake);
    struct body body = {.swallow = true, .second_statement = true};
    assert_int_equal(tx_run(db, arena, TX_READ_WRITE, write_body, &body),
                     ERR_UNAVAILABLE);
    assert_int_equal(body.runs, 1);
    assert_true(fake_is_done(fake));
}

static void an_idle_line_is_replaced(void **state)
{
    (void)state;
    const struct fake_step steps[] = {
        {.expect = "SQL_READ", .rows = seven, .row_count = 1},
        {.expect = "SQL_READ", .error_code = 2006}, /* closed while idle */
        {.expect = "SQL_READ", .rows = seven, .row_count = 1},
        {.expect = "begin-write", .error_code = 2013},
        {.expect = "begin-write"},
        {.expect = "SQL_WRITE"},
        {.expect = "commit"},
        {.expect = "SQL_WRITE", .error_code = 2006}, /* a write is never sent twice */
        {.expect = "SQL_LOCK", .rows = seven, .row_count = 1},
        {.expect = "SQL_LOCK", .error_code = 2006},
        {0}};
    struct fake *fake;
    struct db *db = db_open_fake(arena, steps, &fake);
    struct row row;
    struct body body = {0};
    assert_int_equal(read_body(db, arena, &row), OK);
    assert_int_equal(read_body(db, arena, &row), OK);
    assert_int_equal(tx_run(db, arena, TX_READ_WRITE, write_body, &body), OK);
    assert_int_equal(DB_EXEC(db, &SQL_WRITE, NULL, P_I64(1), P_I64(2)), ERR_UNAVAILABLE);
    assert_int_equal(DB_QUERY_ONE(db, arena, &SQL_LOCK, &map, &row, P_I64(1)), OK);
    assert_int_equal(DB_QUERY_ONE(db, arena, &SQL_LOCK, &map, &row, P_I64(1)),
                     ERR_UNAVAILABLE);
    assert_true(fake_is_done(fake));
}

static void a_fresh_line_is_not_tried_twice(void **state)
{
    (void)state;
    const struct fake_step steps[] = {{.expect = "SQL_READ", .error_code = 2013}, {0}};
    struct fake *fake;
    struct db *db = db_open_fake(arena, steps, &fake);
    struct row row;
    assert_int_equal(read_body(db, arena, &row), ERR_UNAVAILABLE);
    assert_true(fake_is_done(fake));
}

static void a_server_that_is_away_comes_back(void **state)
{
    (void)state;
    const struct fake_step steps[] = {
        {.expect = "open", .error_code = 2002},
        {.expect = "open", .error_code = 2002},
        {.expect = "SQL_READ", .rows = seven, .row_count = 1},
        {0}};
    struct fake *fake;
    struct db *db = db_open_fake(arena, steps, &fake);
    struct row row;
    struct body body = {0};
    assert_int_equal(tx_run(db, arena, TX_READ_WRITE, write_body, &body),
                     ERR_UNAVAILABLE);
    assert_int_equal(body.runs, 0);
    assert_int_equal(read_body(db, arena, &row), ERR_UNAVAILABLE);
    assert_int_equal(read_body(db, arena, &row), OK);
    assert_true(fake_is_done(fake));
}

static void one_row_means_one(void **state)
{
    (void)state;
    const struct fake_step steps[] = {
        {.expect = "SQL_READ"},
        {.expect = "SQL_READ", .rows = seven, .row_count = 2},
        {0}};
    struct fake *fake;
    struct db *db = db_open_fake(arena, steps, &fake);
    struct row row = {5};
    assert_int_equal(read_body(db, arena, &row), ERR_NOT_FOUND);
    assert_string_equal(err_text(), "");
    assert_int_equal(read_body(db, arena, &row), ERR_INTERNAL);
    assert_int_equal(row.a, 5); /* untouched */
}

static void counts_statements(void **state)
{
    (void)state;
    const struct fake_step steps[] = {{.expect = "begin-write"},
                                      {.expect = "SQL_WRITE"},
                                      {.expect = "SQL_WRITE"},
                                      {.expect = "commit"},
                                      {0}};
    struct fake *fake;
    struct db *db = db_open_fake(arena, steps, &fake);
    struct body body = {.second_statement = true};
    assert_int_equal(tx_run(db, arena, TX_READ_WRITE, write_body, &body), OK);
    assert_int_equal(db_counters(db).data, 2);
    assert_int_equal(db_counters(db).control, 2);
    db_counters_clear(db);
    assert_int_equal(db_counters(db).data, 0);
}

static enum err two_writes(struct db *db, struct arena *run_arena, void *context)
{
    (void)run_arena;
    (void)context;
    enum err err = DB_EXEC(db, &SQL_WRITE, NULL, P_I64(1), P_I64(2));
    return err == OK ? DB_EXEC(db, &SQL_WRITE, NULL, P_I64(3), P_I64(4)) : err;
}

/** Each call fails in turn: nothing is committed unless all of it was. */
static void the_nth_call_fails(void **state)
{
    (void)state;
    static const struct {
        int n;
        const char *log;
        enum err expected;
    } cases[] = {
        {1, "begin-write", ERR_UNAVAILABLE},
        {2, "begin-write SQL_WRITE rollback", ERR_UNAVAILABLE},
        {3, "begin-write SQL_WRITE SQL_WRITE rollback", ERR_UNAVAILABLE},
        {4, "begin-write SQL_WRITE SQL_WRITE commit rollback", ERR_UNAVAILABLE},
        {5, "begin-write SQL_WRITE SQL_WRITE commit", OK},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fake_step steps[6] = {{0}};
        struct str rest = str_from(cases[i].log), name;
        for (int k = 0; str_next(&rest, ' ', &name); k++) {
            steps[k].expect = str_c(arena, name);
        }
        struct fake *fake;
        struct db *db = db_open_fake(arena, steps, &fake);
        fake_fail_at(fake, cases[i].n, 1021); /* disk full */
        assert_int_equal(tx_run(db, arena, TX_READ_WRITE, two_writes, NULL),
                         cases[i].expected);
        assert_string_equal(fake_log(fake), cases[i].log);
        assert_false(db_in_transaction(db));
    }
}

static void cuts_scripts_into_statements(void **state)
{
    (void)state;
    struct str rest =
        STR("-- head;\n\nCREATE TABLE a ( -- a comment;\n"
            "  x INT, -- it's; one\n  y TEXT DEFAULT 'a;b'\n);\n"
            "INSERT INTO a VALUES (1, ';'); -- after\n-- between;\nSELECT 1\n");
    static const struct {
        const char *text;
        int line;
    } expected[] = {
        {"CREATE TABLE a ( -- a comment;\n  x INT, -- it's; one\n  y TEXT DEFAULT "
         "'a;b'\n)",
         3},
        {"INSERT INTO a VALUES (1, ';')", 7},
        {"SELECT 1", 9},
    };
    int line = 0, at = 0;
    struct str statement;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_true(script_next(&rest, &line, &statement, &at));
        assert_string_equal(str_c(arena, statement), expected[i].text);
        assert_int_equal(at, expected[i].line);
    }
    assert_false(script_next(&rest, &line, &statement, &at));
}

static void a_script_stops_at_its_failure(void **state)
{
    (void)state;
    const struct fake_step steps[] = {
        {.expect = "text"},
        {.expect = "text", .error_code = 1064, .error_text = "near 'BAD'"},
        {0}};
    struct fake *fake;
    struct db *db = db_open_fake(arena, steps, &fake);
    int line = 0;
    assert_int_equal(db_script(db, arena, STR("SELECT 1;\n\nBAD;\nSELECT 2;\n"), &line),
                     ERR_INTERNAL);
    assert_int_equal(line, 3);
    assert_string_equal(db_error_text(db), "near 'BAD'");
    assert_true(fake_is_done(fake));
}

/* Sessions, requests and documents' names never cross a network in the clear. */
static void another_machine_needs_tls(void **state)
{
    (void)state;
    static const struct {
        struct db_conf conf;
        enum err err;
    } ROWS[] = {
        {{.socket = "/run/x.sock", .user = "u"}, OK},
        {{.host = "127.0.0.1", .user = "u"}, OK},
        {{.host = "db.example.org", .user = "u"}, ERR_INPUT},
        {{.socket = "", .host = "192.0.2.1", .ca_file = "", .user = "u"}, ERR_INPUT},
        {{.host = "db.example.org", .ca_file = "/ca.crt", .user = "u"}, OK},
        {{.socket = "/run/x.sock", .host = "db.example.org", .user = "u"}, OK},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct db *db = NULL;
        assert_int_equal(db_open(arena, &ROWS[i].conf, &db), ROWS[i].err);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(another_machine_needs_tls, setup, teardown),
        cmocka_unit_test_setup_teardown(restarts_when_the_server_asks, setup, teardown),
        cmocka_unit_test_setup_teardown(restarts_even_if_the_body_overlooks_it, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(restarts_after_a_deadlock_at_commit, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(gives_up_after_eight_runs, setup, teardown),
        cmocka_unit_test_setup_teardown(runs_again_on_request_only, setup, teardown),
        cmocka_unit_test_setup_teardown(names_the_constraint, setup, teardown),
        cmocka_unit_test_setup_teardown(commit_without_an_answer_is_uncertain, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(reads_are_whole_when_their_commit_is_lost, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_line_lost_inside_stays_lost, setup, teardown),
        cmocka_unit_test_setup_teardown(an_idle_line_is_replaced, setup, teardown),
        cmocka_unit_test_setup_teardown(a_fresh_line_is_not_tried_twice, setup, teardown),
        cmocka_unit_test_setup_teardown(a_server_that_is_away_comes_back, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(one_row_means_one, setup, teardown),
        cmocka_unit_test_setup_teardown(counts_statements, setup, teardown),
        cmocka_unit_test_setup_teardown(the_nth_call_fails, setup, teardown),
        cmocka_unit_test_setup_teardown(cuts_scripts_into_statements, setup, teardown),
        cmocka_unit_test_setup_teardown(a_script_stops_at_its_failure, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
