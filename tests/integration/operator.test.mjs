// The operator's comfort: kontorctl doctor has a line for each thing that is broken, and kontorctl auth test says at which
// rung a sign-on ends. Each of them is broken here in turn.
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { Client, signedIn } from '../harness/client.mjs';
import { Authority, Slapd, entry, freePort, isRoot, newFolder } from '../harness/directories.mjs';
import { newCompany, newPeople, newStaff, quote } from '../harness/people.mjs';
import { hold, password, prefix, release, run, sql, until } from '../harness/stack.mjs';

const { folder, remove } = newFolder('operator');
const etc = join(run, 'etc/kontor');
const whole = readFileSync(join(etc, 'kontor.conf'), 'utf8');
const suffix = 'dc=house,dc=test';

/** kontorctl with a configuration of its own, beside the stack's (its relative paths hold). */
let confs = 0;
async function ctl(text, ...args) {
  const conf = join(etc, `operator-${confs++}.conf`);
  writeFileSync(conf, text);
  const child = promisify(execFile)(join(run, 'usr/bin/kontorctl'), ['--config', conf, ...args]);
  return child.then(({ stdout, stderr }) => ({ code: 0, stdout, stderr }), ({ code, stdout, stderr }) => ({ code, stdout, stderr }));
}
const doctor = async (text) => {
  const { code, stdout } = await ctl(text, 'doctor');
  const lines = stdout.trim().split('\n');
  assert.equal(code, lines.some((line) => line.startsWith('PROBLEM')) ? 1 : 0);
  return lines;
};
/** Replace one key of the first section that has it. */
const having = (key, value, text = whole) => {
  assert.match(text, new RegExp(`^${key} = .*$`, 'm'));
  return text.replace(new RegExp(`^${key} = .*$`, 'm'), `${key} = ${value}`);
};
const adding = (section, text) => `${whole}\n[${section}]\n${text}\n`;
const has = (lines, pattern) => assert.ok(lines.some((line) => pattern.test(line)), `${pattern}\n${lines.join('\n')}`);

let authority, soon, slapd;
before(async () => {
  authority = new Authority(folder, 'ca');
  soon = authority.sign('soon', { days: 20 });
  slapd = await new Slapd(folder, 'house', {
    suffix, certificate: soon,
    ldif: entry(suffix, ['dcObject', 'organization'], { dc: 'house', o: 'House' }) +
      entry(`cn=service,${suffix}`, ['organizationalRole', 'simpleSecurityObject'], { cn: 'service', userPassword: 'service-word' }) +
      entry(`ou=people,${suffix}`, ['organizationalUnit'], { ou: 'people' }) +
      entry(`ou=groups,${suffix}`, ['organizationalUnit'], { ou: 'groups' }) +
      entry(`uid=vera,ou=people,${suffix}`, ['inetOrgPerson'], { uid: 'vera', cn: 'Vera Haus', sn: 'Haus', userPassword: 'vera-word' }) +
      entry(`cn=desk,ou=groups,${suffix}`, ['groupOfNames'], { cn: 'desk', member: `uid=vera,ou=people,${suffix}` }),
    database: `access to attrs=userPassword by anonymous auth by * none\naccess to * by dn.exact="cn=service,${suffix}" read by * none`,
  }).start();
  writeFileSync(join(etc, 'secrets/house'), 'service-word');
  writeFileSync(join(etc, 'secrets/house-wrong'), 'not-it');
  chmodSync(join(etc, 'secrets/house'), 0o400);
  chmodSync(join(etc, 'secrets/house-wrong'), 0o400);
  writeFileSync(join(etc, 'house.map'), `cn=desk,ou=groups,${suffix} -> role member, team it\n`);
});
after(async () => {
  await slapd?.stop();
  remove();
});
const house = (more = {}) => {
  const keys = {
    uri: slapd.ldaps, ca_file: authority.file, bind_dn: `cn=service,${suffix}`, bind_password_file: 'secrets/house', user_base: `ou=people,${suffix}`,
    people: 'staff', group_map: 'house.map', group_base: `ou=groups,${suffix}`, ...more,
  };
  return adding('directory.house', Object.entries(keys).map(([key, value]) => `${key} = ${value}`).join('\n'));
};

// ---- doctor ----------------------------------------------------------------------------------------------------

test('nothing is broken: doctor says so, and how things are', async () => {
  await until(async () => (await ctl(whole, 'doctor')).code === 0, { what: 'a first round of login-sync' });
  const lines = await doctor(whole);
  has(lines, /^ok {6}directory main: ldaps:\/\/127\.0\.0\.1:\d+, certificate valid from \S+ to \S+; 5 role groups/);
  has(lines, /^ok {6}provider staff: https:/);
  has(lines, /^ok {6}clock: the database's is \d+ ms (ahead|behind) of this machine's$/);
  has(lines, /^(ok {6}calendar exchange: 5 holidays in \d{4}|WARNING calendar exchange: no holiday of \d{4} is entered: .*)$/); // the demo has those of two years
  has(lines, /^ok {6}keys of login: .*login-keys$/);
  has(lines, /^ok {6}login-sync of main: last round \S+: \d+ people asked for in \d+ ms$/);
});

test('a directory: certificate that ends soon, no round yet, all that can be wrong', async () => {
  has(await doctor(house()), /^WARNING directory house: ldaps:\S+, certificate: valid from \S+ to \S+\. The certificate expires soon/);
  has(await doctor(house()), /^PROBLEM login-sync of house: no round yet: does kontor-login-sync run\?$/);
  has(await doctor(house({ uri: `ldaps://127.0.0.1:${await freePort()}` })), /^PROBLEM directory house: ldaps:\S+, connect: .*Does the server run there/);
  has(await doctor(house({ ca_file: join(run, 'etc/tls/ca.crt') })), /^PROBLEM directory house: ldaps:\S+, tls: .*ca_file/);
  has(await doctor(house({ bind_password_file: 'secrets/house-wrong' })), /^PROBLEM directory house: ldaps:\S+, service-bind: .*bind_password_file/);
  has(await doctor(house({ user_base: `ou=nowhere,${suffix}` })), /^PROBLEM directory house: bases: not seen: ou=nowhere/);
  has(await doctor(house({ role_group_base: `ou=groups,${suffix}` })), /^WARNING directory house: mapping: no group below ou=groups,\S+ is called like a staff role/);
  writeFileSync(join(etc, 'house-bad.map'), `cn=desk,ou=groups,${suffix} -> role member, team unheard-of\ncn=lost,ou=groups,${suffix} -> role lead\n`);
  const lines = await doctor(house({ group_map: 'house-bad.map' }));
  has(lines, /^WARNING directory house: mapping: group_map, not seen: line 2, cn=lost/);
  has(lines, /^WARNING teams: group_map of directory house names unheard-of, which is no team/);
  writeFileSync(join(etc, 'house-worse.map'), 'no arrow\n');
  has(await doctor(house({ group_map: 'house-worse.map' })), /^PROBLEM directories: .*house-worse\.map:1/);
  // One server of two is down: the directory works, and the operator hears of it.
  const two = await doctor(house({ uri: `ldaps://127.0.0.1:${await freePort()} ${slapd.ldaps}` }));
  has(two, /^PROBLEM directory house: ldaps:\S+, connect/);
  assert.ok(!two.some((line) => /bases|service-bind/.test(line)), two.join('\n'));
});

test('a provider: away, another issuer, garbage', async () => {
  const provider = (issuer, ca = join(run, 'etc/tls/ca.crt')) =>
    adding('provider.house', `issuer = ${issuer}\nca_file = ${ca}\nreach = loopback\nclient_id = x\nside = staff\nlink = login:main`);
  has(await doctor(provider(`https://localhost:${await freePort()}`)), /^PROBLEM provider house: https:\S+, discovery: provider-away: .*Is the address of issuer right/);
  const real = /^issuer = (.*)$/m.exec(whole)[1];
  has(await doctor(provider(`${real}/`)), /^PROBLEM provider house: https:\S+, discovery: discovery-issuer: .*Copy issuer/);
  const tls = authority.sign('page', { names: 'DNS:localhost', days: 15 });
  const server = createServer({ key: readFileSync(tls.key), cert: readFileSync(tls.crt) }, (request, response) => response.end('<html>'));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const page = `https://localhost:${server.address().port}`;
  try {
    has(await doctor(provider(page, authority.file)), /^PROBLEM provider house: https:\S+, discovery: provider-garbage: localhost:\d+: not JSON\. Does issuer lead to an OpenID provider/);
    has(await doctor(provider(page)), /^PROBLEM provider house: https:\S+, discovery: provider-away: .*ca_file/);
  } finally {
    server.close();
  }
  has(await doctor(provider('http://localhost')), /^PROBLEM providers: .*\.conf/);
});

test('a provider: its clock, its certificate, its keys', async () => {
  const tls = authority.sign('clock', { names: 'DNS:localhost', days: 15 });
  let keys = { keys: [{ ...generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' }), kid: '1', use: 'sig', alg: 'RS256' }] };
  const server = createServer({ key: readFileSync(tls.key), cert: readFileSync(tls.crt) }, (request, response) => {
    const at = `https://localhost:${server.address().port}`;
    const documents = {
      '/.well-known/openid-configuration': {
        issuer: at, authorization_endpoint: `${at}/a`, token_endpoint: `${at}/t`, jwks_uri: `${at}/keys`, response_types_supported: ['code'],
        subject_types_supported: ['public'], code_challenge_methods_supported: ['S256'], id_token_signing_alg_values_supported: ['RS256'],
      },
      '/keys': keys,
    };
    response.setHeader('Date', new Date(Date.now() - 600_000).toUTCString());
    response.setHeader('Content-Type', 'application/json');
    response.statusCode = documents[request.url] ? 200 : 404;
    response.end(JSON.stringify(documents[request.url] ?? {}));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const text = adding('provider.house', `issuer = https://localhost:${server.address().port}\nca_file = ${authority.file}\nreach = loopback\nclient_id = x\nside = customers\ncompany_claim = company`);
  try {
    const lines = await doctor(text);
    has(lines, /^PROBLEM provider house: clock: (599|600|601) s behind of this machine's\. Set this machine's clock/);
    has(lines, /^WARNING provider house: certificate: valid until \d{4}-\d\d-\d\d\. It expires soon/);
    assert.ok(!lines.some((line) => /provider house: (keys|discovery)/.test(line)), lines.join('\n'));
    keys = { keys: [] };
    has(await doctor(text), /^PROBLEM provider house: keys: /);
    keys = null;
    has(await doctor(text), /^PROBLEM provider house: keys: provider-garbage: .*jwks_uri/);
  } finally {
    server.close();
  }
});

test('the keys of login', async (t) => {
  const path = join(etc, 'secrets/operator-keys');
  t.after(() => rmSync(path, { force: true }));
  const keys = having('key_file', 'secrets/operator-keys');
  has(await doctor(keys), /^PROBLEM keys of login: No such file/);
  writeFileSync(path, `${'0a'.repeat(32)}\n`);
  chmodSync(path, 0o640);
  has(await doctor(keys), /^PROBLEM keys of login: others than kontor-login may come near the file: make it 0400$/);
  chmodSync(path, 0o400);
  if (isRoot) {
    has(await doctor(keys), /^PROBLEM keys of login: the file is not kontor-login's/);
    chownSync(path, ...execFileSync('stat', ['-c', '%u %g', join(etc, 'secrets/login')], { encoding: 'utf8' }).trim().split(' ').map(Number));
  }
  has(await doctor(keys), /^ok {6}keys of login/);
  chmodSync(path, 0o600);
  writeFileSync(path, '0a0b\n');
  has(await doctor(keys), /^PROBLEM keys of login: .*operator-keys/);
});

test('login-sync: silent, the directory away; sessions of a source that is gone', async () => {
  const lines = async (change) => {
    await hold('login-sync');
    try {
      sql(change);
      return await doctor(whole);
    } finally {
      await release('login-sync');
    }
  };
  has(await lines(`UPDATE directory_sync SET finished_at = UTC_TIMESTAMP(6) - INTERVAL 1 HOUR, away_since = NULL`), /^PROBLEM login-sync of main: no round since \S+: does kontor-login-sync run\?$/);
  has(await lines(`UPDATE directory_sync SET away_since = UTC_TIMESTAMP(6) - INTERVAL 5 MINUTE, away_reason = 'one\u001b[31mtwo'`), /^PROBLEM login-sync of main: the directory is away since \S+: one\?\[31mtwo$/);
  has(await lines(`UPDATE directory_sync SET away_since = NULL, away_reason = '', unclear = 3, finished_at = UTC_TIMESTAMP(6)`), /^WARNING login-sync of main: the directory could not answer for 3 people/);
  sql(`UPDATE directory_sync SET unclear = 0, due_at = UTC_TIMESTAMP(6)`);
  const { anna } = newPeople(newCompany(), { anna: 'applicant' });
  await signedIn(anna);
  sql(`UPDATE identity SET issuer = 'ldap:old' WHERE issuer = 'ldap:main' AND login_key = ${quote(anna)}`);
  has(await doctor(whole), /^WARNING sessions: 1 of ldap:old, which is no source any more: kontorctl session end --issuer ends them$/);
  assert.equal((await ctl(whole, 'session', 'end', '--issuer', 'ldap:old')).stdout, '1 sessions ended\n');
  assert.ok(!(await doctor(whole)).some((line) => /of ldap:old/.test(line)));
});

test('clocks of database and machine differ', async () => {
  sql(`SET GLOBAL init_connect = 'SET timestamp = UNIX_TIMESTAMP() + 60'`);
  try {
    has(await doctor(whole), /^PROBLEM clock: the database's is (59|60)\d{3} ms ahead of this machine's: set both \(NTP\)$/);
  } finally {
    sql(`SET GLOBAL init_connect = ''`);
  }
});

test('the certificate of a database on another machine', async () => {
  const data = join(folder, 'mariadb');
  mkdirSync(data);
  const user = isRoot ? ['--user=mysql'] : [];
  const [tls, number] = [authority.sign('database', { names: 'DNS:localhost,IP:127.0.0.1', days: 10 }), await freePort()];
  chmodSync(tls.key, 0o444); // of openldap, for a test
  if (isRoot) execFileSync('chown', ['mysql', data]);
  execFileSync('mariadb-install-db', ['--no-defaults', `--datadir=${data}`, ...user, '--skip-test-db'], { stdio: 'ignore' });
  const server = spawn('mariadbd', ['--no-defaults', ...user, `--datadir=${data}`, `--socket=${data}/s`, `--port=${number}`, '--bind-address=127.0.0.1',
    `--ssl-cert=${tls.crt}`, `--ssl-key=${tls.key}`, `--ssl-ca=${tls.ca}`, '--innodb-buffer-pool-size=16M'], { stdio: 'ignore' });
  try {
    const admin = (text) => execFileSync('mariadb', ['--no-defaults', `--socket=${data}/s`], { input: text, stdio: ['pipe', 'pipe', 'ignore'] });
    await until(() => admin('SELECT 1'), { seconds: 20, what: 'the database' });
    const word = readFileSync(join(etc, 'secrets/ctl'), 'utf8').trim();
    admin(`CREATE DATABASE kontor; CREATE USER kontor_ctl@'%' IDENTIFIED BY '${word}'; GRANT ALL ON kontor.* TO kontor_ctl@'%'; DROP USER IF EXISTS ''@localhost; FLUSH PRIVILEGES`);
    const text = having('socket', '').replace('[database]', `[database]\nhost = 127.0.0.1\nport = ${number}\nca_file = ${tls.ca}`);
    has(await doctor(text), /^WARNING certificate of the database: it ends \d{4}-\d\d-\d\d: renew it$/);
  } finally {
    server.kill('SIGKILL');
  }
});

// ---- auth test ---------------------------------------------------------------------------------------------------

const word = join(folder, 'word');
writeFileSync(word, `${password}\n`);
const wrong = join(folder, 'wrong');
writeFileSync(wrong, 'Not-It-4711');
async function climb(text, user, ...args) {
  const answer = await ctl(text, 'auth', 'test', user, '--json', ...args);
  for (const secret of [password, 'Not-It-4711', 'service-word', 'vera-word', readFileSync(join(etc, 'secrets/directory'), 'utf8').trim()]) {
    assert.ok(!answer.stdout.includes(secret) && !answer.stderr.includes(secret), 'no secret');
  }
  if (!answer.stdout) return answer;
  const report = JSON.parse(answer.stdout);
  const at = Object.fromEntries(report.rungs.map((rung) => [rung.rung, rung]));
  for (const rung of report.rungs) {
    assert.ok(['ok', 'warning', 'failed', 'skipped'].includes(rung.state));
    if (rung.state === 'failed') assert.match(rung.advice, /^[A-Z].*[.?]$/, JSON.stringify(rung));
  }
  assert.equal(report.ok, answer.code === 0);
  return { ...answer, ...report, at };
}
const refused = (report, code, rung) => assert.deepEqual([report.code, report.refused_at], [code, rung], report.stdout + report.stderr);

test('all right: customers and staff, with and without their password; a line a rung for people', async () => {
  const { anna } = newPeople(newCompany(), { anna: 'applicant' });
  const report = await climb(whole, anna, '--password-file', word);
  assert.equal(report.code, 0, report.stdout);
  assert.deepEqual(['connect', 'tls', 'service-bind', 'search', 'one-entry', 'subject', 'password', 'company', 'throttle', 'person', 'member-company', 'roles', 'second-factor']
    .filter((rung) => report.at[rung].state !== 'ok'), []);
  assert.ok(report.at.password.duration_us > 0);
  const staff = await climb(whole, newStaff({ roles: ['member'], teams: ['it'] }));
  assert.equal(staff.code, 0);
  assert.match(staff.at.mapping.text, /roles: member; teams: it/);
  assert.equal(staff.at.password.state, 'skipped');
  const { stdout } = await ctl(whole, 'auth', 'test', anna, '--password-file', word);
  assert.match(stdout, /^directory main, ldaps:\S+\n {2}ok +connect +\d+\.\d ms {2}answers\n/);
  assert.match(stdout, /\nall right\n$/);
  assert.equal(sql(`SELECT COUNT(*) AS n FROM session s JOIN person p ON p.id = s.person_id WHERE p.login = ${quote(anna)}`)[0].n, '0', 'nobody was signed on');
});

test('each rung that refuses', async () => {
  const company = newCompany();
  const ended = newCompany({ state: 'ended' });
  const { anna, none } = newPeople(company, { anna: 'applicant', none: null });
  const { late } = newPeople(ended, { late: 'applicant' });
  refused(await climb(whole, 'nobody-at-all'), 1, 'one-entry');
  refused(await climb(whole, anna, '--password-file', wrong), 1, 'password');
  refused(await climb(whole, 'unlinked'), 1, 'company');
  refused(await climb(whole, late), 1, 'member-company');
  refused(await climb(whole, none), 1, 'roles');
  refused(await climb(whole, newStaff({ teams: ['it'] })), 1, 'mapping');
  refused(await climb(whole.replace('[directory]', '[directory]\nactive_filter = (mail=nobody@nowhere)'), anna), 1, 'active');
  refused(await climb(whole.replace('[directory]', '[directory]\nuser_filter = (|(uid={login})(objectClass=person))'), anna), 1, 'one-entry');
  refused(await climb(whole.replace('[directory]', '[directory]\nsubject_attribute = employeeNumber'), anna), 1, 'subject');
  refused(await climb(house({ uri: `ldaps://127.0.0.1:${await freePort()}` }), 'vera', '--directory', 'house'), 69, 'connect');
  refused(await climb(house({ ca_file: join(run, 'etc/tls/ca.crt') }), 'vera', '--directory', 'house'), 69, 'tls');
  refused(await climb(house({ bind_password_file: 'secrets/house-wrong' }), 'vera', '--directory', 'house'), 78, 'service-bind');
  refused(await climb(house({ user_base: `ou=nowhere,${suffix}` }), 'vera', '--directory', 'house'), 78, 'bases');
});

test('the throttle shows; an own word for each wrong call', async () => {
  const { anna } = newPeople(newCompany(), { anna: 'applicant' });
  for (let i = 0; i < 7; i++) {
    const client = new Client();
    await client.submit(await client.get('login'), { login: anna, password: 'wrong' }, `${prefix}login`);
  }
  const report = await climb(whole, anna);
  assert.equal(report.code, 0);
  assert.equal(report.at.throttle.state, 'warning');
  assert.match(report.at.throttle.text, /the next try counts in \d+ s/);
  assert.equal((await ctl(whole, 'auth', 'test')).code, 64);
  assert.equal((await ctl(whole, 'auth', 'test', anna, '--nonsense')).code, 64);
  assert.equal((await ctl(whole, 'auth', 'test', anna, '--password-file', '/nowhere')).code, 64);
  assert.equal((await ctl(whole, 'auth', 'test', anna, '--directory', 'x', '--provider', 'y')).code, 64);
  assert.equal((await ctl(whole, 'auth', 'test', anna, '--directory', 'x')).code, 78);
  assert.equal((await ctl(whole, 'auth', 'test', anna, '--provider', 'y')).code, 78);
  assert.equal((await ctl(having('ca_file', '/nowhere'), 'auth', 'test', anna)).code === 0, false);
});

test('logins with odd characters', async () => {
  for (const user of ['*', 'a)(uid=*', 'a\\2a', '(', 'ü', '\u001b[31mred', 'a b', ' ', 'x'.repeat(10_000), "'; DROP TABLE person; --", '"', '\u2028']) {
    const report = await climb(whole, user);
    refused(report, 1, 'one-entry');
    const { stdout } = await ctl(whole, 'auth', 'test', user);
    assert.doesNotMatch(stdout, /\u001b/);
  }
});

test('several directories: the first that knows the login; a password goes to that one alone', async () => {
  const vera = join(folder, 'vera');
  writeFileSync(vera, 'vera-word');
  const report = await climb(house(), 'vera', '--password-file', vera);
  assert.equal(report.code, 0, report.stdout);
  const passwords = report.rungs.filter(({ rung }) => rung === 'password');
  assert.deepEqual(passwords.map(({ source, state }) => [source, state]), [['directory main', 'skipped'], ['directory house', 'ok']]);
  // The first is away: the second still knows.
  const away = house().replace(/^uri = .*$/m, `uri = ldaps://127.0.0.1:${await freePort()}`);
  assert.equal((await climb(away, 'vera', '--password-file', vera)).code, 0);
  refused(await climb(away, 'applicant'), 1, 'one-entry');
});

test('a provider: its documents, then the person of the directory it vouches for', async () => {
  const report = await climb(whole, 'service', '--provider', 'staff');
  assert.equal(report.code, 0, report.stdout);
  assert.deepEqual(report.rungs.filter(({ source }) => source === 'provider staff').map(({ rung, state }) => [rung, state]),
    [['discovery', 'ok'], ['clock', 'ok'], ['certificate', 'ok'], ['keys', 'ok']]);
  assert.deepEqual(['one-entry', 'person'].filter((rung) => report.at[rung].state !== 'ok'), []);
  refused(await climb(whole, 'applicant', '--provider', 'staff'), 1, 'side');
  const own = adding('provider.own', `issuer = https://localhost:${await freePort()}\nca_file = ${join(run, 'etc/tls/ca.crt')}\nreach = loopback\nclient_id = x\nside = staff\nlink = login:main`);
  refused(await climb(own, 'service', '--provider', 'own'), 69, 'discovery');
});

test('the database is away', async () => {
  const report = await climb(having('socket', '/nowhere'), 'applicant');
  refused(report, 69, 'database');
  assert.equal(report.at.password.state, 'skipped');
});

test('a password from standard input', async () => {
  const conf = join(etc, 'operator-stdin.conf');
  writeFileSync(conf, whole);
  const { stdout } = await new Promise((resolve) => {
    const child = execFile(join(run, 'usr/bin/kontorctl'), ['--config', conf, 'auth', 'test', 'applicant', '--password-file', '-'], (error, out) => resolve({ error, stdout: out }));
    child.stdin.end(`${password}\n`);
  });
  assert.match(stdout, /ok +password +.*right/);
});
