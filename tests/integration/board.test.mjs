// Board matters are visible to few: a request type says so (types/board-member), and then only people with the role
// "board" know in the company that such a request exists. Staff work on it as on others; who opens it is kept.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { signedIn } from '../harness/client.mjs';
import { mails } from '../harness/mail.mjs';
import { newCompany, newPeople } from '../harness/people.mjs';
import { kontorctl, prefix, sql, sqlValue, until } from '../harness/stack.mjs';
import * as story from '../harness/story.mjs';

const folder = join(import.meta.dirname, 'types/board-member');
const offer = (active) => sql(`UPDATE request_type SET active = ${active} WHERE request_type = 'board-member'`);
after(() => offer(false));

let people;
let clients;
let reference;
let document;
const looks = () => Number(sqlValue(`SELECT COUNT(*) FROM access_log WHERE kind = 'board' AND object = '${reference}'`));

before(async () => {
  await kontorctl('publish', folder);
  offer(true);
  const company = newCompany();
  people = newPeople(company, { vera: 'applicant', vito: 'board', anna: 'applicant', carl: 'coordinator', rita: 'readonly' });
  sql(`INSERT INTO company_role (company_id, person_id, role, given_at) SELECT company_id, id, 'board', NOW(6) FROM person WHERE login = '${people.vera}'`);
  clients = Object.fromEntries(await Promise.all([...Object.entries(people), ['other', 'other'], ['service', 'service'], ['compliance', 'compliance']].map(async ([name, login]) => [name, await signedIn(login)])));
  const overview = await story.fill(clients.vera, 'requests/new/add', `${prefix}requests`, { request_type: 'board-member' });
  reference = /R-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(overview.url)[0];
  await story.fill(clients.vera, `requests/${reference}/answers/member`, 'answers/member', { memberName: 'Rosa Rat' });
  const slot = await story.upload(clients.vera, reference);
  document = /documents\/([\w-]{20,})/.exec(slot.links.map((link) => link.href).join(' '))[1];
  assert.equal((await clients.vera.get(`documents/${document}`)).status, 200);
});

test('a type of board matters is offered only to those who see them, and nobody else can begin one', async () => {
  assert.match((await clients.vera.get('requests/new/add')).plain, /New board member/);
  for (const name of ['anna', 'carl']) {
    assert.doesNotMatch((await clients[name].get('requests/new/add')).plain, /New board member/, name);
    const page = await clients[name].get('requests/new/change');
    const form = page.forms.find((candidate) => candidate.action.endsWith('/requests'));
    const answer = await clients[name].post('requests', { ...form.fields, request_type: 'board-member' });
    assert.equal(answer.status, 404, name);
  }
});

/** Everything about the request is not there for this client. */
async function hidden(name) {
  const client = clients[name];
  for (const path of ['', 'check', 'receipt', 'confirmation', 'discard', 'withdraw', 'answers/member', 'documents/proof']) {
    const { status } = await client.get(`requests/${reference}/${path}`.replace(/\/$/, ''));
    assert.ok(status === 404 || (status === 403 && name === 'rita'), `${name} ${path}: ${status}`);
  }
  const json = await client.get(`requests/${reference}`, { headers: { accept: 'application/json' } });
  assert.equal(json.status, 404, name);
  assert.equal((await client.get(`documents/${document}`)).status, 404, name);
  for (const path of ['', 'company']) {
    const page = await client.get(path);
    assert.doesNotMatch(page.text, new RegExp(`${reference}|New board member|Rosa Rat`), `${name} ${path}`);
  }
  const list = await client.get('', { headers: { accept: 'application/json' } });
  assert.doesNotMatch(list.text, new RegExp(reference), name);
}

/** And nothing can be done to it. */
async function untouched(name) {
  const client = clients[name];
  const csrf = (await client.get('')).forms.find((form) => form.action.endsWith('/logout')).fields.csrf;
  const before = sqlValue(`SELECT CONCAT(state, version, changed_at) FROM request WHERE reference = '${reference}'`);
  const form_key = '0'.repeat(32);
  for (const [path, fields] of [['answers/member', { memberName: 'X' }], ['submit', {}], ['discard', {}], ['withdraw', {}], ['messages', { body: 'x', form_key }]]) {
    const { status } = await client.post(`requests/${reference}/${path}`, { csrf, ...fields });
    assert.ok(status === 404 || (status === 403 && name === 'rita'), `${name} ${path}: ${status}`);
  }
  const body = new FormData();
  for (const [key, value] of Object.entries({ csrf, kind: 'register-extract', issued_on: story.day(-1) })) body.append(key, value);
  body.append('file', new Blob([story.pdf(name)], { type: 'application/pdf' }), 'x.pdf');
  const { status } = await client.request('POST', `documents/${reference}/proof`, { body });
  assert.ok(status === 404 || (status === 403 && name === 'rita'), `${name} upload: ${status}`);
  assert.equal(sqlValue(`SELECT CONCAT(state, version, changed_at) FROM request WHERE reference = '${reference}'`), before, name);
}

test('in the company it exists for those alone: as a draft and when submitted, in lists, pages, JSON, files and forms', async () => {
  for (const name of ['anna', 'carl', 'rita', 'other']) {
    await hidden(name);
    await untouched(name);
  }
  for (const name of ['vera', 'vito']) {
    assert.match((await clients[name].get('')).plain, new RegExp(`New board member ${reference} Board matter`), name);
    assert.equal((await clients[name].get(`requests/${reference}`)).status, 200, name);
  }
  await story.submit(clients.vera, reference);
  for (const name of ['anna', 'carl', 'rita']) {
    await hidden(name);
    await untouched(name);
  }
  assert.match((await clients.vito.get(`requests/${reference}`)).plain, /Board matter/);
});

test('who may not see it learns that another cannot begin and whom to ask, and not which it is', async () => {
  const { mkdtempSync, cpSync, readFileSync, writeFileSync, rmSync } = await import('node:fs');
  const { tmpdir } = await import('node:os');
  // A type for everybody about what the board's type is about.
  const copy = join(mkdtempSync(join(tmpdir(), 'kontor-board-')), 'board-address');
  cpSync(folder, copy, { recursive: true });
  const file = join(copy, 'process.bpmn');
  writeFileSync(file, readFileSync(file, 'utf8').replace('kontor:visibility" value="board"', 'kontor:visibility" value="company"'));
  const active = (now) => sql(`UPDATE request_type SET active = ${now} WHERE request_type = 'board-address'`);
  await kontorctl('publish', copy);
  rmSync(copy, { recursive: true });
  active(true);
  try {
    const begin = async (name, options) => {
      const client = clients[name];
      const page = await client.get('requests/new/add?lang=en');
      const { fields } = page.forms.find((form) => form.fields.request_type === 'board-address');
      return client.post('requests', fields, options);
    };
    for (const name of ['anna', 'carl']) {
      for (const [headers, wanted] of [[{}, /not finished.*board matter.*Ask one of them/s], [{ accept: 'application/json' }, /^\{/]]) {
        const answer = await begin(name, { headers });
        assert.equal(answer.status, 409, name);
        assert.match(headers.accept ? answer.text : answer.plain, wanted, name);
        assert.doesNotMatch(answer.text, /R-[0-9A-Z]{4}-[0-9A-Z]{4}|New board member|Rosa Rat|Petra vera/, name);
        assert.ok(!answer.links.some(({ href }) => /requests\/R-/.test(href)), name);
      }
    }
    await clients.anna.get('?lang=de');
    const { fields } = (await clients.anna.get('requests/new/add')).forms.find((form) => form.fields.request_type === 'board-address');
    assert.match((await clients.anna.post('requests', fields)).plain, /Vorstandsangelegenheit: Nur Personen mit der Rolle „Vorstandsangelegenheiten“ sehen ihn\. Bitten Sie/);
    await clients.anna.get('?lang=en');
    const seen = await begin('vera');
    assert.equal(seen.status, 409);
    assert.ok(seen.links.some(({ href }) => href?.endsWith(`requests/${reference}`)), 'who sees it is led there');
    assert.doesNotMatch(seen.plain, /Ask one of them/);
    assert.equal(sqlValue("SELECT COUNT(*) FROM request WHERE request_type = 'board-address'"), '0');
  } finally {
    active(false);
  }
});

test('its document is not offered for use in a request that the whole company sees', async () => {
  const draft = await story.begin(clients.anna);
  assert.doesNotMatch((await clients.anna.get(`requests/${draft}/documents/proof`)).text, new RegExp(document));
  const page = await clients.anna.get(`requests/${draft}/documents/proof`);
  const form = page.form(`documents/${draft}/proof`);
  const body = new FormData();
  body.append('csrf', form.fields.csrf);
  body.append('reuse', document);
  await clients.anna.request('POST', form.action, { body });
  assert.equal(sqlValue(`SELECT COUNT(*) FROM document d JOIN document_slot s ON s.document_id = d.id JOIN request r ON r.id = s.request_id WHERE r.reference = '${draft}'`), '0');
  assert.doesNotMatch((await clients.vera.get(`requests/${draft}/documents/proof`)).text, new RegExp(document), 'all of the company would see it there');
  const vera = await clients.vera.get(`requests/${draft}/documents/proof`);
  const hers = new FormData();
  hers.append('csrf', vera.form(`documents/${draft}/proof`).fields.csrf);
  hers.append('reuse', document);
  await clients.vera.request('POST', form.action, { body: hers });
  assert.equal(sqlValue(`SELECT COUNT(*) FROM document d JOIN document_slot s ON s.document_id = d.id JOIN request r ON r.id = s.request_id WHERE r.reference = '${draft}'`), '0', 'and is not taken there from who sees board matters');
});

test('staff work on it as on others; each look is kept, and polls by the script are not looks', async () => {
  assert.equal(looks(), 0);
  const page = await clients.service.get(`staff/intake/${reference}`);
  assert.match(page.plain, /Board matter/);
  assert.equal(looks(), 1);
  await clients.service.get(`staff/intake/${reference}`, { headers: { 'x-kontor-live': '1' } });
  assert.equal(looks(), 1);
  await story.accept(clients.service, reference);
  await story.release(clients.service, reference);
  const ticket = story.ticketOf(reference);
  const seen = looks();
  assert.match((await clients.compliance.get(`staff/tickets/${ticket}`)).plain, /Board matter/);
  assert.equal((await clients.compliance.get(`staff/tickets/${ticket}/history`)).status, 200);
  assert.equal(looks(), seen + 2);
  assert.match(sqlValue(`SELECT GROUP_CONCAT(DISTINCT p.login ORDER BY p.login) FROM access_log a JOIN person p ON p.id = a.person_id WHERE a.kind = 'board' AND a.object = '${reference}'`), /^compliance,service$/);
});

test('mails about it go to who submitted it, and to nobody else of the company', async () => {
  const theirs = () => mails().filter((mail) => mail.raw.toString().includes(reference) && mail.to.some((to) => Object.values(people).some((login) => to.startsWith(login))));
  await until(() => theirs().length > 0, { what: 'a mail to the submitter' });
  assert.deepEqual([...new Set(theirs().flatMap((mail) => mail.to))], [`${people.vera}@example.org`]);
});

test('who submitted gets no mail any more without the role, nor when their access to the company has ended', async () => {
  const { vera } = people;
  const written = (of) => Number(sqlValue(`SELECT COUNT(*) FROM outbox o JOIN request r ON r.id = o.request_id WHERE r.reference = '${of}' AND o.template = 'message-from-staff'`));
  const take = (role) => sql(`DELETE r FROM company_role r JOIN person p ON p.id = r.person_id WHERE p.login = '${vera}' AND r.role = '${role}'`);
  const give = (role) => sql(`INSERT INTO company_role (company_id, person_id, role, given_at) SELECT company_id, id, '${role}', NOW(6) FROM person WHERE login = '${vera}'`);
  // The draft of above, one that everybody sees.
  const usual = sqlValue(`SELECT r.reference FROM request r JOIN person p ON p.company_id = r.company_id WHERE p.login = '${vera}' AND r.state = 'draft'`);
  await story.answer(clients.vera, usual);
  await story.upload(clients.vera, usual);
  await story.submit(clients.vera, usual);
  const ticket = story.ticketOf(reference);
  const sub = story.subTicketOf(ticket, 'compliance');
  await story.take(clients.compliance, ticket, sub);
  const say = (of) => (of === reference ? story.message(clients.compliance, ticket, sub, 'Eine Frage')
    : story.fill(clients.service, `staff/intake/${of}`, '/messages', { message: 'Eine Frage' }));
  await say(usual);
  assert.equal(written(usual), 1);
  await say(reference);
  assert.equal(written(reference), 1);
  take('board');
  await say(reference);
  assert.equal(written(reference), 1, 'a board matter');
  take('applicant');
  await say(usual);
  assert.equal(written(usual), 1, 'no role');
  give('board');
  await say(usual);
  await say(reference);
  assert.deepEqual([written(usual), written(reference)], [2, 2]);
  give('applicant');
  const home = sqlValue(`SELECT company_id FROM person WHERE login = '${vera}'`);
  sql(`UPDATE person SET company_id = ${newCompany().id} WHERE login = '${vera}'`);
  await say(usual);
  assert.equal(written(usual), 2, 'another company');
  sql(`UPDATE person SET company_id = ${home} WHERE login = '${vera}'`);
});

test('who loses the role loses sight of it with the next request', async () => {
  sql(`DELETE r FROM company_role r JOIN person p ON p.id = r.person_id WHERE p.login = '${people.vito}' AND r.role = 'board';
       INSERT INTO company_role (company_id, person_id, role, given_at) SELECT company_id, id, 'readonly', NOW(6) FROM person WHERE login = '${people.vito}'`);
  assert.equal((await clients.vito.get(`requests/${reference}`)).status, 404);
  assert.doesNotMatch((await clients.vito.get('')).text, new RegExp(reference));
});

test('a definition that says anything else about visibility is refused', async () => {
  const { mkdtempSync, cpSync, readFileSync, writeFileSync, rmSync } = await import('node:fs');
  const { tmpdir } = await import('node:os');
  const copy = join(mkdtempSync(join(tmpdir(), 'kontor-board-')), 'board-member');
  cpSync(folder, copy, { recursive: true });
  const file = join(copy, 'process.bpmn');
  writeFileSync(file, readFileSync(file, 'utf8').replace('kontor:visibility" value="board"', 'kontor:visibility" value="public"'));
  await assert.rejects(kontorctl('process', 'check', copy), (error) => /kontor:visibility must be company or board/.test(`${error.stdout}${error.stderr}`));
  rmSync(copy, { recursive: true });
});
