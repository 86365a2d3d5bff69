/* incident.h: what of a request cannot go on by itself. */
#ifndef STORE_INCIDENT_H
#define STORE_INCIDENT_H

#include "db/db.h"

struct incident_row {
    int64_t id;
    int64_t job_id;  /**< 0: none */
    struct str kind; /**< "stuck", "failed", "obstacle" */
    struct str
        token; /**< as of jobs: "<activation>" or "<activation>:<event>"; "" = of none */
    struct str reason;
    struct str about; /**< absent: nothing */
    instant_us opened_at;
};
/** The open ones of a request, oldest first, at most 200. Rows of struct incident_row. */
enum err incident_open(struct db *db, struct arena *arena, int64_t request_id,
                       struct db_rows *out) MUST_USE;
/** One that is open, of this request. ERR_NOT_FOUND. */
enum err incident_find(struct db *db, struct arena *arena, int64_t request_id, int64_t id,
                       struct incident_row *out) MUST_USE;

struct incident_new {
    int64_t request_id;
    int64_t job_id; /**< 0: none */
    const char *kind;
    struct str token;  /**< absent: of no token */
    struct str reason; /**< cut at 1,000 characters */
    struct str about;
    instant_us opened_at;
};
/** All with one statement. */
enum err incident_insert(struct db *db, struct arena *arena,
                         const struct incident_new *rows, size_t count) MUST_USE;
/** They are over. person_id 0: by themselves. One execution. */
enum err incident_close(struct db *db, struct arena *arena, const int64_t *ids,
                        size_t count, int64_t person_id, instant_us at) MUST_USE;

/** A line of the list of all. */
struct incident_item {
    int64_t id;
    struct str kind;
    struct str token;
    struct str reason;
    struct str about;
    instant_us opened_at;
    int64_t definition_id;
    struct str request_reference;
    struct str ticket_reference; /**< absent: not released yet */
    struct str company_name;
};
/** The open ones behind `after_id`, oldest first. Rows of struct incident_item. */
enum err incident_list(struct db *db, struct arena *arena, int64_t after_id,
                       int64_t limit, struct db_rows *out) MUST_USE;

extern const struct sql *const store_incident_statements[];

#endif
