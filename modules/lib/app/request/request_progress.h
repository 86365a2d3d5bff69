/* request_progress.h: what the customer sees: the list of requests, one request's
 * progress, one slot. Reading only, each in one READ ONLY transaction. */
#ifndef APP_REQUEST_PROGRESS_H
#define APP_REQUEST_PROGRESS_H

#include "store/customer_status.h"
#include "store/document_expiry.h"
#include "store/message.h"
#include "store/request_list.h"
#include "app/request/request_full.h"

/** A line of the start page with its definition. */
struct request_line {
    struct request_list_row row;
    enum request_state state;
    const struct definition *definition;
};
/** A document that was accepted and ends soon, or has ended. */
struct ending_document {
    struct document_expiry_notice row;
    const struct definition *definition;
    bool ended;
};
struct request_overview {
    struct request_line *lines;
    size_t line_count;
    bool more;                 /**< there is a further page after the last line */
    struct active_type *types; /**< request types that can be started now */
    size_t type_count;
    struct ending_document *ending; /**< the first page only */
    size_t ending_count;
};
/** At most `limit` lines after `after` (NULL = from the top). Two statements, three from the top. */
enum err request_overview(const struct actor *actor, const struct customer_env *env,
                          const struct request_cursor *after, int64_t limit,
                          struct request_overview *out) MUST_USE;

/** A request with its conversation and its steps; a draft has neither. */
struct request_progress {
    struct request_full full;
    const struct message_row *messages; /**< newest first */
    size_t message_count;
    const struct timeline_row *steps; /**< oldest first */
    size_t step_count;
    /** id of the newest message this person had not seen; 0 = none */
    int64_t newest_unread;
};
/** Four statements (a draft: two). A discarded draft is ERR_NOT_FOUND. */
enum err request_progress(const struct actor *actor, const struct customer_env *env,
                          struct str reference, struct request_progress *out) MUST_USE;
/** The person has seen the page: one autocommit statement, nothing to do without unread ones. In the support
 *  view nobody of the company has. */
enum err request_progress_seen(const struct actor *actor,
                               const struct request_progress *progress) MUST_USE;

/** A slot with the files that were refused and those that may serve again. */
struct slot_overview {
    struct request_full full;
    const struct request_slot *slot;
    /** refused since the present file, newest first */
    const struct slot_attempt_row *attempts;
    size_t attempt_count;
    const struct slot_reusable_row *reusable; /**< still valid for this slot today */
    size_t reusable_count;
};
/** Four statements. ERR_NOT_FOUND: no such request or slot. */
enum err slot_overview(const struct actor *actor, const struct customer_env *env,
                       struct str reference, struct str slot_key,
                       struct slot_overview *out) MUST_USE;

#endif
