// Leaving takes effect at once: what changes in the directory reaches those who are signed in within the interval, and at
// once on kontorctl's word. Real slapd; the Active Directory side is leaving-ad.test.mjs.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { signedIn } from '../harness/client.mjs';
import {
  customerDn, directoryAdd, directoryChange, directoryRemove, directoryRename, enterGroup, leaveGroup, roleDn, staffDn, teamDn,
} from '../harness/directory.mjs';
import { newCompany, newPeople, newStaff, quote } from '../harness/people.mjs';
import { hold, kontorctl, log, password, pidOf, release, run, sql, sqlValue, until } from '../harness/stack.mjs';
import { arm, available, disarm, startProgram } from './fault.mjs';

// A change takes effect within the interval; a round and a slow machine come on top.
const INTERVAL = 5;
const WITHIN = INTERVAL + 3;
const conf = join(run, 'etc/kontor/leaving.conf');
const start = () => startProgram('login-sync', 'kontor-login', { conf });
const sync = async (...args) => (await promisify(execFile)(join(run, 'usr/bin/kontorctl'), ['--config', conf, 'sync', ...args])).stdout;
const strict = join(run, 'etc/kontor/leaving-strict.conf');

/** In order; or by the signal itself, before it takes signals; or `also` by the armed point, behind the last change. */
async function ends(process_, also) {
  const { code, signal } = await process_.stop();
  assert.ok(code === 0 || ['SIGTERM', also].includes(signal), `it ends in order: ${code} ${signal}`);
}

const company = newCompany();
let program;
before(async () => {
  await hold('login-sync');
  const text = readFileSync(join(run, 'etc/kontor/kontor.conf'), 'utf8');
  writeFileSync(conf, `${text.replace('[directory]', '[directory]\nactive_filter = (!(employeeType=left))')}
[session]
directory_sync_seconds = ${INTERVAL}
`);
  sql('UPDATE directory_sync SET due_at = UTC_TIMESTAMP(6), lease_until = NULL');
  program = start();
});
after(async () => {
  await ends(program);
  disarm();
  await release('login-sync');
});

const personOf = (login) => sqlValue(`SELECT id FROM person WHERE login = ${quote(login)}`);
const sessionsOf = (login) => sql(`SELECT s.ended_at, s.end_reason, s.renew FROM session s JOIN person p ON p.id = s.person_id WHERE p.login = ${quote(login)}`);
const rolesOf = (login) => sqlValue(`SELECT GROUP_CONCAT(role ORDER BY role) FROM staff_role r JOIN person p ON p.id = r.person_id WHERE p.login = ${quote(login)}`);
const teamsOf = (login) => sqlValue(`SELECT GROUP_CONCAT(team_key ORDER BY team_key) FROM team_member m JOIN person p ON p.id = m.person_id WHERE p.login = ${quote(login)}`);
const eventsOf = (person) => sql(`SELECT action, detail, program FROM audit_event WHERE person_id = ${person} AND action IN ('directory.left', 'directory.changed', 'session.ended') ORDER BY id`)
  .map(({ action, detail, program: by }) => ({ action, by, ...JSON.parse(detail) }));
const isOut = async (client, path = '') => {
  const answer = await client.get(path);
  return answer.status === 303 && /login/.test(answer.location);
};

/** It takes effect within the interval; tells after how long. */
async function within(probe, what) {
  const began = Date.now();
  await until(probe, { seconds: WITHIN, what });
  return Date.now() - began;
}

// ---- customers -------------------------------------------------------------------------------------------------

// Each waits for the next round, with people of its own.
describe('customers', { concurrency: true }, () => {
  for (const [what, reason, leave] of [
    ['deleted', 'gone', (login) => directoryRemove(customerDn(login))],
    ['disabled', 'disabled', (login) => directoryChange(customerDn(login), 'replace: employeeType', 'employeeType: left')],
    ['moved to another company', 'other-company', (login) => directoryChange(customerDn(login), 'replace: o', 'o: M-1002')],
    ['without a company', 'no-company', (login) => directoryChange(customerDn(login), 'delete: o')],
    ['in two companies at once', 'no-company', (login) => directoryChange(customerDn(login), 'add: o', 'o: M-1002')],
  ]) {
    test(`${what}: both browsers are signed off within the interval, nobody else is`, async (t) => {
      const { anna, sven } = newPeople(company, { anna: 'applicant', sven: 'signatory' });
      const [one, two, other] = [await signedIn(anna), await signedIn(anna), await signedIn(sven)];
      leave(anna);
      t.diagnostic(`${await within(async () => await isOut(one) && await isOut(two), 'signed off')} ms`);
      assert.deepEqual(sessionsOf(anna).map(({ end_reason }) => end_reason), ['directory', 'directory']);
      assert.deepEqual(eventsOf(personOf(anna)), [{ action: 'directory.left', by: 'login-sync', reason, sessions: 2 }]);
      assert.equal((await other.get('')).status, 200);
      assert.deepEqual(eventsOf(personOf(sven)), []);
    });
  }

  test('back again: who is restored signs on as before', async () => {
    const { anna } = newPeople(company, { anna: 'applicant' });
    const client = await signedIn(anna);
    directoryChange(customerDn(anna), 'replace: employeeType', 'employeeType: left');
    await within(() => isOut(client), 'signed off');
    directoryChange(customerDn(anna), 'delete: employeeType');
    const again = await signedIn(anna);
    await sync('--person', anna);
    assert.equal((await again.get('')).status, 200);
    assert.equal(sqlValue(`SELECT COUNT(*) FROM person WHERE login = ${quote(anna)}`), '1');
  });

  test('name, mail and login follow; the session goes on', async () => {
    const { anna } = newPeople(company, { anna: 'applicant' });
    const client = await signedIn(anna);
    const id = personOf(anna);
    directoryChange(customerDn(anna), 'replace: cn', 'cn: Anna Neumann', '-', 'replace: mail', 'mail: neu@example.org');
    const row = () => sql(`SELECT display_name, email FROM person WHERE id = ${id}`)[0];
    await within(() => row().display_name === 'Anna Neumann', 'the new name');
    assert.equal(row().email, 'neu@example.org');
    assert.match((await client.get('')).plain, /Anna Neumann/);
    assert.deepEqual(eventsOf(id), [{ action: 'directory.changed', by: 'login-sync', changed: 'person', sessions: 0 }]);
    // The same entry by another name: known by its subject.
    directoryChange(customerDn(anna), 'add: uid', `uid: ${anna}.neu`);
    await sync('--person', anna);
    assert.equal((await client.get('')).status, 200);
  });
});

test('a login that goes from one person to another: each stays who they are', async () => {
  const { anna, berta } = newPeople(company, { anna: 'applicant', berta: 'signatory' });
  const [one, two] = [await signedIn(anna), await signedIn(berta)];
  const ids = [personOf(anna), personOf(berta)];
  directoryRemove(customerDn(berta));
  directoryRename(customerDn(anna), `uid=${berta}`);
  // By a sign-on ...
  const again = await signedIn(berta);
  assert.deepEqual([ids[0], berta], Object.values(sql(`SELECT person_id, login_key FROM identity WHERE issuer = 'ldap:main' AND login_key = ${quote(berta)}`)[0]));
  await sync();
  assert.ok(await isOut(two), 'the one who left');
  assert.deepEqual([(await one.get('')).status, (await again.get('')).status], [200, 200]);
  // ... and back, by login-sync.
  directoryRename(customerDn(berta), `uid=${anna}`);
  await sync();
  assert.deepEqual(sql(`SELECT login_key FROM identity WHERE person_id IN (${ids.join()}) ORDER BY id`).map(({ login_key }) => login_key), [anna, null]);
  assert.equal(sqlValue(`SELECT login FROM person WHERE id = ${ids[0]}`), anna);
});

// ---- staff -----------------------------------------------------------------------------------------------------

describe('staff', { concurrency: true }, () => {
  test('a role and a team less: the rights are gone within the interval, the session stays with a new token', async () => {
    const login = newStaff({ roles: ['intake', 'member'], teams: ['service', 'it'] });
    const client = await signedIn(login);
    assert.equal((await client.get('staff/intake')).status, 200);
    leaveGroup(roleDn('intake'), staffDn(login));
    leaveGroup(teamDn('service'), staffDn(login));
    await within(() => rolesOf(login) === 'member', 'one role less');
    assert.equal(teamsOf(login), 'it');
    const page = await client.follow(await client.get('staff/intake'));
    assert.equal(page.status, 403);
    assert.equal((await client.follow(await client.get('staff/queue'))).status, 200);
    const [event] = eventsOf(personOf(login));
    assert.deepEqual(event, {
      action: 'directory.changed', by: 'login-sync', changed: 'roles-teams', sessions: 0,
      roles_before: 'intake,member', roles: 'member', teams_before: 'it,service', teams: 'it',
    });
    enterGroup(roleDn('intake'), staffDn(login));
    await within(() => rolesOf(login) === 'intake,member', 'the role again');
    assert.equal((await client.follow(await client.get('staff/intake'))).status, 200);
  });

  for (const [what, reason, leave] of [
    ['the last role', 'no-role', (login) => leaveGroup(roleDn('member'), staffDn(login))],
    ['the entry', 'gone', (login) => directoryRemove(staffDn(login))],
  ]) {
    test(`staff loses ${what}: signed off, roles and teams are gone`, async () => {
      const login = newStaff({ roles: ['member'], teams: ['it'] });
      const client = await signedIn(login);
      leave(login);
      await within(() => isOut(client, 'staff/queue'), 'signed off');
      assert.deepEqual([rolesOf(login), teamsOf(login)], [null, null]);
      const [event] = eventsOf(personOf(login));
      assert.deepEqual([event.reason, event.sessions, event.roles_before, event.roles], [reason, 1, 'member', '']);
    });
  }
});

test('a new role that needs a second factor is no right of a session without one', async () => {
  writeFileSync(strict, readFileSync(conf, 'utf8').replace(/^required_for = .*$/m, '') + '\n[second_factor]\nrequired_for = admin\n');
  const login = newStaff({ roles: ['member'], teams: ['it'] });
  const client = await signedIn(login);
  await ends(program);
  try {
    enterGroup(roleDn('admin'), staffDn(login));
    await promisify(execFile)(join(run, 'usr/bin/kontorctl'), ['--config', strict, 'sync']);
    assert.ok(await isOut(client, 'staff/queue'));
    assert.equal(eventsOf(personOf(login))[0].reason, 'second-factor');
    assert.equal(rolesOf(login), 'member,admin');
  } finally {
    program = start();
  }
});

// ---- at once ---------------------------------------------------------------------------------------------------

test('kontorctl sync: at once, with numbers; kontorctl person says what is there', async () => {
  const { anna, sven } = newPeople(company, { anna: 'applicant', sven: 'signatory' });
  const [client, other] = [await signedIn(anna), await signedIn(sven)];
  await ends(program);
  try {
    assert.match((await kontorctl('person', anna)).stdout, new RegExp(`: ${anna}, .*\\n  company ${company.reference}, .* \\(active\\), roles: applicant\\n  second factor: no\\n  identity ldap:main, login ${anna}, subject [0-9a-f-]{36}, last sign-on .*\\n  session \\d+: ldap:main by password, since .*, 127\\.0\\.0\\.1\\n$`));
    directoryRemove(customerDn(anna));
    directoryRemove(customerDn(sven));
    assert.match(await sync('--person', anna), /^directory main: 1 people with live sessions asked for, 0 changed, 1 signed off \(1 sessions\)\n$/);
    assert.ok(await isOut(client));
    assert.equal((await other.get('')).status, 200);
    assert.match(await sync(), / 1 signed off \(1 sessions\)\n$/);
    assert.ok(await isOut(other));
    assert.match((await kontorctl('person', anna)).stdout, /  no live session\n$/);
  } finally {
    program = start();
  }
});

test('kontorctl session end: a person, a company; an ambiguous login ends nothing', async () => {
  const own = newCompany();
  const { anna, sven } = newPeople(own, { anna: 'applicant', sven: 'signatory' });
  const clients = [await signedIn(anna), await signedIn(anna), await signedIn(sven)];
  const ask = (...args) => kontorctl('session', 'end', ...args).then(({ stdout }) => stdout, ({ code, stderr }) => ({ code, stderr }));
  assert.equal(await ask('--person', anna), '2 sessions ended\n');
  assert.deepEqual([await isOut(clients[0]), await isOut(clients[1]), await isOut(clients[2])], [true, true, false]);
  const [event] = eventsOf(personOf(anna));
  assert.deepEqual([event.action, event.by, event.reason, event.sessions], ['session.ended', 'ctl', 'operator', 2]);
  assert.ok(event.operator.length > 0);
  assert.equal(await ask('--company', own.reference), '1 sessions ended\n');
  assert.ok(await isOut(clients[2]));
  assert.equal(await ask('--company', own.reference), '0 sessions ended\n');

  const client = await signedIn(anna);
  sql(`INSERT INTO person (login, display_name, email, is_staff, created_at) VALUES (${quote(anna)}, 'Somebody else', '', 1, NOW(6));
       INSERT INTO identity (person_id, issuer, subject, login_key, created_at) VALUES (LAST_INSERT_ID(), 'https://idp.example', 'x-${anna}', ${quote(anna)}, NOW(6))`);
  const several = await ask('--person', anna);
  assert.equal(several.code, 1);
  assert.match(several.stderr, /several people have the login[\s\S]*identity ldap:main[\s\S]*identity https:\/\/idp\.example[\s\S]*--issuer/);
  assert.equal((await client.get('')).status, 200);
  assert.equal(await ask('--person', anna, '--issuer', 'ldap:main'), '1 sessions ended\n');
  assert.ok(await isOut(client));
  for (const [args, code] of [[['--person', 'no\u001b[31mbody'], 1], [['--company', 'M-0'], 1], [[], 64], [['--all', '--company', 'M-1'], 64], [['--nonsense'], 64]]) {
    const answer = await ask(...args);
    assert.equal(answer.code, code, args.join(' '));
    assert.doesNotMatch(answer.stderr, /\u001b/);
  }
});

// ---- a directory that is away -----------------------------------------------------------------------------------

const percentile = (list, share) => [...list].sort((a, b) => a - b)[Math.floor(list.length * share)];
async function pages(client, count) {
  const times = [];
  for (let i = 0; i < count; i++) {
    const began = performance.now();
    assert.equal((await client.get('')).status, 200);
    times.push(performance.now() - began);
  }
  return percentile(times, 0.95);
}
const state = () => sql(`SELECT finished_at, away_since, away_reason, asked, unclear FROM directory_sync WHERE issuer = 'ldap:main'`)[0];

test('the directory hangs: nobody is signed off, pages stay fast, it is said once; then it goes on', async (t) => {
  const { anna, sven } = newPeople(company, { anna: 'applicant', sven: 'signatory' });
  const [client, gone] = [await signedIn(anna), await signedIn(sven)];
  await pages(client, 20);
  const calm = await pages(client, 200);
  const said = log('login-sync').split('directory_away').length;
  const pid = pidOf('slapd');
  let hanging;
  process.kill(pid, 'SIGSTOP');
  try {
    await until(() => state().away_since, { seconds: INTERVAL + 15, what: 'away' });
    hanging = await pages(client, 200);
    // More than one further try.
    const before = Date.now();
    while (Date.now() - before < 2 * INTERVAL * 1000 + 3000) hanging = Math.max(hanging, await pages(client, 50));
    assert.equal((await gone.get('')).status, 200);
    assert.match(state().away_reason, /ldaps:/);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  assert.equal(log('login-sync').split('directory_away').length, said + 1, 'said once');
  assert.deepEqual(sessionsOf(anna).map(({ ended_at }) => ended_at), [null]);
  directoryRemove(customerDn(sven));
  await until(() => isOut(gone), { seconds: 20, what: 'signed off after it came back' });
  assert.equal(state().away_since, null);
  assert.match(log('login-sync'), /directory_back/);
  t.diagnostic(`p95 of the start page: ${calm.toFixed(1)} ms, while the directory hangs ${hanging.toFixed(1)} ms`);
  assert.ok(hanging < Math.max(5 * calm, 250), `${hanging} ms`);
});

test('the directory is down: the same, and kontorctl sync says so', async () => {
  const { anna } = newPeople(company, { anna: 'applicant' });
  const client = await signedIn(anna);
  await hold('slapd');
  try {
    const { code, stderr } = await sync().catch((error) => error);
    assert.equal(code, 69);
    assert.match(stderr, /directory main is away: /);
    await until(() => state().away_since, { seconds: WITHIN, what: 'away' });
    assert.equal((await client.get('')).status, 200);
  } finally {
    await release('slapd');
  }
  await until(() => state().away_since === null, { seconds: 20, what: 'back' });
  assert.equal((await client.get('')).status, 200);
  await until(() => signedIn(anna), { seconds: 20, what: 'sign-ons again' });
});

// ---- several at once, killed, many ------------------------------------------------------------------------------

test('several processes ask once and change once', async () => {
  const others = [start(), start(), start()];
  try {
    const { anna } = newPeople(company, { anna: 'applicant' });
    const client = await signedIn(anna);
    directoryRemove(customerDn(anna));
    await within(() => isOut(client), 'signed off');
    assert.equal(eventsOf(personOf(anna)).length, 1);
    // One round an interval, not four.
    const rounds = () => log('slapd').split('\n').filter((line) => /SRCH base="ou=people/.test(line) && /entryUUID/.test(line)).length;
    await signedIn(newPeople(company, { sven: 'signatory' }).sven);
    const began = rounds();
    await new Promise((resolve) => setTimeout(resolve, 4 * INTERVAL * 1000));
    const pages = Math.ceil(Number(state().asked) / 50); // people of other tests have sessions, too
    const most = (4 * 2 + 2) * Math.max(pages, 1);
    assert.ok(rounds() - began <= most, `${rounds() - began} searches in 4 intervals, ${pages} pages`);
  } finally {
    for (const other of others) await ends(other);
  }
});

const matrix = { skip: available ? false : 'needs programs with fault points (VARIANT=asan or fault)' };
test('killed at every statement, and every statement made to fail: the person is signed off wholly or not at all', matrix, async (t) => {
  await ends(program);
  let points = 0, calls = 0;
  try {
    const imprint = (login) => JSON.stringify([
      sessionsOf(login).map(({ end_reason }) => end_reason), rolesOf(login), teamsOf(login), eventsOf(personOf(login)).length]);
    const fresh = async () => {
      const login = newStaff({ roles: ['member'], teams: ['it'] });
      await signedIn(login);
      await signedIn(login);
      directoryRemove(staffDn(login));
      sql('UPDATE directory_sync SET due_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND, lease_until = NULL');
      return login;
    };
    const end = '[["directory","directory"],null,null,1]';
    const begin = '[[null,null],"member","it",0]';
    for (let n = 1; ; n++) {
      assert.ok(n < 60);
      const login = await fresh();
      assert.equal(imprint(login), begin);
      arm('kill', 'login-sync', n);
      const one = start();
      const died = await Promise.race([one.ended, until(() => imprint(login) === end, { seconds: 20 }).then(() => null)]);
      if (!died) {
        await ends(one, 'SIGKILL');
        if (disarm() !== 'fired') break;
      }
      points++;
      assert.ok([begin, end].includes(imprint(login)), `point ${n}: ${imprint(login)}`);
      sql('UPDATE directory_sync SET due_at = UTC_TIMESTAMP(6), lease_until = NULL');
      await sync('--person', login);
      assert.equal(imprint(login), end, `point ${n}, and then once more`);
    }
    for (let n = 1; ; n++) {
      assert.ok(n < 60);
      const login = await fresh();
      arm('fail', 'login-sync', n);
      const one = start();
      try {
        // Its lease runs out at once, which would otherwise take ten seconds.
        setTimeout(() => sql('UPDATE directory_sync SET lease_until = NULL'), 1500).unref();
        await until(() => { if (imprint(login) !== begin) return true; return false; }, { seconds: 20, what: `call ${n} does not matter for long` });
        assert.equal(imprint(login), end, `call ${n}`);
      } finally {
        await ends(one);
      }
      if (disarm() !== 'fired') break;
      calls++;
    }
  } finally {
    disarm();
    program = start();
  }
  assert.ok(points > 6 && calls > 6, `${points} points, ${calls} calls`);
  t.diagnostic(`${points} points, ${calls} calls`);
});

test('a round for 1,000 people takes few searches', async (t) => {
  const own = newCompany();
  const people = Array.from({ length: 1000 }, (_, i) => ({ login: `many-${process.pid}-${i}`, uuid: randomUUID(), staff: i < 50 }));
  directoryAdd(people.map(({ login, uuid, staff }) => [
    `dn: ${staff ? staffDn(login) : customerDn(login)}`, 'objectClass: inetOrgPerson', `uid: ${login}`, `cn: ${login}`, `sn: ${login}`,
    ...(staff ? [] : [`o: ${own.reference}`]), `entryUUID: ${uuid}`]));
  directoryChange(roleDn('member'), 'add: member', ...people.filter(({ staff }) => staff).map(({ login }) => `member: ${staffDn(login)}`));
  sql(`INSERT INTO person (login, display_name, email, company_id, is_staff, created_at) VALUES
    ${people.map(({ login, staff }) => `(${quote(login)}, ${quote(login)}, '', ${staff ? 'NULL' : own.id}, ${staff ? 1 : 0}, NOW(6))`).join(',')};
    INSERT INTO identity (person_id, issuer, subject, login_key, created_at, last_sign_on_at)
      SELECT p.id, 'ldap:main', x.uuid, x.login, NOW(6), UTC_TIMESTAMP(6) - INTERVAL 1 HOUR FROM person p JOIN (
      ${people.map(({ login, uuid }) => `SELECT ${quote(login)} AS login, ${quote(uuid)} AS uuid`).join(' UNION ALL ')}) x ON x.login = p.login COLLATE utf8mb4_bin;
    INSERT INTO staff_role (person_id, role) SELECT id, 'member' FROM person WHERE login LIKE 'many-${process.pid}-%' AND is_staff;
    INSERT INTO session (token_sha256, person_id, identity_id, created_at, last_seen_at, expires_at)
      SELECT UNHEX(SHA2(i.subject, 256)), i.person_id, i.id, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 1 HOUR
      FROM identity i WHERE i.login_key LIKE 'many-${process.pid}-%'`);
  await ends(program);
  try {
    const searches = () => log('slapd').split('\n').filter((line) => /SRCH base=/.test(line)).length;
    const before = searches();
    const began = performance.now();
    const said = await sync();
    const took = performance.now() - began;
    const count = searches() - before;
    const [, asked, changed, ended] = /: (\d+) people .*?, (\d+) changed, (\d+) signed off/.exec(said);
    assert.ok(Number(asked) >= 1000, said);
    assert.equal(Number(changed), 0, said);
    t.diagnostic(`${asked} people, ${count} searches, ${Math.round(took)} ms; ${ended} signed off`);
    assert.ok(count <= 2 * Math.ceil(Number(asked) / 50) + 2 * 60, `${count} searches`);
    for (const { login, staff } of people.filter((_, i) => i % 20 === 0)) directoryRemove(staff ? staffDn(login) : customerDn(login));
    assert.match(await sync(), / 50 signed off \(50 sessions\)/);
  } finally {
    sql(`UPDATE session s JOIN identity i ON i.id = s.identity_id SET s.ended_at = UTC_TIMESTAMP(6), s.end_reason = 'operator' WHERE i.login_key LIKE 'many-${process.pid}-%'`);
    program = start();
  }
});
