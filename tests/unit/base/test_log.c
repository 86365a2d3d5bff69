/* Log lines: what a line holds, and that hostile text cannot forge or break one. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"

/* The lines that `write` puts on standard error. */
static struct str capture(struct arena *arena, void (*write_lines)(void))
{
    char path[] = "/tmp/kontor-log-XXXXXX";
    int file = mkstemp(path), saved = dup(STDERR_FILENO);
    char *text = arena_alloc(arena, 65536);
    ssize_t got;

    assert_true(file >= 0 && saved >= 0);
    assert_true(dup2(file, STDERR_FILENO) >= 0);
    write_lines();
    assert_true(dup2(saved, STDERR_FILENO) >= 0);
    got = pread(file, text, 65535, 0);
    assert_true(got >= 0);
    (void)close(file);
    (void)close(saved);
    (void)unlink(path);
    return (struct str){text, (size_t)got};
}

static void plain_lines(void)
{
    log_open("unit", LOG_LEVEL_WARN);
    log_event(LOG_LEVEL_INFO, "quiet", "not written");
    log_event(LOG_LEVEL_WARN, "first", "n=%d", 7);
    log_set_context(STR("abc"));
    log_event(LOG_LEVEL_ERROR, "second", "x");
    log_set_context(STR_NONE);
    log_event(LOG_LEVEL_ERROR, "third", "y");
}

static void members(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    struct str rest = capture(arena, plain_lines), line;

    (void)state;
    assert_true(str_next(&rest, '\n', &line));
    assert_true(str_starts(line, STR("<4>{\"at\":\"2")));
    assert_true(
        str_ends(line, STR(",\"program\":\"unit\",\"level\":\"warn\",\"event\":\"first\","
                           "\"text\":\"n=7\"}")));
    assert_true(str_next(&rest, '\n', &line));
    assert_true(str_starts(line, STR("<3>")) &&
                str_find(line, STR("\"id\":\"abc\"")) > 0);
    assert_true(str_next(&rest, '\n', &line));
    assert_true(str_find(line, STR("\"id\"")) < 0);
    assert_true(str_next(&rest, '\n', &line) && line.len == 0);
    arena_free(&arena);
}

static void hostile_lines(void)
{
    char big[10000];

    memset(big, '\x01', sizeof(big));
    big[sizeof(big) - 1] = '\0';
    log_set_context(STR("a\"b\nc"));
    log_event(LOG_LEVEL_ERROR, "forged", "x\"}\n<3>{\"event\":\"\\");
    log_event(LOG_LEVEL_ERROR, "bytes", "\xFF\xC3ä");
    log_event(LOG_LEVEL_ERROR, "long", "%s", big);
    log_set_context(STR_NONE);
}

static void hostile(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    struct str rest = capture(arena, hostile_lines), line;
    int lines = 0;

    (void)state;
    while (str_next(&rest, '\n', &line) && line.len) {
        lines++;
        assert_true(str_starts(line, STR("<3>{\"at\"")) && str_ends(line, STR("\"}")));
        assert_true(str_is_utf8(line));
        assert_true(str_find(line, STR("\"id\":\"a\\\"b\\u000ac\"")) > 0);
    }
    assert_int_equal(lines, 3);
    arena_free(&arena);
}

static void notes(void **state)
{
    (void)state;
    err_clear();
    assert_string_equal(err_text(), "");
    assert_int_equal(err_note(ERR_CONFLICT, "first %d", 1), ERR_CONFLICT);
    assert_int_equal(err_note(ERR_INTERNAL, "second"), ERR_INTERNAL);
    assert_string_equal(err_text(), "first 1");
    err_clear();
    assert_string_equal(err_text(), "");
    for (int e = OK; e <= ERR_INTERNAL; e++)
        assert_string_not_equal(err_name((enum err)e), "UNKNOWN");
}

static void levels(void **state)
{
    static const struct {
        const char *word;
        enum log_level level;
    } WANT[] = {{"error", LOG_LEVEL_ERROR},
                {"warn", LOG_LEVEL_WARN},
                {"info", LOG_LEVEL_INFO},
                {"debug", LOG_LEVEL_DEBUG},
                {"loud", LOG_LEVEL_INFO}};

    (void)state;
    for (size_t i = 0; i < sizeof(WANT) / sizeof(*WANT); i++)
        assert_int_equal(log_level_of(str_from(WANT[i].word)), WANT[i].level);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(members),
                                       cmocka_unit_test(hostile), cmocka_unit_test(notes),
                                       cmocka_unit_test(levels)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
