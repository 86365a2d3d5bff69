// The second factor: set up while signing on and in the profile, asked for, lost, guessed at, replayed, reset.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import jsQR from 'jsqr';
import { Client, signedIn } from '../harness/client.mjs';
import { mailsTo, waitForMail } from '../harness/mail.mjs';
import { newCompany, newPeople, newStaff, quote } from '../harness/people.mjs';
import { signOnBy } from '../harness/provider.mjs';
import { kontorctl, password, port, prefix, run, sql, sqlValue } from '../harness/stack.mjs';
import {
  askedForCode, checkConf, code, codesOn, enterCode, enterPassword, events, fromBase32, liveSessions, offered, otherConf, passTime,
  pending, personOf, secretFile, signOn, startOther, withSecondFactor, wrongCode,
} from './second-factor.mjs';

const SESSION = `__Host-kontor-${port}`;
const PENDING = `__Host-kontor-sign-on-${port}`;
const STRICT = '/strict/';
const company = newCompany();
const everybody = ['anna', 'bert', 'carl', 'dora', 'emil', 'fritz', 'gerda', 'hans', 'ida', 'jan', 'karla', 'lars', 'mara', 'nils', 'rolf'];
const people = newPeople(company, { ...Object.fromEntries(everybody.map((name) => [name, 'applicant'])), kai: 'coordinator', klaus: 'coordinator', otto: 'readonly', paula: 'readonly', nora: 'applicant', vera: 'applicant' });
const forget = () => sql('DELETE FROM login_throttle');
const keyFile = join(run, 'etc/kontor/secrets/login-keys');
const oldKey = readFileSync(keyFile, 'utf8').trim();
const newKey = randomBytes(32).toString('hex');

let stop = () => {};
// A login program of its own: coordinators and read-only people need a second factor there, and a new key came on top.
before(async () => {
  secretFile(`${keyFile}-rotated`, `${newKey}\n${oldKey}\n`);
  stop = await startOther('strict', { required_for: 'coordinator readonly', key_file: `${keyFile}-rotated` });
});
after(() => {
  stop();
  forget();
});

/** What a phone's camera sees. */
function scan(path, viewBox) {
  const size = Number(viewBox.split(' ')[2]);
  const scale = 4;
  const dark = new Set();
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let i = 0; i < Number(width); i++) dark.add(`${Number(x) + i},${y}`);
  }
  const pixels = new Uint8ClampedArray(size * size * scale * scale * 4).fill(255);
  for (let y = 0; y < size * scale; y++) {
    for (let x = 0; x < size * scale; x++) {
      if (!dark.has(`${Math.floor(x / scale)},${Math.floor(y / scale)}`)) continue;
      pixels.fill(0, 4 * (y * size * scale + x), 4 * (y * size * scale + x) + 3);
    }
  }
  return jsQR(pixels, size * scale, size * scale)?.data;
}

test('a role needs a second factor: the password alone opens nothing, set-up comes first', async () => {
  const client = new Client();
  const answer = await enterPassword(client, people.kai, STRICT);
  assert.equal(answer.status, 303);
  assert.match(answer.location, /\/strict\/login\/second-factor$/);
  assert.equal(client.cookie(SESSION), undefined);
  assert.ok(client.cookie(PENDING));
  assert.match(answer.headers.getSetCookie().find((line) => line.startsWith(PENDING)), /HttpOnly/i);
  assert.equal(liveSessions(people.kai), 0);
  for (const path of ['', 'company', 'profile/second-factor']) assert.equal((await client.get(path)).status, 303, path);
  // The token of the pending sign-on is no session either.
  const thief = new Client();
  thief.setCookie(SESSION, client.cookie(PENDING));
  assert.match((await thief.get('')).location, /login/);

  const page = await client.follow(answer);
  assert.match(page.url, /setup$/);
  assert.match(page.plain, /Your role needs a second factor/);
  assert.ok(!/\sstyle=|<script(?![^>]* src=)|"data:/i.test(page.text), 'nothing that the CSP forbids');
  const { secret, link, path, viewBox } = offered(page);
  assert.equal(fromBase32(secret).length, 20);
  const expected = `otpauth://totp/Kontor:${people.kai}?secret=${secret.replaceAll(' ', '')}&issuer=Kontor&algorithm=SHA1&digits=6&period=30`;
  assert.equal(link, expected);
  assert.equal(scan(path, viewBox), expected);
  assert.equal(offered(await client.get(page.url)).secret, secret, 'the same when the page is loaded again');

  const wrong = await enterCode(client, page, wrongCode(secret));
  assert.equal(wrong.status, 422);
  assert.match(wrong.errors[0].text, /code is not correct/);
  assert.equal(offered(wrong).secret, secret, 'the same after a wrong code');
  assert.equal(sqlValue(`SELECT COUNT(*) FROM second_factor WHERE person_id = ${personOf(people.kai)}`), '0');
  assert.equal(liveSessions(people.kai), 0);

  const done = await enterCode(client, page, code(secret));
  assert.equal(done.status, 200);
  const codes = codesOn(done);
  assert.equal(new Set(codes).size, 10);
  assert.equal(done.headers.get('cache-control'), 'no-store');
  assert.ok(client.cookie(SESSION));
  assert.equal(client.cookie(PENDING), undefined);
  assert.equal(pending(people.kai), 0);
  assert.equal(liveSessions(people.kai), 1);
  assert.equal(sqlValue(`SELECT second_factor FROM session WHERE person_id = ${personOf(people.kai)} AND ended_at IS NULL`), '1');
  assert.equal((await client.get('')).status, 200);
  // Sent again, the form shows no codes again and makes nothing new.
  const again = await enterCode(client, page, code(secret));
  assert.ok(!codes.some((text) => again.text.includes(text)));
  assert.notEqual(again.status, 200);
  assert.equal(liveSessions(people.kai), 1);
  assert.deepEqual(events(people.kai), ['second_factor.set_up']);
  const mail = await waitForMail((one) => one.to.includes(`${people.kai}@example.org`) && /second factor was set up/i.test(one.subject));
  assert.ok(!mail.raw.toString().includes(secret.replaceAll(' ', '')));

  // What the database keeps: nothing that a thief of it could use.
  const row = sql(`SELECT HEX(secret) AS secret FROM second_factor WHERE person_id = ${personOf(people.kai)}`)[0].secret;
  assert.ok(!row.includes(fromBase32(secret).toString('hex').toUpperCase()));
  assert.ok(!Buffer.from(row, 'hex').includes(secret.replaceAll(' ', '')));
  const hashes = sql(`SELECT HEX(code_sha256) AS hash FROM recovery_code WHERE person_id = ${personOf(people.kai)} ORDER BY 1`).map(({ hash }) => hash.toLowerCase());
  assert.deepEqual(hashes, codes.map((text) => createHash('sha256').update(text.replaceAll('-', '')).digest('hex')).sort());
});

test('sign-on with a code; each code counts once; its neighbours count, older and newer ones do not', async () => {
  const { secret } = await withSecondFactor(people.anna);
  const client = new Client();
  const used = code(secret);
  const answer = await signOn(client, people.anna, `${used.slice(0, 3)} ${used.slice(3)}`);
  assert.equal(answer.status, 303);
  assert.equal((await client.follow(answer)).status, 200);

  const replay = await signOn(new Client(), people.anna, used);
  assert.equal(replay.status, 422);
  assert.match(replay.errors[0].text, /has been used already/);
  // A phone that is half a minute slow: the code before is behind the one that was used.
  assert.match((await signOn(new Client(), people.anna, code(secret, -1))).errors[0].text, /used already/);
  passTime(people.anna);
  assert.equal((await signOn(new Client(), people.anna, code(secret, -1))).status, 303);
  passTime(people.anna);
  assert.equal((await signOn(new Client(), people.anna, code(secret, 1))).status, 303);
  passTime(people.anna);
  forget();
  assert.match((await signOn(new Client(), people.anna, code(secret, -5))).errors[0].text, /too old.*clock/);
  const early = await signOn(new Client(), people.anna, code(secret, 5));
  const wrong = await signOn(new Client(), people.anna, wrongCode(secret));
  assert.equal(early.errors[0].text, wrong.errors[0].text, 'a code of the future looks like any wrong one');
  assert.match(wrong.errors[0].text, /not correct/);
  assert.ok(!wrong.text.includes(wrongCode(secret)), 'what was typed is not shown again');
  const before = sqlValue(`SELECT SUM(tries) FROM pending_sign_on WHERE person_id = ${personOf(people.anna)}`);
  assert.match((await signOn(new Client(), people.anna, '12345')).errors[0].text, /not correct/);
  assert.equal(sqlValue(`SELECT SUM(tries) FROM pending_sign_on WHERE person_id = ${personOf(people.anna)}`), before, 'a slip of the finger is no try');
  assert.match(events(people.anna).join(' '), /second_factor.failed/);
});

test('the same code by two requests at once: exactly one comes in', async () => {
  const { secret } = await withSecondFactor(people.bert);
  for (let round = 0; round < 5; round++) {
    forget();
    passTime(people.bert);
    const clients = [new Client(), new Client(), new Client()];
    const pages = [];
    for (const client of clients) pages.push(await askedForCode(client, people.bert));
    const digits = code(secret);
    const before = liveSessions(people.bert);
    const answers = await Promise.all(clients.map((client, i) => enterCode(client, pages[i], digits)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 422, 422], `round ${round}`);
    assert.equal(liveSessions(people.bert), before + 1);
  }
  // And one form sent twice.
  forget();
  passTime(people.bert);
  const client = new Client();
  const page = await askedForCode(client, people.bert);
  const digits = code(secret);
  const before = liveSessions(people.bert);
  await Promise.all([enterCode(client, page, digits), enterCode(client, page, digits)]);
  assert.equal(liveSessions(people.bert), before + 1);
});

test('a recovery code lets in once, is told by mail, and leads to setting up another app', async () => {
  const { codes } = await withSecondFactor(people.carl);
  const client = new Client();
  const answer = await signOn(client, people.carl, codes[3], { field: 'recovery_code' });
  assert.equal(answer.status, 303);
  assert.match(answer.location, /profile\/second-factor\?recovered=1/);
  const profile = await client.follow(answer);
  assert.match(profile.plain, /signed in with a recovery code/);
  assert.match(profile.plain, /9 codes left/);
  const mail = await waitForMail((one) => one.to.includes(`${people.carl}@example.org`) && /recovery code/i.test(one.subject));
  assert.match(mail.text, /left: 9/);
  const again = await signOn(new Client(), people.carl, codes[3], { field: 'recovery_code' });
  assert.equal(again.status, 422);
  assert.match(again.errors[0].text, /none of yours, or it has been used/);
  assert.equal(again.errors[0].field, 'recovery_code');
  // As people type it, also into the other field; O for 0.
  const typed = codes[4].toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
  assert.equal((await signOn(new Client(), people.carl, typed)).status, 303);
  // Somebody else's code is worth nothing.
  const { codes: foreign } = await withSecondFactor(people.dora);
  assert.equal((await signOn(new Client(), people.carl, foreign[0], { field: 'recovery_code' })).status, 422);
  // The same code twice at once.
  const clients = [new Client(), new Client()];
  const pages = [await askedForCode(clients[0], people.carl), await askedForCode(clients[1], people.carl)];
  const both = await Promise.all(clients.map((one, i) => enterCode(one, pages[i], codes[5], 'recovery_code')));
  assert.deepEqual(both.map(({ status }) => status).sort(), [303, 422]);
});

test('five wrong codes end the sign-on; guesses over many sign-ons wait longer and longer; paper always helps', async () => {
  const { secret, codes } = await withSecondFactor(people.emil);
  forget();
  const client = new Client();
  const page = await askedForCode(client, people.emil);
  const wrong = wrongCode(secret);
  for (let i = 0; i < 4; i++) assert.equal((await enterCode(client, page, wrong)).status, 422);
  const over = await enterCode(client, page, wrong);
  assert.equal(over.status, 403);
  assert.match(over.plain, /too many wrong codes/);
  assert.equal((await enterCode(client, page, code(secret))).status, 403, 'the right one comes too late');
  assert.equal(pending(people.emil), 0);
  assert.ok(events(people.emil).includes('second_factor.given_up'));
  await waitForMail((one) => one.to.includes(`${people.emil}@example.org`) && /broken off/.test(one.subject));

  // The next sign-on of the same person has to wait after its first guess.
  const next = new Client();
  const second = await askedForCode(next, people.emil);
  assert.equal((await enterCode(next, second, wrong)).status, 429);
  const waiting = await enterCode(next, second, code(secret));
  assert.equal(waiting.status, 429, 'the right code does not help before the wait is over');
  const wait = Number(waiting.headers.get('retry-after'));
  assert.ok(wait > 0 && wait <= 30, `wait ${wait}`);
  assert.match(waiting.errors[0].text, /Please wait \d+ seconds/);
  const others = new Client();
  assert.equal((await signOn(others, people.emil, codes[0], { field: 'recovery_code' })).status, 303, 'a recovery code is never kept waiting');

  // The success has cleared the count. Twenty guesses at once, each with a sign-on of its own.
  const crowd = await Promise.all(Array.from({ length: 20 }, async () => {
    const one = new Client();
    return { one, page: await askedForCode(one, people.emil) };
  }));
  const answers = await Promise.all(crowd.map(({ one, page: form }) => enterCode(one, form, wrong)));
  const statuses = answers.map(({ status }) => status).sort();
  assert.ok(statuses.filter((status) => status === 422).length <= 5, `tried: ${statuses}`);
  assert.equal(statuses.filter((status) => status === 422 || status === 429).length, 20, `${statuses}`);
  assert.equal(sqlValue("SELECT MAX(failures) FROM login_throttle"), '5');
  // The wait grows, to five minutes at most; then it passes.
  for (let i = 0; i < 6; i++) {
    sql('UPDATE login_throttle SET blocked_until = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND');
    await signOn(new Client(), people.emil, wrong);
  }
  const longest = Number(sqlValue('SELECT MAX(TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(6), blocked_until)) FROM login_throttle'));
  assert.ok(longest > 250 && longest <= 300, `${longest} s`);
  sql('UPDATE login_throttle SET blocked_until = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND');
  passTime(people.emil);
  assert.equal((await signOn(new Client(), people.emil, code(secret))).status, 303);
});

test('a tab that was left for eleven minutes: the password again', async () => {
  const { secret } = await withSecondFactor(people.fritz);
  const client = new Client();
  const page = await askedForCode(client, people.fritz);
  sql(`UPDATE pending_sign_on SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE WHERE person_id = ${personOf(people.fritz)}`);
  const before = liveSessions(people.fritz);
  const late = await enterCode(client, page, code(secret));
  assert.equal(late.status, 403);
  assert.match(late.plain, /Please sign in again.*ten minutes/);
  assert.ok(late.links.some(({ href }) => href.endsWith('/login')));
  assert.equal((await client.get('login/second-factor')).status, 403);
  // By then the browser has dropped the cookie: the page leads back to the password.
  client.setCookie(PENDING, '');
  assert.match((await client.get('login/second-factor')).location, /\/login$/);
  assert.equal((await enterCode(client, page, code(secret))).status, 403);
  assert.equal(liveSessions(people.fritz), before);
  assert.equal((await signOn(new Client(), people.fritz, code(secret))).status, 303, 'the code was not used up');
});

test('the password alone replaces no second factor', async () => {
  const { secret } = await withSecondFactor(people.gerda);
  const client = new Client();
  const page = await askedForCode(client, people.gerda);
  assert.match((await client.get('login/second-factor/setup')).location, /second-factor$/);
  const csrf = page.forms.find((form) => form.action.endsWith('second-factor')).fields.csrf;
  const answer = await client.post('login/second-factor/setup', { csrf, code: code(secret) });
  assert.equal(answer.status, 303);
  assert.match(answer.location, /login\/second-factor$/);
  const before = liveSessions(people.gerda);
  assert.equal(client.cookie(SESSION), undefined);
  assert.equal(before, liveSessions(people.gerda));
  // Without the form's token nothing is looked at.
  assert.equal((await client.post('login/second-factor', { code: code(secret) })).status, 403);
  // Another browser's pending sign-on is no help either.
  const thief = new Client();
  assert.match((await thief.get('login/second-factor')).location, /\/login$/);
});

test('two tabs set one up: the first one wins, the other asks for its code', async () => {
  const tabs = [];
  for (let i = 0; i < 3; i++) {
    const client = new Client();
    const page = await client.follow(await enterPassword(client, people.paula, STRICT));
    tabs.push({ client, page, secret: offered(page).secret });
  }
  assert.equal(new Set(tabs.map(({ secret }) => secret)).size, 3);
  const both = await Promise.all(tabs.slice(0, 2).map(({ client, page, secret }) => enterCode(client, page, code(secret))));
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 303]);
  const winner = both.findIndex(({ status }) => status === 200);
  assert.match(both[1 - winner].location, /login\/second-factor$/);
  const late = await enterCode(tabs[2].client, tabs[2].page, code(tabs[2].secret));
  assert.equal(late.status, 303);
  assert.match(late.location, /login\/second-factor$/);
  assert.equal(liveSessions(people.paula), 1);
  passTime(people.paula);
  const page = await tabs[2].client.follow(late);
  assert.equal((await enterCode(tabs[2].client, page, code(tabs[2].secret))).status, 422, 'the secret of that tab is nobody\'s');
  assert.equal((await enterCode(tabs[2].client, page, code(tabs[winner].secret))).status, 303);
  assert.deepEqual(events(people.paula).filter((action) => action === 'second_factor.set_up'), ['second_factor.set_up']);
});

test('in the profile: set up, another app, new recovery codes, remove; mails for each', async () => {
  const login = people.hans;
  const address = `${login}@example.org`;
  const client = await signedIn(login);
  assert.match((await client.get('profile/second-factor')).plain, /nobody gets in with your password alone/);
  const first = await client.get('profile/second-factor/setup');
  const old = offered(first).secret;
  assert.equal((await client.submit(first, { code: wrongCode(old) }, 'setup')).status, 422);
  const done = await client.submit(first, { code: code(old) }, 'setup');
  const oldCodes = codesOn(done);
  assert.equal(oldCodes.length, 10);
  const status = await client.get('profile/second-factor');
  assert.match(status.plain, /10 codes left/);

  const second = await client.get('profile/second-factor/setup');
  const secret = offered(second).secret;
  assert.notEqual(secret, old, 'another secret than the one in use');
  assert.match(second.plain, /stop working as soon as the new one is set up/);
  const replaced = await client.submit(second, { code: code(secret) }, 'setup');
  const codes = codesOn(replaced);
  assert.equal(new Set([...codes, ...oldCodes]).size, 20);
  passTime(login);
  assert.equal((await signOn(new Client(), login, code(old))).status, 422, 'the old app is out');
  assert.equal((await signOn(new Client(), login, oldCodes[0], { field: 'recovery_code' })).status, 422, 'the old paper too');
  assert.equal((await signOn(new Client(), login, code(secret))).status, 303);

  const fresh = await client.submit(await client.get('profile/second-factor'), {}, 'recovery-codes');
  assert.equal(fresh.status, 200);
  assert.ok(!codesOn(fresh).some((text) => codes.includes(text)));
  assert.equal((await signOn(new Client(), login, codes[0], { field: 'recovery_code' })).status, 422);
  assert.equal((await signOn(new Client(), login, codesOn(fresh)[0], { field: 'recovery_code' })).status, 303);

  const removed = await client.submit(await client.get('profile/second-factor'), {}, 'remove');
  assert.equal(removed.status, 303);
  assert.match((await client.follow(removed)).plain, /second factor was removed/);
  assert.equal((await client.submit(status, {}, 'remove')).status, 303, 'once more changes nothing');
  assert.equal((await client.submit(status, {}, 'recovery-codes')).status, 303);
  assert.equal(sqlValue(`SELECT COUNT(*) FROM recovery_code WHERE person_id = ${personOf(login)}`), '0');
  assert.match((await enterPassword(new Client(), login)).location, /^\/$|\/$/, 'the password alone is enough again');
  await waitForMail((one) => one.to.includes(address) && /was removed/.test(one.subject));
  const subjects = mailsTo(address).map(({ subject }) => subject).join('\n');
  assert.match(subjects, /was set up[\s\S]*was set up[\s\S]*new recovery codes/i);
  assert.deepEqual(events(login).filter((action) => !/failed|used/.test(action)),
    ['second_factor.set_up', 'second_factor.set_up', 'second_factor.new_codes', 'second_factor.removed']);
});

test('after a changed second factor the other sessions are ended with one button', async () => {
  const { client, codes } = await withSecondFactor(people.rolf);
  const page = await client.get('profile/second-factor/setup');
  const { secret } = offered(page);
  passTime(people.rolf);
  const other = new Client();
  assert.equal((await signOn(other, people.rolf, codes[0], { field: 'recovery_code' })).status, 303);
  const done = await client.submit(page, { code: code(secret) }, 'setup');
  assert.equal(liveSessions(people.rolf), 2);
  assert.equal((await client.submit(done, {}, 'sessions/end-others')).status, 303);
  assert.equal(liveSessions(people.rolf), 1);
  assert.match((await other.get('')).location, /login/);
  assert.equal((await client.get('')).status, 200);
});

test('who needs one by role cannot remove it', async () => {
  const { client } = await withSecondFactor(people.otto);
  const page = await client.get('/strict/profile/second-factor');
  assert.match(page.plain, /Your role needs a second factor, so it cannot be removed/);
  assert.ok(!page.forms.some(({ action }) => action.endsWith('remove')));
  const { csrf } = page.forms.find(({ action }) => action.endsWith('recovery-codes')).fields;
  assert.equal((await client.post('/strict/profile/second-factor/remove', { csrf })).status, 403);
  assert.equal(sqlValue(`SELECT COUNT(*) FROM second_factor WHERE person_id = ${personOf(people.otto)}`), '1');
});

test('a secret opens for its owner alone, and is sealed again when a key came on top', async () => {
  const { secret, codes } = await withSecondFactor(people.ida);
  await withSecondFactor(people.jan);
  const id = () => sqlValue(`SELECT HEX(SUBSTR(secret, 2, 4)) FROM second_factor WHERE person_id = ${personOf(people.ida)}`);
  const idOf = (key) => createHash('sha256').update(Buffer.from(key, 'hex')).digest('hex').slice(0, 8).toUpperCase();
  assert.equal(id(), idOf(oldKey));
  assert.equal((await signOn(new Client(), people.ida, code(secret), { base: STRICT })).status, 303, 'the old key still opens');
  assert.equal(id(), idOf(newKey));
  passTime(people.ida);
  // The program with the old file cannot read it now: said so, and the paper works.
  const sealed = await signOn(new Client(), people.ida, code(secret));
  assert.equal(sealed.status, 422);
  assert.match(sealed.errors[0].text, /cannot be checked at the moment. Use a recovery code/);
  assert.equal((await signOn(new Client(), people.ida, codes[0], { field: 'recovery_code' })).status, 303);
  assert.equal((await signOn(new Client(), people.ida, code(secret), { base: STRICT })).status, 303);

  // Ida's row under Jan's name: her app does not open his account.
  sql(`UPDATE second_factor j JOIN second_factor i ON i.person_id = ${personOf(people.ida)} SET j.secret = i.secret WHERE j.person_id = ${personOf(people.jan)}`);
  passTime(people.jan);
  const foreign = await signOn(new Client(), people.jan, code(secret), { base: STRICT });
  assert.match(foreign.errors[0].text, /cannot be checked/);
});

test('the same over JSON, and return_to is kept', async () => {
  const { secret } = await withSecondFactor(people.karla);
  const client = new Client();
  const headers = { accept: 'application/json' };
  const form = await client.get('login', { headers });
  const send = (path, fields) => client.request('POST', path, {
    body: JSON.stringify(fields), headers: { ...headers, 'content-type': 'application/json', 'x-kontor-csrf': form.headers.get('x-kontor-csrf') },
  });
  const first = await send('login', { login: people.karla, password, return_to: '/company' });
  assert.equal(first.status, 303);
  assert.match(first.location, /second-factor\?return_to=%2Fcompany/);
  const asked = await client.get(first.location, { headers });
  assert.equal(asked.json.return_to, '/company');
  const wrong = await send('login/second-factor', { code: wrongCode(secret), return_to: '/company' });
  assert.equal(wrong.status, 422);
  const right = await send('login/second-factor', { code: code(secret), return_to: '/company' });
  assert.equal(right.status, 303);
  assert.match(right.location, /\/company$/);
  // Foreign addresses are not gone to.
  const evil = new Client();
  passTime(people.karla);
  const page = await askedForCode(evil, people.karla);
  const { csrf } = page.forms.find(({ action }) => action.endsWith('second-factor')).fields;
  const answer = await evil.post('login/second-factor', { csrf, code: code(secret), return_to: '//evil.example/' });
  assert.equal(answer.status, 303);
  assert.equal(new URL(answer.location, 'http://localhost').pathname, prefix);
});

test('what the provider asked for counts; otherwise the code is asked for here', async () => {
  const { secret } = await withSecondFactor(people.mara);
  const client = new Client();
  const once = await signOnBy(client, 'customers', people.mara);
  assert.equal(once.status, 303);
  assert.match(once.location, /login\/second-factor/);
  assert.equal(client.cookie(SESSION), undefined);
  assert.equal((await enterCode(client, await client.follow(once), code(secret))).status, 303);
  const session = (from) => sql(`SELECT method, second_factor FROM session WHERE token_sha256 = UNHEX(SHA2('${from.cookie(SESSION)}', 256))`)[0];
  assert.deepEqual(session(client), { method: 'provider', second_factor: '1' });
  const other = new Client();
  const twice = await signOnBy(other, 'customers', people.mara, { secondFactor: true });
  assert.doesNotMatch(twice.location, /second-factor/);
  assert.deepEqual(session(other), { method: 'provider', second_factor: '1' });
});

test('a reset: by a coordinator of the company and by staff with the right, by nobody else and not by oneself', async () => {
  const login = people.nils;
  const { client, codes, secret } = await withSecondFactor(login);
  const own = `account/people/${personOf(login)}/reset-second-factor`;
  const byStaff = `account/persons/${personOf(login)}/reset-second-factor`;
  const has = () => sqlValue(`SELECT COUNT(*) FROM second_factor WHERE person_id = ${personOf(login)}`) === '1';
  const stranger = newPeople(newCompany(), { kurt: 'coordinator' }).kurt;
  const admin = newStaff({ roles: ['admin'] });
  const refused = async (who, path, status) => {
    const one = await signedIn(who);
    assert.equal((await one.get(path)).status, status, `GET ${path} by ${who}`);
    // The token of any form of theirs.
    const { csrf } = (await one.get('logout')).forms.find(({ fields }) => fields.csrf).fields;
    assert.equal((await one.post(path, { csrf })).status, status, `POST ${path} by ${who}`);
    assert.ok(has(), who);
  };
  await refused('readonly', own, 403);
  await refused(stranger, own, 404);
  await refused('auditor', byStaff, 403);
  await refused('service', byStaff, 403);
  // A coordinator of the company.
  const klaus = await signedIn(people.klaus);
  const waiting = new Client();
  const page = await askedForCode(waiting, login);
  const done = await klaus.submit(await klaus.get(own), {}, 'reset-second-factor');
  assert.equal(done.status, 303);
  assert.match((await klaus.follow(done)).plain, /second factor was reset/);
  assert.ok(!has());
  assert.equal(liveSessions(login), 0);
  assert.match((await client.get('')).location, /login/, 'the session is over at the next request');
  assert.equal((await enterCode(waiting, page, code(secret))).status, 403, 'and so is the sign-on that waited');
  assert.equal(sqlValue(`SELECT COUNT(*) FROM recovery_code WHERE person_id = ${personOf(login)}`), '0');
  assert.equal(sqlValue(`SELECT person_id FROM audit_event WHERE action = 'second_factor.reset' AND object = 'person:${personOf(login)}'`), personOf(people.klaus));
  const mail = await waitForMail((one) => one.to.includes(`${login}@example.org`) && /was reset/.test(one.subject));
  assert.match(mail.text, new RegExp(`${people.klaus} has removed`));
  assert.match((await enterPassword(new Client(), login)).location, /\/$/, 'not needed by role: the password is enough until a new one is set up');
  // Where the role needs one, the next sign-on sets it up.
  assert.match((await enterPassword(new Client(), people.otto, STRICT)).location, /second-factor/);

  // Staff with the right; a second time there is nothing to do.
  const again = await withSecondFactor(login);
  const boss = await signedIn(admin);
  const confirm = await boss.get(byStaff);
  assert.equal((await boss.submit(confirm, {}, 'reset-second-factor')).status, 303);
  assert.ok(!has());
  assert.equal(liveSessions(login), 0);
  assert.equal((await boss.submit(confirm, {}, 'reset-second-factor')).status, 303);
  assert.equal(sqlValue(`SELECT COUNT(*) FROM audit_event WHERE action = 'second_factor.reset' AND object = 'person:${personOf(login)}'`), '2');
  assert.ok(codes.length === 10 && again.codes.length === 10);
  // Nobody their own.
  await withSecondFactor(people.klaus);
  const self = `account/people/${personOf(people.klaus)}/reset-second-factor`;
  const { csrf } = (await klaus.get('logout')).forms.find(({ fields }) => fields.csrf).fields;
  assert.equal((await klaus.post(self, { csrf })).status, 403);
  assert.equal(sqlValue(`SELECT COUNT(*) FROM second_factor WHERE person_id = ${personOf(people.klaus)}`), '1');
});

test('kontorctl second-factor reset: for whom nobody in the portal may help; an ambiguous login changes nothing', async () => {
  const login = newStaff({ roles: ['admin'] });
  const { client } = await withSecondFactor(login);
  const id = personOf(login);
  const reset = (...args) => kontorctl('second-factor', 'reset', ...args).then(({ stdout }) => ({ code: 0, stdout }), ({ code, stderr }) => ({ code, stderr }));
  const has = () => sqlValue(`SELECT COUNT(*) FROM second_factor WHERE person_id = ${id}`) === '1';
  sql(`INSERT INTO person (login, display_name, email, is_staff, created_at) VALUES (${quote(login)}, 'Somebody else', '', 1, NOW(6));
       INSERT INTO identity (person_id, issuer, subject, login_key, created_at) VALUES (LAST_INSERT_ID(), 'https://idp.example', 'x-${login}', ${quote(login)}, NOW(6))`);
  const several = await reset('--person', login);
  assert.equal(several.code, 1);
  assert.match(several.stderr, /several people have the login[\s\S]*identity ldap:main[\s\S]*identity https:\/\/idp\.example[\s\S]*--issuer/);
  for (const [args, code] of [[['--person', 'no\u001b[31mbody'], 1], [[], 64], [[login], 64], [['--all'], 64]]) {
    const answer = await reset(...args);
    assert.equal(answer.code, code, args.join(' '));
    assert.doesNotMatch(answer.stderr, /\u001b/);
  }
  assert.ok(has());
  assert.equal((await client.get('profile')).status, 200);
  const waiting = new Client();
  const page = await askedForCode(waiting, login);

  const done = await reset('--person', login, '--issuer', 'ldap:main');
  assert.deepEqual([done.code, done.stdout.startsWith(`second factor of person ${id} (`)], [0, true]);
  assert.ok(!has());
  assert.equal(sqlValue(`SELECT COUNT(*) FROM recovery_code WHERE person_id = ${id}`), '0');
  assert.equal(liveSessions(login), 0);
  assert.match((await client.get('profile')).location, /login/);
  assert.equal((await enterCode(waiting, page, '000000')).status, 403, 'a sign-on that waited is over, too');
  const events = sql(`SELECT person_id, program, detail FROM audit_event WHERE action = 'second_factor.reset' AND object = 'person:${id}'`);
  assert.equal(events.length, 1);
  assert.deepEqual([events[0].person_id, events[0].program], [null, 'ctl'], 'by nobody who is signed on');
  const detail = JSON.parse(events[0].detail);
  assert.equal(detail.reason, 'operator');
  assert.ok(detail.operator.length > 0);
  const mail = await waitForMail((one) => one.to.includes(`${login}@example.org`) && /was reset/.test(one.subject));
  assert.match(mail.text, /The operator of the portal\s+has\s+removed/);
  assert.equal((await reset('--person', login, '--issuer', 'ldap:main')).code, 1, 'nothing is left to reset');
});

test('kontorctl session end: who waits for a code does not come in behind it', async () => {
  const own = newCompany();
  const { wim } = newPeople(own, { wim: 'applicant' });
  const { secret } = await withSecondFactor(wim);
  let step = 0;
  for (const scope of [['--person', wim], ['--company', own.reference], ['--issuer', 'ldap:main'], ['--all']]) {
    const client = new Client();
    const page = await askedForCode(client, wim);
    await kontorctl('session', 'end', '--person', people.nils);
    assert.equal((await client.get('login/second-factor')).status, 200, 'somebody else');
    await kontorctl('session', 'end', ...scope);
    assert.equal((await enterCode(client, page, code(secret, step++ % 2))).status, 403, scope.join(' '));
  }
  assert.equal(liveSessions(wim), 0);
});

test('a role that needs a second factor ends the sessions that were opened without one', async () => {
  const nora = await signedIn(people.nora);
  const { secret } = await withSecondFactor(people.vera);
  const vera = new Client();
  await vera.follow(await signOn(vera, people.vera, code(secret)));
  const sessions = (login) => sql(`SELECT second_factor, end_reason FROM session WHERE person_id = ${personOf(login)} ORDER BY id`);
  const klaus = await signedIn(newPeople(company, { klara: 'coordinator' }).klara);
  for (const login of [people.nora, people.vera]) {
    const check = await klaus.get(`/strict/account/people/${personOf(login)}/roles?role-coordinator=1&all-coordinator=1`);
    assert.equal(check.status, 200, check.plain.slice(0, 300));
    assert.equal((await klaus.submit(check)).status, 303);
  }
  assert.deepEqual(sessions(people.nora), [{ second_factor: '0', end_reason: 'role-change' }]);
  assert.match((await nora.get('')).location, /login/);
  // Vera showed hers, in one of her two sessions.
  assert.deepEqual(sessions(people.vera), [{ second_factor: '0', end_reason: 'role-change' }, { second_factor: '1', end_reason: null }]);
  assert.equal((await vera.follow(await vera.get(''))).status, 200);
});

test('German pages say it in German', async () => {
  const { secret } = await withSecondFactor(people.lars);
  const client = new Client({ language: 'de' });
  const page = await askedForCode(client, people.lars);
  assert.match(page.plain, /Code aus Ihrer Authentifizierungs-App/);
  assert.match((await enterCode(client, page, wrongCode(secret))).errors[0].text, /Der Code ist nicht richtig/);
});

test('a configuration that would not hold is refused at start', () => {
  const refused = (values, text) => {
    const result = checkConf(otherConf('bad', values));
    assert.equal(result.status, 78, JSON.stringify(result));
    assert.match(result.text, text);
  };
  const bad = `${keyFile}-bad`;
  assert.equal(checkConf(otherConf('bad', { required_for: '' })).status, 0);
  secretFile(bad, `${oldKey}\n`, 0o440);
  refused({ key_file: bad }, /closed to group and others/);
  secretFile(bad, `${oldKey.slice(0, 40)}\n`);
  refused({ key_file: bad }, /bad:1: not 64 hexadecimal digits/);
  secretFile(bad, '');
  refused({ key_file: bad }, /holds no key/);
  refused({ key_file: `${keyFile}-absent` }, /No such file/);
  refused({ required_for: 'lead boss' }, /no role boss/);
});
