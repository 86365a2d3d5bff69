-- dashboard: staff at work. Decisions, notes and messages are written once and never changed.

-- The session of the person on the line; only its time stamp may be written.
GRANT SELECT, UPDATE (last_seen_at) ON session TO 'kontor_dashboard'@'localhost';
GRANT SELECT ON person TO 'kontor_dashboard'@'localhost';
GRANT SELECT (person_id, role) ON staff_role TO 'kontor_dashboard'@'localhost';
GRANT SELECT (person_id, team_key) ON team_member TO 'kontor_dashboard'@'localhost';
GRANT SELECT (company_id, person_id, role, market_key) ON company_role TO 'kontor_dashboard'@'localhost';
GRANT SELECT (id, reference, name, state, zone) ON company TO 'kontor_dashboard'@'localhost';
GRANT SELECT (person_id, created_at), INSERT ON parked_post TO 'kontor_dashboard'@'localhost';

-- Definitions and teams.
GRANT SELECT ON process_definition TO 'kontor_dashboard'@'localhost';
GRANT SELECT ON request_type TO 'kontor_dashboard'@'localhost';
GRANT SELECT ON team TO 'kontor_dashboard'@'localhost';

-- Intake.
GRANT SELECT, UPDATE (state, open_object, changed_at, ended_at, intake_due_at, intake_open,
                      decline_reason, version)
    ON request TO 'kontor_dashboard'@'localhost';
GRANT SELECT, UPDATE (state, document_id, original_on, original_by, correctness, reason_key, reason_text,
                      asked_by, asked_at, due_at, version)
    ON document_slot TO 'kontor_dashboard'@'localhost';
-- INSERT ... ON DUPLICATE KEY UPDATE asks for UPDATE of the whole row (only when it runs).
GRANT SELECT, INSERT, UPDATE ON document_expiry TO 'kontor_dashboard'@'localhost';
GRANT SELECT ON document TO 'kontor_dashboard'@'localhost';
GRANT SELECT, INSERT, UPDATE ON customer_status TO 'kontor_dashboard'@'localhost';
GRANT SELECT, INSERT ON message TO 'kontor_dashboard'@'localhost';
GRANT SELECT, INSERT ON internal_note TO 'kontor_dashboard'@'localhost';
GRANT SELECT, INSERT ON decision TO 'kontor_dashboard'@'localhost';
GRANT SELECT ON company_attribute TO 'kontor_dashboard'@'localhost';

-- Tickets.
GRANT SELECT, INSERT, UPDATE (state, ended_at, version)
    ON process_instance TO 'kontor_dashboard'@'localhost';
GRANT SELECT, INSERT, UPDATE (state, ended_at, version) ON ticket TO 'kontor_dashboard'@'localhost';
GRANT SELECT, INSERT, UPDATE (owner_id, state, is_open, due_at, phase, paused_at, waiting_for, remaining_s, taken_at,
                              ended_at, ended_by, version)
    ON sub_ticket TO 'kontor_dashboard'@'localhost';

-- When they are due and what they are: entered by the operator.
GRANT SELECT, INSERT ON sub_ticket_clock TO 'kontor_dashboard'@'localhost';
GRANT SELECT ON business_calendar TO 'kontor_dashboard'@'localhost';
GRANT SELECT ON exchange_holiday TO 'kontor_dashboard'@'localhost';
GRANT SELECT ON sub_ticket_type TO 'kontor_dashboard'@'localhost';
GRANT SELECT ON sub_ticket_phase TO 'kontor_dashboard'@'localhost';

-- The history page, and services that failed and are started again.
GRANT SELECT ON history TO 'kontor_dashboard'@'localhost';
GRANT SELECT, UPDATE (state, payload, available_at, lease_until, attempts, last_error)
    ON job TO 'kontor_dashboard'@'localhost';

-- Which staff opened a board matter.
GRANT INSERT (at, person_id, company_id, kind, object, trace_id) ON access_log TO 'kontor_dashboard'@'localhost';

-- What processes wait for, and what cannot go on.
GRANT SELECT, INSERT (request_id, token, kind, name, correlation, created_at), DELETE
    ON subscription TO 'kontor_dashboard'@'localhost';
GRANT INSERT (request_id, token, name, correlation, payload, published_at, expires_at)
    ON process_message TO 'kontor_dashboard'@'localhost';
GRANT SELECT, INSERT (request_id, job_id, kind, token, reason, about, opened_at),
      UPDATE (is_open, closed_at, closed_by)
    ON incident TO 'kontor_dashboard'@'localhost';

-- The trail behind every change.
GRANT INSERT (request_id, object, object_id, version, field, old_value, new_value, person_id, changed_at)
    ON history TO 'kontor_dashboard'@'localhost';
GRANT INSERT (at, program, trace_id, action, person_id, company_id, request_id, object, detail)
    ON audit_event TO 'kontor_dashboard'@'localhost';
GRANT INSERT (unique_key, template, recipient, language, payload, request_id, available_at, created_at)
    ON outbox TO 'kontor_dashboard'@'localhost';
GRANT INSERT (kind, unique_key, request_id, token, payload, available_at, created_at)
    ON job TO 'kontor_dashboard'@'localhost';
