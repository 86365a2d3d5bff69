// kontorctl export: everything about a request or a company, and a verdict that notices what is missing or changed.
import assert from 'node:assert/strict';
import { readFileSync, renameSync, statSync, writeFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { test, before } from 'node:test';
import { signedIn } from '../harness/client.mjs';
import { newCompany, newPeople } from '../harness/people.mjs';
import { kontorctl, run, sql, sqlValue, until } from '../harness/stack.mjs';
import * as story from '../harness/story.mjs';

const company = newCompany();
const people = newPeople(company, { anna: 'applicant', sven: 'signatory' });
let reference;
let id;
let ticket;
before(async () => {
  const anna = await signedIn(people.anna);
  await signedIn(people.sven);
  const service = await signedIn('service');
  reference = await story.completeDraft(anna);
  await story.upload(anna, reference, { name: 'wrong.pdf', content: 'no pdf at all' });
  await story.submit(anna, reference);
  await story.fill(anna, `requests/${reference}`, '/messages', { body: 'Eine Frage an Sie' });
  await story.fill(service, `staff/intake/${reference}`, '/notes', { note: 'Eine Notiz' });
  await story.reject(service, reference, 'Bitte neu');
  await story.upload(anna, reference, { content: story.pdf('second') });
  await story.waitForState(reference, 'submitted');
  await story.accept(service, reference);
  await story.release(service, reference);
  ticket = story.ticketOf(reference);
  for (const team of ['compliance', 'it']) {
    const member = await signedIn(team);
    const sub = story.subTicketOf(ticket, team);
    await story.take(member, ticket, sub);
    await story.complete(member, sub, { outcome: 'remark', reason: `Bemerkung ${team}` });
  }
  await story.waitForState(reference, 'completed');
  id = sqlValue(`SELECT id FROM request WHERE reference = '${reference}'`);
  await until(() => sqlValue(`SELECT COUNT(*) FROM audit_event WHERE unsealed = 1`) === '0', { what: 'all events sealed' });
  await story.quiet();
});

/** { lines, end, ok } */
async function take(...args) {
  const { stdout, ok } = await kontorctl('export', ...args).then(({ stdout: text }) => ({ stdout: text, ok: true }), (error) => ({ stdout: error.stdout, ok: false }));
  const lines = stdout.trim().split('\n').map((line) => JSON.parse(line));
  return { lines, end: lines.at(-1), ok };
}

test('a request: every row of every table that is about it, the last line counts them', async () => {
  const { lines, end, ok } = await take('--request', reference);
  assert.ok(ok);
  assert.equal(end.kind, 'end');
  assert.equal(end.complete, true);
  assert.deepEqual(end.problems, []);
  assert.equal(end.documents_read, 2, 'the content of accepted documents was read');
  const of = {
    request: `request WHERE id = ${id}`, customer_status: `customer_status WHERE request_id = ${id}`, document_slot: `document_slot WHERE request_id = ${id}`,
    document: `document WHERE slot_id IN (SELECT id FROM document_slot WHERE request_id = ${id})`, message: `message WHERE request_id = ${id}`, internal_note: `internal_note WHERE request_id = ${id}`,
    ticket: `ticket WHERE request_id = ${id}`, sub_ticket: `sub_ticket WHERE ticket_id IN (SELECT id FROM ticket WHERE request_id = ${id})`, process_instance: `process_instance WHERE request_id = ${id}`,
    decision: `decision WHERE request_id = ${id}`, history: `history WHERE request_id = ${id}`, audit_event: `audit_event WHERE request_id = ${id}`, mail: `outbox WHERE request_id = ${id}`, job: `job WHERE request_id = ${id}`,
    company_attribute: `company_attribute WHERE request_id = ${id}`,
  };
  for (const [kind, from] of Object.entries(of)) {
    const rows = Number(sqlValue(`SELECT COUNT(*) FROM ${from}`));
    assert.ok(rows > 0, kind);
    assert.equal(lines.filter((line) => line.kind === kind).length, rows, kind);
    assert.equal(end.counts[kind], rows, kind);
  }
  const kinds = new Set(lines.map(({ kind }) => kind));
  assert.deepEqual([...kinds].sort(), [...Object.keys(of), 'end'].sort());
  const text = JSON.stringify(lines);
  for (const part of ['Eine Frage an Sie', 'Eine Notiz', 'Bitte neu', 'Bemerkung it', 'Brooktorkai', company.address.street, people.anna, 'content_mismatch', 'wrong.pdf']) assert.ok(text.includes(part), part);
  const events = lines.filter(({ kind }) => kind === 'audit_event');
  for (const event of events) assert.match(event.seal_sha256, /^[0-9a-f]{64}$/);
  for (const action of ['request.drafted', 'document.provided', 'request.submitted', 'message.written', 'note.written', 'slot.rejected', 'slot.accepted', 'request.released', 'sub_ticket.taken', 'sub_ticket.completed', 'service_task.done']) {
    assert.ok(events.some((event) => event.action === action), action);
  }
});

test('a company: its data, people, sign-ons and all its requests; a period limits what happened, not who it is', async () => {
  const { lines, end, ok } = await take('--company', company.reference);
  assert.ok(ok && end.complete);
  assert.equal(lines.filter(({ kind }) => kind === 'company').length, 1);
  assert.deepEqual(lines.filter(({ kind }) => kind === 'person').map(({ login }) => login).sort(), Object.values(people).sort());
  assert.equal(lines.filter(({ kind }) => kind === 'company_attribute').length, 10, 'five values from before, five from the request');
  assert.ok(lines.some(({ kind, action }) => kind === 'audit_event' && action === 'sign_on.succeeded'));
  assert.deepEqual(lines.filter(({ kind }) => kind === 'request').map((line) => line.reference), [reference]);
  assert.ok(!JSON.stringify(lines).includes('M-1001'), 'nothing of another company');
  const past = await take('--company', company.reference, '--from', '2001-01-01', '--to', '2001-12-31');
  assert.ok(past.ok);
  assert.equal(past.lines.filter(({ kind }) => kind === 'request').length, 0);
  assert.equal(past.lines.filter(({ kind }) => kind === 'company').length, 1);
  const now = await take('--company', company.reference, '--from', '2001-01-01', '--to', '2999-12-31');
  assert.equal(now.lines.length, lines.length);
});

test('what does not exist, or is asked for wrongly, is an error and no empty export', async () => {
  for (const args of [['--request', 'R-0000-0000'], ['--company', 'M-0'], ['--request', 'ü'], ['--request', reference, '--company', company.reference], [], ['--request'], ['--company', company.reference, '--from', 'yesterday']]) {
    await assert.rejects(kontorctl('export', ...args), (error) => error.code > 0 && error.stdout === '' && error.stderr.length > 10, args.join(' '));
  }
});

/** Change something, expect the export to name it, put it back, expect peace. */
async function tamper(what, change, restore, pattern) {
  change();
  try {
    const { end, ok } = await take('--request', reference);
    assert.equal(ok, false, `${what}: the exit status says so`);
    assert.equal(end.complete, false, what);
    assert.match(end.problems.join('\n'), pattern, what);
  } finally {
    restore();
  }
  const { end } = await take('--request', reference);
  assert.deepEqual(end.problems, [], `${what}, put back`);
}
const dump = (table, where) => {
  const names = sql(`SELECT column_name AS name FROM information_schema.columns WHERE table_schema = 'kontor' AND table_name = '${table}' ORDER BY ordinal_position`).map(({ name }) => name);
  const row = sqlValue(`SELECT CONCAT_WS(',', ${names.map((name) => `IF(${name} IS NULL, 'NULL', CONCAT('x''', HEX(${name}), ''''))`).join(', ')}) FROM ${table} WHERE ${where}`);
  // Numbers and dates are written as text again: HEX() of a number is that of its digits only for strings.
  const values = sql(`SELECT * FROM ${table} WHERE ${where}`)[0];
  assert.ok(row && values, `${table} ${where}`);
  return `SET foreign_key_checks = 0; INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map((name) => (values[name] === null ? 'NULL' : `'${values[name].replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`)).join(', ')})`;
};

test('a change or a gap in the record is found and named', async () => {
  const event = sqlValue(`SELECT MAX(id) FROM audit_event WHERE request_id = ${id} AND action = 'request.released'`);
  const who = sqlValue(`SELECT person_id FROM audit_event WHERE id = ${event}`);
  await tamper('an event with another person', () => sql(`UPDATE audit_event SET person_id = person_id + 1 WHERE id = ${event}`), () => sql(`UPDATE audit_event SET person_id = ${who} WHERE id = ${event}`), /audit chain/);
  const at = sqlValue(`SELECT at FROM audit_event WHERE id = ${event}`);
  await tamper('an event at another time', () => sql(`UPDATE audit_event SET at = at - INTERVAL 1 SECOND WHERE id = ${event}`), () => sql(`UPDATE audit_event SET at = '${at}' WHERE id = ${event}`), /audit chain/);
  const gone = dump('audit_event', `id = ${event}`);
  await tamper('an event that is gone', () => sql(`SET foreign_key_checks = 0; DELETE FROM audit_event WHERE id = ${event}`), () => sql(gone), /audit chain/);

  const history = sqlValue(`SELECT id FROM history WHERE request_id = ${id} AND object = 'request' AND field = 'state' AND new_value = 'released'`);
  const change = dump('history', `id = ${history}`);
  await tamper('a change that is gone', () => sql(`DELETE FROM history WHERE request_id = ${id} AND object = 'request' AND version = (SELECT version FROM (SELECT version FROM history WHERE id = ${history}) x) AND field = 'state'`), () => sql(change), /history|state/);
  await tamper('a state nobody set', () => sql(`UPDATE request SET state = 'declined' WHERE id = ${id}`), () => sql(`UPDATE request SET state = 'completed' WHERE id = ${id}`), /state/);
  await tamper('another state of a ticket', () => sql(`UPDATE ticket SET state = 'open', ended_at = NULL WHERE request_id = ${id}`),
    () => sql(`UPDATE ticket t JOIN process_instance i ON i.id = t.instance_id SET t.state = 'done', t.ended_at = i.ended_at WHERE t.request_id = ${id}`), /ticket/);
  const decision = dump('decision', `request_id = ${id} AND kind = 'release'`);
  await tamper('a decision that is gone', () => sql(`DELETE FROM decision WHERE request_id = ${id} AND kind = 'release'`), () => sql(decision), /release decision/);
});

test('a document whose content was changed or is gone is found and named', async () => {
  const { public_id, sha256 } = sql(`SELECT d.public_id, LOWER(HEX(d.sha256)) AS sha256 FROM document d JOIN document_slot s ON s.document_id = d.id WHERE s.request_id = ${id}`)[0];
  const path = join(run, 'var/lib/kontor/store', sha256.slice(0, 2), sha256.slice(2));
  const content = readFileSync(path);
  const times = statSync(path);
  const restore = () => { writeFileSync(path, content); utimesSync(path, times.atime, times.mtime); };
  const changed = Buffer.from(content);
  changed[changed.length - 20] ^= 1;
  await tamper('one bit', () => writeFileSync(path, changed), restore, new RegExp(`document ${public_id}`));
  await tamper('cut off', () => writeFileSync(path, content.subarray(0, 10)), restore, new RegExp(`document ${public_id}`));
  await tamper('gone', () => renameSync(path, `${path}.away`), () => renameSync(`${path}.away`, path), new RegExp(`document ${public_id}`));
  await kontorctl('verify');
  await kontorctl('invariants');
});
