/* requests.h: what the pages of this program share: page numbers, state, handlers, texts.
 */
#ifndef REQUESTS_REQUESTS_H
#define REQUESTS_REQUESTS_H

#include "web/page.h"
#include "app/request/request_full.h"

/** Index into the page table in main.c. */
enum requests_page {
    PAGE_START,
    PAGE_NEW,
    PAGE_OPEN_ALREADY,
    PAGE_DRAFT,
    PAGE_ANSWERS,
    PAGE_SLOT,
    PAGE_CHECK,
    PAGE_RECEIPT,
    PAGE_STATUS,
    PAGE_END,
    PAGE_CONFIRMATION,
    PAGE_COMPANY,
    PAGE_COUNT
};
extern const struct view_type start_view_type;
extern const struct view_type new_view_type;
extern const struct view_type open_already_view_type;
extern const struct view_type draft_view_type;
extern const struct view_type answers_view_type;
extern const struct view_type slot_view_type;
extern const struct view_type check_view_type;
extern const struct view_type receipt_view_type;
extern const struct view_type status_view_type;
extern const struct view_type end_view_type;
extern const struct view_type confirmation_view_type;
extern const struct view_type company_view_type;

/** Process lifetime. */
struct requests_state {
    struct customer_env env;
    int64_t max_file_bytes;
};

/** Handlers of the route table in main.c: named after page and method, one use case each.
 *  request_page_get is the draft's task list, later the status page. */
enum err start_get(struct page *page);
enum err new_get(struct page *page);
enum err new_post(struct page *page);
enum err request_page_get(struct page *page);
enum err answers_get(struct page *page);
enum err answers_post(struct page *page);
enum err slot_get(struct page *page);
enum err check_get(struct page *page);
enum err submit_post(struct page *page);
enum err receipt_get(struct page *page);
enum err message_post(struct page *page);
enum err discard_get(struct page *page);
enum err discard_post(struct page *page);
enum err withdraw_get(struct page *page);
enum err withdraw_post(struct page *page);
enum err confirmation_get(struct page *page);
enum err company_get_page(struct page *page);

/** Fields of the routes, see routes in main.c. */
struct start_fields {
    struct str after; /**< cursor of the page before */
};
struct new_fields {
    struct str request_type;
    struct str creation_key; /**< 32 hex digits */
};
struct submit_fields {
    struct str seen; /**< request_fingerprint of the page */
};
struct message_fields {
    struct str body;
    struct str form_key; /**< 32 hex digits */
};

/* ---- shared by the handlers (common.c) ---- */

/** What the program made at start, and who acts now: the first arguments of every use case. */
const struct customer_env *page_env(const struct page *page);
struct actor page_actor(const struct page *page);
/** True if the person has the right; decides what is offered, the route table what is allowed. */
bool page_may(const struct page *page, enum right right);
/** The request that the address names, of the reader's company. ERR_NOT_FOUND. */
enum err page_request(struct page *page, struct request_full *out) MUST_USE;
/** Text of a definition in the reader's language. */
struct str page_definition_text(const struct page *page,
                                const struct definition *definition, struct str msgid);
/** A phase: of the definition, or one of Kontor's own. Absent when it says what the state says. */
struct str page_phase(const struct page *page, const struct definition *definition,
                      struct str phase, enum request_state state);
/** "compliance,it" -> "Compliance, IT" in the reader's language. */
enum err page_departments(const struct page *page, struct str team_keys,
                          struct str *out) MUST_USE;
/** A day as the reader writes it. */
struct str page_day(const struct page *page, day_no day);
/** Word for a state (msgid) and the class of its tag. */
const char *state_label(enum request_state state);
struct str state_tag(enum request_state state);
/** 16 random bytes as hex: the idempotency key of a form. */
struct str page_form_key(const struct page *page);

#endif
