// People and rights of a company: the coordinator's pages, the staff's, and every rule that must hold there.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { Client, signedIn } from '../harness/client.mjs';
import { mailsTo } from '../harness/mail.mjs';
import { invite, newCompany, newPeople, newStaff, quote } from '../harness/people.mjs';
import { kontorctl, prefix, sql, sqlValue, until } from '../harness/stack.mjs';

const idOf = (login) => Number(sqlValue(`SELECT person_id FROM identity WHERE issuer = 'ldap:main' AND login_key = ${quote(login)}`));
const rolesOf = (login) => sql(`SELECT CONCAT(role, IF(market_key = '', '', ':'), market_key) AS role FROM company_role WHERE person_id = ${idOf(login)} ORDER BY role, market_key`).map((row) => row.role);
const auditOf = (login) => sql(`SELECT action, person_id, detail FROM audit_event WHERE object = 'person:${idOf(login)}' AND action LIKE 'people.%' ORDER BY id`);
const person = (login) => `account/people/${idOf(login)}`;

/** The boxes of a form: { applicant: ['power-de'], board: true, signatory: 'all' } as query parameters. */
function boxes(roles) {
  const fields = {};
  for (const [role, markets] of Object.entries(roles)) {
    fields[`role-${role}`] = '1';
    if (markets === 'all' || markets === true) fields[`all-${role}`] = '1';
    else for (const key of markets) fields[`market-${role}-${key}`] = '1';
  }
  return fields;
}
const query = (roles) => new URLSearchParams(boxes(roles)).toString();

/** Choose roles, read the check page, agree. Answers the answer to the POST. */
async function change(client, path, roles) {
  const check = await client.get(`${path}/roles?${query(roles)}`);
  assert.equal(check.status, 200, `${check.url}: ${check.plain.slice(0, 300)}`);
  return client.submit(check);
}
/** Confirm what the page at `path` asks. */
async function confirm(client, path) {
  const page = await client.get(path);
  assert.equal(page.status, 200, path);
  return client.submit(page);
}

let company;
let people;
let carl;
before(async () => {
  company = newCompany({ name: 'Haus der Rechte GmbH' });
  people = newPeople(company, { carl: 'coordinator', cora: 'coordinator', dora: 'deputy', anna: 'applicant', rita: 'readonly', sven: 'signatory', nora: null, nils: null });
  carl = await signedIn(people.carl);
});

test('the list says who may do what, and those who asked for access come first', async () => {
  const nora = new Client();
  assert.equal((await nora.login(people.nora)).status, 403);
  const page = await carl.get('account/people');
  assert.equal(page.status, 200);
  assert.match(page.plain, /1 person asks for access/);
  assert.ok(page.plain.indexOf(`Decide about Petra ${people.nora}`) < page.plain.indexOf('People by name'));
  for (const [name, word] of [['anna', 'Applicant'], ['sven', 'Signatory'], ['dora', 'Deputy coordinator'], ['rita', 'Read only']]) {
    assert.match(page.plain, new RegExp(`${people[name]} ${people[name]} ${word} never no`), name);
  }
  const found = await carl.get(`account/people?q=${people.anna.toUpperCase()}`);
  assert.match(found.plain, new RegExp(people.anna));
  assert.doesNotMatch(found.plain, new RegExp(people.sven));
  assert.match((await carl.get('account/people?q=nobody-has-this')).plain, /Nobody here has this/);
  assert.match((await carl.get('')).links.map((link) => link.text).join('|'), /People and rights/);
});

test('only coordinator and deputy see the pages; another company is not there', async () => {
  for (const name of ['anna', 'rita', 'sven']) {
    const client = await signedIn(people[name]);
    for (const path of ['account/people', 'account/people/invite', person(people.anna), `${person(people.rita)}/roles?role-applicant=1`, 'account/companies', 'account/persons']) {
      assert.equal((await client.get(path)).status, 403, `${name} ${path}`);
    }
    assert.ok(!(await client.get('')).links.some((link) => link.href.includes('account/people')), name);
  }
  const other = await signedIn('other');
  for (const path of [person(people.anna), `${person(people.anna)}/roles?role-applicant=1`, `${person(people.anna)}/remove`, 'account/people/999999999', 'account/people/0x1']) {
    assert.equal((await other.get(path)).status, 404, path);
  }
  const token = (await other.get('account/people/invite')).form().fields.csrf;
  for (const act of ['roles', 'remove', 'end-sessions', 'reset-second-factor', 'invitation']) {
    const answer = await other.post(`${person(people.anna)}/${act}`, { csrf: token, roles: 'board', seen: 'applicant' });
    assert.equal(answer.status, 404, act);
  }
  assert.deepEqual(rolesOf(people.anna), ['applicant']);
  assert.equal((await other.get('account/companies')).status, 403);
});

test('roles are given and taken after a page that says so in words; it acts on the next request, with audit and mail', async () => {
  const anna = await signedIn(people.anna);
  const old = sqlValue(`SELECT MAX(id) FROM session WHERE person_id = ${idOf(people.anna)}`);
  const path = `${person(people.anna)}/roles?${query({ applicant: ['power-de', 'gas-the'], board: true })}`;
  const check = await carl.get(path);
  assert.match(check.plain, new RegExp(`${people.anna} may prepare, submit and withdraw requests for these markets only: Power Germany, Natural gas THE`));
  assert.match(check.plain, new RegExp(`${people.anna} sees the company's board matters`));
  assert.match(check.plain, /Kontor does not limit requests to markets yet/);
  assert.deepEqual(rolesOf(people.anna), ['applicant'], 'nothing is saved by looking');
  const done = await carl.submit(check);
  assert.equal(done.status, 303);
  assert.match((await carl.follow(done)).plain, /The roles were changed/);
  assert.deepEqual(rolesOf(people.anna), ['applicant:gas-the', 'applicant:power-de', 'board']);
  assert.deepEqual(auditOf(people.anna).map(({ action, detail }) => [action, JSON.parse(detail)]), [
    ['people.role_taken', { roles: 'applicant' }], ['people.role_given', { roles: 'applicant:gas-the,applicant:power-de,board' }]]);
  assert.equal(sqlValue(`SELECT renew FROM session WHERE id = ${old}`), '1');
  const mail = await until(() => mailsTo(`${people.anna}@example.org`).at(-1), { what: 'mail to anna' });
  assert.match(mail.text, /Haus der Rechte GmbH/);
  assert.match(mail.text, /(Power Germany|Strom Deutschland)/);
  // Market-limited: reading, and no more, until a request type names markets.
  const start = await anna.follow(await anna.get(''));
  assert.equal(start.status, 200);
  assert.equal((await anna.get('requests/new/change')).status, 403);

  const repeated = await carl.submit(check);
  assert.equal(repeated.status, 303, 'the same form twice');
  assert.match((await carl.follow(repeated)).plain, /This had been done already/);
  assert.equal(auditOf(people.anna).length, 2);
  assert.equal((await change(carl, person(people.anna), { applicant: 'all' })).status, 303);
  assert.deepEqual(rolesOf(people.anna), ['applicant']);
});

test('a form made from roles that have changed since is refused and says what changed', async () => {
  const check = await carl.get(`${person(people.rita)}/roles?${query({ readonly: true, board: true })}`);
  const cora = await signedIn(people.cora);
  assert.equal((await change(cora, person(people.rita), { applicant: 'all' })).status, 303);
  const stale = await carl.submit(check);
  assert.equal(stale.status, 422);
  assert.match(stale.plain, /Somebody changed the roles of this person/);
  assert.match(stale.plain, /What has changed meanwhile Given: Applicant Taken: Read only/);
  assert.deepEqual(rolesOf(people.rita), ['applicant']);
  assert.equal((await change(cora, person(people.rita), { readonly: true })).status, 303);
});

test('nobody changes their own roles, not even by a form made by hand', async () => {
  const page = await carl.get(person(people.carl));
  assert.match(page.plain, /This is you/);
  assert.equal(page.forms.filter((form) => form.action.includes('/roles')).length, 0);
  const csrf = (await carl.get('account/people/invite')).form().fields.csrf;
  for (const [act, fields] of [['roles', { roles: 'coordinator,board', seen: 'coordinator' }], ['remove', { seen: 'coordinator' }]]) {
    const answer = await carl.post(`${person(people.carl)}/${act}`, { csrf, ...fields });
    assert.equal(answer.status, 422, act);
    assert.match(answer.plain, /Nobody changes their own roles/);
  }
  const dora = await signedIn(people.dora);
  const token = (await dora.get('account/people/invite')).form().fields.csrf;
  assert.equal((await dora.post(`${person(people.dora)}/roles`, { csrf: token, roles: 'deputy,board', seen: 'deputy' })).status, 422);
  assert.deepEqual([rolesOf(people.carl), rolesOf(people.dora)], [['coordinator'], ['deputy']]);
});

test('a deputy gives and takes roles, but makes and removes no coordinator', async () => {
  const dora = await signedIn(people.dora);
  assert.equal((await change(dora, person(people.sven), { signatory: 'all', readonly: true })).status, 303);
  assert.deepEqual(rolesOf(people.sven), ['readonly', 'signatory']);
  assert.match((await dora.get(person(people.sven))).plain, /Only a central coordinator can give or take this role/);
  const csrf = (await dora.get('account/people/invite')).form().fields.csrf;
  for (const [login, fields] of [[people.sven, { roles: 'signatory,coordinator', seen: 'readonly,signatory' }], [people.cora, { roles: 'readonly', seen: 'coordinator' }]]) {
    const answer = await dora.post(`${person(login)}/roles`, { csrf, ...fields });
    assert.equal(answer.status, 422, login);
    assert.match(answer.plain, /Only a central coordinator can make or remove/);
  }
  assert.equal((await dora.post(`${person(people.cora)}/remove`, { csrf, seen: 'coordinator' })).status, 422);
  // The box of a coordinator stays as it is when a deputy changes another role.
  assert.equal((await change(dora, person(people.cora), { coordinator: true, board: true })).status, 303);
  assert.deepEqual(rolesOf(people.cora), ['board', 'coordinator']);
  const invited = await dora.submit(await dora.get('account/people/invite'), { name: 'X', email: `x-${people.dora}@example.org`, ...boxes({ coordinator: true }) });
  assert.equal(invited.status, 422);
});

test('what nobody can choose is refused: unknown roles and markets, roles of staff, a role for no market', async () => {
  const csrf = (await carl.get('account/people/invite')).form().fields.csrf;
  for (const roles of ['admin', 'king', 'applicant:power-mars', 'coordinator:power-de', 'readonly:power-de', 'applicant:', ':', 'applicant;signatory', "applicant' OR 1=1"]) {
    const answer = await carl.post(`${person(people.sven)}/roles`, { csrf, roles, seen: 'readonly,signatory' });
    assert.equal(answer.status, 422, roles);
    assert.doesNotMatch(answer.plain, /were changed/);
  }
  const page = await carl.get(`${person(people.sven)}/roles?role-applicant=1`);
  assert.equal(page.status, 422);
  assert.deepEqual(page.errors, [{ field: 'all-applicant', text: 'Choose at least one market, or all markets.' }]);
  const both = await carl.get(`${person(people.sven)}/roles?role-applicant=1&all-applicant=1&market-applicant-power-de=1`);
  assert.deepEqual(both.errors, [{ field: 'all-applicant', text: 'Choose either all markets or single ones.' }]);
  assert.equal((await carl.post(`${person(people.sven)}/roles`, { roles: 'board', seen: 'readonly,signatory' })).status, 403, 'no token');
  assert.deepEqual(rolesOf(people.sven), ['readonly', 'signatory']);
});

test('who asked for access gets a role, or a no that holds until they ask again', async () => {
  assert.match((await carl.get(person(people.nora))).plain, /asks for access/);
  assert.equal((await confirm(carl, `${person(people.nora)}/remove`)).status, 303);
  assert.doesNotMatch((await carl.get('account/people')).plain, /asks? for access/);
  assert.match((await carl.get('account/people?show=former')).plain, new RegExp(people.nora));
  assert.deepEqual(auditOf(people.nora).map((row) => row.action), ['people.declined']);
  assert.equal((await new Client().login(people.nora)).status, 403);
  assert.match((await carl.get('account/people')).plain, /1 person asks for access/);
  assert.equal((await change(carl, person(people.nora), { readonly: true })).status, 303);
  assert.equal((await new Client().login(people.nora)).status, 200);
});

test('without a role left all sessions end at once', async () => {
  const sven = await signedIn(people.sven);
  assert.equal((await carl.get(`${person(people.sven)}/roles?x=1`)).location, `${prefix}${person(people.sven)}/remove`);
  assert.match((await carl.get(`${person(people.sven)}/remove`)).plain, /loses all roles/);
  assert.equal((await confirm(carl, `${person(people.sven)}/remove`)).status, 303);
  assert.match((await sven.get('')).location ?? '', /login/);
  assert.deepEqual(sql(`SELECT DISTINCT end_reason FROM session WHERE person_id = ${idOf(people.sven)}`), [{ end_reason: 'role-change' }]);
  assert.equal((await new Client().login(people.sven)).status, 403);
  assert.deepEqual(auditOf(people.sven).slice(-2).map((row) => row.action), ['people.role_taken', 'people.removed']);
  assert.equal((await change(carl, person(people.sven), { signatory: 'all' })).status, 303);
});

test('the sessions of somebody are ended without touching their roles', async () => {
  const rita = await signedIn(people.rita);
  assert.equal((await confirm(carl, `${person(people.rita)}/end-sessions`)).status, 303);
  assert.match((await rita.get('')).location ?? '', /login/);
  assert.equal(sqlValue(`SELECT end_reason FROM session WHERE person_id = ${idOf(people.rita)} ORDER BY id DESC LIMIT 1`), 'ended-by-coordinator');
  assert.deepEqual(rolesOf(people.rita), ['readonly']);
});

test('the last coordinator stays, also when two remove each other at the same moment', async () => {
  const house = newCompany();
  const pair = newPeople(house, { one: 'coordinator', two: 'coordinator', late: 'coordinator' });
  const one = await signedIn(pair.one);
  const two = await signedIn(pair.two);
  const [first, second] = await Promise.all([one.get(`${person(pair.two)}/remove`), two.get(`${person(pair.one)}/remove`)]);
  const answers = await Promise.all([one.submit(first), two.submit(second)]);
  const left = [pair.one, pair.two].filter((login) => rolesOf(login).length > 0);
  assert.equal(left.length, 1, answers.map((answer) => answer.status).join());
  assert.equal(answers.filter((answer) => answer.status === 303 && !/login/.test(answer.location)).length, 1);
  // The third has never signed on, so the one who is left cannot be removed by staff either.
  const admin = await signedIn('admin');
  const last = `account/companies/${house.reference}/people/${idOf(left[0])}`;
  const refused = await admin.submit(await admin.get(`${last}/remove`));
  assert.equal(refused.status, 422);
  assert.match(refused.plain, /only central coordinator who can sign on/);
  await signedIn(pair.late);
  assert.equal((await admin.submit(await admin.get(`${last}/remove`))).status, 303);
  assert.deepEqual(rolesOf(left[0]), []);
});

test('an invitation makes a person, a login and a link that is nowhere to be read afterwards', async () => {
  const [email, login] = [`ivo-${people.carl}@example.org`, `Ivo-${people.carl}`];
  const page = await carl.get('account/people/invite');
  const fields = { name: 'Ivo Neu', email, login, language: 'de' };
  const empty = await carl.submit(page, { ...fields, name: '', email: 'not an address' });
  assert.equal(empty.status, 422);
  assert.deepEqual(empty.errors.map((error) => error.field), ['name', 'email']);
  assert.deepEqual((await carl.submit(page, fields)).errors.map((error) => error.field), ['role-readonly']);
  const one = { ...fields, 'all-applicant': '', ...boxes({ applicant: ['gas-ttf'] }) };
  const answer = await carl.submit(page, one);
  assert.equal(answer.status, 303, answer.plain);
  const ivo = idOf(login.toLowerCase());
  assert.match((await carl.follow(answer)).plain, /Ivo Neu Roles Applicant only Natural gas TTF/);
  const mail = await until(() => mailsTo(email).at(-1), { what: 'the invitation' });
  const [, token] = /login\?invitation=([\w-]{43})/.exec(mail.text.replace(/=\r?\n/g, ''));
  assert.match(mail.text, /eingeladen/);
  assert.equal(sqlValue(`SELECT COUNT(*) FROM invitation WHERE person_id = ${ivo} AND token_sha256 = UNHEX(SHA2(${quote(token)}, 256)) AND expires_at > NOW(6) + INTERVAL 6 DAY`), '1');
  await until(() => sqlValue(`SELECT payload FROM outbox WHERE recipient = ${quote(email)}`) === '{}', { what: 'the worker wipes the link' });
  for (const table of ['outbox', 'audit_event', 'invitation']) {
    assert.ok(!JSON.stringify(sql(`SELECT * FROM ${table}`)).includes(token), table);
  }
  const again = await carl.submit(page, one);
  assert.equal(again.status, 303, 'the same form twice invites once');
  assert.equal(sqlValue(`SELECT COUNT(*) FROM person WHERE email = ${quote(email)}`), '1');

  sql(`UPDATE invitation SET created_at = created_at - INTERVAL 1 HOUR, expires_at = NOW() - INTERVAL 1 MINUTE WHERE person_id = ${ivo}`);
  const there = await carl.submit(page, { ...fields, ...boxes({ readonly: true }) });
  assert.equal(there.status, 422);
  assert.deepEqual(there.errors, [{ field: 'email', text: 'Somebody of this company has this mail address already.' }]);
  assert.ok(there.links.some((link) => link.href.endsWith(`/account/people/${ivo}`)));
  assert.match((await carl.get('account/people')).plain, /Invitation over/);
  assert.equal((await confirm(carl, `account/people/${ivo}/invitation`)).status, 303);
  assert.equal(sqlValue(`SELECT COUNT(*) FROM invitation WHERE person_id = ${ivo} AND expires_at > NOW()`), '1');
  assert.match((await carl.get(`account/people/${ivo}/remove`)).plain, /Withdraw the invitation/);
  assert.equal((await confirm(carl, `account/people/${ivo}/remove`)).status, 303);
  assert.equal(sqlValue(`SELECT (SELECT COUNT(*) FROM invitation WHERE person_id = ${ivo} AND expires_at > NOW(6)) + (SELECT COUNT(*) FROM identity WHERE person_id = ${ivo})`), '0', 'link and login are free again');
});

test('who opens the link of a mail and signs on is the one who was invited, with the roles that were given', async () => {
  const { ilse } = newPeople(company, { ilse: null });
  const email = `link-${ilse}@example.org`;
  const answer = await carl.submit(await carl.get('account/people/invite'), { name: 'Ilse Link', email, language: 'en', ...boxes({ signatory: true }) });
  assert.equal(answer.status, 303, answer.plain);
  const invited = Number(sqlValue(`SELECT id FROM person WHERE email = ${quote(email)}`));
  const mail = await until(() => mailsTo(email).at(-1), { what: 'the invitation' });
  const client = new Client();
  assert.equal((await client.get(/\/login\?invitation=[\w-]+/.exec(mail.text)[0])).status, 200);
  assert.equal((await client.login(ilse)).status, 200);
  assert.equal(idOf(ilse), invited);
  assert.deepEqual(rolesOf(ilse), ['signatory']);
  assert.doesNotMatch((await carl.get('account/people')).plain, new RegExp(`Decide about Petra ${ilse}`));
  assert.doesNotMatch((await carl.get(`account/people/${invited}`)).plain, /Invited until/);
});

test('a login that is known says so: of this company by name, of another without saying whose', async () => {
  const page = await carl.get('account/people/invite');
  const fields = { name: 'Anna again', email: `again-${people.carl}@example.org`, language: 'en', ...boxes({ readonly: true }) };
  const here = await carl.submit(page, { ...fields, login: people.anna });
  assert.deepEqual(here.errors, [{ field: 'login', text: 'Somebody of this company has this login already.' }]);
  for (const login of ['other', 'admin']) {
    if (login === 'admin') await signedIn('admin');
    const taken = await carl.submit(page, { ...fields, login });
    assert.equal(taken.status, 422, login);
    assert.match(taken.errors[0].text, /cannot be invited/);
    assert.doesNotMatch(taken.plain, /Otto|Südwerk|Adler/);
  }
  assert.equal(sqlValue(`SELECT COUNT(*) FROM person WHERE email = ${quote(fields.email)}`), '0');
});

test('two invitations at the same moment make one person; two companies cannot have the same login', async () => {
  const email = `twice-${people.carl}@example.org`;
  const page = await carl.get('account/people/invite');
  const fields = { name: 'Zwei Mal', email, language: 'en', ...boxes({ readonly: true }) };
  const both = await Promise.all([carl.submit(page, fields), carl.submit(page, fields), carl.submit(page, fields)]);
  assert.deepEqual(both.map((answer) => answer.status), [303, 303, 303]);
  assert.equal(sqlValue(`SELECT COUNT(*) FROM person WHERE email = ${quote(email)}`), '1');

  const bosses = await Promise.all([1, 2, 3].map(async () => signedIn(newPeople(newCompany(), { boss: 'coordinator' }).boss)));
  const pages = await Promise.all(bosses.map((boss) => boss.get('account/people/invite')));
  const login = `wanted-${people.carl}`;
  const answers = await Promise.all(bosses.map((boss, i) => boss.submit(pages[i], { name: 'W', email: `w${i}-${email}`, login, language: 'en', ...boxes({ readonly: true }) })));
  assert.deepEqual(answers.map((answer) => answer.status).sort(), [303, 422, 422]);
  for (const answer of answers.filter(({ status }) => status === 422)) assert.match(answer.errors[0].text, /cannot be invited/);
  assert.equal(sqlValue(`SELECT COUNT(*) FROM identity WHERE login_key = ${quote(login.toLowerCase())}`), '1');
});

test('a lost second factor is reset: gone with its codes, sessions ended, the person told', async () => {
  const { kai } = newPeople(company, { kai: 'applicant' });
  const one = await signedIn(kai);
  sql(`INSERT INTO second_factor (person_id, kind, secret, created_at) VALUES (${idOf(kai)}, 'totp', 'x', NOW(6));
       INSERT INTO recovery_code (person_id, code_sha256, created_at) VALUES (${idOf(kai)}, UNHEX(SHA2('code', 256)), NOW(6))`);
  assert.match((await carl.get(person(kai))).plain, /Second factor yes/);
  assert.equal((await confirm(carl, `${person(kai)}/reset-second-factor`)).status, 303);
  assert.equal(sqlValue(`SELECT (SELECT COUNT(*) FROM second_factor WHERE person_id = ${idOf(kai)}) + (SELECT COUNT(*) FROM recovery_code WHERE person_id = ${idOf(kai)})`), '0');
  assert.match((await one.get('')).location ?? '', /login/);
  await until(() => mailsTo(`${kai}@example.org`).some((mail) => /(second factor|zweite Faktor)/i.test(mail.subject)), { what: 'the mail' });
  assert.equal(sqlValue(`SELECT person_id FROM audit_event WHERE action = 'second_factor.reset' AND object = 'person:${idOf(kai)}'`), String(idOf(people.carl)));
  assert.match((await carl.follow(await carl.post(`${person(kai)}/reset-second-factor`, { csrf: (await carl.get('account/people/invite')).form().fields.csrf }))).plain, /This had been done already/);
});

test('delicate acts want a fresh proof of who sits there, and go on where they were', async () => {
  const { maxi } = newPeople(company, { maxi: 'deputy' });
  const client = await signedIn(maxi);
  const check = await client.get(`${person(people.rita)}/roles?${query({ readonly: true, applicant: ['gas-ttf'] })}`);
  assert.equal(check.status, 200);
  const grow_old = () => sql(`UPDATE session SET confirmed_at = NOW(6) - INTERVAL 1 HOUR WHERE person_id = ${idOf(maxi)}`);
  const prove = async (answer) => {
    assert.equal(answer.status, 303);
    assert.match(answer.location, /login\/step-up/);
    return client.follow(await client.submit(await client.follow(answer), { password: 'kontor-demo-2026' }));
  };
  grow_old();
  for (const path of ['account/people', person(people.rita)]) assert.equal((await client.get(path)).status, 200, 'looking is not delicate');
  const back = await prove(await client.get(`${person(people.rita)}/roles?${query({ readonly: true, applicant: ['gas-ttf'] })}`));
  assert.match(back.plain, /for these markets only: Natural gas TTF/, 'with the boxes that were chosen');
  grow_old();
  const kept = await prove(await client.submit(check));
  assert.match(kept.h1, /Your entries were kept/);
  assert.deepEqual(rolesOf(people.rita), ['readonly']);
  assert.equal((await client.submit(kept, {}, '/roles')).status, 303);
  assert.deepEqual(rolesOf(people.rita), ['applicant:gas-ttf', 'readonly']);
  assert.equal((await change(client, person(people.rita), { readonly: true })).status, 303);
});

test('staff with the right name the first coordinator of a company; the auditor only reads; who looked is kept', async () => {
  const young = newCompany({ name: 'Junge Gas AG', state: 'candidate' });
  const admin = await signedIn('admin');
  const auditor = await signedIn('auditor');
  const list = `account/companies/${young.reference}`;
  assert.match((await admin.get('account/companies?q=junge')).plain, /Junge Gas AG .*Nobody: name the first coordinator/);
  assert.match((await admin.get(list)).plain, /Invite its central coordinator first/);
  const email = `first-${young.reference.toLowerCase()}@example.org`;
  const answer = await admin.submit(await admin.get(`${list}/people/invite`), { name: 'Erste Koordination', email, language: 'en', ...boxes({ coordinator: true }) });
  assert.equal(answer.status, 303, answer.plain);
  await until(() => mailsTo(email).length > 0, { what: 'the invitation' });
  const first = Number(sqlValue(`SELECT id FROM person WHERE email = ${quote(email)}`));

  const read = await auditor.get(list);
  assert.equal(read.status, 200);
  assert.doesNotMatch(read.plain, /Invite somebody/);
  const card = await auditor.get(`${list}/people/${first}`);
  assert.equal(card.status, 200);
  assert.equal(card.forms.filter((form) => form.action.includes('/account/')).length, 0);
  const csrf = /name="csrf" value="([^"]+)"/.exec(read.text)[1];
  for (const path of ['invite', `${first}/roles`, `${first}/remove`, `${first}/end-sessions`, `${first}/reset-second-factor`, `${first}/invitation`]) {
    assert.equal((await auditor.get(`${list}/people/${path}`)).status, 403, path);
    assert.equal((await auditor.post(`${list}/people/${path}`, { csrf, roles: 'board', seen: 'coordinator' })).status, 403, path);
  }
  for (const path of ['end-sessions', 'reset-second-factor']) {
    assert.equal((await auditor.post(`account/persons/${first}/${path}`, { csrf })).status, 403, path);
  }
  assert.equal((await (await signedIn('compliance')).get(list)).status, 403);
  assert.equal((await admin.get(`account/companies/${young.reference}/people/${idOf(people.anna)}`)).status, 404, 'of another company');
  assert.equal((await admin.get('account/companies/M-0000')).status, 404);
  assert.ok(Number(sqlValue(`SELECT COUNT(*) FROM access_log WHERE kind = 'people' AND company_id = ${young.id}`)) >= 3);
  assert.equal(sqlValue(`SELECT COUNT(*) FROM access_log WHERE kind = 'people' AND person_id = ${idOf(people.carl)}`), '0', 'the company itself is not logged');
});

test('staff look up anybody, end their sessions, and change no roles of staff', async () => {
  const admin = await signedIn('admin');
  const rita = await signedIn(people.rita);
  assert.match((await admin.get(`account/persons?q=${people.rita}`)).plain, new RegExp(`${people.rita}@example.org Haus der Rechte GmbH Read only`));
  assert.match((await admin.get('account/persons?q=%25')).plain, /Nobody begins like this/);
  assert.match((await admin.get('account/persons?q=peter')).plain, /Anna Petersen/, 'a surname');
  assert.match((await admin.get('account/companies?q=trading')).plain, /Südwerk Trading AG/);
  const card = await admin.get(`account/persons/${idOf(people.rita)}`);
  assert.match(card.plain, /ldap:main/);
  assert.match(card.plain, /127\.0\.0\.1/);
  assert.equal((await confirm(admin, `account/persons/${idOf(people.rita)}/end-sessions`)).status, 303);
  assert.match((await rita.get('')).location ?? '', /login/);
  const lead = await signedIn('lead');
  const staff = await lead.get(`account/persons/${idOf('admin')}`);
  assert.match(staff.plain, /Administrator .*come from the directory/);
  assert.equal((await lead.get(`account/persons/${idOf('admin')}/end-sessions`)).status, 403);
  assert.equal((await admin.get('account/persons/999999999')).status, 404);
});

test('a change by somebody who has just lost the right is refused', async () => {
  const dora = await signedIn(people.dora);
  const check = await dora.get(`${person(people.rita)}/roles?${query({ applicant: 'all' })}`);
  sql(`UPDATE company_role SET role = 'readonly' WHERE person_id = ${idOf(people.dora)}`);
  assert.equal((await dora.submit(check)).status, 403);
  assert.deepEqual(rolesOf(people.rita), ['readonly']);
});

test('pages of a long list follow each other without a gap', async () => {
  const big = newCompany();
  const boss = newPeople(big, { boss: 'coordinator' });
  const values = Array.from({ length: 120 }, (_, i) => `('p${i}-${big.reference}', ${quote(i % 3 ? `Same Name` : `Name ${String(i).padStart(3, '0')}`)}, 'p${i}@example.org', ${big.id}, 0, NOW(6))`);
  sql(`INSERT INTO person (login, display_name, email, company_id, is_staff, created_at) VALUES ${values.join(', ')};
       INSERT INTO company_role (company_id, person_id, role, given_at) SELECT ${big.id}, id, 'readonly', NOW(6) FROM person WHERE login LIKE 'p%-${big.reference}'`);
  const client = await signedIn(boss.boss);
  const seen = [];
  for (let path = 'account/people'; path;) {
    const page = await client.get(path);
    seen.push(...page.links.map((link) => /account\/people\/(\d+)$/.exec(link.href)?.[1]).filter(Boolean));
    path = page.links.find((link) => link.text === 'Next page')?.href;
  }
  assert.equal(seen.length, 121);
  assert.equal(new Set(seen).size, 121);
});

test('a server that cuts lists short does not make a role for all markets of one for a single market', async () => {
  const { signe } = newPeople(newCompany(), { signe: null });
  const home = sqlValue(`SELECT id FROM company ORDER BY id DESC LIMIT 1`);
  sql(`INSERT INTO person (login, display_name, email, is_staff, company_id, created_at) VALUES (${quote(signe)}, 'Signe', '', 0, ${home}, NOW(6));
       INSERT INTO identity (person_id, issuer, login_key, created_at) VALUES (LAST_INSERT_ID(), 'ldap:main', ${quote(signe)}, NOW(6));
       INSERT INTO company_role (company_id, person_id, role, market_key, given_at)
         SELECT ${home}, person_id, 'signatory', m.market_key, NOW(6) FROM identity i JOIN market m WHERE i.login_key = ${quote(signe)} ORDER BY m.market_key LIMIT 1`);
  const [role] = rolesOf(signe);
  assert.match(role, /^signatory:./);
  const before = sqlValue('SELECT @@GLOBAL.group_concat_max_len');
  sql('SET GLOBAL group_concat_max_len = 9');
  try {
    assert.match((await kontorctl('person', signe)).stdout, new RegExp(`roles: ${role}\\n`));
  } finally {
    sql(`SET GLOBAL group_concat_max_len = ${before}`);
  }
});

test('staff come in although a company has invited somebody by their login', async () => {
  const login = newStaff({ roles: ['member'] });
  invite(newCompany(), login, 'coordinator');
  const client = await signedIn(login);
  assert.equal((await client.get('staff/queue')).status, 200);
  assert.equal((await client.get('account/people')).status, 403);
  assert.deepEqual(sql(`SELECT p.is_staff FROM identity i JOIN person p ON p.id = i.person_id WHERE i.login_key = ${quote(login)}`), [{ is_staff: '1' }]);
});
