// The HTTP API: every page's view as JSON, errors as problem+json, and the whole story sent as JSON.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test, before } from 'node:test';
import { Client, signedIn } from '../harness/client.mjs';
import { newCompany, newPeople } from '../harness/people.mjs';
import { password, run, sql, sqlValue } from '../harness/stack.mjs';
import * as story from '../harness/story.mjs';

const company = newCompany();
const people = newPeople(company, { anna: 'applicant', rita: 'readonly' });
const ACCEPT = { accept: 'application/json' };
/** A program that speaks JSON for a person who is signed in. */
class Api {
  constructor(client) { this.client = client; }
  async get(path) {
    const answer = await this.client.get(path, { headers: ACCEPT });
    this.token = answer.headers.get('x-kontor-csrf') ?? this.token;
    return answer;
  }
  send(path, body, headers = {}) {
    return this.client.request('POST', path, {
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { ...ACCEPT, 'content-type': 'application/json', 'x-kontor-csrf': this.token, ...headers },
    });
  }
}
let anna;
let service;
let reference;
before(async () => {
  anna = new Api(await signedIn(people.anna));
  service = new Api(await signedIn('service'));
  await anna.get('');
  await service.get('staff/intake');
});

function expectProblem(answer, status) {
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.headers.get('content-type'), /^application\/problem\+json/);
  const problem = answer.json;
  assert.equal(problem.status, status);
  for (const name of ['type', 'title', 'detail']) assert.equal(typeof problem[name], 'string', name);
  assert.ok(answer.headers.get('x-request-id'));
  return problem;
}

test('a request from start to submission as JSON', async () => {
  const choice = (await anna.get('requests/new/change')).json;
  const { request_type, creation_key } = choice.types.find((type) => type.request_type === 'change-of-address');
  const started = await anna.send('requests', { request_type, creation_key });
  assert.equal(started.status, 303, started.text);
  reference = /R-[0-9A-Z-]{9}/.exec(started.location)[0];
  const form = (await anna.get(`requests/${reference}/answers/address`)).json;
  assert.equal(form.fields.find((field) => field.key === 'street').value, company.address.street);
  const saved = await anna.send(`requests/${reference}/answers/address`, { 'kontor-seen': form.seen, ...story.newAddress, street: 'JSON-Straße 😀' });
  assert.equal(saved.status, 303, saved.text);
  const details = (await anna.get(`requests/${reference}/answers/details`)).json;
  assert.equal((await anna.send(`requests/${reference}/answers/details`, { 'kontor-seen': details.seen, effectiveDate: story.day(), remarks: null })).status, 303);
  await story.upload(anna.client, reference);
  const check = (await anna.get(`requests/${reference}/check`)).json;
  const sent = await anna.send(`requests/${reference}/submit`, { seen: check.seen });
  assert.equal(sent.status, 303, sent.text);
  assert.equal(story.stateOf(reference), 'submitted');
  assert.equal(JSON.parse(sqlValue(`SELECT answers FROM request WHERE reference = '${reference}'`)).street, 'JSON-Straße 😀');
  const receipt = (await anna.get(`requests/${reference}/receipt`)).json;
  assert.equal(receipt.reference, reference);
});

test('every GET page of every program answers JSON to who asks for it, HTML to browsers', async () => {
  await story.accept(service.client, reference);
  await story.release(service.client, reference);
  const ticket = story.ticketOf(reference);
  const sub = story.subTicketOf(ticket, 'it');
  const lead = new Api(await signedIn('lead'));
  const paths = execFileSync(join(run, 'usr/bin/kontorctl'), ['--config', join(run, 'etc/kontor/kontor.conf'), 'routes', '--bin', join(run, 'usr/libexec/kontor')], { encoding: 'utf8' })
    .split('\n').map((line) => line.trim().split(/\s+/)).filter(([, method]) => method === 'GET').map(([, , pattern]) => pattern);
  assert.ok(paths.length >= 20, paths.join(' '));
  for (const pattern of paths) {
    // Those of people and rights are asked for in matrix.test.mjs, those of the gate by nginx.
    if (pattern === '/documents/{public_id}' || /^\/(account|-|profile|login\/|logout\/)/.test(pattern)) continue;
    const who = pattern.startsWith('/staff') ? lead : anna;
    const own = pattern.startsWith('/staff/sub-tickets') ? sub : pattern.startsWith('/staff/tickets') ? ticket : reference;
    const path = pattern.replace('{reference}', own).replace('{action}', 'change').replace('{form}', 'address').replace('{slot}', 'proof').slice(1);
    const answer = await who.get(path);
    assert.ok([200, 303, 404, 409].includes(answer.status), `${path}: ${answer.status}`);
    if (answer.status === 303) continue;
    assert.match(answer.headers.get('content-type'), /^application\/(problem\+)?json/, path);
    assert.equal(typeof answer.json, 'object', path);
    assert.ok(!/<(p|a|span|div)\b/.test(answer.text), `${path}: no markup`);
    assert.doesNotMatch(answer.text, /"(csrf|password|token_sha256)"/, path);
    assert.match(answer.headers.get('vary'), /Accept/);
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
    for (const accept of ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', '*/*', 'text/html, application/json', 'image/png', '']) {
      const page = await who.client.get(path, { headers: { accept } });
      assert.match(page.headers.get('content-type'), /^text\/html/, `${path} for ${accept}`);
    }
  }
});

test('times are UTC with a Z, days are days, numbers are numbers, nothing is null by the word', async () => {
  const { json } = await anna.get(`requests/${reference}`);
  assert.match(json.since_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  assert.match(json.effective_date, /^\d{4}-\d\d-\d\d$/);
  assert.equal(typeof json.open_items, 'number');
  assert.equal(json.documents[0].size_bytes, story.pdf(reference).length);
  assert.equal(json.messages.length, 0);
  assert.doesNotMatch((await anna.get('company')).text, /"(null|undefined|NULL)"/);
});

test('errors are problems with a stable type, in the reader\'s language', async () => {
  const nobody = new Api(new Client());
  expectProblem(await nobody.get('company'), 401);
  expectProblem(await nobody.get('no/such/page'), 404);
  expectProblem(await anna.get('requests/R-0000-0000'), 404);
  expectProblem(await anna.get('staff/queue'), 403);
  expectProblem(await service.get('staff/queue?view=nonsense'), 400);
  expectProblem(await service.get('staff/queue?after=x'), 400);
  const wrong = await anna.client.request('PUT', 'company', { body: '', headers: ACCEPT });
  expectProblem(wrong, 405);
  assert.equal(wrong.headers.get('allow'), 'GET, HEAD');
  expectProblem(await anna.send(`requests/${reference}/messages`, { body: 'x', form_key: '0'.repeat(32) }, { 'x-kontor-csrf': 'wrong' }), 403);
  expectProblem(await anna.send(`requests/${reference}/messages`, { body: 'x' }, { origin: 'https://evil.example' }), 403);
  const german = await signedIn(people.rita, { language: 'de' });
  const problem = expectProblem(await german.get('requests/new/change', { headers: ACCEPT }), 403);
  assert.match(problem.title, /nicht berechtigt/);
  assert.equal((await german.get('company', { headers: ACCEPT })).headers.get('x-kontor-csrf').length, 43);
});

test('signing in and out without a browser; refusals have a type of their own', async () => {
  const api = new Api(new Client());
  const form = await api.get('login');
  assert.equal(form.status, 200);
  assert.match(api.token, /^[\w-]{43}$/);
  const wrong = expectProblem(await api.send('login', { login: people.rita, password: 'wrong' }), 422);
  assert.equal(wrong.type, 'urn:kontor:problem:input');
  for (let i = 0; i < 6; i++) await api.send('login', { login: people.rita, password: `wrong ${i}` });
  const limited = await api.send('login', { login: people.rita, password });
  assert.equal(expectProblem(limited, 429).type, 'urn:kontor:problem:limited');
  assert.ok(Number(limited.headers.get('retry-after')) > 0);
  const inside = await api.send('login', { login: people.anna, password });
  assert.equal(inside.status, 303);
  assert.equal((await api.get('company')).status, 200);
  assert.equal((await api.send('logout', {})).status, 303);
  expectProblem(await api.get('company'), 401);
  sql('DELETE FROM login_throttle');
});

test('wrong fields: 422 and a list of them, each with its name and a sentence', async () => {
  const { otto } = newPeople(newCompany(), { otto: 'applicant' });
  const api = new Api(await signedIn(otto));
  await api.get('');
  const draft = await story.begin(api.client);
  const form = (await api.get(`requests/${draft}/answers/address`)).json;
  const answer = await api.send(`requests/${draft}/answers/address`, { 'kontor-seen': form.seen, street: '', postalCode: '!', city: 'x'.repeat(101), country: 'XX' });
  const problem = expectProblem(answer, 422);
  assert.deepEqual(problem.errors.map(({ name }) => name).sort(), ['city', 'country', 'postalCode', 'street']);
  for (const error of problem.errors) assert.ok(error.detail.length > 10, JSON.stringify(error));
  const empty = await anna.send(`requests/${reference}/messages`, { body: '' });
  assert.deepEqual(expectProblem(empty, 422).errors.map(({ name }) => name), ['body', 'form_key']);
  const sent = await api.send(`requests/${draft}/submit`, { seen: 'x' });
  const incomplete = expectProblem(sent, 422);
  assert.ok(incomplete.errors.length > 0);
  const decline = await service.send(`staff/intake/${reference}/decline`, { reason: '' });
  assert.deepEqual(expectProblem(decline, 422).errors.map(({ name }) => name), ['reason']);
});

test('bodies: what is no flat JSON object is refused; values of all kinds are read', async () => {
  const before = sqlValue(`SELECT COUNT(*) FROM message`);
  const path = `requests/${reference}/messages`;
  const bad = ['', '{', '[]', '"text"', 'null', '1', '{"body":{"a":1}}', '{"body":["x"]}', '{"body":"x"}}', '{"body":"x",}', "{'body':'x'}", '{"body":"a\\u0000b"}', '{"body":"\\ud800"}', `{"body":"${'['.repeat(10)}`, '['.repeat(60_000),
    `{"a":`.repeat(10_000), '{"":"x"}', `{"${'n'.repeat(200)}":"x"}`, '{"body":1e999}', '\ufeff{"body":"x"}', 'body=x', `{${Array.from({ length: 600 }, (_, i) => `"f${i}":1`).join(',')}}`];
  for (const body of bad) {
    const answer = await anna.send(path, body);
    assert.ok([400, 422].includes(answer.status), `${body.slice(0, 40)}: ${answer.status}`);
    expectProblem(answer, answer.status);
  }
  expectProblem(await anna.send(path, Buffer.from('{"body":"\xff"}', 'latin1').toString('latin1'), { 'content-type': 'application/xml' }), 400);
  assert.equal(sqlValue(`SELECT COUNT(*) FROM message`), before);
  const key = (await anna.client.get(`requests/${reference}`)).form('/messages').fields.form_key;
  expectProblem(await anna.send(path, `{"body":"first","body":"second","form_key":"${key}"}`), 400);
  assert.equal((await anna.send(path, `{"body":"once","form_key":"${key}","__proto__":"x","constructor":true,"more":12.5}`)).status, 303);
  const stored = sql(`SELECT body FROM message m JOIN request r ON r.id = m.request_id WHERE r.reference = '${reference}'`);
  assert.deepEqual(stored, [{ body: 'once' }]);
  assert.equal((await anna.get('')).status, 200);
});
