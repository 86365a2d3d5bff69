/* multipart: byte-exact at every split point, strict on everything else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/buf.h"
#include "web/multipart.h"

struct seen {
    struct arena *arena;
    struct buf text; /* "[name|file|type]data;" */
    enum err fail_in_data;
};

static enum err on_begin(void *context, const struct multipart_part *part)
{
    struct seen *seen = context;

    buf_format(&seen->text, "[%.*s|%s%.*s|%.*s]", STR_ARG(part->name),
               part->file_name.ptr ? "=" : "", STR_ARG(part->file_name),
               STR_ARG(part->content_type));
    return OK;
}

static enum err on_data(void *context, const void *bytes, size_t size_bytes)
{
    struct seen *seen = context;

    assert_true(size_bytes > 0);
    buf_put_bytes(&seen->text, bytes, size_bytes);
    return seen->fail_in_data;
}

static enum err on_end(void *context)
{
    struct seen *seen = context;

    buf_put_char(&seen->text, ';');
    return OK;
}

static enum err parse(struct seen *seen, struct str body, size_t first, size_t step)
{
    struct multipart_handler handler = {on_begin, on_data, on_end, seen};
    struct multipart *m = multipart_new(seen->arena, STR("XyZ"), &handler, 5);
    size_t at = 0;
    enum err err = OK;

    seen->text = buf_init(seen->arena, 1 << 20);
    while (err == OK && at < body.len) {
        size_t n = at == 0 && first ? first : step;

        if (n > body.len - at)
            n = body.len - at;
        err = multipart_feed(m, body.ptr + at, n);
        at += n;
    }
    return err == OK ? multipart_finish(m) : err;
}

static enum err parse_whole(struct str body)
{
    struct seen seen = {.arena = arena_new(1 << 22)};
    enum err err = parse(&seen, body, 0, body.len ? body.len : 1);

    arena_free(&seen.arena);
    err_clear();
    return err;
}

#define PART(headers, data) "--XyZ\r\n" headers "\r\n\r\n" data "\r\n"
#define NAME(name)          "Content-Disposition: form-data; name=\"" name "\""
#define END                 "--XyZ--\r\n"

/* Data full of what looks like a delimiter. */
static const char TRICKY[] = PART(NAME("csrf"), "token")
    PART("content-disposition: form-data; name=file; filename=\"a\\\"b%22c\\d.bin\"\r\n"
         "Content-Type: Application/PDF",
         "\r\n--Xy\r\n--XyY\r\r\n\n\r\n-\r\r\n--XyZ"
         "") END;

static void splits_at_every_point(void **state)
{
    static const char BODY[] = PART(NAME("csrf"), "token") PART(
        "content-disposition: form-data; name=file; filename=\"a\\\"b%22c\\d.bin\"\r\n"
        "Content-Type: Application/PDF",
        "\r\n--Xy\r\n--Xyy\r\r\n\n\r\n-\r\r\n--Xz\0\xff\r")
        PART(NAME("empty") "; filename=\"\"", "") END;
    static const char WANT[] =
        "[csrf||]token;[file|=a\"b\"c\\d.bin|application/pdf]"
        "\r\n--Xy\r\n--Xyy\r\r\n\n\r\n-\r\r\n--Xz\0\xff\r;[empty|=|];";
    struct str body = {BODY, sizeof(BODY) - 1};

    for (size_t first = 1; first <= body.len; first++)
        for (size_t step = 1; step <= body.len; step = step < 8 ? step + 1 : step * 3) {
            struct seen seen = {.arena = arena_new(1 << 22)};

            assert_int_equal(parse(&seen, body, first, step), OK);
            assert_int_equal(seen.text.len, sizeof(WANT) - 1);
            assert_memory_equal(seen.text.ptr, WANT, sizeof(WANT) - 1);
            arena_free(&seen.arena);
        }
}

static void refuses_malformed(void **state)
{
    static const struct {
        struct str body;
        enum err err;
    } CASES[] = {
        {STR(""), ERR_INPUT},
        {STR("--XyZ"), ERR_INPUT},
        {STR("preamble\r\n" PART(NAME("a"), "1") END), ERR_INPUT},
        {STR("\r\n" PART(NAME("a"), "1") END), ERR_INPUT},
        {STR(PART(NAME("a"), "1")), ERR_INPUT},
        {STR(PART(NAME("a"), "1") "--XyZ--x"), ERR_INPUT},
        {STR(PART(NAME("a"), "1") END "epilogue"), ERR_INPUT},
        {STR(PART(NAME("a"), "1") "--XyZ-"), ERR_INPUT},
        {STR("--XyZ \r\n" NAME("a") "\r\n\r\n1\r\n" END), ERR_INPUT},
        {STR("--XyZ\n" NAME("a") "\n\n1\n--XyZ--"), ERR_INPUT},
        {STR("--XyZ\r\n" NAME("a") "\n\r\n1\r\n" END), ERR_INPUT},
        {STR("--XyZ\r\n" NAME("a") "\r\r\n\r\n1\r\n" END), ERR_INPUT},
        {STR("--XyZ\r\n\r\n1\r\n" END), ERR_INPUT},
        {STR(PART("Content-Type: text/plain", "1") END), ERR_INPUT},
        {STR(PART("Content-Disposition: form-data", "1") END), ERR_INPUT},
        {STR(PART("Content-Disposition: form-data; name=\"\"", "1") END), ERR_INPUT},
        {STR(PART("Content-Disposition: form-data; name=\"a", "1") END), ERR_INPUT},
        {STR(PART("Content-Disposition: attachment; name=\"a\"", "1") END), ERR_INPUT},
        {STR(PART(NAME("a") "; name=\"b\"", "1") END), ERR_INPUT},
        {STR(PART(NAME("a") "; filename=\"x\"; filename=\"y\"", "1") END), ERR_INPUT},
        {STR(PART(NAME("a") "\r\n" NAME("b"), "1") END), ERR_INPUT},
        {STR(PART(NAME("a\xff"), "1") END), ERR_INPUT},
        {STR(PART(NAME("a\x01"), "1") END), ERR_INPUT},
        {STR(PART(NAME("a\0b"), "1") END), ERR_INPUT},
        {STR(PART(NAME("a") "\r\n folded: x", "1") END), ERR_INPUT},
        {STR(PART(NAME("a") "\r\nno colon", "1") END), ERR_INPUT},
        {STR(PART(NAME("a") "\r\nContent-Transfer-Encoding: base64", "1") END),
         ERR_INPUT},
        {STR(PART(NAME("a") "\r\nContent-Transfer-Encoding: 8bit", "1") END), OK},
        {STR(PART(NAME("a") "; filename*=UTF-8''x", "1") END), OK},
        {STR(PART(NAME("a"), "1") "--XyZ--"), OK},
        {STR(PART(NAME("a"), "") END), OK},
        {STR(PART(NAME("a"), "1") PART(NAME("a"), "1") PART(NAME("a"), "1")
                 PART(NAME("a"), "1") PART(NAME("a"), "1") END),
         OK},
        {STR(PART(NAME("a"), "1") PART(NAME("a"), "1") PART(NAME("a"), "1")
                 PART(NAME("a"), "1") PART(NAME("a"), "1") PART(NAME("a"), "1") END),
         ERR_TOO_LARGE},
    };

    for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++) {
        enum err err = parse_whole(CASES[i].body);

        if (err != CASES[i].err)
            fail_msg("case %zu: %s, wanted %s", i, err_name(err), err_name(CASES[i].err));
    }
    /* A line that begins with the boundary ends the part (RFC 2046); what follows is garbage. */
    assert_int_equal(parse_whole((struct str){TRICKY, sizeof(TRICKY) - 1}), ERR_INPUT);
}

static void bounds_headers(void **state)
{
    struct arena *arena = arena_new(1 << 22);
    struct buf body = buf_init(arena, 1 << 20);

    buf_put_c(&body, "--XyZ\r\n" NAME("a") "\r\nX-Long: ");
    for (int i = 0; i < MULTIPART_HEADER_LIMIT; i++)
        buf_put_char(&body, 'x');
    buf_put_c(&body, "\r\n\r\n1\r\n" END);
    assert_int_equal(parse_whole(buf_str(&body)), ERR_TOO_LARGE);
    arena_free(&arena);
}

static void callback_error_sticks(void **state)
{
    struct seen seen = {.arena = arena_new(1 << 22), .fail_in_data = ERR_CONFLICT};
    struct multipart_handler handler = {on_begin, on_data, on_end, &seen};
    struct multipart *m = multipart_new(seen.arena, STR("XyZ"), &handler, 5);
    static const char BODY[] = PART(NAME("a"), "1") END;

    seen.text = buf_init(seen.arena, 1000);
    assert_int_equal(multipart_feed(m, BODY, sizeof(BODY) - 1), ERR_CONFLICT);
    assert_int_equal(multipart_feed(m, "x", 1), ERR_CONFLICT);
    assert_int_equal(multipart_finish(m), ERR_CONFLICT);
    arena_free(&seen.arena);
}

static void reads_boundaries(void **state)
{
    struct str boundary = STR_NONE;

    assert_int_equal(
        multipart_boundary(STR("multipart/form-data; boundary=abc"), &boundary), OK);
    assert_true(str_is(boundary, "abc"));
    assert_int_equal(
        multipart_boundary(
            STR("Multipart/Form-Data ; charset=utf-8; Boundary=\"a b:c\" "), &boundary),
        OK);
    assert_true(str_is(boundary, "a b:c"));
    assert_int_equal(multipart_boundary(STR("multipart/mixed; boundary=a"), &boundary),
                     ERR_INPUT);
    assert_int_equal(multipart_boundary(STR("multipart/form-data"), &boundary),
                     ERR_INPUT);
    assert_int_equal(multipart_boundary(STR("multipart/form-data; boundary="), &boundary),
                     ERR_INPUT);
    assert_int_equal(
        multipart_boundary(STR("multipart/form-data; boundary=\"a"), &boundary),
        ERR_INPUT);
    assert_int_equal(
        multipart_boundary(STR("multipart/form-data; boundary=\"a\\b\""), &boundary),
        ERR_INPUT);
    assert_int_equal(
        multipart_boundary(STR("multipart/form-data; boundary=a; boundary=b"), &boundary),
        ERR_INPUT);
    assert_int_equal(multipart_boundary(STR("multipart/form-data; boundary="
                                            "1234567890123456789012345678901234567890"
                                            "1234567890123456789012345678901"),
                                        &boundary),
                     ERR_INPUT);
    err_clear();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(splits_at_every_point), cmocka_unit_test(refuses_malformed),
        cmocka_unit_test(bounds_headers),        cmocka_unit_test(callback_error_sticks),
        cmocka_unit_test(reads_boundaries),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
