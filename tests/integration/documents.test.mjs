// Document slots with rules (types/crew-list): slots that an answer brings and takes away, one paper per sailor, originals on
// paper, two checks, documents used again, what keeps a request from being submitted, reminders before a document ends.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { signedIn } from '../harness/client.mjs';
import { newCompany, newPeople, quote } from '../harness/people.mjs';
import { hold, kontorctl, prefix, release, sql, sqlValue, until } from '../harness/stack.mjs';
import * as story from '../harness/story.mjs';
import * as fault from './fault.mjs';

const CREW = { request_type: 'crew-list' };
const offer = (active) => sql(`UPDATE request_type SET active = ${active} WHERE request_type = 'crew-list'`);
before(async () => {
  await kontorctl('publish', join(import.meta.dirname, 'types/crew-list'));
  offer(true); // on a stack where this test ran before
});
// Other tests expect the shipped types alone.
after(() => offer(false));

async function begin(client) {
  const page = await story.fill(client, 'requests/new/add', `${prefix}requests`, CREW);
  return /R-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(page.url)[0];
}
/** Answer the one form: sailors by name. */
async function crew(client, reference, { ship = 'Adler', dangerous = false, sealed = false, sailors = [] } = {}) {
  const path = `requests/${reference}/answers/crew`;
  const form = (await client.get(path)).form('answers/crew');
  const rows = Object.fromEntries(sailors.map((name, i) => [`sailors[${i}].sailorName`, name]));
  const fields = Object.fromEntries(Object.entries(form.fields).filter(([name]) => name.startsWith('kontor-seen') || name === 'csrf'));
  const sent = await client.post(form.action || `${prefix}${path}`, { ...fields, ship, ...(dangerous ? { dangerous: 'true' } : {}), ...(sealed ? { sealed: 'true' } : {}), ...rows });
  assert.equal(sent.status, 303, `crew: ${sent.status} ${JSON.stringify(sent.errors)}`);
  return sent.location;
}
const KINDS = { register: 'ship-register', papers: 'seaman-book', cargo: 'declaration', deed: 'deed' };
async function upload(client, reference, slot, { name = `${slot}.pdf`, issued_on = slot === 'register' ? story.day(-10) : '', content = story.pdf(name + reference), item } = {}) {
  const page = await client.get(`requests/${reference}/documents/${slot}`);
  assert.equal(page.status, 200, `${slot}: ${page.status}`);
  const form = page.form(`documents/${reference}/${slot}`);
  const body = new FormData();
  body.append('csrf', form.fields.csrf);
  for (const [field, value] of Object.entries({ kind: KINDS[slot], issued_on, item: item ?? form.fields.item ?? '' })) if (value !== '') body.append(field, value);
  body.append('file', new Blob([content], { type: 'application/pdf' }), name);
  const sent = await client.request('POST', form.action, { body });
  assert.equal(sent.status, 303, `upload: ${sent.status}`);
  return client.follow(sent);
}
const overview = async (client, reference) => (await client.get(`requests/${reference}`)).plain;
/** Try to submit; the messages that come back, [] when it went through. */
async function submit(client, reference) {
  const sent = await client.submit(await client.get(`requests/${reference}/check`), {}, `${reference}/submit`);
  if (sent.status === 303) return [];
  assert.equal(sent.status, 422);
  return sent.errors.map(({ text }) => text);
}
const slots = (reference) =>
  sql(`SELECT s.slot_key, s.item, s.applies, s.required, s.state, s.original_on, s.correctness FROM document_slot s JOIN request r ON r.id = s.request_id WHERE r.reference = ${quote(reference)} ORDER BY s.position, s.item`);
/** Send the form of a slot's page that carries this decision. */
async function decide(client, path, decision, changes = {}) {
  const page = await client.get(path);
  const form = page.forms.find(({ fields }) => fields.decision === decision);
  assert.ok(form, `a form to ${decision} on ${path}`);
  return client.post(form.action, { ...form.fields, ...changes });
}
const REJECTION = { reason_text: 'Please send another one.', due_on: story.day(7) };
const people = (roles) => newPeople(newCompany(), roles);

test('slots come and go with the answers, and only what is there now is asked for', async () => {
  const { anna: login } = people({ anna: 'applicant' });
  const anna = await signedIn(login);
  const reference = await begin(anna);
  await crew(anna, reference, { dangerous: true });
  assert.match(await overview(anna, reference), /Extract of the ship register.*Declaration of dangerous cargo/);
  assert.doesNotMatch(await overview(anna, reference), /Papers of the sailors|Deed of the ship/, 'nobody sails, no deed');
  assert.equal((await anna.get(`requests/${reference}/documents/deed`)).status, 404);
  await upload(anna, reference, 'cargo');

  // The answer changes: the slot is gone, its file stays and counts for nothing.
  await crew(anna, reference, { sailors: ['Jan', 'Hein'] });
  assert.doesNotMatch(await overview(anna, reference), /Declaration of dangerous cargo/);
  assert.match(await overview(anna, reference), /Papers of the sailors/);
  assert.equal((await anna.get(`requests/${reference}/documents/cargo`)).status, 404);
  assert.equal(slots(reference).find(({ slot_key }) => slot_key === 'cargo').state, 'filled');
  assert.deepEqual((await submit(anna, reference)).sort(), ['Document missing: Extract of the ship register', 'Documents missing: Papers of the sailors needs 2']);

  await upload(anna, reference, 'register');
  await upload(anna, reference, 'papers', { name: 'Jan.pdf' });
  assert.deepEqual(await submit(anna, reference), ['Documents missing: Papers of the sailors needs 2']);
  await upload(anna, reference, 'papers', { name: 'Hein.pdf' });
  assert.ok(!(await anna.get(`requests/${reference}/documents/papers`)).forms.some(({ action }) => action.endsWith('/papers')), 'two are enough: no third form');
  assert.match((await anna.get(`requests/${reference}/check`)).plain, /Jan\.pdf.*Hein\.pdf/);

  // One of them goes home.
  assert.match(await crew(anna, reference, { sailors: ['Jan'] }), /documents\/papers$/, 'saving leads to what is to be done now');
  assert.deepEqual(await submit(anna, reference), ['Too many documents: Papers of the sailors takes 1']);
  const page = await anna.get(`requests/${reference}/documents/papers`);
  const second = page.forms.filter(({ action }) => action.endsWith('/remove')).find(({ fields }) => fields.item === '2');
  assert.equal((await anna.post(second.action, second.fields)).status, 303);
  assert.deepEqual(await submit(anna, reference), []);
  assert.deepEqual(slots(reference).map(({ slot_key, item, applies, required }) => `${slot_key} ${item} ${applies} ${required}`),
    ['register 1 1 1', 'papers 1 1 1', 'papers 2 1 0', 'cargo 1 0 0', 'deed 1 0 0']);
  const service = await signedIn('service');
  const intake = (await service.get(`staff/intake/${reference}`)).plain;
  assert.match(intake, /Jan\.pdf/);
  assert.doesNotMatch(intake, /cargo\.pdf|Deed of the ship/, 'staff see no slot that the request does not have');
  const file = (slot) => sqlValue(`SELECT d.public_id FROM document d JOIN document_slot s ON s.document_id = d.id JOIN request r ON r.id = s.request_id WHERE r.reference = ${quote(reference)} AND s.slot_key = ${quote(slot)} LIMIT 1`);
  assert.equal((await service.get(`documents/${file('papers')}`)).status, 200);
  assert.equal((await service.get(`documents/${file('cargo')}`)).status, 404);
  assert.equal((await anna.get(`documents/${file('cargo')}`)).status, 200, 'it is still theirs');
});

test('a document is required when a condition says so, and takes one file more than it needs', async () => {
  const { anna: login } = people({ anna: 'applicant' });
  const anna = await signedIn(login);
  const reference = await begin(anna);
  await crew(anna, reference, { ship: 'Nussschale', dangerous: true });
  await upload(anna, reference, 'register');
  assert.match((await anna.get(`requests/${reference}`)).plain, /Declaration of dangerous cargo Optional/);
  await crew(anna, reference, { ship: 'Adler', dangerous: true, sailors: ['Jan'] });
  assert.ok((await submit(anna, reference)).includes('Document missing: Declaration of dangerous cargo'));
  await upload(anna, reference, 'cargo', { name: 'one.pdf' });
  await upload(anna, reference, 'cargo', { name: 'two.pdf' });
  // Both browsers had the form open: a third file has no place.
  const form = (await anna.get(`requests/${reference}/documents/register`)).form(`documents/${reference}/register`);
  const body = new FormData();
  body.append('csrf', form.fields.csrf);
  body.append('kind', 'declaration');
  body.append('file', new Blob([story.pdf('three')], { type: 'application/pdf' }), 'three.pdf');
  const full = await anna.follow(await anna.request('POST', `${prefix}documents/${reference}/cargo`, { body }));
  assert.match(full.plain, /There are as many documents as can be given here/);
  assert.equal(slots(reference).filter(({ slot_key }) => slot_key === 'cargo').length, 2);
});

test('many files at once find a place each, the same file twice finds one', async () => {
  const { anna: login } = people({ anna: 'applicant' });
  const anna = await signedIn(login);
  const reference = await begin(anna);
  await crew(anna, reference, { sailors: ['Jan', 'Hein', 'Fiete', 'Klaas'] });
  await Promise.all(['Jan', 'Hein', 'Fiete', 'Jan'].map((name) => upload(anna, reference, 'papers', { name: `${name}.pdf`, content: story.pdf(name) })));
  const papers = () => slots(reference).filter(({ slot_key }) => slot_key === 'papers');
  assert.deepEqual(papers().map(({ item, state }) => `${item} ${state}`), ['1 filled', '2 filled', '3 filled']);
  // A place that is free again is taken before a new one.
  const form = (await anna.get(`requests/${reference}/documents/papers`)).forms.find(({ action, fields }) => action.endsWith('/remove') && fields.item === '2');
  await Promise.all([1, 2].map(() => anna.post(form.action, form.fields)));
  assert.deepEqual(papers().map(({ state }) => state), ['filled', 'empty', 'filled']);
  await upload(anna, reference, 'papers', { name: 'Klaas.pdf', content: story.pdf('Klaas') });
  assert.deepEqual(papers().map(({ state }) => state), ['filled', 'filled', 'filled']);
});

test('an age is counted in days', async () => {
  const { anna: login } = people({ anna: 'applicant' });
  const anna = await signedIn(login);
  const reference = await begin(anna);
  await crew(anna, reference, { sailors: ['Jan'] });
  assert.match((await anna.get(`requests/${reference}/documents/register`)).plain, /Not older than 60 days/);
  const old = await upload(anna, reference, 'register', { issued_on: story.day(-61) });
  assert.match(old.plain, /Refused files.*register\.pdf/);
  assert.equal(slots(reference)[0].state, 'empty');
  await upload(anna, reference, 'register', { issued_on: story.day(-60) });
  assert.equal(slots(reference)[0].state, 'filled');
  await upload(anna, reference, 'papers');
  sql(`UPDATE document d JOIN document_slot s ON s.document_id = d.id JOIN request r ON r.id = s.request_id SET d.issued_on = d.issued_on - INTERVAL 1 DAY
       WHERE r.reference = ${quote(reference)} AND s.slot_key = 'register'`);
  assert.deepEqual(await submit(anna, reference), ['Document is too old: Extract of the ship register']);
});

test('a rule refuses with its reason and its list, in HTML and JSON, until the reason is gone', async () => {
  const company = newCompany();
  const { anna: login } = newPeople(company, { anna: 'applicant' });
  const anna = await signedIn(login);
  const reference = await begin(anna);
  await crew(anna, reference);
  assert.match(await overview(anna, reference), /This request cannot be submitted at the moment A ship needs a crew\. Your crew/);
  await crew(anna, reference, { sailors: ['Jan'] });
  await upload(anna, reference, 'register');
  await upload(anna, reference, 'papers');
  await kontorctl('obligation', 'open', company.reference, 'INV-7', '--kind', 'payment', '--en', 'Invoice 7', '--de', 'Rechnung 7');
  await kontorctl('obligation', 'open', company.reference, 'INV-8', '--kind', 'payment', '--en', 'Invoice 8', '--de', 'Rechnung 8');
  const reason = 'No ship leaves while this is open: Invoice 7, Invoice 8';
  assert.ok((await overview(anna, reference)).includes(reason));
  assert.ok((await anna.get(`requests/${reference}/check`)).plain.includes(reason));
  assert.match((await anna.get(`requests/${reference}/check?lang=de`)).plain, /Kein Schiff läuft aus, solange dies offen ist: Rechnung 7, Rechnung 8/);
  await anna.get('?lang=en');
  const json = (await anna.get(`requests/${reference}/check`, { headers: { accept: 'application/json' } })).json;
  assert.deepEqual(json.refusals.map(({ key, text }) => [key, text]), [['debts', reason]]);
  assert.deepEqual(await submit(anna, reference), [reason]);
  const form = (await anna.get(`requests/${reference}/check`)).form(`${reference}/submit`);
  const machine = await anna.request('POST', `requests/${reference}/submit`, { body: JSON.stringify({ seen: json.seen }), headers: { 'content-type': 'application/json', accept: 'application/json', 'X-Kontor-CSRF': form.fields.csrf } });
  assert.equal(machine.status, 422, machine.text);
  assert.ok(machine.text.includes(reason));
  assert.equal(story.stateOf(reference), 'draft');
  for (const key of ['INV-7', 'INV-8']) await kontorctl('obligation', 'close', company.reference, key);
  assert.deepEqual(await submit(anna, reference), []);
});

test('a paper original: it may be submitted without a file, and is judged when it has arrived', async () => {
  const { anna: login } = people({ anna: 'applicant' });
  const [anna, service, clearing] = await Promise.all([login, 'service', 'clearing'].map((name) => signedIn(name)));
  const reference = await begin(anna);
  await crew(anna, reference, { sealed: true, sailors: ['Jan'] });
  assert.match(await overview(anna, reference), /Deed of the ship Original by post/);
  assert.match((await anna.get(`requests/${reference}/documents/deed`)).plain, /Please send the paper original by post\. The check begins when it has arrived\. A file in advance is welcome\. The original has not arrived yet\./);
  await upload(anna, reference, 'register');
  await upload(anna, reference, 'papers');
  assert.deepEqual(await submit(anna, reference), []);
  assert.match((await anna.get(`requests/${reference}`)).plain, /Waiting for the original Please send the paper original by post/);

  const deed = `staff/intake/${reference}/slots/deed`;
  const intake = await service.get(`staff/intake/${reference}`);
  assert.match(intake.plain, /Deed of the ship No document yet Original not here yet/);
  for (const key of ['register', 'papers']) assert.equal((await decide(service, `staff/intake/${reference}/slots/${key}`, 'accept')).status, 303);
  assert.match((await service.get(`staff/intake/${reference}/release`)).plain, /Deed of the ship/, 'it is missing for the release');
  const form = (await service.get(deed)).forms.find(({ fields }) => fields.decision === 'arrived');
  assert.equal((await service.post(form.action, { ...form.fields, decision: 'accept' })).status, 422, 'nothing is accepted before');
  assert.equal((await decide(service, deed, 'arrived', { arrived_on: story.day(1) })).status, 422, 'not tomorrow');
  assert.equal((await decide(service, deed, 'arrived', { arrived_on: story.day(-1) })).status, 303);
  assert.match((await anna.get(`requests/${reference}`)).plain, /Being checked The original arrived on/);
  assert.equal((await decide(service, deed, 'accept')).status, 303);
  await story.release(service, reference);
  const ticket = story.ticketOf(reference);

  // The department finds no seal: the customer is asked again, the old original is none any more.
  const path = `staff/tickets/${ticket}/slots/deed`;
  assert.equal((await decide(clearing, path, 'reject', { ...REJECTION, reason_key: 'no-seal' })).status, 303);
  assert.deepEqual(slots(reference).find(({ slot_key }) => slot_key === 'deed'), { slot_key: 'deed', item: '1', applies: '1', required: '1', state: 'rejected', original_on: null, correctness: 'rejected' });
  assert.match((await anna.get(`requests/${reference}`)).plain, /The seal is missing\./);
  assert.equal((await decide(clearing, path, 'arrived', { arrived_on: story.day() })).status, 303);
  assert.equal((await decide(clearing, path, 'accept')).status, 303);
  assert.equal(slots(reference).find(({ slot_key }) => slot_key === 'deed').correctness, 'accepted');
  assert.deepEqual(sql(`SELECT n.kind, n.outcome FROM decision n JOIN document_slot s ON s.id = n.slot_id JOIN request r ON r.id = s.request_id WHERE r.reference = ${quote(reference)} AND s.slot_key = 'deed' ORDER BY n.id`)
    .map(({ kind, outcome }) => `${kind} ${outcome}`), ['document accepted', 'correctness rejected', 'correctness accepted']);
});

test('completeness at intake and correctness by a department are two results; the part is not done before', async () => {
  const { anna: login } = people({ anna: 'applicant' });
  const [anna, service, clearing, credit] = await Promise.all([login, 'service', 'clearing', 'credit'].map((name) => signedIn(name)));
  const reference = await begin(anna);
  await crew(anna, reference, { sailors: ['Jan', 'Hein'] });
  await upload(anna, reference, 'register');
  await upload(anna, reference, 'papers', { name: 'Jan.pdf' });
  await upload(anna, reference, 'papers', { name: 'Hein.pdf' });
  assert.deepEqual(await submit(anna, reference), []);
  assert.match((await service.get(`staff/intake/${reference}`)).plain, /Examined after the release by: Clearing/);
  // Intake finds one of the two unreadable: that one is asked for again.
  assert.equal((await decide(service, `staff/intake/${reference}/slots/papers?item=2`, 'reject', { ...REJECTION, reason_key: 'unreadable' })).status, 303);
  assert.deepEqual(slots(reference).filter(({ slot_key }) => slot_key === 'papers').map(({ state }) => state), ['filled', 'rejected']);
  await story.waitForState(reference, 'waiting_for_customer');
  await upload(anna, reference, 'papers', { name: 'Hein better.pdf' });
  await story.waitForState(reference, 'submitted');
  for (const slot of ['register', 'papers', 'papers?item=2']) assert.equal((await decide(service, `staff/intake/${reference}/slots/${slot}`, 'accept')).status, 303);
  await story.release(service, reference);
  const ticket = story.ticketOf(reference);
  const sub = story.subTicketOf(ticket, 'clearing');
  assert.deepEqual(slots(reference).slice(0, 3).map(({ correctness }) => correctness), [null, 'open', 'open']);
  assert.match((await anna.get(`requests/${reference}`)).plain, /Complete, being examined/);
  assert.match((await clearing.get(`staff/tickets/${ticket}`)).plain, /Papers of the sailors \(1\) Accepted To be examined/);
  assert.ok(!(await credit.get(`staff/tickets/${ticket}`)).forms.some(({ fields }) => fields.decision), 'not of another team');
  const form = (await clearing.get(`staff/tickets/${ticket}/slots/papers`)).forms.find(({ fields }) => fields.decision === 'accept');
  const foreign = (await credit.get('staff/queue')).forms.find(({ fields }) => fields.csrf);
  assert.equal((await credit.post(form.action, { ...form.fields, csrf: foreign.fields.csrf })).status, 403);

  await story.take(clearing, ticket, sub);
  const done = await clearing.submit(await clearing.get(`staff/sub-tickets/${sub}/complete`), { outcome: 'approved' }, `${sub}/complete`);
  assert.equal(done.status, 422, 'not before the papers are examined');
  assert.match(done.plain, /Documents that your team has to examine are still open\./);
  assert.equal((await decide(clearing, `staff/tickets/${ticket}/slots/papers`, 'accept')).status, 303);
  assert.equal((await decide(clearing, `staff/tickets/${ticket}/slots/papers?item=2`, 'reject', { ...REJECTION, reason_key: 'wrong-person' })).status, 303);
  assert.equal(story.statusOf(reference).open_items, '1');
  assert.equal(sqlValue(`SELECT waiting_for FROM sub_ticket WHERE reference = ${quote(sub)}`), 'document', 'the clock stands still');

  await upload(anna, reference, 'papers', { name: 'Hein himself.pdf' });
  await until(() => story.statusOf(reference).open_items === '0', { what: 'nothing is open any more' });
  assert.equal(sqlValue(`SELECT waiting_for FROM sub_ticket WHERE reference = ${quote(sub)}`), null);
  assert.equal((await decide(clearing, `staff/tickets/${ticket}/slots/papers?item=2`, 'accept')).status, 303);
  await story.complete(clearing, sub);
  await until(() => story.stateOf(reference) === 'completed', { what: 'completed' });
  const history = await clearing.get(`staff/tickets/${ticket}/history`);
  assert.match(history.plain, /Examination/);
});

test('a document is used again as a row of its own that names the old one; never one of another company', async () => {
  const first = people({ anna: 'applicant' });
  const [anna, olga] = await Promise.all([first.anna, people({ olga: 'applicant' }).olga].map((name) => signedIn(name)));
  const before = await begin(anna);
  await crew(anna, before, { sailors: ['Jan'] });
  await upload(anna, before, 'register', { name: 'Register 2026.pdf' });
  await upload(anna, before, 'papers', { name: 'Jan.pdf' });
  assert.deepEqual(await submit(anna, before), []);
  const service = await signedIn('service');
  await decide(service, `staff/intake/${before}/slots/register`, 'accept');
  await story.fill(anna, `requests/${before}/withdraw`, `${before}/withdraw`);

  const reference = await begin(anna);
  await crew(anna, reference, { sailors: ['Jan'] });
  const slot = `requests/${reference}/documents/register`;
  const page = await anna.get(slot);
  assert.match(page.plain, new RegExp(`Register 2026\\.pdf.*From request ${before}, accepted there`));
  assert.doesNotMatch((await anna.get(`requests/${reference}/documents/papers`)).plain, /Jan\.pdf/, 'papers are sent anew each time');
  const [, document] = /name="document" type="radio" value="([^"]+)"/.exec(page.text);

  // Somebody of another company knows the id.
  const theirs = await begin(olga);
  await crew(olga, theirs, { sailors: ['Olga'] });
  const csrf = (await olga.get(`requests/${theirs}/documents/register`)).forms.find(({ fields }) => fields.csrf).fields.csrf;
  assert.equal((await olga.post(`${prefix}documents/${theirs}/register/reuse`, { csrf, document })).status, 404);
  assert.equal(slots(theirs)[0].state, 'empty');
  // Nor is it taken where the type wants a new one.
  const own = (await anna.get(slot)).forms.find(({ fields }) => fields.csrf).fields.csrf;
  assert.match((await anna.follow(await anna.post(`${prefix}documents/${reference}/papers/reuse`, { csrf: own, document }))).plain, /cannot be used again here/);

  await story.fill(anna, slot, `documents/${reference}/register/reuse`, { document });
  const rows = sql(`SELECT HEX(d.sha256) AS hash, d.id, d.reused_id, d.public_id FROM document d JOIN document_slot s ON s.id = d.slot_id JOIN request r ON r.id = s.request_id
    WHERE s.slot_key = 'register' AND r.reference IN (${quote(before)}, ${quote(reference)}) ORDER BY d.id`);
  assert.equal(rows.length, 2);
  assert.equal(rows[1].hash, rows[0].hash);
  assert.equal(rows[1].reused_id, rows[0].id);
  assert.notEqual(rows[1].public_id, rows[0].public_id);
  await upload(anna, reference, 'papers');
  assert.deepEqual(await submit(anna, reference), []);
  assert.match((await service.get(`staff/intake/${reference}`)).plain, new RegExp(`used again from request ${before}`));
});

/** A request whose register extract was accepted; ends on that day. */
async function accepted(login, endsOn) {
  const [anna, service] = await Promise.all([login, 'service'].map((name) => signedIn(name)));
  const reference = await begin(anna);
  await crew(anna, reference, { sailors: ['Jan'] });
  await upload(anna, reference, 'register', { issued_on: story.day(-5) });
  await upload(anna, reference, 'papers');
  assert.deepEqual(await submit(anna, reference), []);
  assert.equal((await decide(service, `staff/intake/${reference}/slots/register`, 'accept')).status, 303);
  const [row] = sql(`SELECT x.* FROM document_expiry x JOIN request r ON r.id = x.request_id WHERE r.reference = ${quote(reference)}`);
  assert.equal(row.remind_on, row.notice_on);
  assert.equal(sqlValue(`SELECT DATEDIFF(${quote(row.expires_on)}, ${quote(row.notice_on)})`), '30');
  if (endsOn) sql(`UPDATE document_expiry SET expires_on = ${quote(endsOn)}, notice_on = ${quote(story.day(-1))}, remind_on = ${quote(story.day(-1))} WHERE slot_id = ${row.slot_id}`);
  return { reference, anna, slot: row.slot_id };
}
const mails = (reference) => sql(`SELECT o.recipient FROM outbox o JOIN request r ON r.id = o.request_id WHERE r.reference = ${quote(reference)} AND o.template = 'document-expires' ORDER BY o.recipient`).map(({ recipient }) => recipient);

test('before an accepted document ends its company is told once, by mail and on the start page', async () => {
  const logins = people({ anna: 'applicant', rita: 'readonly', sven: 'signatory' });
  const { reference, anna } = await accepted(logins.anna, story.day(20));
  await until(() => mails(reference).length > 0, { seconds: 20, what: 'a reminder' });
  const readers = [logins.anna, logins.sven].map((name) => `${name}@example.org`).sort();
  assert.deepEqual(mails(reference), readers);
  assert.match((await anna.get('')).plain, /Documents that end soon Extract of the ship register: good until/);
  await story.quiet();
  sql(`UPDATE document_expiry x JOIN request r ON r.id = x.request_id SET x.remind_on = CURDATE() WHERE r.reference = ${quote(reference)}`); // a second worker, an old backup
  await until(() => sqlValue(`SELECT COUNT(*) FROM document_expiry x JOIN request r ON r.id = x.request_id WHERE r.reference = ${quote(reference)} AND x.remind_on IS NULL`) === '1', { seconds: 20, what: 'it was looked at' });
  assert.deepEqual(mails(reference), readers, 'the same mail is queued once');

  // A later one takes its place: nobody is told of the old one any more.
  const next = await begin(anna).catch(() => null);
  assert.equal(next, null, 'one open request per object');
});

test('a worker that is killed while it tells tells nobody or everybody, and in the end once', { skip: !fault.available }, async () => {
  const logins = people({ anna: 'applicant', sven: 'signatory' });
  const { reference, slot } = await accepted(logins.anna);
  await story.quiet();
  await hold('worker');
  try {
    sql(`UPDATE document_expiry SET expires_on = ${quote(story.day(10))}, notice_on = ${quote(story.day(-1))}, remind_on = ${quote(story.day(-1))} WHERE slot_id = ${slot}`);
    const told = () => sqlValue(`SELECT remind_on IS NULL FROM document_expiry WHERE slot_id = ${slot}`) === '1';
    let points = 0;
    for (let n = 1; !told(); n++) {
      assert.ok(n < 100);
      fault.arm('kill', 'worker', n);
      const end = await fault.startWorker().ended;
      assert.equal(end.signal, 'SIGKILL', `the worker dies at point ${n}: ${JSON.stringify(end)}`);
      assert.equal(fault.disarm(), 'fired');
      assert.equal(mails(reference).length, told() ? 2 : 0, `killed at point ${n}`);
      points++;
    }
    assert.ok(points > 6, `${points} points`);
    const worker = fault.startWorker();
    await until(() => sqlValue(`SELECT COUNT(*) FROM outbox o JOIN request r ON r.id = o.request_id WHERE r.reference = ${quote(reference)} AND o.template = 'document-expires' AND o.state = 'sent'`) === '2', { seconds: 45, what: 'both mails have left' });
    await worker.stop();
    assert.equal(mails(reference).length, 2);
  } finally {
    fault.disarm();
    await release('worker');
  }
});

test('what a withdrawn request brought, and what a newer document replaced, is not told', async () => {
  const logins = people({ anna: 'applicant' });
  const first = await accepted(logins.anna);
  await story.fill(first.anna, `requests/${first.reference}/withdraw`, `${first.reference}/withdraw`);
  const second = await accepted(logins.anna);
  assert.notEqual(sqlValue(`SELECT replaced_at FROM document_expiry WHERE slot_id = ${first.slot}`), null, 'the newer one stands for it');
  sql(`UPDATE document_expiry SET notice_on = ${quote(story.day(-1))}, remind_on = ${quote(story.day(-1))} WHERE slot_id IN (${first.slot}, ${second.slot})`);
  await story.fill(second.anna, `requests/${second.reference}/withdraw`, `${second.reference}/withdraw`);
  await until(() => sqlValue(`SELECT COUNT(*) FROM document_expiry WHERE slot_id IN (${first.slot}, ${second.slot}) AND remind_on IS NULL`) === '2', { seconds: 20, what: 'both looked at' });
  assert.deepEqual([...mails(first.reference), ...mails(second.reference)], []);
  assert.doesNotMatch((await second.anna.get('')).plain, /Documents that end soon/);
});
