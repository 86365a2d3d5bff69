#include "store/staff_request.h"

/* ---- reading ---- */

#define FACTS                                                                            \
    "select r.id, r.reference, r.definition_id, r.state, r.answers, r.base,"             \
    " r.facts, r.effective_date, r.submitted_at, r.ended_at, r.intake_due_at, "          \
    "r.decline_reason,"                                                                  \
    " r.version, c.id, c.reference, c.name, r.submitted_by, p.display_name, s.phase,"    \
    " s.department_keys, s.since_at, s.open_items, t.id, t.reference, t.state,"          \
    " t.created_at, t.ended_at, q.display_name, i.state, r.visibility = 'board' from "
#define FACTS_BESIDE                                                                     \
    " join company c on c.id = r.company_id left join person p on p.id = r.submitted_by" \
    " left join customer_status s on s.request_id = r.id"                                \
    " left join person q on q.id = t.released_by"                                        \
    " left join process_instance i on i.id = t.instance_id"

/* programs: dashboard */
SQL(SQL_STAFF_REQUEST_BY_REFERENCE,
    FACTS "request r left join ticket t on t.request_id = r.id" FACTS_BESIDE
          " where r.reference = ? and r.submitted_at is not null");
/* programs: dashboard */
SQL(SQL_STAFF_REQUEST_BY_TICKET,
    FACTS "ticket t join request r on r.id = t.request_id" FACTS_BESIDE
          " where t.reference = ?");

static const struct db_column facts_columns[] = {
    DB_COL(struct staff_request, id, DB_I64),
    DB_COL(struct staff_request, reference, DB_STR),
    DB_COL(struct staff_request, definition_id, DB_I64),
    DB_COL(struct staff_request, state, DB_STR),
    DB_COL(struct staff_request, answers, DB_STR),
    DB_COL(struct staff_request, base, DB_STR),
    DB_COL(struct staff_request, facts, DB_STR),
    DB_COL(struct staff_request, effective_date, DB_DAY),
    DB_COL(struct staff_request, submitted_at, DB_TIME),
    DB_COL(struct staff_request, ended_at, DB_TIME),
    DB_COL(struct staff_request, intake_due_at, DB_TIME),
    DB_COL(struct staff_request, decline_reason, DB_STR),
    DB_COL(struct staff_request, version, DB_I64),
    DB_COL(struct staff_request, company_id, DB_I64),
    DB_COL(struct staff_request, company_reference, DB_STR),
    DB_COL(struct staff_request, company_name, DB_STR),
    DB_COL(struct staff_request, submitted_by, DB_I64),
    DB_COL(struct staff_request, submitter_name, DB_STR),
    DB_COL(struct staff_request, phase, DB_STR),
    DB_COL(struct staff_request, department_keys, DB_STR),
    DB_COL(struct staff_request, since_at, DB_TIME),
    DB_COL(struct staff_request, open_items, DB_I64),
    DB_COL(struct staff_request, ticket_id, DB_I64),
    DB_COL(struct staff_request, ticket_reference, DB_STR),
    DB_COL(struct staff_request, ticket_state, DB_STR),
    DB_COL(struct staff_request, ticket_created_at, DB_TIME),
    DB_COL(struct staff_request, ticket_ended_at, DB_TIME),
    DB_COL(struct staff_request, releaser_name, DB_STR),
    DB_COL(struct staff_request, instance_state, DB_STR),
    DB_COL(struct staff_request, board, DB_BOOL),
};
DB_ROW_MAP(facts_map, struct staff_request, facts_columns);

enum err staff_request_by_reference(struct db *db, struct arena *arena,
                                    struct str reference, struct staff_request *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_STAFF_REQUEST_BY_REFERENCE, &facts_map, out,
                        P_STR(reference));
}

enum err staff_request_by_ticket(struct db *db, struct arena *arena, struct str reference,
                                 struct staff_request *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_STAFF_REQUEST_BY_TICKET, &facts_map, out,
                        P_STR(reference));
}

/* programs: worker */
SQL(SQL_REQUEST_WAITING_SINCE,
    "select max(changed_at) from history where request_id = ? and object = 'request'"
    " and field = 'state' and new_value = 'waiting_for_customer'");

struct waiting_row {
    instant_us since;
};
static const struct db_column waiting_columns[] = {
    DB_COL(struct waiting_row, since, DB_TIME)};
DB_ROW_MAP(waiting_map, struct waiting_row, waiting_columns);

enum err request_waiting_since(struct db *db, struct arena *arena, int64_t request_id,
                               instant_us *out)
{
    struct waiting_row row = {INSTANT_NONE};
    enum err err = DB_QUERY_ONE(db, arena, &SQL_REQUEST_WAITING_SINCE, &waiting_map, &row,
                                P_I64(request_id));
    if (err == OK)
        *out = row.since;
    return err;
}

/* programs: dashboard, worker */
SQL(SQL_REQUEST_FACTS_STORED, "select facts from request where id = ?");

struct facts_row {
    struct str facts;
};
static const struct db_column snapshot_columns[] = {
    DB_COL(struct facts_row, facts, DB_STR)};
DB_ROW_MAP(snapshot_map, struct facts_row, snapshot_columns);

enum err request_facts_stored(struct db *db, struct arena *arena, int64_t request_id,
                              struct str *out)
{
    struct facts_row row;
    enum err err = DB_QUERY_ONE(db, arena, &SQL_REQUEST_FACTS_STORED, &snapshot_map, &row,
                                P_I64(request_id));
    if (err == OK)
        *out = row.facts;
    return err;
}

/* ---- lock and change ---- */

/* "for update" would lock the joined rows as well; company and person are read in scalar
 * subqueries, which take no lock there. */
#define LOCK                                                                             \
    "select r.id, r.reference, r.company_id,"                                            \
    " (select c.name from company c where c.id = r.company_id),"                         \
    " (select c.reference from company c where c.id = r.company_id),"                    \
    " (select c.zone from company c where c.id = r.company_id), r.request_type,"         \
    " r.definition_id, r.state, r.answers, r.base, r.effective_date, r.submitted_by,"    \
    " (select p.email from person p where p.id = r.submitted_by),"                       \
    " (select p.language from person p where p.id = r.submitted_by),"                    \
    " (select group_concat(distinct cr.role) from company_role cr join person p on"      \
    " p.id = cr.person_id and p.company_id = cr.company_id where cr.company_id ="        \
    " r.company_id and cr.person_id = r.submitted_by),"                                  \
    " r.visibility = 'board', r.submitted_at,"                                           \
    " r.intake_due_at, r.version,"                                                       \
    " (select s.phase from customer_status s where s.request_id = r.id),"                \
    " (select s.steps from customer_status s where s.request_id = r.id),"                \
    " (select s.department_keys from customer_status s where s.request_id = r.id),"      \
    " (select s.since_at from customer_status s where s.request_id = r.id),"             \
    " (select s.open_items from customer_status s where s.request_id = r.id)"

/* programs: dashboard */
SQL(SQL_REQUEST_LOCK_BY_REFERENCE, LOCK
    " from request r where r.reference = ? and r.submitted_at is not null for update");
/* programs: dashboard, worker */
SQL(SQL_REQUEST_LOCK_BY_ID,
    LOCK " from request r where r.id = ? and r.submitted_at is not null for update");
/* In the lock order: request, instance, ticket. */
/* programs: dashboard */
SQL(SQL_REQUEST_LOCK_RELEASED,
    LOCK ", i.id, i.definition_id, i.state, i.ended_at, i.version, t.id, t.reference,"
         " t.state, t.version, (select count(*) from incident n"
         " where n.request_id = r.id and n.is_open = 1)"
         " from request r straight_join process_instance i on i.request_id = r.id"
         " straight_join ticket t on t.instance_id = i.id"
         " where r.id = ? and r.submitted_at is not null for update");

#define REQUEST_COLUMNS(type, of)                                                        \
    DB_COL(type, of id, DB_I64), DB_COL(type, of reference, DB_STR),                     \
        DB_COL(type, of company_id, DB_I64), DB_COL(type, of company_name, DB_STR),      \
        DB_COL(type, of company_reference, DB_STR),                                      \
        DB_COL(type, of company_zone, DB_STR), DB_COL(type, of request_type, DB_STR),    \
        DB_COL(type, of definition_id, DB_I64), DB_COL(type, of state, DB_STR),          \
        DB_COL(type, of answers, DB_STR), DB_COL(type, of base, DB_STR),                 \
        DB_COL(type, of effective_date, DB_DAY), DB_COL(type, of submitted_by, DB_I64),  \
        DB_COL(type, of submitter_email, DB_STR),                                        \
        DB_COL(type, of submitter_language, DB_STR),                                     \
        DB_COL(type, of submitter_roles, DB_STR), DB_COL(type, of board, DB_BOOL),       \
        DB_COL(type, of submitted_at, DB_TIME), DB_COL(type, of intake_due_at, DB_TIME), \
        DB_COL(type, of version, DB_I64), DB_COL(type, of phase, DB_STR),                \
        DB_COL(type, of steps, DB_STR), DB_COL(type, of department_keys, DB_STR),        \
        DB_COL(type, of since_at, DB_TIME), DB_COL(type, of open_items, DB_I64)

static const struct db_column lock_columns[] = {REQUEST_COLUMNS(struct request_lock, )};
DB_ROW_MAP(lock_map, struct request_lock, lock_columns);

static const struct db_column released_columns[] = {
    REQUEST_COLUMNS(struct request_released, request.),
    DB_COL(struct request_released, instance.id, DB_I64),
    DB_COL(struct request_released, instance.definition_id, DB_I64),
    DB_COL(struct request_released, instance.state, DB_STR),
    DB_COL(struct request_released, instance.ended_at, DB_TIME),
    DB_COL(struct request_released, instance.version, DB_I64),
    DB_COL(struct request_released, instance.ticket.id, DB_I64),
    DB_COL(struct request_released, instance.ticket.reference, DB_STR),
    DB_COL(struct request_released, instance.ticket.state, DB_STR),
    DB_COL(struct request_released, instance.ticket.version, DB_I64),
    DB_COL(struct request_released, instance.incidents, DB_I64),
};
DB_ROW_MAP(released_map, struct request_released, released_columns);

enum err request_lock_released(struct db *db, struct arena *arena, int64_t id,
                               struct request_released *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_REQUEST_LOCK_RELEASED, &released_map, out,
                        P_I64(id));
}

enum err request_lock_by_reference(struct db *db, struct arena *arena,
                                   struct str reference, struct request_lock *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_REQUEST_LOCK_BY_REFERENCE, &lock_map, out,
                        P_STR(reference));
}

enum err request_lock_by_id(struct db *db, struct arena *arena, int64_t id,
                            struct request_lock *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_REQUEST_LOCK_BY_ID, &lock_map, out, P_I64(id));
}

/* programs: dashboard, worker */
SQL(SQL_REQUEST_CHANGE,
    "update request set state = ?, intake_open = ?, intake_due_at = ?, ended_at = ?,"
    " open_object = if(? is null, open_object, null), decline_reason = ?, changed_at = ?,"
    " version = version + 1 where id = ?");

enum err request_change_apply(struct db *db, const struct request_change *change)
{
    return DB_EXEC(db, &SQL_REQUEST_CHANGE, NULL, P_STR(change->state),
                   P_ID_OR_NULL(change->intake_open ? 1 : 0),
                   P_TIME(change->intake_due_at), P_TIME(change->ended_at),
                   P_TIME(change->ended_at), P_STR(change->decline_reason),
                   P_TIME(change->changed_at), P_I64(change->id));
}

const struct sql *const store_staff_request_statements[] = {
    &SQL_STAFF_REQUEST_BY_REFERENCE,
    &SQL_STAFF_REQUEST_BY_TICKET,
    &SQL_REQUEST_WAITING_SINCE,
    &SQL_REQUEST_FACTS_STORED,
    &SQL_REQUEST_LOCK_BY_REFERENCE,
    &SQL_REQUEST_LOCK_BY_ID,
    &SQL_REQUEST_LOCK_RELEASED,
    &SQL_REQUEST_CHANGE,
    NULL};
