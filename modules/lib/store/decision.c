#include "store/decision.h"

/* programs: dashboard */
SQL(SQL_DECISION_INSERT, "insert into decision (request_id, slot_id, document_id, "
                         "sub_ticket_id, kind, outcome,"
                         " reason, requester_id, decider_id, decided_at) values (?, ?, "
                         "?, ?, ?, ?, ?, ?, ?, ?)");

enum err decision_insert(struct db *db, const struct decision_new *decision)
{
    return DB_EXEC(db, &SQL_DECISION_INSERT, NULL, P_I64(decision->request_id),
                   P_ID_OR_NULL(decision->slot_id), P_ID_OR_NULL(decision->document_id),
                   P_ID_OR_NULL(decision->sub_ticket_id), P_STR(decision->kind),
                   P_STR(decision->outcome), P_STR(decision->reason),
                   P_I64(decision->requester_id), P_I64(decision->decider_id),
                   P_TIME(decision->decided_at));
}

const struct sql *const store_decision_statements[] = {&SQL_DECISION_INSERT, NULL};
