/* A form with a file through a ROUTE_STREAM route: token first, limits, cut connections. */
#include "site.h"
#include "web/multipart.h"

#define LIMIT 1000

struct fields {
    struct str kind;
};
static const struct field FIELDS[] = {
    {.name = "kind",
     .label = "Kind",
     .type = FIELD_TEXT,
     .required = true,
     .max = 9,
     .offset = offsetof(struct fields, kind)},
};

/* What reached the sink and the handler. */
static struct {
    int begins, ends;
    size_t bytes;
    char file[64];
    char kind_at_begin[20];
    char kind[20];
    size_t errors;
    enum err sink_err; /* what the sink answers to data */
    enum err result;
} seen;

static enum err begin(void *context, const struct multipart_part *part)
{
    struct page *page = context;

    seen.begins++;
    (void)snprintf(seen.file, sizeof seen.file, "%.*s", STR_ARG(part->file_name));
    (void)snprintf(seen.kind_at_begin, sizeof seen.kind_at_begin, "%.*s",
                   STR_ARG(page_raw(page, "kind")));
    return OK;
}

static enum err data(void *context, const void *bytes, size_t size_bytes)
{
    (void)context;
    (void)bytes;
    seen.bytes += size_bytes;
    return seen.sink_err;
}

static enum err end(void *context)
{
    (void)context;
    seen.ends++;
    return OK;
}

static enum err take(struct page *page)
{
    const struct file_sink sink = {begin, data, end, page};
    const struct fields *fields;

    seen.result = page_multipart(page, &sink);
    if (seen.result != OK)
        return seen.result;
    fields = page->fields;
    seen.errors = page->error_count;
    (void)snprintf(seen.kind, sizeof seen.kind, "%.*s", STR_ARG(fields->kind));
    return page_redirect(page, page_url(page, "/"));
}

static const struct route ROUTES[] = {
    {HTTP_POST, "/files", RIGHT_REQUEST_EDIT, CSRF_TOKEN, FIELDS, 1,
     sizeof(struct fields), ROUTE_STREAM, LIMIT, take},
};
static const struct web_program PROGRAM = {
    .name = "test", .routes = ROUTES, .route_count = 1, .guard = &PORT};
static struct test_site t;
static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    site_open(&t, &PROGRAM);
    memset(&seen, 0, sizeof seen);
    arena = arena_new(1 << 20);
    port.rights = 1u << RIGHT_REQUEST_EDIT;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    site_close(&t);
    return 0;
}

#define PART(name) "--B\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n"
#define FILE_PART                                                                        \
    "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n"
#define END "--B--\r\n"

static struct str token_part(const char *key)
{
    return str_format(arena, PART("csrf") "%.*s\r\n",
                      STR_ARG(csrf_mac(arena, str_from(key), "csrf")));
}

struct sending {
    const char *cookie;
    const char *type;
    const char *origin;
    int64_t announce; /* 0 = as long as it is, -1 = not at all */
    bool broken;
};

static int send_as(struct str body, struct sending how)
{
    char length[24];
    struct call call = {
        .params = {"REQUEST_METHOD", "POST", "REQUEST_URI", "/portal/files",
                   "CONTENT_TYPE",
                   how.type ? how.type : "multipart/form-data; boundary=B", "HTTP_COOKIE",
                   how.cookie ? how.cookie : "__Host-kontor=" LIVE_TOKEN,
                   how.origin ? "HTTP_ORIGIN" : "X", how.origin,
                   how.announce < 0 ? "X" : "CONTENT_LENGTH", length},
        .body = body.ptr,
        .body_len = body.len,
        .broken = how.broken};
    int status;

    (void)snprintf(length, sizeof length, "%lld",
                   (long long)(how.announce > 0 ? how.announce : (int64_t)body.len));
    seen.begins = seen.ends = 0;
    seen.bytes = seen.errors = 0;
    seen.kind[0] = seen.file[0] = seen.kind_at_begin[0] = 0;
    seen.result = OK;
    status = status_of(site_run(&t, &call));
    return status;
}

static int send(const char *rest)
{
    return send_as(str_concat(arena, token_part(LIVE_TOKEN), str_from(rest)),
                   (struct sending){0});
}

static void a_file_with_its_fields(void **state)
{
    (void)state;
    assert_int_equal(send(PART("kind") "extract\r\n" FILE_PART "%PDF\r\n-x\r\n" END),
                     303);
    assert_int_equal(seen.begins, 1);
    assert_int_equal(seen.ends, 1);
    assert_int_equal(seen.bytes, 8);
    assert_string_equal(seen.file, "a.pdf");
    assert_string_equal(seen.kind, "extract");
    assert_string_equal(seen.kind_at_begin, "extract"); /* sent before the file */
    /* A field behind the file is as good, when the whole form has been read. */
    assert_int_equal(send(FILE_PART "x\r\n" PART("kind") "late\r\n" END), 303);
    assert_string_equal(seen.kind_at_begin, "");
    assert_string_equal(seen.kind, "late");
}

static void invalid_fields_are_the_handlers(void **state)
{
    (void)state;
    assert_int_equal(send(FILE_PART "x\r\n" END), 303);
    assert_int_equal(seen.errors, 1); /* required */
    assert_int_equal(send(PART("kind") "0123456789\r\n" END), 303);
    assert_int_equal(seen.errors, 1); /* too long */
}

/* No byte of a file before the token; none without a right, whatever the token. */
static void the_token_comes_first(void **state)
{
    (void)state;
    static const char FORM[] = FILE_PART "x\r\n" END;
    struct str right = token_part(LIVE_TOKEN);

    assert_int_equal(send_as(str_from(FORM), (struct sending){0}), 403);
    assert_int_equal(seen.begins, 0);
    assert_int_equal(send_as(str_concat(arena, str_from(PART("kind") "x\r\n"),
                                        str_concat(arena, right, str_from(FORM))),
                             (struct sending){0}),
                     403);
    assert_int_equal(seen.begins, 0);
    assert_int_equal(send_as(str_concat(arena, token_part(DEAD_TOKEN), str_from(FORM)),
                             (struct sending){0}),
                     403);
    assert_int_equal(
        send_as(str_concat(arena, str_from(PART("csrf") "\r\n"), str_from(FORM)),
                (struct sending){0}),
        403);
    /* A file named csrf is no token. */
    assert_int_equal(
        send_as(str_from("--B\r\nContent-Disposition: form-data; name=\"csrf\"; "
                         "filename=\"x\"\r\n\r\nx\r\n" END),
                (struct sending){0}),
        403);
    assert_int_equal(seen.begins, 0);
    assert_int_equal(send_as(str_from(END), (struct sending){0}), 403);
    assert_int_equal(send_as(str_concat(arena, right, str_from(FORM)),
                             (struct sending){.origin = "https://evil.example"}),
                     403);
    port.rights = 0;
    assert_int_equal(
        send_as(str_concat(arena, right, str_from(FORM)), (struct sending){0}), 403);
    assert_int_equal(seen.begins, 0);
    /* Nobody signed in: to the sign-in page, and a file is never parked. */
    assert_int_equal(send_as(str_concat(arena, token_part(DEAD_TOKEN), str_from(FORM)),
                             (struct sending){.cookie = "__Host-kontor=" DEAD_TOKEN}),
                     303);
    assert_int_equal(seen.begins, 0);
    assert_int_equal(port.parks, 0);
}

static void limits(void **state)
{
    (void)state;
    struct buf big = buf_init(arena, 100000);

    buf_put(&big, token_part(LIVE_TOKEN));
    buf_put_c(&big, FILE_PART);
    for (int i = 0; i < LIMIT + BODY_GRACE_BYTES; i++)
        buf_put_char(&big, 'x');
    buf_put_c(&big, "\r\n" END);
    /* Announced: refused before it is read. */
    assert_int_equal(send_as(buf_str(&big), (struct sending){0}), 413);
    assert_int_equal(seen.begins, 0);
    /* Not announced: refused when it is too much. */
    assert_int_equal(send_as(buf_str(&big), (struct sending){.announce = -1}), 413);
    assert_true(seen.bytes <= LIMIT + BODY_GRACE_BYTES);
    assert_int_equal(seen.ends, 0);
    /* More parts than any form of ours has. */
    buf_clear(&big);
    buf_put(&big, token_part(LIVE_TOKEN));
    for (int i = 0; i < 101; i++)
        buf_put_c(&big, PART("a") "\r\n");
    buf_put_c(&big, END);
    assert_int_equal(send_as(buf_str(&big), (struct sending){0}), 413);
}

static void what_is_cut_off_is_not_taken(void **state)
{
    (void)state;
    struct str whole =
        str_concat(arena, token_part(LIVE_TOKEN),
                   str_from(PART("kind") "x\r\n" FILE_PART "0123456789\r\n" END));

    assert_int_equal(send_as(whole, (struct sending){0}), 303);
    for (size_t n = 0; n < whole.len - 2; n++) { /* the last CRLF may be missing */
        struct str part = str_sub(whole, 0, n);

        /* The connection ended: the client may send it again. */
        assert_int_equal(send_as(part, (struct sending){.announce = (int64_t)whole.len}),
                         503);
        assert_int_equal(send_as(part, (struct sending){.announce = -1, .broken = true}),
                         503);
        /* Or the form itself ends in its middle. */
        assert_int_not_equal(send_as(part, (struct sending){.announce = -1}), 303);
        assert_true(seen.ends == 0 || n > whole.len - 10);
    }
}

static void what_is_no_form(void **state)
{
    (void)state;
    struct str whole = str_concat(arena, token_part(LIVE_TOKEN), str_from(END));
    static const char *const TYPES[] = {"application/json",
                                        "text/plain",
                                        "application/x-www-form-urlencoded",
                                        "multipart/form-data",
                                        "multipart/mixed; boundary=B",
                                        "multipart/form-data; boundary=\"\""};

    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++)
        assert_int_equal(send_as(whole, (struct sending){.type = TYPES[i]}), 422);
    assert_int_equal(send(PART("kind") "a\xff\r\n" END), 422);
    assert_int_equal(send("garbage"), 422);
}

static void an_error_of_the_sink_is_the_answer(void **state)
{
    (void)state;
    seen.sink_err = ERR_UNAVAILABLE;
    assert_int_equal(send(PART("kind") "a\r\n" FILE_PART "xyz\r\n" END), 503);
    assert_int_equal(seen.ends, 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_file_with_its_fields),
        T(invalid_fields_are_the_handlers),
        T(the_token_comes_first),
        T(limits),
        T(what_is_cut_off_is_not_taken),
        T(what_is_no_form),
        T(an_error_of_the_sink_is_the_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
