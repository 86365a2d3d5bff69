// Long lists: every line is on exactly one page, in order, also when many lines are due at the same moment.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { signedIn } from '../harness/client.mjs';
import { newCompany, newPeople } from '../harness/people.mjs';
import { sql, sqlValue } from '../harness/stack.mjs';
import * as story from '../harness/story.mjs';

const COPIES = 120;
const company = newCompany();
const people = newPeople(company, { anna: 'applicant' });
let anna;
let lead;
let ids;
let reference;
let ticket;

/** Copies of the rows with WHERE, each with `changes` (column: SQL with n for the number of the copy). */
function copy(table, where, changes) {
  const names = sql(`SELECT column_name AS name FROM information_schema.columns WHERE table_schema = 'kontor' AND table_name = '${table}' AND column_name <> 'id' ORDER BY ordinal_position`).map(({ name }) => name);
  const values = names.map((name) => changes[name] ?? `s.${name}`);
  sql(`INSERT INTO ${table} (${names.join(', ')}) SELECT ${values.join(', ')} FROM ${table} s CROSS JOIN (SELECT seq AS n FROM seq_1_to_${COPIES}) numbers WHERE s.${where}`);
}
before(async () => {
  anna = await signedIn(people.anna);
  lead = await signedIn('lead');
  reference = await story.submitted(anna);
  await story.accept(lead, reference);
  await story.release(lead, reference);
  await story.quiet();
  ticket = story.ticketOf(reference);
  ids = sql(`SELECT r.id AS request, i.id AS instance, t.id AS ticket FROM request r JOIN process_instance i ON i.request_id = r.id JOIN ticket t ON t.request_id = r.id WHERE r.reference = '${reference}'`)[0];
  const unique = (letter) => `CONCAT('${letter}-LIST-', LPAD(n, 4, '0'))`;
  copy('request', `id = ${ids.request}`, { reference: unique('R'), creation_key: "UNHEX(MD5(CONCAT('list', n)))", open_object: 'NULL', changed_at: 's.changed_at - INTERVAL FLOOR(n / 7) SECOND' });
  copy('customer_status', `request_id = ${ids.request}`, { request_id: `(SELECT id FROM request WHERE reference = ${unique('R')})` });
  copy('process_instance', `id = ${ids.instance}`, { request_id: `(SELECT id FROM request WHERE reference = ${unique('R')})` });
  copy('ticket', `id = ${ids.ticket}`, {
    reference: unique('T'), request_id: `(SELECT id FROM request WHERE reference = ${unique('R')})`,
    instance_id: `(SELECT i.id FROM process_instance i JOIN request r ON r.id = i.request_id WHERE r.reference = ${unique('R')})`,
  });
  // Groups of 40 that are due in the same microsecond.
  copy('sub_ticket', `ticket_id = ${ids.ticket}`, {
    reference: `CONCAT('T-LIST-', LPAD(n, 4, '0'), '-', s.team_key)`, ticket_id: `(SELECT id FROM ticket WHERE reference = ${unique('T')})`,
    instance_id: `(SELECT instance_id FROM ticket WHERE reference = ${unique('T')})`, due_at: "s.due_at + INTERVAL FLOOR(n / 40) SECOND",
  });
});
after(() => {
  // The copies have no history: they go before anybody asks whether all is consistent.
  const copies = "SELECT id FROM request WHERE reference LIKE 'R-LIST-%'";
  sql(`DELETE FROM sub_ticket WHERE reference LIKE 'T-LIST-%'; DELETE FROM ticket WHERE reference LIKE 'T-LIST-%'; DELETE FROM process_instance WHERE request_id IN (${copies}); DELETE FROM customer_status WHERE request_id IN (${copies}); DELETE FROM request WHERE reference LIKE 'R-LIST-%'`);
});

/** All lines of a list, page by page as the links lead; `first` is the list's path. */
async function walk(who, first, lines) {
  const all = [];
  let path = first;
  for (let i = 0; path; i++) {
    assert.ok(i < 60, 'the list ends');
    const page = await who.get(path);
    assert.equal(page.status, 200, path);
    const { json } = await who.get(path, { headers: { accept: 'application/json' } });
    const now = lines(json);
    assert.ok(now.length > 0 && now.length <= 50, `${now.length} lines on ${path}`);
    all.push(...now);
    const links = page.links.map(({ href }) => href);
    if (json.next_url) assert.ok(links.includes(json.next_url), `the way on from ${path}`);
    if (i > 0) assert.ok(json.first_url && links.includes(json.first_url), `the way back from ${path}`);
    path = json.next_url;
  }
  return all;
}
const unrepeated = (references) => assert.equal(new Set(references).size, references.length, 'no line comes twice');

test('the start page: all requests of the company, newest activity first', async () => {
  const lines = await walk(anna, '/', (json) => json.requests);
  unrepeated(lines.map((line) => line.reference));
  assert.equal(lines.length, COPIES + 1);
  const times = lines.map(({ changed_at }) => changed_at);
  assert.deepEqual(times, times.toSorted().reverse());
});

test('the queue of a team and of all: by due time, with equal times too', async () => {
  const it = await signedIn('it');
  for (const [who, path, each] of [[it, '/staff/queue?view=team', 1], [lead, '/staff/queue?view=all', 2]]) {
    const lines = await walk(who, path, (json) => json.lines);
    unrepeated(lines.map((line) => line.reference));
    const mine = lines.filter((line) => line.reference.startsWith('T-LIST-'));
    assert.equal(mine.length, COPIES * each, path);
    const due = lines.map(({ due_at }) => due_at);
    assert.deepEqual(due, due.toSorted(), path);
  }
});

test('all tickets, those of one company, and the one that is asked for', async () => {
  const open = Number(sqlValue('SELECT COUNT(*) FROM ticket'));
  const all = await walk(lead, '/staff/tickets', (json) => json.lines);
  unrepeated(all.map((line) => line.reference));
  assert.equal(all.length, open);
  const own = await walk(lead, `/staff/tickets?company=${company.reference}`, (json) => json.lines);
  assert.equal(own.length, COPIES + 1);
  const found = await lead.get(`staff/tickets?q=${reference.toLowerCase()}`);
  assert.equal(found.status, 303);
  assert.ok(found.location.endsWith(ticket));
});

test('intake: submitted requests by due time', async () => {
  sql("UPDATE request SET state = 'submitted', intake_open = 1, intake_due_at = UTC_TIMESTAMP(6) + INTERVAL (id % 3) HOUR WHERE reference LIKE 'R-LIST-%'");
  const service = await signedIn('service');
  const lines = await walk(service, '/staff/intake', (json) => json.lines);
  unrepeated(lines.map((line) => line.reference));
  assert.equal(lines.filter((line) => line.reference.startsWith('R-LIST-')).length, COPIES);
  const due = lines.filter((line) => line.reference.startsWith('R-LIST-')).map(({ due_at }) => due_at);
  assert.deepEqual(due, due.toSorted());
});

test('the history: every change on one of its pages, newest first', async () => {
  const it = await signedIn('it');
  const sub = story.subTicketOf(ticket, 'it');
  await story.take(it, ticket, sub);
  for (let i = 0; i < 45; i++) await story.note(it, ticket, sub, `note ${i}`);
  const rows = Number(sqlValue(`SELECT COUNT(*) FROM history WHERE request_id = ${ids.request}`));
  assert.ok(rows > 60);
  const lines = await walk(lead, `/staff/tickets/${ticket}/history`, (json) => json.changes);
  assert.equal(lines.length, rows);
  const times = lines.map(({ changed_at }) => changed_at);
  assert.deepEqual(times, times.toSorted().reverse());
});
