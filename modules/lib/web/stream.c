/* page_multipart(): the body of an exchange through the multipart parser. */
#include "web/exchange.h"
#include "web/multipart.h"

#define CHUNK_BYTES (64 * 1024)
#define PARTS_MAX   100
#define TEXT_LIMIT  (64 * 1024)

struct stream {
    struct web_exchange *ex;
    const struct file_sink *sink;
    bool token_seen;
    bool in_file;
    struct str name; /* of the text field in hand */
    struct buf text; /* its value */
    size_t text_total;
};

static enum err on_begin(void *context, const struct multipart_part *part)
{
    struct stream *s = context;
    struct arena *arena = s->ex->page.arena;

    s->in_file = part->file_name.ptr != NULL;
    if (!s->token_seen && (s->in_file || !str_is(part->name, "csrf")))
        return err_note(ERR_DENIED, "the first part is no CSRF token");
    if (s->in_file)
        return s->sink->begin(s->sink->context, part);
    s->name = str_copy(arena, part->name);
    s->text = buf_init(arena, TEXT_LIMIT);
    return OK;
}

static enum err on_data(void *context, const void *bytes, size_t size_bytes)
{
    struct stream *s = context;

    if (s->in_file)
        return s->sink->data(s->sink->context, bytes, size_bytes);
    s->text_total += size_bytes;
    if (s->text_total > TEXT_LIMIT)
        return err_note(ERR_TOO_LARGE, "text fields over %d bytes", TEXT_LIMIT);
    buf_put_bytes(&s->text, bytes, size_bytes);
    return OK;
}

static enum err on_end(void *context)
{
    struct stream *s = context;
    struct str *value;

    if (s->in_file)
        return s->sink->end(s->sink->context);
    value = ARENA_NEW(s->ex->page.arena, struct str);
    *value = buf_str(&s->text);
    if (value->len && (memchr(value->ptr, 0, value->len) || !str_is_utf8(*value)))
        return err_note(ERR_INPUT, "NUL or invalid UTF-8 in a text field");
    if (!s->token_seen) {
        if (!csrf_valid(s->ex, *value))
            return err_note(ERR_DENIED, "CSRF token missing or wrong");
        s->token_seen = true;
    }
    if (!map_has(s->ex->body, s->name))
        map_set(s->ex->body, s->name, value);
    return OK;
}

enum err page_multipart(struct page *page, const struct file_sink *sink)
{
    struct web_exchange *ex = page->exchange;
    struct stream stream = {.ex = ex, .sink = sink};
    struct multipart_handler handler = {on_begin, on_data, on_end, &stream};
    struct multipart *parser;
    struct str boundary;
    int64_t limit =
        (page->route->body_limit ? page->route->body_limit : BODY_LIMIT_DEFAULT);
    char *chunk;
    enum err err = multipart_boundary(ex->http.content_type, &boundary);

    if (err != OK)
        return err;
    ex->body = map_new(page->arena);
    parser = multipart_new(page->arena, boundary, &handler, PARTS_MAX);
    chunk = arena_alloc(page->arena, CHUNK_BYTES);
    for (;;) {
        ssize_t got = ex->io.read(ex->io.handle, chunk, CHUNK_BYTES);

        if (got < 0)
            return err_note(ERR_UNAVAILABLE, "the connection ended in the body");
        if (got == 0)
            break;
        ex->body_read += got;
        if (ex->body_read > limit + BODY_GRACE_BYTES)
            return err_note(ERR_TOO_LARGE, "body over %lld bytes", (long long)limit);
        err = multipart_feed(parser, chunk, (size_t)got);
        if (err != OK)
            return err;
    }
    if (ex->http.content_length >= 0 && ex->body_read < ex->http.content_length)
        return err_note(ERR_UNAVAILABLE, "the connection ended in the body");
    err = multipart_finish(parser);
    if (err == OK && !stream.token_seen)
        err = err_note(ERR_DENIED, "the form has no CSRF token");
    if (err == OK)
        fields_parse(ex, ex->body);
    return err;
}
