// Before a delicate act: the same person once more, with the same account, and nobody else.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, test } from 'node:test';
import { Client, signedIn } from '../harness/client.mjs';
import { customerDn, directoryChange } from '../harness/directory.mjs';
import { newCompany, newPeople, quote } from '../harness/people.mjs';
import { hold, password, port, prefix, release, sql, sqlValue, until } from '../harness/stack.mjs';
import { code, offered, wrongCode } from './second-factor.mjs';

const SESSION = `__Host-kontor-${port}`;
const DELICATE = 'profile/second-factor/setup';
const company = newCompany();
const people = newPeople(company, { anna: 'applicant', ben: 'applicant', cora: 'applicant', dora: 'applicant', emil: 'applicant' });
const sha = (token) => `x'${createHash('sha256').update(token).digest('hex')}'`;
const forget = () => sql('DELETE FROM login_throttle');
after(forget);
const age = (client, minutes = 11) =>
  sql(`UPDATE session SET confirmed_at = UTC_TIMESTAMP(6) - INTERVAL ${minutes} MINUTE WHERE token_sha256 = ${sha(client.cookie(SESSION))}`);
/** The page that asks, on the way to a delicate one. */
async function asked(client, path = DELICATE) {
  const page = await client.follow(await client.get(path));
  assert.match(page.h1, /Please confirm who you are/);
  return page;
}
const prove = (client, page, fields) => client.submit(page, fields, 'login/step-up');
const eventsOf = (login, action) => Number(sqlValue(`SELECT COUNT(*) FROM audit_event WHERE action = ${quote(action)} AND person_id = (SELECT id FROM person WHERE login = ${quote(login)})`));

test('a fresh sign-in needs none; after ten minutes the way leads through it and back, with a new token', async () => {
  const client = await signedIn(people.anna);
  assert.equal((await client.get(DELICATE)).status, 200);
  age(client, 9);
  assert.equal((await client.get(DELICATE)).status, 200);
  age(client);
  const answer = await client.get(DELICATE);
  assert.equal(answer.status, 303);
  assert.match(answer.location, new RegExp(`login/step-up\\?return_to=${encodeURIComponent(`/${DELICATE}`)}$`));
  assert.equal((await client.get('company')).status, 200, 'other pages need none');
  const json = await client.get(DELICATE, { headers: { accept: 'application/json' } });
  assert.equal(json.status, 401);
  assert.equal(json.json.type, 'urn:kontor:problem:step-up');
  const before = client.cookie(SESSION);
  const page = await asked(client);
  assert.match(page.plain, new RegExp(`Petra ${people.anna}`));
  const done = await prove(client, page, { password });
  assert.equal(done.status, 303);
  assert.match(done.location, new RegExp(`/${DELICATE}$`));
  assert.equal((await client.follow(done)).status, 200);
  assert.notEqual(client.cookie(SESSION), before);
  const old = new Client();
  old.setCookie(SESSION, before);
  assert.equal((await old.get('company')).status, 303, 'the old token is dead');
  assert.equal(eventsOf(people.anna, 'session.confirmed'), 1);
  // Still one and the same session.
  assert.equal(sqlValue(`SELECT COUNT(*) FROM session WHERE person_id = (SELECT id FROM person WHERE login = ${quote(people.anna)}) AND ended_at IS NULL`), '1');
});

test('a form that was sent is kept meanwhile, for this person', async () => {
  const client = await signedIn(people.ben);
  const csrf = (await client.get('profile')).form('/profile').fields.csrf;
  age(client);
  const sent = await client.post('profile/second-factor/setup', { csrf, code: '123456' });
  assert.equal(sent.status, 303);
  const page = await client.follow(sent);
  assert.match(page.h1, /Please confirm who you are/);
  assert.match(page.plain, /Your entries are kept/);
  const kept = await client.follow(await prove(client, page, { password }));
  assert.match(kept.h1, /Your entries were kept/);
  assert.match(kept.plain, /You have confirmed who you are/);
  assert.equal(kept.form('second-factor/setup').fields.code, '123456');
  const again = await client.submit(kept, {}, 'second-factor/setup');
  assert.equal(again.status, 422, 'the form arrives, with a code that is none');
  assert.match(again.plain, /The code is not correct/);
  // Without the form's token nothing is kept.
  age(client);
  const before = Number(sqlValue('SELECT COUNT(*) FROM parked_post'));
  await client.post('profile/second-factor/setup', { csrf: 'x', code: '1' });
  await client.post('profile/second-factor/setup', { csrf, code: '1' }, { headers: { origin: 'https://evil.example' } });
  assert.equal(Number(sqlValue('SELECT COUNT(*) FROM parked_post')), before);
});

test('a wrong password confirms nothing, is counted, and is asked for again', async () => {
  forget();
  const client = await signedIn(people.cora);
  age(client);
  let page = await asked(client);
  for (const word of ['', 'wrong', 'x'.repeat(10_000), '\u00fc\ud83d\ude00', '*', `${password} `]) {
    page = await prove(client, page, { password: word });
    assert.equal(page.status, 422, JSON.stringify(word.slice(0, 20)));
    assert.match(page.plain, word === '' ? /Enter your password/ : word.length > 1000 ? /at most 1000 characters/ : /The password is not correct/);
    forget();
  }
  assert.equal(eventsOf(people.cora, 'session.not_confirmed'), 4);
  assert.equal((await client.get(DELICATE)).status, 303);
  let answer;
  for (let i = 0; i < 8; i++) {
    answer = await prove(client, page, { password: `guess ${i}` });
    if (answer.status === 429) break;
  }
  assert.equal(answer.status, 429);
  assert.ok(Number(answer.headers.get('retry-after')) > 0);
  assert.match(answer.plain, /Please wait \d+ seconds?/);
  assert.equal((await client.get('company')).status, 200, 'the session itself goes on');
  forget();
  assert.equal((await prove(client, page, { password })).status, 303);
});

test('it is the same person, or nobody: another one is never signed in by it', async () => {
  const client = await signedIn(people.dora);
  const person = sqlValue(`SELECT person_id FROM session WHERE token_sha256 = ${sha(client.cookie(SESSION))}`);
  // The form names nobody: what else is sent along changes nothing.
  age(client);
  const page = await asked(client);
  const answer = await prove(client, page, { password: 'wrong', login: people.anna, username: people.anna, person_id: '1' });
  assert.equal(answer.status, 422);
  // The login now belongs to somebody else in the directory: their password proves nothing here.
  sql(`UPDATE identity SET subject = CONCAT('before-', id) WHERE person_id = ${person}`);
  const other = await prove(client, page, { password });
  assert.equal(other.status, 422);
  assert.match(other.plain, /the password of somebody else's account/);
  assert.equal(sqlValue(`SELECT person_id FROM session WHERE token_sha256 = ${sha(client.cookie(SESSION))}`), person);
  assert.equal((await client.get(DELICATE)).status, 303);
  forget();
});

test('with a second factor the code belongs to it', async () => {
  const client = await signedIn(people.emil);
  const setup = await client.get(DELICATE);
  const { secret } = offered(setup);
  const codes = await client.submit(setup, { code: code(secret) }, 'second-factor/setup');
  assert.equal(codes.status, 200);
  age(client);
  const page = await asked(client);
  assert.match(page.plain, /Code from your authenticator app/);
  const missing = await prove(client, page, { password });
  assert.equal(missing.status, 422);
  assert.match(missing.plain, /Enter the code/);
  const wrong = await prove(client, page, { password, code: wrongCode(secret) });
  assert.equal(wrong.status, 422);
  assert.match(wrong.plain, /The code is not correct/);
  assert.equal((await prove(client, page, { password: 'wrong', code: code(secret, 1) })).status, 422, 'a code without the password is nothing');
  const done = await prove(client, page, { password, code: code(secret, 1) });
  assert.equal(done.status, 303);
  assert.equal((await client.follow(done)).status, 200);
  assert.equal(sqlValue(`SELECT second_factor FROM session WHERE token_sha256 = ${sha(client.cookie(SESSION))}`), '1');
  forget();
});

test('nobody signed in, a session that ended meanwhile, foreign addresses', async () => {
  assert.match((await new Client().get('login/step-up')).location, /login\?return_to/);
  assert.equal((await new Client().post('login/step-up', { password })).status, 303);
  const client = await signedIn(people.anna);
  age(client);
  const page = await asked(client);
  sql(`UPDATE session SET ended_at = UTC_TIMESTAMP(6), end_reason = 'ended-by-staff' WHERE token_sha256 = ${sha(client.cookie(SESSION))}`);
  const answer = await prove(client, page, { password });
  assert.equal(answer.status, 303);
  assert.match((await client.follow(answer)).plain, /ended by our staff/);
  const other = await signedIn(people.anna);
  for (const target of ['//evil.example', 'https://evil.example/', '/\\evil.example', '/login']) {
    age(other);
    const form = await other.get(`login/step-up?return_to=${encodeURIComponent(target)}`);
    const done = await other.submit(form, { password, return_to: target }, 'login/step-up');
    assert.equal(done.location, prefix, target);
  }
});

test('the directory is away: said so, and the session goes on', async () => {
  const client = await signedIn(people.anna);
  age(client);
  const page = await asked(client);
  await hold('slapd');
  try {
    const answer = await prove(client, page, { password });
    assert.equal(answer.status, 503);
    assert.match(answer.plain, /This says nothing about your password/);
    assert.equal((await client.get('company')).status, 200);
  } finally {
    await release('slapd');
    sql('DELETE FROM circuit_breaker');
  }
  await until(async () => (await prove(client, page, { password })).status === 303, { seconds: 20, what: 'the directory is back' });
});

test('a password that is over proves who it is, and does not do for this', async () => {
  const { gesa } = newPeople(company, { gesa: 'applicant' });
  const client = await signedIn(gesa);
  age(client);
  const page = await asked(client);
  directoryChange(customerDn(gesa), 'add: pwdReset', 'pwdReset: TRUE');
  const answer = await prove(client, page, { password });
  assert.equal(answer.status, 422);
  assert.match(answer.plain, /Your password is right, but it has expired/);
  assert.equal((await client.get(DELICATE)).status, 303);
});
