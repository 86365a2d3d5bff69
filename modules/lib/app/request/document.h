/* document.h: what customers do with documents in slots, and who may open one. */
#ifndef APP_DOCUMENT_H
#define APP_DOCUMENT_H

#include "file/type_policy.h"
#include "store/document.h"
#include "store/slot.h"
#include "app/actor.h"
#include "app/definition/definitions.h"

/** A slot that a file is meant for. */
struct document_target {
    struct upload_slot slot; /**< its first row: every slot has one */
    const struct slot_rule *rule;
    int64_t
        item; /**< the document that is meant; 0: where there is room, or that which was rejected */
    day_no today; /**< in the company's calendar */
    bool open;    /**< the request's and the slot's state take a file now */
    bool board;   /**< the request is a board matter */
};
/**
 * Look up before the first byte of a file is kept. ERR_NOT_FOUND for another company's
 * request, a discarded draft or an unknown slot.
 */
enum err app_document_target(const struct actor *actor, struct definitions *definitions,
                             struct str reference, struct str slot_key,
                             struct document_target *out) MUST_USE;

/** True while the customer may put a file into a row of a slot: in a draft, later only when staff have asked
 *  for it. The same rule as the slot page's (app/request/request_check.h). Pure. */
bool document_slot_takes(struct str request_state, struct str slot_state);

/** What the customer says about a file. */
struct document_statement {
    struct str kind_key;  /**< one of the slot's kinds */
    struct str issued_on; /**< YYYY-MM-DD as typed; empty = not stated */
};
/**
 * Check it against the slot's rule. Pure. Also for a refusal, what could be read of it is
 * in `*kind_out` and `*day_out` (DAY_NONE = not stated), else they are left alone; a slot
 * with one kind needs no choice.
 */
enum file_refusal document_statement_check(const struct document_target *target,
                                           const struct document_statement *statement,
                                           struct str *kind_out, day_no *day_out);

/** Expected outcomes. */
enum document_outcome {
    DOCUMENT_TAKEN,    /**< the slot is filled with it */
    DOCUMENT_REPEATED, /**< the same file is there already: the form came twice */
    DOCUMENT_CLOSED,   /**< the slot takes no file any more */
    DOCUMENT_UNFIT, /**< reuse: that document is rejected, of another kind or too old */
    DOCUMENT_FULL,  /**< the slot holds as many documents as it takes */
};

/** A file that has passed every check and lies in the store. */
struct document_accepted {
    struct str file_name; /**< file_name_clean */
    int64_t size_bytes;
    const char *media_type;
    uint8_t sha256[SHA256_BYTES];
    struct str kind_key;
    day_no issued_on;
};
/**
 * Fill a row of the slot: document, slot, history, audit and (after submission) the job
 * document_provided in one transaction. The state is checked again under the request's
 * lock. A slot for one document gets another instead, a slot for several gets one more.
 */
enum err app_document_take(const struct actor *actor,
                           const struct document_target *target,
                           const struct document_accepted *file,
                           enum document_outcome *out) MUST_USE;

/** A file that was not taken: its row, so that the reason survives the redirect. */
struct document_refused {
    enum file_refusal refusal;
    struct str file_name; /**< may be empty */
    int64_t size_bytes;
    struct str media_type; /**< as far as known; absent = application/octet-stream */
    struct str kind_key;   /**< absent = none of the slot's kinds */
    day_no issued_on;
};
/** The slot keeps what it has. */
enum err app_document_refuse(const struct actor *actor,
                             const struct document_target *target,
                             const struct document_refused *file) MUST_USE;

/** Take a document (target->item, 0 = the first) out of the slot of a draft. DOCUMENT_TAKEN when it is out now,
 * DOCUMENT_REPEATED when it was. */
enum err app_document_remove(const struct actor *actor,
                             const struct document_target *target,
                             enum document_outcome *out) MUST_USE;

/** Fill the slot with a file that the company has sent before: a new row with the same content, which names the
 * old one. ERR_NOT_FOUND: no such document of the company. DOCUMENT_UNFIT also for a slot that takes new ones only. */
enum err app_document_reuse(const struct actor *actor,
                            const struct document_target *target, struct str public_id,
                            enum document_outcome *out) MUST_USE;

/**
 * Open for reading: a customer's own company's file, or (staff who may see requests) any
 * submitted one; everything else is ERR_NOT_FOUND. The access is audited before it is
 * granted: one autocommit statement after the look-up.
 */
enum err app_document_open(const struct actor *actor, struct str public_id,
                           struct document_file *out) MUST_USE;

#endif
