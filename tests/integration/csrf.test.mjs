// No other site and no stale form can act for a person; opening a page changes nothing.
import assert from 'node:assert/strict';
import { test, before } from 'node:test';
import { Client, signedIn } from '../harness/client.mjs';
import { newCompany, newPeople } from '../harness/people.mjs';
import { raw, cookieHeader } from '../harness/raw.mjs';
import { kontorctl, origin, port, prefix, run, sql, sqlValue } from '../harness/stack.mjs';
import * as story from '../harness/story.mjs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const company = newCompany();
const people = newPeople(company, { anna: 'applicant', sven: 'signatory', carla: 'coordinator' });
let anna;
let carla;
let admin;
let service;
let reference;
let waiting;
before(async () => {
  anna = await signedIn(people.anna);
  service = await signedIn('service');
  carla = await signedIn(people.carla);
  admin = await signedIn('admin');
  reference = await story.completeDraft(anna);
  const other = newCompany();
  const { otto } = newPeople(other, { otto: 'applicant' });
  waiting = await story.submitted(await signedIn(otto));
});
const state = () => sqlValue(`SELECT CONCAT(state, ' ', version) FROM request WHERE reference = '${reference}'`);

/** The POST routes of a program, as the program itself says. */
const routes = (program) =>
  execFileSync(join(run, `usr/libexec/kontor/kontor-${program}`), ['--routes'], { encoding: 'utf8' })
    .split('\n').map((line) => line.trim().split(/\s+/)).filter(([, method, , , level]) => method === 'POST' && level === 'csrf').map(([, , pattern]) => pattern);
const concrete = (pattern) => pattern.replace('{reference}', pattern.startsWith('/staff') ? waiting : reference)
  .replace('{form}', 'address').replace('{slot}', 'proof').replace(/\{\w+\}/g, '1').replace(/^\//, '');

test('every POST route of every program refuses a missing, a wrong and another session\'s token', async () => {
  const sven = await signedIn(people.sven);
  const foreign = (await sven.get('')).forms[0].fields.csrf;
  const before = state();
  let count = 0;
  for (const program of ['login', 'requests', 'uploads', 'dashboard', 'account']) {
    for (const pattern of routes(program)) {
      if (pattern === '/login') continue;
      count++;
      const who = program === 'dashboard' ? service : program === 'account' ? (pattern.includes('{company}') || pattern.includes('persons') || pattern.includes('support') ? admin : carla) : anna;
      for (const csrf of [undefined, '', 'x', 'A'.repeat(43), foreign]) {
        let answer;
        if (pattern === '/documents/{reference}/{slot}') {
          const body = new FormData();
          if (csrf !== undefined) body.append('csrf', csrf);
          body.append('file', new Blob([story.pdf('x')]), 'x.pdf');
          answer = await who.request('POST', concrete(pattern), { body });
        } else answer = await who.post(concrete(pattern), csrf === undefined ? { a: 'b' } : { csrf, version: '1' });
        assert.equal(answer.status, 403, `${pattern} with ${csrf}`);
      }
    }
  }
  assert.ok(count >= 18, `${count} routes`);
  assert.equal(state(), before);
  assert.equal((await anna.get('')).status, 200, 'still signed in');
});

test('sign-in needs its own token, bound to this browser', async () => {
  const [one, two] = [new Client(), new Client()];
  const page = await one.get('login');
  await two.get('login');
  const fields = { ...page.form(`${prefix}login`).fields, login: people.anna, password: 'x' };
  assert.equal((await two.post('login', fields)).status, 403, 'the token of another browser');
  assert.equal((await one.post('login', { ...fields, csrf: '' })).status, 403);
  assert.equal((await one.post('login', fields)).status, 422);
});

test('what another site sends is refused, with the right token too', async () => {
  const form = (await anna.get(`requests/${reference}/check`)).form('/submit');
  const before = state();
  const strange = [
    { origin: 'https://evil.example' }, { origin: 'null' }, { origin: `http://localhost:${port + 1}` }, { origin: `https://localhost:${port}` },
    { origin: `http://localhost:${port}.evil.example` }, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { 'sec-fetch-site': 'none' },
  ];
  for (const headers of strange) {
    const sent = await raw('POST', form.action, {
      headers: { Origin: origin, ...(headers.origin ? { Origin: headers.origin } : { 'Sec-Fetch-Site': headers['sec-fetch-site'] }), Cookie: cookieHeader(anna), 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form.fields).toString(),
    });
    assert.equal(sent.status, 403, JSON.stringify(headers));
  }
  assert.equal(state(), before);
  const refused = await anna.post(form.action, form.fields, { headers: { origin: 'https://evil.example', accept: 'application/json' } });
  assert.equal(refused.status, 403);
  assert.match(refused.headers.get('content-type'), /problem\+json/);
});

test('a form as a cross-site page can send it (text/plain, no body, JSON) does nothing', async () => {
  const form = (await anna.get(`requests/${reference}/check`)).form('/submit');
  const before = state();
  const body = new URLSearchParams(form.fields).toString();
  for (const type of ['text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded; charset=utf-16']) {
    const sent = await anna.request('POST', form.action, { body: type.includes('utf-16') ? Buffer.from(body, 'utf16le') : body, headers: { 'content-type': type } });
    assert.ok([400, 403, 415, 422].includes(sent.status), `${type}: ${sent.status}`);
  }
  assert.equal((await anna.request('POST', form.action)).status, 403);
  assert.equal(state(), before);
});

test('opening any page, also with a form\'s fields in the address, changes no row', async () => {
  await anna.get('');
  const tables = sql("SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'kontor' AND table_type = 'BASE TABLE'")
    .map(({ name }) => name).filter((name) => !['session', 'audit_event', 'audit_seal', 'message_read', 'access_log', 'directory_sync'].includes(name));
  const sums = () => JSON.stringify(sql(`CHECKSUM TABLE ${tables.join(', ')}`));
  await story.quiet();
  const before = sums();
  const csrf = (await anna.get('')).forms[0].fields.csrf;
  for (const path of ['', 'company', `requests/${reference}`, `requests/${reference}/check`, `requests/${reference}/answers/address`, `requests/${reference}/documents/proof`,
    `requests/${reference}/discard`, `requests/${reference}/submit`, `documents/${reference}/proof/remove`, 'requests/new/change', 'requests', 'logout']) {
    await anna.get(`${path}?csrf=${csrf}&street=x&decision=accept&_method=POST`);
    await anna.request('HEAD', path);
  }
  const mine = (await service.get('staff/tickets')).forms[0].fields.csrf;
  for (const path of ['staff', 'staff/intake', `staff/intake/${waiting}`, `staff/intake/${waiting}/slots/proof`, `staff/intake/${waiting}/release`, `staff/intake/${waiting}/decline`, 'staff/queue', 'staff/tickets']) {
    await service.get(`${path}?csrf=${mine}&decision=accept&version=2`);
    await service.request('HEAD', path);
  }
  assert.equal(sums(), before);
  assert.equal((await anna.get('company')).status, 200, 'GET /logout ends nothing');
  await kontorctl('verify');
});

test('HEAD answers as GET without a body', async () => {
  for (const path of ['', 'company', `requests/${reference}`, 'login', 'no/such/page']) {
    const [head, get] = [await anna.request('HEAD', path), await anna.get(path)];
    assert.equal(head.status, get.status, path);
    assert.equal(head.bytes.length, 0);
  }
});
