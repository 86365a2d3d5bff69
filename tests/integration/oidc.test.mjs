// Sign-on by OpenID Connect against a certified provider (tests/stack/provider.mjs).
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Client } from '../harness/client.mjs';
import { invite, newCompany, newPeople, newStaff, quote } from '../harness/people.mjs';
import { ProviderBrowser, addProvider, here, issuer, providerPeople, restartLogin, signOnBy } from '../harness/provider.mjs';
import { hold, log, pidOf, port, prefix, release, run, sql, sqlValue, until, url } from '../harness/stack.mjs';
import { code, passTime, withSecondFactor, wrongCode } from './second-factor.mjs';

const SESSION = `__Host-kontor-${port}`;
const company = newCompany();
const people = newPeople(company, { anna: 'applicant', berta: 'signatory', carl: 'readonly' });
const staff = newStaff({ roles: ['member'], teams: ['service'] });
const sessions = (login) => Number(sqlValue(`SELECT COUNT(*) FROM session s JOIN person p ON p.id = s.person_id WHERE p.login = ${quote(login)} AND s.ended_at IS NULL`));
const refused = (key, reason) => until(() => log('login').includes(`"provider_refused","text":"${key}: ${reason}`), { what: `log line ${key}: ${reason}` });

// Providers for this file: roles from groups, the company from a claim, invited people, and one that wants a second factor.
const away = [];
before(async () => {
  away.push(
    addProvider('roles', { issuer: issuer('roles'), side: 'staff', client_secret_file: join(run, 'etc/kontor/secrets/provider'), role_claim: 'groups', role_map: 'grp-desk=intake grp-boss=lead', team_claim: 'teams', algorithms: 'PS256', second_factor_acr: 'urn:kontor:two-factors' }),
    addProvider('company', { issuer: issuer('company'), side: 'customers', company_claim: 'company', link: 'invitation', required_acr: 'urn:kontor:two-factors', second_factor_amr: 'otp' }),
    addProvider('invited', { issuer: issuer('invited'), side: 'customers', link: 'invitation' }),
  );
  await restartLogin();
});
after(async () => {
  for (const gone of away) gone();
  rmSync(join(run, 'var/provider/people.json'), { force: true });
  sql('DELETE FROM circuit_breaker');
  await restartLogin();
});

const personOf = (token) => sql(`SELECT s.person_id, s.method, s.second_factor, p.login, p.is_staff, sp.issuer, sp.subject, sp.sid
  FROM session s JOIN person p ON p.id = s.person_id LEFT JOIN session_provider sp ON sp.session_id = s.id WHERE s.token_sha256 = UNHEX(SHA2('${token}', 256))`)[0];
const tries = (client) => client.cookieNames().filter((name) => name.includes('-try-'));
const rolesOf = (login) => sql(`SELECT role FROM staff_role r JOIN person p ON p.id = r.person_id WHERE p.login = ${quote(login)} ORDER BY role`).map(({ role }) => role);
/** Sign on and stand on the page behind. */
async function arrive(name, login, options = {}) {
  const client = options.client ?? new Client();
  const page = await client.follow(await signOnBy(client, name, login, options));
  return { client, page };
}

test('the sign-in page offers every provider, in the language of the reader, and takes the way back along', async () => {
  const english = await new Client().get('login?return_to=/requests/new/change');
  const buttons = english.links.filter(({ href }) => href.includes('/provider/'));
  assert.deepEqual(buttons.map(({ text }) => text), ['Sign in with demo account (exchange)', 'Sign in with demo account (member)', 'Sign in with company', 'Sign in with invited', 'Sign in with roles']);
  for (const { href } of buttons) assert.match(href, /\?return_to=%2Frequests%2Fnew%2Fchange$/);
  const german = await new Client({ language: 'de' }).get('login?return_to=//evil.example');
  assert.deepEqual(german.links.filter(({ href }) => href.includes('/provider/')).slice(0, 2), [
    { href: `${prefix}login/provider/staff`, text: 'Mit Demo-Konto (Börse) anmelden' },
    { href: `${prefix}login/provider/customers`, text: 'Mit Demo-Konto (Mitglied) anmelden' },
  ]);
});

test('staff: by provider and by password one and the same person, with the roles of the directory', async () => {
  const client = new Client();
  const there = await client.get('login/provider/staff?return_to=/staff/tickets');
  assert.equal(there.status, 303);
  const query = new URL(there.location).searchParams;
  assert.equal(query.get('redirect_uri'), url('login/provider/staff/callback'));
  assert.equal(query.get('code_challenge_method'), 'S256');
  assert.equal(query.get('ui_locales'), 'en');
  for (const name of ['state', 'nonce', 'code_challenge']) assert.match(query.get(name), /^[\w-]{43}$/);
  assert.deepEqual(client.cookieNames(), [`__Host-kontor-try-${query.get('state').slice(0, 8)}-${port}`]);
  const [tryCookie] = there.headers.getSetCookie();
  for (const part of ['Secure', 'HttpOnly', 'SameSite=Lax', 'Path=/', 'Max-Age=600']) assert.ok(tryCookie.includes(part), tryCookie);
  assert.ok(!tryCookie.includes('staff/tickets') && !tryCookie.includes(query.get('state')), 'the try is sealed');

  const back = await client.get(here(await new ProviderBrowser().signOn(there.location, staff)));
  assert.equal(back.status, 303);
  assert.equal(back.location, `${prefix}staff/tickets`);
  assert.deepEqual(tries(client), [], 'the try is gone');
  assert.ok(client.cookie(SESSION));
  assert.equal((await client.follow(back)).status, 200);
  const session = personOf(client.cookie(SESSION));
  assert.deepEqual([session.method, session.second_factor, session.login, session.is_staff, session.issuer], ['provider', '0', staff, '1', issuer('staff')]);
  assert.ok(session.sid.length > 10 && session.subject.startsWith('id-'));
  assert.deepEqual(rolesOf(staff), ['member']);

  const other = new Client();
  await other.login(staff);
  assert.equal(personOf(other.cookie(SESSION)).person_id, session.person_id);
  const third = await arrive('staff', staff);
  assert.equal(personOf(third.client.cookie(SESSION)).person_id, session.person_id, 'again the same');
});

test('customers: a public client, ES256; the company comes from the directory', async () => {
  const { client, page } = await arrive('customers', people.anna);
  assert.equal(page.status, 200);
  assert.match(page.plain, new RegExp(company.name));
  assert.equal(personOf(client.cookie(SESSION)).is_staff, '0');
  // The side is the provider's: staff does not come in by the customers' door, and nobody who is not in the directory.
  for (const [door, login] of [['customers', staff], ['staff', people.anna], ['customers', 'nobody-at-all']]) {
    const answer = await signOnBy(new Client(), door, login);
    assert.equal(answer.status, 403, `${login} by ${door}`);
    assert.match(answer.plain, /not linked to a person whom the portal knows/);
  }
  assert.match(log('login'), /"sign_on_refused","text":"not-linked"/);
});

test('a second factor counts when the provider says so', async () => {
  const once = await arrive('customers', people.berta);
  assert.equal(personOf(once.client.cookie(SESSION)).second_factor, '0');
  const twice = await arrive('customers', people.berta, { secondFactor: true });
  assert.equal(personOf(twice.client.cookie(SESSION)).second_factor, '1');
});

test('two tabs: each try has its own cookie; a fifth drops the oldest', async () => {
  const client = new Client();
  const starts = [];
  for (let i = 0; i < 2; i++) starts.push((await client.get('login/provider/customers')).location);
  for (const start of starts.reverse()) {
    const back = await client.get(here(await new ProviderBrowser().signOn(start, people.carl)));
    assert.equal(back.status, 303, back.plain);
  }
  assert.equal(sessions(people.carl), 1, 'the second replaces the first');
  assert.deepEqual(tries(client), []);

  const many = new Client();
  for (let i = 0; i < 5; i++) starts[i] = (await many.get(`login/provider/${i % 2 ? 'staff' : 'customers'}`)).location;
  assert.equal(tries(many).length, 4);
  const oldest = await many.get(here(await new ProviderBrowser().signOn(starts[0], people.carl)));
  assert.equal(oldest.status, 400);
  assert.match(oldest.plain, /not begun in this browser/);
  assert.equal((await many.get(here(await new ProviderBrowser().signOn(starts[4], people.carl)))).status, 303);
});

test('cancelled there: said so in both languages, nobody is signed in, other ways are offered', async () => {
  for (const [language, text] of [['en', /cancelled or not allowed there/], ['de', /dort abgebrochen oder nicht erlaubt/]]) {
    const client = new Client({ language });
    const answer = await signOnBy(client, 'staff', staff, { cancel: true, returnTo: '/staff/queue' });
    assert.equal(answer.status, 403);
    assert.match(answer.plain, text);
    assert.ok(answer.links.some(({ href }) => href === `${prefix}login/provider/staff?return_to=%2Fstaff%2Fqueue`), 'start again');
    assert.ok(answer.links.some(({ href }) => href === `${prefix}login`));
    assert.deepEqual(client.cookieNames().filter((name) => name !== `__Host-kontor-pre-${port}`), []);
  }
  await refused('staff', 'access-denied');
});

test('a callback works once, in the browser that began it', async () => {
  const client = new Client();
  const there = await client.get('login/provider/staff');
  const back = here(await new ProviderBrowser().signOn(there.location, staff));
  const tryName = client.cookieNames()[0];
  const tryCookie = client.cookie(tryName);
  // Somebody lures another browser to it: login CSRF.
  const victim = new Client();
  const lured = await victim.get(back, { headers: { 'sec-fetch-site': 'cross-site' } });
  assert.equal(lured.status, 400);
  assert.match(lured.plain, /not begun in this browser/);
  assert.equal(victim.cookie(SESSION), undefined);
  await refused('staff', 'try-missing');
  // The victim's own try does not fit either.
  await victim.get('login/provider/staff');
  assert.equal((await victim.get(back)).status, 400);

  assert.equal((await client.get(back)).status, 303);
  // The back button, without and with the cookie of the try.
  const again = await client.get(back);
  assert.equal(again.status, 400);
  client.setCookie(tryName, tryCookie);
  const replayed = await client.get(back);
  assert.equal(replayed.status, 400);
  assert.match(replayed.plain, /begun too long ago, or completed already/);
  await refused('staff', 'state-replayed');
  // A cookie of somebody's own making, and one of ours under another name.
  for (const value of ['AAAA', `${tryCookie.slice(0, -1)}A`, '']) {
    client.setCookie(tryName, value);
    assert.equal((await client.get(back)).status, 400, value);
  }
  await refused('staff', 'try-forged');
});

test('a callback that was never asked for, or is odd, is refused', async () => {
  const client = new Client();
  const state = 'A'.repeat(43);
  for (const query of ['', `?code=x`, `?code=x&state=${state}`, '?state=short&code=x', `?state=${state}&state=${state}&code=x`, `?error=access_denied&state=${'%0d%0a'.repeat(5)}`]) {
    const answer = await client.get(`login/provider/staff/callback${query}`);
    assert.ok([400, 422].includes(answer.status), `${query}: ${answer.status}`);
    assert.equal(client.cookie(SESSION), undefined);
  }
  assert.equal((await client.get(`login/provider/staff/callback?code=${'x'.repeat(3000)}&state=${state}`)).status, 400);
  assert.equal((await client.get('login/provider/nobody')).status, 404);
  assert.equal((await client.get('login/provider/nobody/callback')).status, 404);
  assert.equal((await client.get('logout/provider/nobody')).status, 404);
});

test('nobody is signed in by a link on another site: that one leads to the page with the button', async () => {
  const client = new Client();
  for (const site of ['cross-site', 'same-site']) {
    const answer = await client.get('login/provider/staff?return_to=/staff/queue', { headers: { 'sec-fetch-site': site } });
    assert.equal(answer.status, 303);
    assert.equal(answer.location, `${prefix}login?return_to=%2Fstaff%2Fqueue`);
    assert.deepEqual(client.cookieNames(), []);
  }
  for (const site of ['same-origin', 'none']) {
    assert.match((await client.get('login/provider/staff', { headers: { 'sec-fetch-site': site } })).location, /^https:/);
  }
});

test('the way back is one of ours or the first page', async () => {
  for (const [wanted, got] of [['/staff/tickets?view=all', `${prefix}staff/tickets?view=all`], ['//evil.example', `${prefix}staff`], ['https://evil.example', `${prefix}staff`], ['/\\evil.example', `${prefix}staff`], ['/login', `${prefix}staff`], ['/../etc', `${prefix}staff`]]) {
    const answer = await signOnBy(new Client(), 'staff', staff, { returnTo: wanted });
    assert.equal(answer.location, got, wanted);
  }
});

test('staff by groups of the provider: mapped roles and teams, taken away again', async () => {
  const login = `gisela-${Date.now()}`;
  providerPeople({ [login]: { name: 'Gisela Groß', groups: ['grp-desk', 'admin', 'grp-boss'], teams: ['it', 'unknown'] } });
  const { client, page } = await arrive('roles', login);
  assert.equal(page.status, 200);
  assert.deepEqual(rolesOf(login), ['intake', 'lead'], 'a group that is called like a role is none where there is a map');
  assert.equal(sqlValue(`SELECT GROUP_CONCAT(team_key) FROM team_member m JOIN person p ON p.id = m.person_id WHERE p.login = ${quote(login)}`), 'it');
  assert.equal(sqlValue(`SELECT display_name FROM person WHERE login = ${quote(login)}`), 'Gisela Groß');
  assert.equal(personOf(client.cookie(SESSION)).second_factor, '0');
  providerPeople({ [login]: { groups: ['grp-desk'] } });
  await arrive('roles', login, { secondFactor: true });
  assert.deepEqual(rolesOf(login), ['intake']);
  providerPeople({ [login]: { groups: ['nothing'] } });
  const answer = await signOnBy(new Client(), 'roles', login);
  assert.equal(answer.status, 403);
  assert.match(answer.plain, /none of the staff groups/);
  // It is its own person, whatever the login: issuer and subject count.
  providerPeople({ [staff]: { groups: ['grp-desk'] } });
  const namesake = await arrive('roles', staff);
  const direct = await arrive('staff', staff);
  assert.notEqual(personOf(namesake.client.cookie(SESSION)).person_id, personOf(direct.client.cookie(SESSION)).person_id);
  assert.deepEqual(sql(`SELECT COUNT(*) AS n FROM person WHERE login = ${quote(staff)}`)[0].n, '2');
});

test('the company by a claim, and only with a second factor', async () => {
  const login = `clara-${Date.now()}`;
  providerPeople({ [login]: { company: company.reference } });
  const weak = await signOnBy(new Client(), 'company', login);
  assert.equal(weak.status, 403);
  assert.match(weak.plain, /not sign in there in the way that is needed here/);
  await refused('company', 'token-acr');
  const strong = await signOnBy(new Client(), 'company', login, { secondFactor: true });
  assert.equal(strong.status, 403);
  assert.match(strong.plain, /You have no role in your company yet/);
  sql(`INSERT INTO company_role (company_id, person_id, role, given_at) SELECT ${company.id}, id, 'applicant', NOW(6) FROM person WHERE login = ${quote(login)}`);
  const { client, page } = await arrive('company', login, { secondFactor: true });
  assert.equal(page.status, 200);
  assert.equal(personOf(client.cookie(SESSION)).second_factor, '1');
  for (const [claim, text] of [[undefined, /not linked to a member company/], ['M-9999', /not linked to a member company/], [[company.reference], /not linked to a member company/], [7, /not linked to a member company/]]) {
    providerPeople({ [login]: { company: claim } });
    const answer = await signOnBy(new Client(), 'company', login, { secondFactor: true });
    assert.equal(answer.status, 403, JSON.stringify(claim));
    assert.match(answer.plain, text);
  }
});

test('invited people: the first account with that login is theirs for good; a mail address proves nothing', async () => {
  const login = `ines-${Date.now()}`;
  invite(company, login, 'readonly', { issuer: issuer('invited') });
  const stranger = `eve-${Date.now()}`;
  providerPeople({ [stranger]: { email: `${login}@example.org` } });
  assert.match((await signOnBy(new Client(), 'invited', stranger)).plain, /not linked to a member company/);
  const { client, page } = await arrive('invited', login);
  assert.equal(page.status, 200);
  const session = personOf(client.cookie(SESSION));
  assert.equal(session.login, login);
  // Another account takes over the login: it is somebody else, and gets nothing.
  providerPeople({ [stranger]: { preferred_username: login } });
  const taken = await signOnBy(new Client(), 'invited', stranger);
  assert.equal(taken.status, 403);
  assert.match(taken.plain, /not linked to a member company/);
  const still = await arrive('invited', login);
  assert.equal(personOf(still.client.cookie(SESSION)).person_id, session.person_id);
});

test('an invitation by its link is taken with any account, once; one of another company by nobody', async () => {
  const login = `olga-${Date.now()}`;
  invite(company, `not-${login}`, 'readonly', { issuer: issuer('invited') });
  const person = sqlValue(`SELECT id FROM person WHERE login = ${quote(`not-${login}`)}`);
  const token = randomBytes(32).toString('base64url');
  sql(`INSERT INTO invitation (token_sha256, person_id, invited_by, created_at, expires_at) VALUES (UNHEX(SHA2('${token}', 256)), ${person}, ${person}, NOW(6), NOW(6) + INTERVAL 1 DAY)`);
  const client = new Client();
  assert.equal((await client.get(`login?invitation=${token}`)).status, 200);
  const { page } = await arrive('invited', login, { client });
  assert.equal(page.status, 200, page.plain);
  assert.equal(personOf(client.cookie(SESSION)).person_id, person);
  const late = new Client();
  await late.get(`login?invitation=${token}`);
  assert.equal((await signOnBy(late, 'invited', `late-${login}`)).status, 403, 'used');
  // Invited by one company, and the provider says another: with the link nobody comes in; without it they are people of
  // their own company, and the other one's invitation keeps nobody out.
  const elsewhere = newCompany();
  const both = `paula-${Date.now()}`;
  invite(company, both, 'applicant', { issuer: issuer('company') });
  providerPeople({ [both]: { company: elsewhere.reference } });
  const answer = await signOnBy(new Client(), 'company', both, { secondFactor: true });
  assert.equal(answer.status, 403);
  assert.match(answer.plain, /You have no role in your company yet/);
  const rows = sql(`SELECT p.company_id, i.subject IS NOT NULL came, i.login_key IS NOT NULL has_login FROM person p JOIN identity i ON i.person_id = p.id WHERE p.login = ${quote(both)} ORDER BY p.id`);
  assert.deepEqual(rows.map((row) => Object.values(row).map(Number)), [[company.id, 0, 0], [elsewhere.id, 1, 1]].map((row) => row.map(Number)));
});

test('an account and a person of the directory belong together: no name that is given out again opens a door', async () => {
  const { dora, emil } = newPeople(company, { dora: 'applicant', emil: 'applicant' });
  assert.equal((await arrive('customers', dora)).page.status, 200);
  // Another account calls itself dora; dora's account calls itself emil.
  const other = `other-${Date.now()}`;
  providerPeople({ [other]: { preferred_username: dora } });
  const impostor = await signOnBy(new Client(), 'customers', other);
  assert.equal(impostor.status, 403);
  assert.match(impostor.plain, /not linked to a person whom the portal knows/);
  assert.equal((await arrive('customers', emil)).page.status, 200);
  providerPeople({ [dora]: { preferred_username: emil } });
  assert.equal((await signOnBy(new Client(), 'customers', dora)).status, 403);
  assert.match(log('login'), /provider_link_conflict/);
  providerPeople({ [dora]: { preferred_username: null } });
  const nameless = await signOnBy(new Client(), 'customers', dora);
  assert.equal(nameless.status, 403);
  assert.match(nameless.plain, /lacks something that is needed here/);
  providerPeople({ [dora]: {} });
  assert.equal((await arrive('customers', dora)).page.status, 200);
});

test('signing out: here at once, there by a link, and back', async () => {
  const browser = new ProviderBrowser();
  const { client, page } = await arrive('staff', staff, { browser });
  const token = client.cookie(SESSION);
  const gone = await client.submit(page, {}, 'logout');
  assert.equal(gone.location, `${prefix}logout?provider=staff`);
  const said = await client.follow(gone);
  assert.match(said.plain, /may still be signed in with demo account \(exchange\)/);
  const { href } = said.links.find(({ text }) => text === 'Sign out of demo account (exchange) too');
  const end = await client.get(href);
  assert.equal(end.status, 303);
  const there = new URL(end.location);
  assert.equal(there.searchParams.get('post_logout_redirect_uri'), url('logout/provider/staff'));
  assert.equal(there.searchParams.get('id_token_hint'), null, 'no token in a browser');
  const asked = await browser.request(end.location);
  assert.match(asked.text, /Sign out/);
  const back = await browser.follow(await browser.submit(asked, { logout: 'yes' }));
  assert.equal(back.outside.split('?')[0], url('logout/provider/staff'));
  const end2 = await client.get(here(back.outside));
  assert.match(end2.plain, /You came back from demo account \(exchange\)/);
  // Here the token is dead, there the session: it asks again.
  const dead = new Client();
  dead.setCookie(SESSION, token);
  assert.equal((await dead.get('staff/queue')).status, 303);
  const next = await new Client().get('login/provider/staff');
  assert.match((await browser.follow(await browser.request(next.location))).text, /name="login"/);
  // By password there is nothing to leave elsewhere.
  const plain = new Client();
  assert.equal((await plain.submit(await plain.login(staff), {}, 'logout')).location, `${prefix}logout`);
});

test('signing out at the provider ends the sessions here (back channel), those of that session there only', async () => {
  const one = new ProviderBrowser();
  const first = await arrive('customers', people.anna, { browser: one });
  const same = await arrive('customers', people.anna, { browser: one });
  const elsewhere = await arrive('customers', people.anna);
  const by_password = new Client();
  await by_password.login(people.anna);
  const end = await first.client.get('logout/provider/customers/end');
  await one.follow(await one.submit(await one.request(end.location), { logout: 'yes' }));
  await until(() => log('login').includes('"provider_logout","text":"customers: 2 sessions ended"'), { what: 'the provider said so' });
  for (const { client } of [first, same]) assert.equal((await client.get('')).status, 303);
  assert.equal((await elsewhere.client.get('')).status, 200);
  assert.equal((await by_password.get('')).status, 200);
  assert.equal(sqlValue(`SELECT GROUP_CONCAT(DISTINCT end_reason) FROM session s JOIN session_provider sp ON sp.session_id = s.id WHERE s.ended_at IS NOT NULL AND sp.issuer = ${quote(issuer('customers'))} AND end_reason = 'provider'`), 'provider');
  assert.ok(Number(sqlValue("SELECT COUNT(*) FROM audit_event WHERE action = 'sign_on.ended' AND detail LIKE '%provider%'")) >= 2);
});

test('step-up: the provider asks again who is there, and it has to be the same account', async () => {
  const browser = new ProviderBrowser();
  const { client } = await arrive('staff', staff, { browser });
  const age = () => sql(`UPDATE session SET confirmed_at = NOW(6) - INTERVAL 1 HOUR WHERE token_sha256 = UNHEX(SHA2('${client.cookie(SESSION)}', 256))`);
  age();
  const wanted = await client.get('profile/second-factor/setup');
  assert.equal(wanted.status, 303);
  assert.match(wanted.location, /login\/step-up\?/);
  const page = await client.follow(wanted);
  assert.equal(page.status, 200);
  const { href } = page.links.find((link) => link.href?.includes('step-up/provider'));
  const there = await client.get(href);
  const query = new URL(there.location).searchParams;
  assert.deepEqual([query.get('prompt'), query.get('max_age')], ['login', '0']);
  // The session there is of no use: it asks. Somebody else signs on.
  const before = client.cookie(SESSION);
  const wrong = await client.get(here(await new ProviderBrowser().signOn(there.location, 'lead')));
  assert.equal(wrong.status, 403);
  assert.match(wrong.plain, /Somebody else signed in there/);
  assert.equal(client.cookie(SESSION), before);
  assert.equal((await client.get('profile/second-factor/setup')).status, 303, 'still to be confirmed');
  // The same account.
  const again = await client.get(href);
  const back = await client.get(here(await browser.signOn(again.location, staff)));
  assert.equal(back.status, 303, back.plain);
  assert.equal(back.location, `${prefix}profile/second-factor/setup`);
  assert.notEqual(client.cookie(SESSION), before, 'a new token');
  assert.equal((await client.follow(back)).status, 200);
  const old = new Client();
  old.setCookie(SESSION, before);
  assert.equal((await old.get('staff/queue')).status, 303, 'the old one is dead');
  // A callback of a step-up in a browser where nobody is signed in, or somebody else.
  age();
  const third = await client.get(href);
  const goal = here(await browser.signOn(third.location, staff));
  const name = tries(client)[0];
  const other = new Client();
  await other.login('lead');
  other.setCookie(name, client.cookie(name));
  const stranger = await other.get(goal);
  assert.equal(stranger.status, 403);
  assert.match(stranger.plain, /Somebody else signed in there/);
});

test('step-up: the provider, then the code of the second factor, and neither alone', async () => {
  const { secret } = await withSecondFactor(people.berta);
  const browser = new ProviderBrowser();
  const { client } = await arrive('customers', people.berta, { browser, secondFactor: true });
  const confirmed = () => sqlValue(`SELECT confirmed_at > NOW(6) - INTERVAL 1 MINUTE FROM session WHERE token_sha256 = UNHEX(SHA2('${client.cookie(SESSION)}', 256))`);
  sql(`UPDATE session SET confirmed_at = NOW(6) - INTERVAL 1 HOUR WHERE token_sha256 = UNHEX(SHA2('${client.cookie(SESSION)}', 256))`);
  const PROVED = `__Host-kontor-proved-${port}`;
  const first = await client.follow(await client.get('profile/second-factor/setup'));
  assert.equal(first.forms.filter(({ fields }) => 'code' in fields).length, 0, 'the provider comes first');
  const there = await client.get(first.links.find((link) => link.href?.includes('step-up/provider')).href);
  const back = await client.get(here(await browser.signOn(there.location, people.berta)));
  assert.match(back.location, /login\/step-up\?return_to=/);
  assert.equal(confirmed(), '0');
  const note = client.cookie(PROVED);
  // The note is for this session alone.
  const other = new Client();
  await other.follow(await signOnBy(other, 'customers', people.anna));
  other.setCookie(PROVED, note);
  assert.equal((await other.get('login/step-up')).forms.filter(({ fields }) => 'code' in fields).length, 0);
  const page = await client.follow(back);
  passTime(people.berta);
  const wrong = await client.submit(page, { code: wrongCode(secret) }, `${prefix}login/step-up`);
  assert.equal(wrong.status, 422);
  assert.equal(confirmed(), '0');
  const right = await client.submit(wrong, { code: code(secret) }, `${prefix}login/step-up`);
  assert.equal(right.status, 303);
  assert.equal(confirmed(), '1');
  assert.equal(client.cookie(PROVED), undefined, 'used up');
});

test('keys that are rotated: the next sign-on fetches the new ones', async () => {
  await arrive('staff', staff);
  const before = pidOf('provider');
  await hold('provider');
  rmSync(join(run, 'var/provider/keys.json'));
  await release('provider');
  await until(() => pidOf('provider') !== before && fetchAlive(), { seconds: 20, what: 'the provider is back' });
  // A token of an unknown key is looked up at most every 10 seconds.
  const { page } = await until(async () => {
    const found = await arrive('staff', staff);
    return found.page.status === 200 && found;
  }, { seconds: 20, what: 'the new keys' });
  assert.equal(page.status, 200);
});
const fetchAlive = () => new ProviderBrowser().request(`${issuer('staff')}/.well-known/openid-configuration`).then((answer) => answer.status === 200);

test('the provider is away: said so, without blame; the password still works; it recovers by itself', async () => {
  await restartLogin(); // so that no process has its documents
  await hold('provider');
  try {
    const client = new Client({ language: 'de' });
    const began = Date.now();
    const answer = await client.get('login/provider/staff');
    assert.equal(answer.status, 503);
    assert.ok(answer.headers.get('retry-after'));
    assert.match(answer.plain, /antwortet zurzeit nicht/);
    assert.ok(Date.now() - began < 6000);
    await refused('staff', 'provider-away');
    assert.equal((await client.login(staff)).status, 200);
  } finally {
    await release('provider');
  }
  await until(fetchAlive, { seconds: 20, what: 'the provider is back' });
  await until(async () => (await new Client().get('login/provider/staff')).status === 303, { seconds: 15, what: 'it is asked again' });
  // Away between there and back.
  const client = new Client();
  const there = await client.get('login/provider/staff');
  const back = here(await new ProviderBrowser().signOn(there.location, staff));
  await hold('provider');
  try {
    const answer = await client.get(back);
    assert.equal(answer.status, 503);
    assert.equal(client.cookie(SESSION), undefined);
  } finally {
    await release('provider');
  }
  await until(fetchAlive, { seconds: 20, what: 'the provider is back' });
});

test('a directory that is away vouches for nobody', async () => {
  sql('DELETE FROM circuit_breaker');
  const client = new Client();
  const there = await client.get('login/provider/staff');
  const back = here(await new ProviderBrowser().signOn(there.location, staff));
  await hold('slapd');
  try {
    const answer = await client.get(back);
    assert.equal(answer.status, 503);
    assert.equal(client.cookie(SESSION), undefined);
  } finally {
    await release('slapd');
  }
  await until(async () => {
    sql("DELETE FROM circuit_breaker");
    return (await signOnBy(new Client(), 'staff', staff)).status === 303;
  }, { seconds: 20, what: 'the directory is back' });
});

test('a bad section stops the program with file and line', () => {
  const file = join(run, 'tmp/bad-provider.conf');
  const good = readFileSync(join(run, 'etc/kontor/kontor.conf'), 'utf8').replaceAll(/= secrets/g, `= ${join(run, 'etc/kontor/secrets')}`);
  for (const [line, says] of [['algorithms = RS256 none', 'algorithms: only RS'], ['issuer = http://localhost', 'issuer: no https'], ['link = login:nowhere', 'link: neither none'], ['reach = everywhere', 'reach'], ['clock_skew_seconds = 9000', 'clock_skew_seconds'], ['jku = yes', 'unknown key']]) {
    const all = { issuer: 'https://idp.example.org', client_id: 'k', side: 'staff', role_claim: 'g', [line.split(' =')[0]]: line.split('= ')[1] };
    const text = `${good}\n[provider.bad]\n${Object.entries(all).map(([key, value]) => `${key} = ${value}`).join('\n')}\n`;
    writeFileSync(file, text);
    const number = text.split('\n').lastIndexOf(line) + 1;
    try {
      execFileSync(join(run, 'usr/libexec/kontor/kontor-login'), ['--check-config', '--config', file], { stdio: 'pipe' });
      assert.fail(`${line} is accepted`);
    } catch (error) {
      assert.equal(error.status, 78, `${line}: ${error.message}`);
      assert.ok(error.stderr.toString().includes(`bad-provider.conf:${number}: `) && error.stderr.toString().includes(says), `${line} (${number}): ${error.stderr}`);
    }
  }
});

test('no token, code or secret is in a log, a page or a row', () => {
  const secret = readFileSync(join(run, 'etc/kontor/secrets/provider'), 'utf8');
  for (const name of ['login', 'access', 'nginx-error', 'stack']) {
    let text = '';
    try { text = log(name); } catch { continue; }
    assert.doesNotMatch(text, /eyJ[\w-]{10,}/, `${name}: a token`);
    assert.doesNotMatch(text, /[?&]code=/, `${name}: a code`);
    assert.ok(!text.includes(secret), `${name}: the secret`);
  }
  assert.equal(sqlValue("SELECT COUNT(*) FROM audit_event WHERE detail LIKE '%eyJ%'"), '0');
});
