-- requests: the customers' side. No right at all on internal_note, ticket, sub_ticket, decision and
-- process_instance, none to read history or outbox, none on job.

-- The session of the person on the line; only its time stamp may be written.
GRANT SELECT, UPDATE (last_seen_at) ON session TO 'kontor_requests'@'localhost';
GRANT SELECT ON person TO 'kontor_requests'@'localhost';
GRANT SELECT (person_id, role) ON staff_role TO 'kontor_requests'@'localhost';
GRANT SELECT (person_id, team_key) ON team_member TO 'kontor_requests'@'localhost';
GRANT SELECT (company_id, person_id, role, market_key) ON company_role TO 'kontor_requests'@'localhost';
GRANT SELECT (id, reference, name, state, zone, ends_on) ON company TO 'kontor_requests'@'localhost';
GRANT SELECT (person_id, created_at), INSERT ON parked_post TO 'kontor_requests'@'localhost';

-- Definitions and teams.
GRANT SELECT ON process_definition TO 'kontor_requests'@'localhost';
GRANT SELECT ON request_type TO 'kontor_requests'@'localhost';
GRANT SELECT ON team TO 'kontor_requests'@'localhost';

-- Requests and what belongs to them.
GRANT SELECT,
      INSERT (reference, company_id, request_type, definition_id, visibility, state, answers, base, open_object,
              creation_key, created_by, created_at, changed_at),
      UPDATE (state, answers, facts, effective_date, open_object, changed_at, submitted_by, submitted_at,
              ended_at, intake_due_at, intake_open, version)
    ON request TO 'kontor_requests'@'localhost';
GRANT SELECT, INSERT (request_id, company_id, slot_key, position, required, state), UPDATE (applies, required)
    ON document_slot TO 'kontor_requests'@'localhost';
GRANT SELECT ON document_expiry TO 'kontor_requests'@'localhost';
GRANT SELECT ON document TO 'kontor_requests'@'localhost';
GRANT SELECT, INSERT, UPDATE ON customer_status TO 'kontor_requests'@'localhost';
GRANT SELECT, INSERT ON message TO 'kontor_requests'@'localhost';
-- INSERT ... SELECT ... ON DUPLICATE KEY UPDATE asks for UPDATE of the whole row (only when it runs).
GRANT SELECT, INSERT, UPDATE ON message_read TO 'kontor_requests'@'localhost';
GRANT SELECT ON company_attribute TO 'kontor_requests'@'localhost';
GRANT SELECT ON customer_timeline TO 'kontor_requests'@'localhost';

-- What the exchanges offer, and what the company has.
GRANT SELECT ON clearing_house TO 'kontor_requests'@'localhost';
GRANT SELECT ON exchange TO 'kontor_requests'@'localhost';
GRANT SELECT ON market TO 'kontor_requests'@'localhost';
GRANT SELECT ON product TO 'kontor_requests'@'localhost';
GRANT SELECT ON offer TO 'kontor_requests'@'localhost';
GRANT SELECT ON membership TO 'kontor_requests'@'localhost';
GRANT SELECT ON entitlement TO 'kontor_requests'@'localhost';
GRANT SELECT ON board_member TO 'kontor_requests'@'localhost';
GRANT SELECT ON clearing_access TO 'kontor_requests'@'localhost';
GRANT SELECT ON obligation TO 'kontor_requests'@'localhost';

-- The trail: written, never read back.
GRANT INSERT (request_id, object, object_id, version, field, old_value, new_value, person_id, changed_at)
    ON history TO 'kontor_requests'@'localhost';
GRANT INSERT (at, program, trace_id, action, person_id, company_id, request_id, object, detail)
    ON audit_event TO 'kontor_requests'@'localhost';
GRANT INSERT (unique_key, template, recipient, language, payload, request_id, available_at, created_at)
    ON outbox TO 'kontor_requests'@'localhost';

-- A message to departments may be what a clock waits for: told to the worker through a view that lets in nothing else.
GRANT INSERT (kind, unique_key, request_id, payload, available_at, created_at)
    ON message_event TO 'kontor_requests'@'localhost';
