/* multipart.h: streaming push parser for multipart/form-data (RFC 7578, RFC 2046
 * section 5.1).
 *
 * Bytes go in as they arrive, callbacks come out; part bodies are handed on byte by byte
 * as sent and never collected. The parser is strict: the body starts with the first
 * delimiter (no preamble), lines end with CRLF, nothing but one CRLF follows the closing
 * delimiter. */
#ifndef WEB_MULTIPART_H
#define WEB_MULTIPART_H

#include "base/arena.h"
#include "base/str.h"

/** Bytes of all header lines of one part. */
#define MULTIPART_HEADER_LIMIT   4096
#define MULTIPART_BOUNDARY_LIMIT 70

/** The headers of one part. Strings live until the part's end() has returned. */
struct multipart_part {
    struct str name; /**< well-formed UTF-8, no NUL */
    /** as sent, path included; absent for a text field, may be empty */
    struct str file_name;
    struct str content_type; /**< as declared, lower case, absent if not */
};

/** Where parts go. An error of a callback stops the parser and is returned by
 * multipart_feed. */
struct multipart_handler {
    enum err (*begin)(void *context, const struct multipart_part *part);
    enum err (*data)(void *context, const void *bytes,
                     size_t size_bytes); /**< size > 0 */
    enum err (*end)(void *context);
    void *context;
};

struct multipart;

/** The boundary of a Content-Type value. ERR_INPUT if it is no multipart/form-data or has
 * none. */
enum err multipart_boundary(struct str content_type, struct str *boundary_out) MUST_USE;

/**
 * A parser in `arena` that takes at most `parts_max` parts. Parameters are copied;
 * `boundary` is one that multipart_boundary gave.
 */
struct multipart *multipart_new(struct arena *arena, struct str boundary,
                                const struct multipart_handler *handler,
                                size_t parts_max);

/**
 * The next bytes. ERR_INPUT (noted) for malformed input, ERR_TOO_LARGE for too many parts
 * or header bytes, or what a callback returned. After an error every further call returns
 * the same.
 */
enum err multipart_feed(struct multipart *multipart, const void *bytes,
                        size_t size_bytes) MUST_USE;

/** End of input. ERR_INPUT unless the closing delimiter was seen. */
enum err multipart_finish(struct multipart *multipart) MUST_USE;

/* ---- the body of an exchange, for handlers of ROUTE_STREAM routes ---- */

struct page;

/** Where files of a form go; text fields are collected by page_multipart itself. */
struct file_sink {
    /** A file part starts. `part->file_name` is empty when no file was chosen. Text
     * fields that were sent before it can be read with page_raw(). */
    enum err (*begin)(void *context, const struct multipart_part *part);
    enum err (*data)(void *context, const void *bytes, size_t size_bytes);
    enum err (*end)(void *context);
    void *context;
};

/**
 * Read the whole body of a ROUTE_STREAM request through the parser. The first part must
 * be the text field "csrf" with a valid token, else ERR_DENIED before any file byte is
 * handed on. Text fields (64 KiB together) are then parsed by the route's field table:
 * page->fields, page->errors and page_raw() work as in any other POST. Errors: ERR_INPUT
 * malformed, ERR_DENIED token, ERR_TOO_LARGE over route->body_limit (the file sink has
 * seen at most that many bytes), ERR_UNAVAILABLE when the connection ended early, or what
 * the sink returned. Blocks on the read of the FastCGI stream (nginx has buffered the
 * body, so this is local).
 */
enum err page_multipart(struct page *page, const struct file_sink *sink) MUST_USE;

#endif
