// The directory layer against a real Active Directory domain controller (Samba), in a network namespace of its own.
// What it answers to the right and to a wrong password is what modules/lib/auth/directory_answer.h says.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Samba, Tool, canRunSamba, newFolder, writeConf } from '../harness/directories.mjs';

const password = 'Kontor-demo-2026';
const base = 'DC=ad,DC=test';
const options = { skip: !canRunSamba && 'needs root: Samba and a network namespace' };
const { folder, remove } = newFolder('ad');
let samba;
let tool;

const section = (more = {}) => ({
  kind: 'ad', uri: 'ldaps://127.0.0.1', ca_file: samba.ca, bind_dn: `CN=kontor,OU=Services,${base}`, bind_password_file: samba.service,
  user_base: base, customer_base: `OU=Members,${base}`, staff_base: `OU=Staff,${base}`, group_base: base, group_map: 'groups.map',
  password_change: 'yes', timeout_ms: 5000, ...more,
});
let confs = 0;
const open = (sections) => new Tool(writeConf(folder, `kontor-${confs++}.conf`, sections), { before: samba.before });
async function withTool(sections, use) {
  const other = open(sections);
  try {
    await use(other);
  } finally {
    await other.end();
  }
}

before(() => {
  if (!canRunSamba) return;
  samba = new Samba(folder).start();
  writeFileSync(join(folder, 'groups.map'), `# what groups of the house give
CN=KX-Intake,OU=Groups,${base} -> role intake, role member, team service
CN=KX-IT,OU=Groups,${base}     -> role member, team it
cn=kx-lead, ou=Groups, ${base} -> role lead
CN=Nordlicht,OU=Companies,${base} -> company M-1001
`);
  tool = open({ directory: section() });
});
after(async () => {
  await tool?.end();
  samba?.stop();
  remove();
});

test('people, companies, nested groups', options, async () => {
  const anna = await tool.login('anna', password);
  assert.deepEqual([anna.verdict, anna.kind, anna.company, anna.name], ['ok', 'customer', 'M-1001', 'Anna Petersen']);
  assert.match(anna.subject, /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
  const listed = samba.ldap('ldapsearch', ['-LLL', '-b', base, '(sAMAccountName=anna)', 'objectGUID']);
  const bytes = Buffer.from(/objectGUID:: (\S+)/.exec(listed)[1], 'base64');
  assert.equal(anna.subject.replaceAll('-', '').slice(16), bytes.subarray(8).toString('hex'));
  assert.equal(anna.subject.slice(0, 8), Buffer.from(bytes.subarray(0, 4)).reverse().toString('hex'));
  const otto = await tool.login('otto@ad.test', password);
  assert.deepEqual([otto.verdict, otto.login, otto.company, otto.name], ['ok', 'otto', 'M-1002', 'Otto Huber, jun.']);
  const sven = await tool.login('SVEN', password);
  assert.deepEqual([sven.roles, sven.teams], ['intake member', 'service'], 'KX-Intake > KX-Desk > KX-Desk-North > sven');
  const ida = await tool.login('ida', password);
  assert.deepEqual([ida.roles, ida.teams], ['member', 'it'], '400 other groups, and a loop');
  assert.deepEqual((({ roles, teams }) => [roles, teams])(await tool.login('lena', password)), ['member lead', 'it']);
});

test('nested groups: off, and expanded by Kontor over more than a page', options, async () => {
  await withTool({ directory: section({ nested: 'off' }) }, async (other) => {
    assert.equal((await other.login('sven', password)).roles, '');
    assert.equal((await other.login('ida', password)).roles, 'member');
  });
  await withTool({ directory: section({ nested: 'expand' }) }, async (other) => {
    assert.equal((await other.login('sven', password)).roles, 'intake member');
    const { at } = await other.probe('ida');
    assert.match(at.groups.text, /^403 found/, '400, KX-IT, and the two of the loop');
  });
});

// Seen with Samba 4.17: 530, 532, 533, 701, 773 answer the right password only, 52e every wrong one; 775 answers both.
test('states of an account, told only to who knows the password', options, async () => {
  for (const [login, verdict] of [['disa', 'disabled'], ['mona', 'must-change'], ['ella', 'disabled'], ['petra', 'expired'], ['nora', 'disabled']]) {
    const right = await tool.login(login, password);
    assert.deepEqual([right.verdict, right.login], [verdict, login]);
    const wrong = await tool.login(login, 'not it');
    assert.deepEqual([wrong.verdict, wrong.login], ['wrong', ''], login);
  }
  const tries = [];
  for (let i = 0; i < 4; i++) tries.push((await tool.login('lola', `not it ${i}`)).verdict);
  assert.deepEqual(tries.slice(0, 2), ['wrong', 'wrong']);
  assert.equal(tries[3], 'locked');
  assert.deepEqual((({ verdict, login }) => [verdict, login])(await tool.login('lola', password)), ['locked', ''], 'the right one is not confirmed');
});

test('wrong, unknown, odd', options, async () => {
  for (const login of ['nobody', '*', 'an*', 'anna)(cn=*', 'AD\\anna', 'ü', 'a'.repeat(10_000), 'twin)(employeeID=77'])
    assert.equal((await tool.login(login, password)).verdict, 'wrong', login.slice(0, 30));
  assert.equal((await tool.login('anna', '')).verdict, 'empty');
  assert.equal((await tool.login('otto', 'x'.repeat(10_000))).verdict, 'wrong');
  // Two people with one employeeID.
  await withTool({ directory: section({ user_filter: '(&(objectClass=user)(employeeID={login}))' }) }, async (other) => {
    assert.equal((await other.login('77', password)).verdict, 'wrong');
    assert.ok(await other.logged(/directory_ambiguous/));
  });
});

test('StartTLS; a plain bind is refused by the server, too', options, () =>
  withTool({ directory: section({ uri: 'ldap://127.0.0.1', starttls: 'yes' }) }, async (other) => {
    assert.equal((await other.login('anna', password)).verdict, 'ok');
    const { at } = await other.probe('sven', password);
    assert.match(at.tls.text, /by StartTLS/);
    assert.match(at.certificate.text, /^valid from \d{4}-\d\d-\d\d to /);
    assert.equal(at.mapping.text, 'roles: intake member; teams: service');
  }));

test('a password is changed, or the directory says why not', options, async () => {
  const change = async (...args) => (await tool.change('ldap:main', ...args)).result;
  assert.equal(await change('wanda', 'not it', 'Neues-Wort-2026'), 'wrong');
  assert.equal(await change('wanda', password, 'kurz'), 'weak');
  assert.equal(await change('wanda', password, 'Größe-2026-€😀'), 'changed');
  assert.equal((await tool.login('wanda', 'Größe-2026-€😀')).verdict, 'ok');
  assert.equal(await change('wanda', 'Größe-2026-€😀', password), 'weak', 'used before');
  // Nobody can sign in with these two, but whoever knows them replaces them.
  for (const login of ['mona', 'petra']) {
    assert.equal(await change(login, 'not it', 'Neues-Wort-2026'), 'wrong', login);
    assert.equal(await change(login, password, 'Neues-Wort-2026'), 'changed', login);
    assert.equal((await tool.login(login, 'Neues-Wort-2026')).verdict, 'ok', login);
  }
  assert.equal(await change('disa', password, 'Neues-Wort-2026'), 'not-allowed');
  samba.modify(`dn: ${base}\nchangetype: modify\nreplace: minPwdAge\nminPwdAge: -864000000000\n`);
  const young = await tool.change('ldap:main', 'wanda', 'Größe-2026-€😀', 'Noch-Eins-2027');
  assert.equal(young.result, 'weak', 'the directory does not say that it was too early');
});

test('leaving: nested group, account, entry', options, async () => {
  const { subject } = await tool.login('sven', password);
  const now = async () => {
    const { people: [sven] } = await tool.lookUp('ldap:main', { subjects: [subject] });
    return `${sven.state} ${sven.roles}`;
  };
  const dn = `CN=Sven Thomsen,OU=Staff,${base}`;
  assert.equal(await now(), 'present intake member');
  samba.modify(`dn: CN=KX-Desk,OU=Groups,${base}\nchangetype: modify\ndelete: member\nmember: CN=KX-Desk-North,OU=Groups,${base}\n`);
  assert.equal(await now(), 'present ');
  samba.modify(`dn: ${dn}\nchangetype: modify\nreplace: userAccountControl\nuserAccountControl: 514\n`);
  assert.equal(await now(), 'disabled ');
  samba.modify(`dn: ${dn}\nchangetype: delete\n`);
  assert.equal(await now(), 'gone ');
});

test('our own share of a sign-on is small', options, async () => {
  const shares = [];
  for (let i = 0; i < 20; i++) shares.push((await tool.login('anna', password)).cpu_us);
  const median = shares.sort((a, b) => a - b)[10];
  assert.ok(median <= 5000, `${median} us of CPU, with sanitizers`);
});
