/* The cookie of a browser that somebody has signed on with: ours, for that login, for 90 days. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/sign_on/known_device.h"

#define NOW (INT64_C(1795305600) * US_PER_S)

static struct arena *arena;
static char dir[60];

/* Keys of a file of their own. */
static struct seal_keys *keys_of(const char *line)
{
    struct seal_keys *keys = NULL;
    struct conf *conf = NULL;
    char path[100];
    FILE *file;

    (void)snprintf(path, sizeof(path), "%s/keys", dir);
    file = fopen(path, "w");
    assert_non_null(file);
    (void)fprintf(file, "%s\n", line);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, 0400), 0);
    (void)snprintf(path, sizeof(path), "%s/conf", dir);
    file = fopen(path, "w");
    assert_non_null(file);
    (void)fputs("[login]\nkey_file=keys\n", file);
    assert_int_equal(fclose(file), 0);
    if (conf_load(arena, path, &conf) != OK || seal_keys_open(arena, conf, &keys) != OK)
        fail_msg("%s", err_text());
    (void)unlink(path);
    (void)snprintf(path, sizeof(path), "%s/keys", dir);
    (void)unlink(path);
    return keys;
}

#define KEY_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define KEY_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static int setup(void **state)
{
    (void)state;
    arena = arena_new((size_t)8 << 20);
    (void)snprintf(dir, sizeof(dir), "/tmp/kontor-device-XXXXXX");
    assert_non_null(mkdtemp(dir));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    (void)rmdir(dir);
    return 0;
}

static void a_cookie_holds_who_and_which_login(void **state)
{
    const struct seal_keys *keys = keys_of(KEY_A);
    struct known_device device = {.person_id = 3,
                                  .login_sum = known_device_login(arena, STR("Anna"))};
    struct known_device got;
    struct str text;

    (void)state;
    text = known_device_text(arena, keys, &device, NOW);
    got = known_device_read(arena, keys, text, NOW + 89 * US_PER_DAY);
    assert_int_equal(got.id.len, 32);
    assert_int_equal(got.person_id, 3);
    /* Spellings that a directory takes for one login are one. */
    assert_true(str_eq(got.login_sum, known_device_login(arena, STR(" ANNA "))));
    assert_false(str_eq(got.login_sum, known_device_login(arena, STR("anne"))));
    /* Written again it keeps its id. */
    text = known_device_text(arena, keys, &got, NOW);
    assert_true(str_eq(known_device_read(arena, keys, text, NOW).id, got.id));
    /* Nothing of it can be read by the browser. */
    assert_true(str_find(text, device.login_sum) < 0);
}

static void what_is_none(void **state)
{
    const struct seal_keys *keys = keys_of(KEY_A);
    struct known_device device = {.person_id = 3};
    struct str text = known_device_text(arena, keys, &device, NOW);
    char *changed = str_c(arena, text);

    (void)state;
    assert_null(known_device_read(arena, keys, text, NOW + 91 * US_PER_DAY).id.ptr);
    assert_null(known_device_read(arena, keys_of(KEY_B), text, NOW).id.ptr);
    changed[20] ^= 1;
    assert_null(known_device_read(arena, keys, str_from(changed), NOW).id.ptr);
    assert_null(known_device_read(arena, keys, STR(""), NOW).id.ptr);
    assert_null(known_device_read(arena, keys, STR("1.0123.3."), NOW).id.ptr);
    /* Sealed by us for something else. */
    text = seal_text(arena, keys, STR("oidc-try"),
                     STR("20000.0123456789abcdef0123456789abcdef.3."));
    assert_null(known_device_read(arena, keys, text, NOW).id.ptr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_cookie_holds_who_and_which_login, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(what_is_none, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
