-- worker: what happens after a commit: mails, events, services, seals. No session, no password, no note.

GRANT SELECT ON process_definition TO 'kontor_worker'@'localhost';
GRANT SELECT ON team TO 'kontor_worker'@'localhost';
GRANT SELECT (id, reference, name, state, zone, ends_on, changes_on, version),
      UPDATE (name, state, ends_on, changes_on, version)
    ON company TO 'kontor_worker'@'localhost';
GRANT SELECT (id, email, language, company_id) ON person TO 'kontor_worker'@'localhost';
GRANT SELECT (company_id, person_id, role) ON company_role TO 'kontor_worker'@'localhost';

-- Requests and their processes.
GRANT SELECT, UPDATE (state, open_object, changed_at, ended_at, intake_due_at, intake_open,
                      decline_reason, version)
    ON request TO 'kontor_worker'@'localhost';
GRANT SELECT ON document_slot TO 'kontor_worker'@'localhost';
GRANT SELECT (id, sha256) ON document TO 'kontor_worker'@'localhost';
GRANT SELECT, UPDATE (remind_on) ON document_expiry TO 'kontor_worker'@'localhost';
GRANT SELECT, INSERT, UPDATE ON customer_status TO 'kontor_worker'@'localhost';
GRANT SELECT, INSERT ON company_attribute TO 'kontor_worker'@'localhost';
GRANT SELECT, UPDATE (state, ended_at, version) ON process_instance TO 'kontor_worker'@'localhost';
GRANT SELECT, UPDATE (state, ended_at, version) ON ticket TO 'kontor_worker'@'localhost';
GRANT SELECT, INSERT (reference, ticket_id, instance_id, activation, name, subject, type_key, phase, team_key,
                      state, is_open, due_at, clock, created_at),
      UPDATE (state, is_open, due_at, paused_at, waiting_for, remaining_s, ended_at, version)
    ON sub_ticket TO 'kontor_worker'@'localhost';
GRANT INSERT ON sub_ticket_clock TO 'kontor_worker'@'localhost';
GRANT SELECT ON business_calendar TO 'kontor_worker'@'localhost';
GRANT SELECT ON exchange_holiday TO 'kontor_worker'@'localhost';
GRANT SELECT ON sub_ticket_type TO 'kontor_worker'@'localhost';
GRANT SELECT ON sub_ticket_phase TO 'kontor_worker'@'localhost';

-- What services change; the catalogue itself is the operator's.
GRANT SELECT ON clearing_house TO 'kontor_worker'@'localhost';
GRANT SELECT ON exchange TO 'kontor_worker'@'localhost';
GRANT SELECT ON market TO 'kontor_worker'@'localhost';
GRANT SELECT ON product TO 'kontor_worker'@'localhost';
GRANT SELECT ON offer TO 'kontor_worker'@'localhost';
GRANT SELECT, INSERT (company_id, exchange_key, valid_from, request_id, recorded_at),
      UPDATE (ends_on, is_open, ended_request_id)
    ON membership TO 'kontor_worker'@'localhost';
GRANT SELECT, INSERT (company_id, product_key, market_key, volume, unit, valid_from, request_id,
                      recorded_at),
      UPDATE (ends_on, is_open, ended_request_id)
    ON entitlement TO 'kontor_worker'@'localhost';
GRANT SELECT, INSERT (company_id, name, function, birth_date, valid_from, request_id, recorded_at),
      UPDATE (ends_on, is_open, ended_request_id)
    ON board_member TO 'kontor_worker'@'localhost';
GRANT SELECT, INSERT (company_id, house_key, member_name, valid_from, request_id, recorded_at),
      UPDATE (ends_on, is_open, ended_request_id)
    ON clearing_access TO 'kontor_worker'@'localhost';
GRANT SELECT ON obligation TO 'kontor_worker'@'localhost';

-- What processes wait for, and what cannot go on.
GRANT SELECT, INSERT (request_id, token, kind, name, correlation, created_at), DELETE
    ON subscription TO 'kontor_worker'@'localhost';
GRANT SELECT, INSERT (request_id, token, name, correlation, payload, published_at, expires_at), UPDATE (delivered)
    ON process_message TO 'kontor_worker'@'localhost';
GRANT SELECT, INSERT (request_id, job_id, kind, token, reason, about, opened_at),
      UPDATE (is_open, closed_at, closed_by)
    ON incident TO 'kontor_worker'@'localhost';

-- Jobs, mails and seals.
GRANT SELECT, UPDATE (state, payload, available_at, lease_until, attempts, last_error, done_at)
    ON job TO 'kontor_worker'@'localhost';
GRANT SELECT, UPDATE (state, available_at, lease_until, attempts, last_error, sent_at, payload)
    ON outbox TO 'kontor_worker'@'localhost';
GRANT SELECT (request_id, object, field, new_value, changed_at)
    ON history TO 'kontor_worker'@'localhost';
GRANT SELECT, UPDATE (unsealed) ON audit_event TO 'kontor_worker'@'localhost';
GRANT SELECT, INSERT ON audit_seal TO 'kontor_worker'@'localhost';

-- The trail behind every change.
GRANT INSERT (request_id, object, object_id, version, field, old_value, new_value, person_id, changed_at)
    ON history TO 'kontor_worker'@'localhost';
GRANT INSERT (at, program, trace_id, action, person_id, company_id, request_id, object, detail)
    ON audit_event TO 'kontor_worker'@'localhost';
GRANT INSERT (unique_key, template, recipient, language, payload, request_id, available_at, created_at)
    ON outbox TO 'kontor_worker'@'localhost';
GRANT INSERT (kind, unique_key, request_id, token, payload, available_at, created_at)
    ON job TO 'kontor_worker'@'localhost';
