-- Running instances @from@ to @to@, copied from the one of ticket @ticket@, which waits for a timer: request, ticket, state,
-- sub-ticket, customer status. The timers of the first @due@ are due now, those of the others in 2099.

SET SESSION time_zone = '+00:00', unique_checks = 0, foreign_key_checks = 0, sql_mode = 'TRADITIONAL';
SET @now = UTC_TIMESTAMP(6), @base = 50000000;
SELECT id, request_id, instance_id INTO @t, @r, @i FROM ticket WHERE reference = '@ticket@';

INSERT INTO request (id, reference, company_id, request_type, definition_id, state, answers, base, effective_date,
                     open_object, creation_key, created_by, created_at, changed_at, submitted_by, submitted_at, intake_due_at,
                     version)
SELECT @base + seq, CONCAT('R-W', LPAD(seq, 7, '0')), r.company_id, r.request_type, r.definition_id, r.state, r.answers, r.base,
       r.effective_date, CONCAT('instance-', seq), UNHEX(LPAD(HEX(@base + seq), 32, '0')), r.created_by, r.created_at,
       r.changed_at, r.submitted_by, r.submitted_at, r.intake_due_at, r.version
FROM seq_@from@_to_@to@ JOIN request r ON r.id = @r;
INSERT INTO process_instance (id, request_id, definition_id, state, version)
SELECT @base + seq, @base + seq, i.definition_id, i.state, i.version FROM seq_@from@_to_@to@ JOIN process_instance i ON i.id = @i;
INSERT INTO ticket (id, reference, request_id, instance_id, company_id, request_type, state, released_by, created_at, version)
SELECT @base + seq, CONCAT('T-W', LPAD(seq, 7, '0')), @base + seq, @base + seq, t.company_id, t.request_type, t.state,
       t.released_by, t.created_at, t.version
FROM seq_@from@_to_@to@ JOIN ticket t ON t.id = @t;
INSERT INTO sub_ticket (reference, ticket_id, instance_id, activation, name, team_key, state, is_open, due_at, created_at, version)
SELECT CONCAT('T-W', LPAD(seq, 7, '0'), '-1'), @base + seq, @base + seq, s.activation, s.name, s.team_key, s.state, s.is_open,
       s.due_at, s.created_at, s.version
FROM seq_@from@_to_@to@ JOIN sub_ticket s ON s.ticket_id = @t;
INSERT INTO customer_status (request_id, company_id, phase, department_keys, contact_team, since_at, open_items, version)
SELECT @base + seq, s.company_id, s.phase, s.department_keys, s.contact_team, s.since_at, s.open_items, s.version
FROM seq_@from@_to_@to@ JOIN customer_status s ON s.request_id = @r;
INSERT INTO job (kind, unique_key, request_id, token, payload, available_at, created_at)
SELECT j.kind, CONCAT('instance-', seq), @base + seq, j.token, j.payload, IF(seq <= @due@, @now, '2099-01-01'), j.created_at
FROM seq_@from@_to_@to@ JOIN job j ON j.request_id = @r AND j.kind = 'timer';
ANALYZE TABLE request, process_instance, ticket, sub_ticket, customer_status, job;
