-- uploads: receives and hands out documents. It cannot read what a request says (answers, base), and
-- has no right at all on internal_note, ticket, sub_ticket, decision and process_instance.

-- The session of the person on the line; only its time stamp may be written.
GRANT SELECT, UPDATE (last_seen_at) ON session TO 'kontor_uploads'@'localhost';
GRANT SELECT ON person TO 'kontor_uploads'@'localhost';
GRANT SELECT (person_id, role) ON staff_role TO 'kontor_uploads'@'localhost';
GRANT SELECT (person_id, team_key) ON team_member TO 'kontor_uploads'@'localhost';
GRANT SELECT (company_id, person_id, role, market_key) ON company_role TO 'kontor_uploads'@'localhost';
GRANT SELECT (id, reference, name, state, zone) ON company TO 'kontor_uploads'@'localhost';
GRANT SELECT (person_id, created_at), INSERT ON parked_post TO 'kontor_uploads'@'localhost';

-- Which rules a slot has.
GRANT SELECT ON process_definition TO 'kontor_uploads'@'localhost';

-- Documents and their slots.
GRANT SELECT (id, reference, company_id, definition_id, state, visibility, submitted_at),
      UPDATE (changed_at)
    ON request TO 'kontor_uploads'@'localhost';
GRANT SELECT, INSERT (request_id, company_id, slot_key, item, position, required, state),
      UPDATE (state, document_id, version)
    ON document_slot TO 'kontor_uploads'@'localhost';
GRANT SELECT, INSERT ON document TO 'kontor_uploads'@'localhost';

-- Which staff opened whose document.
GRANT INSERT (at, person_id, company_id, kind, object, trace_id) ON access_log TO 'kontor_uploads'@'localhost';

-- The trail: written, never read back.
GRANT INSERT (request_id, object, object_id, version, field, old_value, new_value, person_id, changed_at)
    ON history TO 'kontor_uploads'@'localhost';
GRANT INSERT (at, program, trace_id, action, person_id, company_id, request_id, object, detail)
    ON audit_event TO 'kontor_uploads'@'localhost';
-- The one kind of job that it may queue.
GRANT INSERT (kind, unique_key, request_id, payload, available_at, created_at)
    ON document_event TO 'kontor_uploads'@'localhost';
