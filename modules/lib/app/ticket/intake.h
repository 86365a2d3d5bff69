/* intake.h: what intake does with a submitted request before it is released or declined.
 */
#ifndef APP_INTAKE_H
#define APP_INTAKE_H

#include "store/intake.h"
#include "store/note.h"
#include "store/staff_request.h"
#include "store/staff_slot.h"
#include "app/actor.h"
#include "app/ticket/slot_work.h"

/** One page of the intake queue. */
struct intake_query {
    struct str state;     /**< "submitted", "waiting_for_customer" or absent for both */
    instant_us after_due; /**< INSTANT_NONE = from the start */
    int64_t after_id;
    int64_t limit;
};
struct intake_page {
    const struct intake_item *items;
    size_t count;
    bool more;     /**< there is a further page */
    int64_t total; /**< of the filter, counted up to 1,001 */
};
/** Two statements; rows read do not depend on the size of the table. */
enum err app_intake_list(const struct actor *actor, const struct intake_query *query,
                         struct intake_page *out) MUST_USE;

/** A request with everything intake and the ticket page show of it. */
struct request_dossier {
    struct staff_request request;
    const struct definition *definition;
    const struct staff_slot *slots; /**< one row per slot and file, newest file first */
    size_t slot_count;
    /** messages and internal notes, oldest first */
    const struct conversation_entry *entries;
    size_t entry_count;
};
/** Definition, slots and conversation for `out->request`, inside the caller's
 * transaction. */
enum err app_dossier_fill(struct db *db, struct arena *arena, const struct staff_env *env,
                          struct request_dossier *out) MUST_USE;
/** By the request's reference. ERR_NOT_FOUND for drafts too. */
enum err app_intake_open(const struct actor *actor, const struct staff_env *env,
                         struct str reference, struct request_dossier *out) MUST_USE;

/** After a page with this request was read: if it is a board matter, who opened it is kept (AU-06). */
enum err app_board_looked(const struct actor *actor,
                          const struct staff_request *request) MUST_USE;

/**
 * Worker, job kind document_provided: once no rejected slot is left the request goes back
 * to submitted, its due time moves by the time it waited, the customer status is brought
 * up to date and the intake team gets a mail. After the release: clocks go on, the slot's team gets the mail. Marks the job done in the same transaction;
 * a repeat changes nothing.
 */
enum err app_document_provided(const struct actor *actor, const struct staff_env *env,
                               const struct app_job *job) MUST_USE;

#endif
