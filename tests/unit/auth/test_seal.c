/* Seals: what is sealed opens with the same key and purpose and with nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "auth/seal.h"

#define KEY_A "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define KEY_B "FFEEDDCCBBAA99887766554433221100ffeeddccbbaa99887766554433221100"

static char folder[] = "/tmp/kontor-seal-XXXXXX";
static struct arena *arena;

static int up(void **state)
{
    (void)state;
    arena = arena_new(1 << 22);
    return mkdtemp(folder) ? 0 : -1;
}

static struct str path_of(const char *name)
{
    return str_format(arena, "%s/%s", folder, name);
}

static int down(void **state)
{
    (void)state;
    (void)unlink(path_of("keys").ptr);
    (void)unlink(path_of("kontor.conf").ptr);
    (void)rmdir(folder);
    arena_free(&arena);
    return 0;
}

static void write_file(const char *name, const char *text, mode_t mode)
{
    FILE *file;

    (void)unlink(path_of(name).ptr);
    file = fopen(path_of(name).ptr, "we");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fchmod(fileno(file), mode), 0);
    assert_int_equal(fclose(file), 0);
}

static enum err open_keys(const char *text, mode_t mode, struct seal_keys **out)
{
    struct conf *conf = NULL;

    write_file("keys", text, mode);
    write_file("kontor.conf", "[login]\nkey_file = keys\n", 0644);
    assert_int_equal(conf_load(arena, path_of("kontor.conf").ptr, &conf), OK);
    err_clear();
    return seal_keys_open(arena, conf, out);
}

static const struct seal_keys *keys_of(const char *text)
{
    struct seal_keys *keys = NULL;

    assert_int_equal(open_keys(text, 0400, &keys), OK);
    return keys;
}

static void opens_for_its_purpose_alone(void **state)
{
    const struct seal_keys *keys = keys_of(KEY_A "\n");
    struct str sealed = seal(arena, keys, STR("totp:1"), STR("secret"));
    struct str again = seal(arena, keys, STR("totp:1"), STR("secret"));
    struct str plain = STR_NONE;

    (void)state;
    assert_int_equal(sealed.len, 6 + SEAL_OVERHEAD);
    assert_false(str_eq(sealed, again)); /* a nonce of its own each time */
    assert_true(str_find(sealed, STR("secret")) < 0);
    assert_int_equal(seal_open(arena, keys, STR("totp:1"), sealed, &plain), OK);
    assert_true(str_is(plain, "secret"));
    plain = STR_NONE;
    assert_int_equal(seal_open(arena, keys, STR("totp:2"), sealed, &plain), ERR_INPUT);
    assert_int_equal(seal_open(arena, keys, STR("totp:"), sealed, &plain), ERR_INPUT);
    assert_null(plain.ptr);
    assert_int_equal(
        seal_open(arena, keys, STR("x"), seal(arena, keys, STR("x"), STR("")), &plain),
        OK);
    assert_int_equal(plain.len, 0);
}

static void every_changed_byte_is_noticed(void **state)
{
    const struct seal_keys *keys = keys_of(KEY_A);
    struct str sealed = seal(arena, keys, STR("p"), STR("four eyes"));
    struct str plain;

    (void)state;
    for (size_t i = 0; i < sealed.len; i++) {
        char *copy = str_c(arena, sealed);

        copy[i] ^= 1;
        assert_int_equal(
            seal_open(arena, keys, STR("p"), (struct str){copy, sealed.len}, &plain),
            ERR_INPUT);
        assert_int_equal(seal_open(arena, keys, STR("p"), str_sub(sealed, 0, i), &plain),
                         ERR_INPUT);
    }
}

static void as_text(void **state)
{
    const struct seal_keys *keys = keys_of(KEY_A);
    struct str text = seal_text(arena, keys, STR("p"), STR("state"));
    struct str plain = STR_NONE;

    (void)state;
    for (size_t i = 0; i < text.len; i++)
        assert_non_null(strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                               "0123456789-_",
                               text.ptr[i]));
    assert_int_equal(seal_open_text(arena, keys, STR("p"), text, &plain), OK);
    assert_true(str_is(plain, "state"));
    assert_int_equal(
        seal_open_text(arena, keys, STR("p"), str_concat(arena, text, STR("=")), &plain),
        ERR_INPUT);
    assert_int_equal(seal_open_text(arena, keys, STR("p"), STR(""), &plain), ERR_INPUT);
}

static void keys_are_rotated_by_a_line_on_top(void **state)
{
    const struct seal_keys *old = keys_of(KEY_A "\n");
    const struct seal_keys *both = keys_of(KEY_B "\n" KEY_A "\n");
    const struct seal_keys *new_alone = keys_of("\n  " KEY_B "  \n\n");
    struct str by_old = seal(arena, old, STR("p"), STR("x"));
    struct str by_both = seal(arena, both, STR("p"), STR("x"));
    struct str plain;

    (void)state;
    assert_int_equal(seal_open(arena, both, STR("p"), by_old, &plain), OK);
    assert_false(seal_is_current(both, by_old));
    assert_true(seal_is_current(both, by_both));
    assert_int_equal(seal_open(arena, new_alone, STR("p"), by_both, &plain), OK);
    assert_int_equal(seal_open(arena, new_alone, STR("p"), by_old, &plain), ERR_INPUT);
    assert_int_equal(seal_open(arena, old, STR("p"), by_both, &plain), ERR_INPUT);
}

static void derived_bytes(void **state)
{
    const struct seal_keys *keys = keys_of(KEY_A);
    uint8_t one[32];
    uint8_t two[32];

    (void)state;
    seal_derive(arena, keys, STR("a"), one);
    seal_derive(arena, keys, STR("a"), two);
    assert_memory_equal(one, two, sizeof(one));
    seal_derive(arena, keys, STR("b"), two);
    assert_memory_not_equal(one, two, sizeof(one));
    seal_derive(arena, keys_of(KEY_B "\n" KEY_A), STR("a"), two);
    assert_memory_not_equal(one, two, sizeof(one));
}

static void refuses(const char *text, mode_t mode, const char *reason)
{
    struct seal_keys *keys = NULL;

    assert_int_equal(open_keys(text, mode, &keys), ERR_INPUT);
    assert_null(keys);
    if (!strstr(err_text(), reason))
        fail_msg("%s, not %s", err_text(), reason);
}

static void bad_key_files_are_refused(void **state)
{
    struct str many = STR("");

    (void)state;
    refuses(KEY_A, 0440, "closed to group and others");
    refuses(KEY_A, 0404, "closed to group and others");
    refuses(KEY_A, 0420, "closed to group and others");
    refuses("", 0400, "holds no key");
    refuses("\n\n", 0400, "holds no key");
    refuses("0011\n", 0400, "keys:1: not 64 hexadecimal digits");
    refuses(KEY_A "\n" KEY_B "0\n", 0400, "keys:2: not 64");
    refuses(KEY_A "\n# a comment\n", 0400, "keys:2: not 64");
    refuses(KEY_A "\n" KEY_B "\n" KEY_A "\n", 0400, "keys:3: a key given twice");
    for (int i = 0; i <= SEAL_KEYS_MAX; i++)
        many = str_format(arena, "%.*s%064x\n", STR_ARG(many), i);
    refuses(many.ptr, 0400, "keys:17: one key too many");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_for_its_purpose_alone),
        cmocka_unit_test(every_changed_byte_is_noticed),
        cmocka_unit_test(as_text),
        cmocka_unit_test(keys_are_rotated_by_a_line_on_top),
        cmocka_unit_test(derived_bytes),
        cmocka_unit_test(bad_key_files_are_refused),
    };

    return cmocka_run_group_tests(tests, up, down);
}
