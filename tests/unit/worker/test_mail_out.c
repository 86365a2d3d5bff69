#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "app/upkeep/mail_out.h"
#include "db/fake.h"
#include "store/outbox_lease.h"

static struct arena *arena;
static struct clock now_clock;

/** Answers by script and counts. */
struct carrier {
    enum smtp_verdict verdict;
    int sent;
};

static enum smtp_verdict carry(void *context, struct arena *scratch, struct str sender,
                               struct str recipient, struct str message,
                               struct str *error_out)
{
    struct carrier *carrier = context;
    (void)scratch;
    assert_true(str_is(sender, "kontor@example.org"));
    assert_true(str_is(recipient, "applicant@example.org"));
    assert_true(str_find(message, STR("https://portal.example.org/x/requests/R-1")) > 0);
    carrier->sent++;
    *error_out = STR("smtp 451:\r\n later");
    return carrier->verdict;
}

static int setup(void **state)
{
    (void)state;
    arena = arena_new((size_t)64 << 20);
    now_clock = clock_fixed(INT64_C(1763776800) * US_PER_S);
    return 0;
}
static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct mail_env env_with(struct carrier *carrier)
{
    static struct mail_composer *composer;
    if (composer == NULL) { /* process lifetime */
        struct arena *lasting = arena_new((size_t)64 << 20);
        assert_int_equal(mail_composer_new(lasting, "templates", NULL, &composer), OK);
    }
    return (struct mail_env){
        .definitions = definitions_new(arena),
        .composer = composer,
        .carrier = {carry, carrier},
        .origin = STR("https://portal.example.org"),
        .staff_origin = STR("https://staff.example.org"),
        .prefix = STR("/x/"),
        .host = STR("portal.example.org"),
        .site_name = STR("Kontor"),
        .sender = STR("kontor@example.org"),
    };
}

static struct outbox_mail row(int64_t attempts)
{
    return (struct outbox_mail){
        .id = 5,
        .unique_key = STR("k"),
        .template_name = STR("request-received"),
        .recipient = STR("applicant@example.org"),
        .language = STR("en"),
        .payload = STR("{\"reference\":\"R-1\",\"url_path\":\"/requests/R-1\"}"),
        .request_id = 1,
        .request_reference = STR("R-1"),
        .attempts = attempts,
        .created_at = now_clock.fixed,
    };
}

static enum err step(const struct fake_step *script, struct carrier *carrier,
                     struct fake **fake, enum mail_step *out)
{
    struct mail_env env = env_with(carrier);
    struct db *db = db_open_fake(arena, script, fake);
    return app_mail_step(db, arena, &env, &now_clock, out);
}

static void a_mail_is_sent_outside_any_transaction(void **state)
{
    (void)state;
    struct outbox_mail mail = row(0);
    const struct fake_step script[] = {
        {.expect = "begin-write"},
        {.expect = "SQL_OUTBOX_NEXT", .rows = &mail, .row_count = 1},
        {.expect = "SQL_OUTBOX_LEASE", .done = {.affected = 1}},
        {.expect = "commit"},
        {.expect = "SQL_OUTBOX_SENT", .done = {.affected = 1}},
        {0},
    };
    struct carrier carrier = {.verdict = SMTP_SENT};
    struct fake *fake = NULL;
    enum mail_step out = MAIL_STEP_NONE;
    assert_int_equal(step(script, &carrier, &fake, &out), OK);
    assert_int_equal(out, MAIL_STEP_SENT);
    assert_int_equal(carrier.sent, 1);
    assert_true(fake_is_done(fake));
}

static void nothing_due_is_no_error(void **state)
{
    (void)state;
    const struct fake_step script[] = {
        {.expect = "begin-write"},
        {.expect = "SQL_OUTBOX_NEXT"},
        {.expect = "rollback"},
        {0},
    };
    struct carrier carrier = {.verdict = SMTP_SENT};
    struct fake *fake = NULL;
    enum mail_step out = MAIL_STEP_SENT;
    assert_int_equal(step(script, &carrier, &fake, &out), OK);
    assert_int_equal(out, MAIL_STEP_NONE);
    assert_int_equal(carrier.sent, 0);
}

/** Leased, tried with `verdict`, then marked by `expect`. */
static enum mail_step tried(int64_t attempts, enum smtp_verdict verdict,
                            const char *expect)
{
    struct outbox_mail mail = row(attempts);
    const struct fake_step script[] = {
        {.expect = "begin-write"},
        {.expect = "SQL_OUTBOX_NEXT", .rows = &mail, .row_count = 1},
        {.expect = "SQL_OUTBOX_LEASE", .done = {.affected = 1}},
        {.expect = "commit"},
        {.expect = expect, .done = {.affected = 1}},
        {0},
    };
    struct carrier carrier = {.verdict = verdict};
    struct fake *fake = NULL;
    enum mail_step out = MAIL_STEP_NONE;
    assert_int_equal(step(script, &carrier, &fake, &out), OK);
    assert_true(fake_is_done(fake));
    return out;
}

static void trouble_is_tried_again_and_finally_given_up(void **state)
{
    (void)state;
    assert_int_equal(tried(0, SMTP_LATER, "SQL_OUTBOX_RETRY"), MAIL_STEP_LATER);
    assert_int_equal(tried(6, SMTP_LATER, "SQL_OUTBOX_RETRY"), MAIL_STEP_LATER);
    assert_int_equal(tried(7, SMTP_LATER, "SQL_OUTBOX_FAILED"), MAIL_STEP_FAILED);
    assert_int_equal(tried(0, SMTP_REFUSED, "SQL_OUTBOX_FAILED"), MAIL_STEP_FAILED);
}

static void pauses_grow(void **state)
{
    (void)state;
    for (int64_t attempt = 2; attempt < MAIL_ATTEMPTS; attempt++) {
        assert_true(mail_backoff_s(attempt) > mail_backoff_s(attempt - 1));
    }
    assert_int_equal(mail_backoff_s(MAIL_ATTEMPTS), 0);
}

/* A row that cannot be composed is parked with its reason; the queue behind it goes on. */
static void a_poison_row_is_parked(void **state)
{
    (void)state;
    struct outbox_mail mail = row(0);
    mail.payload = STR("{\"what\":1}");
    const struct fake_step script[] = {
        {.expect = "begin-write"},
        {.expect = "SQL_OUTBOX_NEXT", .rows = &mail, .row_count = 1},
        {.expect = "SQL_OUTBOX_LEASE", .done = {.affected = 1}},
        {.expect = "commit"},
        {.expect = "SQL_OUTBOX_FAILED", .done = {.affected = 1}},
        {0},
    };
    struct carrier carrier = {.verdict = SMTP_SENT};
    struct fake *fake = NULL;
    enum mail_step out = MAIL_STEP_NONE;
    assert_int_equal(step(script, &carrier, &fake, &out), OK);
    assert_int_equal(out, MAIL_STEP_FAILED);
    assert_int_equal(carrier.sent, 0);
    assert_true(str_find(fake_params(fake)[0].str, STR("what")) >= 0);
}

/* A mail of which every worker died is no longer taken. */
static void what_kills_every_worker_is_given_up(void **state)
{
    (void)state;
    struct outbox_mail mail = row(MAIL_ATTEMPTS);
    const struct fake_step script[] = {
        {.expect = "begin-write"},
        {.expect = "SQL_OUTBOX_NEXT", .rows = &mail, .row_count = 1},
        {.expect = "SQL_OUTBOX_FAILED", .done = {.affected = 1}},
        {.expect = "commit"},
        {0},
    };
    struct carrier carrier = {.verdict = SMTP_SENT};
    struct fake *fake = NULL;
    enum mail_step out = MAIL_STEP_NONE;
    assert_int_equal(step(script, &carrier, &fake, &out), OK);
    assert_int_equal(out, MAIL_STEP_FAILED);
    assert_int_equal(carrier.sent, 0);
    assert_true(fake_is_done(fake));
}

/* Each database call fails in turn: an error comes out, and no mail leaves that was not leased. */
static void every_failing_statement_is_survived(void **state)
{
    (void)state;
    for (int n = 1; n <= 5; n++) {
        struct outbox_mail mail = row(0);
        const struct fake_step script[] = {
            {.expect = "begin-write"},
            {.expect = "SQL_OUTBOX_NEXT", .rows = &mail, .row_count = 1},
            {.expect = "SQL_OUTBOX_LEASE", .done = {.affected = 1}},
            {.expect = "commit"},
            {.expect = "SQL_OUTBOX_SENT", .done = {.affected = 1}},
            {0},
        };
        struct fake_step cut[sizeof(script) / sizeof(*script) + 1] = {{0}};
        for (int i = 0; i < n; i++) {
            cut[i] = script[i];
        }
        cut[n - 1].error_code = 2013; /* CR_SERVER_LOST */
        struct carrier carrier = {.verdict = SMTP_SENT};
        struct fake *fake = NULL;
        enum mail_step out = MAIL_STEP_NONE;
        enum err err = step(cut, &carrier, &fake, &out);
        assert_true(err == ERR_UNAVAILABLE || err == ERR_UNCERTAIN);
        assert_int_equal(carrier.sent, n == 5 ? 1 : 0);
        assert_int_equal(out, MAIL_STEP_NONE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_mail_is_sent_outside_any_transaction, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(nothing_due_is_no_error, setup, teardown),
        cmocka_unit_test_setup_teardown(trouble_is_tried_again_and_finally_given_up,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(pauses_grow, setup, teardown),
        cmocka_unit_test_setup_teardown(a_poison_row_is_parked, setup, teardown),
        cmocka_unit_test_setup_teardown(what_kills_every_worker_is_given_up, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(every_failing_statement_is_survived, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
