// The link of an invitation's mail: who invites whom, what the sign-on makes of it, and when it does not hold.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { Client, signedIn } from '../harness/client.mjs';
import { newCompany, newPeople, quote } from '../harness/people.mjs';
import { log, password, port, prefix, sql, sqlValue } from '../harness/stack.mjs';

const COOKIE = `__Host-kontor-invitation-${port}`;
const company = newCompany({ name: 'Hafen & Söhne <AG>' });
const { carl } = newPeople(company, { carl: 'coordinator' });
await signedIn(carl);
const personOf = (login) => sqlValue(`SELECT id FROM person WHERE login = ${quote(login)}`);
const forget = () => sql('DELETE FROM login_throttle');
after(forget);

/** Somebody who was invited without a login: { token, person }. */
function invited({ into = company, role = 'applicant', until = 'UTC_TIMESTAMP(6) + INTERVAL 7 DAY', used = 'NULL' } = {}) {
  const token = randomBytes(32).toString('base64url');
  sql(`INSERT INTO person (login, display_name, email, company_id, is_staff, created_at) VALUES ('', 'Ina Neu', 'ina@example.org', ${into.id}, 0, UTC_TIMESTAMP(6));
       SET @person = LAST_INSERT_ID();
       INSERT INTO company_role (company_id, person_id, role, given_at) VALUES (${into.id}, @person, ${quote(role)}, UTC_TIMESTAMP(6));
       INSERT INTO invitation (token_sha256, person_id, invited_by, created_at, expires_at, used_at)
         VALUES (x'${createHash('sha256').update(token).digest('hex')}', @person, ${personOf(carl)}, UTC_TIMESTAMP(6), ${until}, ${used})`);
  return { token, person: sqlValue(`SELECT person_id FROM invitation WHERE token_sha256 = x'${createHash('sha256').update(token).digest('hex')}'`) };
}
const newcomer = (at = company) => newPeople(at, { nina: null }).nina;
const follow = (client, token) => client.get(`login?invitation=${token}&lang=${client.language}`);
const enter = async (client, page, login, word = password) => client.submit(page, { login, password: word }, `${prefix}login`);

test('the link says who invites for which company, and the sign-on accepts', async () => {
  const { token, person } = invited();
  const nina = newcomer();
  const client = new Client();
  const page = await follow(client, token);
  assert.equal(page.status, 200);
  assert.match(page.plain, new RegExp(`Petra ${carl} invites you to act for Hafen & Söhne <AG> here`));
  assert.ok(!page.text.includes('<AG>'), 'escaped');
  assert.match((await follow(new Client({ language: 'de' }), token)).plain, /lädt Sie ein, hier für Hafen & Söhne <AG> zu handeln/);
  assert.ok(client.cookie(COOKIE));
  const wrong = await enter(client, page, nina, 'wrong');
  assert.equal(wrong.status, 422);
  assert.match(wrong.plain, /invites you/, 'still said');
  const answer = await enter(client, wrong, nina);
  assert.equal(answer.status, 303);
  const start = await client.follow(answer);
  assert.match(start.plain, /You have accepted the invitation/);
  assert.equal(client.cookie(COOKIE), undefined);
  assert.equal(personOf(nina), person);
  assert.equal(sqlValue(`SELECT used_at IS NOT NULL FROM invitation WHERE person_id = ${person}`), '1');
  assert.equal((await client.get('requests/new/change')).status, 200, 'with the role that was given');
  // Once.
  const again = await follow(new Client(), token);
  assert.equal(again.status, 404);
  assert.match(again.h1, /This invitation no longer holds/);
  assert.equal((await signedIn(nina)).cookie(COOKIE), undefined);
});

test('what holds no longer: over, used, made up, cut off', async () => {
  const links = [
    invited({ until: 'UTC_TIMESTAMP(6) - INTERVAL 1 SECOND' }).token, invited({ used: 'UTC_TIMESTAMP(6)' }).token,
    randomBytes(32).toString('base64url'), 'x', invited().token.slice(0, -1),
  ];
  for (const token of links) {
    const client = new Client();
    const page = await follow(client, token);
    assert.equal(page.status, 404, token);
    assert.match(page.plain, /used already, its time is over, or the address is not complete/);
    assert.ok(!page.text.includes('Hafen') && !page.text.includes('Ina'), 'nothing of it is told');
    assert.equal(client.cookie(COOKIE), undefined);
  }
  for (const token of ["'", 'a b', '<x>', 'a'.repeat(65), '%00']) assert.equal((await follow(new Client(), encodeURIComponent(token))).status, 400, token);
  // Over between the link and the sign-on.
  const { token, person } = invited();
  const client = new Client();
  const page = await follow(client, token);
  sql(`UPDATE invitation SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE person_id = ${person}`);
  const answer = await enter(client, page, newcomer());
  assert.equal(answer.status, 403);
  assert.match(answer.plain, /You have no role in your company yet/);
});

test('somebody who is somebody here already stays who they are, and is told', async () => {
  const { token, person } = invited();
  const { olaf } = newPeople(newCompany(), { olaf: 'readonly' });
  const client = await signedIn(olaf);
  const before = personOf(olaf);
  const page = await follow(client, token);
  assert.match(page.plain, /You are already signed in/);
  assert.match(page.plain, /invites you/);
  const start = await client.follow(await enter(client, page, olaf));
  assert.match(start.plain, /The invitation is for somebody else and was not used/);
  assert.equal(personOf(olaf), before);
  assert.equal(sqlValue(`SELECT used_at FROM invitation WHERE person_id = ${person}`), null, 'it still holds');
  assert.equal(sqlValue(`SELECT COUNT(*) FROM identity WHERE person_id = ${person}`), '0');
  assert.doesNotMatch((await client.get('')).plain, /invitation/, 'said once');
});

test('who was invited by one company and belongs to another does not come in by it', async () => {
  const { token, person } = invited();
  const elsewhere = newcomer(newCompany());
  const client = new Client();
  const answer = await enter(client, await follow(client, token), elsewhere);
  assert.equal(answer.status, 403);
  assert.match(answer.plain, /invited by one company, and your account belongs to another/);
  assert.match(log('login'), /"sign_on_refused","text":"company-differs"/);
  assert.equal(sqlValue(`SELECT company_id FROM person WHERE id = ${person}`), String(company.id));
  assert.equal(sqlValue(`SELECT used_at FROM invitation WHERE person_id = ${person}`), null);
  assert.equal(sqlValue(`SELECT COUNT(*) FROM identity WHERE person_id = ${person}`), '0');
});

test('a link makes nobody of staff, and is in no log', async () => {
  const { token, person } = invited();
  const client = new Client();
  await client.follow(await enter(client, await follow(client, token), 'compliance'));
  assert.equal(sqlValue(`SELECT used_at FROM invitation WHERE person_id = ${person}`), null);
  for (const name of ['login', 'nginx-error']) assert.ok(!log(name).includes(token), name);
});
