/* history_read.h: the history of a request and all that belongs to it, for staff. */
#ifndef STORE_HISTORY_READ_H
#define STORE_HISTORY_READ_H

#include "db/db.h"

struct history_item {
    int64_t id;
    struct str object; /**< value of history.object */
    int64_t object_id;
    int64_t version;
    struct str field;
    struct str old_value;
    /** of messages and notes: the text itself, read from its table */
    struct str new_value;
    struct str person_name; /**< absent: Kontor itself */
    instant_us changed_at;
    struct str slot_key;   /**< object document_slot: which */
    struct str sub_ticket; /**< object sub_ticket: its reference */
    struct str activation; /**< and its step */
    struct str type_key;   /**< and its type; absent: none */
};
/** Newest first behind `before_id` (0 = from the top). */
enum err history_list(struct db *db, struct arena *arena, int64_t request_id,
                      int64_t before_id, int64_t limit, struct db_rows *out) MUST_USE;

extern const struct sql *const store_history_read_statements[];

#endif
