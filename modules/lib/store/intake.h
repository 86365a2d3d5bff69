/* intake.h: submitted requests as staff see and change them. Drafts do not exist here:
 * every statement demands submitted_at. */
#ifndef STORE_INTAKE_H
#define STORE_INTAKE_H

#include "db/db.h"

/** A line of the intake queue. */
struct intake_item {
    int64_t id;
    struct str reference;
    int64_t definition_id;
    struct str state;
    instant_us submitted_at;
    instant_us due_at;
    struct str company_name;
};
/**
 * At most `limit` requests in intake, by (due, id), behind (after_due, after_id);
 * after_due INSTANT_NONE starts at the top. `state` absent = both states. Rows of struct
 * intake_item.
 */
enum err intake_list(struct db *db, struct arena *arena, struct str state,
                     instant_us after_due, int64_t after_id, int64_t limit,
                     struct db_rows *out) MUST_USE;
/** How many there are, counted up to 1,001. */
enum err intake_count(struct db *db, struct arena *arena, struct str state,
                      int64_t *out) MUST_USE;

/** A slot and one of the files sent to it; slots without a file come once with
 * document_id 0. */
struct staff_slot {
    int64_t slot_id;
    struct str slot_key;
    bool required;
    struct str state;
    int64_t current_document_id;
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
    /** decision on this file: "accepted", "rejected"; absent = none */
    struct str outcome;
    struct str decider_name;
    instant_us decided_at;
};
/** Slots in order, files newest first, at most 200 rows. */
enum err staff_slots(struct db *db, struct arena *arena, int64_t request_id,
                     struct db_rows *out) MUST_USE;

/** A slot locked after its request. */
struct slot_lock {
    int64_t id;
    struct str state;
    int64_t document_id; /**< 0 = none */
    struct str reason_key;
    struct str reason_text;
    int64_t version;
};
enum err slot_lock_by_key(struct db *db, struct arena *arena, int64_t request_id,
                          struct str slot_key, struct slot_lock *out) MUST_USE;
struct slot_judged {
    int64_t slot_id;
    struct str state;
    struct str reason_key; /**< accepted: absent */
    struct str reason_text;
    int64_t asked_by;    /**< accepted: 0 */
    instant_us asked_at; /**< accepted: INSTANT_NONE */
    instant_us due_at;
};
enum err slot_judge(struct db *db, const struct slot_judged *judged) MUST_USE;

/** Slots of a request by what is open about them. */
struct slot_totals {
    int64_t rejected;
    int64_t required_open; /**< required and not accepted */
    int64_t filled;        /**< a file is there that nobody has judged */
};
enum err slot_totals(struct db *db, struct arena *arena, int64_t request_id,
                     struct slot_totals *out) MUST_USE;

extern const struct sql *const store_intake_statements[];

#endif
