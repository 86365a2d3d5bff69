// Whatever is typed or sent to the pages of login: refused with a sentence or taken as it is, never an error of ours, never
// somebody else. And bad days of browsers: two tabs at once, old cookies, clocks that differ.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, test } from 'node:test';
import { Client, signedIn } from '../harness/client.mjs';
import { newCompany, newPeople, quote } from '../harness/people.mjs';
import { log, password, port, prefix, sql, sqlValue } from '../harness/stack.mjs';

const SESSION = `__Host-kontor-${port}`;
const company = newCompany();
const people = newPeople(company, { anna: 'applicant', ben: 'applicant', cora: 'applicant', dora: 'applicant' });
const sha = (token) => `x'${createHash('sha256').update(token).digest('hex')}'`;
const forget = () => sql('DELETE FROM login_throttle');
after(forget);
const liveOf = (login) => Number(sqlValue(`SELECT COUNT(*) FROM session WHERE ended_at IS NULL AND person_id = (SELECT id FROM person WHERE login = ${quote(login)})`));
const encode = (fields) => Object.entries(fields).map(([name, value]) => `${name}=${value}`).join('&');
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

const HOSTILE = [
  '*', '**', '(', ')', '\\', '*)(uid=*', '*)(|(uid=*))', `${people.anna})(objectClass=*`, `${people.anna}*`, '\\2a', '\\00', '&', '|(cn=*)', '!(uid=x)',
  'uid=anna,ou=people', 'cn=administrator,dc=example,dc=org', ' anna', '#anna', '"anna"', 'a+b=c', '<anna>', 'a;b', 'a=b', '+', ',',
  "' OR '1'='1", '"; DROP TABLE person; --', '${jndi:ldap://x}', '{{7*7}}', '%s%n', '../../etc/passwd', '<script>alert(1)</script>',
  '\u202eanna', '\ufeff', '\ud7ff', '\u{1F600}', 'ﬀ', 'İ', '\u00ad', '\u200b', 'ａｎｎａ', 'x'.repeat(190), '\u{1F600}'.repeat(190),
];

test('directory and other special characters in every field sign nobody on and break nothing', async () => {
  const errors = () => log('login').split('\n').filter((line) => /"level":"error"/.test(line)).length;
  const before = errors();
  const page = await new Client().get('login');
  assert.equal(page.status, 200);
  for (const text of HOSTILE) {
    forget();
    const client = new Client();
    const form = (await client.get('login')).form(`${prefix}login`);
    const asLogin = await client.post('login', { ...form.fields, login: text, password });
    assert.equal(asLogin.status, 422, JSON.stringify(text));
    assert.equal(client.cookie(SESSION), undefined);
    const asPassword = await client.post('login', { ...form.fields, login: people.anna, password: text });
    assert.equal(asPassword.status, 422, JSON.stringify(text));
    const asTarget = await client.get(`login?return_to=${encodeURIComponent(`/x${text}`)}`);
    assert.ok([200, 400].includes(asTarget.status), `${asTarget.status} for ${JSON.stringify(text)}`);
    if (asTarget.status === 200) assert.ok(!asTarget.text.includes('<script>alert'));
  }
  forget();
  // The same where somebody is signed in.
  const client = await signedIn(people.ben);
  const csrf = (await client.get('profile')).form('/profile').fields.csrf;
  for (const text of HOSTILE) {
    forget();
    for (const [path, fields] of [
      ['profile', { language: 'en', zone: text }], ['profile/password', { old_password: text, new_password: `${text}x`, again: `${text}x` }],
      ['login/step-up', { password: text, code: text }],
    ]) {
      const answer = await client.post(path, { ...fields, csrf });
      assert.equal(answer.status, 422, `${path}: ${JSON.stringify(text)}`);
    }
  }
  forget();
  assert.equal((await client.get('company')).status, 200);
  assert.equal(errors(), before, 'nothing of it is a defect of ours');
  assert.equal((await signedIn(people.ben)).cookie(SESSION).length, 43, 'the password is the old one');
});

test('too long, other encodings and NUL are refused with a sentence', async () => {
  forget();
  const client = new Client();
  const csrf = (await client.get('login')).form(`${prefix}login`).fields.csrf;
  const send = (fields) => client.request('POST', 'login', { body: encode({ csrf, ...fields }), headers: FORM });
  for (const [fields, text] of [
    [{ login: people.anna, password: 'x'.repeat(10_000) }, /at most 1000 characters; it has 10000 now/],
    [{ login: 'x'.repeat(10_000), password: 'x' }, /at most 190 characters/],
    [{ login: '', password: 'x' }, /Fill in .Login name/], [{ login: people.anna, password: '' }, /Fill in .Password/],
    [{ login: 'a%0Ab', password: 'x' }, /Remove the control characters/],
  ]) {
    const answer = await send(fields);
    assert.equal(answer.status, 422);
    assert.match(answer.plain, text);
    assert.ok(!answer.text.includes('x'.repeat(300)) || fields.login?.length > 300, 'a password is not shown again');
  }
  // ISO 8859-1, UTF-16, overlong forms, surrogates, NUL.
  for (const bad of ['Gr%FC%DFe', '%FF%FEa%00', '%C0%AF', '%ED%A0%80', 'a%00b', '%F5%80%80%80', '%E2%28%A1', '%zz', '%']) {
    for (const fields of [{ login: bad, password: 'x' }, { login: people.anna, password: bad }, { login: people.anna, password: 'x', return_to: bad }]) {
      const answer = await send(fields);
      assert.equal(answer.status, 400, encode(fields));
      assert.match(answer.plain, /not valid text|could not be read/);
    }
  }
  assert.equal((await client.request('POST', 'login', { body: 'x'.repeat(70_000), headers: FORM })).status, 413);
  assert.equal(client.cookie(SESSION), undefined);
  const german = new Client({ language: 'de' });
  const token = (await german.get('login?lang=de')).form(`${prefix}login`).fields.csrf;
  assert.match((await german.request('POST', 'login', { body: encode({ csrf: token, login: 'a%00', password: 'x' }), headers: FORM })).text, /<html lang="de"/);
});

test('two sign-ins of one browser at once: both come in, one session stays, and it works', async () => {
  forget();
  const client = new Client();
  const form = (await client.get('login')).form(`${prefix}login`);
  const tabs = Array.from({ length: 4 }, () => {
    const tab = new Client();
    for (const name of client.cookieNames()) tab.setCookie(name, client.cookie(name));
    return tab;
  });
  const answers = await Promise.all(tabs.map((tab) => tab.post('login', { ...form.fields, login: people.cora, password })));
  assert.deepEqual(answers.map(({ status }) => status), [303, 303, 303, 303]);
  assert.equal(new Set(tabs.map((tab) => tab.cookie(SESSION))).size, 4, 'no token is given out twice');
  assert.equal(sqlValue(`SELECT COUNT(*) FROM identity i JOIN person p ON p.id = i.person_id WHERE p.login = ${quote(people.cora)}`), '1');
  for (const tab of tabs) assert.equal((await tab.get('company')).status, 200);
  // The browser keeps the last cookie; its next sign-in ends that session.
  const last = tabs[3];
  const before = liveOf(people.cora);
  await last.login(people.cora);
  assert.equal(liveOf(people.cora), before, 'the one that came along has ended');
});

test('somebody new signs in twice at the same moment: one person', async () => {
  forget();
  const { nora } = newPeople(company, { nora: null });
  const tabs = Array.from({ length: 6 }, () => new Client());
  const forms = await Promise.all(tabs.map(async (tab) => (await tab.get('login')).form(`${prefix}login`)));
  const answers = await Promise.all(tabs.map((tab, i) => tab.post('login', { ...forms[i].fields, login: nora, password })));
  for (const answer of answers) assert.equal(answer.status, 403);
  assert.equal(sqlValue(`SELECT COUNT(*) FROM person WHERE login = ${quote(nora)}`), '1');
});

test('a stale cookie is nobody: of yesterday, cut, doubled, of another site', async () => {
  const live = await signedIn(people.dora);
  const token = live.cookie(SESSION);
  for (const value of ['', 'x', token.slice(0, -1), `${token}A`, `"${token}"`, token.toUpperCase(), token.split('').reverse().join(''), `${token}=`, "' OR 1=1", 'A'.repeat(4000)]) {
    const client = new Client();
    client.setCookie(SESSION, value);
    assert.equal((await client.get('company')).status, 303, value.slice(0, 50));
    assert.equal((await client.get('login')).status, 200, value.slice(0, 50));
  }
  const other = new Client();
  other.setCookie(SESSION.replace('__Host-', ''), token);
  other.setCookie('__Secure-kontor', token);
  assert.equal((await other.get('company')).status, 303);
  // Signing in over a stale one works at once.
  const stale = new Client();
  stale.setCookie(SESSION, token);
  sql(`UPDATE session SET ended_at = UTC_TIMESTAMP(6), end_reason = 'directory' WHERE token_sha256 = ${sha(token)}`);
  const page = await stale.login(people.dora);
  assert.equal(page.status, 200);
  assert.match(page.plain, new RegExp(people.dora));
});

test('clocks that differ by a little or went back neither lock out nor let in for ever', async () => {
  const client = await signedIn(people.dora);
  const shift = (assignment) => sql(`UPDATE session SET ${assignment} WHERE token_sha256 = ${sha(client.cookie(SESSION))}`);
  const now = 'UTC_TIMESTAMP(6)';
  shift(`created_at = ${now} + INTERVAL 30 SECOND, last_seen_at = ${now} + INTERVAL 30 SECOND, confirmed_at = ${now} + INTERVAL 30 SECOND`);
  assert.equal((await client.get('company')).status, 200, 'another machine is ahead');
  assert.equal((await client.get('profile/second-factor/setup')).status, 200);
  shift(`confirmed_at = ${now} + INTERVAL 2 HOUR`);
  assert.match((await client.get('profile/second-factor/setup')).location, /step-up/, 'a proof from the future is none');
  sql(`INSERT INTO login_throttle (bucket_sha256, failures, last_at, blocked_until) VALUES (${sha(`login:${people.dora}`)}, 50, ${now} + INTERVAL 3 HOUR, ${now} + INTERVAL 3 HOUR)`);
  const blocked = new Client();
  const answer = await blocked.submit(await blocked.get('login'), { login: people.dora, password }, `${prefix}login`);
  assert.equal(answer.status, 303, 'a wait that no clock of now has noted');
  forget();
});
