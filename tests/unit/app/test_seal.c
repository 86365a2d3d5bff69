/* The audit chain: canonical text, links, and what verification finds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/upkeep/seal.h"
#include "base/secret.h"
#include "db/fake.h"

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new((size_t)4 << 20);
    err_clear();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct audit_event_row event(int64_t id)
{
    return (struct audit_event_row){.id = id,
                                    .at = 1,
                                    .program = STR("login"),
                                    .trace_id = STR("t"),
                                    .action = STR("a"),
                                    .person_id = id,
                                    .object = STR("\xc3\xa4\""),
                                    .detail = STR("{}")};
}

/** These bytes are sealed for ever: a change here breaks every chain that exists. */
static void the_canonical_text_never_changes(void **state)
{
    (void)state;
    struct audit_event_row row = event(7);
    assert_string_equal(str_c(arena, seal_canonical(arena, &row)),
                        "{\"action\":\"a\",\"at\":\"1970-01-01T00:00:00.000001Z\","
                        "\"detail\":\"{}\",\"id\":7,"
                        "\"object\":\"\xc3\xa4\\\"\",\"person_id\":7,\"program\":"
                        "\"login\",\"trace_id\":\"t\"}");
}

static void a_link_covers_its_predecessor(void **state)
{
    (void)state;
    uint8_t zero[32] = {0}, one[32] = {1}, a[32], b[32], c[32];
    seal_link(zero, STR("x"), a);
    seal_link(one, STR("x"), b);
    seal_link(zero, STR("y"), c);
    assert_memory_not_equal(a, b, 32);
    assert_memory_not_equal(a, c, 32);
    /* SHA-256 of 32 zero bytes and "x". */
    uint8_t plain[32];
    char text[33] = {0};
    text[32] = 'x';
    sha256((struct str){text, 33}, plain);
    assert_memory_equal(a, plain, 32);
}

static void seals_go_on_from_the_head(void **state)
{
    (void)state;
    uint8_t head[32] = {9};
    struct audit_seal_row newest = {41, 3, {(const char *)head, 32}};
    struct audit_event_row events[2] = {event(5), event(6)};
    const struct fake_step steps[] = {
        {.expect = "begin-write"},
        {.expect = "SQL_SEAL_HEAD_LOCK", .rows = &newest, .row_count = 1},
        {.expect = "SQL_SEAL_PENDING", .rows = events, .row_count = 2},
        {.expect = "SQL_SEAL_INSERT", .expect_row_count = 2},
        {.expect = "SQL_SEAL_MARK", .expect_row_count = 2},
        {.expect = "commit"},
        {.expect = "begin-write"},
        {.expect = "SQL_SEAL_HEAD_LOCK", .rows = &newest, .row_count = 1},
        {.expect = "SQL_SEAL_PENDING", .rows = events, .row_count = 2},
        {.expect = "SQL_SEAL_INSERT",
         .error_code = 1062,
         .error_text = "for key 'PRIMARY'"},
        {.expect = "rollback"},
        {.expect = "begin-write"},
        {.expect = "SQL_SEAL_HEAD_LOCK", .rows = &newest, .row_count = 1},
        {.expect = "SQL_SEAL_PENDING"},
        {.expect = "commit"},
        {0}};
    struct fake *fake;
    struct db *db = db_open_fake(arena, steps, &fake);
    size_t sealed = 99;
    assert_int_equal(app_seal_batch(db, arena, &sealed), OK);
    assert_int_equal(sealed, 2);
    assert_int_equal(fake_params(fake)[0].i64, 5);
    assert_int_equal(fake_params(fake)[1].i64, 6);
    /* A second sealer that lost the race starts again and finds nothing. */
    assert_int_equal(app_seal_batch(db, arena, &sealed), OK);
    assert_int_equal(sealed, 0);
    assert_true(fake_is_done(fake));
}

/** A chain of three, one thing changed at a time. */
static void verification_finds_every_change(void **state)
{
    (void)state;
    enum { NOTHING, CHANGED_EVENT, MISSING_SEAL, MISSING_EVENT, LOST_SEAL, CASES };
    static const int64_t broken_at[CASES] = {0, 2, 2, 2, 4};
    for (int kind = 0; kind < CASES; kind++) {
        struct sealed_event_row chain[3];
        uint8_t links[3][32], link[32] = {0};
        for (int i = 0; i < 3; i++) {
            chain[i].event = event(i + 1);
            seal_link(link, seal_canonical(arena, &chain[i].event), link);
            memcpy(links[i], link, 32);
            chain[i].sequence = i + 1;
            chain[i].sha256 = (struct str){(const char *)links[i], 32};
        }
        if (kind == CHANGED_EVENT) {
            chain[1].event.action = STR("b");
        } else if (kind == MISSING_SEAL) {
            chain[1] = chain[2];
        } else if (kind == MISSING_EVENT) {
            chain[1].event = (struct audit_event_row){0};
        }
        struct seal_sums sums = {.seals = 3, .events = 4, .unsealed = 1};
        sums.marked_unsealed = kind == LOST_SEAL;
        const size_t rows = kind == MISSING_SEAL ? 2 : 3;
        struct fake_step steps[4] = {
            {.expect = "SQL_SEAL_CHAIN", .rows = chain, .row_count = rows}};
        bool stops = kind != NOTHING && kind != LOST_SEAL;
        if (!stops) {
            steps[1].expect = "SQL_SEAL_CHAIN";
        }
        steps[stops ? 1 : 2] =
            (struct fake_step){.expect = "SQL_SEAL_SUMS", .rows = &sums, .row_count = 1};
        struct fake *fake;
        struct db *db = db_open_fake(arena, steps, &fake);
        struct seal_report report;
        assert_int_equal(app_seal_verify(db, arena, &report), OK);
        assert_int_equal(report.broken_at, broken_at[kind]);
        assert_int_equal(report.reason == NULL, kind == NOTHING);
        assert_int_equal(report.checked, stops ? 1 : 3);
        assert_int_equal(report.unsealed, 1);
        assert_true(fake_is_done(fake));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_canonical_text_never_changes, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_link_covers_its_predecessor, setup, teardown),
        cmocka_unit_test_setup_teardown(seals_go_on_from_the_head, setup, teardown),
        cmocka_unit_test_setup_teardown(verification_finds_every_change, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
