// The support view: staff see a company's portal as its people see it. What may be begun and by whom, that nothing can be
// changed in it, when it ends, and that the company sees who looked. (Every role x every page: matrix.test.mjs.)
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Client, signedIn } from '../harness/client.mjs';
import { newCompany, newPeople, quote } from '../harness/people.mjs';
import { cookieHeader, raw } from '../harness/raw.mjs';
import { hold, log, origin, password, port, prefix, release, run, sql, sqlValue, until } from '../harness/stack.mjs';
import * as story from '../harness/story.mjs';
import { sessionOf } from './journey.mjs';
import { assertSame, checksums, routes } from './matrix.mjs';

const SESSION = `__Host-kontor-${port}`;
const BANNER = { en: /Read only: nothing can be changed here/, de: /Nur lesen: Hier kann nichts geändert werden/ };
const SENTENCE = { en: /You are in the support view, which is read only. Nothing was changed./, de: /Sie sind in der Unterstützungsansicht, in der nur gelesen werden kann/ };
const company = newCompany({ name: 'Weiße Möwe & Söhne "GmbH" <b>' });
const other = newCompany();
const drafting = newCompany();
const people = newPeople(company, { karl: 'coordinator', anna: 'applicant', rita: 'readonly' });
const drafters = newPeople(drafting, { dora: 'applicant', rolf: 'readonly' });
const others = newPeople(other, { olga: 'coordinator' });
const records = {};
const clients = {};
let made = 0;

/** Somebody of the staff with these roles, signed in. */
function staff(...roles) {
  const login = `support-${process.pid}-${++made}`;
  sql(`INSERT INTO person (login, display_name, email, is_staff, created_at) VALUES ('${login}', 'Sabine Süd ${made}', '${login}@example.org', 1, UTC_TIMESTAMP(6))`);
  for (const role of roles) sql(`INSERT INTO staff_role (person_id, role) SELECT id, '${role}' FROM person WHERE login = '${login}'`);
  sql(`INSERT INTO team_member (person_id, team_key) SELECT id, 'service' FROM person WHERE login = '${login}'`);
  return sessionOf(login);
}
const pageOf = (place, rest = '') => `account/companies/${place.reference}${rest}`;
async function begin(client, place = company, reason = 'Frau Winter rief an: „wo ist mein Antrag?“') {
  const page = await client.get(pageOf(place, '/support'));
  assert.equal(page.status, 200);
  return client.submit(page, { reason }, `${place.reference}/support`);
}
async function viewer(place = company, role = 'lead') {
  const client = staff(role);
  const answer = await begin(client, place);
  assert.deepEqual([answer.status, answer.location], [303, prefix]);
  return client;
}
const row = (client) => sql(`SELECT v.*, s.support_company_id, s.support_until, s.id AS session_id FROM session s LEFT JOIN support_visit v ON v.id = s.support_visit_id
  WHERE s.person_id = (SELECT id FROM person WHERE login = '${client.login_}') ORDER BY s.id LIMIT 1`)[0];
const visits = (client) => sql(`SELECT v.*, v.ended_at IS NOT NULL AS ended FROM support_visit v JOIN person p ON p.id = v.person_id WHERE p.login = '${client.login_}' ORDER BY v.id`);
const pass = (client) => sql(`UPDATE session SET support_until = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE person_id = (SELECT id FROM person WHERE login = '${client.login_}')`);

before(async () => {
  for (const [name, login] of [['karl', people.karl], ['anna', people.anna], ['olga', others.olga]]) clients[name] = await signedIn(login);
  const service = await signedIn('service');
  // A request that is under way, with an answer of the staff that nobody has read, and a draft.
  records.submitted = await story.submitted(clients.anna);
  const intake = await service.get(`staff/intake/${records.submitted}`);
  await service.submit(intake, { message: 'Bitte den Handelsregisterauszug nachreichen.' }, `${records.submitted}/messages`);
  records.document = sqlValue(`SELECT d.public_id FROM document d JOIN document_slot s ON s.id = d.slot_id JOIN request r ON r.id = s.request_id WHERE r.reference = ${quote(records.submitted)}`);
  records.foreign = await story.submitted(clients.olga);
  records.foreignDocument = sqlValue(`SELECT d.public_id FROM document d JOIN document_slot s ON s.id = d.slot_id JOIN request r ON r.id = s.request_id WHERE r.reference = ${quote(records.foreign)}`);
  clients.dora = await signedIn(drafters.dora);
  records.draft = await story.begin(clients.dora);
  await story.answer(clients.dora, records.draft);
  await story.upload(clients.dora, records.draft);
  await story.quiet();
});
after(() => sql(`UPDATE company SET state = 'active' WHERE id IN (${company.id}, ${other.id})`));

test('intake, leads and administrators may begin one; team members, auditors and customers may not', async () => {
  for (const role of ['intake', 'lead', 'admin']) {
    const client = staff(role);
    assert.equal((await begin(client)).status, 303, role);
  }
  for (const client of [staff('member'), staff('auditor'), staff(), clients.karl, clients.anna]) {
    const page = await client.get(pageOf(company, '/support'));
    assert.equal(page.status, 403);
    const form = (await client.get('logout')).forms.find(({ action }) => action.endsWith('/logout'));
    const answer = await client.post(pageOf(company, '/support'), { csrf: form.fields.csrf, reason: 'curious' });
    assert.equal(answer.status, 403);
    assert.equal((await client.post('account/support/end', { csrf: form.fields.csrf })).status, 403);
  }
  assert.equal(sqlValue("SELECT COUNT(*) FROM support_visit WHERE reason = 'curious'"), '0');
  const nobody = await new Client().get(pageOf(company, '/support'));
  assert.equal(nobody.status, 303);
  assert.equal((await staff('lead').get('account/companies/M-0000/support')).status, 404);
});

test('it wants a reason, a fresh proof of who is there, and an active company', async () => {
  const client = staff('lead');
  for (const reason of ['', '   ', '\n\t', 'x'.repeat(501)]) {
    const answer = await begin(client, company, reason);
    assert.equal(answer.status, 422, JSON.stringify(reason));
    assert.deepEqual(answer.errors.map(({ field }) => field), ['reason']);
  }
  assert.deepEqual(visits(client), []);
  assert.equal((await begin(client, company, 'ü'.repeat(500))).status, 303);
  sql(`UPDATE session SET confirmed_at = UTC_TIMESTAMP(6) - INTERVAL 11 MINUTE WHERE id = ${row(client).session_id}`);
  const late = await client.get(pageOf(company, '/support'));
  assert.equal(late.status, 303);
  assert.match(late.location, /login\/step-up\?return_to=/);
  const fresh = staff('lead');
  const page = await fresh.get(pageOf(other, '/support'));
  for (const state of ['suspended', 'ended', 'candidate']) {
    sql(`UPDATE company SET state = '${state}' WHERE id = ${other.id}`);
    const shown = await fresh.get(pageOf(other, '/support'));
    assert.match(shown.plain, /Nobody of this company can sign in at the moment/, state);
    const answer = await fresh.submit(page, { reason: 'x' }, `${other.reference}/support`);
    assert.equal(answer.status, 409, state);
  }
  sql(`UPDATE company SET state = 'active' WHERE id = ${other.id}`);
  assert.deepEqual(visits(fresh), []);
});

test('beginning one leaves who, why, from when and until when in one go', async () => {
  const client = staff('intake');
  const reason = 'Anruf von <b>Frau "Winter"</b>\nzweite Zeile 🙂';
  assert.equal((await begin(client, company, reason)).status, 303);
  const visit = row(client);
  assert.equal(visit.company_id, String(company.id));
  assert.equal(visit.reason, reason);
  assert.equal(visit.ended_at, null);
  assert.equal(visit.support_until, visit.until_at);
  assert.equal(sqlValue(`SELECT TIMESTAMPDIFF(SECOND, started_at, until_at) FROM support_visit WHERE id = ${visit.id}`), '1800');
  const event = sql(`SELECT * FROM audit_event WHERE action = 'support.started' AND person_id = ${visit.person_id}`);
  assert.equal(event.length, 1);
  assert.deepEqual([event[0].company_id, event[0].object, JSON.parse(event[0].detail)], [String(company.id), company.reference, { reason, minutes: 30 }]);
  const look = sql(`SELECT * FROM access_log WHERE person_id = ${visit.person_id} AND kind = 'support'`);
  assert.deepEqual(look.map((one) => [one.company_id, one.object]), [[String(company.id), company.reference]]);
  assert.equal(sqlValue(`SELECT COUNT(*) FROM outbox WHERE payload LIKE '%Winter%'`), '0', 'no mail');
});

/** Every page that links lead to, from `start`, within the customers' pages: path to answer. */
async function crawl(client, start = '') {
  const pages = new Map();
  const queue = [start];
  while (queue.length > 0) {
    const path = queue.shift();
    if (pages.has(path)) continue;
    const answer = await client.get(path);
    pages.set(path, answer);
    if (answer.status !== 200 || !/html/.test(answer.headers.get('content-type'))) continue;
    for (const { href } of answer.links) {
      if (!href?.startsWith(prefix)) continue;
      const next = href.slice(prefix.length).split('#')[0];
      if (/^(staff|login|logout|static|profile|accessibility|documents)|[?&]lang=/.test(next)) continue;
      queue.push(next);
    }
  }
  return pages;
}

for (const [what, place, login, requests] of [['under way', company, people.rita, ['submitted']], ['a draft', drafting, drafters.rolf, ['draft']]]) {
  test(`the portal is seen with the eyes of its readers: the same pages, nothing to send, marked on every page (${what})`, async () => {
    const client = await viewer(place);
    const reader = await signedIn(login);
    const readers = await crawl(reader);
    const sums = checksums();
    const seen = await crawl(client);
    assert.deepEqual([...seen.keys()].sort(), [...readers.keys()].sort());
    assert.ok(seen.size >= 3, [...seen.keys()].join());
    for (const [path, answer] of seen) {
      assert.equal(answer.status, readers.get(path).status, path);
      assert.match(answer.plain, BANNER.en, path);
      assert.ok(answer.plain.includes(place.name), path);
      for (const form of answer.forms.filter(({ method }) => method === 'post')) assert.match(form.action, /\/(logout|account\/support\/end)$/, path);
      const german = await client.get(path, { headers: { 'accept-language': 'de' } });
      assert.match(german.plain, BANNER.de, path);
    }
    for (const path of [...requests.map((name) => `requests/${records[name]}`), 'company']) assert.ok(seen.has(path), path);
    // Pages of those who work on a request, and of those who manage people.
    const closed = ['requests/new/change', 'account/people', 'account/support-visits'];
    if (what === 'a draft') closed.push(...['answers/address', 'discard'].map((rest) => `requests/${records.draft}/${rest}`));
    for (const path of closed) {
      const answer = await client.get(path);
      assert.equal(answer.status, 403, path);
      assert.match(answer.plain, BANNER.en, path);
      assert.match(answer.plain, /shows what people of the company may read/, path);
    }
    assert.equal((await client.get('requests/R-0000-0000')).status, 404);
    // Not one row: no read mark, nothing begun. (Signs of life and who looked are not compared.)
    assertSame(sums, ['access_log'], 'looking');
    assert.equal(sqlValue(`SELECT COUNT(*) FROM message_read WHERE person_id = ${row(client).person_id}`), '0');
  });
}

test('every form of the customers\' programs is refused with a sentence and changes nothing', async () => {
  const client = await viewer();
  const fields = (await client.get('')).forms.find(({ action }) => action.endsWith('support/end')).fields;
  const values = { reference: records.submitted, form: 'address', slot: 'proof', public_id: records.document, person: sqlValue(`SELECT id FROM person WHERE login = ${quote(people.anna)}`) };
  const sums = checksums();
  let count = 0;
  for (const route of routes.filter(({ method, program, right }) => method === 'POST' && ['requests', 'uploads', 'account'].includes(program) &&
    !['support-view', 'people-read', 'people-work'].includes(right))) {
    for (const reference of [records.submitted, records.foreign]) {
      const path = route.path.replace(/\{(\w+)\}/g, (_, name) => ({ ...values, reference })[name]).slice(1);
      assert.ok(!path.includes('undefined'), route.path);
      const body = { ...fields, ...Object.fromEntries(route.fields.map(({ name }) => [name, '1'])) };
      for (const language of ['en', 'de']) {
        const answer = await client.post(path, body, { headers: { 'accept-language': language } });
        assert.equal(answer.status, 403, path);
        assert.match(answer.plain, SENTENCE[language], path);
        assert.match(answer.plain, BANNER[language], path);
      }
      const json = await client.post(path, body, { headers: { accept: 'application/json' } });
      assert.deepEqual([json.status, json.json.detail.startsWith('You are in the support view')], [403, true], path);
      if (route.stream) {
        const form = new FormData();
        for (const [name, value] of Object.entries(fields)) form.append(name, value);
        form.append('file', new Blob([story.pdf('x')], { type: 'application/pdf' }), 'x.pdf');
        assert.equal((await client.request('POST', path, { body: form })).status, 403, path);
      }
      count++;
    }
  }
  assert.ok(count >= 20, `${count} forms`);
  assertSame(sums, [], 'forms in the view');
});

test('documents may be opened, and each opening by staff is on record, in the view and outside', async () => {
  const client = await viewer();
  const me = row(client).person_id;
  const looks = (person) => sql(`SELECT company_id, object FROM access_log WHERE kind = 'document' AND person_id = ${person}`).map((one) => `${one.company_id} ${one.object}`);
  assert.equal((await client.get(`documents/${records.document}`)).status, 200);
  assert.deepEqual(looks(me), [`${company.id} ${records.document}`]);
  assert.equal((await client.get(`documents/${records.foreignDocument}`)).status, 404, 'one that they could open outside the view');
  assert.equal(looks(me).length, 1);
  const plain = staff('lead');
  const id = sqlValue(`SELECT id FROM person WHERE login = '${plain.login_}'`);
  assert.equal((await plain.get(`documents/${records.foreignDocument}`)).status, 200);
  assert.deepEqual(looks(id), [`${other.id} ${records.foreignDocument}`]);
  const annas = sqlValue(`SELECT id FROM person WHERE login = ${quote(people.anna)}`);
  assert.equal((await clients.anna.get(`documents/${records.document}`)).status, 200);
  assert.deepEqual(looks(annas), [], 'people of the company are not watched');
});

test('another company is not there while one is looked at', async () => {
  const client = await viewer();
  for (const path of ['', '/check', '/receipt', '/confirmation', '/documents/proof']) {
    assert.equal((await client.get(`requests/${records.foreign}${path}`)).status, 404, path);
  }
  assert.ok(!(await client.get('')).text.includes(records.foreign));
});

test('board matters are not there', async () => {
  const client = await viewer();
  assert.equal((await client.get(`requests/${records.submitted}`)).status, 200);
  sql(`UPDATE request SET visibility = 'board' WHERE reference = ${quote(records.submitted)}`);
  try {
    for (const path of ['', '/receipt', '/documents/proof']) assert.equal((await client.get(`requests/${records.submitted}${path}`)).status, 404, path);
    assert.equal((await client.get(`documents/${records.document}`)).status, 404);
    assert.ok(!(await client.get('')).text.includes(records.submitted));
  } finally {
    sql(`UPDATE request SET visibility = 'company' WHERE reference = ${quote(records.submitted)}`);
  }
});

test('staff pages stay the person\'s own and say that a view runs', async () => {
  const client = await viewer(company, 'lead');
  for (const path of ['staff/intake', 'staff/queue', pageOf(company), pageOf(company, '/support'), 'account/companies', 'account/persons', 'profile']) {
    const page = await client.get(path);
    assert.equal(page.status, 200, path);
    assert.match(page.plain, /Support view .* This page is your own/, path);
    assert.doesNotMatch(page.plain, BANNER.en, path);
    assert.equal(page.forms.filter(({ action }) => action.endsWith('support/end')).length, 1, path);
  }
});

test('it ends by the button, and the person is back under their own name', async () => {
  const client = await viewer();
  const page = await client.get('');
  const answer = await client.submit(page, {}, 'account/support/end');
  assert.deepEqual([answer.status, answer.location], [303, `${prefix}${pageOf(company)}`]);
  const after = await client.follow(answer);
  assert.match(after.plain, /The support view has ended/);
  assert.doesNotMatch(after.plain, /End the support view/);
  const [visit] = visits(client);
  assert.equal(visit.ended, '1');
  assert.equal(row(client).support_company_id, null);
  assert.equal(sqlValue(`SELECT COUNT(*) FROM audit_event WHERE action = 'support.ended' AND person_id = ${visit.person_id} AND company_id = ${company.id}`), '1');
  assert.deepEqual([(await client.get('')).location], [`${prefix}staff`]);
  assert.equal((await client.get(`requests/${records.submitted}`)).status, 403);
  // Pressed again on an old page: nothing more.
  assert.equal((await client.submit(page, {}, 'account/support/end')).status, 303);
  assert.equal(sqlValue(`SELECT COUNT(*) FROM audit_event WHERE action = 'support.ended' AND person_id = ${visit.person_id}`), '1');
});

test('it ends by time: the next request is the person\'s own, and says so', async () => {
  const client = await viewer();
  pass(client);
  const start = await client.get('');
  assert.deepEqual([start.status, start.location], [303, `${prefix}staff`]);
  const page = await client.follow(start);
  assert.match(page.plain, /The support view of Weiße Möwe & Söhne "GmbH" <b> is over: its time has passed/);
  const request = await client.get(`requests/${records.submitted}`);
  assert.equal(request.status, 403);
  assert.match(request.plain, /The support view has ended. You are here under your own name./);
  const fields = page.forms.find(({ action }) => action.endsWith('/logout')).fields;
  assert.equal((await client.post(`requests/${records.submitted}/messages`, { ...fields, text: 'x' })).status, 403);
  // Some minutes later nothing is said any more.
  sql(`UPDATE session SET support_until = UTC_TIMESTAMP(6) - INTERVAL 6 MINUTE WHERE id = ${row(client).session_id}`);
  assert.doesNotMatch((await client.get('staff/intake')).plain, /is over: its time has passed/);
});

test('it ends by sign-out, by another view, with the right and with the company', async () => {
  const leaving = await viewer();
  const page = await leaving.get('');
  await leaving.submit(page, {}, '/logout');
  assert.equal(visits(leaving)[0].ended, '1');

  const twice = await viewer();
  const elsewhere = sessionOf(twice.login_);
  const asking = await elsewhere.get(pageOf(other, '/support'));
  assert.equal((await elsewhere.submit(asking, { reason: 'zweite' }, `${other.reference}/support`)).status, 303);
  assert.deepEqual(visits(twice).map(({ ended }) => ended), ['1', '0']);
  assert.equal((await twice.get('')).location, `${prefix}staff`, 'one at a time, in whatever browser');
  assert.equal((await elsewhere.get(`requests/${records.foreign}`)).status, 200);

  const demoted = await viewer();
  sql(`DELETE FROM staff_role WHERE person_id = ${row(demoted).person_id}`);
  assert.equal((await demoted.get(`requests/${records.submitted}`)).status, 403);
  assert.equal((await demoted.get('')).location, `${prefix}staff`);
  sql(`INSERT INTO staff_role (person_id, role) VALUES (${row(demoted).person_id}, 'auditor')`);
  assert.equal((await demoted.get(`requests/${records.submitted}`)).status, 403, 'an auditor has no such view');

  const stopped = await viewer(other);
  sql(`UPDATE company SET state = 'suspended' WHERE id = ${other.id}`);
  assert.equal((await stopped.get(`requests/${records.foreign}`)).status, 403);
  sql(`UPDATE company SET state = 'active' WHERE id = ${other.id}`);

  const ended = await viewer();
  sql(`UPDATE session SET ended_at = UTC_TIMESTAMP(6) WHERE id = ${row(ended).session_id}`);
  assert.match((await ended.get('')).location, /login/);
});

test('with a host of its own for staff, the view begins and runs at the customers\' host', async () => {
  const file = join(run, 'etc/kontor/kontor.conf.d/support.conf');
  const restart = async () => {
    await hold('account');
    await release('account');
    await until(async () => (await fetch(`${origin}${prefix}healthz/account`)).status === 200, { what: 'account' });
  };
  mkdirSync(join(run, 'etc/kontor/kontor.conf.d'), { recursive: true });
  writeFileSync(file, '[site]\nstaff_origin = https://staff.example.org\n');
  await restart();
  try {
    const client = staff('lead');
    const path = `${prefix}${pageOf(company, '/support')}`;
    const headers = { Host: 'staff.example.org', Cookie: cookieHeader(client), 'Accept-Language': 'en' };
    const page = await raw('GET', path, { headers });
    assert.equal(page.status, 200);
    assert.ok(page.text.includes(`href="${origin}${path}"`), 'the way there');
    assert.ok(!page.text.includes('name="reason"'));
    const { csrf } = (await client.get(pageOf(company, '/support'))).form('/support').fields;
    const body = new URLSearchParams({ csrf, reason: 'x' }).toString();
    const sent = await raw('POST', path, { headers: { ...headers, 'Content-Type': 'application/x-www-form-urlencoded' }, body });
    assert.deepEqual([sent.status, sent.headers.location], [303, [path]]);
    assert.deepEqual(visits(client), []);
    assert.equal((await begin(client)).status, 303, 'at the customers\' host it begins');
  } finally {
    rmSync(file);
    await restart();
  }
});

test('of many beginnings at once one view runs', async () => {
  const first = staff('admin');
  const browsers = [first, ...Array.from({ length: 5 }, () => sessionOf(first.login_))];
  const forms = await Promise.all(browsers.map((client, i) => client.get(pageOf(i % 2 ? other : company, '/support'))));
  const answers = await Promise.all(browsers.map((client, i) => client.submit(forms[i], { reason: `gleichzeitig ${i}` }, '/support')));
  assert.deepEqual(answers.map(({ status }) => status), browsers.map(() => 303));
  assert.equal(visits(first).filter(({ ended }) => ended === '0').length, 1);
  assert.equal(sqlValue(`SELECT COUNT(*) FROM session s JOIN person p ON p.id = s.person_id WHERE p.login = '${first.login_}' AND s.support_visit_id IS NOT NULL`), '1');
});

test('the company sees who looked, why and how long; the newest first, page by page; nobody else does', async () => {
  const place = newCompany();
  const { klara, arno } = newPeople(place, { klara: 'coordinator', arno: 'applicant' });
  const coordinator = await signedIn(klara);
  const empty = await coordinator.get('account/support-visits');
  assert.match(empty.plain, /Nobody of the staff has looked at this portal/);
  const client = staff('lead');
  await begin(client, place, 'Rückfrage <script>');
  const page = await coordinator.get('account/support-visits');
  assert.match(page.plain, /Sabine Süd \d+ Rückfrage <script>/);
  assert.match(page.plain, /under way/);
  assert.ok((await coordinator.get('account/people')).links.some(({ href }) => href === `${prefix}account/support-visits`));
  await client.submit(await client.get(''), {}, 'account/support/end');
  assert.doesNotMatch((await coordinator.get('account/support-visits')).plain, /under way/);
  assert.match((await coordinator.get('account/support-visits?lang=de')).plain, /Besuche in der Unterstützungsansicht/);
  await coordinator.get('account/support-visits?lang=en');
  // A session that was ended by others ends the visit in the list as well.
  const second = staff('lead');
  await begin(second, place, 'zweiter Besuch');
  sql(`UPDATE session SET ended_at = UTC_TIMESTAMP(6) WHERE id = ${row(second).session_id}`);
  assert.doesNotMatch((await coordinator.get('account/support-visits')).plain, /under way/);
  sql(`INSERT INTO support_visit (company_id, person_id, reason, started_at, until_at)
       SELECT ${place.id}, ${row(client).person_id ?? `(SELECT id FROM person WHERE login = '${client.login_}')`}, CONCAT('alt ', seq), '2026-01-01', '2026-01-01 00:30' FROM seq_1_to_100`);
  const first = await coordinator.get('account/support-visits', { headers: { accept: 'application/json' } });
  assert.equal(first.json.visits.length, 50);
  assert.equal(first.json.visits[0].reason, 'alt 100');
  const next = await coordinator.get(first.json.next_url, { headers: { accept: 'application/json' } });
  const last = await coordinator.get(next.json.next_url, { headers: { accept: 'application/json' } });
  assert.deepEqual([next.json.visits[0].reason, next.json.visits.length, last.json.visits.length, last.json.next_url ?? null], ['alt 50', 50, 2, null]);
  assert.equal((await (await signedIn(arno)).get('account/support-visits')).status, 403);
  assert.ok(!(await clients.karl.get('account/support-visits')).plain.includes('alt 100'));
  const auditor = staff('auditor');
  assert.match((await auditor.get(pageOf(place, '/support-visits'))).plain, /alt 100/);
  assert.equal((await staff('member').get(pageOf(place, '/support-visits'))).status, 403);
  for (const before of ['0', '-1', 'x', '99999999999999999999']) assert.equal((await coordinator.get(`account/support-visits?before=${before}`)).status, 400, before);
});

test('a view does not survive a sign-on in its session, and its token is worth nothing to the company', async () => {
  const client = await viewer();
  const page = await client.get('login');
  const answer = await client.submit(page, { login: people.anna, password }, `${prefix}login`);
  assert.equal(answer.status, 303);
  const start = await client.get('');
  assert.equal(start.status, 200);
  assert.doesNotMatch(start.plain, BANNER.en);
  assert.ok(client.cookie(SESSION));
});

test('the view costs no statement more than a session does', async () => {
  const client = await viewer();
  const pages = async (who) => (await who.get('company')).headers.get('x-kontor-statements');
  const reader = await signedIn(people.rita);
  assert.equal(await pages(client), await pages(reader));
  assert.ok(!log('requests').includes('Winter'), 'no reason in a log');
});
