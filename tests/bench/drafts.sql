-- @count@ complete drafts of one company, copies of the real one @draft@, each about an object of
-- its own. They share its document, so that one form fits all.
SET SESSION time_zone = '+00:00', sql_mode = 'TRADITIONAL';
SELECT id INTO @r FROM request WHERE reference = '@draft@';
INSERT INTO request (id, reference, company_id, request_type, definition_id, state, answers, base, effective_date,
                     open_object, creation_key, created_by, created_at, changed_at, version)
SELECT 20000000 + seq, CONCAT('R-P', LPAD(seq DIV 10000, 3, '0'), '-', LPAD(seq % 10000, 4, '0')), r.company_id,
       r.request_type, r.definition_id, r.state, r.answers, r.base, r.effective_date, CONCAT('bench-draft-', seq),
       UNHEX(LPAD(HEX(20000000 + seq), 32, '0')), r.created_by, r.created_at, '2020-01-01', r.version
FROM seq_1_to_@count@ JOIN request r ON r.id = @r ORDER BY seq;
INSERT INTO document_slot (id, request_id, company_id, slot_key, position, required, state, document_id, version)
SELECT 20000000 + seq, 20000000 + seq, s.company_id, s.slot_key, s.position, s.required, s.state, s.document_id,
       s.version
FROM seq_1_to_@count@ JOIN document_slot s ON s.request_id = @r ORDER BY seq;
INSERT INTO customer_status (request_id, company_id, phase, department_keys, contact_team, since_at, open_items, version)
SELECT 20000000 + seq, s.company_id, s.phase, s.department_keys, s.contact_team, s.since_at, s.open_items, s.version
FROM seq_1_to_@count@ JOIN customer_status s ON s.request_id = @r ORDER BY seq;
