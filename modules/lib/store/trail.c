/* trail.c: history, audit, outbox and jobs. Many rows go out in one execution by array
 * binding. */
#include "store/trail.h"

/* programs: requests, uploads, dashboard, worker */
SQL(SQL_HISTORY_INSERT, "INSERT INTO history (request_id, object, object_id, version, "
                        "field, old_value, new_value, "
                        "person_id, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");

/* programs: login, account, requests, uploads, dashboard, worker, ctl */
SQL(SQL_AUDIT_INSERT, "INSERT INTO audit_event (at, program, trace_id, action, "
                      "person_id, company_id, request_id, "
                      "object, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");

/* The one IGNORE of the whole store: a key that is there already was queued by an earlier
 * try. */
/* programs: login, account, requests, dashboard, worker */
SQL(SQL_OUTBOX_INSERT, "INSERT IGNORE INTO outbox (unique_key, template, recipient, "
                       "language, payload, request_id, "
                       "available_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");

/* programs: uploads */
SQL(SQL_DOCUMENT_EVENT_INSERT,
    "INSERT INTO document_event (kind, unique_key, request_id, payload, available_at, "
    "created_at) VALUES ('document_provided', ?, ?, ?, ?, ?)");

/* programs: dashboard, worker */
SQL(SQL_JOB_INSERT,
    "INSERT INTO job (kind, unique_key, request_id, token, payload, available_at, "
    "created_at) VALUES (?, ?, ?, ?, ?, ?, ?)");

const struct sql *const store_trail_statements[] = {
    &SQL_HISTORY_INSERT,        &SQL_AUDIT_INSERT, &SQL_OUTBOX_INSERT,
    &SQL_DOCUMENT_EVENT_INSERT, &SQL_JOB_INSERT,   NULL,
};

/** Rows per execution: bounds the stack; a use case stays far below it. */
#define BATCH 64

enum err history_insert(struct db *db, const struct history_row *rows, size_t count)
{
    enum { COLUMNS = 9 };
    struct db_param params[BATCH * COLUMNS];
    for (size_t done = 0; done < count;) {
        size_t batch = count - done < BATCH ? count - done : BATCH;
        for (size_t i = 0; i < batch; i++) {
            const struct history_row *row = &rows[done + i];
            struct db_param *p = &params[i * COLUMNS];
            p[0] = P_I64(row->request_id);
            p[1] = P_STR(str_from(row->object));
            p[2] = P_I64(row->object_id);
            p[3] = P_I64(row->version);
            p[4] = P_STR(str_from(row->field));
            p[5] = P_STR(row->old_value);
            p[6] = P_STR(row->new_value);
            p[7] = P_ID_OR_NULL(row->person_id);
            p[8] = P_TIME(row->changed_at);
        }
        enum err err =
            db_exec_many(db, &SQL_HISTORY_INSERT, params, COLUMNS, batch, NULL);
        if (err != OK) {
            return err;
        }
        done += batch;
    }
    return OK;
}

enum err audit_insert(struct db *db, const struct audit_row *row)
{
    return DB_EXEC(
        db, &SQL_AUDIT_INSERT, NULL, P_TIME(row->at), P_STR(str_from(row->program)),
        P_STR(row->trace_id.ptr ? row->trace_id : STR("")), P_STR(str_from(row->action)),
        P_ID_OR_NULL(row->person_id), P_ID_OR_NULL(row->company_id),
        P_ID_OR_NULL(row->request_id), P_STR(row->object.ptr ? row->object : STR("")),
        P_STR(row->detail.ptr ? row->detail : STR("{}")));
}

enum err outbox_insert(struct db *db, const struct outbox_row *rows, size_t count)
{
    enum { COLUMNS = 8 };
    struct db_param params[BATCH * COLUMNS];
    for (size_t done = 0; done < count;) {
        size_t batch = count - done < BATCH ? count - done : BATCH;
        for (size_t i = 0; i < batch; i++) {
            const struct outbox_row *row = &rows[done + i];
            struct db_param *p = &params[i * COLUMNS];
            p[0] = P_STR(row->unique_key);
            p[1] = P_STR(str_from(row->template_name));
            p[2] = P_STR(row->recipient);
            p[3] = P_STR(row->language);
            p[4] = P_STR(row->payload);
            p[5] = P_ID_OR_NULL(row->request_id);
            p[6] = P_TIME(row->created_at);
            p[7] = P_TIME(row->created_at);
        }
        enum err err = db_exec_many(db, &SQL_OUTBOX_INSERT, params, COLUMNS, batch, NULL);
        if (err != OK) {
            return err;
        }
        done += batch;
    }
    return OK;
}

enum err job_insert(struct db *db, const struct job_row *rows, size_t count)
{
    enum { COLUMNS = 7 };
    struct db_param params[BATCH * COLUMNS];
    for (size_t done = 0; done < count;) {
        size_t batch = count - done < BATCH ? count - done : BATCH;
        for (size_t i = 0; i < batch; i++) {
            const struct job_row *row = &rows[done + i];
            struct db_param *p = &params[i * COLUMNS];
            p[0] = P_STR(str_from(row->kind));
            p[1] = P_STR(row->unique_key);
            p[2] = P_I64(row->request_id);
            p[3] = P_STR(row->token);
            p[4] = P_STR(row->payload);
            p[5] = P_TIME(row->available_at != 0 ? row->available_at : row->created_at);
            p[6] = P_TIME(row->created_at);
        }
        enum err err = db_exec_many(db, &SQL_JOB_INSERT, params, COLUMNS, batch, NULL);
        if (err != OK) {
            return err;
        }
        done += batch;
    }
    return OK;
}

enum err document_event_insert(struct db *db, const struct document_event *event)
{
    return DB_EXEC(db, &SQL_DOCUMENT_EVENT_INSERT, NULL, P_STR(event->unique_key),
                   P_I64(event->request_id), P_STR(event->payload),
                   P_TIME(event->created_at), P_TIME(event->created_at));
}
