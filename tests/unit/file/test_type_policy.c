#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "file/type_policy.h"

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new((size_t)1 << 20);
    return 0;
}
static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void assert_clean(struct str raw, const char *clean)
{
    struct str got = file_name_clean(arena, raw);
    assert_string_equal(str_c(arena, got), clean);
}

static void names_cannot_lead_anywhere(void **state)
{
    (void)state;
    assert_clean(STR("../../etc/passwd"), "passwd");
    assert_clean(STR("C:\\Users\\x\\Proof.pdf"), "Proof.pdf");
    assert_clean(STR("a\"b\r\nSet-Cookie: x.pdf"), "abSet-Cookie: x.pdf");
    assert_clean(STR("..hidden.pdf"), "hidden.pdf");
    assert_clean(STR("fdp.\xE2\x80\xAEgpj.exe"),
                 "fdp.gpj.exe"); /* right-to-left override */
    assert_clean(STR("Bl\xC3\xA4tter \xE2\x80\x93 2.pdf"),
                 "Bl\xC3\xA4tter \xE2\x80\x93 2.pdf");
    assert_clean(STR("bad\xFFutf8.pdf"), "");
    assert_clean(STR(".."), "");
}

static void long_names_keep_their_extension(void **state)
{
    (void)state;
    char raw[600];
    for (size_t i = 0; i + 2 < 500; i += 2) {
        memcpy(raw + i, "\xC3\xA4", 2);
    }
    memcpy(raw + 498, ".pdf", 4);
    struct str name = file_name_clean(arena, (struct str){raw, 502});
    assert_true(name.len <= 200);
    assert_true(str_ends(name, STR(".pdf")));
    assert_true(str_is_utf8(name));
}

static enum file_refusal precheck(const char *name, const char *declared,
                                  const char *only)
{
    const struct file_type *type = NULL;
    struct str allowed = str_from(only);
    enum file_refusal refusal = file_policy_precheck(
        str_from(name), str_from(declared), &allowed, only[0] != '\0' ? 1 : 0, &type);
    assert_int_equal(refusal == FILE_OK, type != NULL);
    return refusal;
}

static void name_and_declared_type_must_agree(void **state)
{
    (void)state;
    assert_int_equal(precheck("a.pdf", "application/pdf", ""), FILE_OK);
    assert_int_equal(precheck("a.PDF", "application/octet-stream", ""), FILE_OK);
    assert_int_equal(precheck("a.pdf", "", "application/pdf"), FILE_OK);
    assert_int_equal(precheck("a.jpg", "image/jpg; q=1", ""), FILE_OK);
    assert_int_equal(precheck("a.pdf", "image/png", ""), FILE_CONTENT_MISMATCH);
    assert_int_equal(precheck("a.pdf.exe", "application/pdf", ""), FILE_TYPE_NOT_ALLOWED);
    assert_int_equal(precheck("a", "application/pdf", ""), FILE_TYPE_NOT_ALLOWED);
    assert_int_equal(precheck("a.png", "image/png", "application/pdf"),
                     FILE_TYPE_NOT_ALLOWED);
    assert_int_equal(precheck("", "application/pdf", ""), FILE_NAME_BAD);
}

static void every_refusal_has_a_key_and_a_sentence(void **state)
{
    (void)state;
    const char *general = file_refusal_msgid(STR("no such key"));
    for (int i = 1; i < FILE_REFUSAL_COUNT; i++) {
        struct str key = str_from(file_refusal_key((enum file_refusal)i));
        assert_true(key.len > 0);
        assert_int_equal(file_refusal_from_key(key), i);
        const char *sentence = file_refusal_msgid(key);
        assert_string_not_equal(sentence, general);
        assert_true(str_ends(str_from(sentence), STR(".")));
    }
    assert_int_equal(file_refusal_from_key(STR("")), FILE_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(names_cannot_lead_anywhere, setup, teardown),
        cmocka_unit_test_setup_teardown(long_names_keep_their_extension, setup, teardown),
        cmocka_unit_test_setup_teardown(name_and_declared_type_must_agree, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(every_refusal_has_a_key_and_a_sentence, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
