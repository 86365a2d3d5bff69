/* note.h: internal notes, which no customer ever sees, and the conversation as staff read
 * it. */
#ifndef STORE_NOTE_H
#define STORE_NOTE_H

#include "db/db.h"

struct note_new {
    int64_t request_id;
    int64_t sub_ticket_id; /**< 0 = written in intake */
    int64_t author_id;
    struct str body;
    const uint8_t *form_key; /**< 16 bytes */
    instant_us written_at;
};
/** ERR_CONFLICT uq_internal_note_form: this form was sent before. */
enum err note_insert(struct db *db, const struct note_new *note,
                     int64_t *id_out) MUST_USE;

/** A message or an internal note. */
struct conversation_entry {
    bool internal; /**< from internal_note */
    int64_t id;
    bool from_staff;
    struct str author_name; /**< the person */
    struct str shown_as;    /**< message of staff: the department the customer sees */
    struct str body;
    instant_us written_at;
    struct str sub_ticket_reference; /**< note written at a sub-ticket */
};
/** Both kinds in one statement, by time, at most the newest 200 of each. */
enum err conversation_list(struct db *db, struct arena *arena, int64_t request_id,
                           struct db_rows *out) MUST_USE;

extern const struct sql *const store_note_statements[];

#endif
