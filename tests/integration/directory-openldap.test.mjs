// The directory layer against real slapd instances of this test's own: TLS, ppolicy, groups, several directories,
// servers that are dead, hang or lie. What people see of it is tested in sessions.test.mjs.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Authority, Slapd, Tool, badServer, entry, newFolder, refusal, writeConf } from '../harness/directories.mjs';

const suffix = 'dc=house,dc=test';
const password = 'Ein-gutes-Wort';
const admin = { dn: `cn=admin,${suffix}`, password: 'admin-secret' };
const service = { dn: `cn=kontor,${suffix}`, password: 'service-secret' };
const { folder, remove } = newFolder('openldap');
const bin = { ca: null, otherCa: null, main: null, customers: null };
const uid = (name, place = 'staff') => `uid=${name},ou=${place},${suffix}`;

const person = (place, name, more = {}) => entry(uid(name, place), ['inetOrgPerson'], {
  uid: name, cn: `${name[0].toUpperCase()}${name.slice(1)} Muster`, sn: 'Muster', mail: `${name}@house.test`, userPassword: password, ...more,
});
const group = (place, name, members, more = {}) => entry(`cn=${name},ou=${place},ou=groups,${suffix}`, ['groupOfNames'], { cn: name, member: members, ...more });
const groupDn = (place, name) => `cn=${name},ou=${place},ou=groups,${suffix}`;
const ou = (name, parent = suffix) => entry(`ou=${name},${parent}`, ['organizationalUnit'], { ou: name });
const policy = (name, more) => entry(`cn=${name},ou=policies,${suffix}`, ['device', 'pwdPolicy'], { cn: name, pwdAttribute: 'userPassword', ...more });

const nested = Array.from({ length: 20 }, (_, i) =>
  group('deep', `level-${i}`, i === 0 ? [uid('tief')] : [groupDn('deep', `level-${i - 1}`)]));

function peopleOfStaff(deadPort) {
  return [
    `dn: ${suffix}\nobjectClass: dcObject\nobjectClass: organization\ndc: house\no: House\n\n`,
    entry(service.dn, ['organizationalRole', 'simpleSecurityObject'], { cn: 'kontor', userPassword: service.password }),
    ou('staff'), ou('customers'), ou('policies'), ou('groups'),
    ...['roles', 'teams', 'house', 'members', 'deep', 'many'].map((name) => ou(name, `ou=groups,${suffix}`)),
    policy('default', { pwdCheckQuality: 2, pwdMinLength: 8, pwdInHistory: 3, pwdMustChange: 'TRUE', pwdLockout: 'TRUE', pwdMaxFailure: 6, pwdLockoutDuration: 600 }),
    policy('ageing', { pwdMaxAge: 86400, pwdExpireWarning: 86000, pwdCheckQuality: 2, pwdMinLength: 8 }),
    policy('grace', { pwdMaxAge: 86400, pwdGraceAuthNLimit: 2 }),
    policy('slow', { pwdMinAge: 86400, pwdCheckQuality: 2, pwdMinLength: 8 }),
    person('staff', 'sven'), person('staff', 'ida'), person('staff', 'tief'),
    person('staff', 'wanda'), person('staff', 'lars'),
    person('staff', 'petra', { pwdPolicySubentry: `cn=ageing,ou=policies,${suffix}`, pwdChangedTime: '20200101000000Z' }),
    person('staff', 'warnt', { pwdPolicySubentry: `cn=ageing,ou=policies,${suffix}`,
      pwdChangedTime: `${new Date(Date.now() - 3_600_000).toISOString().replace(/[-:T]|\.\d+/g, '')}` }),
    person('staff', 'gnade', { pwdPolicySubentry: `cn=grace,ou=policies,${suffix}`, pwdChangedTime: '20200101000000Z' }),
    person('staff', 'eilig', { pwdPolicySubentry: `cn=slow,ou=policies,${suffix}`,
      pwdChangedTime: `${new Date().toISOString().replace(/[-:T]|\.\d+/g, '')}` }),
    person('staff', 'mona', { pwdReset: 'TRUE' }), person('staff', 'nela', { pwdReset: 'TRUE' }),
    person('staff', 'lola', { pwdAccountLockedTime: '000001010000Z' }),
    person('staff', 'disa', { employeeType: 'left' }),
    person('customers', 'anna', { o: 'M-1001' }), person('customers', 'otto', { o: ['M-1001', 'M-1002'] }),
    person('customers', 'gerd'), person('customers', 'twin'),
    entry(`cn=Twin,ou=customers,${suffix}`, ['inetOrgPerson'], { cn: 'Twin', sn: 'Twin', uid: 'twin', userPassword: password }),
    entry(`cn=Süd\\2C Jo \\22(*)\\5C x,ou=customers,${suffix}`, ['inetOrgPerson'],
      { cn: 'Süd, Jo "(*)\\ x', sn: 'x', uid: 'j(o)*\\', userPassword: password }),
    group('members', 'M-1003', [`cn=Süd\\2C Jo \\22(*)\\5C x,ou=customers,${suffix}`]),
    entry(`cn=elsewhere,ou=customers,${suffix}`, ['referral', 'extensibleObject'], { cn: 'elsewhere', ref: `ldap://127.0.0.1:${deadPort}/ou=customers,${suffix}` }),
    group('roles', 'intake', [groupDn('house', 'desk')]),
    group('roles', 'member', [uid('ida')]), group('roles', 'lead', [uid('lars'), uid('nobody')]),
    group('roles', 'coordinator', [uid('ida')]),
    group('teams', 'it', [uid('ida')]),
    group('house', 'desk', [groupDn('house', 'north')]), group('house', 'north', [uid('sven')]),
    group('house', 'loop-a', [uid('ida'), groupDn('house', 'loop-b')]), group('house', 'loop-b', [groupDn('house', 'loop-a')]),
    group('members', 'M-1004', [uid('gerd', 'customers')]),
    ...nested,
    ...Array.from({ length: 300 }, (_, i) => group('many', `many-${i}`, [uid('ida')])),
  ].join('');
}

const partner = 'dc=partner,dc=test';
const peopleOfCustomers = () => [
  `dn: ${partner}\nobjectClass: dcObject\nobjectClass: organization\ndc: partner\no: Partner\n\n`,
  entry(`cn=kontor,${partner}`, ['organizationalRole', 'simpleSecurityObject'], { cn: 'kontor', userPassword: service.password }),
  ...['karl', 'sven'].map((name) => entry(`uid=${name},${partner}`, ['inetOrgPerson'], { uid: name, cn: name, sn: name, o: 'M-2000', userPassword: `${password}-2` })),
].join('');

const access = (dn) => `
access to attrs=userPassword by self =xw by anonymous auth by * none
access to * by dn.exact=${dn} read by self read by anonymous auth by * none`;

/** The section of the staff directory. */
const section = (more = {}) => ({
  uri: bin.main.ldaps, ca_file: bin.ca.file, bind_dn: service.dn, bind_password_file: 'service', user_base: suffix,
  staff_base: `ou=staff,${suffix}`, customer_base: `ou=customers,${suffix}`, active_filter: '(!(employeeType=left))',
  role_group_base: `ou=roles,ou=groups,${suffix}`, team_group_base: `ou=teams,ou=groups,${suffix}`,
  group_base: `ou=groups,${suffix}`, nested: 'expand', password_change: 'yes', ...more,
});
let confs = 0;
const confOf = (sections) => writeConf(folder, `kontor-${confs++}.conf`, sections);
async function withTool(sections, use) {
  const tool = new Tool(confOf(sections));
  try {
    await use(tool);
  } finally {
    await tool.end();
  }
}

let referral;
before(async () => {
  bin.ca = new Authority(folder, 'house');
  bin.otherCa = new Authority(folder, 'other');
  writeFileSync(join(folder, 'service'), service.password);
  referral = await badServer();
  bin.main = await new Slapd(folder, 'main', {
    suffix, ldif: peopleOfStaff(referral.port), certificate: bin.ca.sign('main'),
    global: 'moduleload ppolicy',
    database: `rootdn ${admin.dn}\nrootpw ${admin.password}\noverlay ppolicy\nppolicy_default cn=default,ou=policies,${suffix}\nppolicy_use_lockout
limits dn.exact=${service.dn} size.soft=50 size.hard=50 size.prtotal=unlimited${access(service.dn)}`,
  }).start();
  bin.customers = await new Slapd(folder, 'customers', {
    suffix: partner, ldif: peopleOfCustomers(), certificate: bin.otherCa.sign('customers'),
    database: access(`cn=kontor,${partner}`),
  }).start();
});
after(async () => {
  await Slapd.stopAll();
  await referral?.stop();
  remove();
});

test('a customer: member number, subject, exactly one entry', () => withTool({ directory: section() }, async (tool) => {
  const anna = await tool.login('anna', password);
  assert.equal(anna.verdict, 'ok');
  assert.equal(anna.company, 'M-1001');
  assert.equal(anna.kind, 'customer');
  assert.match(anna.subject, /^[0-9a-f-]{36}$/);
  assert.equal((await tool.login('ANNA', password)).login, 'anna', 'as the directory writes it');
  assert.equal((await tool.login('twin', password)).verdict, 'wrong', 'two entries');
  assert.ok(await tool.logged(/directory_ambiguous/));
  const otto = await tool.login('otto', password);
  assert.equal(otto.verdict, 'ok');
  assert.deepEqual([otto.company, otto.ambiguous], ['', 'yes'], 'two member numbers are none');
  assert.equal(referral.seen.connections, 0, 'a referral is not followed');
}));

test('characters of filters and names in every field', () => withTool({ directory: section({ company_group_base: `ou=members,ou=groups,${suffix}` }) }, async (tool) => {
  const odd = await tool.login('j(o)*\\', password);
  assert.equal(odd.verdict, 'ok');
  assert.equal(odd.company, 'M-1003');
  for (const login of ['*', 'an*', 'anna)(uid=*', '\\', 'anna,ou=customers', ' ', '(|(uid=anna))', 'ü', 'a'.repeat(10_000)])
    assert.equal((await tool.login(login, password)).verdict, 'wrong', JSON.stringify(login));
  for (const login of ['anna', 'gerd', 'otto'])
    for (const wrong of { anna: ['a'.repeat(10_000), '*'], gerd: ['{SSHA}', `${password} `], otto: [password.toUpperCase(), '\\00'] }[login])
      assert.equal((await tool.login(login, wrong)).verdict, 'wrong', wrong.slice(0, 20));
  assert.equal((await tool.login('anna', '')).verdict, 'empty');
  assert.equal((await tool.login('anna', '', { password_hex: '4c6174696e2d31fc' })).verdict, 'wrong', 'Latin-1');
  assert.equal((await tool.login('anna', '', { password_hex: '6100' })).verdict, 'empty', 'NUL');
}));

test('StartTLS: as good as ldaps, and nothing without it', async () => {
  await withTool({ directory: section({ uri: bin.main.ldap, starttls: 'yes' }) }, async (tool) => {
    assert.equal((await tool.login('anna', password)).verdict, 'ok');
    const report = await tool.probe();
    assert.equal(report.ok, true);
    assert.match(report.at.tls.text, /^TLS1\.[23] by StartTLS$/);
  });
  assert.match(refusal(confOf({ directory: section({ uri: bin.main.ldap }) })), /kontor-\d+\.conf:2: \[directory\] uri: .*starttls = yes/);
  assert.match(refusal(confOf({ directory: section({ starttls: 'yes' }) })), /:2: \[directory\] uri: with starttls = yes/);
  assert.match(refusal(confOf({ directory: section({ ca_file: '' }) })), /:3: \[directory\] ca_file: is empty/);
});

test('a server that refuses StartTLS gets no password', async () => {
  // The answer of a server that knows no StartTLS: protocolError.
  const liar = await badServer((socket) => socket.write(Buffer.from([0x30, 0x0c, 2, 1, 1, 0x78, 7, 0x0a, 1, 2, 4, 0, 4, 0])));
  await withTool({ directory: section({ uri: `ldap://127.0.0.1:${liar.port}`, starttls: 'yes' }) }, async (tool) => {
    assert.equal((await tool.login('anna', password)).verdict, 'unavailable');
  });
  assert.ok(liar.seen.connections > 0);
  assert.equal(liar.seen.bytes.includes(Buffer.from(service.password)), false);
  assert.equal(liar.seen.bytes.includes(Buffer.from(password)), false);
  await liar.stop();
});

test('a server that hangs takes no longer than its share; the next one is asked', async () => {
  const silent = await badServer();
  // Says yes to StartTLS, then nothing.
  const yes = Buffer.from([0x30, 0x0c, 2, 1, 1, 0x78, 7, 0x0a, 1, 0, 4, 0, 4, 0]);
  const halfway = await badServer((socket, bytes) => { if (bytes[0] === 0x30) socket.write(yes); });
  for (const [uri, starttls] of [
    [`ldaps://127.0.0.1:${silent.port} ${bin.main.ldaps}`, 'no'],
    [`ldap://127.0.0.1:${silent.port} ${bin.main.ldap}`, 'yes'],
    [`ldap://127.0.0.1:${halfway.port} ${bin.main.ldap}`, 'yes'],
    ['ldaps://127.0.0.1:1 ' + bin.main.ldaps, 'no'],
  ]) {
    await withTool({ directory: section({ uri, starttls, timeout_ms: 1200 }) }, async (tool) => {
      const anna = await tool.login('anna', password);
      assert.equal(anna.verdict, 'ok', uri);
      assert.ok(anna.wall_us < 1_200_000, `${uri}: ${anna.wall_us} us`);
      const again = await tool.login('anna', password);
      assert.ok(again.wall_us < 300_000, 'the service connection to the good one is kept');
    });
    const alone = uri.split(' ')[0];
    await withTool({ directory: section({ uri: alone, starttls, timeout_ms: 600 }) }, async (tool) => {
      const anna = await tool.login('anna', password);
      assert.equal(anna.verdict, 'unavailable', alone);
      assert.equal(anna.away, 1);
      assert.ok(anna.wall_us < 900_000, `${alone}: ${anna.wall_us} us`);
    });
  }
  await silent.stop();
  await halfway.stop();
});

test('a server that answers garbage', async () => {
  const garbage = [
    Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), Buffer.from([0x30, 0x84, 0x7f, 0xff, 0xff, 0xff, 2, 1, 1]), Buffer.alloc(4096, 0xff),
    Buffer.from([0x30, 0x80, 0, 0]), Buffer.from([0x15, 3, 3, 0, 2, 2, 40]),
    // "yes" to StartTLS, and the password policy's answer to nobody's question in front of TLS
    Buffer.concat([Buffer.from([0x30, 0x0c, 2, 1, 1, 0x78, 7, 0x0a, 1, 0, 4, 0, 4, 0]), Buffer.from([0x30, 0x0c, 2, 1, 2, 0x61, 7, 0x0a, 1, 0, 4, 0, 4, 0])]),
  ];
  for (const bytes of garbage) {
    const server = await badServer((socket) => socket.end(bytes));
    for (const [uri, starttls] of [[`ldaps://127.0.0.1:${server.port}`, 'no'], [`ldap://127.0.0.1:${server.port}`, 'yes']])
      await withTool({ directory: section({ uri, starttls, timeout_ms: 1000 }) }, async (tool) => {
        const anna = await tool.login('anna', password);
        assert.equal(anna.verdict, 'unavailable', bytes.subarray(0, 16).toString('hex'));
        assert.ok(anna.wall_us < 1_300_000, `${anna.wall_us} us`);
        assert.equal((await tool.probe('anna')).ok, false);
      });
    assert.equal(server.seen.bytes.includes(Buffer.from(service.password)), false);
    await server.stop();
  }
});

test('a server that hangs while connections to it stand', async () => {
  const spare = await new Slapd(folder, 'spare', { suffix: partner, ldif: peopleOfCustomers(), certificate: bin.otherCa.sign('spare'), database: access(`cn=kontor,${partner}`) }).start();
  const one = { uri: bin.customers.ldaps, ca_file: bin.otherCa.file, bind_dn: `cn=kontor,${partner}`, bind_password_file: 'service',
    user_base: partner, people: 'customers', timeout_ms: 1000 };
  for (const [uri, verdict] of [[bin.customers.ldaps, 'unavailable'], [`${bin.customers.ldaps} ${spare.ldaps}`, 'ok']])
    await withTool({ directory: { ...one, uri } }, async (tool) => {
      assert.equal((await tool.login('karl', `${password}-2`)).verdict, 'ok');
      await bin.customers.hang();
      try {
        const karl = await tool.login('karl', `${password}-2`);
        assert.equal(karl.verdict, verdict);
        assert.ok(karl.wall_us < 1_400_000, `${karl.wall_us} us`);
      } finally {
        bin.customers.goOn();
      }
      assert.equal((await tool.login('karl', `${password}-2`)).verdict, 'ok');
    });
  await spare.stop();
});

test('certificates: another authority, another name, too old', async () => {
  const cases = [
    ['expired', bin.ca.sign('expired', { days: -1 }), bin.ca, /failed/, /expired/],
    ['wrong name', bin.ca.sign('name', { names: 'DNS:directory.other.test' }), bin.ca, /ok/, null],
    ['wrong name, but for the old field', bin.ca.sign('cn', { names: 'DNS:directory.other.test', cn: '127.0.0.1' }), bin.ca, /ok/, null],
    ['wrong authority', bin.ca.sign('authority'), bin.otherCa, /ok/, null],
  ];
  for (const [what, certificate, authority, dates, advice] of cases) {
    const server = await new Slapd(folder, `bad-${certificate.crt.split('/').at(-1)}`, {
      suffix: partner, ldif: peopleOfCustomers(), certificate, database: access(`cn=kontor,${partner}`) }).start();
    for (const starttls of ['no', 'yes']) {
      await withTool({ directory: section({ uri: starttls === 'yes' ? server.ldap : server.ldaps, starttls, ca_file: authority.file,
        bind_dn: `cn=kontor,${partner}`, user_base: partner }) }, async (tool) => {
        const karl = await tool.login('karl', `${password}-2`);
        assert.equal(karl.verdict, 'unavailable', `${what}, StartTLS ${starttls}`);
        assert.match(karl.cause, /certificate/, what);
        const { at, ok } = await tool.probe();
        assert.equal(ok, false);
        assert.equal(at.connect.state, 'ok', what);
        assert.equal(at.tls.state, 'failed', what);
        assert.match(at.certificate.state, dates, what);
        if (advice) assert.match(at.certificate.advice, advice);
        assert.equal(at['service-bind'].state, 'skipped');
      });
    }
    await server.stop();
  }
});

test('states of a password, told only to who knows it', () => withTool({ directory: section() }, async (tool) => {
  for (const [login, verdict] of [['petra', 'expired'], ['mona', 'must-change'], ['disa', 'disabled'], ['warnt', 'ok'], ['gnade', 'ok']]) {
    const right = await tool.login(login, password);
    assert.equal(right.verdict, verdict, login);
    assert.equal(right.issuer, 'ldap:main', login);
    const wrong = await tool.login(login, 'not it');
    assert.deepEqual([wrong.verdict, wrong.subject], ['wrong', ''], login);
  }
  // A locked account answers the same to the right and to the wrong password: nothing is confirmed.
  for (const word of [password, 'not it']) {
    const lola = await tool.login('lola', word);
    assert.deepEqual([lola.verdict, lola.subject], ['locked', '']);
  }
  const warns = await tool.login('warnt', password);
  assert.ok(warns.expires_s > 80_000 && warns.expires_s < 86_400, `${warns.expires_s} s left`);
  assert.equal((await tool.login('gnade', password)).grace, 0, 'the last of two');
  assert.equal((await tool.login('gnade', password)).verdict, 'expired');
}));

test('the account of the service is refused: ours, not the person’s', async () => {
  writeFileSync(join(folder, 'wrong-service'), 'something else');
  await withTool({ directory: section({ bind_password_file: 'wrong-service' }) }, async (tool) => {
    const anna = await tool.login('anna', password);
    assert.equal(anna.verdict, 'unavailable');
    assert.match(anna.cause, /refuses the service account/);
    const { at } = await tool.probe('anna', password);
    assert.equal(at['service-bind'].state, 'failed');
    assert.match(at['service-bind'].advice, /bind_password_file/);
    assert.equal(at.search.state, 'skipped');
  });
});

test('groups: nested, in a loop, more than a page, too deep', async () => {
  await withTool({ directory: section() }, async (tool) => {
    const sven = await tool.login('sven', password);
    assert.deepEqual([sven.verdict, sven.roles], ['ok', 'intake'], 'intake > desk > north > sven');
    const ida = await tool.login('ida', password);
    assert.deepEqual([ida.verdict, ida.roles, ida.teams], ['ok', 'member', 'it'], '300 groups, a loop, and no role of a company');
    const deep = await tool.login('tief', password);
    assert.equal(deep.verdict, 'unavailable', 'more levels than it follows is not "no groups"');
  });
  await withTool({ directory: section({ nested: 'off' }) }, async (tool) => {
    assert.equal((await tool.login('sven', password)).roles, '');
    assert.equal((await tool.login('ida', password)).roles, 'member');
  });
  // Without pages 50 is all the server gives: the paged search below finds the 300.
  await withTool({ directory: section({ nested: 'off', team_group_base: `ou=many,ou=groups,${suffix}` }) }, async (tool) => {
    assert.equal((await tool.login('ida', password)).teams.split(' ').length, 32, 'as many teams as one person has');
    assert.throws(() => bin.main.run('ldapsearch', service.dn, service.password, '', '-b', `ou=many,ou=groups,${suffix}`, `(member=${uid('ida')})`, 'dn'));
  });
});

test('a group map gives roles, teams and companies', async () => {
  const map = join(folder, 'groups.map');
  writeFileSync(map, `# what groups of the house give
cn=desk,ou=house,ou=groups,${suffix} -> role intake, role member, team service
CN=Loop-B, OU=house, OU=groups, ${suffix.toUpperCase()} -> role auditor
cn=M-1004,ou=members,ou=groups,${suffix} -> company M-1004
`);
  await withTool({ directory: section({ role_group_base: '', team_group_base: '', group_map: map, company_attribute: 'none' }) }, async (tool) => {
    const sven = await tool.login('sven', password);
    assert.deepEqual([sven.roles, sven.teams], ['intake member', 'service']);
    assert.equal((await tool.login('ida', password)).roles, 'auditor');
    assert.equal((await tool.login('gerd', password)).company, 'M-1004');
    assert.equal((await tool.login('anna', password)).company, '');
  });
  for (const [line, complaint] of [
    ['cn=a,dc=x -> role chief', /groups\.map:2: unknown role: chief/],
    ['cn=a,dc=x -> role applicant', /:2: a role that only a company's coordinator gives: applicant/],
    ['cn=a,dc=x role lead', /:2: expected: DN -> role KEY/],
    ['nonsense -> role lead', /:2: not a distinguished name: nonsense/],
    ['cn=a,dc=x -> role lead\nCN=A, DC=X -> role admin', /:3: the group has a meaning already, in line 2/],
    ['cn=a,dc=x -> company M-1, role lead', /:2: a group is of staff or of a company, not of both/],
  ]) {
    writeFileSync(map, `# first line\n${line}\n`);
    assert.match(refusal(confOf({ directory: section({ group_map: map }) })), complaint);
  }
});

test('several directories in their order', async () => {
  const sections = {
    'directory.staff': section({ staff_base: '', customer_base: '', people: 'staff' }),
    'directory.partners': { uri: bin.customers.ldaps, ca_file: bin.otherCa.file, bind_dn: `cn=kontor,${partner}`, bind_password_file: 'service',
      user_base: partner, people: 'customers', timeout_ms: 700 },
  };
  await withTool(sections, async (tool) => {
    const karl = await tool.login('karl', `${password}-2`);
    assert.deepEqual([karl.verdict, karl.issuer, karl.kind], ['ok', 'ldap:partners', 'customer']);
    // Both know sven: the first one's password counts, and it is tried nowhere else.
    assert.equal((await tool.login('sven', `${password}-2`)).verdict, 'wrong');
    assert.equal((await tool.login('sven', password)).issuer, 'ldap:staff');
    assert.equal((await tool.login('nobody', password)).verdict, 'wrong');
    await bin.customers.stop();
    assert.equal((await tool.login('sven', password)).verdict, 'ok', 'the first does not need the second');
    const away = await tool.login('karl', `${password}-2`);
    assert.equal(away.verdict, 'unavailable');
    assert.match(away.cause, /^directory partners: /);
    assert.equal(away.away, 2);
    const skipped = await tool.login('karl', `${password}-2`, { skip: 2 });
    assert.deepEqual([skipped.verdict, skipped.away], ['unavailable', 0]);
    assert.ok(skipped.wall_us < 200_000);
    const look = await tool.lookUp('ldap:partners', { logins: ['karl'] });
    assert.deepEqual([look.result, look.people[0].state], ['UNAVAILABLE', 'unknown'], 'away is not gone');
    await bin.customers.up();
    assert.equal((await tool.login('karl', `${password}-2`)).verdict, 'ok', 'without a new process');
  });
});

test('a password is changed, or the directory says why not', () => withTool({ directory: section() }, async (tool) => {
  const change = async (...args) => {
    const { result, reason } = await tool.change('ldap:main', ...args);
    return result === 'weak' ? `${result}: ${reason}` : result;
  };
  assert.equal(await change('wanda', 'not it', 'Neues-Wort-1'), 'wrong');
  assert.equal(await change('wanda', password, 'kurz'), 'weak: short');
  assert.equal(await change('wanda', password, 'Größeres Wort 1'), 'changed');
  assert.equal((await tool.login('wanda', password)).verdict, 'wrong');
  assert.equal((await tool.login('wanda', 'Größeres Wort 1')).verdict, 'ok');
  assert.equal(await change('wanda', 'Größeres Wort 1', password), 'weak: used');
  assert.equal(await change('eilig', password, 'Neues-Wort-1'), 'too-young');
  assert.equal(await change('petra', password, 'Neues-Wort-1'), 'not-allowed', 'expired, no grace: the directory lets nobody in');
  assert.equal(await change('mona', password, 'Neues-Wort-1'), 'changed');
  assert.equal((await tool.login('mona', 'Neues-Wort-1')).verdict, 'ok');
  assert.equal(await change('disa', password, 'Neues-Wort-1'), 'not-allowed');
  assert.equal(await change('lola', password, 'Neues-Wort-1'), 'locked');
  assert.equal(await change('nobody', password, 'Neues-Wort-1'), 'wrong');
  assert.equal(await change('wanda', 'Größeres Wort 1', ''), 'weak: unsaid');
  assert.equal((await tool.change('ldap:other', 'wanda', 'a', 'b')).result, 'not-allowed');
}));

test('a directory that allows no change is not asked', () => withTool({ directory: section({ password_change: 'no' }) }, async (tool) => {
  assert.equal((await tool.change('ldap:main', 'anna', password, 'Neues-Wort-1')).result, 'not-allowed');
}));

test('the present state of many, without passwords', () => withTool({ directory: section() }, async (tool) => {
  const names = ['sven', 'ida', 'anna', 'disa', 'lola'];
  const subjects = [];
  for (const name of ['sven', 'ida', 'anna']) subjects.push((await tool.login(name, password)).subject);
  const byName = await tool.lookUp('ldap:main', { logins: [...names, 'nobody', 'twin', 'an*', '\u00fc'] });
  assert.equal(byName.result, 'OK');
  assert.deepEqual(byName.people.map(({ state }) => state),
    ['present', 'present', 'present', 'disabled', 'present', 'gone', 'double', 'gone', 'gone']);
  assert.deepEqual(byName.people.slice(0, 3).map(({ roles, teams, company }) => `${roles}|${teams}|${company}`),
    ['intake||', 'member|it|', '||M-1001']);
  assert.equal(byName.people[3].roles, '');
  const strangers = Array.from({ length: 120 }, (_, i) => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`);
  const bySubject = await tool.lookUp('ldap:main', { subjects: [...strangers.slice(0, 60), ...subjects, ...strangers.slice(60)] });
  assert.deepEqual(bySubject.people.flatMap(({ state }, i) => (state === 'present' ? [i] : [])), [60, 61, 62]);
  assert.equal(bySubject.people.filter(({ state }) => state === 'gone').length, 120);
  assert.equal((await tool.lookUp('ldap:nowhere', { logins: ['sven'] })).result, 'NOT_FOUND');
}));

test('leaving: the group, the account, the entry', () => withTool({ directory: section() }, async (tool) => {
  const { subject } = await tool.login('lars', password);
  const now = async () => {
    const { people: [lars] } = await tool.lookUp('ldap:main', { subjects: [subject] });
    return `${lars.state} ${lars.roles}`;
  };
  const change = (lines) => bin.main.run('ldapmodify', admin.dn, admin.password, lines);
  assert.equal(await now(), 'present lead');
  change(`dn: ${groupDn('roles', 'lead')}\nchangetype: modify\ndelete: member\nmember: ${uid('lars')}\n`);
  assert.equal(await now(), 'present ');
  change(`dn: ${uid('lars')}\nchangetype: modify\nreplace: employeeType\nemployeeType: left\n`);
  assert.equal(await now(), 'disabled ');
  change(`dn: ${uid('lars')}\nchangetype: delete\n`);
  assert.equal(await now(), 'gone ');
  // Somebody new with the same login is somebody else.
  change(person('staff', 'lars').replace('\nobjectClass', '\nchangetype: add\nobjectClass'));
  assert.equal(await now(), 'gone ');
  assert.notEqual((await tool.login('lars', password)).subject, subject);
}));

test('a server that starts again is used again', () => withTool({ directory: section() }, async (tool) => {
  assert.equal((await tool.login('anna', password)).verdict, 'ok');
  await bin.main.stop();
  assert.equal((await tool.login('anna', password)).verdict, 'unavailable');
  await bin.main.up();
  assert.equal((await tool.login('anna', password)).verdict, 'ok');
  await bin.main.stop();
  await bin.main.up();
  assert.equal((await tool.login('anna', password)).verdict, 'ok', 'the kept connection was lost in between');
}));

test('the ladder says which rung fails', () => withTool({ directory: section({ role_group_base: `ou=gone,ou=groups,${suffix}` }) }, async (tool) => {
  const { at, ok } = await tool.probe('sven', password);
  assert.equal(ok, false);
  assert.deepEqual([at.connect.state, at.tls.state, at.certificate.state, at['service-bind'].state, at.bases.state, at.search.state],
    ['ok', 'ok', 'ok', 'ok', 'failed', 'skipped']);
  assert.match(at.bases.text, /not seen: ou=gone,ou=groups/);
}));

test('the ladder of a person', () => withTool({ directory: section() }, async (tool) => {
  const sven = await tool.probe('sven', password);
  assert.equal(sven.ok, true, JSON.stringify(sven.rungs));
  assert.match(sven.at.groups.text, /counts: cn=intake/);
  assert.equal(sven.at.mapping.text, 'roles: intake; teams: none');
  assert.equal(sven.at.company.state, 'skipped');
  const anna = await tool.probe('anna');
  assert.deepEqual([anna.at.password.state, anna.at.company.text], ['skipped', 'M-1001']);
  for (const [login, rung, text] of [['nobody', 'one-entry', /no entry/], ['twin', 'one-entry', /more than one/], ['disa', 'active', /employeeType/],
    ['petra', 'password', /expired/], ['nela', 'password', /changed/], ['lola', 'password', /locked/], ['otto', 'company', /more than one/]]) {
    const report = await tool.probe(login, password);
    assert.equal(report.ok, false, login);
    assert.equal(report.at[rung].state, 'failed', login);
    assert.match(report.at[rung].text, text, login);
    assert.ok(!JSON.stringify(report).includes(password) && !JSON.stringify(report).includes(service.password), 'no secret');
  }
}));

test('200 sign-ons at once, over eight processes', async (t) => {
  const tools = Array.from({ length: 8 }, () => new Tool(confOf({ directory: section() })));
  const began = Date.now();
  const all = await Promise.all(tools.flatMap((tool, k) => Array.from({ length: 25 }, (_, i) => ({ tool, who: (k + i) % 3 })))
    .map(({ tool, who }) => tool.login(['anna', 'sven', 'nobody'][who], password).then(({ verdict, login }) => [who, verdict, login])));
  t.diagnostic(`${Date.now() - began} ms`);
  for (const [who, verdict, login] of all) assert.deepEqual([verdict, login], [['ok', 'anna'], ['ok', 'sven'], ['wrong', '']][who]);
  await Promise.all(tools.map((tool) => tool.end()));
});

test('our own share of a sign-on is small', () => withTool({ directory: section() }, async (tool) => {
  const shares = [];
  for (let i = 0; i < 30; i++) shares.push((await tool.login('anna', password)).cpu_us);
  const median = shares.sort((a, b) => a - b)[15];
  assert.ok(median <= 5000, `${median} us of CPU, with sanitizers`);
}));
