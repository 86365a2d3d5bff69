// The worked examples for an operator's own directory or provider (nginx/etc/examples): every program that reads them
// takes them, and they say what README.md says.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { kontorctl, root, run } from '../harness/stack.mjs';

const source = join(root, 'nginx/etc/examples');
const examples = readdirSync(source).filter((name) => name.endsWith('.conf'));
const folder = mkdtempSync(join(tmpdir(), 'kontor-examples-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const own = readFileSync(join(run, 'etc/kontor/kontor.conf'), 'utf8');
/** The stack's configuration without its directories and providers; its relative paths made whole. */
const base = own.split(/^(?=\[)/m).filter((section) => !/^\[(directory|provider)[.\]]/.test(section)).join('').replaceAll('= secrets', `= ${run}/etc/kontor/secrets`);

/** A configuration with an example in it, as an operator would have it; its path. */
function written(name, text) {
  const place = join(folder, name);
  mkdirSync(join(place, 'secrets'), { recursive: true });
  cpSync(join(source, 'groups.example'), join(place, 'groups'));
  for (const [, file] of text.matchAll(/^(?:bind_password_file|client_secret_file) = secrets\/(\S+)$/gm)) {
    writeFileSync(join(place, 'secrets', file), 'not a real secret');
    chmodSync(join(place, 'secrets', file), 0o400);
  }
  writeFileSync(join(place, 'kontor.conf'), `${base}\n${text}`);
  return join(place, 'kontor.conf');
}
const check = (program, conf) => spawnSync(join(run, 'usr/libexec/kontor', `kontor-${program}`), ['--config', conf, '--check-config'],
  { encoding: 'utf8', env: { ...process.env, ASAN_OPTIONS: 'detect_leaks=0' } });

test('OpenLDAP, Active Directory, Entra ID and Keycloak have an example each', () => {
  assert.deepEqual(examples.sort(), ['active-directory.conf', 'entra-id.conf', 'keycloak.conf', 'openldap.conf']);
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  for (const name of examples) assert.ok(readme.includes(name), `README.md leads to ${name}`);
  assert.deepEqual(readdirSync(join(run, 'usr/share/kontor/examples')).sort(), readdirSync(source).sort(), 'and they are installed');
});

const plain = readFileSync(join(source, 'openldap.conf'), 'utf8');
for (const name of examples) {
  test(`${name} is a configuration that login and login-sync take`, () => {
    const text = readFileSync(join(source, name), 'utf8');
    // A provider stands beside a directory.
    const conf = written(name, text.includes('[provider.') ? `${plain}\n${text}` : text);
    for (const program of ['login', 'login-sync']) {
      const { status, stderr } = check(program, conf);
      assert.equal(status, 0, `${program}: ${stderr}`);
    }
  });
}

test('a provider alone, without any directory, is enough', () => {
  const { status, stderr } = check('login', written('alone', readFileSync(join(source, 'entra-id.conf'), 'utf8')));
  assert.equal(status, 0, stderr);
});

test('what cannot work is refused at start with file and line, and without any secret', () => {
  const mistakes = [
    ['uri = ldaps://ldap1.example.org ldaps://ldap2.example.org', 'uri = ldap://ldap1.example.org', /kontor\.conf:\d+: .*uri/],
    ['ca_file = /etc/ssl/certs/ca-certificates.crt', 'ca_file =', /kontor\.conf:\d+: .*ca_file/],
    ['user_filter = (&(objectClass=inetOrgPerson)(uid={login}))', 'user_filter = (uid=*)', /kontor\.conf:\d+: .*user_filter/],
    ['people = base', 'people = everybody', /kontor\.conf:\d+: .*people/],
    ['company_attribute = o', 'compny_attribute = o', /kontor\.conf:\d+: .*compny_attribute/],
  ];
  for (const [right, wrong, expected] of mistakes) {
    assert.ok(plain.includes(right), right);
    const { status, stderr, stdout } = check('login', written('mistake', plain.replace(right, wrong)));
    assert.equal(status, 78, `${wrong}: ${stderr}`);
    assert.match(stderr + stdout, expected);
    assert.doesNotMatch(stderr + stdout, /not a real secret/);
  }
});

test('every key that a README names exists', async () => {
  const known = new Set();
  let section;
  for (const line of (await kontorctl('configuration')).stdout.split('\n')) {
    section = /^\[(\w+)\]$/.exec(line)?.[1] ?? section;
    const key = /^#?(\w+) = /.exec(line)?.[1];
    if (key) known.add(`${section} ${key}`);
  }
  const files = ['README.md', ...readdirSync(join(root, 'modules'), { recursive: true }).filter((name) => name.endsWith('README.md')).map((name) => `modules/${name}`)];
  let count = 0;
  for (const name of files) {
    for (const [, where, key] of readFileSync(join(root, name), 'utf8').matchAll(/`\[(\w+)(?:\.[\w-]+)?\] (\w+)/g)) {
      assert.ok(known.has(`${where} ${key}`), `${name}: [${where}] ${key}`);
      count++;
    }
  }
  assert.ok(count >= 15, `${count} keys`);
});
