// Somebody signs on, belongs to a company and has no role there: who gives roles in that company gets one mail about it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Client, signedIn } from '../harness/client.mjs';
import { mails, mailsTo } from '../harness/mail.mjs';
import { newCompany, newPeople, quote } from '../harness/people.mjs';
import { origin, password, prefix, sql, sqlValue, until } from '../harness/stack.mjs';
import { arm, available, disarm, renew } from './fault.mjs';

const forget = () => sql('DELETE FROM login_throttle');
after(forget);

const address = (login) => `${login}@example.org`;
const asks = async (login) => assert.equal((await new Client({ language: 'de' }).login(login)).status, 403);
/** Rows about one who asks, in the order of the readers. */
const rowsAbout = (login) => sql(`SELECT o.recipient, o.language, o.payload FROM outbox o WHERE o.template = 'access-requested'
  AND o.payload LIKE ${quote(`%Petra ${login}%`)} ORDER BY o.id`);
const toldAbout = (login) => rowsAbout(login).map((row) => row.recipient);
const mailsAbout = (to, login) => mailsTo(address(to)).filter(({ subject }) => subject.includes(`Petra ${login}`));

let company;
let people;
let carl;
before(async () => {
  forget();
  company = newCompany({ name: 'Haus der Fragen GmbH' });
  people = newPeople(company, { carl: 'coordinator', dora: 'deputy', uwe: 'coordinator', anna: 'applicant', bodo: 'board', nora: null, nils: null, nele: null });
  carl = await signedIn(people.carl, { language: 'de' });
  for (const name of ['dora', 'anna', 'bodo']) await signedIn(people[name]);
  newPeople(newCompany(), { other: 'coordinator' });
});

test('coordinators and deputies who have ever signed on are told, in their language, and nobody else', async () => {
  await asks(people.nora);
  const [german] = await until(() => mailsAbout(people.carl, people.nora).length && mailsAbout(people.carl, people.nora), { what: 'a mail to the coordinator' });
  assert.equal(german.subject, `Petra ${people.nora} bittet um Zugang zu Haus der Fragen GmbH`);
  assert.match(german.text, /Diese Person hat dort noch keine Rolle/);
  const [english] = await until(() => mailsAbout(people.dora, people.nora).length && mailsAbout(people.dora, people.nora), { what: 'a mail to the deputy' });
  assert.equal(english.subject, `Petra ${people.nora} asks for access to Haus der Fragen GmbH`);
  assert.match(english.text, /This person has no role there yet/);
  assert.deepEqual(toldAbout(people.nora).sort(), [address(people.carl), address(people.dora)].sort());
  for (const mail of [german, english]) {
    assert.match(mail.text, new RegExp(`^${origin}${prefix}account/people$`, 'm'));
    assert.doesNotMatch(mail.text, new RegExp(address(people.nora)), 'name and company alone');
  }
  for (const row of rowsAbout(people.nora)) assert.deepEqual(Object.keys(JSON.parse(row.payload)).sort(), ['company', 'person', 'url_path']);
});

test('its link leads to the list, also after signing in', async () => {
  const link = /^http\S+$/m.exec(mailsAbout(people.carl, people.nora)[0].text)[0];
  const client = new Client();
  const page = await client.follow(await client.get(link));
  assert.match(page.url, /\/login/);
  const list = await client.follow(await client.submit(page, { login: people.carl, password }, `${prefix}login`));
  assert.equal(new URL(list.url).pathname, new URL(link).pathname);
  assert.match(list.plain, new RegExp(`Petra ${people.nora}`));
});

test('trying again tells nobody again; a decision ends it, and asking once more is told once more', async () => {
  await asks(people.nora);
  await asks(people.nora);
  assert.equal(toldAbout(people.nora).length, 2);
  const id = sqlValue(`SELECT id FROM person WHERE login = ${quote(people.nora)}`);
  assert.equal((await carl.submit(await carl.get(`account/people/${id}/remove`))).status, 303);
  assert.equal(toldAbout(people.nora).length, 2, 'the decision is no request');
  await asks(people.nora);
  await asks(people.nora);
  assert.equal(toldAbout(people.nora).length, 4);
});

test('two sign-ons at the same moment tell each once', async () => {
  await Promise.all(Array.from({ length: 4 }, () => asks(people.nele)));
  assert.deepEqual(toldAbout(people.nele).sort(), [address(people.carl), address(people.dora)].sort());
});

test('who signs on with a role is no news', async () => {
  await signedIn(people.anna);
  assert.deepEqual(toldAbout(people.anna), []);
});

test('where no coordinator has ever signed on nobody gets a mail; the first one who has learns it with the next try', async () => {
  const empty = newCompany();
  const own = newPeople(empty, { cleo: 'coordinator', dirk: 'deputy', rita: 'readonly', nina: null });
  await signedIn(own.rita);
  await asks(own.nina);
  assert.deepEqual(toldAbout(own.nina), []);
  await signedIn(own.cleo);
  await asks(own.nina);
  assert.deepEqual(toldAbout(own.nina), [address(own.cleo)]);
});

test('a coordinator who belongs to another company by now is not told', async () => {
  const own = newPeople(newCompany(), { cleo: 'coordinator', dirk: 'deputy', nina: null });
  for (const name of ['cleo', 'dirk']) await signedIn(own[name]);
  sql(`UPDATE person SET company_id = ${company.id} WHERE login = ${quote(own.cleo)}`);
  await asks(own.nina);
  assert.deepEqual(toldAbout(own.nina), [address(own.dirk)]);
});

test('a statement fails or the program is killed: person and mails are there together, or nothing is', { skip: available ? false : 'needs programs with fault points (VARIANT=asan or fault)' }, async () => {
  const { nils } = people;
  const state = () => `${sqlValue(`SELECT COUNT(*) FROM person WHERE login = ${quote(nils)}`)} ${toldAbout(nils).length}`;
  const once = async (verb, n) => {
    forget();
    const client = new Client();
    const page = await client.get('login');
    arm(verb, 'login', n);
    const answer = await client.submit(page, { login: nils, password }, `${prefix}login`);
    return { answer, fate: disarm() };
  };
  const seen = new Set();
  for (const verb of ['kill', 'fail']) {
    for (let n = 1; ; n++) {
      assert.ok(n < 60);
      if (n % 12 === 0) await new Promise((resolve) => setTimeout(resolve, 1100)); // a child that dies young 20 times in a row is given up
      const { answer, fate } = await once(verb, n);
      seen.add(state());
      assert.ok(['0 0', '1 2'].includes(state()), `${verb} ${n}: ${state()}`);
      if (fate !== 'fired') {
        assert.equal(answer.status, 403);
        break;
      }
    }
    await renew('login');
  }
  assert.deepEqual([...seen], ['0 0', '1 2']);
  await until(() => mailsAbout(people.carl, nils).length && mailsAbout(people.dora, nils).length, { what: 'the mails' });
  assert.equal(mails().filter(({ subject }) => subject.includes(nils)).length, 2);
});
