// Somebody and their own sessions: the list, ending them, what the next page then says, a new token after a role change.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { Client, signedIn } from '../harness/client.mjs';
import { mailsTo, waitForMail } from '../harness/mail.mjs';
import { newCompany, newPeople, quote } from '../harness/people.mjs';
import { password, port, prefix, sql, sqlValue, until } from '../harness/stack.mjs';
import * as story from '../harness/story.mjs';

const SESSION = `__Host-kontor-${port}`;
const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0';
const PHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1';
const company = newCompany();
const people = newPeople(company, { anna: 'applicant', ben: 'applicant', cora: 'applicant', dora: 'applicant', emil: 'applicant', finn: 'applicant', gesa: 'applicant' });
const sha = (token) => `x'${createHash('sha256').update(token).digest('hex')}'`;
const change = (client, assignment) => sql(`UPDATE session SET ${assignment} WHERE token_sha256 = ${sha(client.cookie(SESSION))}`);

/** Signed in with a browser that calls itself so. */
async function with_(agent, login, options) {
  const client = new Client(options);
  const page = await client.get(`login?lang=${client.language}`);
  const form = page.form(`${prefix}login`);
  const answer = await client.post('login', { ...form.fields, login, password }, { headers: { 'user-agent': agent } });
  assert.equal(answer.status, 303);
  return client;
}
const rows = (page) => page.json.sessions;
const list = async (client) => rows(await client.get('profile/sessions', { headers: { accept: 'application/json' } }));
const isIn = async (client) => (await client.get('company')).status === 200;

test('the list: this one first and marked, with device, network, times and way', async () => {
  const phone = await with_(PHONE, people.anna);
  const desk = await with_(FIREFOX, people.anna);
  await with_(FIREFOX, people.ben);
  const page = await desk.get('profile/sessions');
  assert.equal(page.status, 200);
  assert.match(page.plain, /Firefox, Windows This one/);
  assert.match(page.plain, /Safari, iPhone/);
  assert.match(page.plain, /127\.0\.0\.…/);
  assert.ok(!page.text.includes('127.0.0.1'), 'the address is shortened');
  assert.ok(!page.text.includes('Mozilla') && !page.text.includes(desk.cookie(SESSION)));
  const mine = await list(desk);
  assert.deepEqual(mine.map(({ device, is_this }) => [device, is_this]), [['Firefox, Windows', true], ['Safari, iPhone', false]]);
  assert.ok(mine.every(({ by_provider, second_factor }) => by_provider === false && second_factor === false));
  // What is over is not in it.
  change(phone, 'last_seen_at = UTC_TIMESTAMP(6) - INTERVAL 31 MINUTE');
  assert.equal((await list(desk)).length, 1);
  change(phone, 'last_seen_at = UTC_TIMESTAMP(6), expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND');
  assert.equal((await list(desk)).length, 1);
  // A browser that says nothing of itself is a browser.
  const odd = await with_('<script>alert(1)</script>', people.ben);
  assert.deepEqual((await list(odd)).map(({ device }) => device).sort(), ['Browser', 'Firefox, Windows']);
});

test('ending one of them ends it at once, on every page; nobody ends another person\'s', async () => {
  const phone = await with_(PHONE, people.cora);
  const desk = await with_(FIREFOX, people.cora);
  const stranger = await signedIn(people.ben);
  const page = await desk.get('profile/sessions');
  const form = page.forms.find(({ action }) => /sessions\/\d+\/end$/.test(action));
  // Another person, the same address: nothing happens.
  const token = (await stranger.get('profile/sessions')).forms.find(({ action }) => action.endsWith('/logout')).fields.csrf;
  const foreign = await stranger.post(form.action, { csrf: token });
  assert.equal(foreign.status, 303);
  assert.match((await stranger.follow(foreign)).plain, /This session had ended already/);
  assert.ok(await isIn(phone));
  for (const id of ['0', '-1', '9'.repeat(30), 'x', '1%20OR%201=1']) {
    const answer = await stranger.post(`profile/sessions/${id}/end`, { csrf: token });
    assert.equal(answer.status, 303, id);
  }
  assert.ok(await isIn(phone));
  const answer = await desk.post(form.action, form.fields);
  assert.equal(answer.status, 303);
  assert.match((await desk.follow(answer)).plain, /The session was ended/);
  assert.ok(!(await isIn(phone)) && await isIn(desk));
  assert.equal(sqlValue(`SELECT end_reason FROM session WHERE token_sha256 = ${sha(phone.cookie(SESSION))}`), 'ended-by-person');
  assert.equal(sqlValue(`SELECT COUNT(*) FROM audit_event WHERE action = 'session.ended' AND person_id = (SELECT id FROM person WHERE login = ${quote(people.cora)})`), '1');
  // The phone's next page says why; a browser without that token is told nothing.
  const told = await phone.follow(await phone.get('company'));
  assert.match(told.plain, /Your session was ended from another device/);
  assert.doesNotMatch((await new Client().get('login')).plain, /Your session/);
  const made_up = new Client();
  made_up.setCookie(SESSION, 'A'.repeat(43));
  assert.doesNotMatch((await made_up.get('login')).plain, /Your session/);
  // After the next sign-in nobody speaks of it any more.
  await phone.login(people.cora);
  assert.doesNotMatch((await phone.get('login')).plain, /Your session was ended/);
});

test('ending all others leaves this one', async () => {
  const others = [await with_(PHONE, people.dora), await with_(FIREFOX, people.dora)];
  const here = await with_(FIREFOX, people.dora);
  const page = await here.get('profile/sessions');
  const answer = await here.submit(page, {}, 'end-others');
  assert.match((await here.follow(answer)).plain, /All your other sessions were ended/);
  for (const other of others) assert.ok(!(await isIn(other)));
  assert.ok(await isIn(here));
  const alone = await here.get('profile/sessions');
  assert.equal(alone.forms.filter(({ action }) => action.endsWith('end-others')).length, 0, 'nothing is left to end');
});

test('why a session is over is said to who has its token', async () => {
  const reasons = {
    "'ended-by-staff'": /ended by our staff/, "'ended-by-coordinator'": /by a coordinator of your company/,
    "'directory'": /changed, switched off or signed out where it is managed/, "'provider'": /signed out where it is managed/,
    "'role-change'": /because your rights were changed/, "'password-changed'": /a new password was chosen/,
    "'operator'": /ended by our staff/, "'something-new'": /Your session was ended\. Please sign in again/, NULL: /Your session was ended\. Please sign in again/,
  };
  const german = new Client({ language: 'de' });
  for (const [reason, text] of Object.entries(reasons)) {
    const client = await signedIn(people.emil);
    change(client, `ended_at = UTC_TIMESTAMP(6), end_reason = ${reason}`);
    const page = await client.follow(await client.get('company'));
    assert.match(page.plain, text, reason);
    german.setCookie(SESSION, client.cookie(SESSION));
    assert.match((await german.get('login?lang=de')).plain, /Ihre Sitzung wurde /, reason);
  }
  const idle = await signedIn(people.emil);
  change(idle, 'last_seen_at = UTC_TIMESTAMP(6) - INTERVAL 31 MINUTE');
  assert.match((await idle.follow(await idle.get('company'))).plain, /because you did not use it for some time/);
  const left = await signedIn(people.emil);
  const token = left.cookie(SESSION);
  await left.post('logout', (await left.get('logout')).forms[0].fields);
  left.setCookie(SESSION, token);
  assert.doesNotMatch((await left.get('login')).plain, /Your session/, 'who signed out knows it');
});

test('after a role change the next page has a new token, the old one is dead, and nothing open is lost', async () => {
  const client = await signedIn(people.finn);
  const reference = await story.begin(client);
  const form = (await client.get(`requests/${reference}/answers/address`)).form('/address');
  const before = client.cookie(SESSION);
  change(client, 'renew = 1');
  // What polls, what is a program, and what is being sent goes on.
  assert.equal((await client.get('', { headers: { 'x-kontor-live': '1' } })).status, 200);
  assert.equal((await client.get('', { headers: { accept: 'application/json' } })).status, 200);
  const sent = await client.post(form.action, { ...form.fields, city: 'Kiel' });
  assert.equal(sent.status, 303);
  assert.doesNotMatch(sent.location, /login/);
  assert.equal(client.cookie(SESSION), before);
  const open = (await client.get(`requests/${reference}/answers/address`, { headers: { 'x-kontor-live': '1' } })).form('/address');
  // The next page.
  const answer = await client.get('company?x=1');
  assert.equal(answer.status, 303);
  assert.match(answer.location, /login\/renew\?return_to=%2Fcompany%3Fx%3D1/);
  const late = new Client(); // a second tab that was on its way with the old token
  for (const name of client.cookieNames()) late.setCookie(name, client.cookie(name));
  const page = await client.follow(answer);
  assert.equal(page.status, 200);
  assert.match(page.url, /company\?x=1$/);
  const now = client.cookie(SESSION);
  assert.notEqual(now, before);
  assert.match(now, /^[\w-]{43}$/);
  assert.equal(sqlValue(`SELECT renew FROM session WHERE token_sha256 = ${sha(now)}`), '0');
  const thief = new Client();
  thief.setCookie(SESSION, before);
  assert.equal((await thief.get('company')).status, 303, 'the old token is dead');
  assert.equal((await thief.get('login/renew')).status, 303);
  assert.equal(thief.cookie(SESSION), before, 'and gets no new one');
  // A form that was opened before, in the tab beside it.
  const again = await client.post(open.action, { ...open.fields, city: 'Lübeck' });
  assert.equal(again.status, 303);
  assert.doesNotMatch(again.location, /login/);
  // The late tab's form was sent with the dead token: it is kept, since it is known whose that was.
  const kept = await late.post(open.action, { ...open.fields, city: 'Bremen' });
  assert.match(kept.location, /login\?return_to/);
  late.setCookie(SESSION, now); // the browser has one cookie jar
  assert.match((await late.follow(await late.get('login?kept=1'))).h1, /Your entries were kept/);
  // Going to the sign-in page with a session leads to where one was going.
  assert.match((await client.get('login?return_to=%2Fcompany')).location, /\/company$/);
  assert.equal((await client.get('login/renew?return_to=%2F%2Fevil.example')).location, prefix);
  assert.equal((await new Client().get('login/renew')).status, 303);
});

test('the sentence of a form that was saved on the way through a renewal is shown', async () => {
  const client = await signedIn(people.finn);
  change(client, 'renew = 1');
  const csrf = (await client.get('', { headers: { accept: 'application/json' } })).headers.get('x-kontor-csrf');
  const answer = await client.post('profile', { csrf, language: 'en', zone: '' });
  assert.equal(answer.status, 303);
  assert.match((await client.follow(answer)).plain, /Your settings were saved/);
});

test('a sign-in from somewhere new is told by mail, one from the usual place is not', async () => {
  const address = `${people.gesa}@example.org`;
  const mine = () => mailsTo(address).filter(({ subject }) => /from somewhere new/.test(subject));
  const first = await with_(FIREFOX, people.gesa);
  await with_(FIREFOX, people.gesa);
  assert.equal(sqlValue(`SELECT COUNT(*) FROM outbox WHERE template = 'new-sign-in' AND recipient = ${quote(address)}`), '0', 'the first one, and the same device again');
  await with_(PHONE, people.gesa);
  const mail = await waitForMail(({ to, subject }) => to.includes(address) && /from somewhere new/.test(subject));
  assert.match(mail.text, /Safari, iPhone/);
  assert.match(mail.text, /127\.0\.0\.…/);
  assert.match(mail.text, /profile\/sessions/);
  // A browser that was here before, by its cookie, wherever it is now.
  sql(`UPDATE session SET network = '198.51.100.7' WHERE person_id = (SELECT id FROM person WHERE login = ${quote(people.gesa)})`);
  const page = await first.get('logout');
  await first.post('logout', page.forms[0].fields);
  await first.login(people.gesa);
  // ... another browser in the same place is new again.
  await with_(FIREFOX, people.gesa);
  await until(() => mine().length === 2, { what: 'the second mail' });
  assert.equal(sqlValue(`SELECT COUNT(*) FROM outbox WHERE template = 'new-sign-in' AND recipient = ${quote(address)}`), '2');
});

test('signing out leaves nothing to the back button, and the browser stays a known one', async () => {
  const client = await signedIn(people.anna);
  const device = `__Host-kontor-device-${port}`;
  assert.ok(client.cookie(device));
  const answer = await client.post('logout', (await client.get('logout')).forms[0].fields);
  assert.equal(answer.headers.get('clear-site-data'), '"cache"');
  assert.equal((await client.get('company')).status, 303);
  for (const path of ['', 'company', 'profile', 'profile/sessions']) {
    assert.match((await client.get(path)).headers.get('cache-control'), /no-store/, path);
  }
  assert.ok(client.cookie(device));
  assert.deepEqual(client.cookieNames().filter((name) => !/device|lang|notice/.test(name)), [], 'nothing else of the session');
  assert.ok(!client.cookie(device).includes(people.anna));
});
