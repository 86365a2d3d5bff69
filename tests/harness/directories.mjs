// Directories of a test's own: certificates, slapd instances, servers that misbehave, and the tool
// (tests/tools/directory.c) that asks the directory layer alone.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const top = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const tool = join(top, 'build', process.env.VARIANT ?? 'asan', 'tools', 'directory');
export const isRoot = process.getuid() === 0;
/** Samba needs root and a network of its own, which not every container gives. */
export const canRunSamba = isRoot && spawnSync('unshare', ['--net', 'true']).status === 0;
export const idOf = (option, name) => Number(execFileSync('id', [option, name], { encoding: 'utf8' }));

/** A folder of the test's own that dropped users may enter. */
export function newFolder(name) {
  const folder = mkdtempSync(join(tmpdir(), `kontor-${name}-`));
  chmodSync(folder, 0o755);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A port of this machine that nobody listens on now. */
export const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

// ---- certificates ---------------------------------------------------------------------------------

/** An authority; `sign(name, { names, days })` gives a server's certificate and key as files. */
export class Authority {
  constructor(folder, name) {
    this.folder = join(folder, name);
    this.name = name;
    mkdirSync(this.folder);
    this.#openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30',
      '-subj', `/CN=${name}`, '-keyout', 'ca.key', '-out', 'ca.crt');
    this.file = join(this.folder, 'ca.crt');
  }
  #openssl(...args) {
    execFileSync('openssl', args, { cwd: this.folder, stdio: ['ignore', 'ignore', 'pipe'] });
  }
  sign(name, { names = 'IP:127.0.0.1', days = 60, cn = name } = {}) {
    this.#openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', `/CN=${cn}`,
      '-keyout', `${name}.key`, '-out', `${name}.csr`);
    writeFileSync(join(this.folder, `${name}.ext`), `subjectAltName=${names}\nextendedKeyUsage=serverAuth\n`);
    this.#openssl('x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial',
      '-days', String(days), '-extfile', `${name}.ext`, '-out', `${name}.crt`);
    const at = (ending) => join(this.folder, `${name}.${ending}`);
    if (isRoot) chownSync(at('key'), idOf('-u', 'openldap'), idOf('-g', 'openldap'));
    chmodSync(at('key'), 0o400);
    return { ca: this.file, crt: at('crt'), key: at('key') };
  }
}

// ---- slapd ----------------------------------------------------------------------------------------

/** `entry('uid=a,dc=x', ['person'], { sn: 'A', member: ['b', 'c'] })`: LDIF. */
export const entry = (dn, classes, attributes = {}) =>
  `dn: ${dn}\n${classes.map((name) => `objectClass: ${name}\n`).join('')}${
    Object.entries(attributes).flatMap(([key, values]) => [values].flat().map((value) => `${key}: ${value}\n`)).join('')}\n`;

const answers = (port) =>
  new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1');
    socket.once('connect', () => { socket.destroy(); resolve(true); });
    socket.once('error', () => resolve(false));
  });

/** One slapd with a database; `global` and `database` are lines of slapd.conf. */
export class Slapd {
  static #all = [];
  /** Of this test file: also those that a failed test left. */
  static stopAll() { return Promise.all(Slapd.#all.map((slapd) => slapd.stop())); }
  constructor(folder, name, { suffix, ldif, certificate, global = '', database = '' }) {
    Object.assign(this, { folder: join(folder, name), name, suffix, ldif, certificate, global, database });
  }
  async start() {
    Slapd.#all.push(this);
    [this.port, this.plainPort] = await Promise.all([freePort(), freePort()]);
    mkdirSync(join(this.folder, 'db'), { recursive: true });
    writeFileSync(join(this.folder, 'slapd.conf'), `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
${this.global}
pidfile ${this.folder}/pid
argsfile ${this.folder}/args
TLSCACertificateFile ${this.certificate.ca}
TLSCertificateFile ${this.certificate.crt}
TLSCertificateKeyFile ${this.certificate.key}
security simple_bind=128
disallow bind_anon
database mdb
maxsize 104857600
suffix ${this.suffix}
directory ${this.folder}/db
index objectClass,uid,member eq
${this.database}
`);
    writeFileSync(join(this.folder, 'people.ldif'), this.ldif);
    if (isRoot)
      execFileSync('chown', ['-R', 'openldap:openldap', this.folder]);
    const conf = join(this.folder, 'slapd.conf');
    execFileSync(...this.#as('slapadd', '-q', '-f', conf, '-l', join(this.folder, 'people.ldif')), { stdio: ['ignore', 'ignore', 'pipe'] });
    await this.up();
    return this;
  }
  #as(command, ...args) {
    return isRoot ? ['setpriv', ['--reuid=openldap', '--regid=openldap', '--init-groups', command, ...args]] : [command, args];
  }
  /** Start it (again), on the same ports. */
  async up() {
    const [command, args] = this.#as('slapd', '-d', 'none', '-f', join(this.folder, 'slapd.conf'), '-h',
      `ldaps://127.0.0.1:${this.port}/ ldap://127.0.0.1:${this.plainPort}/`);
    this.child = spawn(command, args, { stdio: 'ignore' });
    for (let i = 0; !(await answers(this.port)); i++) {
      if (i > 100 || this.child.exitCode !== null) throw new Error(`slapd ${this.name} does not come up`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  async stop() {
    if (!this.child || this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }
  /** Stop it where it stands: connections stay, answers do not come. The signal reaches thread by thread. */
  async hang() {
    this.child.kill('SIGSTOP');
    const tasks = `/proc/${this.child.pid}/task`;
    const stopped = () => readdirSync(tasks).every((id) => readFileSync(join(tasks, id, 'stat'), 'utf8').split(') ').at(-1)[0] === 'T');
    while (!stopped()) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  goOn() { this.child.kill('SIGCONT'); }
  get ldaps() { return `ldaps://127.0.0.1:${this.port}`; }
  get ldap() { return `ldap://127.0.0.1:${this.plainPort}`; }
  /** ldapmodify and the like, as `dn`. */
  run(command, dn, password, input, ...args) {
    return execFileSync(command, ['-x', '-H', this.ldaps, '-D', dn, '-w', password, ...args],
      { input, encoding: 'utf8', env: { ...process.env, LDAPTLS_CACERT: this.certificate.ca }, stdio: ['pipe', 'pipe', 'pipe'] });
  }
}

// ---- servers that misbehave -------------------------------------------------------------------------

/** A TCP server; `handle(socket, bytes)` is called for what comes in. Keeps all that was received. */
export async function badServer(handle = () => {}) {
  const seen = { connections: 0, bytes: Buffer.alloc(0) };
  const sockets = new Set();
  const server = createServer((socket) => {
    seen.connections++;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      seen.bytes = Buffer.concat([seen.bytes, bytes]);
      handle(socket, bytes);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    seen,
    port: server.address().port,
    stop: () => new Promise((resolve) => {
      for (const socket of sockets) socket.destroy();
      server.close(resolve);
    }),
  };
}

// ---- the tool -------------------------------------------------------------------------------------

/** Write a configuration; `sections` is { directory: { uri: ... }, 'directory.staff': {...} }. */
export function writeConf(folder, name, sections) {
  const path = join(folder, name);
  writeFileSync(path, Object.entries(sections).map(([section, keys]) =>
    `[${section}]\n${Object.entries(keys).map(([key, value]) => `${key} = ${value}\n`).join('')}`).join('\n'));
  return path;
}

const environment = { ...process.env, ASAN_OPTIONS: 'abort_on_error=1:detect_leaks=1', UBSAN_OPTIONS: 'halt_on_error=1:print_stacktrace=1' };

/** The directory layer in a process of its own, asked line by line. `before`: a command that runs it. */
export class Tool {
  constructor(conf, { before = [] } = {}) {
    const [command, ...args] = [...before, tool, conf];
    this.child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: environment });
    this.stderr = '';
    this.child.stderr.on('data', (text) => { this.stderr += text; });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }
  async ask(question) {
    this.child.stdin.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`the tool ended: ${this.stderr}`);
    return JSON.parse(value);
  }
  /** True once its log (standard error) matches; false if it does not within 2 s. */
  async logged(pattern) {
    for (let i = 0; i < 40 && !pattern.test(this.stderr); i++) await new Promise((resolve) => setTimeout(resolve, 50));
    return pattern.test(this.stderr);
  }
  login(login, password, more = {}) { return this.ask({ do: 'login', login, password, ...more }); }
  change(issuer, login, old, fresh) { return this.ask({ do: 'change', issuer, login, old, new: fresh }); }
  lookUp(issuer, { subjects = [], logins = [] }) {
    return this.ask({ do: 'look_up', issuer, subjects: subjects.join(' '), logins: logins.join(' ') });
  }
  /** { verdict, ok, rungs } with the rungs also by name: `at.connect`. */
  async probe(login = '', password = '', index = 0) {
    const report = await this.ask({ do: 'probe', index, login, password });
    return { ...report, at: Object.fromEntries(report.rungs.map((rung) => [rung.rung, rung])) };
  }
  /** Leaks are found here: it must end well. */
  async end() {
    const ended = once(this.child, 'exit');
    this.child.stdin.end();
    const [code, signal] = this.child.exitCode === null ? await ended : [this.child.exitCode, null];
    if (code !== 0) throw new Error(`the tool ended with ${code ?? signal}: ${this.stderr}`);
  }
}

/** What a refused configuration says; null for one that is taken. */
export function refusal(conf) {
  try {
    execFileSync(tool, [conf], { input: '', encoding: 'utf8', env: environment, stdio: ['pipe', 'pipe', 'pipe'] });
    return null;
  } catch (error) {
    if (error.status !== 78) throw error;
    return error.stderr.trim();
  }
}

// ---- Samba ----------------------------------------------------------------------------------------

const samba = join(top, 'tests', 'stack', 'samba.sh');

/** The domain controller of tests/stack/samba.sh; needs root. `tool` commands run in its network with `before`. */
export class Samba {
  constructor(folder) { this.folder = join(folder, 'samba'); }
  start() {
    execFileSync(samba, ['start', this.folder], { stdio: ['ignore', 'ignore', 'pipe'] });
    return this;
  }
  stop() { execFileSync(samba, ['stop', this.folder], { stdio: 'ignore' }); }
  get before() { return [samba, 'run', this.folder]; }
  get ca() { return join(this.folder, 'tls', 'ca.crt'); }
  get service() { return join(this.folder, 'service'); }
  /** As Administrator, with LDIF. */
  modify(ldif) { return this.ldap('ldapmodify', [], ldif); }
  ldap(command, args, input = '') {
    return execFileSync(samba, ['run', this.folder, 'env', `LDAPTLS_CACERT=${this.ca}`, command, '-x', '-H', 'ldaps://127.0.0.1',
      '-D', 'Administrator@ad.test', '-w', 'Kontor-demo-2026', ...args], { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
  }
}

