// Sign-on against a provider that lies in one way at a time (harness/evil_provider.mjs). Each lie: no session, a page of
// its own, a log line with the reason and without a token.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Client } from '../harness/client.mjs';
import { DISCOVERY_ATTACKS, EvilProvider, LOGOUT_ATTACKS, TOKEN_ATTACKS, TOKEN_ENDPOINT_ATTACKS, evilSettings, signed } from '../harness/evil_provider.mjs';
import { addProvider, here, restartLogin } from '../harness/provider.mjs';
import { log, port, prefix, sql, sqlValue, until } from '../harness/stack.mjs';

const SESSION = `__Host-kontor-${port}`;
let evil;
let other;
const away = [];
before(async () => {
  evil = await EvilProvider.start();
  other = await EvilProvider.start();
  away.push(addProvider('evil', evilSettings(evil)), addProvider('other', { ...evilSettings(other), role_map: 'member=auditor' }));
  await restartLogin();
});
after(async () => {
  for (const gone of away) gone();
  await restartLogin();
  await evil.stop();
  await other.stop();
});

const live = () => Number(sqlValue('SELECT COUNT(*) FROM session WHERE ended_at IS NULL'));
/** Text that the log of kontor-login gained while `act` ran. */
async function logged(act) {
  const before = log('login').length;
  const result = await act();
  return { result, text: () => log('login').slice(before) };
}
/** One try, by the button and back; where the browser comes back to may be changed. */
async function attempt(client = new Client(), change = (back) => back, name = 'evil', provider = evil) {
  sql('DELETE FROM circuit_breaker');
  const there = await client.get(`login/provider/${name}`);
  if (there.status !== 303) return there;
  return client.get(here(change(provider.back(there.location))));
}
/** What holds after every attack. */
async function nothingHappened(what, reason, answer, text, client, sessions) {
  assert.ok(answer.status >= 400 && answer.status < 600 && answer.status !== 500, `${what}: ${answer.status}`);
  assert.equal(answer.h1, 'The sign-in did not work', what);
  assert.equal(client.cookie(SESSION), undefined, what);
  assert.equal(live(), sessions, `${what}: no session`);
  await until(() => text().includes(`: ${reason}`), { what: `${what}: the log says ${reason}, not: ${text()}` });
  assert.match(text(), /"event":"provider_refused"/);
  for (const secret of [evil.lastToken, evil.lastAccessToken]) {
    if (secret.length > 20) assert.ok(!text().includes(secret.slice(-20)) && !answer.text.includes(secret.slice(-20)), `${what}: no token in log or page`);
  }
  assert.doesNotMatch(answer.text, /[?&;](code|state)=/, `${what}: what came along is in no link`);
  assert.doesNotMatch(text() + answer.text, /eyJ[\w-]*\.[\w-]/); // a form token may hold these letters, and has no dot
}

test('when it is good it lets people in', async () => {
  const client = new Client();
  const answer = await attempt(client);
  assert.equal(answer.status, 303, answer.plain);
  assert.equal((await client.follow(answer)).status, 200);
  assert.equal(evil.lastForm.get('grant_type'), 'authorization_code');
  assert.match(evil.lastForm.get('code_verifier'), /^[\w-]{43}$/);
  assert.ok(!(await client.get('staff/queue')).text.includes(evil.lastToken));
});

test('a subject with a blank more is somebody else', async () => {
  const subjects = () => Number(sqlValue("SELECT COUNT(DISTINCT person_id) FROM identity WHERE RTRIM(subject) = 'evil-1'"));
  assert.equal((await attempt()).status, 303);
  assert.equal(subjects(), 1);
  evil.claims = { sub: 'evil-1 ', preferred_username: 'evil-blank' };
  try {
    assert.equal((await attempt()).status, 303);
  } finally {
    evil.claims = {};
  }
  assert.equal(subjects(), 2);
});

test('who comes back without a role has none in the sessions of before either', async () => {
  const before = new Client();
  evil.claims = { sub: 'evil-3', preferred_username: 'evil-three' };
  try {
    await before.follow(await attempt(before));
    assert.equal((await before.get('staff/queue')).status, 200);
    evil.claims = { ...evil.claims, groups: [] };
    assert.equal((await attempt()).status, 403);
  } finally {
    evil.claims = {};
  }
  assert.equal((await before.get('staff/queue')).status, 403);
});

test('a sign-on there of some time ago is no fresh proof for delicate acts here', async () => {
  const delicate = async (claims) => {
    const client = new Client();
    evil.claims = { sub: 'evil-4', preferred_username: 'evil-four', ...claims };
    try {
      await client.follow(await attempt(client));
    } finally {
      evil.claims = {};
    }
    return client.get('profile/second-factor/setup');
  };
  const seconds = Math.floor(Date.now() / 1000);
  const old = await delicate({ auth_time: seconds - 3600 });
  assert.equal(old.status, 303);
  assert.match(old.location, /login\/step-up/);
  for (const claims of [{ auth_time: seconds - 60 }, { auth_time: seconds + 3 }, {}, { auth_time: 1e300 }, { auth_time: 'x' }]) {
    assert.equal((await delicate(claims)).status, 200, JSON.stringify(claims));
  }
});

for (const [what, attack] of Object.entries(TOKEN_ATTACKS)) {
  test(`token: ${what}`, async () => {
    const client = new Client();
    const sessions = live();
    evil.be('token', attack);
    const { result, text } = await logged(() => attempt(client));
    evil.be();
    await nothingHappened(what, attack.reason, result, text, client, sessions);
    // Evil has a door of its own to be fetched at, and nobody came.
    assert.equal(evil.asked['/other-jwks'] ?? 0, 0);
  });
}

test('the reasons have pages of their own: clocks, strength, what was not accepted; in both languages', async () => {
  const pages = { expired: /clocks of the two systems/, 'issued in the future': /clocks of the two systems/, 'acr missing': /not sign in there in the way that is needed/, 'wrong audience': /did not pass our checks/ };
  for (const [what, text] of Object.entries(pages)) {
    evil.be('token', TOKEN_ATTACKS[what]);
    assert.match((await attempt()).plain, text, what);
  }
  assert.match((await attempt(new Client({ language: 'de' }))).plain, /hat unsere Prüfungen nicht bestanden/);
  evil.be();
  assert.equal((await attempt()).status, 303);
});

for (const [what, attack] of Object.entries(TOKEN_ENDPOINT_ATTACKS)) {
  test(`token endpoint: ${what}`, async () => {
    const client = new Client();
    const sessions = live();
    const began = Date.now();
    evil.be('token-endpoint', attack);
    const { result, text } = await logged(() => attempt(client));
    evil.be();
    assert.ok(Date.now() - began < 3000, 'bounded by timeout_ms');
    await nothingHappened(what, attack.reason, result, text, client, sessions);
    // One that does not answer is left alone by all processes, and costs nobody more time.
    const open = Number(sqlValue("SELECT COUNT(*) FROM circuit_breaker WHERE name = 'provider:evil' AND open_until > NOW(6)"));
    assert.equal(open, attack.reason === 'provider-away' ? 1 : 0);
    if (open) {
      const again = Date.now();
      assert.equal((await new Client().get('login/provider/evil')).status, 503);
      assert.ok(Date.now() - again < 500);
    }
    assert.equal(evil.asked['/token2'] ?? 0, 0, 'no redirect is followed');
  });
}

test('what the browser brings back: states, issuers and errors that do not fit', async () => {
  const cases = {
    'no state': [{ state: undefined }, 'try-missing'],
    'another state': [{ state: 'B'.repeat(43) }, 'try-missing'],
    'a state that begins alike': [(back) => back.replace(/state=([\w-]{20})[\w-]{23}/, `state=$1${'B'.repeat(23)}`), 'state'],
    'no iss, though promised': [(back) => back.replace(/&iss=[^&]*/, ''), 'iss-missing'],
    'iss of somebody else': [(back) => back.replace(/&iss=[^&]*/, `&iss=${encodeURIComponent(other.issuer)}`), 'iss-wrong'],
    'iss with a slash': [(back) => back.replace(/&iss=[^&]*/, '$&%2F'), 'iss-wrong'],
    'no code': [(back) => back.replace(/code=[^&]*&/, ''), 'code-missing'],
    'an unknown code': [(back) => back.replace(/code=[^&]*&/, 'code=nobodys&'), 'code-refused'],
    'an error': [(back) => back.replace(/code=[^&]*&/, 'error=server_error&error_description=%3Cscript%3E&'), 'provider-error'],
    'an error of the person': [(back) => back.replace(/code=[^&]*&/, 'error=access_denied&'), 'access-denied'],
  };
  for (const [what, [change, reason]] of Object.entries(cases)) {
    const client = new Client();
    const sessions = live();
    const by = typeof change === 'function' ? change : (back) => { const at = new URL(back); for (const [name, value] of Object.entries(change)) value === undefined ? at.searchParams.delete(name) : at.searchParams.set(name, value); return at.href; };
    const { result, text } = await logged(() => attempt(client, by));
    await nothingHappened(what, reason, result, text, client, sessions);
    assert.doesNotMatch(result.text, /<script>/);
  }
});

test('mixed up: the answer of one provider at the callback of another is redeemed nowhere', async () => {
  const client = new Client();
  const sessions = live();
  const tokens = (evil.asked['/token'] ?? 0) + (other.asked['/token'] ?? 0);
  const there = await client.get('login/provider/evil');
  const { result, text } = await logged(() => client.get(here(evil.back(there.location).replace('/evil/', '/other/'))));
  await nothingHappened('mixed up', 'provider-mixed-up', result, text, client, sessions);
  assert.equal((evil.asked['/token'] ?? 0) + (other.asked['/token'] ?? 0), tokens, 'the code was shown to nobody');
});

test('a code or state that comes again, also from another browser', async () => {
  const client = new Client();
  const there = await client.get('login/provider/evil');
  const back = here(evil.back(there.location));
  const [name] = client.cookieNames();
  const kept = client.cookie(name);
  assert.equal((await new Client().get(back)).status, 400, 'another browser');
  assert.equal((await client.get(back)).status, 303);
  const sessions = live();
  // Many at once, with the cookie put back: the state counts once.
  const copies = await Promise.all(Array.from({ length: 6 }, () => {
    const copy = new Client();
    copy.setCookie(name, kept);
    return copy.get(back);
  }));
  assert.deepEqual([...new Set(copies.map(({ status }) => status))], [400]);
  assert.equal(live(), sessions);
  // And of those that race from the start one wins.
  const racer = new Client();
  const start = await racer.get('login/provider/evil');
  const goal = here(evil.back(start.location));
  const [cookie] = racer.cookieNames();
  const racing = await Promise.all(Array.from({ length: 6 }, () => {
    const copy = new Client();
    copy.setCookie(cookie, racer.cookie(cookie));
    return copy.get(goal);
  }));
  assert.equal(racing.filter(({ status }) => status === 303).length, 1);
});

test('two providers: the same subject and login at both are two people', async () => {
  for (const provider of [evil, other]) provider.claims = { sub: 'same-subject', preferred_username: 'same-login', email: 'same@example.org' };
  const [one, two] = [new Client(), new Client()];
  assert.equal((await attempt(one)).status, 303);
  assert.equal((await attempt(two, undefined, 'other', other)).status, 303);
  const person = (client) => sqlValue(`SELECT person_id FROM session WHERE token_sha256 = UNHEX(SHA2('${client.cookie(SESSION)}', 256))`);
  assert.notEqual(person(one), person(two));
  const roles = (client) => sqlValue(`SELECT GROUP_CONCAT(role) FROM staff_role WHERE person_id = ${person(client)}`);
  assert.deepEqual([roles(one), roles(two)], ['member', 'auditor']);
  for (const provider of [evil, other]) provider.claims = {};
});

test('claims of any kind make no defect', async () => {
  const odd = [null, true, 7, 1.5, '', ' ', 'x'.repeat(5000), 'a\u0000b', '\ud800', '<script>alert(1)</script>', ['a', 1, null], { a: 1 }, [[[]]], 'ﷺ'.repeat(60), "' OR 1=1 --"];
  let refused = 0;
  for (const value of odd) {
    evil.claims = { preferred_username: value, name: value, email: value, email_verified: value, groups: ['member', value], acr: 'gold', amr: value, sid: value, auth_time: value };
    const answer = await attempt();
    assert.ok([303, 403].includes(answer.status), `${JSON.stringify(value)?.slice(0, 40)}: ${answer.status} ${answer.plain}`);
    if (answer.status === 403) refused++;
  }
  evil.claims = {};
  assert.ok(refused < odd.length);
  assert.equal(sqlValue("SELECT COUNT(*) FROM person WHERE login LIKE '%\\n%' OR display_name LIKE '%\\n%'"), '0');
});

for (const [what, attack] of Object.entries(LOGOUT_ATTACKS)) {
  test(`logout token: ${what}`, async () => {
    const client = new Client();
    await attempt(client);
    const sessions = live();
    const token = evil.logoutToken({ sub: 'evil-1' }, attack);
    const { result, text } = await logged(() => new Client().post('logout/back-channel/evil', { logout_token: token }, { headers: { origin: '' } }));
    assert.equal(result.status, 400, what);
    assert.equal(result.headers.get('cache-control'), 'no-store');
    assert.match(text(), new RegExp(`"provider_logout_refused","text":"evil: ${attack.reason}`), what);
    assert.doesNotMatch(text(), /eyJ/);
    assert.equal(live(), sessions, what);
    assert.equal((await client.get('staff')).status, 303);
  });
}

test('a logout token ends sessions once; other issuers, other people and rubbish do nothing', async () => {
  const client = new Client();
  await client.follow(await attempt(client));
  const send = (name, fields, options) => new Client().post(`logout/back-channel/${name}`, fields, options);
  const good = evil.logoutToken({ sub: 'evil-1' });
  assert.equal((await send('other', { logout_token: good })).status, 400, 'at another provider');
  assert.equal((await send('evil', {})).status, 400);
  assert.equal((await send('evil', { logout_token: '' })).status, 400);
  assert.equal((await send('evil', { logout_token: 'a.b.c' })).status, 400);
  assert.equal((await send('evil', { logout_token: 'x'.repeat(30000) })).status, 413);
  assert.equal((await send('nobody', { logout_token: good })).status, 404);
  assert.equal((await send('evil', { logout_token: evil.logoutToken({ sub: 'somebody-else' }) })).status, 200);
  assert.equal((await client.get('staff/queue')).status, 200);
  assert.equal((await send('evil', { logout_token: good })).status, 200);
  assert.equal((await client.get('staff/queue')).status, 303, 'gone');
  await client.follow(await attempt(client));
  // A sign-on that waits for its second factor is over, too.
  sql(`INSERT INTO pending_sign_on (token_sha256, person_id, payload, created_at, expires_at)
       SELECT RANDOM_BYTES(32), person_id, '{}', NOW(6), NOW(6) + INTERVAL 5 MINUTE FROM identity WHERE subject = 'evil-1'`);
  const waiting = () => Number(sqlValue("SELECT COUNT(*) FROM pending_sign_on n JOIN identity i ON i.person_id = n.person_id WHERE i.subject = 'evil-1'"));
  assert.equal(waiting(), 1);
  assert.equal((await send('evil', { logout_token: evil.logoutToken({ sub: 'evil-1', sid: 'no-such-session' }) })).status, 200);
  assert.equal(waiting(), 0);
  const { result, text } = await logged(() => send('evil', { logout_token: good }));
  assert.equal(result.status, 400);
  assert.match(text(), /evil: logout-replayed/);
  assert.equal((await client.get('staff/queue')).status, 200);
});

test('a flood of tokens with unknown keys asks the provider once in a while, not every time', async () => {
  await attempt();
  const before = evil.asked['/jwks'] ?? 0;
  const token = signed({ alg: 'RS256', kid: 'unknown', typ: 'logout+jwt' }, { sub: 'x' });
  for (let i = 0; i < 20; i++) assert.equal((await new Client().post('logout/back-channel/evil', { logout_token: token })).status, 400);
  assert.ok((evil.asked['/jwks'] ?? 0) - before <= 4, `${evil.asked['/jwks'] - before} questions`); // one for each process
});

for (const [what, attack] of Object.entries(DISCOVERY_ATTACKS)) {
  test(`discovery: ${what}`, async () => {
    evil.be('discovery', attack);
    await restartLogin(); // nothing is cached
    const client = new Client();
    const sessions = live();
    const began = Date.now();
    const { result, text } = await logged(() => attempt(client));
    evil.be();
    assert.ok(Date.now() - began < 3000);
    await nothingHappened(what, attack.reason, result, text, client, sessions);
    assert.equal(result.status, 503);
    // Asked again at once it answers from memory; the other ways in are not touched.
    const asked = evil.asked['/.well-known/openid-configuration'];
    assert.equal((await client.get('login')).status, 200);
    assert.ok(evil.asked['/.well-known/openid-configuration'] === asked);
  });
}

test('an address that a provider may not be at is not connected to', async () => {
  away.push(addProvider('inside', { ...evilSettings(evil), issuer: evil.issuer.replace('localhost', '127.0.0.1'), reach: 'private' }));
  await restartLogin();
  const asked = { ...evil.asked };
  const { result, text } = await logged(() => new Client().get('login/provider/inside'));
  assert.equal(result.status, 503);
  assert.match(text(), /inside: provider-garbage: 127\.0\.0\.1:\d+: its address is out of reach/);
  assert.deepEqual(evil.asked, asked);
});

test('a certificate of no CA that we know, or for another name, is no provider', async () => {
  const misnamed = await EvilProvider.start({ name: 'idp.example.org' });
  away.push(addProvider('noca', { ...evilSettings(evil), issuer: `${evil.issuer}/noca`, ca_file: '' }), addProvider('noname', evilSettings(misnamed)));
  await restartLogin();
  for (const name of ['noca', 'noname']) {
    const { result, text } = await logged(() => new Client().get(`login/provider/${name}`));
    assert.equal(result.status, 503, name);
    assert.match(text(), new RegExp(`${name}: provider-away: localhost:\\d+: SSL`), name);
  }
  assert.deepEqual(misnamed.asked, {});
  await misnamed.stop();
});
