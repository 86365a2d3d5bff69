/* staff_slot.h: document slots of submitted requests as staff see and judge them. A slot that the request does
 * not have is not here, nor an empty place for a further document. */
#ifndef STORE_STAFF_SLOT_H
#define STORE_STAFF_SLOT_H

#include "db/db.h"

/** A row of a slot and one of the files sent to it; without a file it comes once with
 * document_id 0. */
struct staff_slot {
    int64_t slot_id;
    struct str slot_key;
    int64_t item; /**< from 1: a slot may hold several documents, a row each */
    bool required;
    struct str state;
    int64_t current_document_id;
    day_no original_on;          /**< the paper arrived; DAY_NONE: not yet */
    struct str original_by_name; /**< who says so */
    struct str
        correctness; /**< "open", "accepted", "rejected"; absent: not checked a second time */
    struct str reason_key;
    struct str reason_text;
    struct str asked_by_name;
    instant_us asked_at;
    instant_us due_at;
    int64_t version;
    int64_t document_id;
    struct str public_id;
    struct str verdict;
    struct str file_name;
    int64_t size_bytes;
    struct str media_type;
    struct str kind_key;
    day_no issued_on;
    instant_us uploaded_at;
    struct str uploader_name;
    struct str
        reused_from; /**< request it was first sent for; absent: sent for this one */
    /** decision on this file at intake: "accepted", "rejected"; absent = none */
    struct str outcome;
    struct str decider_name;
    instant_us decided_at;
    /** the same of the team that checks correctness */
    struct str second_outcome;
    struct str second_decider_name;
    instant_us second_decided_at;
};
/** Slots in order, files newest first, at most 3,000 rows. */
enum err staff_slots(struct db *db, struct arena *arena, int64_t request_id,
                     struct db_rows *out) MUST_USE;

/** A row of a slot with its present document. */
struct slot_lock {
    int64_t id;
    int64_t item;
    struct str state;
    int64_t document_id; /**< 0 = none */
    day_no original_on;
    struct str correctness;
    struct str reason_key;
    struct str reason_text;
    int64_t version;
    struct str kind_key; /**< of the document; absent = none */
    day_no issued_on;
};
/** All rows of one slot by item, locked (after the request). ERR_NOT_FOUND: the request does not have it. */
enum err slot_lock_rows(struct db *db, struct arena *arena, int64_t request_id,
                        struct str slot_key, struct db_rows *out) MUST_USE;

struct slot_judged {
    int64_t slot_id;
    struct str state;
    struct str correctness; /**< absent: not checked a second time */
    bool lost_original; /**< the paper that was there will not do: another has to come */
    struct str reason_key; /**< accepted: absent */
    struct str reason_text;
    int64_t asked_by;    /**< accepted: 0 */
    instant_us asked_at; /**< accepted: INSTANT_NONE */
    instant_us due_at;
};
enum err slot_judge(struct db *db, const struct slot_judged *judged) MUST_USE;

/** The original of a slot has arrived: its rows can be judged. One that was rejected loses its old file. */
struct slot_original {
    int64_t request_id;
    struct str slot_key;
    day_no arrived_on;
    int64_t person_id;
};
enum err slot_original_put(struct db *db, const struct slot_original *original) MUST_USE;

/** At release: what is in these slots (keys joined by ',') is checked a second time. */
enum err slot_open_correctness(struct db *db, int64_t request_id,
                               struct str slot_keys) MUST_USE;
/** Documents in these slots that a second check has not accepted yet. */
enum err slot_unchecked(struct db *db, struct arena *arena, int64_t request_id,
                        struct str slot_keys, int64_t *out) MUST_USE;

/** Slots of a request by what is open about them. */
struct slot_totals {
    int64_t rejected;
    int64_t required_open; /**< required and not accepted */
    int64_t filled;        /**< a file is there that nobody has judged */
};
enum err slot_totals(struct db *db, struct arena *arena, int64_t request_id,
                     struct slot_totals *out) MUST_USE;

extern const struct sql *const store_staff_slot_statements[];

#endif
