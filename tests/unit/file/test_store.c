#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/blob_store.h"

static struct arena *arena;
static char dir[64];

static int setup(void **state)
{
    (void)state;
    arena = arena_new((size_t)4 << 20);
    snprintf(dir, sizeof(dir), "/tmp/kontor-store-XXXXXX");
    return mkdtemp(dir) == NULL;
}
static int teardown(void **state)
{
    (void)state;
    const char *folders[] = {"2c", "incoming"};
    for (size_t i = 0; i < 2; i++) {
        (void)rmdir(str_format(arena, "%s/%s", dir, folders[i]).ptr);
    }
    (void)rmdir(dir);
    arena_free(&arena);
    return 0;
}

static struct spool *spool_of(struct str first, struct str second)
{
    struct spool *spool = NULL;
    assert_int_equal(spool_open(arena, dir, 100, &spool), OK);
    assert_int_equal(spool_write(spool, first), OK);
    assert_int_equal(spool_write(spool, second), OK);
    assert_int_equal(spool_finish(spool), OK);
    return spool;
}

static void the_digest_is_that_of_all_pieces(void **state)
{
    (void)state;
    struct spool *spool = spool_of(STR("hel"), STR("lo"));
    struct str hex = str_hex(arena, spool->sha256, SHA256_BYTES);
    assert_string_equal(
        hex.ptr, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    assert_int_equal(spool->size_bytes, 5);
    char back[5];
    assert_int_equal(read(spool->fd, back, 5), 5);
    assert_memory_equal(back, "hello", 5);
    assert_int_equal(rmdir(dir), 0); /* the spool file has no name: the folder is empty */
    assert_int_equal(mkdir(dir, 0700), 0);
}

static void nothing_is_kept_past_the_limit(void **state)
{
    (void)state;
    struct spool *spool = NULL;
    assert_int_equal(spool_open(arena, dir, 4, &spool), OK);
    assert_int_equal(spool_write(spool, STR("four")), OK);
    assert_int_equal(spool_write(spool, STR("5")), ERR_TOO_LARGE);
    assert_int_equal(spool_write(spool, STR("")), ERR_TOO_LARGE);
    assert_true(spool->overflow);
    struct stat info;
    assert_int_equal(fstat(spool->fd, &info), 0);
    assert_int_equal(info.st_size, 4);
    assert_int_equal(info.st_mode & 0777, 0600);
}

static void a_blob_is_stored_once_under_its_digest(void **state)
{
    (void)state;
    struct spool *spool = spool_of(STR("hello"), STR(""));
    assert_false(blob_exists(arena, dir, spool->sha256));
    assert_int_equal(blob_put(arena, dir, spool), OK);
    assert_true(blob_exists(arena, dir, spool->sha256));
    struct str path = blob_path(arena, spool->sha256);
    assert_int_equal(path.len, 65);
    const char *full = str_format(arena, "%s/%s", dir, path.ptr).ptr;
    struct stat before;
    assert_int_equal(stat(full, &before), 0);
    assert_int_equal(before.st_mode & 0777, 0644);
    assert_int_equal(before.st_nlink, 1);
    assert_int_equal(blob_put(arena, dir, spool_of(STR("he"), STR("llo"))), OK);
    struct stat after;
    assert_int_equal(stat(full, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
    assert_int_equal(unlink(full), 0);
}

static void a_changed_spool_file_is_not_stored(void **state)
{
    (void)state;
    struct spool *spool = spool_of(STR("hello"), STR(""));
    assert_int_equal(pwrite(spool->fd, "J", 1, 0), 1);
    assert_int_equal(blob_put(arena, dir, spool), ERR_INTERNAL);
    assert_false(blob_exists(arena, dir, spool->sha256));
}

static void a_missing_store_is_unavailable(void **state)
{
    (void)state;
    struct spool *spool = spool_of(STR("hello"), STR(""));
    assert_int_equal(blob_put(arena, "/nonexistent/store", spool), ERR_UNAVAILABLE);
    struct spool *none = NULL;
    assert_int_equal(spool_open(arena, "/nonexistent/spool", 4, &none), ERR_UNAVAILABLE);
    assert_null(none);
}

static enum err wanted_as_told(void *context, const uint8_t sha256[SHA256_BYTES],
                               bool *wanted_out)
{
    assert_int_equal(sha256[0], 0x2c);
    *wanted_out = *(const bool *)context;
    return OK;
}

static void the_janitor_removes_old_unnamed_blobs_only(void **state)
{
    (void)state;
    struct spool *spool = spool_of(STR("hello"), STR(""));
    assert_int_equal(blob_put(arena, dir, spool), OK);
    instant_us now = clock_now(&clock_system);
    bool wanted = false;
    int64_t removed = -1;
    assert_int_equal(blob_sweep(arena, dir, 0x2c, now - 3600 * US_PER_S, wanted_as_told,
                                &wanted, &removed),
                     OK);
    assert_int_equal(removed, 0); /* too young: its row may be about to be committed */
    wanted = true;
    now += 7200 * US_PER_S;
    assert_int_equal(blob_sweep(arena, dir, 0x2c, now - 3600 * US_PER_S, wanted_as_told,
                                &wanted, &removed),
                     OK);
    assert_int_equal(removed, 0);
    wanted = false;
    assert_int_equal(blob_sweep(arena, dir, 0x2d, now - 3600 * US_PER_S, wanted_as_told,
                                &wanted, &removed),
                     OK);
    assert_int_equal(removed, 0);
    assert_int_equal(blob_sweep(arena, dir, 0x2c, now - 3600 * US_PER_S, wanted_as_told,
                                &wanted, &removed),
                     OK);
    assert_int_equal(removed, 1);
    assert_false(blob_exists(arena, dir, spool->sha256));
}

/* An upload of the same content between the janitor's look at the rows and its removal. */
static enum err uploaded_meanwhile(void *context, const uint8_t sha256[SHA256_BYTES],
                                   bool *wanted_out)
{
    (void)sha256;
    *wanted_out = false; /* not committed yet */
    return blob_put(arena, dir, context);
}

static void set_time(const char *path, time_t at)
{
    const struct timespec times[2] = {{.tv_sec = at}, {.tv_sec = at}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void the_janitor_does_not_race_an_upload(void **state)
{
    (void)state;
    struct spool *spool = spool_of(STR("hello"), STR(""));
    assert_int_equal(blob_put(arena, dir, spool), OK);
    const char *path =
        str_format(arena, "%s/%s", dir, blob_path(arena, spool->sha256).ptr).ptr;
    instant_us now = clock_now(&clock_system);
    bool wanted = false;
    int64_t removed = -1;
    set_time(path, (time_t)(now / US_PER_S) - 7200);
    assert_int_equal(blob_sweep(arena, dir, 0x2c, now - 3600 * US_PER_S,
                                uploaded_meanwhile, spool, &removed),
                     OK);
    assert_int_equal(removed, 0);
    assert_true(blob_exists(arena, dir, spool->sha256));
    /* An upload that has seen the blob and not renewed its time yet holds the folder. */
    set_time(path, (time_t)(now / US_PER_S) - 7200);
    int fd = open(str_format(arena, "%s/2c", dir).ptr, O_RDONLY | O_DIRECTORY);
    assert_int_equal(flock(fd, LOCK_SH), 0);
    assert_int_equal(blob_sweep(arena, dir, 0x2c, now - 3600 * US_PER_S, wanted_as_told,
                                &wanted, &removed),
                     OK);
    assert_int_equal(removed, 0);
    close(fd);
    assert_int_equal(blob_sweep(arena, dir, 0x2c, now - 3600 * US_PER_S, wanted_as_told,
                                &wanted, &removed),
                     OK);
    assert_int_equal(removed, 1);
}

static void a_killed_uploads_spool_is_tidied(void **state)
{
    (void)state;
    static const char OLD[] = "0123456789abcdef0123456789abcdef";
    static const char YOUNG[] = "1123456789abcdef0123456789abcdef";
    static const char *const NAMES[] = {OLD, YOUNG, "README"};
    const char *paths[3];
    for (size_t i = 0; i < 3; i++) {
        paths[i] = str_format(arena, "%s/%s", dir, NAMES[i]).ptr;
        int fd = open(paths[i], O_WRONLY | O_CREAT | O_EXCL, 0600);
        assert_true(fd >= 0);
        close(fd);
        if (i != 1) {
            set_time(paths[i], (time_t)(clock_now(&clock_system) / US_PER_S) - 61);
        }
    }
    assert_int_equal(spool_tidy(dir), 1);
    assert_int_not_equal(access(paths[0], F_OK), 0);
    for (size_t i = 1; i < 3; i++) { /* another's upload; nothing of ours */
        assert_int_equal(unlink(paths[i]), 0);
    }
    assert_int_equal(spool_tidy("/nonexistent/spool"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_digest_is_that_of_all_pieces, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(nothing_is_kept_past_the_limit, setup, teardown),
        cmocka_unit_test_setup_teardown(a_blob_is_stored_once_under_its_digest, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_changed_spool_file_is_not_stored, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_missing_store_is_unavailable, setup, teardown),
        cmocka_unit_test_setup_teardown(the_janitor_removes_old_unnamed_blobs_only, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_killed_uploads_spool_is_tidied, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(the_janitor_does_not_race_an_upload, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
