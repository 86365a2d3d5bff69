/* Recovery codes: how they look, and what is taken for the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "auth/qr.h"
#include "auth/recovery.h"

static struct arena *arena;

static int up(void **state)
{
    (void)state;
    arena = arena_new(1 << 22);
    return 0;
}

static int down(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void six_groups_of_four(void **state)
{
    struct recovery_code_new code = recovery_code_make(arena);
    struct recovery_code_new other = recovery_code_make(arena);
    uint8_t hash[SHA256_BYTES];

    (void)state;
    assert_int_equal(code.text.len, 29);
    for (size_t i = 0; i < code.text.len; i++) {
        if (i % 5 == 4)
            assert_int_equal(code.text.ptr[i], '-');
        else
            assert_non_null(strchr("0123456789ABCDEFGHJKMNPQRSTVWXYZ", code.text.ptr[i]));
    }
    assert_false(str_eq(code.text, other.text));
    assert_true(recovery_code_hash(code.text, hash));
    assert_memory_equal(hash, code.sha256, sizeof(hash));
    assert_true(recovery_code_hash(other.text, hash));
    assert_memory_not_equal(hash, code.sha256, sizeof(hash));
}

static void spellings_of_one_code(void **state)
{
    static const char *const same[] = {
        "0123-4567-89AB-CDEF-GHJK-MNPQ",   "0123456789abcdefghjkmnpq",
        " 0123 4567 89AB CDEF GHJK MNPQ ", "OI23-4567-89AB-CDEF-GHJK-MNPQ",
        "ol234567-89AB-CDEF-GHJK-MNPQ",
    };
    static const char *const refused[] = {
        "",
        "0123-4567-89AB-CDEF-GHJK-MNP",
        "0123-4567-89AB-CDEF-GHJK-MNPQR",
        "U123-4567-89AB-CDEF-GHJK-MNPQ",
        "0123_4567-89AB-CDEF-GHJK-MNPQ",
        "287082",
    };
    uint8_t digest[SHA256_BYTES];
    uint8_t hash[SHA256_BYTES];

    (void)state;
    sha256(STR("0123456789ABCDEFGHJKMNPQ"), digest);
    for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++) {
        assert_true(recovery_code_hash(str_from(same[i]), hash));
        assert_memory_equal(hash, digest, sizeof(hash));
    }
    for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++)
        assert_false(recovery_code_hash(str_from(refused[i]), hash));
    assert_false(
        recovery_code_hash((struct str){"0123-4567-89AB-CDEF-GHJK-MNP\0", 29}, hash));
}

static void qr_codes_have_a_size(void **state)
{
    struct qr small;
    struct qr big;
    char *long_text = arena_alloc(arena, 3000);

    (void)state;
    memset(long_text, 'x', 2999);
    assert_int_equal(qr_code(arena, STR("Kontor"), &small), OK);
    assert_true(str_is(small.view_box, "0 0 29 29")); /* version 1: 21 modules */
    /* the finder pattern in the corner, behind the quiet zone */
    assert_true(str_starts(small.path, STR("M4 4h7v1h-7z")));
    assert_int_equal(qr_code(arena, STR("otpauth://totp/Kontor:somebody?secret=x"), &big),
                     OK);
    assert_true(big.path.len > small.path.len);
    assert_int_equal(qr_code(arena, (struct str){long_text, 2999}, &big), ERR_TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(six_groups_of_four),
        cmocka_unit_test(spellings_of_one_code),
        cmocka_unit_test(qr_codes_have_a_size),
    };

    return cmocka_run_group_tests(tests, up, down);
}
