/* The fault points of the crash matrix: who claims, what is counted, how a test withdraws. Built
 * with -DKONTOR_FAULTS in VARIANT=asan and fault; without it there is nothing to test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "db/fake.h"

#ifdef KONTOR_FAULTS

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* The test sets the environment that a test stack would set. */
#undef setenv

SQL(SQL_WRITE, "UPDATE t SET a = ?");

static char path[64], claimed[80];

static enum err body(struct db *db, struct arena *arena, void *context)
{
    (void)arena;
    (void)context;
    return DB_EXEC(db, &SQL_WRITE, NULL, P_I64(1));
}

/** One read-only and one writing transaction. */
static enum err use_case(void)
{
    static const struct fake_step steps[] = {{.expect = "begin-read"},
                                             {.expect = "SQL_WRITE"},
                                             {.expect = "commit"},
                                             {.expect = "begin-write"},
                                             {.expect = "SQL_WRITE"},
                                             {.expect = "commit"},
                                             {0}};
    /* A call that fails before the server sees it leaves its step unused. */
    static const struct fake_step failing[] = {
        {.expect = "begin-read"}, {.expect = "SQL_WRITE"}, {.expect = "rollback"}, {0}};
    bool fail = false;
    FILE *file = fopen(path, "re");
    if (file) {
        fail = fgetc(file) == 'f';
        fclose(file);
    }
    struct arena *arena = arena_new((size_t)1 << 20);
    struct fake *fake;
    struct db *db = db_open_fake(arena, fail ? failing : steps, &fake);
    enum err err = tx_run(db, arena, TX_READ_ONLY, body, NULL);
    if (err == OK) {
        err = tx_run(db, arena, TX_READ_WRITE, body, NULL);
    }
    arena_free(&arena);
    return err;
}

static void instruct(const char *verb, const char *program, int n)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fprintf(file, "%s %s %d\n", verb, program, n);
    fclose(file);
}

/** Exit status of the use case in a process of its own. */
static int in_child(void)
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        _exit(use_case() == OK ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void kills_before_each_statement_and_after_commit(void **state)
{
    (void)state;
    /* begin, statement, commit, committed: four points of the writing transaction. */
    for (int n = 1; n <= 5; n++) {
        instruct("kill", "test_faults", n);
        int status = in_child();
        if (n <= 4) {
            assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
            assert_int_not_equal(access(claimed, F_OK), 0); /* it fired */
        } else {
            assert_int_equal(status, 0);
            assert_int_equal(access(claimed, F_OK), 0); /* past the end: still armed */
            assert_int_equal(unlink(claimed), 0);
        }
        assert_int_not_equal(access(path, F_OK), 0);
    }
}

static void leaves_other_programs_alone(void **state)
{
    (void)state;
    instruct("kill", "worker", 1);
    assert_int_equal(in_child(), 0);
    assert_int_equal(unlink(path), 0);
}

static void fails_the_nth_call(void **state)
{
    (void)state;
    instruct("fail", "test_faults", 3); /* the COMMIT of the reading transaction */
    assert_int_equal(use_case(), ERR_UNAVAILABLE);
    assert_int_not_equal(access(claimed, F_OK), 0);
}

static int setup(void **state)
{
    (void)state;
    snprintf(path, sizeof path, "/tmp/kontor-faults-%ld", (long)getpid());
    snprintf(claimed, sizeof claimed, "%s.claimed", path);
    return setenv("KONTOR_FAULT_FILE", path, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kills_before_each_statement_and_after_commit),
        cmocka_unit_test(leaves_other_programs_alone),
        cmocka_unit_test(fails_the_nth_call),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}

#else

int main(void)
{
    return 0;
}

#endif
