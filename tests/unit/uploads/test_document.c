#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "app/request/document.h"
#include "db/fake.h"

static struct arena *arena;
static struct actor actor;
static struct document_target target;
static struct upload_slot stored;
static const struct principal applicant = {.person_id = 7, .company_id = 3};

static const struct str kind_keys[] = {{"extract", 7}, {"other", 5}};
static const struct str kinds[] = {{"Extract", 7}, {"Other", 5}};
static const struct slot_age ages[] = {{3, 0}, {0, 0}};
static const struct slot_rule rule = {.min = {1, NULL},
                                      .max = {1, NULL},
                                      .reuse = true,
                                      .kinds = kinds,
                                      .kind_keys = kind_keys,
                                      .kind_max_age = ages,
                                      .kind_count = 2};
static uint8_t digest[SHA256_BYTES] = {1, 2, 3};

static int setup(void **state)
{
    (void)state;
    arena = arena_new((size_t)8 << 20);
    stored = (struct upload_slot){
        .request_id = 1,
        .reference = STR("R-1"),
        .request_state = STR("draft"),
        .company_zone = STR("UTC"),
        .id = 5,
        .slot_key = STR("proof"),
        .item = 1,
        .state = STR("empty"),
        .version = 1,
        .issued_on = DAY_NONE,
    };
    target = (struct document_target){
        .slot = stored,
        .rule = &rule,
        .today = day_from_civil((struct civil_date){2026, 11, 22})};
    actor = (struct actor){
        .arena = arena, .principal = &applicant, .now = 1000, .program = "uploads"};
    return 0;
}
static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static enum file_refusal check(const char *kind, const char *issued_on)
{
    struct str kind_out;
    day_no day_out;
    struct document_statement statement = {str_from(kind), str_from(issued_on)};
    return document_statement_check(&target, &statement, &kind_out, &day_out);
}

static void statements_are_checked(void **state)
{
    (void)state;
    assert_int_equal(check("extract", "2026-11-22"), FILE_OK);
    assert_int_equal(check("extract", "2026-08-22"), FILE_OK);
    assert_int_equal(check("extract", "2026-08-21"), FILE_TOO_OLD);
    assert_int_equal(check("extract", "2026-11-23"), FILE_DATE_FUTURE);
    assert_int_equal(check("extract", "2026-02-30"), FILE_DATE_INVALID);
    assert_int_equal(check("extract", ""), FILE_DATE_MISSING);
    assert_int_equal(check("other", ""), FILE_OK);
    assert_int_equal(check("other", "2001-01-01"), FILE_OK);
    assert_int_equal(check("", "2026-11-22"), FILE_KIND_MISSING);
    assert_int_equal(check("passport", "2026-11-22"), FILE_KIND_MISSING);
}

static void a_slot_takes_files_while_it_is_the_customers_turn(void **state)
{
    (void)state;
    assert_true(document_slot_takes(STR("draft"), STR("filled")));
    assert_true(document_slot_takes(STR("waiting_for_customer"), STR("rejected")));
    assert_false(document_slot_takes(STR("waiting_for_customer"), STR("accepted")));
    assert_false(document_slot_takes(STR("submitted"), STR("filled")));
    assert_false(document_slot_takes(STR("completed"), STR("rejected")));
    assert_false(document_slot_takes(STR("withdrawn"), STR("rejected")));
}

static struct document_accepted file(void)
{
    struct document_accepted accepted = {.file_name = STR("a.pdf"),
                                         .size_bytes = 10,
                                         .media_type = "application/pdf",
                                         .kind_key = STR("extract"),
                                         .issued_on = target.today};
    memcpy(accepted.sha256, digest, sizeof(digest));
    return accepted;
}

/** Run app_document_take by `script`; what the calls were. */
static const char *take(const struct fake_step *script, enum err expect,
                        enum document_outcome *out)
{
    struct fake *fake = NULL;
    struct document_accepted accepted = file();
    actor.db = db_open_fake(arena, script, &fake);
    assert_int_equal(app_document_take(&actor, &target, &accepted, out), expect);
    assert_true(fake_is_done(fake));
    return fake_log(fake);
}

#define LOCK                                                                             \
    {.expect = "begin-write"},                                                           \
        {.expect = "SQL_UPLOAD_REQUEST_LOCK",                                            \
         .rows = &stored.request_id,                                                     \
         .row_count = 1},                                                                \
    {                                                                                    \
        .expect = "SQL_UPLOAD_SLOT_LIST", .rows = &stored, .row_count = 1                \
    }
#define WRITE                                                                            \
    {.expect = "SQL_DOCUMENT_INSERT", .done = {.affected = 1, .insert_id = 9}},          \
        {.expect = "SQL_UPLOAD_SLOT_FILL", .done = {.affected = 1}},                     \
        {.expect = "SQL_UPLOAD_REQUEST_TOUCH", .done = {.affected = 1}},                 \
        {.expect = "SQL_HISTORY_INSERT", .done = {.affected = 1}},                       \
    {                                                                                    \
        .expect = "SQL_AUDIT_INSERT", .done = {.affected = 1 }                           \
    }

static void a_draft_gets_its_file_without_an_event(void **state)
{
    (void)state;
    const struct fake_step script[] = {LOCK, WRITE, {.expect = "commit"}, {0}};
    enum document_outcome out = DOCUMENT_CLOSED;
    (void)take(script, OK, &out);
    assert_int_equal(out, DOCUMENT_TAKEN);
}

static void after_submission_intake_is_told(void **state)
{
    (void)state;
    stored.request_state = STR("waiting_for_customer");
    stored.state = STR("rejected");
    const struct fake_step script[] = {
        LOCK,
        WRITE,
        {.expect = "SQL_DOCUMENT_EVENT_INSERT", .done = {.affected = 1}},
        {.expect = "commit"},
        {0}};
    enum document_outcome out = DOCUMENT_CLOSED;
    (void)take(script, OK, &out);
    assert_int_equal(out, DOCUMENT_TAKEN);
}

static void the_same_file_twice_is_one_row(void **state)
{
    (void)state;
    stored.request_state = STR("waiting_for_customer");
    stored.state = STR("filled");
    stored.document_id = 9;
    stored.sha256 = (struct str){(const char *)digest, sizeof(digest)};
    stored.kind_key = STR("extract");
    stored.issued_on = target.today;
    const struct fake_step script[] = {LOCK, {.expect = "commit"}, {0}};
    enum document_outcome out = DOCUMENT_CLOSED;
    (void)take(script, OK, &out);
    assert_int_equal(out, DOCUMENT_REPEATED);
    stored.issued_on =
        target.today - 1; /* another statement about it is another document */
    (void)take(script, OK, &out);
    assert_int_equal(out, DOCUMENT_CLOSED);
}

static void a_slot_that_was_closed_meanwhile_stays_as_it_is(void **state)
{
    (void)state;
    stored.request_state = STR("released");
    stored.state = STR("accepted");
    const struct fake_step script[] = {LOCK, {.expect = "commit"}, {0}};
    enum document_outcome out = DOCUMENT_TAKEN;
    (void)take(script, OK, &out);
    assert_int_equal(out, DOCUMENT_CLOSED);
}

static void another_companys_request_is_not_found(void **state)
{
    (void)state;
    const struct fake_step script[] = {{.expect = "begin-write"},
                                       {.expect = "SQL_UPLOAD_REQUEST_LOCK"},
                                       {.expect = "rollback"},
                                       {0}};
    enum document_outcome out = DOCUMENT_TAKEN;
    (void)take(script, ERR_NOT_FOUND, &out);
}

/* ---- slots for several documents ---- */

static struct upload_slot several[3];
static struct slot_rule wide;

/** Two documents and what the third row is; the rule takes `most`. */
static void fill_rows(const char *request_state, int64_t most)
{
    wide = rule;
    wide.max.constant = most;
    target.rule = &wide;
    for (size_t i = 0; i < 3; i++) {
        several[i] = stored;
        several[i].id = 5 + (int64_t)i;
        several[i].item = 1 + (int64_t)i;
        several[i].request_state = str_from(request_state);
        several[i].state = STR("filled");
        several[i].document_id = 90 + (int64_t)i;
    }
}

#define LOCK_ROWS(count)                                                                 \
    {.expect = "begin-write"},                                                           \
        {.expect = "SQL_UPLOAD_REQUEST_LOCK",                                            \
         .rows = &stored.request_id,                                                     \
         .row_count = 1},                                                                \
    {                                                                                    \
        .expect = "SQL_UPLOAD_SLOT_LIST", .rows = several, .row_count = (count)          \
    }

static void one_more_document_gets_a_row_of_its_own(void **state)
{
    (void)state;
    fill_rows("draft", 3);
    const struct fake_step script[] = {
        LOCK_ROWS(2),
        {.expect = "SQL_UPLOAD_SLOT_ADD", .done = {.affected = 1, .insert_id = 77}},
        WRITE,
        {.expect = "commit"},
        {0}};
    enum document_outcome out = DOCUMENT_CLOSED;
    (void)take(script, OK, &out);
    assert_int_equal(out, DOCUMENT_TAKEN);
}

static void a_place_that_is_free_is_filled_first(void **state)
{
    (void)state;
    fill_rows("draft", 3);
    several[0].state = STR("empty");
    several[0].document_id = 0;
    const struct fake_step script[] = {LOCK_ROWS(3), WRITE, {.expect = "commit"}, {0}};
    enum document_outcome out = DOCUMENT_CLOSED;
    (void)take(script, OK, &out);
    assert_int_equal(out, DOCUMENT_TAKEN);
}

static void a_full_slot_takes_no_more(void **state)
{
    (void)state;
    fill_rows("draft", 3);
    const struct fake_step script[] = {LOCK_ROWS(3), {.expect = "commit"}, {0}};
    enum document_outcome out = DOCUMENT_TAKEN;
    (void)take(script, OK, &out);
    assert_int_equal(out, DOCUMENT_FULL);
    /* One of them may be sent again. */
    const struct fake_step again[] = {LOCK_ROWS(3), WRITE, {.expect = "commit"}, {0}};
    target.item = 2;
    (void)take(again, OK, &out);
    assert_int_equal(out, DOCUMENT_TAKEN);
}

static void a_slot_for_one_replaces_it(void **state)
{
    (void)state;
    fill_rows("draft", 1);
    const struct fake_step script[] = {LOCK_ROWS(1), WRITE, {.expect = "commit"}, {0}};
    enum document_outcome out = DOCUMENT_CLOSED;
    (void)take(script, OK, &out);
    assert_int_equal(out, DOCUMENT_TAKEN);
}

static void later_only_what_was_asked_for_again_is_taken(void **state)
{
    (void)state;
    fill_rows("waiting_for_customer", 3);
    several[1].state = STR("rejected");
    const struct fake_step script[] = {
        LOCK_ROWS(3),
        WRITE,
        {.expect = "SQL_DOCUMENT_EVENT_INSERT", .done = {.affected = 1}},
        {.expect = "commit"},
        {0}};
    const struct fake_step closed[] = {LOCK_ROWS(3), {.expect = "commit"}, {0}};
    enum document_outcome out = DOCUMENT_CLOSED;
    (void)take(script, OK, &out);
    assert_int_equal(out, DOCUMENT_TAKEN);
    target.item = 3;
    (void)take(closed, OK, &out);
    assert_int_equal(out, DOCUMENT_CLOSED);
    /* Nor another one beside them. */
    target.item = 0;
    several[1].state = STR("accepted");
    (void)take(closed, OK, &out);
    assert_int_equal(out, DOCUMENT_CLOSED);
}

static void a_slot_that_takes_new_ones_only_uses_none_again(void **state)
{
    (void)state;
    static const struct document_file old = {
        .id = 4,
        .company_id = 3,
        .public_id = {"0123", 4},
        .file_name = {"a.pdf", 5},
        .media_type = {"application/pdf", 15},
        .kind_key = {"other", 5},
        .issued_on = DAY_NONE,
    };
    static struct document_file source;
    struct fake *fake = NULL;
    enum document_outcome out = DOCUMENT_TAKEN;
    const struct fake_step unfit[] = {
        {.expect = "SQL_DOCUMENT_OF_COMPANY", .rows = &source, .row_count = 1}, {0}};
    const struct fake_step foreign[] = {{.expect = "SQL_DOCUMENT_OF_COMPANY"}, {0}};
    source = old;
    source.sha256 = (struct str){(const char *)digest, sizeof(digest)};
    wide = rule;
    wide.reuse = false;
    target.rule = &wide;
    actor.db = db_open_fake(arena, unfit, &fake);
    assert_int_equal(app_document_reuse(&actor, &target, STR("0123"), &out), OK);
    assert_int_equal(out, DOCUMENT_UNFIT);
    /* Good for a year after its date. */
    wide.reuse = true;
    wide.valid_months = 12;
    source.issued_on = target.today - 400;
    actor.db = db_open_fake(arena, unfit, &fake);
    assert_int_equal(app_document_reuse(&actor, &target, STR("0123"), &out), OK);
    assert_int_equal(out, DOCUMENT_UNFIT);
    actor.db = db_open_fake(arena, foreign, &fake);
    assert_int_equal(app_document_reuse(&actor, &target, STR("0123"), &out),
                     ERR_NOT_FOUND);
    assert_true(fake_is_done(fake));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(statements_are_checked, setup, teardown),
        cmocka_unit_test_setup_teardown(a_slot_takes_files_while_it_is_the_customers_turn,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(a_draft_gets_its_file_without_an_event, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(after_submission_intake_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(the_same_file_twice_is_one_row, setup, teardown),
        cmocka_unit_test_setup_teardown(a_slot_that_was_closed_meanwhile_stays_as_it_is,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(another_companys_request_is_not_found, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(one_more_document_gets_a_row_of_its_own, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_place_that_is_free_is_filled_first, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_full_slot_takes_no_more, setup, teardown),
        cmocka_unit_test_setup_teardown(a_slot_for_one_replaces_it, setup, teardown),
        cmocka_unit_test_setup_teardown(later_only_what_was_asked_for_again_is_taken,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(a_slot_that_takes_new_ones_only_uses_none_again,
                                        setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
