#include "store/outbox_lease.h"

static const struct db_column mail_columns[] = {
    DB_COL(struct outbox_mail, id, DB_I64),
    DB_COL(struct outbox_mail, unique_key, DB_STR),
    DB_COL(struct outbox_mail, template_name, DB_STR),
    DB_COL(struct outbox_mail, recipient, DB_STR),
    DB_COL(struct outbox_mail, language, DB_STR),
    DB_COL(struct outbox_mail, payload, DB_STR),
    DB_COL(struct outbox_mail, request_id, DB_I64),
    DB_COL(struct outbox_mail, request_reference, DB_STR),
    DB_COL(struct outbox_mail, attempts, DB_I64),
    DB_COL(struct outbox_mail, created_at, DB_TIME),
};
DB_ROW_MAP(mail_map, struct outbox_mail, mail_columns);

/* clang-format off */
/* The reference comes by a sub-select: a join would lock the request as well. A leased row has its
 * available_at in the future, so that an expired lease needs no condition of its own. */
/* programs: worker */
SQL(SQL_OUTBOX_NEXT,
    "SELECT o.id, o.unique_key, o.template, o.recipient, o.language, o.payload, o.request_id,"
    " (SELECT r.reference FROM request r WHERE r.id = o.request_id), o.attempts, o.created_at"
    " FROM outbox o WHERE o.state = 'queued' AND o.available_at <= ?"
    " ORDER BY o.available_at, o.id LIMIT 1 FOR UPDATE SKIP LOCKED");

/* programs: worker */
SQL(SQL_OUTBOX_LEASE,
    "UPDATE outbox SET lease_until = ?, available_at = ?, attempts = attempts + 1 WHERE id = ?");

/* The link of an invitation is a secret; nobody needs it any more. */
/* programs: worker */
SQL(SQL_OUTBOX_SENT,
    "UPDATE outbox SET state = 'sent', sent_at = ?, lease_until = NULL, last_error = NULL,"
    " payload = IF(template = 'invitation', '{}', payload)"
    " WHERE id = ? AND state = 'queued'");

/* programs: worker */
SQL(SQL_OUTBOX_RETRY,
    "UPDATE outbox SET available_at = ?, lease_until = NULL, last_error = ?"
    " WHERE id = ? AND state = 'queued'");

/* programs: worker */
SQL(SQL_OUTBOX_FAILED,
    "UPDATE outbox SET state = 'failed', lease_until = NULL, last_error = ?,"
    " payload = IF(template = 'invitation', '{}', payload)"
    " WHERE id = ? AND state = 'queued'");
/* clang-format on */

const struct sql *const store_outbox_lease_statements[] = {
    &SQL_OUTBOX_NEXT,  &SQL_OUTBOX_LEASE,  &SQL_OUTBOX_SENT,
    &SQL_OUTBOX_RETRY, &SQL_OUTBOX_FAILED, NULL,
};

enum err outbox_next(struct db *db, struct arena *arena, instant_us now,
                     struct outbox_mail *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_OUTBOX_NEXT, &mail_map, out, P_TIME(now));
}

enum err outbox_lease(struct db *db, int64_t id, instant_us until)
{
    return DB_EXEC(db, &SQL_OUTBOX_LEASE, NULL, P_TIME(until), P_TIME(until), P_I64(id));
}

enum err outbox_sent(struct db *db, int64_t id, instant_us now)
{
    return DB_EXEC(db, &SQL_OUTBOX_SENT, NULL, P_TIME(now), P_I64(id));
}

enum err outbox_not_sent(struct db *db, int64_t id, instant_us available_at,
                         struct str last_error)
{
    struct str error = str_sub(last_error, 0, 500);
    if (available_at == INSTANT_NONE) {
        return DB_EXEC(db, &SQL_OUTBOX_FAILED, NULL, P_STR(error), P_I64(id));
    }
    return DB_EXEC(db, &SQL_OUTBOX_RETRY, NULL, P_TIME(available_at), P_STR(error),
                   P_I64(id));
}
