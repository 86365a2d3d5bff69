// Signing in and out, and what holds in between.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Client, signedIn } from '../harness/client.mjs';
import { attributes } from '../harness/html.mjs';
import { newCompany, newPeople, quote } from '../harness/people.mjs';
import { addConfiguration, restartLogin } from '../harness/provider.mjs';
import { raw } from '../harness/raw.mjs';
import { log, password, port, prefix, run, sql, sqlValue } from '../harness/stack.mjs';
import * as story from '../harness/story.mjs';

const SESSION = `__Host-kontor-${port}`;
const WRONG = /Login name or password is not correct/;
const company = newCompany();
const people = newPeople(company, { anna: 'applicant', sven: 'signatory', rita: 'readonly', ole: null });
const sha = (token) => `x'${createHash('sha256').update(token).digest('hex')}'`;
const forget = () => sql('DELETE FROM login_throttle');
after(forget);

/** The answer to the sign-in form itself. */
async function trySignIn(login, word, client = new Client()) {
  const page = await client.get('login');
  return client.submit(page, { login, password: word }, `${prefix}login`);
}
const sessionsOf = (login) => Number(sqlValue(`SELECT COUNT(*) FROM session s JOIN person p ON p.id = s.person_id WHERE p.login = ${quote(login)} AND s.ended_at IS NULL`) ?? 0);

test('a wrong password and an unknown user get one and the same answer', async () => {
  forget();
  const normal = (answer, login) => answer.text.replaceAll(login, 'LOGIN').replace(/name="csrf" value="[^"]*"/g, '');
  const wrong = await trySignIn(people.anna, 'not the password');
  const unknown = await trySignIn('nobody-of-this-name', 'not the password');
  assert.equal(wrong.status, unknown.status);
  assert.equal(wrong.status, 422);
  assert.match(wrong.plain, WRONG);
  assert.equal(normal(wrong, people.anna), normal(unknown, 'nobody-of-this-name'));
  assert.deepEqual([...wrong.headers.keys()].sort(), [...unknown.headers.keys()].sort());
  assert.ok(!wrong.text.includes('not the password'), 'the password is not shown again');
  // LDAP specials are no other user, and no empty password is a bind without one.
  for (const login of ['*', `${people.anna})(uid=*`, `${people.anna}\\`, 'uid=anna,ou=people']) {
    const answer = await trySignIn(login, password);
    assert.equal(answer.status, 422, login);
  }
  assert.equal((await trySignIn(people.anna, '')).status, 422);
  assert.equal(sessionsOf(people.anna), 0);
});

test('who may not come in is told why, after the right password only; it is logged and makes no session', async () => {
  forget();
  const states = { suspended: /membership of your company is suspended/, candidate: /has not been admitted yet/ };
  const cases = [
    ['former', 'company-ended', /The membership of your company has ended/],
    ['unlinked', 'no-company', /not linked to a member company/],
    [people.ole, 'no-role', /You have no role in your company yet/],
  ];
  for (const [state, text] of Object.entries(states)) {
    const { paul } = newPeople(newCompany({ state }), { paul: 'applicant' });
    cases.push([paul, `company-${state}`, text]);
  }
  // What the directory says need not be one of our references.
  for (const o of ['M-9999', 'Müller & Söhne GmbH', '東京', "M-1001' OR '1'='1", 'm-1001']) cases.push([newPeople({ id: null, reference: o }, { eva: null }).eva, 'no-company', /not linked to a member company/]);
  for (const [login, reason, text] of cases) {
    const client = new Client();
    const answer = await trySignIn(login, password, client);
    assert.equal(answer.status, 403, login);
    assert.match(answer.plain, text, login);
    assert.equal(client.cookie(SESSION), undefined, login);
    assert.match(log('login'), new RegExp(`"sign_on_refused","text":"${reason}"`));
    const wrong = await trySignIn(login, 'not the password');
    assert.equal(wrong.status, 422, login);
    assert.match(wrong.plain, WRONG, login);
  }
});

test('where to become a member is told to people of no member company, once an operator has a page for it', async () => {
  forget();
  const { paul } = newPeople(newCompany({ state: 'candidate' }), { paul: 'applicant' });
  const link = /href="https:\/\/exchange\.example\/admission\?from=kontor&amp;x=1">Become a member of the exchange</;
  assert.doesNotMatch((await trySignIn('unlinked', password)).text, /Become a member/);
  const remove = addConfiguration('admission', '[site]\nadmission_url = https://exchange.example/admission?from=kontor&x=1\n');
  try {
    await restartLogin();
    assert.match((await trySignIn('unlinked', password)).text, link);
    assert.match((await trySignIn(paul, password)).text, link);
    assert.doesNotMatch((await trySignIn('former', password)).text, /Become a member/);
    assert.doesNotMatch((await trySignIn(people.ole, password)).text, /Become a member/);
    for (const bad of ['javascript:alert(1)', 'http://exchange.example/', '//exchange.example/', 'admission']) {
      addConfiguration('admission', `[site]\nadmission_url = ${bad}\n`);
      const check = spawnSync(join(run, 'usr/libexec/kontor/kontor-login'), ['--config', join(run, 'etc/kontor/kontor.conf'), '--check-config'], { encoding: 'utf8' });
      assert.notEqual(check.status, 0, bad);
      assert.match(check.stderr, /admission_url.*neither a path nor an https address/, bad);
    }
  } finally {
    remove();
    await restartLogin();
  }
});

test('too many tries: 429 with the wait for that login, for nobody else', async () => {
  forget();
  const victim = people.rita;
  let answer;
  for (let i = 0; i < 12; i++) {
    answer = await trySignIn(victim, `guess ${i}`);
    if (answer.status === 429) break;
  }
  assert.equal(answer.status, 429);
  const wait = Number(answer.headers.get('retry-after'));
  assert.ok(wait > 0 && wait <= 60, `wait ${wait}`);
  assert.match(answer.plain, /Please wait \d+ seconds?/);
  const right = await trySignIn(victim, password);
  assert.equal(right.status, 429, 'the right password does not help either: nothing can be learnt');
  for (const spelling of [victim.toUpperCase(), ` ${victim} `, `${victim.slice(0, 2)}\u00ad${victim.slice(2)}`, `${victim}\u00a0`, `\uff52${victim.slice(1)}`]) {
    assert.equal((await trySignIn(spelling, 'guess')).status, 429, `another spelling of the same name: ${JSON.stringify(spelling)}`);
  }
  assert.equal((await trySignIn(people.sven, password)).status, 303, 'another person of the same network');
  // The wait passes.
  sql("UPDATE login_throttle SET blocked_until = NOW(6) - INTERVAL 1 SECOND, last_at = last_at - INTERVAL 2 MINUTE");
  assert.equal((await trySignIn(victim, password)).status, 303);
  assert.equal((await trySignIn(victim, 'guess')).status, 422, 'success has cleared the count');
});

test('too many tries from one network close that network, not another', async () => {
  forget();
  const bad = '127.0.0.77';
  const at = async (localAddress, login, word) => {
    const page = await raw('GET', `${prefix}login`, { localAddress });
    const cookie = page.headers['set-cookie'].map((line) => line.split(';')[0]).join('; ');
    const csrf = attributes(/<input[^>]*name="csrf"[^>]*>/.exec(page.text)[0]).value;
    const body = new URLSearchParams({ csrf, login, password: word }).toString();
    return raw('POST', `${prefix}login`, { localAddress, body, headers: { Cookie: cookie, 'Content-Type': 'application/x-www-form-urlencoded' } });
  };
  assert.equal((await at(bad, 'nobody-at-all', 'x')).status, 422);
  // 98 more of the same, without the time they take.
  const bucket = sha(`network:${bad}`);
  assert.equal(sqlValue(`SELECT failures FROM login_throttle WHERE bucket_sha256 = ${bucket}`), '1');
  sql(`UPDATE login_throttle SET failures = 99 WHERE bucket_sha256 = ${bucket}`);
  let last;
  for (let i = 0; i < 4; i++) last = await at(bad, `nobody-${i}`, 'x');
  assert.equal(last.status, 429);
  assert.equal((await at(bad, people.sven, password)).status, 429);
  assert.equal((await at('127.0.0.78', people.sven, password)).status, 303, 'another network');
  // What a client says about its address counts for nothing.
  const page = await raw('GET', `${prefix}login`, { localAddress: bad });
  const csrf = attributes(/<input[^>]*name="csrf"[^>]*>/.exec(page.text)[0]).value;
  const claims = { 'X-Forwarded-For': '10.0.0.9', 'X-Real-IP': '10.0.0.9', Forwarded: 'for=10.0.0.9', 'Client-IP': '10.0.0.9', 'REMOTE-ADDR': '10.0.0.9' };
  const body = new URLSearchParams({ csrf, login: people.sven, password }).toString();
  const lie = await raw('POST', `${prefix}login`, {
    localAddress: bad, body,
    headers: { ...claims, Cookie: page.headers['set-cookie'].map((line) => line.split(';')[0]).join('; '), 'Content-Type': 'application/x-www-form-urlencoded' },
  });
  assert.equal(lie.status, 429);
  forget();
});

test('the session cookie: random, for this host alone, not for scripts; its hash alone is stored', async () => {
  const client = new Client();
  const answer = await trySignIn(people.anna, password, client);
  const line = answer.headers.getSetCookie().find((cookie) => cookie.startsWith(`${SESSION}=`));
  assert.match(line, /; Path=\/(;|$)/);
  for (const flag of [/; Secure/, /; HttpOnly/, /; SameSite=(Lax|Strict)/]) assert.match(line, flag);
  assert.doesNotMatch(line, /Domain=/i);
  assert.doesNotMatch(line, /Max-Age|Expires/i, 'it ends with the browser');
  const token = client.cookie(SESSION);
  assert.match(token, /^[\w-]{43}$/);
  assert.equal(sqlValue(`SELECT COUNT(*) FROM session WHERE token_sha256 = ${sha(token)}`), '1');
  for (const other of answer.headers.getSetCookie()) {
    assert.match(other, /; Secure/);
    if (!other.startsWith('kontor-lang')) assert.match(other, /; HttpOnly/);
  }
  // The token is in no address, no page and no other header.
  assert.ok(!answer.location.includes(token));
  for (const path of ['', 'company', 'requests/new/change']) {
    for (const accept of ['text/html', 'application/json']) {
      const page = await client.get(path, { headers: { accept } });
      assert.ok(!page.text.includes(token), path);
      assert.ok(![...page.headers.values()].join().includes(token), path);
    }
  }
});

test('a session that was planted before sign-in is worth nothing after it', async () => {
  // A token that nobody made.
  const planted = randomBytes(32).toString('base64url');
  const victim = new Client();
  victim.setCookie(SESSION, planted);
  await victim.login(people.anna);
  assert.notEqual(victim.cookie(SESSION), planted);
  const attacker = new Client();
  attacker.setCookie(SESSION, planted);
  assert.equal((await attacker.get('')).status, 303);
  // The attacker's own live session in the victim's browser: it ends, and is not the victim's.
  const own = await signedIn(people.sven);
  const token = own.cookie(SESSION);
  const browser = new Client();
  browser.setCookie(SESSION, token);
  await browser.login(people.anna);
  assert.notEqual(browser.cookie(SESSION), token);
  assert.match((await browser.get('')).plain, new RegExp(people.anna));
  assert.equal((await own.get('')).status, 303, 'the planted session is over');
  // The token of the form changes with the sign-in too.
  const page = await new Client().get('login');
  const before = page.form(`${prefix}login`).fields.csrf;
  const answer = await browser.post('logout', { csrf: before });
  assert.equal(answer.status, 403);
});

test('signing out ends the session at once, everywhere; somebody else in the same browser sees nothing of it', async () => {
  const client = await signedIn(people.anna);
  const token = client.cookie(SESSION);
  const reference = await story.begin(client);
  const page = await client.get('logout');
  assert.equal(page.status, 200);
  assert.equal((await client.get('company')).status, 200, 'opening the page alone ends nothing');
  const answer = await client.post('logout', page.forms.find(({ action }) => action.endsWith('/logout')).fields);
  assert.equal(answer.status, 303);
  assert.equal(client.cookie(SESSION), undefined);
  const old = new Client();
  old.setCookie(SESSION, token);
  for (const path of ['', 'company', `requests/${reference}`]) assert.equal((await old.get(path)).status, 303, path);
  const next = await client.login('other');
  assert.ok(!next.text.includes(reference) && !next.text.includes(people.anna));
});

test('a session ends when it was idle too long, and for good after its longest time', async () => {
  const client = await signedIn(people.anna);
  const row = sha(client.cookie(SESSION));
  const shift = (assignment) => sql(`UPDATE session SET ${assignment} WHERE token_sha256 = ${row}`);
  assert.equal((await client.get('company')).status, 200);
  shift('last_seen_at = UTC_TIMESTAMP(6) - INTERVAL 29 MINUTE');
  assert.equal((await client.get('company')).status, 200);
  assert.ok(sqlValue(`SELECT last_seen_at > UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE FROM session WHERE token_sha256 = ${row}`) === '1', 'being there counts');
  shift('last_seen_at = UTC_TIMESTAMP(6) - INTERVAL 29 MINUTE');
  assert.equal((await client.get('', { headers: { 'x-kontor-live': '1' } })).status, 200);
  assert.ok(sqlValue(`SELECT last_seen_at < UTC_TIMESTAMP(6) - INTERVAL 28 MINUTE FROM session WHERE token_sha256 = ${row}`) === '1', 'a page that polls is nobody');
  shift('last_seen_at = UTC_TIMESTAMP(6) - INTERVAL 31 MINUTE');
  assert.equal((await client.get('company')).status, 303);
  shift('last_seen_at = UTC_TIMESTAMP(6)');
  assert.equal((await client.get('company')).status, 200);
  const hours = sqlValue(`SELECT TIMESTAMPDIFF(MINUTE, created_at, expires_at) FROM session WHERE token_sha256 = ${row}`);
  assert.equal(hours, '720');
  shift('expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND');
  assert.equal((await client.get('company')).status, 303);
});

test('what only the script has fetched nobody has read', async () => {
  const client = await signedIn(newPeople(newCompany(), { maja: 'applicant' }).maja);
  const reference = await story.submitted(client);
  const service = await signedIn('service');
  await story.fill(service, `staff/intake/${reference}`, `${reference}/messages`, { message: 'Please call us.' });
  const path = `requests/${reference}`;
  for (let i = 0; i < 2; i++) assert.match((await client.get(path, { headers: { 'x-kontor-live': '1' } })).plain, /1 new message/);
  assert.match((await client.get(path)).plain, /1 new message/);
  assert.doesNotMatch((await client.get(path)).plain, /1 new message/);
});

test('what a client says about itself changes nothing', async () => {
  const claims = {
    'REMOTE_USER': people.anna, 'Remote-User': people.anna, 'X-Remote-User': people.anna, 'X-Forwarded-User': people.anna, 'X-User': people.anna,
    'X-Kontor-User': people.anna, 'X-Auth-Request-User': people.anna, 'X-Original-URL': '/company', 'X-Rewrite-URL': '/company',
    'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'http', 'X-HTTP-Method-Override': 'POST', 'Proxy': 'http://evil.example', 'X-Accel-Redirect': '/internal/documents/x',
    Authorization: `Basic ${Buffer.from(`${people.anna}:${password}`).toString('base64')}`,
  };
  const nobody = await raw('GET', `${prefix}company`, { headers: claims });
  assert.equal(nobody.status, 303);
  assert.ok(!nobody.headers.location[0].includes('evil'));
  const client = await signedIn(people.sven);
  const cookie = `${SESSION}=${client.cookie(SESSION)}; kontor-lang-${port}=en`;
  const own = await raw('GET', `${prefix}company`, { headers: { ...claims, 'REMOTE_USER': 'admin', 'X-User': 'admin', Cookie: cookie, Accept: 'text/html' } });
  assert.equal(own.status, 200);
  assert.ok(own.text.includes(people.sven) && !own.text.includes('evil.example') && !own.text.includes(people.anna));
  const host = await raw('GET', `${prefix}company`, { headers: { Host: 'evil.example', Cookie: cookie } });
  assert.ok(!host.text.includes('evil.example'));
  const away = await raw('GET', `${prefix}company`, { headers: { Host: 'evil.example' } });
  assert.ok(!(away.headers.location?.[0] ?? '').includes('evil'), 'redirects do not follow the Host header');
});

test('after sign-in one comes to where one was going, and only to our own pages', async () => {
  const wanted = await new Client().get('company');
  assert.equal(wanted.status, 303);
  const client = new Client();
  const page = await client.follow(wanted);
  const answer = await client.submit(page, { login: people.anna, password }, `${prefix}login`);
  assert.ok(answer.location.endsWith(`${prefix}company`), answer.location);

  const hostile = [
    '//evil.example', '///evil.example', 'https://evil.example/', 'http:evil.example', '/\\evil.example', '\\\\evil.example', '/%5cevil.example/..',
    'javascript:alert(1)', 'data:text/html,x', '/../../evil', '/%2e%2e/x', '/.', '@evil.example', '.evil.example', '/login', '/logout', '/%0d%0aSet-Cookie:x=y', '/a\r\nb', ' /company', '?x',
    `/${'a'.repeat(600)}`, '/company\u0000', '//evil.example/%2f..', '/\t/evil.example', 'company',
  ];
  for (const target of hostile) {
    const other = new Client();
    const form = await other.get(`login?return_to=${encodeURIComponent(target)}`);
    const fields = form.status === 200 ? form.form(`${prefix}login`).fields : (await other.get('login')).form(`${prefix}login`).fields;
    const sent = await other.post('login', { ...fields, login: people.anna, password, return_to: target });
    if (sent.status !== 303) {
      assert.ok([400, 422].includes(sent.status), `${target}: ${sent.status}`);
      continue;
    }
    const to = new URL(sent.location, `http://localhost:${port}${prefix}login`);
    assert.equal(to.host, `localhost:${port}`, target);
    assert.ok(to.pathname.startsWith(prefix) && !/^\/\//.test(to.pathname.slice(prefix.length - 1)), `${target} -> ${sent.location}`);
    assert.equal(sent.headers.getSetCookie().filter((line) => line.startsWith('x=')).length, 0);
  }
});

test('what was sent after the session had ended is kept for the same person, and for nobody else', async () => {
  const { kim } = newPeople(newCompany(), { kim: 'coordinator' });
  const client = await signedIn(kim);
  const reference = await story.begin(client);
  const form = (await client.get(`requests/${reference}/answers/address`)).form('/address');
  const typed = { ...form.fields, street: 'Straße "nach" <Ablauf> & mehr', city: 'Kiel' };
  const end = () => sql(`UPDATE session SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE token_sha256 = ${sha(client.cookie(SESSION))}`);
  const stored = () => sqlValue(`SELECT answers FROM request WHERE reference = '${reference}'`);

  end();
  const sent = await client.post(form.action, typed);
  assert.equal(sent.status, 303);
  assert.match(sent.location, /\/login/);
  assert.ok(!stored().includes('Ablauf'), 'not saved yet');
  // Somebody else signs in with the same browser.
  const thief = new Client();
  for (const name of client.cookieNames()) thief.setCookie(name, client.cookie(name));
  const theirs = await thief.login(people.sven);
  assert.ok(!theirs.text.includes('Ablauf'));
  assert.ok(!(await thief.follow(await thief.get('login?kept=1'))).text.includes('Ablauf'));
  // The person.
  const back = await client.login(kim);
  assert.match(back.h1, /Your entries were kept/);
  assert.equal(back.form(`${reference}/answers/address`).fields.street, typed.street);
  const saved = await client.submit(back, {}, `${reference}/answers/address`);
  assert.equal(saved.status, 303);
  assert.equal(JSON.parse(stored()).street, typed.street);
  assert.equal((await client.get('login?kept=1')).status === 200 && (await client.get('login?kept=1')).text.includes('Ablauf'), false, 'it was sent: it is gone');

  // Not without the form's token, not from another site, not after half an hour.
  const again = (await client.get(`requests/${reference}/answers/address`)).form('/address');
  const parked = () => Number(sqlValue('SELECT COUNT(*) FROM parked_post'));
  const before = parked();
  end();
  await client.post(again.action, { ...again.fields, csrf: 'x' });
  await client.post(again.action, again.fields, { headers: { origin: 'https://evil.example' } });
  assert.equal(parked(), before);
  await client.post(again.action, { ...again.fields, street: 'Zu spät' });
  assert.equal(parked(), before + 1);
  // A handful of forms, not a disk full of them.
  for (let i = 0; i < 15; i++) await client.post(again.action, { ...again.fields, street: 'Noch eine' });
  assert.equal(Number(sqlValue('SELECT MAX(n) FROM (SELECT COUNT(*) AS n FROM parked_post GROUP BY person_id) AS each_person')), 10);
  sql('UPDATE parked_post SET created_at = created_at - INTERVAL 31 MINUTE');
  const late = await client.login(kim);
  assert.ok(!late.text.includes('Zu spät') && !/kept/.test(late.h1));
});

test('no password and no token is in any log, and none in the database', async () => {
  forget();
  const canary = `canary-${randomBytes(8).toString('hex')}`;
  await trySignIn(people.anna, canary);
  await trySignIn(`nobody-${canary.slice(7)}`, canary);
  const client = await signedIn(people.anna);
  await client.get(`company?password=${canary}`);
  await client.post('login', { password: canary });
  await client.request('POST', 'login', { body: `{"password":"${canary}"`, headers: { 'content-type': 'application/json' } });
  const csrf = (await client.get('')).forms[0].fields.csrf;
  const bind = readFileSync(join(run, 'etc/kontor/secrets/directory'), 'utf8').trim();
  const secrets = { canary, session: client.cookie(SESSION), csrf, password, bind };
  const wrong = [];
  for (const name of readdirSync(join(run, 'log'))) {
    const text = readFileSync(join(run, 'log', name), 'utf8');
    for (const [what, secret] of Object.entries(secrets)) {
      if (text.includes(secret) && !(name === 'stack.log' && what === 'password')) wrong.push(`${what} in ${name}`);
    }
  }
  for (const { name } of sql("SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'kontor' AND table_type = 'BASE TABLE'")) {
    const text = JSON.stringify(sql(`SELECT * FROM ${name}`));
    for (const [what, secret] of Object.entries(secrets)) if (text.includes(secret)) wrong.push(`${what} in table ${name}`);
  }
  assert.deepEqual(wrong, []);
  forget();
});

test('the language that was chosen is the person\'s from then on', async () => {
  await new Client({ language: 'de' }).login(people.anna);
  assert.equal(sqlValue(`SELECT language FROM person WHERE login = ${quote(people.anna)}`), 'de');
  const next = new Client({ language: 'en' });
  const page = await next.get('login');
  assert.match(page.text, /<html lang="en"/);
  await next.submit(page, { login: people.anna, password }, `${prefix}login`);
  assert.match((await next.get('')).text, /<html lang="de"/, 'the person\'s language goes before the browser\'s');
  assert.match((await next.get('?lang=en')).text, /<html lang="en"/);
  assert.match((await next.get('')).text, /<html lang="en"/, 'what was chosen stays');
});
