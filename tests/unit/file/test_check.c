#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "file/check.h"
#include "sample.h"

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new((size_t)256 << 20);
    return 0;
}
static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct str pdf(const char *catalog)
{
    return sample_pdf(arena, str_from(catalog), STR(""));
}

static void a_whole_pdf_is_taken(void **state)
{
    (void)state;
    assert_int_equal(check_pdf(pdf("")), FILE_OK);
    struct str packed = sample_object_stream(arena, STR("1 0 <</Type/Font/Name/JS>>"));
    assert_int_equal(check_pdf(sample_pdf(arena, STR(""), packed)), FILE_OK);
}

static void active_content_is_refused(void **state)
{
    (void)state;
    assert_int_equal(check_pdf(pdf("/OpenAction<</S/JavaScript/JS(1)>>")),
                     FILE_ACTIVE_CONTENT);
    assert_int_equal(check_pdf(pdf("/OpenAction<</S/J#61v#61Script>>")),
                     FILE_ACTIVE_CONTENT);
    assert_int_equal(check_pdf(pdf("/OpenAction<</S/Launch/F(cmd.exe)>>")),
                     FILE_ACTIVE_CONTENT);
    assert_int_equal(check_pdf(pdf("/Names<</EmbeddedFiles 5 0 R>>")),
                     FILE_ACTIVE_CONTENT);
    assert_int_equal(check_pdf(pdf("/Encrypt 5 0 R")), FILE_ENCRYPTED);
    /* a longer name that begins so is another name */
    assert_int_equal(check_pdf(pdf("/Launcher 1/EncryptMetadata false")), FILE_OK);
}

static void object_streams_are_looked_into(void **state)
{
    (void)state;
    struct buf text = buf_init(arena, 1 << 20);
    for (int i = 0; i < 20000; i++) {
        buf_put_c(&text, "/Pad ");
    }
    buf_put_c(&text, "<</S/JavaScript>>");
    struct str packed = sample_object_stream(arena, buf_str(&text));
    assert_int_equal(check_pdf(sample_pdf(arena, STR(""), packed)), FILE_ACTIVE_CONTENT);
    struct str odd =
        STR("9 0 obj<</Type/Obj#53tm/Filter/ASCII85Decode>>stream\n9jqo^\nendstream\n");
    assert_int_equal(check_pdf(sample_pdf(arena, STR(""), odd)), FILE_DAMAGED);
}

/* A name that lies across two windows of the inflater is found at every offset. */
static void names_across_windows_are_found(void **state)
{
    (void)state;
    for (size_t pad = 16384 - 40; pad < 16384 + 4; pad++) {
        struct arena_mark mark = arena_mark(arena);
        char *text = arena_alloc(arena, pad + 16);
        memset(text, ' ', pad);
        memcpy(text + pad, "/JavaScript ", 12);
        struct str packed = sample_object_stream(arena, (struct str){text, pad + 12});
        assert_int_equal(check_pdf(sample_pdf(arena, STR(""), packed)),
                         FILE_ACTIVE_CONTENT);
        arena_rewind(arena, mark);
    }
}

static void a_decompression_bomb_is_refused(void **state)
{
    (void)state;
    size_t size = (size_t)40 << 20;
    char *zeros = arena_alloc(arena, size);
    memset(zeros, 'A', size);
    struct str packed = sample_object_stream(arena, (struct str){zeros, size});
    assert_int_equal(check_pdf(sample_pdf(arena, STR(""), packed)), FILE_DAMAGED);
}

static void a_pdf_that_is_not_whole_is_refused(void **state)
{
    (void)state;
    struct str whole = pdf("");
    for (size_t length = 0; length < whole.len - 2; length++) {
        char *copy =
            malloc(length + 1); /* its own block, so that ASan sees a read behind it */
        memcpy(copy, whole.ptr, length);
        assert_int_not_equal(check_pdf((struct str){copy, length}), FILE_OK);
        free(copy);
    }
    assert_int_equal(check_pdf(str_concat(arena, STR("\n"), whole)),
                     FILE_CONTENT_MISMATCH);
    assert_int_equal(check_pdf(STR("%PDF-9.9\n%%EOF")), FILE_CONTENT_MISMATCH);
    char *tail = arena_alloc(arena, 2000);
    memset(tail, 'x', 2000);
    assert_int_equal(check_pdf(str_concat(arena, whole, (struct str){tail, 2000})),
                     FILE_DAMAGED);
}

static void an_archive_behind_a_pdf_is_refused(void **state)
{
    (void)state;
    struct str end = {"PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 22};
    assert_int_equal(check_pdf(str_concat(arena, pdf(""), end)), FILE_CONTENT_MISMATCH);
    assert_false(check_has_zip_tail(pdf("")));
    assert_false(check_has_zip_tail(STR("PK\5\6")));
}

static void every_changed_byte_of_a_png_is_noticed(void **state)
{
    (void)state;
    struct str whole = sample_png(arena);
    assert_int_equal(check_png(whole), FILE_OK);
    char *copy = malloc(whole.len);
    for (size_t i = 0; i < whole.len; i++) {
        memcpy(copy, whole.ptr, whole.len);
        copy[i] = (char)(copy[i] ^ 1);
        assert_int_not_equal(check_png((struct str){copy, whole.len}), FILE_OK);
        assert_int_not_equal(check_png((struct str){copy, i}), FILE_OK);
    }
    free(copy);
    assert_int_equal(check_png(str_concat(arena, whole, STR("<script>"))), FILE_DAMAGED);
}

static void a_png_with_absurd_chunks_is_refused(void **state)
{
    (void)state;
    struct buf b = buf_init(arena, 4096);
    buf_put_bytes(&b, "\x89PNG\r\n\x1A\n", 8);
    sample_be32(&b, 0xFFFFFFFF);
    buf_put_c(&b, "IHDRxxxxxxxxxxxxxxxxxxxx");
    assert_int_equal(check_png(buf_str(&b)), FILE_DAMAGED);
    struct buf wide = buf_init(arena, 4096);
    buf_put_bytes(&wide, "\x89PNG\r\n\x1A\n", 8);
    sample_png_chunk(&wide, "IHDR", (struct str){"\x7F\0\0\0\0\0\0\1\10\0\0\0\0", 13});
    sample_png_chunk(&wide, "IDAT", STR("x"));
    sample_png_chunk(&wide, "IEND", STR(""));
    assert_int_equal(check_png(buf_str(&wide)), FILE_DAMAGED);
}

static void jpeg_segments_are_walked(void **state)
{
    (void)state;
    struct str whole = sample_jpeg(arena);
    assert_int_equal(check_jpeg(whole), FILE_OK);
    for (size_t length = 0; length < whole.len; length++) {
        char *copy = malloc(length + 1);
        memcpy(copy, whole.ptr, length);
        assert_int_not_equal(check_jpeg((struct str){copy, length}), FILE_OK);
        free(copy);
    }
    assert_int_equal(check_jpeg(str_concat(arena, whole, whole)),
                     FILE_OK); /* multi-picture */
    assert_int_equal(check_jpeg(str_concat(arena, whole, (struct str){"\0\0\0", 3})),
                     FILE_OK);
    assert_int_equal(check_jpeg(str_concat(arena, whole, STR("#!/bin/sh"))),
                     FILE_DAMAGED);
    assert_int_equal(check_jpeg(STR("\x7F"
                                    "ELF")),
                     FILE_CONTENT_MISMATCH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_whole_pdf_is_taken, setup, teardown),
        cmocka_unit_test_setup_teardown(active_content_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(object_streams_are_looked_into, setup, teardown),
        cmocka_unit_test_setup_teardown(names_across_windows_are_found, setup, teardown),
        cmocka_unit_test_setup_teardown(a_decompression_bomb_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_pdf_that_is_not_whole_is_refused, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(an_archive_behind_a_pdf_is_refused, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(every_changed_byte_of_a_png_is_noticed, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_png_with_absurd_chunks_is_refused, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(jpeg_segments_are_walked, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
