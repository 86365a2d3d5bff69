// How MariaDB runs the lists with 10,000 tickets: by which key, without sorting or reading what is not shown. The load
// is that of the measurements (tests/bench/load.sql), in a schema beside the stack's.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { signedIn } from '../harness/client.mjs';
import { kontorctl, root, sql } from '../harness/stack.mjs';
import { golden } from './golden.mjs';
import { Form, Journey, companies } from './journey.mjs';

const SCHEMA = 'kontor_plans';
const TICKETS = 10_000;
const there = (query) => sql(`USE ${SCHEMA}; ${query}`);

// One ticket with all that can hang on one, for load.sql to copy.
async function realTicket() {
  const [compliance, it, service] = await Promise.all(['compliance', 'it', 'service'].map((name) => signedIn(name)));
  const journey = await new Journey(companies(1, 'plans')[0]).draft();
  for (const open of [() => journey.upload(), () => journey.submit(), () => journey.accept(service), () => journey.release(service),
    () => journey.message('Guten Tag'), () => journey.take(compliance, 'compliance'), () => journey.take(it, 'it')]) {
    await (await open()).done();
  }
  const page = await compliance.get(`staff/tickets/${journey.ticket}`);
  await new Form(compliance, page, `${journey.subTicket('compliance')}/notes`, { note: 'Geprüft.' }).done();
  return journey.ticket;
}

before(async () => {
  const ticket = await realTicket();
  sql(`DROP DATABASE IF EXISTS ${SCHEMA}; CREATE DATABASE ${SCHEMA} CHARACTER SET utf8mb4`);
  const tables = sql(`SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'kontor' AND table_type = 'BASE TABLE'`);
  // In a database of its own the few rows of other tests do not matter.
  there(tables.map(({ name }) => `CREATE TABLE ${name} LIKE kontor.${name}; INSERT INTO ${name} SELECT * FROM kontor.${name};`).join('\n'));
  const load = readFileSync(join(root, 'tests/bench/load.sql'), 'utf8');
  there(load.replaceAll('@from@', '1').replaceAll('@to@', `${TICKETS}`).replaceAll('@details@', `${TICKETS}`).replaceAll('@ticket@', ticket));
  there(`INSERT INTO outbox (unique_key, template, recipient, language, payload, request_id, state, available_at, created_at, sent_at)
      SELECT CONCAT('plan-', seq), 'intake-new', 'a@example.org', 'de', '{}', 1000000 + seq % ${TICKETS}, IF(seq % 50, 'sent', 'queued'),
        '2026-01-01' + INTERVAL seq SECOND, '2026-01-01', IF(seq % 50, '2026-01-02', NULL) FROM seq_1_to_20000;
    INSERT INTO job (kind, unique_key, request_id, payload, state, available_at, created_at, done_at)
      SELECT 'service_task', CONCAT('plan-', seq), 1000000 + seq, '{}', IF(seq % 50, 'done', 'queued'), '2026-01-01' + INTERVAL seq SECOND,
        '2026-01-01', IF(seq % 50, '2026-01-02', NULL) FROM seq_1_to_${TICKETS};
    INSERT INTO job (kind, unique_key, request_id, token, payload, available_at, created_at)
      SELECT 'timer', CONCAT('timer-', seq), 1000000 + seq, 'Task_1#5:Timer_1', '{}', '2099-01-01', '2026-01-01' FROM seq_1_to_${TICKETS};
    INSERT INTO subscription (request_id, token, kind, name, correlation, created_at)
      SELECT 1000000 + seq, 'Task_1#5:Event_1', IF(seq % 2, 'message', 'signal'), CONCAT(IF(seq % 2, 'message', 'signal'), '-', seq % 3),
        IF(seq % 2, CONCAT('key-', seq), ''), '2026-01-01' FROM seq_1_to_${TICKETS};
    INSERT INTO process_message (request_id, token, name, correlation, payload, published_at, expires_at)
      SELECT 1000000 + seq, 'Task_1#6', CONCAT('message-', seq % 3), CONCAT('key-', seq), '{}', '2026-01-01', '2099-01-01' FROM seq_1_to_${TICKETS};
    INSERT INTO incident (request_id, kind, token, reason, is_open, opened_at, closed_at)
      SELECT 1000000 + seq, 'stuck', 'Task_1#5', 'r', IF(seq % 10, NULL, 1), '2026-01-01', IF(seq % 10, '2026-01-02', NULL) FROM seq_1_to_${TICKETS};
    INSERT INTO document_expiry (slot_id, request_id, company_id, definition_id, kind_key, title, expires_on, notice_on, remind_on, replaced_at)
      SELECT 1000000 + seq, 1000000 + seq, c.id, 1, CONCAT('kind-', seq % 7), 'T', '2026-01-01' + INTERVAL seq DAY, '2025-12-01' + INTERVAL seq DAY,
        IF(seq % 3, '2025-12-01' + INTERVAL seq DAY, NULL), IF(seq % 4, NULL, NOW())
        FROM seq_1_to_${TICKETS} JOIN (SELECT MIN(id) AS first, COUNT(*) AS count FROM company) n JOIN company c ON c.id = n.first + seq % n.count;
    INSERT INTO session (token_sha256, person_id, created_at, last_seen_at, expires_at)
      SELECT UNHEX(SHA2(seq, 256)), IF(seq = 17, (SELECT MAX(id) FROM person WHERE NOT is_staff), 1001 + seq % 40), NOW(), NOW(), NOW() + INTERVAL 1 HOUR FROM seq_1_to_5000;
    INSERT INTO person (login, display_name, email, company_id, is_staff, created_at)
      SELECT CONCAT('plan-', seq), CONCAT('Person ', seq), CONCAT('plan-', seq, '@example.org'), c.id, 0, NOW()
        FROM seq_1_to_5000 JOIN (SELECT MIN(id) AS first, COUNT(*) AS count FROM company) n JOIN company c ON c.id = n.first + seq % n.count;
    INSERT INTO company_role (company_id, person_id, role, given_at) SELECT company_id, id, 'readonly', NOW() FROM person WHERE login LIKE 'plan-%';
    INSERT INTO invitation (token_sha256, person_id, invited_by, created_at, expires_at)
      SELECT UNHEX(SHA2(login, 256)), id, 1, NOW(), NOW() FROM person WHERE login LIKE 'plan-%';
    INSERT INTO identity (person_id, issuer, subject, login_key, created_at)
      SELECT id, 'ldap:plans', CONCAT('plan-', id), CONCAT('plan-', id), NOW() FROM person;
    UPDATE session s JOIN identity i ON i.person_id = s.person_id AND i.issuer = 'ldap:plans' SET s.identity_id = i.id, s.ended_at = IF(s.id % 3 OR s.token_sha256 = UNHEX(SHA2('17', 256)), NULL, NOW());
    INSERT IGNORE INTO entitlement (company_id, product_key, market_key, unit, valid_from, recorded_at)
      SELECT c.id, o.product_key, o.market_key, 'MWh', '2020-01-01', NOW() FROM company c JOIN offer o;
    INSERT IGNORE INTO membership (company_id, exchange_key, valid_from, recorded_at) SELECT c.id, e.exchange_key, '2020-01-01', NOW() FROM company c JOIN exchange e;
    INSERT IGNORE INTO clearing_access (company_id, house_key, valid_from, recorded_at) SELECT c.id, h.house_key, '2020-01-01', NOW() FROM company c JOIN clearing_house h;
    INSERT IGNORE INTO board_member (company_id, name, function, valid_from, recorded_at) SELECT c.id, 'Ada', 'Chair', '2020-01-01', NOW() FROM company c;
    INSERT IGNORE INTO obligation (company_id, kind, reference, text_en, text_de, opened_at, closed_at)
      SELECT c.id, 'other', CONCAT('O-', seq), 'O', 'O', NOW(), IF(seq % 5, NOW(), NULL) FROM company c JOIN seq_1_to_20;
    INSERT INTO clearing_house (house_key, name_en, name_de) SELECT CONCAT('plan-', seq), 'H', 'H' FROM seq_1_to_50;
    ANALYZE TABLE document_expiry, clearing_house, entitlement, membership, clearing_access, board_member, obligation, company, outbox, job, subscription, process_message, incident, session, person, company_role, invitation, identity, message, history`);
}, { timeout: 60_000 });
after(() => sql(`DROP DATABASE IF EXISTS ${SCHEMA}`));

// Parameters in the order of the statement's question marks.
const LATER = `'9999-12-31'`, DUE = `'2020-01-01'`, NOW = 'UTC_TIMESTAMP(6)', ID = '1005000';
const ofCompany = ['0', '0', '120', `'2026-01-01'`];
const range = [DUE, DUE, '0', '51'];
const LISTS = {
  SQL_SESSION_LIVE: [`UNHEX(SHA2('17', 256))`, DUE, DUE],
  SQL_SYNC_PEOPLE: ['0', DUE, DUE, `'ldap:plans'`],
  SQL_REQUEST_LIST: ['1', '120', LATER, LATER, '0', '0', '21'],
  SQL_REQUEST_LIST_PENDING: ['120', '0'],
  SQL_REGISTER_LIST: [...ofCompany, ...ofCompany, ...ofCompany, '1', ...ofCompany, '120', '120'],
  SQL_REGISTER_COMPANIES_DUE: [`'2026-01-01'`],
  SQL_COMPANY_PEOPLE_CURRENT: ['0', '120', `''`, `''`, `''`, '51'],
  SQL_COMPANY_PEOPLE_ASKED: ['0', '120', `''`, `''`, `''`, '21'],
  SQL_INTAKE_LIST: [DUE, DUE, '0', '51'],
  SQL_INTAKE_LIST_STATE: [`'submitted'`, DUE, DUE, '0', '51'],
  SQL_INTAKE_COUNT: [],
  SQL_INTAKE_COUNT_STATE: [`'submitted'`],
  SQL_QUEUE_MINE: ['1005', ...range],
  SQL_QUEUE_TEAM: [`'compliance'`, ...range],
  SQL_QUEUE_ALL: range,
  SQL_QUEUE_TEAMS: [...['compliance', 'it', 'credit', 'clearing', '', '', '', ''].flatMap((team) => [team ? `'${team}'` : 'NULL', ...range]), '51'],
  SQL_QUEUE_COUNT_MINE: ['1005'],
  SQL_QUEUE_COUNT_ALL: [],
  SQL_QUEUE_COUNT_TEAMS: [`'compliance'`, `'it'`, 'NULL', 'NULL', 'NULL', 'NULL', 'NULL', 'NULL'],
  SQL_TICKET_LIST: [ID, '51'],
  SQL_TICKET_LIST_COMPANY: ['120', ID, '51'],
  SQL_TICKET_COMPANIES: [`'Rhein%'`, '11'],
  SQL_STAFF_REQUEST_BY_TICKET: [`'T-0000-0017'`],
  SQL_SUB_TICKET_LIST: [ID],
  SQL_STAFF_SLOTS: [ID],
  SQL_DOCUMENT_EXPIRY_NEXT: [`'2026-01-05'`],
  SQL_DOCUMENT_EXPIRY_LIST: ['120', `'2026-01-05'`, '1'],
  SQL_DOCUMENT_EXPIRY_REPLACE: [NOW, '120', `'kind-3'`, ID, `'2026-01-05'`],
  SQL_CONVERSATION_LIST: null,
  SQL_MESSAGE_LIST: ['1', ID, '120'],
  SQL_HISTORY_LIST: [ID, '99999999', '101'],
  SQL_JOB_NEXT: [NOW],
  SQL_JOB_CANCEL: [ID, `'Task_1#5:Timer_1'`],
  SQL_INSTANCE_LOCK: [ID],
  SQL_SUBSCRIPTION_WAITING: [`'message-1'`, `'key-17'`, `''`, '100'],
  SQL_SUBSCRIPTION_SIGNALLED: [`'signal-1'`, '0', '0', NOW, '200'],
  SQL_PROCESS_MESSAGE_KEPT: [`'message-1'`, `'key-17'`, NOW, `'change-of-address'`],
  SQL_INCIDENT_OPEN: [ID],
  SQL_INCIDENT_LIST: ['0', '51'],
  SQL_OUTBOX_NEXT: [NOW],
  SQL_SEAL_PENDING: null,
};
// All parameters of these are the request, or a number of rows.
const guess = (name, text) => Array.from({ length: text.split('?').length - 1 }, () => (name === 'SQL_SEAL_PENDING' ? '100' : ID));

// What hangs on one request or company may be sorted; what grows with the tickets may not.
const GROWS = /^SQL_(REQUEST_LIST$|INTAKE|QUEUE|TICKET_LIST|HISTORY|JOB|OUTBOX|SEAL|INCIDENT|SUBSCRIPTION_SIGNALLED|DOCUMENT_EXPIRY_NEXT)/;

let plans;
test('each list is read by a key, and no queue is sorted', async () => {
  const texts = Object.fromEntries((await kontorctl('statements', '--list')).stdout.trim().split('\n').map((line) => line.split('\t')));
  plans = '';
  for (const [name, given] of Object.entries(LISTS)) {
    const text = texts[name];
    assert.ok(text, `${name} exists`);
    const values = [...(given ?? guess(name, text))];
    const steps = there(`EXPLAIN ${text.replaceAll('?', () => values.shift() ?? assert.fail(`${name} has more parameters`))}`);
    assert.equal(values.length, 0, `${name} has fewer parameters`);
    plans += `${name}\n`;
    for (const step of steps) {
      const { id, select_type: kind, table, type, key, ref, Extra: extra } = step;
      plans += `  ${[id ?? '-', kind, table ?? '-', type ?? '-', key ?? '-', ref ?? '-'].join(' ')}${extra ? `; ${extra}` : ''}\n`;
      const derived = table === null || table.startsWith('<'); // rows that another step has picked
      // A constant without a key is a row that cannot be there.
      assert.ok(derived || type === 'const' || (!['ALL', 'index'].includes(type) && key), `${name} reads all of ${table}`);
      assert.ok(derived || !GROWS.test(name) || !/filesort|temporary/.test(extra ?? ''), `${name} sorts ${table}: ${extra}`);
    }
  }
});

test('the plans are the agreed ones', () => golden('plans.txt', plans));
