-- Tickets @from@ to @to@ and what hangs on them, copied from one real ticket (story.mjs) and spread over companies,
-- departments, due times and states. Up to number @details@ with all that is read for one ticket at a time (answers,
-- process state, history, audit, documents, decisions, notes). @ticket@: reference of the real one. Everything is a
-- function of the number, so two loads are alike.
--
-- Of ten tickets three are open. Besides them there are requests in intake: 15 for each 100 tickets.
-- Each list that is counted up to "more than 1,000" has more than that from 10,000 tickets on.

SET SESSION time_zone = '+00:00', unique_checks = 0, foreign_key_checks = 0, sql_mode = 'TRADITIONAL';
SET @now = UTC_TIMESTAMP(6), @base = 1000000;
SELECT id, request_id, instance_id INTO @t, @r, @i FROM ticket WHERE reference = '@ticket@';
SELECT id INTO @first FROM sub_ticket WHERE ticket_id = @t ORDER BY id LIMIT 1;
SELECT id INTO @second FROM sub_ticket WHERE ticket_id = @t ORDER BY id DESC LIMIT 1;
SELECT owner_id INTO @compliance FROM sub_ticket WHERE id = @first;

-- With the three of the demo 200 companies, and 40 more people of the staff.
INSERT IGNORE INTO company (id, reference, name, state, created_at)
SELECT 100 + seq, CONCAT('M-', 2000 + seq),
       CONCAT(ELT(1 + seq % 7, 'Rhein', 'Elbe', 'Donau', 'Isar', 'Weser', 'Spree', 'Main'), 'energie ',
              ELT(1 + seq % 5, 'Handel', 'Trading', 'Versorgung', 'Netz', 'Gas'), ' ', seq, ' GmbH'),
       'active', '2020-01-01'
FROM seq_1_to_197;
INSERT IGNORE INTO person (id, login, display_name, email, is_staff, created_at)
SELECT 1000 + seq, CONCAT('bench-staff-', seq), CONCAT('Person ', seq), CONCAT('bench-staff-', seq, '@example.org'),
       TRUE, '2020-01-01'
FROM seq_1_to_40;

-- The number of each ticket and what follows from it. A step by a prime scatters as well as chance does. Sixty open
-- sub-tickets are the compliance person's: a number that does not grow with the tickets. All lines of a list are alike
-- (each sub-ticket has an owner, each request a message), so that a page reads the same whichever lines are on top.
CREATE OR REPLACE TEMPORARY TABLE bench (
    n INT NOT NULL PRIMARY KEY, id BIGINT NOT NULL, company_id BIGINT NOT NULL, is_open BOOLEAN NOT NULL,
    code CHAR(9) CHARACTER SET ascii NOT NULL, began DATETIME(6) NOT NULL, ended DATETIME(6) NULL,
    due DATETIME(6) NOT NULL, team_1 VARCHAR(20) NOT NULL, team_2 VARCHAR(20) NOT NULL, owner_1 BIGINT NOT NULL,
    owner_2 BIGINT NOT NULL
) ENGINE = InnoDB;
INSERT INTO bench
SELECT seq, @base + seq,
       CASE seq % 199 WHEN 0 THEN 1 WHEN 1 THEN 2 ELSE 99 + seq % 199 END,
       seq % 10 < 3,
       CONCAT(LPAD(seq DIV 10000, 4, '0'), '-', LPAD(seq % 10000, 4, '0')),
       @now - INTERVAL IF(seq % 10 < 3, 0, 900000) + seq * 7919 % IF(seq % 10 < 3, 900000, 90000000) SECOND,
       IF(seq % 10 < 3, NULL, @now - INTERVAL (seq * 104729 % 900000) SECOND),
       @now + INTERVAL (seq * 7919 % 2600000) SECOND - INTERVAL 3 DAY,
       ELT(1 + seq DIV 10 % 4, 'compliance', 'compliance', 'credit', 'clearing'),
       ELT(1 + seq DIV 10 % 4, 'it', 'it', 'onboarding', 'admission'),
       IF(seq <= 400 AND seq % 10 < 3 AND seq DIV 10 % 4 < 2, @compliance, 1001 + seq % 40),
       1001 + (seq + 20) % 40
FROM seq_@from@_to_@to@;

INSERT INTO request (id, reference, company_id, request_type, definition_id, state, answers, base, effective_date,
                     open_object, creation_key, created_by, created_at, changed_at, submitted_by, submitted_at,
                     ended_at, intake_due_at, version)
SELECT b.id, CONCAT('R-', b.code), b.company_id, r.request_type, r.definition_id,
       IF(b.is_open, 'released', 'completed'), IF(b.n <= @details@, r.answers, '{}'),
       IF(b.n <= @details@, r.base, '{}'), r.effective_date,
       IF(b.is_open, CONCAT('bench-', b.n), NULL), UNHEX(LPAD(HEX(b.id), 32, '0')), r.created_by,
       b.began, COALESCE(b.ended, b.began), r.submitted_by, b.began, b.ended, b.began + INTERVAL 1 DAY, r.version
FROM bench b JOIN request r ON r.id = @r ORDER BY b.n;

INSERT INTO process_instance (id, request_id, definition_id, state, ended_at, version)
SELECT b.id, b.id, i.definition_id, IF(b.n <= @details@, i.state, '{}'), b.ended, i.version
FROM bench b JOIN process_instance i ON i.id = @i ORDER BY b.n;

INSERT INTO ticket (id, reference, request_id, instance_id, company_id, request_type, state, released_by, created_at,
                    ended_at, version)
SELECT b.id, CONCAT('T-', b.code), b.id, b.id, b.company_id, t.request_type, IF(b.is_open, 'open', 'done'),
       t.released_by, b.began, b.ended, t.version
FROM bench b JOIN ticket t ON t.id = @t ORDER BY b.n;

INSERT INTO sub_ticket (id, reference, ticket_id, instance_id, activation, name, team_key, owner_id, state, is_open,
                        due_at, created_at, taken_at, ended_at, ended_by, version)
SELECT 2 * b.id, CONCAT('T-', b.code, '-1'), b.id, b.id, s.activation, s.name, b.team_1, b.owner_1,
       IF(b.is_open, 'in_progress', 'done'),
       IF(b.is_open, 1, NULL), b.due, b.began, b.began, b.ended,
       IF(b.is_open, NULL, b.owner_1), 2
FROM bench b JOIN sub_ticket s ON s.id = @first ORDER BY b.n;
INSERT INTO sub_ticket (id, reference, ticket_id, instance_id, activation, name, team_key, owner_id, state, is_open,
                        due_at, created_at, taken_at, ended_at, ended_by, version)
SELECT 2 * b.id + 1, CONCAT('T-', b.code, '-2'), b.id, b.id, s.activation, s.name, b.team_2, b.owner_2,
       IF(b.is_open, 'in_progress', 'done'),
       IF(b.is_open, 1, NULL), b.due + INTERVAL 1 HOUR, b.began, b.began, b.ended,
       IF(b.is_open, NULL, b.owner_2), 2
FROM bench b JOIN sub_ticket s ON s.id = @second ORDER BY b.n;

INSERT INTO customer_status (request_id, company_id, phase, department_keys, contact_team, since_at, open_items, version)
SELECT b.id, b.company_id, s.phase, IF(b.is_open, CONCAT(b.team_1, ',', b.team_2), ''), s.contact_team,
       COALESCE(b.ended, b.began), IF(b.is_open AND b.n DIV 10 % 6 = 0, 1, 0), s.version
FROM bench b JOIN customer_status s ON s.request_id = @r ORDER BY b.n;

-- In intake: submitted, not yet released.
INSERT INTO request (id, reference, company_id, request_type, definition_id, state, answers, base, effective_date,
                     open_object, creation_key, created_by, created_at, changed_at, submitted_by, submitted_at,
                     intake_due_at, intake_open, version)
SELECT 10 * @base + b.n, CONCAT('R-', INSERT(b.code, 1, 1, 'A')), b.company_id, r.request_type, r.definition_id,
       IF(b.n % 3 = 0, 'waiting_for_customer', 'submitted'), IF(b.n <= @details@, r.answers, '{}'),
       IF(b.n <= @details@, r.base, '{}'), r.effective_date,
       CONCAT('bench-intake-', b.n), UNHEX(LPAD(HEX(10 * @base + b.n), 32, '0')), r.created_by, b.began, b.began,
       r.submitted_by, b.began, @now + INTERVAL (b.n * 7919 % 172800) - 43200 SECOND, 1, 4
FROM bench b JOIN request r ON r.id = @r WHERE b.n % 20 IN (3, 7, 13) ORDER BY b.n;
INSERT INTO customer_status (request_id, company_id, phase, department_keys, contact_team, since_at, open_items, version)
SELECT q.id, q.company_id, 'Completeness check', 'service', 'service', q.submitted_at, q.id % 3 = 0, 1
FROM bench b JOIN request q ON q.id = 10 * @base + b.n;

INSERT INTO message (request_id, company_id, from_staff, author_id, author_name, body, form_key, written_at)
SELECT q.id, q.company_id, m.from_staff, m.author_id, m.author_name, m.body, UNHEX(LPAD(HEX(q.id), 32, '0')), q.submitted_at
FROM (SELECT id FROM bench UNION ALL SELECT 10 * @base + n FROM bench) b JOIN request q ON q.id = b.id
JOIN message m ON m.request_id = @r;

-- What is read for one ticket at a time.
INSERT INTO document_slot (id, request_id, company_id, slot_key, position, required, state, document_id, version)
SELECT b.id, b.id, b.company_id, s.slot_key, s.position, s.required, s.state, b.id, s.version
FROM bench b JOIN document_slot s ON s.request_id = @r WHERE b.n <= @details@ ORDER BY b.n;
INSERT INTO document (id, public_id, company_id, slot_id, verdict, file_name, size_bytes, media_type, sha256, kind_key,
                      issued_on, uploaded_by, uploaded_at)
SELECT b.id, LPAD(HEX(b.id), 32, '0'), b.company_id, b.id, d.verdict, d.file_name, d.size_bytes, d.media_type, d.sha256,
       d.kind_key, d.issued_on, d.uploaded_by, b.began
FROM bench b JOIN document_slot s ON s.request_id = @r JOIN document d ON d.id = s.document_id
WHERE b.n <= @details@ ORDER BY b.n;
INSERT INTO decision (request_id, slot_id, document_id, kind, outcome, requester_id, decider_id, decided_at)
SELECT b.id, IF(d.slot_id IS NULL, NULL, b.id), IF(d.document_id IS NULL, NULL, b.id), d.kind, d.outcome,
       d.requester_id, d.decider_id, b.began
FROM bench b JOIN decision d ON d.request_id = @r AND d.sub_ticket_id IS NULL WHERE b.n <= @details@ ORDER BY b.n;
INSERT INTO decision (request_id, sub_ticket_id, kind, outcome, requester_id, decider_id, decided_at)
SELECT b.id, s.id, 'sub_ticket', 'approved', q.submitted_by, s.owner_id, b.ended
FROM bench b JOIN request q ON q.id = b.id JOIN sub_ticket s ON s.ticket_id = b.id
WHERE NOT b.is_open AND b.n <= @details@ ORDER BY b.n;
INSERT INTO internal_note (request_id, sub_ticket_id, author_id, body, form_key, written_at)
SELECT b.id, 2 * b.id + (n.sub_ticket_id = @second), n.author_id, n.body,
       UNHEX(LPAD(HEX(2 * b.id + (n.sub_ticket_id = @second)), 32, '0')), b.began
FROM bench b JOIN internal_note n ON n.request_id = @r WHERE b.n <= @details@ ORDER BY b.n;
INSERT INTO history (request_id, object, object_id, version, field, old_value, new_value, person_id, changed_at)
SELECT b.id, h.object, IF(h.object = 'sub_ticket', 2 * b.id + (h.object_id = @second), b.id), h.version, h.field,
       h.old_value, h.new_value, h.person_id, b.began
FROM bench b JOIN history h ON h.request_id = @r WHERE b.n <= @details@ ORDER BY b.n, h.id;
INSERT INTO audit_event (at, program, trace_id, action, person_id, company_id, request_id, object, detail, unsealed)
SELECT b.began, a.program, a.trace_id, a.action, a.person_id, b.company_id, b.id, CONCAT('R-', b.code), a.detail, NULL
FROM bench b JOIN audit_event a ON a.request_id = @r WHERE b.n <= @details@ ORDER BY b.n, a.id;
DROP TEMPORARY TABLE bench;
-- A load in one go is more than the server's own upkeep of its statistics follows at once.
ANALYZE TABLE company, person, request, process_instance, ticket, sub_ticket, customer_status, message, document_slot,
    document, decision, internal_note, history, audit_event;
