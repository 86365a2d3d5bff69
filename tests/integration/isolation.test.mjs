// What belongs to one company is seen by nobody else. Every address that the pages of one company and of the staff
// show during a story is collected, then asked for and posted to by people who have no business there.
import assert from 'node:assert/strict';
import { test, before } from 'node:test';
import { Client, signedIn } from '../harness/client.mjs';
import { newCompany, newPeople, quote } from '../harness/people.mjs';
import { origin, sql, sqlValue } from '../harness/stack.mjs';
import * as story from '../harness/story.mjs';

const company = newCompany({ name: 'Geheim & Söhne GmbH' });
const people = newPeople(company, { anna: 'applicant', sven: 'signatory', rita: 'readonly' });
const NOTES = ['INTERNAL-intake', 'INTERNAL-compliance', 'INTERNAL-it', 'INTERNAL-remark'];
/** Address -> { method, fields }: 'GET /requests/R-...' */
const found = new Map();
/** What names the company's things: only addresses with one of these are kept. */
const tokens = new Set([company.reference]);

const clients = {};
const client = async (login) => (clients[login] ??= await signedIn(login));

/** Collect from a page; its own links are opened too, once each per person. */
async function collect(login, starts) {
  const who = await client(login);
  const seen = new Set();
  const queue = [...starts];
  while (queue.length > 0) {
    const path = queue.shift();
    if (seen.has(path)) continue;
    seen.add(path);
    const page = await who.get(path);
    assert.ok(page.status < 400, `${login} sees ${path}: ${page.status}`);
    if (page.status >= 300) {
      queue.push(new URL(page.location, page.url).pathname);
      continue;
    }
    found.set(`GET ${path}`, { method: 'GET', path });
    if (!page.headers.get('content-type').startsWith('text/html')) continue;
    const ours = (address) => address.origin === origin && [...tokens].some((token) => address.href.includes(token));
    for (const { href } of page.links) {
      const address = new URL(href ?? '#', page.url);
      address.searchParams.delete('lang');
      if (ours(address)) queue.push(address.pathname + address.search);
    }
    for (const form of page.forms) {
      const address = new URL(form.action || page.url, page.url);
      if (form.method === 'post' && ours(address)) found.set(`POST ${address.pathname} ${form.fields.decision ?? ''}`, { method: 'POST', path: address.pathname, form });
    }
  }
}

let reference;
let draft;
let ticket;
const subs = {};
before(async () => {
  const anna = await client(people.anna);
  const service = await client('service');
  reference = await story.begin(anna);
  tokens.add(reference);
  await story.answer(anna, reference);
  await story.upload(anna, reference);
  const learn = () => {
    for (const { public_id } of sql(`SELECT public_id FROM document WHERE company_id = ${company.id}`)) tokens.add(public_id);
  };
  learn();
  await collect(people.anna, ['/', '/company', `/requests/${reference}`, `/requests/${reference}/check`, `/requests/${reference}/discard`]);
  await story.submit(anna, reference);
  await story.fill(service, `staff/intake/${reference}`, '/notes', { note: NOTES[0] });
  const intake = ['/staff/intake', `/staff/intake/${reference}`, `/staff/intake/${reference}/slots/proof`, `/staff/intake/${reference}/release`, `/staff/intake/${reference}/decline`];
  await collect('service', intake);
  await story.reject(service, reference, 'Please again.');
  await collect(people.anna, ['/', `/requests/${reference}`, `/requests/${reference}/documents/proof`]);
  await story.upload(anna, reference, { content: story.pdf('second') });
  learn();
  await story.waitForState(reference, 'submitted');
  await story.accept(service, reference);
  await story.release(service, reference);
  ticket = story.ticketOf(reference);
  tokens.add(ticket);
  for (const team of ['compliance', 'it']) {
    const member = await client(team);
    const sub = subs[team] = story.subTicketOf(ticket, team);
    await collect(team, ['/staff/queue?view=team', `/staff/tickets/${ticket}`]);
    await story.take(member, ticket, sub);
    await story.note(member, ticket, sub, `INTERNAL-${team}`);
    await story.message(member, ticket, sub, `For the customer from ${team}`);
    await collect(team, [`/staff/tickets/${ticket}`]);
    if (team === 'compliance') await story.complete(member, sub, { outcome: 'remark', reason: NOTES[3] });
  }
  // `it` stays open, so that what is posted below could still change something.
  await collect(people.anna, ['/', '/company', `/requests/${reference}`]);
  // Whoever sees a link may follow it: collect() insists.
  await collect(people.rita, ['/', '/company', `/requests/${reference}`]);
  await collect('auditor', ['/staff/intake', `/staff/intake/${reference}`, `/staff/tickets/${ticket}`]);
  await collect('lead', [`/staff/tickets/${ticket}`, `/staff/tickets?q=${company.reference}`]);
});

/** A checksum of each table; those that anybody's visit writes are left out. */
function checksums() {
  const tables = sql("SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'kontor' AND table_type = 'BASE TABLE'")
    .map(({ name }) => name).filter((name) => !['session', 'audit_event', 'audit_seal', 'access_log', 'directory_sync'].includes(name));
  return Object.fromEntries(sql(`CHECKSUM TABLE ${tables.join(', ')}`).map(({ Table, Checksum }) => [Table, Checksum]));
}

/** Every address, asked for by `who`; expected(entry) says which answers are right. Nothing may have changed. */
async function assault(who, token, expected, secrets = [company.name, 'Geheim', ...NOTES, 'Brooktorkai', 'Handelsregister.pdf']) {
  await story.quiet();
  const before = checksums();
  const wrong = [];
  for (const { method, path, form } of found.values()) {
    for (const accept of ['text/html', 'application/json']) {
      let answer;
      if (method === 'GET') answer = await who.get(path, { headers: { accept } });
      else if (form.enctype === 'multipart/form-data') {
        const body = new FormData();
        for (const [name, content] of Object.entries({ ...form.fields, csrf: token, kind: 'registration-office' })) if (name !== 'file') body.append(name, content);
        body.append('file', new Blob([story.pdf('intruder')], { type: 'application/pdf' }), 'intruder.pdf');
        answer = await who.request('POST', path, { body, headers: { accept } });
      } else answer = await who.post(path, { ...form.fields, csrf: token, outcome: 'approved', body: 'intruder', message: 'intruder', note: 'intruder', reason: 'intruder', reason_text: 'intruder', reason_key: 'unreadable' }, { headers: { accept } });
      if (!expected({ method, path, accept }).includes(answer.status)) wrong.push(`${method} ${path} ${accept}: ${answer.status}`);
      if (![200, 303].includes(answer.status) || method === 'POST') {
        for (const secret of secrets) {
          if (answer.text.includes(secret)) wrong.push(`${method} ${path}: shows ${secret}`);
        }
      }
    }
  }
  assert.deepEqual(wrong, []);
  await story.quiet();
  assert.deepEqual(checksums(), before, 'no row has changed');
}
const token = async (who) => (await who.get('')).forms.find(({ action }) => action.endsWith('/logout')).fields.csrf;
const shared = (path) => ['/', '/company', '/requests', '/staff', '/staff/intake', '/staff/queue', '/staff/tickets'].includes(path.split('?')[0]);

test('the story shows a good number of addresses, of every kind', () => {
  const all = [...found.keys()].join('\n');
  for (const part of ['/answers/address', '/documents/proof', '/check', '/submit', '/discard', '/messages', '/remove', 'GET /documents/',
    '/slots/proof', '/release', '/decline', '/notes', '/take', '/return', '/complete', '/history', '/receipt']) assert.ok(all.includes(part), `${part} in\n${all}`);
  assert.ok(found.size >= 35, `${found.size} addresses`);
});

test('another company: 404 for everything of this one, and nothing changes', async () => {
  const other = await client('other');
  await assault(other, await token(other), ({ path }) => (shared(path) ? [200, 403, 303] : path.startsWith('/staff') ? [403] : [404]));
  for (const path of ['', 'company']) {
    for (const accept of ['text/html', 'application/json']) {
      const { text } = await other.get(path, { headers: { accept } });
      for (const word of tokens) assert.ok(!text.includes(word), `${word} on ${path}`);
    }
  }
});

test('another company: the same answer as for what does not exist', async () => {
  const other = await client('other');
  const same = (text) => text.replace(/R-[0-9A-Z]{4}-[0-9A-Z]{4}|[0-9a-f]{32}/g, '#').replace(/value="[^"]*"/g, '');
  for (const path of [`requests/${reference}`, `requests/${reference}/receipt`, `requests/${reference}/documents/proof`, `documents/${[...tokens].at(-2)}`]) {
    const nothing = path.replace(reference, 'R-0000-0000').replace(/^documents\/.*/, `documents/${'0'.repeat(32)}`);
    assert.equal(same((await other.get(path)).text), same((await other.get(nothing)).text), path);
  }
});

test('another company cannot use keys and documents of this one', async () => {
  const two = newCompany();
  const { otto } = newPeople(two, { otto: 'applicant' });
  const attacker = await signedIn(otto);
  // The creation key of somebody else's draft.
  const key = sqlValue(`SELECT LOWER(HEX(creation_key)) FROM request WHERE reference = ${quote(reference)}`);
  const choice = (await attacker.get('requests/new/change')).form('/requests', story.ADDRESS);
  const stolen = await attacker.post(choice.action, { ...choice.fields, creation_key: key });
  assert.ok(!`${stolen.location}${stolen.text}`.includes(reference));
  assert.ok(stolen.status < 500, String(stolen.status));
  // Somebody else's document in one's own slot.
  const mine = await story.begin(attacker);
  const foreign = sqlValue(`SELECT public_id FROM document WHERE company_id = ${company.id} AND verdict = 'accepted' ORDER BY id DESC LIMIT 1`);
  const slot = (await attacker.get(`requests/${mine}/documents/proof`)).form(`documents/${mine}/proof`);
  const reused = await attacker.post(`documents/${mine}/proof/reuse`, { csrf: slot.fields.csrf, document: foreign });
  assert.ok([303, 404, 422].includes(reused.status), String(reused.status));
  assert.equal(sqlValue(`SELECT state FROM document_slot WHERE request_id = (SELECT id FROM request WHERE reference = '${mine}')`), 'empty');
  // The form key of somebody else's message: this message is written all the same, or refused, and nothing is shown.
  await story.answer(attacker, mine);
  await story.upload(attacker, mine);
  await story.submit(attacker, mine);
  const used = sqlValue(`SELECT LOWER(HEX(form_key)) FROM message WHERE company_id = ${company.id} LIMIT 1`);
  const sent = await attacker.submit(await attacker.get(`requests/${mine}`), { body: 'mine', form_key: used }, '/messages');
  assert.ok(sent.status < 500, String(sent.status));
});

test('nobody: to the sign-in page, 401 for JSON', async () => {
  await assault(new Client(), 'none', ({ accept }) => (accept === 'application/json' ? [401] : [303]));
});

test('readonly of the same company: reads, changes nothing', async () => {
  const rita = await client(people.rita);
  await rita.get(`requests/${reference}`); // the read mark is hers
  await assault(rita, await token(rita), ({ method, path }) => {
    if (path.startsWith('/staff')) return [403];
    if (path === '/' || path === '/company') return [200];
    if (method === 'POST') return [403];
    return /\/(answers|new|discard|withdraw)/.test(path) ? [403] : [200, 303, 404];
  }, NOTES);
});

test('staff of another team: sees tickets, works on none of them', async () => {
  const credit = await client('credit');
  await assault(credit, await staffToken(credit), ({ method, path }) => {
    if (path.startsWith('/documents/') && method === 'GET') return [200];
    if (!path.startsWith('/staff')) return [303, 403];
    if (path.startsWith('/staff/intake')) return [403];
    if (method === 'POST') return [403, 422];
    return [200, 403, 404, 303];
  });
});
async function staffToken(who) {
  return (await who.get('staff/tickets')).forms.find(({ action }) => action.endsWith('/logout')).fields.csrf;
}

test('staff without any work (auditor): reads, changes nothing', async () => {
  const auditor = await client('auditor');
  await assault(auditor, await staffToken(auditor), ({ method, path }) => {
    if (path.startsWith('/documents/') && method === 'GET') return [200];
    if (!path.startsWith('/staff')) return [303, 403];
    if (method === 'POST') return [403];
    return path.includes('view=team') ? [404] : [200, 303, 403]; // has no team
  });
});

test('internal notes are in no answer a customer gets, and staff do see them', async () => {
  for (const login of [people.anna, people.sven, people.rita]) {
    const who = await client(login);
    for (const { method, path } of found.values()) {
      if (method !== 'GET') continue;
      for (const accept of ['text/html', 'application/json']) {
        const { text } = await who.get(path, { headers: { accept } });
        for (const note of NOTES) assert.ok(!text.includes(note), `${note} for ${login} on ${path}`);
      }
    }
  }
  const { plain } = await (await client('lead')).get(`staff/tickets/${ticket}`);
  for (const note of NOTES) assert.ok(plain.includes(note), `staff read ${note}`);
  for (const program of ['requests', 'uploads']) {
    const grants = sql(`SHOW GRANTS FOR 'kontor_${program}'@'localhost'`).map((row) => Object.values(row)[0]);
    assert.ok(!grants.some((grant) => /internal_note|sub_ticket|decision/.test(grant)), program);
  }
});

test('a person whose company is suspended has no rights left in a session that lives on', async () => {
  const two = newCompany();
  const { otto } = newPeople(two, { otto: 'coordinator' });
  const who = await signedIn(otto);
  assert.equal((await who.get('company')).status, 200);
  sql(`UPDATE company SET state = 'suspended' WHERE id = ${two.id}`);
  assert.equal((await who.get('company')).status, 403);
  sql(`UPDATE company SET state = 'active' WHERE id = ${two.id}`);
  sql(`DELETE FROM company_role WHERE company_id = ${two.id}`);
  assert.equal((await who.get('company')).status, 403);
});
