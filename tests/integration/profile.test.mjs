// What somebody sees and sets of themselves: language, time zone, password.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, test } from 'node:test';
import { Client, signedIn } from '../harness/client.mjs';
import { customerDn, directoryChange } from '../harness/directory.mjs';
import { waitForMail } from '../harness/mail.mjs';
import { newCompany, newPeople, quote } from '../harness/people.mjs';
import { hold, log, password, port, prefix, release, sql, sqlValue, until } from '../harness/stack.mjs';
import * as story from '../harness/story.mjs';

const SESSION = `__Host-kontor-${port}`;
const company = newCompany();
const people = newPeople(company, Object.fromEntries(['anna', 'ben', 'cora', 'dora', 'emil', 'finn', 'gesa', 'hans', 'ida'].map((name) => [name, 'applicant'])));
const personOf = (login) => `(SELECT id FROM person WHERE login = ${quote(login)})`;
const forget = () => sql('DELETE FROM login_throttle');
after(forget);
const NEW = 'rather a long new one 7';

// ---- the page ---------------------------------------------------------------------------------------

test('the profile says who one is, where that comes from, and leads to the rest', async () => {
  const client = await signedIn(people.anna);
  assert.ok((await client.get('')).links.some(({ href }) => href.endsWith('/profile')), 'each page leads there');
  const page = await client.get('profile');
  assert.match(page.plain, new RegExp(`Petra ${people.anna}`));
  assert.match(page.plain, new RegExp(`${people.anna}@example\\.org`));
  assert.match(page.plain, /come from the directory of your account/);
  for (const path of ['profile/sessions', 'profile/second-factor', 'profile/password']) {
    assert.ok(page.links.some(({ href }) => href.endsWith(path)), path);
    assert.equal((await client.get(path)).status, 200, path);
  }
  const staff = await signedIn('service');
  assert.ok((await staff.get('staff/intake')).links.some(({ href }) => href.endsWith('/profile')));
  assert.equal((await staff.get('profile')).status, 200);
  for (const path of ['profile', 'profile/sessions', 'profile/password']) {
    assert.match((await new Client().get(path)).location, /login\?return_to/, path);
  }
  // What is not a field of the form cannot be set.
  const form = page.form('/profile');
  await client.post('profile', { ...form.fields, language: 'en', display_name: 'Evil', login: 'evil', email: 'evil@example.org', is_staff: '1', company_id: '1' });
  assert.match((await client.get('profile')).plain, new RegExp(`Petra ${people.anna}.*${people.anna}@example`));
});

test('the language that is set holds on all pages, in every browser, and for mails', async () => {
  const client = await signedIn(people.ben, { language: 'en' });
  const answer = await client.submit(await client.get('profile'), { language: 'de' }, '/profile');
  const page = await client.follow(answer);
  assert.match(page.text, /<html lang="de"/);
  assert.match(page.plain, /Ihre Einstellungen wurden gespeichert/);
  assert.match((await client.get('company')).text, /<html lang="de"/);
  assert.equal(sqlValue(`SELECT language FROM person WHERE id = ${personOf(people.ben)}`), 'de');
  const other = new Client({ language: 'en' });
  await other.submit(await other.get('login'), { login: people.ben, password }, `${prefix}login`);
  assert.match((await other.get('company')).text, /<html lang="de"/);
  for (const language of ['fr', '', 'DE', "de' OR 1=1"]) {
    const bad = await client.submit(await client.get('profile'), { language }, '/profile');
    assert.equal(bad.status, 422, language);
  }
  assert.equal(sqlValue(`SELECT language FROM person WHERE id = ${personOf(people.ben)}`), 'de');
});

test('the time zone that is set holds on all pages; none is the one of the company', async () => {
  const client = await signedIn(people.cora);
  const reference = await story.submitted(client);
  sql(`UPDATE request SET submitted_at = '2026-06-30 23:30:00' WHERE reference = ${quote(reference)}`);
  sql(`UPDATE session SET created_at = '2026-06-30 23:30:00' WHERE token_sha256 = x'${createHash('sha256').update(client.cookie(SESSION)).digest('hex')}'`);
  const shown = async () => (await client.get('profile/sessions')).plain;
  assert.match(await shown(), /1 July 2026, 01:30/, 'Berlin');
  const set = async (zone) => client.submit(await client.get('profile'), { zone }, '/profile');
  for (const [zone, text] of [['America/New_York', /30 June 2026, 19:30/], ['Asia/Tokyo', /1 July 2026, 08:30/], ['Pacific/Chatham', /1 July 2026, 12:15/]]) {
    assert.equal((await set(zone)).status, 303, zone);
    assert.match(await shown(), text, zone);
    assert.ok((await client.get('profile')).text.includes(`<option value="${zone}" selected>`));
  }
  assert.match((await client.get('company')).text, /<html/);
  sql(`UPDATE company SET zone = 'Europe/Lisbon' WHERE id = ${company.id}`);
  assert.equal((await set('')).status, 303);
  assert.match(await shown(), /1 July 2026, 00:30/, 'the company\'s');
  assert.match((await client.get('profile')).plain, /As usual here \(Europe\/Lisbon\)/);
  sql(`UPDATE company SET zone = 'Europe/Berlin' WHERE id = ${company.id}`);
  for (const zone of ['Europe/Atlantis', 'UTC; DROP TABLE person', '../../etc/passwd', 'GMT+25', 'x'.repeat(70), 'Europe/Berlin\u0000']) {
    const bad = await set(zone);
    assert.ok([400, 422].includes(bad.status), zone);
    if (bad.status === 422 && zone.length < 65) assert.match(bad.plain, /Choose a time zone from the list/);
  }
  assert.equal(sqlValue(`SELECT zone FROM person WHERE id = ${personOf(people.cora)}`), null);
  const german = await client.get('profile?lang=de');
  assert.match(german.text, /<optgroup label="Europa">/);
  assert.match(german.text, /<option value="Europe\/Vienna">Wien<\/option>/);
});

// ---- the password -----------------------------------------------------------------------------------

const fill = (client, page, fields, action = 'profile/password') =>
  client.submit(page, { old_password: password, new_password: NEW, again: NEW, ...fields }, action);

test('a new password: the other sessions end, the person is told, the old one is nothing any more', async () => {
  forget();
  const client = await signedIn(people.dora);
  const other = await signedIn(people.dora);
  const done = await fill(client, await client.get('profile/password'), {});
  assert.equal(done.status, 303);
  assert.match((await client.follow(done)).plain, /Your password was changed\. Your other sessions were ended/);
  assert.equal((await client.get('company')).status, 200, 'this one goes on');
  assert.match((await other.follow(await other.get('company'))).plain, /because a new password was chosen/);
  const mail = await waitForMail(({ to, subject }) => to.includes(`${people.dora}@example.org`) && /password was changed/.test(subject));
  assert.ok(!mail.text.includes(NEW) && !mail.text.includes(password));
  const again = new Client();
  const old = await again.submit(await again.get('login'), { login: people.dora, password }, `${prefix}login`);
  assert.equal(old.status, 422);
  const fresh = await again.submit(await again.get('login'), { login: people.dora, password: NEW }, `${prefix}login`);
  assert.equal(fresh.status, 303);
  assert.equal(sqlValue(`SELECT COUNT(*) FROM audit_event WHERE action = 'password.changed' AND person_id = ${personOf(people.dora)}`), '1');
  const stored = JSON.stringify([sql('SELECT * FROM audit_event'), sql('SELECT * FROM outbox'), sql('SELECT * FROM parked_post'), sql('SELECT * FROM session')]);
  for (const word of [NEW, NEW.replaceAll(' ', '+')]) assert.ok(!stored.includes(word) && !log('login').includes(word), 'nowhere');
});

test('what is wrong with it is said, and changes nothing', async () => {
  forget();
  const client = await signedIn(people.emil);
  const page = await client.get('profile/password');
  const cases = [
    [{ old_password: '' }, /Enter your old password/], [{ new_password: '', again: '' }, /Enter a new password/],
    [{ again: `${NEW} ` }, /The two new passwords differ/], [{ new_password: password, again: password }, /The new password is the old one/],
    [{ old_password: 'wrong' }, /The old password is not correct/], [{ new_password: 'short', again: 'short' }, /it is too short/],
    [{ new_password: 'x'.repeat(300), again: 'x'.repeat(300) }, /too long: at most 256 bytes/],
    [{ old_password: 'x'.repeat(10_000) }, /at most 1000 characters/],
  ];
  for (const [fields, text] of cases) {
    const answer = await fill(client, page, fields);
    assert.equal(answer.status, 422, String(text));
    assert.match(answer.plain, text);
    for (const word of Object.values(fields)) if (word.length > 5) assert.ok(!answer.text.includes(word), 'never shown again');
  }
  // Bytes of every kind arrive as they are.
  const odd = 'grüße \u{1F600} *)(\\uid=* \u00a0end ';
  assert.equal((await fill(client, page, { new_password: odd, again: odd })).status, 303);
  const next = await signedIn(people.emil, {}).catch(() => null);
  assert.equal(next, null, 'the old one is over');
  const with_odd = new Client();
  assert.equal((await with_odd.submit(await with_odd.get('login'), { login: people.emil, password: odd }, `${prefix}login`)).status, 303);
  // Used before.
  const back = await fill(client, await client.get('profile/password'), { old_password: odd, new_password: password, again: password });
  assert.equal(back.status, 422);
  assert.match(back.plain, /you have used it before/);
  // Guesses at the old one wait.
  let answer;
  for (let i = 0; i < 8; i++) {
    answer = await fill(client, page, { old_password: `guess ${i}` });
    if (answer.status === 429) break;
  }
  assert.equal(answer.status, 429);
  forget();
});

test('the directory is away: said so, and nobody claims that nothing happened', async () => {
  forget();
  const client = await signedIn(people.finn);
  const page = await client.get('profile/password');
  await hold('slapd');
  try {
    const answer = await fill(client, page, {});
    assert.equal(answer.status, 503);
    assert.match(answer.plain, /The old password may still hold/);
  } finally {
    await release('slapd');
    await until(() => (directoryChange(customerDn(people.finn), 'replace: description', 'description: back'), true), { seconds: 20, what: 'the directory is back' });
    sql('DELETE FROM circuit_breaker');
  }
});

test('a password that has to be changed: a new one, and one is signed in', async () => {
  forget();
  for (const [language, login] of [['en', people.gesa], ['de', people.hans]]) {
    directoryChange(customerDn(login), 'add: pwdReset', 'pwdReset: TRUE');
    const client = new Client({ language });
    const start = await client.get(`login?return_to=%2Fcompany&lang=${language}`);
    const answer = await client.submit(start, { login, password }, `${prefix}login`);
    assert.equal(answer.status, 303);
    assert.match(answer.location, /login\/password\?return_to=%2Fcompany$/);
    assert.equal(client.cookie(SESSION), undefined, 'nobody is in yet');
    const page = await client.follow(answer);
    assert.match(page.h1, language === 'de' ? /Neues Passwort festlegen/ : /Choose a new password/);
    assert.match(page.plain, language === 'de' ? /muss aber zuerst geändert werden/ : /has to be changed first/);
    assert.equal(page.form('login/password').fields.login, login);
    const wrong = await fill(client, page, { old_password: 'wrong' }, 'login/password');
    assert.equal(wrong.status, 422);
    const short = await fill(client, page, { new_password: 'short', again: 'short' }, 'login/password');
    assert.equal(short.status, 422);
    // Whose it is says the cookie, not the form.
    const done = await fill(client, short, { login: people.ida }, 'login/password');
    assert.equal(done.status, 303);
    assert.match(done.location, /\/company$/);
    assert.ok(client.cookie(SESSION));
    assert.equal((await client.follow(done)).status, 200);
    assert.match((await client.get('profile')).plain, new RegExp(login));
    forget();
  }
  await signedIn(people.ida);
});

test('a new password while somebody else is signed in in that browser is told to whose it is', async () => {
  forget();
  const own = newPeople(newCompany(), { ulla: 'applicant', vera: 'applicant' });
  const before = await signedIn(own.ulla);
  const others = await signedIn(own.vera);
  const client = await signedIn(own.vera);
  directoryChange(customerDn(own.ulla), 'add: pwdReset', 'pwdReset: TRUE');
  const page = await client.follow(await client.submit(await client.get('login'), { login: own.ulla, password }, `${prefix}login`));
  assert.match(page.h1, /Choose a new password/);
  const done = await fill(client, page, {}, 'login/password');
  assert.equal(done.status, 303);
  assert.match((await client.get('profile')).plain, new RegExp(own.ulla));
  assert.match((await before.get('')).location, /login/, 'sessions of the old password are over');
  assert.equal((await others.get('')).status, 200, 'nobody else has lost anything');
  const events = sql("SELECT person_id FROM audit_event WHERE action = 'password.changed' ORDER BY id DESC LIMIT 1");
  assert.equal(events[0].person_id, sqlValue(`SELECT id FROM person WHERE login = ${quote(own.ulla)}`));
  await waitForMail((one) => one.to.includes(`${own.ulla}@example.org`) && /password/i.test(one.subject));
  assert.equal(sqlValue(`SELECT COUNT(*) FROM outbox WHERE template = 'password-changed' AND recipient LIKE ${quote(`${own.vera}%`)}`), '0');
  forget();
});

test('password managers find the page', { skip: prefix !== '/' }, async () => {
  const answer = await new Client().get('/.well-known/change-password');
  assert.equal(answer.status, 303);
  assert.equal(answer.location, '/profile/password');
});

test('that page is for who has just shown the old password, for ten minutes, in that browser', async () => {
  forget();
  assert.match((await new Client().get('login/password')).location, /\/login$/);
  const client = new Client();
  const page = await client.get('login');
  assert.match((await client.post('login/password', { ...page.form(`${prefix}login`).fields, old_password: password, new_password: NEW, again: NEW })).location, /\/login$/);
  directoryChange(customerDn(people.ida), 'add: pwdReset', 'pwdReset: TRUE');
  const asked = await client.follow(await client.submit(page, { login: people.ida, password }, `${prefix}login`));
  assert.match(asked.h1, /Choose a new password/);
  const name = `__Host-kontor-password-${port}`;
  const sealed = client.cookie(name);
  assert.ok(!Buffer.from(sealed, 'base64url').includes(people.ida) && !sealed.includes(people.ida));
  client.setCookie(name, `${sealed.slice(0, -2)}${sealed.endsWith('AA') ? 'BB' : 'AA'}`);
  assert.match((await client.get('login/password')).location, /\/login$/);
  client.setCookie(name, sealed);
  assert.equal((await client.get('login/password')).status, 200);
  // Without the right password nobody learns that it is over.
  const wrong = new Client();
  const answer = await wrong.submit(await wrong.get('login'), { login: people.ida, password: 'wrong' }, `${prefix}login`);
  assert.equal(answer.status, 422);
  assert.doesNotMatch(answer.plain, /changed first|expired/);
  forget();
});

// ---- a browser that was here before -----------------------------------------------------------------

test('strangers who guess at a login do not hold up its owner in their own browser', async () => {
  const { otto, paul } = newPeople(company, { otto: 'applicant', paul: 'applicant' });
  forget();
  const owner = await signedIn(otto);
  await owner.post('logout', (await owner.get('logout')).forms[0].fields);
  const attempt = async (client, login, word) => client.submit(await client.get('login'), { login, password: word }, `${prefix}login`);
  const stranger = new Client();
  let answer;
  for (let i = 0; i < 8; i++) {
    answer = await attempt(stranger, otto, `guess ${i}`);
    if (answer.status === 429) break;
  }
  assert.equal(answer.status, 429);
  assert.equal((await attempt(new Client(), otto, password)).status, 429, 'a browser that nobody knows waits');
  assert.equal((await attempt(owner, otto, password)).status, 303, 'the owner does not');
  assert.equal((await attempt(new Client(), otto, password)).status, 429, 'and that does not help the stranger');
  // The cookie is good for this login alone, and has a budget of its own.
  await owner.post('logout', (await owner.get('logout')).forms[0].fields);
  forget();
  for (let i = 0; i < 8; i++) {
    answer = await attempt(owner, otto, `guess ${i}`);
    if (answer.status === 429) break;
  }
  assert.equal(answer.status, 429, 'guesses from the known browser wait as well');
  assert.equal((await attempt(new Client(), otto, password)).status, 303);
  const copied = new Client();
  copied.setCookie(`__Host-kontor-device-${port}`, owner.cookie(`__Host-kontor-device-${port}`));
  sql('DELETE FROM login_throttle');
  for (let i = 0; i < 8; i++) {
    answer = await attempt(stranger, paul, `guess ${i}`);
    if (answer.status === 429) break;
  }
  assert.equal((await attempt(copied, paul, password)).status, 429, 'another login');
  forget();
});
