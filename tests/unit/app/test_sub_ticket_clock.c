/* When a sub-ticket is due, and what a pause leaves of its time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/ticket/sub_ticket_clock.h"
#include "staff_fixture.h"
#include "store/work_rules.h"

#define HOUR (3600 * US_PER_S)

static struct staff_fixture f;
static struct staff_tx tx;
static struct sub_ticket_lock sub_ticket;

static int teardown(void **state)
{
    (void)state;
    fixture_fini(&f.base);
    return 0;
}

/* The fixture's definition, its task due as `properties` say. */
static const struct definition *definition_with(const char *properties)
{
    static const char HERE[] = "</extensionElements></userTask>";
    struct arena *arena = f.base.process;
    struct str bpmn = str_from(fixture_bpmn);
    ssize_t at = str_find(bpmn, str_from(HERE));
    struct definition *definition;
    struct str compiled;
    const struct definition_file files[] = {
        {STR("crane.form"), str_from(fixture_form)},
        {STR("de.po"), str_from(fixture_texts)},
        {STR("documents.json"), str_from(fixture_documents)},
        {STR("process.bpmn"),
         str_format(arena, "%.*s<zeebe:properties>%s</zeebe:properties>%.*s",
                    STR_ARG(str_sub(bpmn, 0, (size_t)at)), properties,
                    STR_ARG(str_from_index(bpmn, (size_t)at)))},
    };
    if (definition_compile(arena, STR("lend-crane"), files, 4, fixture_problem, NULL,
                           &compiled) != OK ||
        definition_load(arena, compiled, &definition) != OK)
        bug("fixture: %s", err_text());
    return definition;
}

#define DUE(value)   "<zeebe:property name='kontor:due' value='" value "'/>"
#define CLOCK(value) "<zeebe:property name='kontor:clock' value='" value "'/>"

static const struct calendar_row CALENDAR[] = {
    {STR("exchange"), STR("Europe/Berlin"), STR("mon,tue,wed,thu,fri"), 540, 1020,
     20812 /* 2026-12-25 */, STR("Christmas Day"), STR("1. Weihnachtstag")},
};
#define RULES                                                                            \
    {.expect = "SQL_CALENDAR_ROWS", .rows = CALENDAR, .row_count = 1},                   \
    {                                                                                    \
        .expect = "SQL_SUB_TICKET_TYPES"                                                 \
    }

/* "2026-12-23T14:00" in UTC. */
static instant_us at(const char *utc)
{
    struct str text = str_from(utc);
    day_no day;
    int64_t hour;
    int64_t minute;

    if (day_parse(str_sub(text, 0, 10), &day) != OK ||
        str_to_i64(str_sub(text, 11, 2), &hour) != OK ||
        str_to_i64(str_sub(text, 14, 2), &minute) != OK)
        bug("not a time: %s", utc);
    return day * US_PER_DAY + (hour * 60 + minute) * 60 * US_PER_S;
}

static int setup(void **state)
{
    (void)state;
    staff_fixture_init(&f);
    sub_ticket = f.sub_ticket;
    sub_ticket.paused_at = INSTANT_NONE;
    sub_ticket.remaining_s = -1;
    return 0;
}

static void play(const char *properties, const char *now, const struct fake_step *steps)
{
    f.env.definitions = definitions_new(f.base.process);
    staff_fixture_play(&f, steps);
    f.base.actor.now = at(now);
    tx = (struct staff_tx){.actor = &f.base.actor,
                           .env = &f.env,
                           .db = f.base.db,
                           .arena = f.base.arena,
                           .request = f.request,
                           .definition = definition_with(properties),
                           .history = VEC_INIT(f.base.arena, struct history_row)};
}

static struct clock_start started(const char *properties, const char *now)
{
    static const struct fake_step steps[] = {RULES, {0}};
    struct clock_start start;

    play(properties, now, steps);
    const struct user_task task = user_task_of(user_task_find(tx.definition, STR("T")));
    assert_int_equal(clock_start(&tx, &task, &start), OK);
    return start;
}

static void begins_by_the_calendar(void **state)
{
    struct clock_reason why;
    struct clock_start start = started(DUE("P2D"), "2026-12-23T14:00");

    (void)state;
    assert_int_equal(start.due_at, at("2026-12-28T14:00"));
    assert_true(clock_reason_read(f.base.arena, start.clock, &why));
    assert_true(str_is(why.takes, "P2D"));
    assert_true(str_is(why.calendar, "exchange"));
    assert_int_equal(why.from, at("2026-12-23T14:00"));
    assert_int_equal(json_array_size(why.left_out), 3);
    assert_true(
        str_is(json_get_str(json_array_get(why.left_out, 0), "de"), "1. Weihnachtstag"));
    assert_true(
        str_is(json_get_str(json_array_get(why.left_out, 1), "day"), "2026-12-26"));
    assert_true(str_is_empty(json_get_str(json_array_get(why.left_out, 1), "de")));
}

static void every_hour_counts_where_asked_to(void **state)
{
    struct clock_reason why;
    struct clock_start start = started(DUE("P2D") CLOCK("calendar"), "2026-12-23T14:00");

    (void)state;
    assert_int_equal(start.due_at, at("2026-12-25T14:00"));
    assert_true(clock_reason_read(f.base.arena, start.clock, &why));
    assert_true(str_is_empty(why.calendar));
    assert_int_equal(json_array_size(why.left_out), 0);
}

static void a_missing_calendar_is_said(void **state)
{
    static const struct fake_step steps[] = {RULES, {0}};
    struct clock_start start;

    (void)state;
    play(DUE("P2D") "<zeebe:property name='kontor:calendar' value='moon'/>",
         "2026-12-23T14:00", steps);
    const struct user_task task = user_task_of(user_task_find(tx.definition, STR("T")));
    assert_int_equal(clock_start(&tx, &task, &start), ERR_UNAVAILABLE);
}

static void no_target_needs_no_calendar(void **state)
{
    static const struct fake_step steps[] = {{0}};
    struct clock_start start;

    (void)state;
    play(DUE("P2D"), "2026-12-23T14:00", steps);
    assert_int_equal(clock_start(&tx, &(struct user_task){0}, &start), OK);
    assert_false(clock_has_target(start.due_at));
    assert_null(start.clock.ptr);
}

/* Parameters of the row that was changed: due_at, paused_at, waiting_for, remaining_s. */
static int64_t paused(const char *properties, const char *due, const char *now)
{
    static const struct fake_step steps[] = {RULES,
                                             {.expect = "SQL_SUB_TICKET_CLOCK_PUT"},
                                             {.expect = "SQL_SUB_TICKET_CLOCK_INSERT"},
                                             {0}};
    bool business = strstr(properties, "calendar") == NULL;
    const struct db_param *row;

    sub_ticket.due_at = at(due);
    play(properties, now, business ? steps : steps + 2);
    assert_int_equal(clock_pause(&tx, &sub_ticket, STR("answer"),
                                 (struct clock_change){.cause = STR("question")}),
                     OK);
    assert_true(fake_is_done(f.base.fake));
    row = fake_params(f.base.fake); /* of the event: ..., at, remaining_s, due_at */
    assert_int_equal(row[3].time, at(now));
    assert_int_equal(row[5].time, at(due));
    return row[4].null ? -1 : row[4].i64;
}

static instant_us resumed(const char *properties, const char *paused_at, int64_t left_s,
                          const char *now)
{
    static const struct fake_step steps[] = {RULES,
                                             {.expect = "SQL_SUB_TICKET_CLOCK_PUT"},
                                             {.expect = "SQL_SUB_TICKET_CLOCK_INSERT"},
                                             {0}};
    bool counts = strstr(properties, "calendar") == NULL && left_s >= 0 &&
                  sub_ticket.due_at > at(paused_at);

    sub_ticket.paused_at = at(paused_at);
    sub_ticket.remaining_s = left_s;
    sub_ticket.waiting_for = STR("answer");
    play(properties, now, counts ? steps : steps + 2);
    assert_int_equal(
        clock_resume(&tx, &sub_ticket, (struct clock_change){.cause = STR("message")}),
        OK);
    assert_true(fake_is_done(f.base.fake));
    return fake_params(f.base.fake)[5].time;
}

static void keeps_what_was_used_over_holidays(void **state)
{
    (void)state;
    /* Wednesday 15:00 in Berlin, due on Monday at 15:00: 2 + 8 + 6 hours. */
    assert_int_equal(paused(DUE("P2D"), "2026-12-28T14:00", "2026-12-23T14:00"),
                     16 * 3600);
    sub_ticket.due_at = at("2026-12-28T14:00");
    /* Answered on Christmas Day: counted from Monday's opening. */
    assert_int_equal(
        resumed(DUE("P2D"), "2026-12-23T14:00", 16 * 3600, "2026-12-25T20:00"),
        at("2026-12-29T16:00"));
    assert_int_equal(tx.history.count, 2); /* waiting_for, due_at */
}

/* Begun and asked on a Sunday: two days are two days, also after a pause of no length. */
static void what_is_due_at_an_opening_stays_so(void **state)
{
    (void)state;
    assert_int_equal(started(DUE("P2D"), "2026-12-20T10:00").due_at,
                     at("2026-12-23T08:00"));
    assert_int_equal(paused(DUE("P2D"), "2026-12-23T08:00", "2026-12-20T10:00"),
                     16 * 3600);
    sub_ticket.due_at = at("2026-12-23T08:00");
    assert_int_equal(
        resumed(DUE("P2D"), "2026-12-20T10:00", 16 * 3600, "2026-12-20T10:00"),
        at("2026-12-23T08:00"));
    assert_int_equal(
        resumed(DUE("P2D"), "2026-12-20T10:00", 16 * 3600, "2026-12-22T12:00"),
        at("2026-12-24T12:00"));
}

static void keeps_hours_that_all_count(void **state)
{
    (void)state;
    assert_int_equal(
        paused(DUE("P2D") CLOCK("calendar"), "2026-12-25T14:00", "2026-12-24T14:00"),
        86400);
    sub_ticket.due_at = at("2026-12-25T14:00");
    assert_int_equal(resumed(DUE("P2D") CLOCK("calendar"), "2026-12-24T14:00", 86400,
                             "2026-12-30T01:00"),
                     at("2026-12-31T01:00"));
}

/* A pause is no cure: what was overdue before stays so. */
static void what_was_overdue_stays_overdue(void **state)
{
    (void)state;
    assert_int_equal(paused(DUE("P2D"), "2026-12-21T14:00", "2026-12-23T14:00"), 0);
    sub_ticket.due_at = at("2026-12-21T14:00");
    assert_int_equal(resumed(DUE("P2D"), "2026-12-23T14:00", 0, "2026-12-30T10:00"),
                     at("2026-12-21T14:00"));
}

static void another_target_is_closing_time(void **state)
{
    static const struct fake_step changed[] = {RULES,
                                               {.expect = "SQL_SUB_TICKET_CLOCK_PUT"},
                                               {.expect = "SQL_SUB_TICKET_CLOCK_INSERT"},
                                               {0}};
    static const struct fake_step past[] = {RULES, {0}};
    enum staff_verdict verdict;
    day_no day = 20819; /* 2027-01-01 */

    (void)state;
    sub_ticket.due_at = at("2026-12-28T14:00");
    play(DUE("P2D"), "2026-12-23T14:00", changed);
    assert_int_equal(clock_set_due(&tx, &sub_ticket, day, STR("later"), &verdict), OK);
    assert_int_equal(verdict, VERDICT_DONE);
    assert_true(fake_is_done(f.base.fake));
    assert_int_equal(fake_params(f.base.fake)[5].time, at("2027-01-01T16:00"));
    assert_int_equal(clock_due_before(f.base.arena, fake_params(f.base.fake)[6].str),
                     at("2026-12-28T14:00"));
    assert_int_equal(clock_due_before(f.base.arena, STR("{}")), INSTANT_NONE);
    play(DUE("P2D"), "2027-01-01T16:01", past);
    assert_int_equal(clock_set_due(&tx, &sub_ticket, day, STR("later"), &verdict), OK);
    assert_int_equal(verdict, VERDICT_PAST);
    assert_true(fake_is_done(f.base.fake));
}

static void other_texts_explain_nothing(void **state)
{
    static const char *const TEXTS[] = {"", "x", "{}", "{\"from\":\"yesterday\"}",
                                        "{\"from\":\"2026-13-01T00:00:00.000000Z\"}"};
    struct clock_reason why;

    (void)state;
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
        assert_false(clock_reason_read(f.base.arena, str_from(TEXTS[i]), &why));
    assert_string_equal(err_text(), "");
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(begins_by_the_calendar),
        CASE(every_hour_counts_where_asked_to),
        CASE(a_missing_calendar_is_said),
        CASE(no_target_needs_no_calendar),
        CASE(keeps_what_was_used_over_holidays),
        CASE(what_is_due_at_an_opening_stays_so),
        CASE(keeps_hours_that_all_count),
        CASE(what_was_overdue_stays_overdue),
        CASE(another_target_is_closing_time),
        CASE(other_texts_explain_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
