/* invariants.c: see invariants.h. Every rule takes the request's id twice (0, 0 = all requests). */
#include "store/invariants.h"

/* programs: ctl */
SQL(SQL_INV_RELEASED_HAS_TICKET,
    "SELECT r.reference FROM request r LEFT JOIN ticket t ON t.request_id = r.id "
    "WHERE (? = 0 OR r.id = ?) AND r.state IN ('released', 'completed') AND t.id IS NULL "
    "LIMIT 100");

/* programs: ctl */
SQL(SQL_INV_TICKET_STATE,
    "SELECT r.reference FROM ticket t JOIN request r ON r.id = t.request_id "
    "WHERE (? = 0 OR r.id = ?) AND NOT ((r.state = 'released' AND t.state = 'open') "
    "OR (r.state = 'completed' AND t.state = 'done') "
    "OR (r.state = 'declined' AND t.state = 'declined')) LIMIT 100");

/* programs: ctl */
SQL(SQL_INV_TICKET_INSTANCE,
    "SELECT r.reference FROM ticket t JOIN request r ON r.id = t.request_id "
    "LEFT JOIN process_instance i ON i.id = t.instance_id "
    "WHERE (? = 0 OR r.id = ?) AND (i.id IS NULL OR i.request_id <> t.request_id "
    "OR i.definition_id <> r.definition_id OR (i.ended_at IS NULL) <> (t.state = 'open') "
    "OR (t.ended_at IS NULL) <> (t.state = 'open') OR t.company_id <> r.company_id) "
    "LIMIT 100");

/* programs: ctl */
SQL(SQL_INV_INSTANCE_TICKET,
    "SELECT r.reference FROM process_instance i JOIN request r ON r.id = i.request_id "
    "LEFT JOIN ticket t ON t.instance_id = i.id "
    "WHERE (? = 0 OR r.id = ?) AND t.id IS NULL LIMIT 100");

/* programs: ctl */
SQL(SQL_INV_SUB_TICKET,
    "SELECT s.reference FROM sub_ticket s JOIN ticket t ON t.id = s.ticket_id "
    "WHERE (? = 0 OR t.request_id = ?) AND (s.instance_id <> t.instance_id "
    "OR (s.is_open = 1 AND t.state <> 'open') "
    "OR (s.is_open IS NULL) <> (s.ended_at IS NOT NULL) "
    "OR (s.state = 'done' AND s.ended_by IS NULL) "
    "OR (s.state = 'in_progress' AND s.owner_id IS NULL)) LIMIT 100");

/* programs: ctl */
SQL(SQL_INV_TICKET_HAS_WORK,
    "SELECT t.reference FROM ticket t WHERE (? = 0 OR t.request_id = ?) AND t.state = "
    "'open' "
    "AND NOT EXISTS (SELECT 1 FROM sub_ticket s WHERE s.ticket_id = t.id AND s.is_open = "
    "1) "
    "AND NOT EXISTS (SELECT 1 FROM job j WHERE j.request_id = t.request_id "
    "AND j.kind IN ('service_task', 'timer') AND j.state IN ('queued', 'failed')) "
    "AND NOT EXISTS (SELECT 1 FROM subscription w WHERE w.request_id = t.request_id) "
    "AND NOT EXISTS (SELECT 1 FROM incident n WHERE n.request_id = t.request_id "
    "AND n.is_open = 1) LIMIT 100");

/* programs: ctl */
SQL(SQL_INV_REQUEST_COLUMNS,
    "SELECT r.reference FROM request r WHERE (? = 0 OR r.id = ?) AND ("
    "(r.state IN ('draft', 'discarded')) <> (r.submitted_at IS NULL) "
    "OR (r.submitted_at IS NULL) <> (r.submitted_by IS NULL) "
    "OR (r.state IN ('submitted', 'waiting_for_customer')) <> (r.intake_open <=> 1) "
    "OR (r.state IN ('discarded', 'completed', 'declined', 'withdrawn')) "
    "<> (r.ended_at IS NOT NULL) "
    "OR (r.ended_at IS NOT NULL AND r.open_object IS NOT NULL)) LIMIT 100");

/* programs: ctl */
SQL(SQL_INV_CUSTOMER_STATUS,
    "SELECT r.reference FROM request r LEFT JOIN customer_status c ON c.request_id = "
    "r.id "
    "WHERE (? = 0 OR r.id = ?) AND ((r.state NOT IN ('draft', 'discarded') "
    "AND c.request_id IS NULL) OR c.company_id <> r.company_id) LIMIT 100");

/* programs: ctl */
SQL(SQL_INV_DEPARTMENTS,
    "SELECT r.reference FROM request r JOIN customer_status c ON c.request_id = r.id "
    "JOIN ticket t ON t.request_id = r.id "
    "WHERE (? = 0 OR r.id = ?) AND t.state = 'open' AND EXISTS (SELECT 1 FROM sub_ticket "
    "s "
    "WHERE s.ticket_id = t.id AND s.is_open = 1 "
    "AND FIND_IN_SET(s.team_key, c.department_keys) = 0) LIMIT 100");

/* While the worker has a document to tell of, the status may still say what was before. */
/* programs: ctl */
SQL(SQL_INV_OPEN_ITEMS,
    "SELECT r.reference FROM request r JOIN customer_status c ON c.request_id = r.id "
    "WHERE (? = 0 OR r.id = ?) AND r.state IN ('submitted', 'waiting_for_customer') "
    "AND c.open_items <> (SELECT COUNT(*) FROM document_slot d WHERE d.request_id = r.id "
    "AND d.state = 'rejected' AND d.applies) AND NOT EXISTS (SELECT 1 FROM job j WHERE "
    "j.request_id = "
    "r.id "
    "AND j.kind = 'document_provided' AND j.state = 'queued') LIMIT 100");

/* What is to be checked is a file or an original on paper; a rejected one may be asked for without any. */
/* programs: ctl */
SQL(SQL_INV_SLOT,
    "SELECT CONCAT(r.reference, ' ', s.slot_key) FROM document_slot s "
    "JOIN request r ON r.id = s.request_id LEFT JOIN document d ON d.id = s.document_id "
    "WHERE (? = 0 OR r.id = ?) AND ((s.state = 'empty' AND s.document_id IS NOT NULL) "
    "OR (s.state IN ('filled', 'accepted') AND s.document_id IS NULL AND s.original_on "
    "IS "
    "NULL) "
    "OR s.company_id <> r.company_id OR d.slot_id <> s.id OR d.verdict <> 'accepted' "
    "OR d.company_id <> s.company_id) LIMIT 100");

/* A document chosen again is the company's own, with the same content. */
/* programs: ctl */
SQL(SQL_INV_REUSED,
    "SELECT r.reference FROM document d JOIN document o ON o.id = d.reused_id "
    "JOIN document_slot s ON s.id = d.slot_id JOIN request r ON r.id = s.request_id "
    "WHERE (? = 0 OR r.id = ?) AND (o.company_id <> d.company_id OR o.sha256 <> d.sha256 "
    "OR o.verdict <> 'accepted') LIMIT 100");

/* The newest decision about what is there now. */
/* programs: ctl */
SQL(SQL_INV_SLOT_DECISION,
    "SELECT CONCAT(r.reference, ' ', s.slot_key) FROM document_slot s "
    "JOIN request r ON r.id = s.request_id "
    "WHERE (? = 0 OR r.id = ?) AND s.state IN ('accepted', 'rejected') "
    "AND NOT s.state <=> (SELECT n.outcome FROM decision n WHERE n.slot_id = s.id "
    "AND n.document_id <=> s.document_id ORDER BY n.id DESC LIMIT 1) LIMIT 100");

/* programs: ctl */
SQL(SQL_INV_RELEASED_SLOTS,
    "SELECT CONCAT(r.reference, ' ', s.slot_key) FROM document_slot s "
    "JOIN request r ON r.id = s.request_id WHERE (? = 0 OR r.id = ?) "
    "AND r.state IN ('released', 'completed') AND s.required AND s.applies "
    "AND s.state <> 'accepted' AND s.correctness IS NULL "
    "LIMIT 100");

/* A second check begins with the release, and ends like the first one. */
/* programs: ctl */
SQL(SQL_INV_CORRECTNESS,
    "SELECT CONCAT(r.reference, ' ', s.slot_key) FROM document_slot s "
    "JOIN request r ON r.id = s.request_id WHERE (? = 0 OR r.id = ?) "
    "AND s.correctness IS NOT NULL AND (r.state NOT IN ('released', 'completed', "
    "'declined') OR (s.correctness = 'accepted' AND s.state <> 'accepted') "
    "OR (s.correctness = 'rejected' AND s.state = 'accepted')) LIMIT 100");

/* programs: ctl */
SQL(SQL_INV_RELEASE_DECISION,
    "SELECT r.reference FROM request r JOIN ticket t ON t.request_id = r.id "
    "WHERE (? = 0 OR r.id = ?) AND (SELECT COUNT(*) FROM decision n "
    "WHERE n.request_id = r.id AND n.kind = 'release') <> 1 LIMIT 100");

/* programs: ctl */
SQL(SQL_INV_DONE_DECISION,
    "SELECT s.reference FROM sub_ticket s JOIN ticket t ON t.id = s.ticket_id "
    "WHERE (? = 0 OR t.request_id = ?) AND (s.state = 'done') <> EXISTS "
    "(SELECT 1 FROM decision n WHERE n.sub_ticket_id = s.id) LIMIT 100");

/* programs: ctl */
SQL(SQL_INV_FOUR_EYES,
    "SELECT r.reference FROM decision n JOIN request r ON r.id = n.request_id "
    "WHERE (? = 0 OR r.id = ?) AND (n.requester_id <> r.submitted_by "
    "OR n.decider_id IN (r.submitted_by, r.created_by, n.editor_id, "
    "n.first_decider_id) OR EXISTS (SELECT 1 FROM history h WHERE h.request_id = r.id "
    "AND h.object = 'request' AND h.field LIKE 'answer.%' "
    "AND h.person_id = n.decider_id)) LIMIT 100");

/* programs: ctl */
SQL(SQL_INV_CLOCK,
    "SELECT s.reference FROM sub_ticket s JOIN ticket t ON t.id = s.ticket_id "
    "WHERE (? = 0 OR t.request_id = ?) AND s.is_open = 1 "
    "AND (s.waiting_for IS NOT NULL) <> COALESCE((SELECT k.event "
    "FROM sub_ticket_clock k WHERE k.sub_ticket_id = s.id ORDER BY k.id DESC LIMIT 1) "
    "= 'paused', 0) LIMIT 100");

/* A service that writes master data has written some once it is done. */
/* programs: ctl */
SQL(SQL_INV_MASTER_DATA,
    "SELECT r.reference FROM job j JOIN request r ON r.id = j.request_id "
    "WHERE (? = 0 OR r.id = ?) AND j.kind = 'service_task' "
    "AND JSON_VALUE(j.payload, '$.type') = 'master-data.apply' "
    "AND (j.state = 'done') <> EXISTS (SELECT 1 FROM company_attribute a "
    "WHERE a.request_id = r.id AND a.company_id = r.company_id "
    "AND a.attribute_key <> 'company.name') LIMIT 100"); /* that is of company.rename */

/* Whose rows they are; who brought them and who ended them. */
#define INV_RECORD(table)                                                                \
    "SELECT r.reference FROM " table " x JOIN request r "                                \
    "ON r.id IN (x.request_id, x.ended_request_id) "                                     \
    "WHERE (? = 0 OR r.id = ?) AND x.company_id <> r.company_id "
/* programs: ctl */
SQL(SQL_INV_MEMBERSHIP_COMPANY, INV_RECORD("membership") "LIMIT 100");
/* programs: ctl */
SQL(SQL_INV_ENTITLEMENT_COMPANY, INV_RECORD("entitlement") "LIMIT 100");
/* programs: ctl */
SQL(SQL_INV_BOARD_COMPANY, INV_RECORD("board_member") "LIMIT 100");
/* programs: ctl */
SQL(SQL_INV_CLEARING_COMPANY, INV_RECORD("clearing_access") "LIMIT 100");

/* These two are about companies: asked when all is looked at, not for one request. */
/* programs: ctl */
SQL(SQL_INV_ENDED_COMPANY,
    "SELECT c.reference FROM company c WHERE ? = 0 AND ? = 0 AND c.state = 'ended' AND ("
    "EXISTS (SELECT 1 FROM membership m WHERE m.company_id = c.id AND m.is_open = 1) "
    "OR EXISTS (SELECT 1 FROM entitlement e WHERE e.company_id = c.id AND e.is_open = 1) "
    "OR EXISTS (SELECT 1 FROM clearing_access a WHERE a.company_id = c.id "
    "AND a.is_open = 1)) LIMIT 100");
/* programs: ctl */
SQL(SQL_INV_ENTITLEMENT_MEMBERSHIP,
    "SELECT CONCAT(c.reference, ' ', e.product_key, '@', e.market_key) "
    "FROM entitlement e JOIN company c ON c.id = e.company_id "
    "JOIN market m ON m.market_key = e.market_key "
    "WHERE ? = 0 AND ? = 0 AND e.is_open = 1 AND m.exchange_key IS NOT NULL "
    "AND NOT EXISTS (SELECT 1 FROM membership s WHERE s.company_id = e.company_id "
    "AND s.exchange_key = m.exchange_key AND (s.is_open = 1 OR s.ends_on >= CURDATE())) "
    "LIMIT 100");

/* programs: ctl */
SQL(SQL_INV_COMPLETED_JOBS,
    "SELECT r.reference FROM job j JOIN request r ON r.id = j.request_id "
    "WHERE (? = 0 OR r.id = ?) AND r.state = 'completed' "
    "AND j.kind IN ('service_task', 'timer') AND j.state IN ('queued', 'failed') "
    "LIMIT 100");

/* programs: ctl */
SQL(SQL_INV_FAILED_JOBS,
    "SELECT r.reference FROM job j JOIN request r ON r.id = j.request_id "
    "WHERE (? = 0 OR r.id = ?) AND j.state = 'failed' AND NOT EXISTS (SELECT 1 "
    "FROM incident n WHERE n.job_id = j.id AND n.is_open = 1) LIMIT 100");

/* programs: ctl */
SQL(SQL_INV_INCIDENT_JOBS,
    "SELECT r.reference FROM incident n JOIN request r ON r.id = n.request_id "
    "JOIN job j ON j.id = n.job_id "
    "WHERE (? = 0 OR r.id = ?) AND n.is_open = 1 AND j.state <> 'failed' LIMIT 100");

/* A slot is made empty with its request; its history begins with what is done to it. What is on record
 * outlives the request that brought it, and has the history of several. */
/* programs: ctl */
SQL(SQL_INV_HISTORY_GAPLESS,
    "SELECT CONCAT(r.reference, ' ', h.object, ' ', h.object_id) FROM history h "
    "JOIN request r ON r.id = h.request_id WHERE (? = 0 OR r.id = ?) "
    "AND h.object NOT IN ('company', 'membership', 'entitlement', 'board_member', "
    "'clearing_access') "
    "GROUP BY r.reference, h.object, h.object_id "
    "HAVING MIN(h.version) <> IF(h.object = 'document_slot', 2, 1) "
    "OR MAX(h.version) - MIN(h.version) + 1 <> COUNT(DISTINCT h.version) LIMIT 100");

/* programs: ctl */
SQL(SQL_INV_HISTORY_CHAIN,
    "SELECT CONCAT(r.reference, ' ', c.object, ' ', c.object_id, ' ', c.field) FROM ("
    "SELECT h.request_id, h.object, h.object_id, h.field, h.old_value, "
    "LAG(h.id) OVER w AS before_id, LAG(h.new_value) OVER w AS before_value "
    "FROM history h WHERE (? = 0 OR h.request_id = ?) "
    "AND h.field IN ('state', 'phase', 'departments', 'owner') "
    "WINDOW w AS (PARTITION BY h.request_id, h.object, h.object_id, h.field ORDER BY "
    "h.id)) c "
    "JOIN request r ON r.id = c.request_id WHERE c.before_id IS NOT NULL "
    "AND NOT c.old_value <=> c.before_value LIMIT 100");

/* programs: ctl */
SQL(SQL_INV_HISTORY_REQUEST,
    "SELECT r.reference FROM request r WHERE (? = 0 OR r.id = ?) AND r.version <> "
    "COALESCE("
    "(SELECT MAX(h.version) FROM history h WHERE h.request_id = r.id "
    "AND h.object = 'request' AND h.object_id = r.id), 0) LIMIT 100");

/* programs: ctl */
SQL(SQL_INV_HISTORY_STATE,
    "SELECT r.reference FROM request r WHERE (? = 0 OR r.id = ?) AND NOT r.state <=> "
    "(SELECT h.new_value FROM history h WHERE h.request_id = r.id AND h.object = "
    "'request' "
    "AND h.field = 'state' ORDER BY h.id DESC LIMIT 1) LIMIT 100");

/* programs: ctl */
SQL(SQL_INV_HISTORY_SUB_TICKET,
    "SELECT s.reference FROM sub_ticket s JOIN ticket t ON t.id = s.ticket_id "
    "WHERE (? = 0 OR t.request_id = ?) AND s.version <> COALESCE((SELECT MAX(h.version) "
    "FROM history h WHERE h.request_id = t.request_id AND h.object = 'sub_ticket' "
    "AND h.object_id = s.id), 0) LIMIT 100");

/* programs: ctl */
SQL(SQL_INV_HISTORY_TICKET,
    "SELECT t.reference FROM ticket t WHERE (? = 0 OR t.request_id = ?) AND t.version <> "
    "COALESCE((SELECT MAX(h.version) FROM history h WHERE h.request_id = t.request_id "
    "AND h.object = 'ticket' AND h.object_id = t.id), 0) LIMIT 100");

/* programs: ctl */
SQL(SQL_INV_HISTORY_SLOT,
    "SELECT CONCAT(r.reference, ' ', s.slot_key) FROM document_slot s "
    "JOIN request r ON r.id = s.request_id WHERE (? = 0 OR r.id = ?) AND s.version <> "
    "COALESCE((SELECT MAX(h.version) FROM history h WHERE h.request_id = s.request_id "
    "AND h.object = 'document_slot' AND h.object_id = s.id), 1) LIMIT 100");

/* programs: ctl */
SQL(SQL_INV_AUDIT,
    "SELECT r.reference FROM request r WHERE (? = 0 OR r.id = ?) "
    "AND (r.submitted_at IS NOT NULL) <> (SELECT COUNT(*) FROM audit_event e "
    "WHERE e.request_id = r.id AND e.action = 'request.submitted') LIMIT 100");

/* programs: ctl */
SQL(SQL_INV_OUTBOX,
    "SELECT o.unique_key FROM outbox o WHERE (? = 0 OR o.request_id = ?) "
    "AND ((o.state = 'sent') <> (o.sent_at IS NOT NULL) OR NOT JSON_VALID(o.payload)) "
    "LIMIT 100");

/* programs: ctl */
SQL(SQL_INV_COMPANY,
    "SELECT r.reference FROM request r JOIN message m ON m.request_id = r.id "
    "WHERE (? = 0 OR r.id = ?) AND m.company_id <> r.company_id LIMIT 100");

const struct invariant INVARIANTS[] = {
    {"a released or completed request has a ticket", &SQL_INV_RELEASED_HAS_TICKET},
    {"request and ticket are in states that fit", &SQL_INV_TICKET_STATE},
    {"a ticket and its process instance end together", &SQL_INV_TICKET_INSTANCE},
    {"a process instance has a ticket", &SQL_INV_INSTANCE_TICKET},
    {"a sub-ticket fits its ticket; none is open in an ended one", &SQL_INV_SUB_TICKET},
    {"an open ticket has work left", &SQL_INV_TICKET_HAS_WORK},
    {"a request's dates fit its state", &SQL_INV_REQUEST_COLUMNS},
    {"a submitted request has a customer status", &SQL_INV_CUSTOMER_STATUS},
    {"the customer sees every department at work", &SQL_INV_DEPARTMENTS},
    {"open items are the rejected slots", &SQL_INV_OPEN_ITEMS},
    {"a slot's document is an accepted file of that slot", &SQL_INV_SLOT},
    {"a judged slot has the decision that says so", &SQL_INV_SLOT_DECISION},
    {"a released request has its required documents", &SQL_INV_RELEASED_SLOTS},
    {"a second check begins with the release and ends like the first",
     &SQL_INV_CORRECTNESS},
    {"a document used again is the company's own", &SQL_INV_REUSED},
    {"a ticket comes from one release decision", &SQL_INV_RELEASE_DECISION},
    {"a sub-ticket is done by a decision", &SQL_INV_DONE_DECISION},
    {"nobody decided on their own request or decision", &SQL_INV_FOUR_EYES},
    {"a clock stands still since it was stopped", &SQL_INV_CLOCK},
    {"master data are there once the service is done", &SQL_INV_MASTER_DATA},
    {"a membership is of the company that asked", &SQL_INV_MEMBERSHIP_COMPANY},
    {"a product on record is of the company that asked", &SQL_INV_ENTITLEMENT_COMPANY},
    {"a member of the board is of the company that asked", &SQL_INV_BOARD_COMPANY},
    {"clearing on record is of the company that asked", &SQL_INV_CLEARING_COMPANY},
    {"a company that has left has nothing open", &SQL_INV_ENDED_COMPANY},
    {"a product on record goes with a membership", &SQL_INV_ENTITLEMENT_MEMBERSHIP},
    {"a completed request has no service left to run", &SQL_INV_COMPLETED_JOBS},
    {"a job that was given up is an open incident", &SQL_INV_FAILED_JOBS},
    {"the job of an open incident was given up", &SQL_INV_INCIDENT_JOBS},
    {"history versions have no gap", &SQL_INV_HISTORY_GAPLESS},
    {"each change in the history begins where the last one ended",
     &SQL_INV_HISTORY_CHAIN},
    {"the request's version is in the history", &SQL_INV_HISTORY_REQUEST},
    {"the request's state is the newest in the history", &SQL_INV_HISTORY_STATE},
    {"the sub-ticket's version is in the history", &SQL_INV_HISTORY_SUB_TICKET},
    {"the ticket's version is in the history", &SQL_INV_HISTORY_TICKET},
    {"the slot's version is in the history", &SQL_INV_HISTORY_SLOT},
    {"a submission is one audit event", &SQL_INV_AUDIT},
    {"a mail is sent when it says so", &SQL_INV_OUTBOX},
    {"messages belong to the request's company", &SQL_INV_COMPANY},
    {NULL, NULL},
};

static const struct db_column tokens_columns[] = {
    DB_COL(struct instance_tokens, id, DB_I64),
    DB_COL(struct instance_tokens, request, DB_STR),
    DB_COL(struct instance_tokens, state, DB_STR),
    DB_COL(struct instance_tokens, ended, DB_BOOL),
    DB_COL(struct instance_tokens, open, DB_STR),
};
DB_ROW_MAP(tokens_map, struct instance_tokens, tokens_columns);

/* programs: ctl */
SQL(SQL_INV_INSTANCES,
    "SELECT i.id, r.reference, i.state, i.ended_at IS NOT NULL, "
    "(SELECT GROUP_CONCAT(a.activation ORDER BY a.activation SEPARATOR '\\n') FROM ("
    "SELECT s.instance_id AS instance_id, CONVERT(s.activation USING utf8mb4) COLLATE "
    "utf8mb4_bin AS activation "
    "FROM sub_ticket s WHERE s.is_open = 1 UNION ALL "
    "SELECT p.id, CONVERT(j.token USING utf8mb4) COLLATE utf8mb4_bin FROM job j "
    "JOIN process_instance p ON p.request_id = j.request_id "
    "WHERE j.kind IN ('service_task', 'timer') AND j.state IN ('queued', 'failed') "
    "UNION ALL SELECT p.id, CONVERT(w.token USING utf8mb4) COLLATE utf8mb4_bin "
    "FROM subscription w JOIN process_instance p ON p.request_id = w.request_id"
    ") a WHERE a.instance_id = i.id) "
    "FROM process_instance i JOIN request r ON r.id = i.request_id "
    "WHERE i.id > ? ORDER BY i.id LIMIT 200");

static const struct db_column stored_columns[] = {
    DB_COL(struct stored_document, id, DB_I64),
    DB_COL(struct stored_document, public_id, DB_STR),
    DB_COL(struct stored_document, sha256, DB_STR),
    DB_COL(struct stored_document, size_bytes, DB_I64),
};
DB_ROW_MAP(stored_map, struct stored_document, stored_columns);

/* programs: ctl */
SQL(SQL_INV_DOCUMENTS,
    "SELECT d.id, d.public_id, d.sha256, d.size_bytes FROM document d "
    "JOIN document_slot s ON s.id = d.slot_id WHERE d.verdict = 'accepted' "
    "AND (? = 0 OR s.request_id = ?) AND d.id > ? ORDER BY d.id LIMIT 500");

const struct sql *const store_invariants_statements[] = {
    &SQL_INV_RELEASED_HAS_TICKET,
    &SQL_INV_TICKET_STATE,
    &SQL_INV_TICKET_INSTANCE,
    &SQL_INV_INSTANCE_TICKET,
    &SQL_INV_SUB_TICKET,
    &SQL_INV_TICKET_HAS_WORK,
    &SQL_INV_REQUEST_COLUMNS,
    &SQL_INV_CUSTOMER_STATUS,
    &SQL_INV_DEPARTMENTS,
    &SQL_INV_OPEN_ITEMS,
    &SQL_INV_SLOT,
    &SQL_INV_SLOT_DECISION,
    &SQL_INV_RELEASED_SLOTS,
    &SQL_INV_CORRECTNESS,
    &SQL_INV_REUSED,
    &SQL_INV_RELEASE_DECISION,
    &SQL_INV_DONE_DECISION,
    &SQL_INV_FOUR_EYES,
    &SQL_INV_CLOCK,
    &SQL_INV_MASTER_DATA,
    &SQL_INV_MEMBERSHIP_COMPANY,
    &SQL_INV_ENTITLEMENT_COMPANY,
    &SQL_INV_BOARD_COMPANY,
    &SQL_INV_CLEARING_COMPANY,
    &SQL_INV_ENDED_COMPANY,
    &SQL_INV_ENTITLEMENT_MEMBERSHIP,
    &SQL_INV_COMPLETED_JOBS,
    &SQL_INV_FAILED_JOBS,
    &SQL_INV_INCIDENT_JOBS,
    &SQL_INV_HISTORY_GAPLESS,
    &SQL_INV_HISTORY_CHAIN,
    &SQL_INV_HISTORY_REQUEST,
    &SQL_INV_HISTORY_STATE,
    &SQL_INV_HISTORY_SUB_TICKET,
    &SQL_INV_HISTORY_TICKET,
    &SQL_INV_HISTORY_SLOT,
    &SQL_INV_AUDIT,
    &SQL_INV_OUTBOX,
    &SQL_INV_COMPANY,
    &SQL_INV_INSTANCES,
    &SQL_INV_DOCUMENTS,
    NULL,
};

enum err invariant_check(struct db *db, struct arena *arena,
                         const struct invariant *invariant, int64_t request_id,
                         struct db_rows *out)
{
    static const struct db_column columns[] = {DB_COL(struct violation, what, DB_STR)};
    DB_ROW_MAP(map, struct violation, columns);
    return DB_QUERY(db, arena, invariant->sql, &map, out, P_I64(request_id),
                    P_I64(request_id));
}

enum err invariant_instances(struct db *db, struct arena *arena, int64_t after_id,
                             struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_INV_INSTANCES, &tokens_map, out, P_I64(after_id));
}

enum err invariant_documents(struct db *db, struct arena *arena, int64_t request_id,
                             int64_t after_id, struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_INV_DOCUMENTS, &stored_map, out, P_I64(request_id),
                    P_I64(request_id), P_I64(after_id));
}
