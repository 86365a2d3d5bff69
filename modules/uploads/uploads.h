/* uploads.h: what the handlers of this program share. */
#ifndef UPLOADS_UPLOADS_H
#define UPLOADS_UPLOADS_H

#include "web/page.h"
#include "app/request/document.h"

/** Bytes of a form beside its file: headers, delimiters, text fields. */
#define UPLOAD_FORM_BYTES (64 * 1024)

/** Process lifetime. */
struct uploads_state {
    struct definitions *definitions;
    const char *store;
    const char *spool;
    const char *scan_socket;
    int64_t scan_timeout_ms;
    int64_t max_bytes;
};

/** Text fields of the upload form. All optional for the field table: what is missing or
 * wrong is a refusal with a row, so that the slot page can show it. */
struct upload_fields {
    struct str kind;
    struct str issued_on;
    int64_t item; /**< which document of the slot is meant; 0: none in particular */
};
struct remove_fields {
    int64_t item;
};
struct reuse_fields {
    struct str document; /**< public id */
    int64_t item;
};

/** Handlers of the route table in main.c. */
enum err upload_post(struct page *page);
enum err remove_post(struct page *page);
enum err reuse_post(struct page *page);
enum err download_get(struct page *page);

/* ---- shared (common.c) ---- */

/** What the program made at start, and who acts now: the first arguments of every use case. */
const struct uploads_state *uploads_state(const struct page *page);
struct actor uploads_actor(const struct page *page);
/** The slot named by the path. */
enum err uploads_target(const struct page *page, struct document_target *out) MUST_USE;
/** 303 back to the slot's page. */
enum err uploads_back(struct page *page) MUST_USE;
/** The sentence for an outcome, shown on the slot's page. */
void uploads_notice(struct page *page, enum document_outcome outcome,
                    const char *taken_msgid);

#endif
