#include "store/decision.h"

/* Whoever decides is compared with who edited the request at any time, and with who decided one of the steps that a
 * second person has to follow: both are looked up where the row is made, so that the table's CHECKs see what is true.
 * Steps are those of the same instance; a step done twice counts each time. */
/* programs: dashboard */
SQL(SQL_DECISION_INSERT,
    "insert into decision (request_id, slot_id, document_id, sub_ticket_id, kind,"
    " outcome, reason, requester_id, editor_id, first_decider_id, decider_id, decided_at,"
    " answers) select r.id, ?, ?, ?, ?, ?, ?, ?,"
    " coalesce((select h.person_id from history h where h.request_id = r.id"
    " and h.object = 'request' and h.field like 'answer.%' and h.person_id = ? limit 1),"
    " r.created_by),"
    " (select d.decider_id from ticket t join sub_ticket s on s.ticket_id = t.id"
    " join decision d on d.sub_ticket_id = s.id where t.request_id = r.id"
    " and find_in_set(substring_index(s.activation, '#', 1), replace(?, ' ', ''))"
    " order by d.decider_id = ? desc, d.id desc limit 1), ?, ?, ?"
    " from request r where r.id = ?");

enum err decision_insert(struct db *db, const struct decision_new *decision)
{
    return DB_EXEC(db, &SQL_DECISION_INSERT, NULL, P_ID_OR_NULL(decision->slot_id),
                   P_ID_OR_NULL(decision->document_id),
                   P_ID_OR_NULL(decision->sub_ticket_id), P_STR(decision->kind),
                   P_STR(decision->outcome), P_STR(decision->reason),
                   P_I64(decision->requester_id), P_I64(decision->decider_id),
                   P_STR(decision->first_steps), P_I64(decision->decider_id),
                   P_I64(decision->decider_id), P_TIME(decision->decided_at),
                   P_STR(decision->answers), P_I64(decision->request_id));
}

/* programs: dashboard */
SQL(SQL_DECISION_SAME_PERSON,
    "select exists (select 1 from history h where h.request_id = ? and"
    " h.object = 'request' and h.field like 'answer.%' and h.person_id = ?)"
    " or exists (select 1 from request r where r.id = ? and ? in (r.submitted_by,"
    " r.created_by)),"
    " exists (select 1 from ticket t join sub_ticket s on s.ticket_id = t.id"
    " join decision d on d.sub_ticket_id = s.id where t.request_id = ?"
    " and find_in_set(substring_index(s.activation, '#', 1), replace(?, ' ', '')) and "
    "d.decider_id = ?)");

static const struct db_column person_columns[] = {
    DB_COL(struct decision_person, asked, DB_BOOL),
    DB_COL(struct decision_person, decided, DB_BOOL),
};
DB_ROW_MAP(person_map, struct decision_person, person_columns);

enum err decision_same_person(struct db *db, struct arena *arena, int64_t request_id,
                              struct str first_steps, int64_t person_id,
                              struct decision_person *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_DECISION_SAME_PERSON, &person_map, out,
                        P_I64(request_id), P_I64(person_id), P_I64(request_id),
                        P_I64(person_id), P_I64(request_id), P_STR(first_steps),
                        P_I64(person_id));
}

const struct sql *const store_decision_statements[] = {&SQL_DECISION_INSERT,
                                                       &SQL_DECISION_SAME_PERSON, NULL};
