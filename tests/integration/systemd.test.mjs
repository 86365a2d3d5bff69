// The units as installed: who runs what, who may connect, how much of the machine is left open. That the programs work
// under the units' system call filters is shown by install.test.mjs; that the units parse, by make lint.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root as top } from '../harness/stack.mjs';
import { golden } from './golden.mjs';
import { unit } from './site.mjs';

const responders = ['login', 'requests', 'uploads', 'dashboard', 'account'];
const programs = [...responders, 'scan', 'login-sync', 'worker'];
const users = programs.filter((name) => name !== 'login-sync'); // it is login's user
const folder = mkdtempSync(join(tmpdir(), 'kontor-units-'));
const units = join(folder, 'usr/lib/systemd/system');
const service = (name) => unit(join(units, `kontor-${name}.service`));

before(() => {
  const env = { ...process.env };
  for (const name of ['MAKEFLAGS', 'MFLAGS', 'MAKELEVEL', 'PREFIX_PATH']) delete env[name];
  execFileSync('make', ['-s', 'install-units', `DESTDIR=${folder}`, 'prefix=/usr', 'sysconfdir=/etc', 'localstatedir=/var', 'runstatedir=/run', 'NGINX_GROUP=www-data'],
    { cwd: top, env });
});
after(() => rmSync(folder, { recursive: true, force: true }));

test('each program has a user of its own and its own socket, which nginx may open', () => {
  for (const name of users) assert.equal(service(name).User[0], `kontor-${name}`);
  assert.equal(service('login-sync').User[0], 'kontor-login');
  for (const name of responders) {
    const socket = unit(join(units, `kontor-${name}.socket`));
    assert.deepEqual([socket.ListenStream, socket.SocketUser, socket.SocketGroup, socket.SocketMode],
      [[`/run/kontor/${name}.sock`], [`kontor-${name}`], ['www-data'], ['0660']], name);
  }
  assert.ok(!existsSync(join(units, 'kontor-scan.socket')), 'the scan socket is made by the program, in a folder for uploads alone');
});

test('only login, login-sync and the worker reach a network; only uploads and the worker write the store', () => {
  const reaches = (name) => /AF_INET/.test(service(name).RestrictAddressFamilies.join());
  assert.deepEqual(programs.filter(reaches), ['login', 'login-sync', 'worker']);
  for (const name of programs.filter((other) => !reaches(other))) assert.deepEqual(service(name).IPAddressDeny, ['any'], name);
  const writes = Object.fromEntries(programs.map((name) => [name, (service(name).ReadWritePaths ?? []).join(' ')]).filter(([, paths]) => paths));
  assert.deepEqual(writes, { uploads: '/var/lib/kontor/store /var/lib/kontor/spool', scan: '/run/kontor/scan', worker: '/var/lib/kontor/store' });
  for (const name of programs) assert.deepEqual(service(name).ProtectSystem, ['strict'], name);
});

test('the gate is the login program in a pool of its own, without a network', () => {
  const [gate, login] = [service('gate'), service('login')];
  assert.deepEqual(gate.User, login.User);
  assert.deepEqual(gate.ExecStart, login.ExecStart);
  assert.deepEqual([gate.RestrictAddressFamilies, gate.IPAddressDeny], [['AF_UNIX'], ['any']]);
  const socket = unit(join(units, 'kontor-gate.socket'));
  assert.deepEqual([socket.ListenStream, socket.SocketUser, socket.SocketGroup, socket.SocketMode], [['/run/kontor/gate.sock'], ['kontor-login'], ['www-data'], ['0660']]);
});

test('exposure by systemd-analyze security', () => {
  const lines = programs.map((name) => {
    const { stdout } = spawnSync('systemd-analyze', ['security', '--offline=yes', '--no-pager', join(units, `kontor-${name}.service`)], { encoding: 'utf8' });
    return `${name} ${/Overall exposure level for \S+: ([\d.]+)/.exec(stdout)[1]}\n`;
  });
  golden('exposure.txt', lines.join(''));
});

test('sysusers makes the users, and only those groups have members who need them', { skip: process.getuid() === 0 ? false : 'needs root' }, () => {
  mkdirSync(join(folder, 'etc'));
  execFileSync('systemd-sysusers', [`--root=${folder}`, 'kontor.conf'], { stdio: 'pipe' });
  const made = readFileSync(join(folder, 'etc/passwd'), 'utf8').trim().split('\n').map((line) => line.split(':')).filter(([name]) => name.startsWith('kontor-'));
  assert.deepEqual(made.map(([name]) => name).sort(), users.map((name) => `kontor-${name}`).sort());
  for (const [name, , , , , , shell] of made) assert.match(shell, /nologin$/, name);
  const members = Object.fromEntries(readFileSync(join(folder, 'etc/group'), 'utf8').trim().split('\n').map((line) => line.split(':')).map(([name, , , list]) => [name, list]));
  assert.equal(members['kontor-files'].split(',').sort().join(), 'kontor-uploads,kontor-worker,www-data');
  assert.equal(members['kontor-store'].split(',').sort().join(), 'kontor-uploads,kontor-worker');
  for (const name of users) assert.equal(members[`kontor-${name}`], '', name);
});
