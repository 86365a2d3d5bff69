/* trail.h: history rows, audit events, outbox rows and jobs: what every change writes
 * beside its state, in the same transaction. */
#ifndef STORE_TRAIL_H
#define STORE_TRAIL_H

#include "db/db.h"

/** One changed field of one object. Values are text as the history page shows them. */
struct history_row {
    int64_t request_id;
    const char *object; /**< value of history.object */
    int64_t object_id;
    int64_t version; /**< of the object after the change */
    const char *field;
    struct str old_value; /**< absent = none */
    struct str new_value;
    int64_t person_id; /**< 0 = Kontor itself */
    instant_us changed_at;
};
/** Insert all rows with one statement (array binding). count 0 is OK and runs nothing. */
enum err history_insert(struct db *db, const struct history_row *rows,
                        size_t count) MUST_USE;

struct audit_row {
    instant_us at;
    const char *program;
    struct str trace_id;
    const char *action; /**< "request.submitted" */
    int64_t person_id;  /**< 0 = none */
    int64_t company_id;
    int64_t request_id;
    struct str object; /**< reference of what it is about */
    struct str detail; /**< JSON object; absent = "{}" */
};
enum err audit_insert(struct db *db, const struct audit_row *row) MUST_USE;

struct outbox_row {
    /** "R-..:slot-rejected:3:PERSON": the same key is queued once */
    struct str unique_key;
    const char *template_name;
    struct str recipient;
    struct str language;
    struct str payload; /**< JSON object */
    int64_t request_id;
    instant_us created_at;
};
/** Insert all with one statement; rows whose key exists are skipped. count 0 is OK. */
enum err outbox_insert(struct db *db, const struct outbox_row *rows,
                       size_t count) MUST_USE;

struct job_row {
    const char *kind; /**< value of job.kind */
    struct str unique_key;
    int64_t request_id;
    struct str token;   /**< of the instance; absent: of none */
    struct str payload; /**< JSON object */
    instant_us created_at;
    instant_us available_at; /**< 0: at once */
};
enum err job_insert(struct db *db, const struct job_row *rows, size_t count) MUST_USE;

/** What the customers' side tells the worker: a document is in a slot that intake has asked for. The
 *  only job that uploads may queue: its account sees the view document_event, not the table. */
struct document_event {
    struct str unique_key;
    int64_t request_id;
    struct str payload; /**< JSON object */
    instant_us created_at;
};
enum err document_event_insert(struct db *db,
                               const struct document_event *event) MUST_USE;

extern const struct sql *const store_trail_statements[];

#endif
