// Leaving takes effect at once, with a real Active Directory domain controller (Samba). login-sync and kontorctl run in its
// network; the sessions are those of the stack, whose pages tell who is still in.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes, createHash } from 'node:crypto';
import { chmodSync, chownSync, copyFileSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { Client } from '../harness/client.mjs';
import { Samba, canRunSamba, newFolder } from '../harness/directories.mjs';
import { newCompany, quote } from '../harness/people.mjs';
import { port, run, sql, sqlValue, until } from '../harness/stack.mjs';
import { startProgram } from './fault.mjs';

const INTERVAL = 5;
const base = 'DC=ad,DC=test';
const options = { skip: !canRunSamba && 'needs root: Samba and a network namespace' };
const conf = join(run, 'etc/kontor/leaving-ad.conf');
const secret = join(run, 'etc/kontor/secrets/directory-ad');
const { folder, remove } = newFolder('leaving-ad');
const company = canRunSamba && newCompany();
let samba, program;

const start = () => startProgram('login-sync', 'kontor-login', { conf, before: samba.before });
const sync = () => promisify(execFile)(samba.before[0], [...samba.before.slice(1), join(run, 'usr/bin/kontorctl'), '--config', conf, 'sync'])
  .then(({ stdout }) => stdout.split('\n').find((line) => line.startsWith('directory ad')));

before(() => {
  if (!canRunSamba) return;
  samba = new Samba(folder).start();
  copyFileSync(samba.service, secret);
  const { uid, gid } = statSync(join(run, 'etc/kontor/secrets/login'));
  chownSync(secret, uid, gid);
  chmodSync(secret, 0o400);
  copyFileSync(samba.ca, join(run, 'etc/kontor/leaving-ad.crt'));
  writeFileSync(join(run, 'etc/kontor/leaving-ad.map'), `CN=KX-Intake,OU=Groups,${base} -> role intake, team service
CN=KX-IT,OU=Groups,${base} -> role member, team it
`);
  // The demo's own directory cannot be reached from there, and is none of this test's.
  const text = readFileSync(join(run, 'etc/kontor/kontor.conf'), 'utf8').replace(/\[directory\][\s\S]*?\n\n/, '').replace(/\[provider[\s\S]*?\n\n(?=\[(?!provider))/g, '');
  writeFileSync(conf, `${text}
[session]
directory_sync_seconds = ${INTERVAL}

[directory.ad]
kind = ad
uri = ldaps://127.0.0.1
ca_file = leaving-ad.crt
bind_dn = CN=kontor,OU=Services,${base}
bind_password_file = secrets/directory-ad
user_base = ${base}
customer_base = OU=Members,${base}
staff_base = OU=Staff,${base}
group_base = ${base}
group_map = leaving-ad.map
timeout_ms = 5000
`);
  program = start();
}, { timeout: 120_000 });
after(async () => {
  await program?.stop();
  samba?.stop();
  remove();
  rmSync(secret, { force: true });
});

const dnOf = (login) => {
  const [, coded, name] = /^dn:(:?) (.*)$/m.exec(samba.ldap('ldapsearch', ['-LLL', '-o', 'ldif-wrap=no', '-b', base, `(sAMAccountName=${login})`, 'dn']));
  return coded ? Buffer.from(name, 'base64').toString() : name;
};
const guidOf = (login) => {
  const bytes = Buffer.from(/objectGUID:: (\S+)/.exec(samba.ldap('ldapsearch', ['-LLL', '-b', base, `(sAMAccountName=${login})`, 'objectGUID']))[1], 'base64');
  const hex = [bytes.subarray(0, 4).reverse(), bytes.subarray(4, 6).reverse(), bytes.subarray(6, 8).reverse(), bytes.subarray(8, 10), bytes.subarray(10)];
  return hex.map((part) => part.toString('hex')).join('-');
};

/** What a sign-on an hour ago has left: person, identity, `count` sessions. */
function signedOn(login, { roles = [], teams = [], count = 1, company_id = null }) {
  const clients = Array.from({ length: count }, () => new Client());
  sql(`INSERT INTO person (login, display_name, email, company_id, is_staff, created_at)
         VALUES (${quote(login)}, 'Somebody', '', ${company_id}, ${company_id ? 0 : 1}, UTC_TIMESTAMP(6));
       INSERT INTO identity (person_id, issuer, subject, login_key, created_at, last_sign_on_at)
         VALUES (LAST_INSERT_ID(), 'ldap:ad', ${quote(guidOf(login))}, ${quote(login)}, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) - INTERVAL 1 HOUR)`);
  const { id, person } = sql(`SELECT id, person_id AS person FROM identity WHERE issuer = 'ldap:ad' AND login_key = ${quote(login)}`)[0];
  if (company_id) sql(`INSERT INTO company_role (company_id, person_id, role, given_at) VALUES (${company_id}, ${person}, 'applicant', UTC_TIMESTAMP(6))`);
  for (const role of roles) sql(`INSERT INTO staff_role (person_id, role) VALUES (${person}, ${quote(role)})`);
  for (const team of teams) sql(`INSERT INTO team_member (person_id, team_key) VALUES (${person}, ${quote(team)})`);
  for (const client of clients) {
    const token = randomBytes(32).toString('base64url');
    sql(`INSERT INTO session (token_sha256, person_id, identity_id, created_at, confirmed_at, last_seen_at, expires_at)
         VALUES (UNHEX('${createHash('sha256').update(token).digest('hex')}'), ${person}, ${id}, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 1 HOUR)`);
    client.setCookie(`__Host-kontor-${port}`, token);
  }
  return { person, clients };
}
const isOut = async (client, path) => {
  const answer = await client.get(path);
  return answer.status === 303 && /\/login\?|\/login$/.test(answer.location);
};
const eventsOf = (person) => sql(`SELECT action, detail FROM audit_event WHERE person_id = ${person} AND action LIKE 'directory.%' ORDER BY id`)
  .map(({ action, detail }) => ({ action, ...JSON.parse(detail) }));
const change = (login, ...lines) => samba.modify(`dn: ${dnOf(login)}\nchangetype: modify\n${lines.join('\n')}\n`);
const rolesOf = (person) => sqlValue(`SELECT GROUP_CONCAT(role) FROM staff_role WHERE person_id = ${person}`);

for (const [login, what, reason, leave, staff] of [
  ['lena', 'disabled', 'disabled', () => change('lena', 'replace: userAccountControl', 'userAccountControl: 514'), { roles: ['member'], teams: ['it'] }],
  ['wanda', 'ended (accountExpires)', 'disabled', () => change('wanda', 'replace: accountExpires', 'accountExpires: 132223104000000000'), { roles: ['member'] }],
  ['ida', 'out of her group', 'no-role', () => samba.modify(`dn: CN=KX-IT,OU=Groups,${base}\nchangetype: modify\ndelete: member\nmember: ${dnOf('ida')}\n`), { roles: ['member'], teams: ['it'] }],
  ['sven', 'a group of his group is emptied', 'no-role', () => samba.modify(`dn: CN=KX-Desk-North,OU=Groups,${base}\nchangetype: modify\ndelete: member\nmember: ${dnOf('sven')}\n`), { roles: ['intake'], teams: ['service'] }],
  ['otto', 'deleted', 'gone', () => samba.modify(`dn: ${dnOf('otto')}\nchangetype: delete\n`), { company: 'M-1002' }],
  ['anna', 'in another company', 'other-company', () => change('anna', 'replace: company', 'company: M-1002'), { company: 'M-1001' }],
]) {
  test(`${login}, ${what}: signed off within the interval`, options, async (t) => {
    // wanda is in no group that counts; with a role from the map she is somebody.
    if (login === 'wanda') samba.modify(`dn: CN=KX-IT,OU=Groups,${base}\nchangetype: modify\nadd: member\nmember: ${dnOf('wanda')}\n`);
    const company_id = staff.company ? sqlValue(`SELECT id FROM company WHERE reference = '${staff.company}'`) : null;
    const path = company_id ? '' : 'staff/queue';
    const { person, clients } = signedOn(login, { roles: staff.roles, teams: staff.teams, count: 2, company_id });
    await sync();
    for (const client of clients) assert.equal((await client.follow(await client.get(path))).status, 200, 'in at first');
    leave();
    const began = Date.now();
    await until(async () => (await Promise.all(clients.map((client) => isOut(client, path)))).every(Boolean), { seconds: INTERVAL + 4, what: 'signed off' });
    t.diagnostic(`${Date.now() - began} ms`);
    const event = eventsOf(person).at(-1);
    assert.deepEqual([event.action, event.reason, event.sessions], ['directory.left', reason, 2]);
    assert.equal(rolesOf(person), null);
  });
}

test('at once by kontorctl: restored, then disabled again', options, async () => {
  await program.stop();
  program = null;
  change('lena', 'replace: userAccountControl', 'userAccountControl: 512');
  sql(`UPDATE session s JOIN identity i ON i.id = s.identity_id SET s.ended_at = NULL, s.end_reason = NULL WHERE i.issuer = 'ldap:ad' AND i.login_key = 'lena'`);
  assert.match(await sync(), /^directory ad: 1 people with live sessions asked for, 1 changed, 0 signed off/, 'roles and teams are back');
  change('lena', 'replace: userAccountControl', 'userAccountControl: 514');
  assert.match(await sync(), / 1 signed off \(2 sessions\)$/);
});

test('auth test and doctor against the domain controller', options, async () => {
  const ctl = (...args) => promisify(execFile)(samba.before[0], [...samba.before.slice(1), join(run, 'usr/bin/kontorctl'), '--config', conf, ...args])
    .then(({ stdout }) => ({ code: 0, stdout }), ({ code, stdout }) => ({ code, stdout }));
  const word = join(folder, 'word');
  writeFileSync(word, 'Kontor-demo-2026');
  const disabled = await ctl('auth', 'test', 'lena', '--password-file', word);
  assert.equal(disabled.code, 1);
  assert.match(disabled.stdout, /failed +active +.*does not match/);
  assert.match(disabled.stdout, /failed +password .*disabled/);
  assert.match(disabled.stdout, /refused: directory ad, active\n$/);
  assert.doesNotMatch(disabled.stdout, /Kontor-demo-2026/);
  const { stdout } = await ctl('doctor');
  assert.match(stdout, /^ok +directory ad: ldaps:\/\/127\.0\.0\.1, certificate valid .*\d+ s (ahead|behind) of this machine's clock; 0 role groups, 2 lines of group_map$/m);
});
