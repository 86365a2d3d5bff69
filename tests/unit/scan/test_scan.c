#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* A program's files are in no archive: the test compiles them in. */
#include "../../../modules/scan/child.c"
#include "../../../modules/scan/daemon.c"
#include "../../../modules/scan/examine.c"
#include "../../../modules/scan/sandbox.c"

#include "../file/sample.h"
#include "file/scan_client.h"
#include "file/spool.h"

static struct arena *arena;
static char dir[64];
static const char *socket_path;
static pid_t daemon_pid;

static int setup(void **state)
{
    (void)state;
    snprintf(dir, sizeof(dir), "/tmp/kontor-scan-XXXXXX");
    if (mkdtemp(dir) == NULL) {
        return 1;
    }
    arena = arena_new((size_t)256 << 20);
    socket_path = str_format(arena, "%s/s", dir).ptr;
    struct examiner *examiner = NULL;
    int fd = -1;
    if (examiner_new(arena, STR(""), &examiner) != OK ||
        daemon_listen(socket_path, &fd) != OK) {
        return 1;
    }
    daemon_pid = fork();
    if (daemon_pid == 0) {
        struct daemon_conf conf = {socket_path, 3000, 1 << 20, examiner};
        _exit(daemon_serve(&conf, fd) == OK ? 0 : 1);
    }
    close(fd);
    return 0;
}
static int teardown(void **state)
{
    (void)state;
    int status = 1;
    (void)kill(daemon_pid, SIGTERM);
    (void)waitpid(daemon_pid, &status, 0);
    (void)unlink(socket_path);
    (void)rmdir(dir);
    arena_free(&arena);
    return status; /* it stops cleanly */
}

static enum file_refusal scan(struct str bytes, const char *media_type)
{
    struct spool *spool = NULL;
    assert_int_equal(spool_open(arena, dir, 8 << 20, &spool), OK);
    assert_int_equal(spool_write(spool, bytes), OK);
    assert_int_equal(spool_finish(spool), OK);
    err_clear();
    return scan_file(socket_path, 5000, spool->fd,
                     file_type_by_media(str_from(media_type)));
}

static void real_files_pass(void **state)
{
    (void)state;
    assert_int_equal(scan(sample_pdf(arena, STR(""), STR("")), "application/pdf"),
                     FILE_OK);
    assert_int_equal(scan(sample_png(arena), "image/png"), FILE_OK);
    assert_int_equal(scan(sample_jpeg(arena), "image/jpeg"), FILE_OK);
}

static void lies_are_refused(void **state)
{
    (void)state;
    struct str elf = {"\x7F"
                      "ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0\x3E\0\1\0\0\0",
                      24};
    assert_int_equal(scan(elf, "application/pdf"), FILE_CONTENT_MISMATCH);
    assert_int_equal(scan(STR("MZ\x90\0\3\0\0\0"), "application/pdf"),
                     FILE_CONTENT_MISMATCH);
    assert_int_equal(scan(STR("#!/bin/sh\nid\n"), "application/pdf"),
                     FILE_CONTENT_MISMATCH);
    assert_int_equal(scan(sample_png(arena), "application/pdf"), FILE_CONTENT_MISMATCH);
    struct str polyglot =
        str_concat(arena, STR("#!/bin/sh\n"), sample_pdf(arena, STR(""), STR("")));
    assert_int_equal(scan(polyglot, "application/pdf"), FILE_CONTENT_MISMATCH);
    assert_int_equal(scan(STR(""), "application/pdf"), FILE_EMPTY);
    char *big = arena_alloc(arena, (2 << 20));
    assert_int_equal(scan((struct str){big, 2 << 20}, "application/pdf"), FILE_TOO_LARGE);
    assert_int_equal(
        scan(sample_pdf(arena, STR("/AA<</S/JavaScript>>"), STR("")), "application/pdf"),
        FILE_ACTIVE_CONTENT);
}

static int raw_connection(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, socket_path, strlen(socket_path) + 1);
    int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

static void nonsense_gets_no_good_answer(void **state)
{
    (void)state;
    const char *questions[] = {"scan1 application/pdf", "hello", "scan1 text/html"};
    for (size_t i = 0; i < 3; i++) {
        char answer[64] = {0};
        int fd = raw_connection();
        assert_true(send(fd, questions[i], strlen(questions[i]), 0) >
                    0); /* no descriptor beside it */
        assert_true(recv(fd, answer, sizeof(answer) - 1, 0) > 0);
        assert_string_equal(answer, "refused scan_unavailable");
        close(fd);
    }
}

/* More silent clients than children: the next one waits its turn and is served. */
static void silent_clients_do_not_block_others(void **state)
{
    (void)state;
    int silent[SCAN_CHILDREN];
    for (int i = 0; i < SCAN_CHILDREN; i++) {
        silent[i] = raw_connection();
    }
    assert_int_equal(scan(sample_png(arena), "image/png"), FILE_OK);
    for (int i = 0; i < SCAN_CHILDREN; i++) {
        close(silent[i]);
    }
}

static void without_a_daemon_nothing_passes(void **state)
{
    (void)state;
    const struct file_type *png = file_type_by_media(STR("image/png"));
    assert_int_equal(scan_file("/nonexistent", 1000, 0, png), FILE_SCAN_UNAVAILABLE);
    const char *mute = str_format(arena, "%s/mute", dir).ptr;
    int fd = -1;
    assert_int_equal(daemon_listen(mute, &fd), OK);
    int64_t before = clock_monotonic_us();
    assert_int_equal(scan_file(mute, 200, 0, png), FILE_SCAN_UNAVAILABLE);
    assert_true(clock_monotonic_us() - before < 2000000);
    close(fd);
    (void)unlink(mute);
}

/** How a child ends that does `act` inside the sandbox. */
static int ends(void (*act)(void))
{
    pid_t pid = fork();
    if (pid == 0) {
        if (sandbox_enter(&child_limits) != OK) {
            _exit(9);
        }
        act();
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void act_open(void)
{
    (void)open("/etc/passwd", O_RDONLY);
}
static void act_socket(void)
{
    (void)socket(AF_INET, SOCK_STREAM, 0);
}
static void act_fork(void)
{
    (void)fork();
}
static void act_code(void)
{
    (void)mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
static void act_compute(void)
{
    free(malloc(1 << 20));
}

static void the_sandbox_holds(void **state)
{
    (void)state;
    assert_int_equal(ends(act_compute), 0);
    void (*const forbidden[])(void) = {act_open, act_socket, act_fork, act_code};
    for (size_t i = 0; i < 4; i++) {
        int status = ends(forbidden[i]);
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), SIGSYS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_files_pass),
        cmocka_unit_test(lies_are_refused),
        cmocka_unit_test(nonsense_gets_no_good_answer),
        cmocka_unit_test(silent_clients_do_not_block_others),
        cmocka_unit_test(without_a_daemon_nothing_passes),
        cmocka_unit_test(the_sandbox_holds),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
