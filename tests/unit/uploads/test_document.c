#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "app/document.h"
#include "db/fake.h"

static struct arena *arena;
static struct actor actor;
static struct document_target target;
static struct upload_slot stored;
static const struct principal applicant = {.person_id = 7, .company_id = 3};

static const struct str kind_keys[] = {{"extract", 7}, {"other", 5}};
static const struct str kinds[] = {{"Extract", 7}, {"Other", 5}};
static const struct slot_age ages[] = {{3, 0}, {0, 0}};
static const struct slot_rule rule = {
    .min = {1, NULL},
    .max = {1, NULL},
    .reuse = true,
    .kinds = kinds, .kind_keys = kind_keys, .kind_max_age = ages, .kind_count = 2};
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
        .expect = "SQL_UPLOAD_SLOT_LIST", .rows = &stored, .row_count = 1                 \
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
