/* Drafts: one per form, one per object; answers of two people; discard and withdraw; messages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/request/document_age.h"
#include "app/request/request_answers.h"
#include "app/request/request_draft.h"
#include "app/request/request_end.h"
#include "app/request/request_message.h"
#include "request_fixture.h"
#include "store/company.h"
#include "store/master_data.h"

static struct fixture f;
static const struct draft_start start = {.request_type = STR("lend-crane"),
                                         .creation_key = {1, 2, 3}};

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

#define STEP_TYPES                                                                       \
    {                                                                                    \
        .expect = "SQL_REQUEST_TYPE_ACTIVE", .rows = &f.type, .row_count = 1             \
    }

static void makes_a_draft_with_slots_and_present_values(void **state)
{
    (void)state;
    const struct company_row company = {11, STR("M-1"), STR("Kran AG"), STR("active"),
                                        STR("Europe/Berlin")};
    const day_no today = locale_day_of(FIXTURE_NOW, company.zone);
    const struct master_data_row values[] = {
        {STR("home.quay"), today - 100, STR("West"), STR_NONE},
        {STR("home.quay"), today + 1, STR("North"), STR_NONE},
        {STR("other.thing"), today - 1, STR("x"), STR_NONE}};
    const struct fake_step steps[] = {
        {.expect = "begin-write"},
        {.expect = "SQL_REQUEST_BY_CREATION_KEY"},
        STEP_TYPES,
        STEP_DEFINITION(&f),
        {.expect = "SQL_REQUEST_OPEN_FOR"},
        {.expect = "SQL_COMPANY_GET", .rows = &company, .row_count = 1},
        {.expect = "SQL_MASTER_DATA_LIST", .rows = values, .row_count = 3},
        {.expect = "SQL_REQUEST_INSERT", .done = {.affected = 1, .insert_id = 5}},
        {.expect = "SQL_REQUEST_SLOT_INSERT", .expect_row_count = 1},
        {.expect = "SQL_HISTORY_INSERT", .expect_row_count = 1},
        {.expect = "SQL_AUDIT_INSERT"},
        {.expect = "commit"},
        {0}};
    enum draft_outcome outcome;
    struct str reference;
    fixture_play(&f, steps);
    assert_int_equal(request_start(&f.actor, &f.env, &start, &outcome, &reference), OK);
    assert_int_equal(outcome, DRAFT_STARTED);
    assert_true(str_starts(reference, STR("R-")));
    assert_true(fake_is_done(f.fake));
}

static void the_same_form_finds_its_draft(void **state)
{
    (void)state;
    const struct request_found found = {5, STR("R-AAAA-0001"), STR("lend-crane"),
                                        STR("draft"), false};
    const struct fake_step steps[] = {
        {.expect = "begin-write"},
        {.expect = "SQL_REQUEST_BY_CREATION_KEY", .rows = &found, .row_count = 1},
        {.expect = "commit"},
        {0}};
    enum draft_outcome outcome;
    struct str reference;
    fixture_play(&f, steps);
    assert_int_equal(request_start(&f.actor, &f.env, &start, &outcome, &reference), OK);
    assert_int_equal(outcome, DRAFT_STARTED);
    assert_true(str_is(reference, "R-AAAA-0001"));
}

/* Two people start at the same moment: the second insert hits the key and finds the first's. */
static void a_race_ends_at_the_open_request(void **state)
{
    (void)state;
    const struct company_row company = {11, STR("M-1"), STR("Kran AG"), STR("active"),
                                        STR("Europe/Berlin")};
    const struct request_found found = {5, STR("R-AAAA-0001"), STR("lend-crane"),
                                        STR("draft"), false};
    const struct fake_step steps[] = {
        {.expect = "begin-write"},
        {.expect = "SQL_REQUEST_BY_CREATION_KEY"},
        STEP_TYPES,
        STEP_DEFINITION(&f),
        {.expect = "SQL_REQUEST_OPEN_FOR"},
        {.expect = "SQL_COMPANY_GET", .rows = &company, .row_count = 1},
        {.expect = "SQL_MASTER_DATA_LIST"},
        {.expect = "SQL_REQUEST_INSERT",
         .error_code = 1062,
         .error_text = "Duplicate entry '11-crane' for key 'uq_request_open'"},
        {.expect = "rollback"},
        {.expect = "begin-write"},
        {.expect = "SQL_REQUEST_BY_CREATION_KEY"},
        STEP_TYPES,
        {.expect = "SQL_REQUEST_OPEN_FOR", .rows = &found, .row_count = 1},
        {.expect = "commit"},
        {0}};
    enum draft_outcome outcome;
    struct str reference;
    fixture_play(&f, steps);
    assert_int_equal(request_start(&f.actor, &f.env, &start, &outcome, &reference), OK);
    assert_int_equal(outcome, DRAFT_OPEN_ALREADY);
    assert_true(str_is(reference, "R-AAAA-0001"));
    assert_true(fake_is_done(f.fake));
}

/* The object is taken, and that is all they learn: also of a form that they sent when they saw board matters. */
static void an_open_board_matter_is_not_named(void **state)
{
    (void)state;
    const struct request_found found = {5, STR("R-AAAA-0001"), STR("lend-crane"),
                                        STR("draft"), true};
    const struct fake_step by_object[] = {
        {.expect = "begin-write"},
        {.expect = "SQL_REQUEST_BY_CREATION_KEY"},
        STEP_TYPES,
        STEP_DEFINITION(&f),
        {.expect = "SQL_REQUEST_OPEN_FOR", .rows = &found, .row_count = 1},
        {.expect = "commit"},
        {0}};
    const struct fake_step by_form[] = {
        {.expect = "begin-write"},
        {.expect = "SQL_REQUEST_BY_CREATION_KEY", .rows = &found, .row_count = 1},
        {.expect = "commit"},
        {0}};
    enum draft_outcome outcome;
    struct str reference = STR("unset");
    fixture_play(&f, by_object);
    assert_int_equal(request_start(&f.actor, &f.env, &start, &outcome, &reference), OK);
    assert_int_equal(outcome, DRAFT_OPEN_ALREADY);
    assert_null(reference.ptr);
    reference = STR("unset");
    fixture_play(&f, by_form);
    assert_int_equal(request_start(&f.actor, &f.env, &start, &outcome, &reference), OK);
    assert_int_equal(outcome, DRAFT_OPEN_ALREADY);
    assert_null(reference.ptr);
    f.person.rights |= 1u << RIGHT_BOARD_READ;
    fixture_play(&f, by_form);
    assert_int_equal(request_start(&f.actor, &f.env, &start, &outcome, &reference), OK);
    assert_int_equal(outcome, DRAFT_STARTED);
    assert_true(str_is(reference, "R-AAAA-0001"));
}

static void an_unknown_type_is_not_found(void **state)
{
    (void)state;
    const struct fake_step steps[] = {{.expect = "begin-write"},
                                      {.expect = "SQL_REQUEST_BY_CREATION_KEY"},
                                      {.expect = "SQL_REQUEST_TYPE_ACTIVE"},
                                      {.expect = "rollback"},
                                      {0}};
    enum draft_outcome outcome;
    struct str reference;
    fixture_play(&f, steps);
    assert_int_equal(request_start(&f.actor, &f.env, &start, &outcome, &reference),
                     ERR_NOT_FOUND);
}

/* ---- answers -------------------------------------------------------------------------------- */

static struct map *posted(const char *quay, const char *tons, const char *from)
{
    const char *const values[] = {quay, tons, from};
    const char *const names[] = {"quay", "tons", "from"};
    struct map *map = map_new(f.arena);
    for (size_t i = 0; i < 3; i++) {
        struct str *value = ARENA_NEW(f.arena, struct str);
        *value = str_from(values[i]);
        map_set(map, str_from(names[i]), value);
    }
    return map;
}

static enum err save(const struct fake_step *steps, const struct answers_input *input,
                     struct answers_result *out)
{
    fixture_play(&f, steps);
    return request_answers_save(&f.actor, &f.env, input, out);
}

#define READ_STEPS                                                                       \
    {.expect = "begin-write"}, STEP_LOCK(&f), STEP_GET(&f), STEP_DEFINITION(&f),         \
        STEP_SLOTS(&f)
#define READ_AGAIN {.expect = "begin-write"}, STEP_LOCK(&f), STEP_GET(&f), STEP_SLOTS(&f)

static void saves_and_writes_one_history_row_a_change(void **state)
{
    (void)state;
    const struct fake_step steps[] = {
        READ_STEPS,
        {.expect = "SQL_REQUEST_UPDATE_ANSWERS", .done = {.affected = 1}},
        {.expect = "SQL_HISTORY_INSERT", .expect_row_count = 2},
        {.expect = "commit"},
        {0}};
    const struct answers_input input = {.reference = f.request.reference,
                                        .form_id = STR("crane"),
                                        .posted = posted("North", "40", "2026-12-01")};
    struct answers_result result;
    assert_int_equal(save(steps, &input, &result), OK);
    assert_int_equal(result.outcome, ANSWERS_SAVED);
    assert_true(fake_is_done(f.fake));
}

static void an_invalid_answer_stores_nothing_and_is_kept(void **state)
{
    (void)state;
    const struct fake_step steps[] = {READ_STEPS, {.expect = "commit"}, {0}};
    const struct answers_input input = {.reference = f.request.reference,
                                        .form_id = STR("crane"),
                                        .posted = posted("North", "many", "2026-12-01")};
    struct answers_result result;
    assert_int_equal(save(steps, &input, &result), OK);
    assert_int_equal(result.outcome, ANSWERS_INVALID);
    assert_int_equal(result.checked.error_count, 1);
    assert_true(str_is(json_get_str(result.checked.values, "tons"), "many"));
    assert_true(fake_is_done(f.fake));
}

static void later_stores_even_what_is_wrong(void **state)
{
    (void)state;
    const struct fake_step steps[] = {
        READ_STEPS,
        {.expect = "SQL_REQUEST_UPDATE_ANSWERS", .done = {.affected = 1}},
        {.expect = "SQL_HISTORY_INSERT", .expect_row_count = 2},
        {.expect = "commit"},
        {0}};
    const struct answers_input input = {.reference = f.request.reference,
                                        .form_id = STR("crane"),
                                        .posted = posted("", "many", "2026-12-01"),
                                        .later = true};
    struct answers_result result;
    assert_int_equal(save(steps, &input, &result), OK);
    assert_int_equal(result.outcome, ANSWERS_SAVED);
    assert_true(fake_is_done(f.fake));
    assert_int_equal(request_form_state(&result.full, f.arena, result.form),
                     PART_NEEDS_ATTENTION);
}

static void a_stale_page_overwrites_nothing(void **state)
{
    (void)state;
    const struct fake_step steps[] = {READ_STEPS, {.expect = "commit"}, {0}};
    const struct answers_input input = {.reference = f.request.reference,
                                        .form_id = STR("crane"),
                                        .posted = posted("North", "40", "2026-12-01"),
                                        .seen = STR("0123456789abcdef0123456789abcdef")};
    struct answers_result result;
    assert_int_equal(save(steps, &input, &result), OK);
    assert_int_equal(result.outcome, ANSWERS_STALE);
    assert_true(fake_is_done(f.fake));
}

/* The reply was lost and the form comes again: its page is stale, its answers are stored. */
static void the_same_answers_again_are_saved(void **state)
{
    (void)state;
    const struct fake_step steps[] = {READ_STEPS, {.expect = "commit"}, {0}};
    const struct answers_input input = {.reference = f.request.reference,
                                        .form_id = STR("crane"),
                                        .posted = posted("East", "", "2026-12-01"),
                                        .seen = STR("0123456789abcdef0123456789abcdef")};
    struct answers_result result;
    assert_int_equal(save(steps, &input, &result), OK);
    assert_int_equal(result.outcome, ANSWERS_SAVED);
    assert_true(fake_is_done(f.fake));
}

static void only_drafts_take_answers(void **state)
{
    (void)state;
    const struct fake_step steps[] = {READ_STEPS, {.expect = "rollback"}, {0}};
    const struct answers_input input = {.reference = f.request.reference,
                                        .form_id = STR("crane"),
                                        .posted = posted("North", "40", "2026-12-01")};
    struct answers_result result;
    f.request.state = STR("submitted");
    assert_int_equal(save(steps, &input, &result), ERR_CONFLICT);
    const struct fake_step again[] = {READ_AGAIN, {.expect = "rollback"}, {0}};
    const struct answers_input unknown = {.reference = f.request.reference,
                                          .form_id = STR("no-such-form"),
                                          .posted = map_new(f.arena)};
    f.request.state = STR("draft");
    assert_int_equal(save(again, &unknown, &result), ERR_NOT_FOUND);
}

/* ---- end ------------------------------------------------------------------------------------ */

static void withdraws_before_the_release_only(void **state)
{
    (void)state;
    enum end_outcome outcome;
    f.request.state = STR("waiting_for_customer");
    const struct fake_step steps[] = {
        READ_STEPS,
        {.expect = "SQL_REQUEST_UPDATE_ENDED", .done = {.affected = 1}},
        {.expect = "SQL_CUSTOMER_STATUS_PUT"},
        {.expect = "SQL_HISTORY_INSERT", .expect_row_count = 2},
        {.expect = "SQL_AUDIT_INSERT"},
        {.expect = "commit"},
        {0}};
    fixture_play(&f, steps);
    assert_int_equal(request_withdraw(&f.actor, &f.env, f.request.reference, &outcome),
                     OK);
    assert_int_equal(outcome, END_DONE);
    const struct fake_step nothing[] = {READ_AGAIN, {.expect = "commit"}, {0}};
    const struct {
        const char *state;
        enum end_outcome outcome;
    } rows[] = {
        {"withdrawn", END_DONE}, {"released", END_TOO_LATE}, {"draft", END_TOO_LATE}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        f.request.state = str_from(rows[i].state);
        fixture_play(&f, nothing);
        assert_int_equal(
            request_withdraw(&f.actor, &f.env, f.request.reference, &outcome), OK);
        assert_int_equal(outcome, rows[i].outcome);
        assert_true(fake_is_done(f.fake));
    }
}

static void discards_drafts_only(void **state)
{
    (void)state;
    enum end_outcome outcome;
    const struct fake_step steps[] = {
        READ_STEPS,
        {.expect = "SQL_REQUEST_UPDATE_ENDED", .done = {.affected = 1}},
        {.expect = "SQL_HISTORY_INSERT", .expect_row_count = 1},
        {.expect = "SQL_AUDIT_INSERT"},
        {.expect = "commit"},
        {0}};
    fixture_play(&f, steps);
    assert_int_equal(request_discard(&f.actor, &f.env, f.request.reference, &outcome),
                     OK);
    assert_int_equal(outcome, END_DONE);
    const struct fake_step nothing[] = {READ_AGAIN, {.expect = "commit"}, {0}};
    f.request.state = STR("submitted");
    fixture_play(&f, nothing);
    assert_int_equal(request_discard(&f.actor, &f.env, f.request.reference, &outcome),
                     OK);
    assert_int_equal(outcome, END_TOO_LATE);
}

/* ---- messages ------------------------------------------------------------------------------- */

static void one_form_is_one_message(void **state)
{
    (void)state;
    const int64_t none = 0;
    const int64_t one = 1;
    const struct message_input input = {.reference = f.request.reference,
                                        .body = STR("Hello")};
    f.request.state = STR("submitted");
    f.request.submitted_at = FIXTURE_NOW;
    f.request.department_keys = STR("harbour");
    f.request.contact_team = STR("harbour");
    const struct fake_step steps[] = {
        READ_STEPS,
        {.expect = "SQL_MESSAGE_FORM_TAKEN", .rows = &none, .row_count = 1},
        {.expect = "SQL_MESSAGE_INSERT", .done = {.affected = 1, .insert_id = 9}},
        {.expect = "SQL_REQUEST_TOUCH", .done = {.affected = 1}},
        {.expect = "SQL_HISTORY_INSERT", .expect_row_count = 1},
        {.expect = "SQL_AUDIT_INSERT"},
        STEP_TEAMS(&f),
        {.expect = "SQL_OUTBOX_INSERT", .expect_row_count = 1},
        {.expect = "commit"},
        {0}};
    fixture_play(&f, steps);
    assert_int_equal(request_message(&f.actor, &f.env, &input), OK);
    assert_true(fake_is_done(f.fake));
    const struct fake_step again[] = {
        READ_AGAIN,
        {.expect = "SQL_MESSAGE_FORM_TAKEN", .rows = &one, .row_count = 1},
        {.expect = "commit"},
        {0}};
    fixture_play(&f, again);
    assert_int_equal(request_message(&f.actor, &f.env, &input), OK);
    assert_true(fake_is_done(f.fake));
    const struct fake_step draft[] = {READ_AGAIN, {.expect = "rollback"}, {0}};
    f.request.submitted_at = INSTANT_NONE;
    fixture_play(&f, draft);
    assert_int_equal(request_message(&f.actor, &f.env, &input), ERR_CONFLICT);
}

/* ---- ages ----------------------------------------------------------------------------------- */

static day_no day(int year, int month, int day_of_month)
{
    return day_from_civil(
        (struct civil_date){year, (uint8_t)month, (uint8_t)day_of_month});
}

static struct slot_age months(int64_t count)
{
    return (struct slot_age){.months = count};
}

static struct slot_age days(int64_t count)
{
    return (struct slot_age){.days = count};
}

static void days_are_counted_through_months(void **state)
{
    (void)state;
    assert_int_equal(document_earliest_issue(day(2026, 11, 22), days(60)),
                     day(2026, 9, 23));
    assert_false(document_too_old(day(2026, 9, 23), day(2026, 11, 22), days(60)));
    assert_true(document_too_old(day(2026, 9, 22), day(2026, 11, 22), days(60)));
    assert_true(document_too_old(DAY_NONE, day(2026, 11, 22), days(60)));
}

static void what_is_good_for_a_year_ends_on_the_same_day(void **state)
{
    (void)state;
    assert_int_equal(document_valid_until(day(2026, 11, 22), 12), day(2027, 11, 22));
    assert_int_equal(document_valid_until(day(2026, 1, 31), 1), day(2026, 2, 28));
}

static void months_end_where_the_calendar_does(void **state)
{
    (void)state;
    assert_int_equal(document_earliest_issue(day(2026, 11, 22), months(3)),
                     day(2026, 8, 22));
    assert_int_equal(document_earliest_issue(day(2026, 5, 31), months(3)),
                     day(2026, 2, 28));
    assert_int_equal(document_earliest_issue(day(2028, 5, 31), months(3)),
                     day(2028, 2, 29));
    assert_int_equal(document_earliest_issue(day(2026, 1, 31), months(2)),
                     day(2025, 11, 30));
    assert_int_equal(document_earliest_issue(day(2026, 1, 15), months(1)),
                     day(2025, 12, 15));
    assert_int_equal(document_earliest_issue(day(2026, 1, 15), months(0)), DAY_NONE);
    assert_false(document_too_old(day(2026, 8, 22), day(2026, 11, 22), months(3)));
    assert_true(document_too_old(day(2026, 8, 21), day(2026, 11, 22), months(3)));
    assert_true(document_too_old(DAY_NONE, day(2026, 11, 22), months(3)));
    assert_false(document_too_old(DAY_NONE, day(2026, 11, 22), months(0)));
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(makes_a_draft_with_slots_and_present_values),
        T(the_same_form_finds_its_draft),
        T(a_race_ends_at_the_open_request),
        T(an_open_board_matter_is_not_named),
        T(an_unknown_type_is_not_found),
        T(saves_and_writes_one_history_row_a_change),
        T(an_invalid_answer_stores_nothing_and_is_kept),
        T(later_stores_even_what_is_wrong),
        T(a_stale_page_overwrites_nothing),
        T(the_same_answers_again_are_saved),
        T(only_drafts_take_answers),
        T(withdraws_before_the_release_only),
        T(discards_drafts_only),
        T(one_form_is_one_message),
        T(months_end_where_the_calendar_does),
        T(days_are_counted_through_months),
        T(what_is_good_for_a_year_ends_on_the_same_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
