/* Jobs: lease, back-off, giving up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/upkeep/jobs.h"
#include "staff_fixture.h"
#include "store/job_lease.h"

static struct staff_fixture f;
static struct clock now_clock;
static struct leased_job leased;
static enum job_step step;

static int setup(void **state)
{
    (void)state;
    staff_fixture_init(&f);
    now_clock = clock_fixed(FIXTURE_NOW);
    leased = (struct leased_job){
        .id = 8, .kind = STR("document_provided"), .request_id = 5, .payload = STR("{}")};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_fini(&f.base);
    return 0;
}

static enum err work(void)
{
    step = JOB_STEP_NONE;
    return app_job_step(f.base.db, f.base.arena, &f.env, &now_clock, &step);
}

static void play(const struct fake_step *steps)
{
    f.env.definitions = definitions_new(f.base.process);
    staff_fixture_play(&f, steps);
}

#define STEPS_LEASE                                                                      \
    {.expect = "begin-write"}, ONE_ROW("SQL_JOB_NEXT", &leased),                         \
        {.expect = "SQL_JOB_LEASE"},                                                     \
    {                                                                                    \
        .expect = "commit"                                                               \
    }

/* ---- leases --------------------------------------------------------------------------- */

#define GIVEN_UP                                                                         \
    {.expect = "SQL_JOB_GIVE_UP", .done = {.affected = 1}},                              \
    {                                                                                    \
        .expect = "SQL_INCIDENT_INSERT", .expect_row_count = 1                           \
    }

static void nothing_is_due(void **state)
{
    (void)state;
    const struct fake_step steps[] = {{.expect = "begin-write"},
                                      {.expect = "SQL_JOB_NEXT"},
                                      {.expect = "rollback"},
                                      {0}};
    play(steps);
    assert_int_equal(work(), OK);
    assert_int_equal(step, JOB_STEP_NONE);
    assert_true(fake_is_done(f.base.fake));
}

/* The lease is a commit of its own; its end is when the job is due again. */
static void a_lease_is_short_and_then_grows(void **state)
{
    (void)state;
    static const struct {
        int64_t attempts;
        int64_t lease_s;
    } ROWS[] = {{0, JOB_LEASE_S}, {1, 5}, {2, 30}, {6, 10800}, {7, JOB_LEASE_S}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        /* Cut off at the lease, so that its parameters are the last ones. */
        const struct fake_step steps[] = {{.expect = "begin-write"},
                                          ONE_ROW("SQL_JOB_NEXT", &leased),
                                          {.expect = "SQL_JOB_LEASE", .error_code = 1030},
                                          {.expect = "rollback"},
                                          {0}};
        leased.attempts = ROWS[i].attempts;
        play(steps);
        assert_int_not_equal(work(), OK);
        assert_true(fake_params(f.base.fake)[0].time ==
                    FIXTURE_NOW + ROWS[i].lease_s * US_PER_S);
        assert_true(fake_params(f.base.fake)[1].time == fake_params(f.base.fake)[0].time);
    }
    /* A killed worker is replaced and its job done again within the 10 seconds of the promise. */
    assert_true(JOB_LEASE_S <= 5);
}

static void what_kills_every_worker_is_given_up(void **state)
{
    (void)state;
    leased.attempts = JOB_ATTEMPTS;
    const struct fake_step steps[] = {{.expect = "begin-write"},
                                      ONE_ROW("SQL_JOB_NEXT", &leased),
                                      GIVEN_UP,
                                      {.expect = "commit"},
                                      {0}};
    play(steps);
    assert_int_equal(work(), OK);
    assert_int_equal(step, JOB_STEP_FAILED);
    assert_true(fake_is_done(f.base.fake));
}

static void an_unknown_kind_is_given_up_at_once(void **state)
{
    (void)state;
    leased.kind = STR("riddle");
    const struct fake_step steps[] = {
        STEPS_LEASE, {.expect = "begin-write"}, GIVEN_UP, {.expect = "commit"}, {0}};
    play(steps);
    assert_int_equal(work(), OK);
    assert_int_equal(step, JOB_STEP_FAILED);
    assert_true(fake_is_done(f.base.fake));
    /* the incident that staff see */
    assert_string_equal(str_c(f.base.process, fake_params(f.base.fake)[2].str), "failed");
    assert_true(str_starts(fake_params(f.base.fake)[4].str, STR("INPUT: unknown kind")));
}

/* The job was done, or cancelled, while its last try failed: nothing is wrong any more. */
static void what_is_over_is_no_incident(void **state)
{
    (void)state;
    leased.kind = STR("riddle");
    const struct fake_step steps[] = {STEPS_LEASE,
                                      {.expect = "begin-write"},
                                      {.expect = "SQL_JOB_GIVE_UP"},
                                      {.expect = "commit"},
                                      {0}};
    play(steps);
    assert_int_equal(work(), OK);
    assert_true(fake_is_done(f.base.fake));
}

static void a_failure_is_put_off_and_finally_given_up(void **state)
{
    (void)state;
    for (int64_t attempts = 0; attempts < JOB_ATTEMPTS; attempts++) {
        bool last = attempts == JOB_ATTEMPTS - 1;
        leased.attempts = attempts;
        const struct fake_step steps[] = {
            STEPS_LEASE,
            {.expect = "begin-write"},
            {.expect = "SQL_REQUEST_LOCK_BY_ID", .error_code = 1030},
            {.expect = "rollback"},
            {.expect = "SQL_JOB_RETRY"},
            {0}};
        const struct fake_step steps_of_last[] = {
            STEPS_LEASE,
            {.expect = "begin-write"},
            {.expect = "SQL_REQUEST_LOCK_BY_ID", .error_code = 1030},
            {.expect = "rollback"},
            {.expect = "begin-write"},
            GIVEN_UP,
            {.expect = "commit"},
            {0}};
        play(last ? steps_of_last : steps);
        assert_int_equal(work(), OK);
        assert_int_equal(step, last ? JOB_STEP_FAILED : JOB_STEP_LATER);
        if (!last)
            assert_true(fake_params(f.base.fake)[0].time ==
                        FIXTURE_NOW + job_backoff_s(attempts + 1) * US_PER_S);
    }
}

static void an_absent_database_is_no_failure_of_the_job(void **state)
{
    (void)state;
    const struct fake_step steps[] = {
        STEPS_LEASE,
        {.expect = "begin-write"},
        {.expect = "SQL_REQUEST_LOCK_BY_ID", .error_code = 2013},
        {.expect = "open", .error_code = 2002},
        {0}};
    play(steps);
    assert_int_equal(work(), ERR_UNAVAILABLE);
    assert_true(fake_is_done(f.base.fake));
}

/* Back already, or it was something else that is not there yet, a calendar say: the others need not wait. */
static void with_a_database_the_job_alone_waits(void **state)
{
    (void)state;
    const struct fake_step steps[] = {
        STEPS_LEASE,
        {.expect = "begin-write"},
        {.expect = "SQL_REQUEST_LOCK_BY_ID", .error_code = 2013},
        {.expect = "open"},
        {.expect = "ping"},
        {.expect = "SQL_JOB_RETRY"},
        {0}};
    play(steps);
    assert_int_equal(work(), OK);
    assert_int_equal(step, JOB_STEP_LATER);
    assert_true(fake_is_done(f.base.fake));
    assert_true(str_starts(fake_params(f.base.fake)[1].str, STR("UNAVAILABLE: ")));
}

static void pauses_grow(void **state)
{
    (void)state;
    for (int64_t attempt = 2; attempt < JOB_ATTEMPTS; attempt++)
        assert_true(job_backoff_s(attempt) > job_backoff_s(attempt - 1));
    assert_int_equal(job_backoff_s(JOB_ATTEMPTS), 0);
    assert_int_equal(job_backoff_s(0), 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(nothing_is_due),
        T(a_lease_is_short_and_then_grows),
        T(what_kills_every_worker_is_given_up),
        T(an_unknown_kind_is_given_up_at_once),
        T(what_is_over_is_no_incident),
        T(a_failure_is_put_off_and_finally_given_up),
        T(an_absent_database_is_no_failure_of_the_job),
        T(with_a_database_the_job_alone_waits),
        T(pauses_grow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
