/* export.c: see export.h. JSON_OBJECT keeps numbers, NULL and any Unicode; binary columns are
 * written as hexadecimal digits. */
#include "store/export.h"

/* programs: ctl */
SQL(SQL_EXPORT_REQUEST,
    "SELECT r.id, JSON_OBJECT('kind', 'request', 'id', r.id, 'reference', r.reference, "
    "'company', c.reference, 'request_type', r.request_type, 'definition_version', "
    "d.version, "
    "'definition_sha256', LOWER(HEX(d.sha256)), 'state', r.state, "
    "'visibility', r.visibility, "
    "'answers', JSON_EXTRACT(r.answers, '$'), 'base', JSON_EXTRACT(r.base, '$'), "
    "'facts', JSON_EXTRACT(r.facts, '$'), "
    "'effective_date', r.effective_date, 'created_by', a.login, 'created_at', "
    "r.created_at, "
    "'changed_at', r.changed_at, 'submitted_by', b.login, 'submitted_at', "
    "r.submitted_at, "
    "'ended_at', r.ended_at, 'intake_due_at', r.intake_due_at, "
    "'decline_reason', r.decline_reason, 'version', r.version) "
    "FROM request r JOIN company c ON c.id = r.company_id "
    "JOIN process_definition d ON d.id = r.definition_id JOIN person a ON a.id = "
    "r.created_by "
    "LEFT JOIN person b ON b.id = r.submitted_by WHERE r.id = ? AND r.id > ? LIMIT 1");

/* programs: ctl */
SQL(SQL_EXPORT_STATUS,
    "SELECT s.request_id, JSON_OBJECT('kind', 'customer_status', 'phase', s.phase, "
    "'steps', s.steps, "
    "'departments', s.department_keys, 'contact_team', s.contact_team, 'since_at', "
    "s.since_at, "
    "'open_items', s.open_items, 'version', s.version) FROM customer_status s "
    "WHERE s.request_id = ? AND s.request_id > ? LIMIT 1");

/* programs: ctl */
SQL(SQL_EXPORT_SLOT,
    "SELECT s.id, JSON_OBJECT('kind', 'document_slot', 'id', s.id, 'slot', s.slot_key, "
    "'item', s.item, "
    "'applies', JSON_EXTRACT(IF(s.applies, 'true', 'false'), '$'), "
    "'required', JSON_EXTRACT(IF(s.required, 'true', 'false'), '$'), 'state', s.state, "
    "'document_id', s.document_id, 'original_on', s.original_on, 'original_by', o.login, "
    "'correctness', s.correctness, 'reason_key', s.reason_key, 'reason_text', "
    "s.reason_text, "
    "'asked_by', p.login, 'asked_at', s.asked_at, 'due_at', s.due_at, 'version', "
    "s.version) "
    "FROM document_slot s LEFT JOIN person p ON p.id = s.asked_by "
    "LEFT JOIN person o ON o.id = s.original_by "
    "WHERE s.request_id = ? AND s.id > ? ORDER BY s.id LIMIT 500");

/* programs: ctl */
SQL(SQL_EXPORT_DOCUMENT,
    "SELECT d.id, JSON_OBJECT('kind', 'document', 'id', d.id, 'public_id', d.public_id, "
    "'slot_id', d.slot_id, 'verdict', d.verdict, 'refusal', d.refusal, "
    "'file_name', d.file_name, 'size_bytes', d.size_bytes, 'media_type', d.media_type, "
    "'sha256', LOWER(HEX(d.sha256)), 'kind_key', d.kind_key, 'issued_on', d.issued_on, "
    "'reused_id', d.reused_id, 'uploaded_by', p.login, 'uploaded_at', d.uploaded_at) "
    "FROM document d "
    "JOIN document_slot s ON s.id = d.slot_id JOIN person p ON p.id = d.uploaded_by "
    "WHERE s.request_id = ? AND d.id > ? ORDER BY d.id LIMIT 500");

/* programs: ctl */
SQL(SQL_EXPORT_EXPIRY,
    "SELECT x.slot_id, JSON_OBJECT('kind', 'document_expiry', 'slot_id', x.slot_id, "
    "'document_kind', x.kind_key, 'expires_on', x.expires_on, 'notice_on', x.notice_on, "
    "'to_be_told_on', x.remind_on, 'replaced_at', x.replaced_at) FROM document_expiry x "
    "WHERE x.request_id = ? AND x.slot_id > ? ORDER BY x.slot_id LIMIT 500");

/* programs: ctl */
SQL(SQL_EXPORT_MESSAGE,
    "SELECT m.id, JSON_OBJECT('kind', 'message', 'id', m.id, "
    "'from', IF(m.from_staff, 'staff', 'customer'), 'author', p.login, "
    "'author_name', m.author_name, 'body', m.body, 'written_at', m.written_at) "
    "FROM message m JOIN person p ON p.id = m.author_id "
    "WHERE m.request_id = ? AND m.id > ? ORDER BY m.id LIMIT 500");

/* programs: ctl */
SQL(SQL_EXPORT_NOTE,
    "SELECT n.id, JSON_OBJECT('kind', 'internal_note', 'id', n.id, "
    "'sub_ticket_id', n.sub_ticket_id, 'author', p.login, 'body', n.body, "
    "'written_at', n.written_at) FROM internal_note n JOIN person p ON p.id = "
    "n.author_id "
    "WHERE n.request_id = ? AND n.id > ? ORDER BY n.id LIMIT 500");

/* programs: ctl */
SQL(SQL_EXPORT_TICKET,
    "SELECT t.id, JSON_OBJECT('kind', 'ticket', 'id', t.id, 'reference', t.reference, "
    "'state', t.state, 'released_by', p.login, 'created_at', t.created_at, "
    "'ended_at', t.ended_at, 'version', t.version) FROM ticket t "
    "JOIN person p ON p.id = t.released_by WHERE t.request_id = ? AND t.id > ? LIMIT 1");

/* programs: ctl */
SQL(SQL_EXPORT_SUB_TICKET,
    "SELECT s.id, JSON_OBJECT('kind', 'sub_ticket', 'id', s.id, 'reference', "
    "s.reference, "
    "'activation', s.activation, 'name', s.name, 'subject', s.subject, "
    "'type', s.type_key, 'phase', s.phase, 'team', s.team_key, 'owner', o.login, "
    "'state', s.state, 'due_at', s.due_at, 'clock', JSON_EXTRACT(s.clock, '$'), "
    "'paused_at', s.paused_at, 'waiting_for', s.waiting_for, "
    "'remaining_s', s.remaining_s, 'created_at', s.created_at, "
    "'taken_at', s.taken_at, 'ended_at', s.ended_at, 'ended_by', e.login, "
    "'version', s.version) FROM sub_ticket s JOIN ticket t ON t.id = s.ticket_id "
    "LEFT JOIN person o ON o.id = s.owner_id LEFT JOIN person e ON e.id = s.ended_by "
    "WHERE t.request_id = ? AND s.id > ? ORDER BY s.id LIMIT 500");

/* programs: ctl */
SQL(SQL_EXPORT_SUB_TICKET_CLOCK,
    "SELECT k.id, JSON_OBJECT('kind', 'sub_ticket_clock', 'id', k.id, 'sub_ticket', "
    "s.reference, 'event', k.event, 'cause', k.cause, 'at', k.at, 'remaining_s', "
    "k.remaining_s, 'due_at', k.due_at, 'clock', JSON_EXTRACT(k.clock, '$'), "
    "'reason', k.reason, 'person', p.login) FROM ticket t "
    "JOIN sub_ticket s ON s.ticket_id = t.id "
    "JOIN sub_ticket_clock k ON k.sub_ticket_id = s.id "
    "LEFT JOIN person p ON p.id = k.person_id "
    "WHERE t.request_id = ? AND k.id > ? ORDER BY k.id LIMIT 500");

/* programs: ctl */
SQL(SQL_EXPORT_INSTANCE,
    "SELECT i.id, JSON_OBJECT('kind', 'process_instance', 'id', i.id, "
    "'state', JSON_EXTRACT(i.state, '$'), 'ended_at', i.ended_at, 'version', i.version) "
    "FROM process_instance i WHERE i.request_id = ? AND i.id > ? LIMIT 1");

/* programs: ctl */
SQL(SQL_EXPORT_DECISION,
    "SELECT n.id, JSON_OBJECT('kind', 'decision', 'id', n.id, 'about', n.kind, "
    "'outcome', n.outcome, 'reason', n.reason, 'slot_id', n.slot_id, "
    "'document_id', n.document_id, 'sub_ticket_id', n.sub_ticket_id, 'requester', "
    "q.login, 'editor', e.login, 'first_decider', f.login, "
    "'decider', p.login, 'decided_at', n.decided_at, "
    "'answers', JSON_EXTRACT(n.answers, '$')) FROM decision n "
    "JOIN person p ON p.id = n.decider_id JOIN person q ON q.id = n.requester_id "
    "LEFT JOIN person e ON e.id = n.editor_id "
    "LEFT JOIN person f ON f.id = n.first_decider_id "
    "WHERE n.request_id = ? AND n.id > ? ORDER BY n.id LIMIT 500");

/* programs: ctl */
SQL(SQL_EXPORT_HISTORY,
    "SELECT h.id, JSON_OBJECT('kind', 'history', 'id', h.id, 'object', h.object, "
    "'object_id', h.object_id, 'version', h.version, 'field', h.field, "
    "'old_value', h.old_value, 'new_value', h.new_value, 'person', p.login, "
    "'changed_at', h.changed_at) FROM history h LEFT JOIN person p ON p.id = h.person_id "
    "WHERE h.request_id = ? AND h.id > ? ORDER BY h.id LIMIT 500");

#define EVENT_OBJECT                                                                     \
    "SELECT e.id, JSON_OBJECT('kind', 'audit_event', 'id', e.id, 'at', e.at, "           \
    "'program', e.program, 'trace_id', e.trace_id, 'action', e.action, "                 \
    "'person_id', e.person_id, 'person', p.login, 'company_id', e.company_id, "          \
    "'request_id', e.request_id, 'object', e.object, 'detail', e.detail, "               \
    "'seal_sequence', s.sequence, 'seal_sha256', LOWER(HEX(s.sha256))) FROM "            \
    "audit_event e "                                                                     \
    "LEFT JOIN audit_seal s ON s.audit_event_id = e.id "                                 \
    "LEFT JOIN person p ON p.id = e.person_id "

/* programs: ctl */
SQL(SQL_EXPORT_EVENT,
    EVENT_OBJECT "WHERE e.request_id = ? AND e.id > ? ORDER BY e.id LIMIT 500");

/* programs: ctl */
SQL(SQL_EXPORT_MAIL,
    "SELECT o.id, JSON_OBJECT('kind', 'mail', 'id', o.id, 'key', o.unique_key, "
    "'template', o.template, 'recipient', o.recipient, 'language', o.language, "
    "'payload', JSON_EXTRACT(o.payload, '$'), 'state', o.state, 'attempts', o.attempts, "
    "'last_error', o.last_error, 'created_at', o.created_at, 'sent_at', o.sent_at) "
    "FROM outbox o WHERE o.request_id = ? AND o.id > ? ORDER BY o.id LIMIT 500");

/* programs: ctl */
SQL(SQL_EXPORT_JOB,
    "SELECT j.id, JSON_OBJECT('kind', 'job', 'id', j.id, 'what', j.kind, "
    "'key', j.unique_key, 'token', j.token, 'available_at', j.available_at, 'payload', "
    "JSON_EXTRACT(j.payload, '$'), 'state', j.state, "
    "'attempts', j.attempts, 'last_error', j.last_error, 'created_at', j.created_at, "
    "'done_at', j.done_at) FROM job j WHERE j.request_id = ? AND j.id > ? "
    "ORDER BY j.id LIMIT 500");

/* programs: ctl */
SQL(SQL_EXPORT_SUBSCRIPTION,
    "SELECT w.id, JSON_OBJECT('kind', 'subscription', 'id', w.id, 'token', w.token, "
    "'to', w.kind, 'name', w.name, 'correlation', w.correlation, 'created_at', "
    "w.created_at) FROM subscription w WHERE w.request_id = ? AND w.id > ? "
    "ORDER BY w.id LIMIT 500");

/* programs: ctl */
SQL(SQL_EXPORT_PROCESS_MESSAGE,
    "SELECT m.id, JSON_OBJECT('kind', 'process_message', 'id', m.id, 'token', m.token, "
    "'payload', JSON_EXTRACT(m.payload, '$'), 'delivered', m.delivered, "
    "'published_at', m.published_at, 'expires_at', m.expires_at) FROM process_message m "
    "WHERE m.request_id = ? AND m.id > ? ORDER BY m.id LIMIT 500");

/* programs: ctl */
SQL(SQL_EXPORT_INCIDENT,
    "SELECT n.id, JSON_OBJECT('kind', 'incident', 'id', n.id, 'what', n.kind, "
    "'token', n.token, 'reason', n.reason, 'about', n.about, 'job', n.job_id, "
    "'opened_at', n.opened_at, 'closed_at', n.closed_at, 'closed_by', p.login) "
    "FROM incident n LEFT JOIN person p ON p.id = n.closed_by "
    "WHERE n.request_id = ? AND n.id > ? ORDER BY n.id LIMIT 500");

/* programs: ctl */
SQL(SQL_EXPORT_MASTER_DATA,
    "SELECT a.id, JSON_OBJECT('kind', 'company_attribute', 'id', a.id, "
    "'attribute', a.attribute_key, 'valid_from', a.valid_from, 'value', a.value, "
    "'recorded_at', a.recorded_at) FROM company_attribute a "
    "WHERE a.request_id = ? AND a.id > ? ORDER BY a.id LIMIT 500");

/* programs: ctl */
SQL(SQL_EXPORT_COMPANY,
    "SELECT c.id, JSON_OBJECT('kind', 'company', 'id', c.id, 'reference', c.reference, "
    "'name', c.name, 'state', c.state, 'zone', c.zone, 'created_at', c.created_at, "
    "'version', c.version) FROM company c WHERE c.id = ? AND c.id > ? LIMIT 1");

/* programs: ctl */
SQL(SQL_EXPORT_COMPANY_INITIAL,
    "SELECT a.id, JSON_OBJECT('kind', 'company_attribute', 'id', a.id, "
    "'attribute', a.attribute_key, 'valid_from', a.valid_from, 'value', a.value, "
    "'recorded_at', a.recorded_at) FROM company_attribute a "
    "WHERE a.company_id = ? AND a.id > ? AND a.request_id IS NULL ORDER BY a.id LIMIT "
    "500");

/* programs: ctl */
SQL(SQL_EXPORT_PERSON,
    "SELECT p.id, JSON_OBJECT('kind', 'person', 'id', p.id, 'login', p.login, "
    "'display_name', p.display_name, 'email', p.email, 'created_at', p.created_at, "
    "'roles', (SELECT GROUP_CONCAT(r.role, IF(r.market_key = '', '', ':'), "
    "r.market_key ORDER BY r.role, r.market_key) FROM company_role r "
    "WHERE r.company_id = p.company_id AND r.person_id = p.id)) FROM person p "
    "WHERE p.company_id = ? AND p.id > ? ORDER BY p.id LIMIT 500");

/* Sign-ons and the like: what belongs to the company, but to none of its requests. */
/* programs: ctl */
SQL(SQL_EXPORT_COMPANY_EVENT,
    EVENT_OBJECT "WHERE e.company_id = ? AND e.id > ? AND e.request_id IS NULL "
                 "AND e.at >= ? AND e.at < ? ORDER BY e.id LIMIT 500");

/* Who of the staff opened personal data of the company, and who looked with its eyes. */
/* programs: ctl */
SQL(SQL_EXPORT_ACCESS,
    "SELECT l.id, JSON_OBJECT('kind', 'access', 'id', l.id, 'at', l.at, 'person', "
    "p.login, "
    "'what', l.kind, 'object', l.object, 'trace_id', l.trace_id) FROM access_log l "
    "JOIN person p ON p.id = l.person_id WHERE l.company_id = ? AND l.id > ? "
    "AND l.at >= ? AND l.at < ? ORDER BY l.id LIMIT 500");

/* programs: ctl */
SQL(SQL_EXPORT_SUPPORT_VISIT,
    "SELECT v.id, JSON_OBJECT('kind', 'support_visit', 'id', v.id, 'person', p.login, "
    "'reason', v.reason, 'started_at', v.started_at, 'until_at', v.until_at, "
    "'ended_at', v.ended_at) FROM support_visit v JOIN person p ON p.id = v.person_id "
    "WHERE v.company_id = ? AND v.id > ? AND v.started_at >= ? AND v.started_at < ? "
    "ORDER BY v.id LIMIT 500");

/* What the company has had on record, with the requests that brought and ended it. */
#define RECORD_ROW                                                                       \
    "'valid_from', x.valid_from, 'ends_on', x.ends_on, 'request', r.reference, "         \
    "'ended_by_request', e.reference, 'recorded_at', x.recorded_at) FROM "
#define RECORD_REQUESTS                                                                  \
    " x LEFT JOIN request r ON r.id = x.request_id "                                     \
    "LEFT JOIN request e ON e.id = x.ended_request_id "                                  \
    "WHERE x.company_id = ? AND x.id > ? ORDER BY x.id LIMIT 500"

/* programs: ctl */
SQL(SQL_EXPORT_MEMBERSHIP,
    "SELECT x.id, JSON_OBJECT('kind', 'membership', 'id', x.id, 'exchange', "
    "x.exchange_key, " RECORD_ROW "membership" RECORD_REQUESTS);

/* programs: ctl */
SQL(SQL_EXPORT_ENTITLEMENT,
    "SELECT x.id, JSON_OBJECT('kind', 'entitlement', 'id', x.id, 'product', "
    "x.product_key, 'market', x.market_key, 'volume', x.volume, 'unit', "
    "x.unit, " RECORD_ROW "entitlement" RECORD_REQUESTS);

/* programs: ctl */
SQL(SQL_EXPORT_BOARD_MEMBER,
    "SELECT x.id, JSON_OBJECT('kind', 'board_member', 'id', x.id, 'name', x.name, "
    "'function', x.function, 'birth_date', x.birth_date, " RECORD_ROW
    "board_member" RECORD_REQUESTS);

/* programs: ctl */
SQL(SQL_EXPORT_CLEARING_ACCESS,
    "SELECT x.id, JSON_OBJECT('kind', 'clearing_access', 'id', x.id, 'house', "
    "x.house_key, 'member', x.member_name, " RECORD_ROW
    "clearing_access" RECORD_REQUESTS);

/* programs: ctl */
SQL(SQL_EXPORT_OBLIGATION,
    "SELECT x.id, JSON_OBJECT('kind', 'obligation', 'id', x.id, 'what', x.kind, "
    "'reference', x.reference, 'text_en', x.text_en, 'text_de', x.text_de, "
    "'due_on', x.due_on, 'opened_at', x.opened_at, 'closed_at', x.closed_at) "
    "FROM obligation x WHERE x.company_id = ? AND x.id > ? ORDER BY x.id LIMIT 500");

const struct export_part EXPORT_PARTS[] = {
    {"company", true, &SQL_EXPORT_COMPANY, false},
    {"company_attribute", true, &SQL_EXPORT_COMPANY_INITIAL, false},
    {"membership", true, &SQL_EXPORT_MEMBERSHIP, false},
    {"entitlement", true, &SQL_EXPORT_ENTITLEMENT, false},
    {"board_member", true, &SQL_EXPORT_BOARD_MEMBER, false},
    {"clearing_access", true, &SQL_EXPORT_CLEARING_ACCESS, false},
    {"obligation", true, &SQL_EXPORT_OBLIGATION, false},
    {"person", true, &SQL_EXPORT_PERSON, false},
    {"audit_event", true, &SQL_EXPORT_COMPANY_EVENT, true},
    {"access", true, &SQL_EXPORT_ACCESS, true},
    {"support_visit", true, &SQL_EXPORT_SUPPORT_VISIT, true},
    {"request", false, &SQL_EXPORT_REQUEST, false},
    {"customer_status", false, &SQL_EXPORT_STATUS, false},
    {"document_slot", false, &SQL_EXPORT_SLOT, false},
    {"document", false, &SQL_EXPORT_DOCUMENT, false},
    {"document_expiry", false, &SQL_EXPORT_EXPIRY, false},
    {"message", false, &SQL_EXPORT_MESSAGE, false},
    {"internal_note", false, &SQL_EXPORT_NOTE, false},
    {"ticket", false, &SQL_EXPORT_TICKET, false},
    {"sub_ticket", false, &SQL_EXPORT_SUB_TICKET, false},
    {"sub_ticket_clock", false, &SQL_EXPORT_SUB_TICKET_CLOCK, false},
    {"process_instance", false, &SQL_EXPORT_INSTANCE, false},
    {"decision", false, &SQL_EXPORT_DECISION, false},
    {"company_attribute", false, &SQL_EXPORT_MASTER_DATA, false},
    {"history", false, &SQL_EXPORT_HISTORY, false},
    {"audit_event", false, &SQL_EXPORT_EVENT, false},
    {"mail", false, &SQL_EXPORT_MAIL, false},
    {"job", false, &SQL_EXPORT_JOB, false},
    {"subscription", false, &SQL_EXPORT_SUBSCRIPTION, false},
    {"process_message", false, &SQL_EXPORT_PROCESS_MESSAGE, false},
    {"incident", false, &SQL_EXPORT_INCIDENT, false},
    {NULL, false, NULL, false},
};

static const struct db_column export_columns[] = {
    DB_COL(struct export_row, id, DB_I64),
    DB_COL(struct export_row, line, DB_STR),
};
DB_ROW_MAP(export_map, struct export_row, export_columns);

static const struct db_column subject_columns[] = {
    DB_COL(struct export_subject, id, DB_I64),
    DB_COL(struct export_subject, company_id, DB_I64),
    DB_COL(struct export_subject, reference, DB_STR),
};
DB_ROW_MAP(subject_map, struct export_subject, subject_columns);

/* programs: ctl */
SQL(SQL_EXPORT_FIND_REQUEST,
    "SELECT id, company_id, reference FROM request WHERE reference = ?");

/* programs: ctl */
SQL(SQL_EXPORT_FIND_COMPANY, "SELECT id, id, reference FROM company WHERE reference = ?");

/* programs: ctl */
SQL(SQL_EXPORT_COMPANY_REQUESTS,
    "SELECT id, company_id, reference FROM request WHERE company_id = ? AND id > ? "
    "AND created_at >= ? AND created_at < ? ORDER BY id LIMIT 500");

const struct sql *const store_export_statements[] = {
    &SQL_EXPORT_REQUEST,
    &SQL_EXPORT_STATUS,
    &SQL_EXPORT_SLOT,
    &SQL_EXPORT_DOCUMENT,
    &SQL_EXPORT_EXPIRY,
    &SQL_EXPORT_MESSAGE,
    &SQL_EXPORT_NOTE,
    &SQL_EXPORT_TICKET,
    &SQL_EXPORT_SUB_TICKET,
    &SQL_EXPORT_SUB_TICKET_CLOCK,
    &SQL_EXPORT_INSTANCE,
    &SQL_EXPORT_DECISION,
    &SQL_EXPORT_HISTORY,
    &SQL_EXPORT_EVENT,
    &SQL_EXPORT_MAIL,
    &SQL_EXPORT_JOB,
    &SQL_EXPORT_SUBSCRIPTION,
    &SQL_EXPORT_PROCESS_MESSAGE,
    &SQL_EXPORT_INCIDENT,
    &SQL_EXPORT_MASTER_DATA,
    &SQL_EXPORT_COMPANY,
    &SQL_EXPORT_COMPANY_INITIAL,
    &SQL_EXPORT_MEMBERSHIP,
    &SQL_EXPORT_ENTITLEMENT,
    &SQL_EXPORT_BOARD_MEMBER,
    &SQL_EXPORT_CLEARING_ACCESS,
    &SQL_EXPORT_OBLIGATION,
    &SQL_EXPORT_PERSON,
    &SQL_EXPORT_COMPANY_EVENT,
    &SQL_EXPORT_ACCESS,
    &SQL_EXPORT_SUPPORT_VISIT,
    &SQL_EXPORT_FIND_REQUEST,
    &SQL_EXPORT_FIND_COMPANY,
    &SQL_EXPORT_COMPANY_REQUESTS,
    NULL,
};

enum err export_rows(struct db *db, struct arena *arena, const struct export_part *part,
                     int64_t owner_id, int64_t after_id, instant_us from, instant_us to,
                     struct db_rows *out)
{
    const struct db_param params[] = {P_I64(owner_id), P_I64(after_id), P_TIME(from),
                                      P_TIME(to)};
    return db_query(db, arena, part->sql, params, part->has_period ? 4 : 2, &export_map,
                    out);
}

enum err export_request(struct db *db, struct arena *arena, struct str reference,
                        struct export_subject *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_EXPORT_FIND_REQUEST, &subject_map, out,
                        P_STR(reference));
}

enum err export_company(struct db *db, struct arena *arena, struct str reference,
                        struct export_subject *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_EXPORT_FIND_COMPANY, &subject_map, out,
                        P_STR(reference));
}

enum err export_company_requests(struct db *db, struct arena *arena, int64_t company_id,
                                 int64_t after_id, instant_us from, instant_us to,
                                 struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_EXPORT_COMPANY_REQUESTS, &subject_map, out,
                    P_I64(company_id), P_I64(after_id), P_TIME(from), P_TIME(to));
}
