// A site that the demo did not make: its own MariaDB, directory, mail relay, certificates and nginx, run by an operator
// who follows README.md. Kontor comes in by `make install` alone, and its programs are started as the shipped units say.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  appendFileSync, chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, idOf, isRoot } from '../harness/directories.mjs';
import { root as top, until } from '../harness/stack.mjs';

const run = promisify(execFile);
const me = userInfo();
const programs = ['login', 'requests', 'uploads', 'dashboard', 'account'];

/** Names of this site; the demo has none of them. */
export const names = {
  schema: 'handel', accounts: 'portal_', suffix: 'dc=boerse,dc=test', password: 'Ganz-anders-77',
  customer: 'a.winter', other: 'k.sommer', intake: 's.ober', compliance: 'c.pruefer', it: 'i.technik',
};

const own = (path, user, mode) => {
  if (isRoot) chownSync(path, idOf('-u', user), idOf('-g', user));
  chmodSync(path, mode);
};
const folder = (path, user = me.username, mode = 0o755) => {
  mkdirSync(path, { recursive: true });
  own(path, user, mode);
  return path;
};

/** Keys of a unit file: { User: ['kontor-login'], ... }. */
export function unit(path) {
  const keys = {};
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const match = /^(\w+)=(.*)$/.exec(line);
    if (match) (keys[match[1]] ??= []).push(match[2]);
  }
  return keys;
}

/** The indented block after `before` in README.md: what an operator is told to type. */
export function readmeBlock(before) {
  const readme = readFileSync(join(top, 'README.md'), 'utf8');
  const at = readme.indexOf(before);
  if (at < 0) throw new Error(`README.md no longer says "${before}"`);
  const lines = readme.slice(at).split('\n').slice(1);
  const from = lines.findIndex((line) => /^ {7}\S/.test(line));
  const rest = lines.slice(from);
  const end = rest.findIndex((line) => line !== '' && !/^ {7}/.test(line));
  return rest.slice(0, end).filter((line) => line !== '').map((line) => line.slice(7));
}

export class Site {
  #children = [];

  constructor(prefix) {
    this.prefix = prefix;
    this.root = mkdtempSync(join(tmpdir(), 'kontor-site-'));
    chmodSync(this.root, 0o755);
    this.webGroup = isRoot ? 'kontor-web' : execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim();
    this.conf = this.path('etc/kontor/kontor.conf');
  }
  path(name) { return join(this.root, name); }
  get url() { return `https://localhost:${this.port}${this.prefix}`; }

  async ports() {
    [this.port, this.staffPort, this.ldapPort, this.smtpPort] =
      await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  }

  // ---- a process of the site -----------------------------------------------------------------

  /** Run in the background until stop(); as `user` when root. Log: log/NAME.log. */
  start(name, user, command, { umask = '022', groups = [] } = {}) {
    folder(this.path('log'));
    const log = openSync(this.path(`log/${name}.log`), 'a', 0o644);
    const drop = isRoot && user !== 'root'
      ? ['setpriv', `--reuid=${user}`, `--regid=${idOf('-g', user)}`, '--no-new-privs',
        ...(groups.length ? [`--groups=${groups.join(',')}`] : ['--init-groups'])]
      : [];
    const line = [...drop, ...command];
    const child = spawn('/bin/bash', ['-c', `umask ${umask}; exec "$@"`, name, ...line], {
      stdio: ['ignore', log, log], cwd: '/', detached: true,
      env: {
        PATH: process.env.PATH, LANG: 'C.UTF-8', PYTHONDONTWRITEBYTECODE: '1',
        ASAN_OPTIONS: 'abort_on_error=1:detect_leaks=0', UBSAN_OPTIONS: 'halt_on_error=1:print_stacktrace=1',
      },
    });
    this.#children.push(child);
    return child;
  }
  /** End everything; the folder goes too unless the test failed. */
  async stop({ keep = false } = {}) {
    for (const child of this.#children.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      process.kill(-child.pid, 'SIGTERM');
      const timer = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), 10_000);
      await ended;
      clearTimeout(timer);
    }
    if (!keep) rmSync(this.root, { recursive: true, force: true });
  }
  /** What the sanitizers found in the programs' logs. */
  findings() {
    return readdirSync(this.path('log')).filter((name) =>
      /AddressSanitizer|runtime error:|LeakSanitizer/.test(readFileSync(this.path(`log/${name}`), 'utf8')));
  }

  // ---- the servers that were there before ------------------------------------------------------

  certificates() {
    const tls = folder(this.path('house/tls'));
    const openssl = (...args) => execFileSync('openssl', args, { cwd: tls, stdio: ['ignore', 'ignore', 'pipe'] });
    openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', '/O=Boerse/CN=House CA', '-keyout', 'ca.key', '-out', 'ca.pem');
    for (const name of ['web', 'directory']) {
      openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`);
      writeFileSync(join(tls, `${name}.ext`), 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n');
      openssl('x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '30',
        '-extfile', `${name}.ext`, '-out', `${name}.pem`);
    }
    own(join(tls, 'directory.key'), 'openldap', 0o400);
    for (const name of ['ca', 'web', 'directory']) chmodSync(join(tls, `${name}.pem`), 0o644);
    this.ca = join(tls, 'ca.pem');
  }

  async mariadb() {
    const data = folder(this.path('house/db'), 'mysql', 0o700);
    const user = isRoot ? ['--user=mysql'] : [];
    await run('mariadb-install-db', ['--no-defaults', `--datadir=${data}`, ...user, '--skip-test-db',
      '--auth-root-authentication-method=socket', `--auth-root-socket-user=${me.username}`]);
    folder(this.path('house/run'), 'mysql');
    this.dbSocket = this.path('house/run/db.sock');
    this.start('mariadb', 'root', ['mariadbd', '--no-defaults', ...user, `--datadir=${data}`, `--socket=${this.dbSocket}`,
      `--pid-file=${this.path('house/run/db.pid')}`, '--skip-networking', '--character-set-server=latin1',
      '--sql-mode=', '--innodb-buffer-pool-size=64M', '--innodb-log-file-size=32M', '--default-time-zone=+05:30']);
    await until(() => this.sql('SELECT 1'), { seconds: 30, what: 'MariaDB' });
  }
  /** As the database's administrator. */
  sql(text, schema = '') {
    return execFileSync('mariadb', ['--no-defaults', `--socket=${this.dbSocket}`, '--default-character-set=utf8mb4', '-N', '-B', schema].filter(Boolean),
      { encoding: 'utf8', input: text, stdio: ['pipe', 'pipe', 'pipe'] });
  }

  async slapd() {
    const base = folder(this.path('house/ldap'), 'openldap', 0o750);
    folder(join(base, 'db'), 'openldap', 0o750);
    const tls = this.path('house/tls');
    const service = readFileSync(this.path('etc/kontor/secrets/directory'), 'utf8');
    writeFileSync(join(base, 'slapd.conf'), `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
# Attributes of the house.
attributetype ( 1.3.6.1.4.1.55555.1.1 NAME 'accountName' EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( 1.3.6.1.4.1.55555.1.2 NAME 'memberNumber' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( 1.3.6.1.4.1.55555.1.3 NAME 'workMail' EQUALITY caseIgnoreIA5Match SYNTAX 1.3.6.1.4.1.1466.115.121.1.26 SINGLE-VALUE )
objectclass ( 1.3.6.1.4.1.55555.2.1 NAME 'houseAccount' SUP top AUXILIARY MUST accountName MAY ( memberNumber $ workMail ) )
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile ${base}/slapd.pid
argsfile ${base}/slapd.args
TLSCACertificateFile ${this.ca}
TLSCertificateFile ${tls}/directory.pem
TLSCertificateKeyFile ${tls}/directory.key
security simple_bind=128
disallow bind_anon
database mdb
suffix ${names.suffix}
directory ${base}/db
index objectClass eq
index accountName eq
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact=cn=reader,ou=machines,${names.suffix} read by self read by anonymous auth by * none
`);
    const entry = (dn, classes, attributes) =>
      `dn: ${dn}${dn ? ',' : ''}${names.suffix}\n${classes.map((c) => `objectClass: ${c}\n`).join('')}${
        Object.entries(attributes).flatMap(([key, values]) => [values].flat().map((v) => `${key}: ${v}\n`)).join('')}\n`;
    const ou = (path) => entry(path, ['organizationalUnit'], { ou: /ou=([^,]+)/.exec(path)[1] });
    const person = (place, account, name, more = {}) => entry(`cn=${name},${place}`, ['inetOrgPerson', 'houseAccount'], {
      cn: name, sn: name.split(' ').at(-1), displayName: `${name} (Haus)`, accountName: account, workMail: `${account}@haus.test`,
      userPassword: names.password, ...more,
    });
    const group = (place, cn, members) => entry(`cn=${cn},${place}`, ['groupOfNames'], {
      cn, member: members.map((name) => `cn=${name},ou=house,${names.suffix}`),
    });
    writeFileSync(join(base, 'people.ldif'), [
      `dn: ${names.suffix}\nobjectClass: dcObject\nobjectClass: organization\ndc: boerse\no: Boerse\n\n`,
      ou('ou=machines'), ou('ou=traders'), ou('ou=house'), ou('ou=duties'), ou('ou=rooms'),
      entry('cn=reader,ou=machines', ['organizationalRole', 'simpleSecurityObject'], { cn: 'reader', userPassword: service }),
      person('ou=traders', names.customer, 'Agnes Winter', { memberNumber: 'V-77' }),
      person('ou=traders', names.other, 'Karl Sommer', { memberNumber: 'V-78' }),
      // The filter leaves this one out: the account has been locked by the house.
      person('ou=traders', 'l.locked', 'Lars Locked', { memberNumber: 'V-77', employeeType: 'locked' }),
      person('ou=house', names.intake, 'Sabine Ober'),
      person('ou=house', names.compliance, 'Clara Pruefer'),
      person('ou=house', names.it, 'Ingo Technik'),
      group('ou=duties', 'intake', ['Sabine Ober']),
      group('ou=duties', 'member', ['Sabine Ober', 'Clara Pruefer', 'Ingo Technik']),
      group('ou=rooms', 'service', ['Sabine Ober']),
      group('ou=rooms', 'compliance', ['Clara Pruefer']),
      group('ou=rooms', 'it', ['Ingo Technik']),
    ].join(''));
    own(join(base, 'slapd.conf'), 'openldap', 0o640);
    own(join(base, 'people.ldif'), 'openldap', 0o640);
    const add = ['slapadd', '-q', '-f', join(base, 'slapd.conf'), '-l', join(base, 'people.ldif')];
    if (isRoot) await run('setpriv', ['--reuid=openldap', '--regid=openldap', '--init-groups', ...add]);
    else await run(add[0], add.slice(1));
    this.start('slapd', 'openldap', ['slapd', '-d', 'stats', '-f', join(base, 'slapd.conf'), '-h', `ldaps://127.0.0.1:${this.ldapPort}/`]);
  }

  mailRelay() {
    folder(this.path('mail'), 'nobody');
    writeFileSync(this.path('house/relay.py'), readFileSync(join(top, 'tests/stack/mailsink.py')));
    this.start('mail', 'nobody', ['/usr/bin/python3', this.path('house/relay.py'), this.path('mail'), String(this.smtpPort)]);
  }

  // ---- README: "Plug it into what you have" ------------------------------------------------------

  async #make(target, destdir) {
    const env = { ...process.env };
    for (const name of ['MAKEFLAGS', 'MFLAGS', 'MAKELEVEL', 'PREFIX_PATH', 'PORT', 'RUN', 'VARIANT']) delete env[name];
    await run('make', ['--no-print-directory', target, `VARIANT=${process.env.VARIANT ?? 'release'}`, `DESTDIR=${destdir}`, `prefix=${this.path('usr')}`,
      `sysconfdir=${this.path('etc')}`, `localstatedir=${this.path('var')}`, `runstatedir=${this.path('run')}`,
      `PREFIX_PATH=${this.prefix}`, 'SITE_NAME=Haus-Portal', 'CONTACT_MAIL=portal@haus.test', `NGINX_GROUP=${this.webGroup}`],
    { cwd: top, env, maxBuffer: 1 << 26 });
  }
  /** 1. make install, into a staging folder as a packager does; the result is moved to its place. */
  async install() {
    const stage = this.path('stage');
    await this.#make('install', stage);
    const staged = readdirSync(stage);
    execFileSync('cp', ['-a', `${stage}${this.root}/.`, this.root]);
    rmSync(stage, { recursive: true });
    return staged;
  }
  uninstall() { return this.#make('uninstall', ''); }

  /** 2. Users and folders. An ordinary user has the folders only. */
  async users() {
    if (isRoot) {
      await run('systemd-sysusers', [this.path('usr/lib/sysusers.d/kontor.conf')]);
      await run('systemd-tmpfiles', ['--create', this.path('usr/lib/tmpfiles.d/kontor.conf')]);
      return;
    }
    for (const line of readFileSync(this.path('usr/lib/tmpfiles.d/kontor.conf'), 'utf8').split('\n')) {
      const match = /^d (\S+)\s+(\d+)/.exec(line);
      if (match) folder(match[1], me.username, Number.parseInt(match[2], 8));
    }
  }

  /** 3. Password files, the schema and the operator's account, with the statements of README.md. */
  secrets() {
    const at = this.path('etc/kontor/secrets');
    const script = readmeBlock('One password file per account').join('\n').replaceAll('/etc/kontor/secrets', at);
    // An ordinary user has no other users to give the files to.
    execFileSync('bash', ['-e', '-c', isRoot ? script : script.replace(/chown \S+ \S+/g, 'true')], { input: `${randomBytes(18).toString('base64url')}\n` });
    writeFileSync(join(at, 'directory'), randomBytes(18).toString('base64url'));
    own(join(at, 'directory'), 'kontor-login', 0o400);
  }
  operatorAccount() {
    const password = readFileSync(this.path('etc/kontor/secrets/ctl'), 'utf8').trim();
    this.sql(readmeBlock('MariaDB: an empty schema').filter((line) => /^(CREATE|GRANT) /.test(line)).join('\n')
      .replaceAll("'...'", `'${password}'`).replaceAll('kontor_', names.accounts)
      .replaceAll('DATABASE kontor ', `DATABASE ${names.schema} `).replaceAll('kontor.*', `${names.schema}.*`));
  }
  /** The shipped kontor.conf with the values of this site, edited by hand. */
  configure(more = '') {
    const values = {
      origin: `https://localhost:${this.port}`,
      socket: this.dbSocket, 'name = kontor': names.schema, user_prefix: names.accounts,
      uri: `ldaps://127.0.0.1:${this.ldapPort}`, ca_file: this.ca, bind_dn: `cn=reader,ou=machines,${names.suffix}`,
      user_base: names.suffix, customer_base: `ou=traders,${names.suffix}`, staff_base: `ou=house,${names.suffix}`,
      role_group_base: `ou=duties,${names.suffix}`, team_group_base: `ou=rooms,${names.suffix}`,
      relay_host: 'localhost', relay_port: this.smtpPort,
    };
    let section = '';
    const text = readFileSync(this.conf, 'utf8').split('\n').map((line) => {
      section = /^\[(\w+)\]/.exec(line)?.[1] ?? section;
      if (section === 'scan') return line;
      const key = /^(\w+) = /.exec(line)?.[1];
      const wanted = values[line] ?? values[key];
      return wanted === undefined ? line : `${key} = ${wanted}`;
    }).join('\n');
    writeFileSync(this.conf, text.replace('[directory]\n', `[directory]
user_filter = (&(objectClass=houseAccount)(accountName={login})(!(employeeType=locked)))
company_attribute = memberNumber
name_attribute = displayName
mail_attribute = workMail
`).replace('[site]\n', `[site]\n${more}`).replace('[second_factor]\n', '[second_factor]\nrequired_for =\n'));
  }
  ctl(...args) {
    return run(this.path('usr/bin/kontorctl'), ['--config', this.conf, ...args],
      { env: { ...process.env, ASAN_OPTIONS: 'detect_leaks=0' }, maxBuffer: 1 << 26 });
  }

  // ---- nginx --------------------------------------------------------------------------------------

  /** The house's own nginx.conf. `blocks`: server blocks as text. */
  nginxConf(blocks) {
    folder(this.path('house/web'));
    folder(this.path('house/nginx'));
    writeFileSync(this.path('house/web/index.html'), '<!doctype html><title>House</title><h1>The house</h1>');
    writeFileSync(this.path('etc/nginx/nginx.conf'), `
${isRoot ? `user ${this.webGroup};` : ''}
daemon off;
pid ${this.path('house/nginx/pid')};
error_log ${this.path('log/nginx.log')} warn;
events {}
http {
    ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${this.path(`house/nginx/${kind}`)};`).join(' ')}
    include /etc/nginx/mime.types;
    gzip on;
    gzip_types *;
    access_log ${this.path('log/access.log')};
    include conf.d/*.conf;
${blocks}
}
`);
  }
  /** A TLS server block of the house with things of its own; `inside` is what the operator adds for Kontor. */
  serverBlock(port, inside) {
    return `
    server {
        listen 127.0.0.1:${port} ssl http2;
        server_name localhost;
        ssl_certificate ${this.path('house/tls/web.pem')};
        ssl_certificate_key ${this.path('house/tls/web.key')};
        root ${this.path('house/web')};
        add_header X-House yes always;
        error_page 404 /index.html;
        location / { try_files $uri /index.html; }
        location /static/ { return 410; }
        location ~ \\.(php|css|js)$ { return 418; }
        location ~* /documents/ { return 418; }
        ${inside}
    }`;
  }
  async nginx() {
    await run('nginx', ['-t', '-q', '-c', this.path('etc/nginx/nginx.conf'), '-e', this.path('log/nginx.log')]);
    this.nginxProcess = this.start('nginx', 'root', ['nginx', '-c', this.path('etc/nginx/nginx.conf'), '-e', this.path('log/nginx.log')]);
    await until(() => run('curl', ['-sf', '--cacert', this.ca, '-o', '/dev/null', `https://localhost:${this.port}/`]), { what: 'nginx' });
  }
  async reloadNginx() {
    await run('nginx', ['-t', '-q', '-c', this.path('etc/nginx/nginx.conf'), '-e', this.path('log/nginx.log')]);
    process.kill(this.nginxProcess.pid, 'SIGHUP');
  }

  // ---- 6. the programs, as the units say ------------------------------------------------------------

  unit(name) { return unit(this.path(`usr/lib/systemd/system/${name}`)); }

  /** Start a unit: user, groups, umask, system call filter, command, and the socket of its .socket unit on standard input. */
  startUnit(name) {
    const keys = this.unit(`kontor-${name}.service`);
    const file = this.path(`usr/lib/systemd/system/kontor-${name}.service`);
    const command = ['/usr/bin/python3', this.path('house/unit_filter.py'), file, ...keys.ExecStart[0].split(' ')];
    const how = { umask: keys.UMask[0], groups: keys.SupplementaryGroups && [keys.User[0], ...keys.SupplementaryGroups[0].split(' ')] };
    if (!existsSync(this.path(`usr/lib/systemd/system/kontor-${name}.socket`))) return this.start(name, keys.User[0], command, how);
    const socket = this.unit(`kontor-${name}.socket`);
    const owner = isRoot ? ['-U', socket.SocketUser[0], '-G', socket.SocketGroup[0]] : [];
    const drop = isRoot
      ? ['/usr/bin/setpriv', `--reuid=${keys.User[0]}`, `--regid=${keys.User[0]}`, '--no-new-privs', ...(how.groups ? [`--groups=${how.groups.join(',')}`] : ['--init-groups'])]
      : [];
    return this.start(name, 'root', ['spawn-fcgi', '-n', '-s', socket.ListenStream[0], '-M', socket.SocketMode[0], ...owner, '--', ...drop, ...command], how);
  }
  async startAll() {
    writeFileSync(this.path('house/unit_filter.py'), readFileSync(join(top, 'tests/integration/unit_filter.py')));
    for (const name of ['scan', ...programs, 'login-sync', 'worker']) this.startUnit(name);
    const { ListenStream: [socket] } = this.unit('kontor-dashboard.socket');
    await until(() => existsSync(socket) && existsSync(join(dirname(socket), 'scan/scan.sock')), { what: 'sockets' });
  }

  /** What the exchanges offer; companies, departments and who may do what: what the operator brings. */
  companies() {
    for (const file of ['catalogue.json', 'calendar.json']) writeFileSync(this.path(`house/${file}`), readFileSync(join(top, 'sql/demo', file)));
    const file = this.path('house/companies.sql');
    writeFileSync(file, '');
    appendFileSync(file, `
INSERT INTO team (team_key, name_en, name_de, email) VALUES ('service', 'Front desk', 'Empfang', 'desk@haus.test'),
  ('compliance', 'Law and order', 'Recht', 'law@haus.test'), ('it', 'Machines', 'Technik', 'machines@haus.test'),
  ('credit', 'Money', 'Geld', 'money@haus.test'), ('clearing', 'Settling', 'Abwicklung', 'settling@haus.test'),
  ('admission', 'Gate', 'Pforte', 'gate@haus.test'), ('onboarding', 'Setting up', 'Einrichtung', 'setting-up@haus.test'),
  ('management', 'The house', 'Das Haus', 'house@haus.test');
INSERT INTO company (reference, name, state, created_at) VALUES ('V-77', 'Winter & Söhne KG', 'active', UTC_TIMESTAMP(6)),
  ('V-78', 'Sommer SE', 'active', UTC_TIMESTAMP(6));
INSERT INTO company_attribute (company_id, attribute_key, valid_from, value, recorded_at)
  SELECT id, k, '2020-01-01', v, UTC_TIMESTAMP(6) FROM company JOIN (
    SELECT 'address.street' AS k, 'Altgasse' AS v UNION ALL SELECT 'address.house_number', '1'
    UNION ALL SELECT 'address.postal_code', '04109' UNION ALL SELECT 'address.city', 'Leipzig'
    UNION ALL SELECT 'address.country', 'DE') a;
INSERT INTO person (login, display_name, company_id, is_staff, created_at)
  SELECT IF(reference = 'V-77', '${names.customer}', '${names.other}'), name, id, 0, UTC_TIMESTAMP(6) FROM company;
INSERT INTO identity (person_id, issuer, login_key, created_at) SELECT id, 'ldap:main', login, UTC_TIMESTAMP(6) FROM person;
INSERT INTO company_role (company_id, person_id, role, given_at) SELECT company_id, id, 'coordinator', UTC_TIMESTAMP(6) FROM person;
`);
  }
  /** 5. The commands of README.md; answers what they print. */
  fill() {
    this.companies();
    const script = readmeBlock('5. As root').join('\n').replaceAll('/usr/share/kontor', this.path('usr/share/kontor')).replace(' kontor <', ` ${names.schema} <`);
    return execFileSync('bash', ['-e', '-c', `
      kontorctl() { '${this.path('usr/bin/kontorctl')}' --config '${this.conf}' "$@"; }
      mariadb() { command mariadb --no-defaults --socket='${this.dbSocket}' --default-character-set=utf8mb4 "$@"; }
      ${script}`], { cwd: this.path('house'), encoding: 'utf8', env: { ...process.env, ASAN_OPTIONS: 'detect_leaks=0' } });
  }
}
