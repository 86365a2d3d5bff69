// What people do in a process (types/pilot-licence): forms and outcomes of steps, a second person, phases of a type of
// sub-tickets, clocks that stand still while the customer is asked.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { signedIn } from '../harness/client.mjs';
import { newCompany, newPeople } from '../harness/people.mjs';
import { kontorctl, prefix, sql, sqlValue, until } from '../harness/stack.mjs';
import * as story from '../harness/story.mjs';

const PILOT = { request_type: 'pilot-licence' };
const examination = { identitySeen: 'true', source: 'Lotsenrolle', risk: 'low' };

let anna, service, first, second, credit, lead;
before(async () => {
  await kontorctl('publish', join(import.meta.dirname, 'types/pilot-licence'));
  sql("UPDATE request_type SET active = TRUE WHERE request_type = 'pilot-licence'");
  const people = newPeople(newCompany(), { anna: 'applicant' });
  [anna, service, first, second, credit, lead] = await Promise.all(
    [people.anna, 'service', 'compliance', 'compliance2', 'credit', 'lead'].map((login) => signedIn(login)));
});
// Other tests expect the shipped types alone.
after(() => sql("UPDATE request_type SET active = FALSE WHERE request_type = 'pilot-licence'"));

/** A released request: { reference, ticket, sub } with its first sub-ticket. */
async function released(pilotName = 'Störtebeker') {
  sql("UPDATE request SET open_object = NULL WHERE request_type = 'pilot-licence'");
  const overview = await story.fill(anna, 'requests/new/add', `${prefix}requests`, PILOT);
  const reference = /R-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(overview.url)[0];
  await story.fill(anna, `requests/${reference}/answers/pilot`, 'answers/pilot', { pilotName });
  await story.submit(anna, reference);
  await story.release(service, reference);
  const ticket = story.ticketOf(reference);
  return { reference, ticket, sub: open(ticket) };
}
/** Reference of the ticket's one open sub-ticket. */
const open = (ticket) => sqlValue(`SELECT s.reference FROM sub_ticket s JOIN ticket t ON t.id = s.ticket_id WHERE t.reference = '${ticket}' AND s.is_open = 1`);
const row = (sub) => sql(`SELECT * FROM sub_ticket WHERE reference = '${sub}'`)[0];
/** Send the form on the page whose action ends in `action`; the answer, not followed. */
const send = async (client, path, action, changes) => client.submit(await client.get(path), changes, action);
const complete = (client, sub, changes) => send(client, `staff/sub-tickets/${sub}/complete`, '/complete', changes);
/** A page in German; the reader goes on in English. */
async function german(client, path) {
  const page = await client.get(`${path}?lang=de`);
  await client.get('staff/queue?lang=en');
  return page.plain;
}
async function done(client, sub, changes) {
  const answer = await complete(client, sub, changes);
  assert.equal(answer.status, 303, JSON.stringify(answer.errors));
}
const examined = async (it, more = {}) => {
  await story.take(first, it.ticket, it.sub);
  await done(first, it.sub, { outcome: 'approved', ...examination, ...more });
  return { ...it, sub: open(it.ticket) };
};

test('a decision is refused without its mandatory checks; nothing typed is lost; what was filled in is kept', async () => {
  const it = await released();
  await story.take(first, it.ticket, it.sub);
  const page = await first.get(`staff/sub-tickets/${it.sub}/complete`);
  assert.match(page.plain, /Examine the pilot – Störtebeker/);
  const mail = JSON.parse(sqlValue(`SELECT payload FROM outbox WHERE unique_key LIKE '${it.reference}:${it.sub}:opened'`));
  assert.equal(mail.sub_ticket_subject, 'Störtebeker');
  assert.match(page.plain, /passport was compared.*Register.*Risk.*Outcome.*Checked and in order.*Rejected/);

  const refused = await complete(first, it.sub, { outcome: 'approved', source: 'Lotsenrolle von 1401', reason: 'Bemerkung' });
  assert.equal(refused.status, 422);
  assert.deepEqual(refused.errors.map(({ field }) => field).sort(), ['identitySeen', 'risk']);
  const kept = refused.form('/complete').fields;
  assert.equal(kept.source, 'Lotsenrolle von 1401');
  assert.equal(kept.reason, 'Bemerkung');
  assert.equal(row(it.sub).state, 'in_progress');

  const hidden = await complete(first, it.sub, { ...examination, risk: 'high', outcome: 'approved' });
  assert.deepEqual(hidden.errors.map(({ field }) => field), ['why'], 'a field that depends on an answer');
  const noReason = await complete(first, it.sub, { ...examination, outcome: 'rejected' });
  assert.deepEqual(noReason.errors.map(({ field }) => field), ['reason']);
  const both = await complete(first, it.sub, { source: 'x', outcome: 'rejected' });
  assert.deepEqual(both.errors.map(({ field }) => field).sort(), ['identitySeen', 'reason', 'risk'], 'all that is wrong at once');

  const more = await complete(first, it.sub, { ...examination, outcome: 'approved', 'kontor-add': 'ships' });
  assert.equal(more.status, 200, 'a row more is no decision');
  assert.ok('ships[0].ship' in more.form('/complete').fields);
  assert.equal(more.form('/complete').fields.source, 'Lotsenrolle');
  await done(first, it.sub, { ...examination, outcome: 'remark', reason: 'Brille nötig', 'ships[0]': '1', 'ships[0].ship': 'Bunte Kuh' });

  const decision = sql(`SELECT d.* FROM decision d JOIN sub_ticket s ON s.id = d.sub_ticket_id WHERE s.reference = '${it.sub}'`)[0];
  assert.deepEqual(JSON.parse(decision.answers), { identitySeen: true, source: 'Lotsenrolle', risk: 'low', ships: [{ ship: 'Bunte Kuh' }] });
  assert.equal(decision.outcome, 'remark');
  assert.match(await german(first, `staff/tickets/${it.ticket}`), /Geprüft, mit Anmerkung.*Brille nötig.*Pass des Lotsen.*Ja.*Eingesehenes Register Lotsenrolle Risiko Geringes Risiko.*Gelotste Schiffe.*Bunte Kuh/);
  assert.match(await german(first, `staff/tickets/${it.ticket}/history`), /Eingesehenes Register.*Lotsenrolle/);
});

test('a second person confirms, by page and by post, the lead as well; the table refuses what the program would let pass', async () => {
  const it = await examined(await released());
  const version = row(it.sub).version;
  const page = await first.get(`staff/tickets/${it.ticket}`);
  assert.match(page.plain, /A second person has to do this/);
  assert.ok(!page.forms.some(({ action }) => action.endsWith(`${it.sub}/take`)), 'not offered');
  assert.match(await german(first, `staff/tickets/${it.ticket}`), /Das muss eine zweite Person tun/);

  const csrf = page.forms.find(({ fields }) => fields.csrf).fields.csrf;
  const taken = await first.post(`${prefix}staff/sub-tickets/${it.sub}/take`, { csrf, version });
  assert.equal(taken.status, 422);
  assert.match(taken.plain, /This step needs a second person\. You have decided an earlier step/);
  assert.equal(row(it.sub).owner_id, null);

  // The lead may complete what nobody has taken, but not after having decided the first step.
  const other = await released();
  await done(lead, other.sub, { outcome: 'approved', ...examination });
  const next = open(other.ticket);
  const blocked = await lead.get(`staff/sub-tickets/${next}/complete`);
  assert.match(blocked.plain, /that holds for the lead as well/);
  assert.ok(!blocked.forms.some(({ action }) => action.endsWith('/complete')));
  const posted = await lead.post(`${prefix}staff/sub-tickets/${next}/complete`, { csrf: blocked.forms[0].fields.csrf, version: row(next).version, outcome: 'approved' });
  assert.equal(posted.status, 422);
  assert.match(posted.plain, /This step needs a second person/);

  // Whoever owns it by any other way is refused by the decision itself.
  const me = sqlValue("SELECT id FROM person WHERE login = 'compliance'");
  sql(`UPDATE sub_ticket SET owner_id = ${me}, state = 'in_progress' WHERE reference = '${it.sub}'`);
  const owner = await first.post(`${prefix}staff/sub-tickets/${it.sub}/complete`, { csrf, version: row(it.sub).version, outcome: 'approved' });
  assert.equal(owner.status, 422);
  assert.match(owner.plain, /second person/);
  assert.throws(() => sql(`INSERT INTO decision (request_id, sub_ticket_id, kind, outcome, requester_id, decider_id, first_decider_id, decided_at)
    SELECT t.request_id, s.id, 'sub_ticket', 'approved', 1, ${me}, ${me}, NOW(6) FROM sub_ticket s JOIN ticket t ON t.id = s.ticket_id WHERE s.reference = '${it.sub}'`), /ck_decision_second_person/);
  assert.throws(() => sql(`INSERT INTO decision (request_id, sub_ticket_id, kind, outcome, requester_id, decider_id, editor_id, decided_at)
    SELECT t.request_id, s.id, 'sub_ticket', 'approved', 1, ${me}, ${me}, NOW(6) FROM sub_ticket s JOIN ticket t ON t.id = s.ticket_id WHERE s.reference = '${it.sub}'`), /ck_decision_four_eyes/);
  sql(`UPDATE sub_ticket SET owner_id = NULL, state = 'open' WHERE reference = '${it.sub}'`);

  await story.take(second, it.ticket, it.sub);
  await done(second, it.sub, { outcome: 'approved' });
  assert.equal(story.stateOf(it.reference), 'completed');
  const decided = sql(`SELECT d.first_decider_id, d.decider_id, d.editor_id FROM decision d JOIN sub_ticket s ON s.id = d.sub_ticket_id WHERE s.reference = '${it.sub}'`)[0];
  assert.equal(decided.first_decider_id, me);
  assert.notEqual(decided.decider_id, me);
  assert.ok(decided.editor_id);
});

test('an outcome that the step does not have is refused; two at once decide once', async () => {
  const it = await examined(await released());
  await story.take(second, it.ticket, it.sub);
  const page = await second.get(`staff/sub-tickets/${it.sub}/complete`);
  assert.doesNotMatch(page.plain, /with a remark/);
  const form = page.form('/complete');
  const wrong = await second.post(form.action, { ...form.fields, outcome: 'remark', reason: 'x' });
  assert.equal(wrong.status, 422);
  const answers = await Promise.all([1, 2, 3].map(() => second.post(form.action, { ...form.fields, outcome: 'rejected', reason: 'Doch nicht' })));
  assert.deepEqual(answers.map(({ status }) => status), [303, 303, 303]);
  assert.equal(sqlValue(`SELECT COUNT(*) FROM decision d JOIN sub_ticket s ON s.id = d.sub_ticket_id WHERE s.reference = '${it.sub}'`), '1');
});

test('a type gives team and phases; they go forward one by one; the last one completes', async () => {
  let it = await examined(await released(), { risk: 'high', why: 'Fährt nachts' });
  await story.take(second, it.ticket, it.sub);
  await done(second, it.sub, { outcome: 'approved' });
  it = { ...it, sub: open(it.ticket) };
  assert.deepEqual([row(it.sub).team_key, row(it.sub).type_key, row(it.sub).phase], ['credit', 'credit-analysis', 'figures']);
  assert.match((await credit.get('staff/queue?view=team')).plain, new RegExp(`${it.sub}.*Set the surety Credit analysis: Collection of figures`));
  await story.take(credit, it.ticket, it.sub);

  const page = await credit.get(`staff/tickets/${it.ticket}`);
  assert.match(page.plain, /Credit analysis · Phase 1 of 3: Collection of figures/);
  const form = page.form(`${it.sub}/phase`);
  const skipped = await credit.post(form.action, { ...form.fields, phase: 'limit' });
  assert.equal(skipped.status, 422);
  assert.match(skipped.plain, /The phases of this sub-ticket come one after another/);
  assert.equal((await credit.post(form.action, { ...form.fields, phase: 'preparation' })).status, 422, 'of another type');
  assert.equal(row(it.sub).phase, 'figures');
  const early = await complete(credit, it.sub, { outcome: 'approved', amount: '10', validUntil: story.day(30) });
  assert.equal(early.status, 422);
  assert.match(early.plain, /The phases of this sub-ticket come one after another/);
  assert.equal(early.form('/complete').fields.amount, '10.00');

  await story.fill(credit, `staff/tickets/${it.ticket}`, `${it.sub}/phase`);
  const again = await credit.post(form.action, form.fields);
  assert.equal(again.status, 303, 'the same form twice goes one phase');
  assert.equal(row(it.sub).phase, 'assessment');
  const back = await credit.post(form.action, { ...form.fields, version: row(it.sub).version, phase: 'figures' });
  assert.equal(back.status, 422, 'not back');
  await story.fill(credit, `staff/tickets/${it.ticket}`, `${it.sub}/phase`);
  assert.ok(!(await credit.get(`staff/tickets/${it.ticket}`)).forms.some(({ action }) => action.endsWith('/phase')));
  assert.match(await german(credit, `staff/tickets/${it.ticket}/history`), /Phase Bewertung Festsetzung des Limits/);

  const wrong = await complete(credit, it.sub, { outcome: 'approved', amount: '1,000.51', validUntil: story.day(-3) });
  assert.deepEqual(wrong.errors.map(({ field }) => field), ['validUntil']);
  await done(credit, it.sub, { outcome: 'approved', amount: '1,000.51', validUntil: story.day(30) });
  const answers = JSON.parse(sqlValue(`SELECT d.answers FROM decision d JOIN sub_ticket s ON s.id = d.sub_ticket_id WHERE s.reference = '${it.sub}'`));
  assert.deepEqual(answers, { amount: '1000.51', validUntil: story.day(30) });
  assert.match((await anna.get(`requests/${it.reference}`)).plain, /Licensed with a large surety/, 'the answer is a number for the process');
});

test('what waits for the customer stands still, and goes on with the answer; the reason is shown', async () => {
  const it = await released();
  await story.take(first, it.ticket, it.sub);
  const empty = await send(first, `staff/sub-tickets/${it.sub}/wait`, '/wait', { message: '' });
  assert.equal(empty.status, 422);
  const page = await first.get(`staff/sub-tickets/${it.sub}/wait`);
  const form = page.form('/wait');
  const sent = await Promise.all([1, 2].map(() => first.post(form.action, { ...form.fields, message: 'Wie alt ist der Lotse?' })));
  assert.deepEqual(sent.map(({ status }) => status), [303, 303]);
  assert.equal(sqlValue(`SELECT COUNT(*) FROM message m JOIN request r ON r.id = m.request_id WHERE r.reference = '${it.reference}'`), '1');
  assert.equal(row(it.sub).waiting_for, 'answer');
  assert.equal(story.statusOf(it.reference).open_items, '1');
  assert.match((await first.get('staff/queue?view=mine')).plain, new RegExp(`Waiting for an answer of the customer ${it.sub}`));
  const asked = await anna.get(`requests/${it.reference}`);
  assert.match(asked.plain, /Please answer the department's question.*Wie alt ist der Lotse/);
  assert.match((await anna.get('')).plain, new RegExp(`${it.reference}.*1 open question`));
  assert.match((await first.get(`staff/tickets/${it.ticket}`)).plain, /Waiting for an answer of the customer since/);

  await story.fill(anna, `requests/${it.reference}`, '/messages', { body: 'Er ist 40.' });
  await until(() => row(it.sub).waiting_for === null, { seconds: 5, what: 'the clock goes on' });
  assert.equal(story.statusOf(it.reference).open_items, '0');
  assert.doesNotMatch((await anna.get(`requests/${it.reference}`)).plain, /Please answer/);
  const why = await first.get(`staff/sub-tickets/${it.sub}/due`);
  assert.equal(why.status, 200);
  assert.match(why.plain, /The sub-ticket was opened: the clock began\. Counted: 2 business days.*The customer was asked: the clock stopped\..*The customer answered: the clock went on\. Counted:/);
  assert.match(await german(first, `staff/sub-tickets/${it.sub}/due`), /Gezählt: 2 Geschäftstage.*Der Kunde hat geantwortet/);

  await story.fill(first, `staff/sub-tickets/${it.sub}/wait`, '/wait', { message: 'Und wie groß?' });
  await story.fill(first, `staff/tickets/${it.ticket}`, `${it.sub}/resume`);
  assert.equal(row(it.sub).waiting_for, null);
  assert.equal(story.statusOf(it.reference).open_items, '0');
  const other = await send(second, `staff/sub-tickets/${it.sub}/wait`, '/wait', {}).catch((error) => error);
  assert.match(String(other), /one form/, 'not for who has not taken it');
  await story.fill(first, `staff/sub-tickets/${it.sub}/wait`, '/wait', { message: 'Noch eine Frage' });
  await done(first, it.sub, { outcome: 'approved', ...examination });
  assert.equal(story.statusOf(it.reference).open_items, '0', 'a question of a step that is done is no longer open');
});

test('a pause over Christmas leaves what was left', async () => {
  const it = await released();
  await story.take(first, it.ticket, it.sub);
  await story.fill(first, `staff/sub-tickets/${it.sub}/wait`, '/wait', { message: 'Frohe Weihnachten' });
  // As if it had been asked on Wednesday, 23 December 2026 at 15:00 with ten hours left: 2 on the 23rd, 8 on the 24th.
  sql(`UPDATE sub_ticket SET paused_at = '2026-12-23 14:00:00', due_at = '2026-12-24 16:00:00', remaining_s = 36000 WHERE reference = '${it.sub}'`);
  await story.fill(first, `staff/tickets/${it.ticket}`, `${it.sub}/resume`);
  const hours = sqlValue(`SELECT k.remaining_s FROM sub_ticket_clock k JOIN sub_ticket s ON s.id = k.sub_ticket_id WHERE s.reference = '${it.sub}' AND event = 'resumed'`);
  assert.equal(hours, '36000');
  const clock = JSON.parse(sqlValue(`SELECT k.clock FROM sub_ticket_clock k JOIN sub_ticket s ON s.id = k.sub_ticket_id WHERE s.reference = '${it.sub}' AND event = 'resumed'`));
  assert.equal(clock.remaining, 36000);
  // Ten office hours from now on, counted here once more by hand.
  const zone = (at) => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin', dateStyle: 'short', timeStyle: 'medium' }).format(at);
  const holidays = new Set(sql("SELECT day FROM exchange_holiday WHERE calendar_key = 'exchange'").map(({ day }) => day));
  const resumed = new Date(`${sqlValue(`SELECT k.at FROM sub_ticket_clock k JOIN sub_ticket s ON s.id = k.sub_ticket_id WHERE s.reference = '${it.sub}' AND event = 'resumed'`).replace(' ', 'T')}Z`);
  let left = 600;
  let at = Math.ceil(resumed.getTime() / 60_000) * 60_000;
  for (; left > 0; at += 60_000) {
    const [date, time] = zone(at).split(' ');
    const weekday = new Date(`${date}T12:00:00Z`).getUTCDay();
    if (weekday >= 1 && weekday <= 5 && !holidays.has(date) && time >= '09:00' && time < '17:00') left--;
  }
  const due = Date.parse(`${row(it.sub).due_at.replace(' ', 'T')}Z`);
  assert.ok(Math.abs(due - at) <= 61_000, `${row(it.sub).due_at}, counted ${new Date(at).toISOString()}`);
  // All of it is in the record: when it stopped, when it went on, and how it was counted.
  const { stdout } = await kontorctl('export', '--request', it.reference).catch((error) => error);
  const lines = stdout.trim().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(lines.filter(({ kind }) => kind === 'sub_ticket_clock').map(({ event, cause, person }) => [event, cause, person]),
    [['paused', 'question', 'compliance'], ['resumed', 'staff', 'compliance']]);
  assert.equal(lines.find(({ kind }) => kind === 'sub_ticket').clock.takes, 'P2D');
});

test('calendars are one document: checked strictly, loaded at once, shown as they would load', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kontor-calendar-'));
  const file = (document) => {
    const path = join(folder, 'calendar.json');
    writeFileSync(path, JSON.stringify(document, null, 1));
    return path;
  };
  const calendar = { key: 'moon', zone: 'Europe/Vienna', weekdays: ['mon', 'tue'], opens: '08:00', closes: '12:00', holidays: [{ day: '2030-01-01', en: 'New Year', de: 'Neujahr' }] };
  assert.match((await kontorctl('calendar', 'check', file({ calendars: [calendar] }))).stdout, /\+ moon Europe\/Vienna mon,tue 08:00-12:00\n\+ moon 2030-01-01 New Year \/ Neujahr\n2 changes to load\n/);
  assert.equal(sqlValue("SELECT COUNT(*) FROM business_calendar WHERE calendar_key = 'moon'"), '0');
  await kontorctl('calendar', 'load', file({ calendars: [calendar] }));
  const events = () => sqlValue("SELECT COUNT(*) FROM audit_event WHERE action = 'calendar.loaded'");
  const before = events();
  assert.match((await kontorctl('calendar', 'load', file({ calendars: [calendar] }))).stdout, /^0 changes loaded/);
  assert.equal(events(), before, 'nothing changed, nothing recorded');
  const shown = JSON.parse((await kontorctl('calendar', 'show')).stdout);
  assert.deepEqual(shown.calendars.find(({ key }) => key === 'moon'), calendar);
  const bad = await kontorctl('calendar', 'load', file({ calendars: [{ ...calendar, zone: 'Moon/Crater', holidays: [{ day: '2030-02-30', en: 'x', de: 'x' }] }] })).catch((error) => error);
  assert.equal(bad.code, 65);
  assert.match(bad.stderr, /calendar\.json:\d+: "zone" is a time zone.*\n.*calendar\.json:\d+: "day" is a date/);
  await kontorctl('calendar', 'load', file({ calendars: [{ ...calendar, holidays: [] }] }));
  assert.equal(sqlValue("SELECT COUNT(*) FROM exchange_holiday WHERE calendar_key = 'moon'"), '0');
  assert.notEqual(sqlValue("SELECT COUNT(*) FROM exchange_holiday WHERE calendar_key = 'exchange'"), '0', 'others stay');
  sql("DELETE FROM business_calendar WHERE calendar_key = 'moon'");
  rmSync(folder, { recursive: true });
});

test('the same rules hold for programs: JSON', async () => {
  const it = await released();
  await story.take(first, it.ticket, it.sub);
  const csrf = (await first.get(`staff/tickets/${it.ticket}`)).forms[0].fields.csrf;
  const json = async (path, body) => first.request('POST', path, {
    body: JSON.stringify(body), headers: { accept: 'application/json', 'content-type': 'application/json', 'x-kontor-csrf': csrf },
  });
  const path = `staff/sub-tickets/${it.sub}/complete`;
  const version = Number(row(it.sub).version);
  const refused = await json(path, { version, outcome: 'approved', source: 'x' });
  assert.equal(refused.status, 422);
  assert.deepEqual(refused.json.errors.map(({ name }) => name).sort(), ['identitySeen', 'risk']);
  const sent = await json(path, { version, outcome: 'approved', identitySeen: true, source: 'Rolle', risk: 'low', ships: [{ ship: 'Adler' }, { ship: 'Jesus' }] });
  assert.equal(sent.status, 303, sent.text);
  const answers = JSON.parse(sqlValue(`SELECT d.answers FROM decision d JOIN sub_ticket s ON s.id = d.sub_ticket_id WHERE s.reference = '${it.sub}'`));
  assert.deepEqual(answers.ships, [{ ship: 'Adler' }, { ship: 'Jesus' }]);
  const next = open(it.ticket);
  const taken = await json(`staff/sub-tickets/${next}/take`, { version: 1 });
  assert.equal(taken.status, 422);
  assert.match(taken.text, /This step needs a second person/);
});

test('the lead sets another target, with a reason; nobody else does', async () => {
  const it = await released();
  await story.take(first, it.ticket, it.sub);
  const path = `staff/sub-tickets/${it.sub}/due`;
  const own = await first.get(path);
  assert.ok(!own.forms.some(({ action }) => action.endsWith('/due')));
  const csrf = own.forms[0].fields.csrf;
  const denied = await first.post(`${prefix}${path}`, { csrf, version: row(it.sub).version, due_on: story.day(9), reason: 'x' });
  assert.equal(denied.status, 403);
  const wrong = await send(lead, path, '/due', { due_on: story.day(-1), reason: 'Zu spät' });
  assert.deepEqual([wrong.status, wrong.errors.map(({ field }) => field)], [422, ['due_on']]);
  assert.equal(wrong.form('/due').fields.reason, 'Zu spät');
  assert.deepEqual((await send(lead, path, '/due', { due_on: '', reason: '' })).errors.map(({ field }) => field).sort(), ['due_on', 'reason']);
  const before = row(it.sub).due_at;
  const sent = await send(lead, path, '/due', { due_on: story.day(40), reason: 'Die Mitglieder tagen erst dann' });
  assert.equal(sent.status, 303);
  assert.match(row(it.sub).due_at, new RegExp(`^${story.day(40)} 1[56]:00`), 'closing time in Berlin');
  const why = await german(first, path);
  assert.match(why, /Die Uhr begann|die Uhr begann/);
  assert.match(why, /Die Zielzeit wurde geändert\..*Die Mitglieder tagen erst dann/);
  assert.equal(sqlValue(`SELECT JSON_VALUE(k.clock, '$.before') FROM sub_ticket_clock k JOIN sub_ticket s ON s.id = k.sub_ticket_id WHERE s.reference = '${it.sub}'`).slice(0, 19), before.slice(0, 19).replace(' ', 'T'));
  await story.fill(first, `staff/sub-tickets/${it.sub}/wait`, '/wait', { message: 'Noch eine Frage' });
  assert.ok(!(await lead.get(path)).forms.some(({ action }) => action.endsWith('/due')), 'not while it waits');
  assert.ok(Number(row(it.sub).remaining_s) > 100 * 3600, 'what is left is counted to the new target');
});

test('a completion is at most 12 data statements, whatever follows from it', async () => {
  const cost = {};
  const counted = (what, answer) => {
    const [, data] = /^data=(\d+)/.exec(answer.headers.get('x-kontor-statements'));
    cost[what] = Math.min(cost[what] ?? Infinity, Number(data));
  };
  for (let i = 0; i < 6; i++) { // both processes know the definition after a few
    const it = await released();
    await story.take(first, it.ticket, it.sub);
    counted('opens the next', await complete(first, it.sub, { ...examination, outcome: 'approved' }));
    const next = open(it.ticket);
    await story.take(second, it.ticket, next);
    counted('ends the process', await complete(second, next, { outcome: 'approved' }));
  }
  for (const [what, data] of Object.entries(cost)) assert.ok(data <= 12, `${what}: ${data}`);
});
