// What a program could reach if it were taken over: tables, files, sockets and processes of the others. Nothing is read
// from definitions of rights alone; everything is tried, as that program's account and user.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { root as top, run, sql, sqlValue, workersOf } from '../harness/stack.mjs';
import { Journey, companies } from './journey.mjs';

const isRoot = process.getuid() === 0;
const asRoot = { skip: isRoot ? false : 'needs root: programs have users of their own then' };
const accounts = ['login', 'requests', 'uploads', 'dashboard', 'account', 'worker'];
const users = [...accounts, 'scan', 'web'];
const secret = (name) => join(run, 'etc/kontor/secrets', name);

/** Run as the user of a program; gives { stdout, stderr, status }. */
function as(program, command, input = '') {
  const drop = isRoot ? ['setpriv', `--reuid=kontor-${program}`, `--regid=kontor-${program}`, '--init-groups', '--no-new-privs'] : [];
  const [file, ...args] = [...drop, ...command];
  return spawnSync(file, args, { input, encoding: 'utf8', cwd: '/', maxBuffer: 1 << 26 });
}

// ---- tables ---------------------------------------------------------------------------------------

const DENIED = /^ERROR (1044|1045|1142|1143|1227|1370|1410) .* at line (\d+)/gm;

/** Which of the statements the account may run: [true, false, ...]. They change nothing: no row is touched. */
function allowed(program, statements) {
  const lines = ['START TRANSACTION;', ...statements.map((statement) => `${statement};`), 'ROLLBACK;'];
  const { stderr, error } = as(program, ['/bin/sh', '-c',
    `MYSQL_PWD=$(cat "$1") exec mariadb --no-defaults --force --skip-reconnect --socket="$2" --user=kontor_${program} kontor >/dev/null`,
    'sh', secret(program), join(run, 'sock/mariadb.sock')], lines.join('\n'));
  assert.ok(!error && !/ERROR (2\d\d\d|1698)/.test(stderr) && !/ERROR 1045 .*: Access denied for user/.test(stderr.split('\n')[0]), `${program} cannot connect: ${stderr.slice(0, 200)}`);
  const denied = new Set([...stderr.matchAll(DENIED)].map(([, , line]) => Number(line)));
  return statements.map((_, i) => !denied.has(i + 2));
}

const columns = () => {
  const tables = new Map();
  for (const { TABLE_NAME: table, COLUMN_NAME: column } of sql(`SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS
    WHERE TABLE_SCHEMA = 'kontor' ORDER BY TABLE_NAME, ORDINAL_POSITION`)) {
    if (!tables.has(table)) tables.set(table, []);
    tables.get(table).push(column);
  }
  return tables;
};

const PROBES = {
  SELECT: (table, column) => `SELECT \`${column}\` FROM \`${table}\` LIMIT 0`,
  INSERT: (table, column) => `INSERT INTO \`${table}\` (\`${column}\`) SELECT NULL FROM DUAL WHERE FALSE`,
  UPDATE: (table, column) => `UPDATE \`${table}\` SET \`${column}\` = NULL WHERE FALSE`,
  DELETE: (table) => `DELETE FROM \`${table}\` WHERE FALSE`,
};

/** Everything an account may do, found by trying: Set of "SELECT table.column", "DELETE table". */
function found(program, tables) {
  const keys = [];
  const statements = [];
  for (const [table, names] of tables) {
    for (const verb of ['SELECT', 'INSERT', 'UPDATE']) {
      for (const column of names) {
        keys.push(`${verb} ${table}.${column}`);
        statements.push(PROBES[verb](table, column));
      }
    }
    keys.push(`DELETE ${table}`);
    statements.push(PROBES.DELETE(table));
  }
  const may = allowed(program, statements);
  return new Set(keys.filter((_, i) => may[i]));
}

/** The same as sql/grants/PROGRAM.sql says it. */
function granted(program, tables) {
  const text = readFileSync(join(top, 'sql/grants', `${program}.sql`), 'utf8').replace(/--.*$/gm, '');
  const result = new Set();
  for (const [, list, table] of text.matchAll(/GRANT\s+([\s\S]*?)\s+ON\s+(\w+)\s+TO/g)) {
    for (const [, verb, , names] of list.matchAll(/(SELECT|INSERT|UPDATE|DELETE)\s*(\(([^)]*)\))?/g)) {
      if (verb === 'DELETE') result.add(`DELETE ${table}`);
      else for (const column of names ? names.split(',').map((name) => name.trim()) : tables.get(table)) result.add(`${verb} ${table}.${column}`);
    }
  }
  return result;
}

let tables;
const rights = {};
before(() => {
  tables = columns();
  for (const program of accounts) rights[program] = found(program, tables);
});
const touching = (program, pattern) => [...rights[program]].filter((right) => pattern.test(right));

for (const program of accounts) {
  test(`the account of ${program} may do what sql/grants/${program}.sql says, to the column, and nothing else`, () => {
    assert.deepEqual([...rights[program]].sort(), [...granted(program, tables)].sort());
    assert.ok(rights[program].size > 0);
  });
}

test("customers' programs are refused notes, tickets, processes and decisions, and cannot read the trail", () => {
  for (const program of ['requests', 'uploads']) {
    assert.deepEqual(touching(program, / (internal_note|ticket|sub_ticket|process_instance|decision|audit_seal)\b/), [], program);
    assert.deepEqual(touching(program, /^(SELECT|UPDATE|DELETE) (history|audit_event|outbox|job)\b/), [], program);
  }
  assert.deepEqual(touching('uploads', / request\.(answers|base)$/), []);
});

test('login and account see no business and read no mails, the worker no notes, no sessions and no second factors', () => {
  const business = 'request|document|document_slot|message|internal_note|ticket|sub_ticket|process_instance|decision|customer_status|company_attribute|history|job';
  for (const program of ['login', 'account']) {
    assert.deepEqual(touching(program, new RegExp(` (${business})\\b`)), [], program);
    assert.deepEqual(touching(program, /^(SELECT|UPDATE|DELETE) outbox\b/), [], program);
  }
  assert.deepEqual(touching('worker', / (internal_note|session|session_provider|login_throttle|parked_post|staff_role|team_member|decision|second_factor|recovery_code|pending_sign_on)\b/), []);
});

test('only login makes sessions and staff, only account gives roles in companies', () => {
  const who = 'session|session_provider|person|identity|staff_role|team_member|company_role|company|invitation|second_factor|recovery_code|pending_sign_on|login_throttle';
  for (const program of accounts.filter((name) => !['login', 'account'].includes(name))) {
    assert.deepEqual(touching(program, new RegExp(`^(INSERT|UPDATE|DELETE) (${who})\\b`)).filter((right) => right !== 'UPDATE session.last_seen_at' && !(program === 'worker' && /^UPDATE company\./.test(right))), [], program);
  }
  assert.deepEqual(touching('login', /^(INSERT|UPDATE|DELETE) (company|company_role)\b/), []);
  assert.deepEqual(touching('account', /^(INSERT|DELETE) (session|session_provider|staff_role|team_member|company|second_factor|recovery_code)\b/)
    .filter((right) => !['DELETE second_factor', 'DELETE recovery_code'].includes(right)), []);
  // Of sessions account may end one, have its token renewed, and begin and end the support view; of people when access ended.
  assert.deepEqual(touching('account', /^UPDATE (session|person|identity|company_role|staff_role|second_factor|recovery_code)\b/).sort(), [
    'UPDATE person.access_ended_at', ...['ended_at', 'end_reason', 'last_seen_at', 'renew', 'support_company_id', 'support_until', 'support_visit_id'].map((column) => `UPDATE session.${column}`),
  ].sort());
  // It takes a second factor away without seeing it.
  for (const table of ['second_factor', 'recovery_code', 'pending_sign_on']) assert.deepEqual(touching('account', new RegExp(`^SELECT ${table}\\.`)), [`SELECT ${table}.person_id`]);
});

test('what is offered is the operator\'s; what companies have is recorded and ended by services, and deleted by nobody', () => {
  const offered = 'clearing_house|exchange|market|product|offer';
  const recorded = 'membership|entitlement|board_member|clearing_access';
  const change = (tables) => new RegExp(`^(INSERT|UPDATE|DELETE) (${tables})\\b`);
  for (const program of accounts) {
    assert.deepEqual(touching(program, change(`${offered}|obligation`)), [], program);
    if (program !== 'worker') assert.deepEqual(touching(program, change(recorded)), [], program);
    if (!['worker', 'requests'].includes(program)) assert.deepEqual(touching(program, new RegExp(` (${recorded}|obligation)\\b`)), [], program);
  }
  const ends = ['ends_on', 'is_open', 'ended_request_id'];
  assert.deepEqual(touching('worker', new RegExp(`^(UPDATE|DELETE) (${recorded})\\b`)).sort(), recorded.split('|').flatMap((table) => ends.map((column) => `UPDATE ${table}.${column}`)).sort());
  assert.deepEqual(touching('worker', /^(INSERT|UPDATE|DELETE) company\b/).sort(), ['changes_on', 'ends_on', 'name', 'state', 'version'].map((column) => `UPDATE company.${column}`));
});

test('what was written stays as it was written', () => {
  for (const program of accounts) {
    assert.deepEqual(touching(program, /^(UPDATE|DELETE) (history|decision|message|internal_note|document|audit_seal|access_log|sub_ticket_clock)\b/), [], program);
    assert.deepEqual(touching(program, /^(UPDATE|DELETE) audit_event\b/).filter((right) => `${program} ${right}` !== 'worker UPDATE audit_event.unsealed'), [], program);
    // What an instance no longer waits for is no record of anything.
    const gone = ['dashboard', 'worker'].includes(program) ? ['DELETE subscription'] : [];
    if (!['login', 'account'].includes(program)) assert.deepEqual(touching(program, /^DELETE /), gone, program);
    assert.deepEqual(touching(program, /^SELECT access_log\b/), [], program);
    assert.deepEqual(touching(program, / schema_migration\b/), [], program);
  }
});

test("the customers' side orders no service: uploads may queue the one kind of event, requests none, and uploads no mail", () => {
  assert.deepEqual(touching('requests', / (job|document_event)\b/), []);
  assert.deepEqual(touching('uploads', / (job|outbox)\b/), []);
  // CHECK OPTION of the view: 1369. A foreign key of no request (1452) is past it.
  const insert = (kind) => `INSERT INTO document_event (kind, unique_key, request_id, payload, available_at, created_at) VALUES ('${kind}', 'probe', 0, '{}', NOW(), NOW());`;
  const { stderr } = as('uploads', ['/bin/sh', '-c',
    'MYSQL_PWD=$(cat "$1") exec mariadb --no-defaults --force --skip-reconnect --socket="$2" --user=kontor_uploads kontor',
    'sh', secret('uploads'), join(run, 'sock/mariadb.sock')], `${insert('service_task')}\n${insert('document_provided')}\n`);
  assert.match(stderr, /ERROR 1369 .* at line 1/);
  assert.match(stderr, /ERROR 1452 .* at line 2/);
});

test('no account changes the schema, makes accounts, reads files or other schemas', () => {
  const statements = [
    'CREATE TABLE kontor.probe (a INT)', 'DROP TABLE no_such_table', 'ALTER TABLE internal_note COMMENT = "x"', 'CREATE TEMPORARY TABLE probe (a INT)',
    'CREATE VIEW probe AS SELECT 1', 'CREATE USER probe@localhost', "GRANT SELECT ON kontor.* TO 'kontor_requests'@'localhost'",
    'SELECT COUNT(*) FROM mysql.global_priv', 'SELECT 1 INTO OUTFILE "/tmp/kontor-probe"', 'SET GLOBAL max_connections = 200',
    'LOCK TABLES internal_note READ', 'TRUNCATE TABLE no_such_table',
  ];
  for (const program of accounts) {
    const may = allowed(program, statements);
    assert.deepEqual(statements.filter((_, i) => may[i]), [], program);
  }
});

// ---- files ----------------------------------------------------------------------------------------

/** "r", "w", "rw" or "-" for each path, as the user of a program. */
function access(program, paths) {
  const { stdout, stderr } = as(program, ['/bin/sh', '-c',
    'for p; do a=; [ ! -r "$p" ] || a=r; [ ! -w "$p" ] || a=${a}w; printf "%s\\n" "${a:--}"; done', 'sh', ...paths]);
  assert.equal(stderr, '');
  return stdout.trim().split('\n');
}
/** { login: 'r', ... } without those that may do nothing. */
const who = (path) => Object.fromEntries(users.map((user) => [user, access(user, [path])[0]]).filter(([, letters]) => letters !== '-'));

test('a password file is read by its own program alone', asRoot, () => {
  for (const program of accounts) assert.deepEqual(who(secret(program)), { [program]: 'r' }, program);
  for (const name of ['directory', 'login-keys']) assert.deepEqual(who(secret(name)), { login: 'r' }, name);
  assert.deepEqual(who(secret('ctl')), {});
});

test('stored documents: uploads writes, the worker tidies, nginx reads, nobody else comes near', asRoot, async () => {
  const [client] = companies(1, 'rights');
  const journey = await new Journey(client).draft();
  await (await journey.upload()).done();
  const hash = sqlValue(`SELECT LOWER(HEX(d.sha256)) FROM document d JOIN document_slot s ON s.id = d.slot_id WHERE s.request_id = ${journey.id}`);
  const store = join(run, 'var/lib/kontor/store');
  const blob = join(store, hash.slice(0, 2), hash.slice(2));
  assert.ok(statSync(blob).size > 0);
  assert.deepEqual(who(blob), { uploads: 'rw', worker: 'r', web: 'r' });
  assert.deepEqual(who(join(store, hash.slice(0, 2))), { uploads: 'rw', worker: 'rw', web: 'r' });
  assert.deepEqual(who(store), { uploads: 'rw', worker: 'rw', web: 'r' });
  assert.deepEqual(who(join(run, 'var/lib/kontor/spool')), { uploads: 'rw' });
});

test('nobody changes programs, templates, configuration or logs', asRoot, () => {
  const paths = execFileSync('find', [join(run, 'usr'), join(run, 'etc'), join(run, 'log'), join(run, 'pid'), '-not', '-type', 'l'], { encoding: 'utf8', maxBuffer: 1 << 26 }).trim().split('\n');
  assert.ok(paths.length > 100);
  for (const user of users) {
    const letters = access(user, paths);
    assert.deepEqual(paths.filter((_, i) => letters[i].includes('w')), [], user);
  }
});

test('the data of MariaDB and of the directory, and the private keys, are closed to all', asRoot, () => {
  for (const path of ['var/mariadb', 'var/mariadb/kontor', 'var/slapd/db', 'var/slapd/people.ldif', 'etc/tls/server.key', 'etc/tls/ca.key']) {
    assert.deepEqual(who(join(run, path)), {}, path);
  }
});

// ---- sockets and processes ------------------------------------------------------------------------

const CONNECT = `
import socket, sys
for path in sys.argv[1:]:
    kind = socket.SOCK_SEQPACKET if path.endswith("scan.sock") else socket.SOCK_STREAM
    try:
        socket.socket(socket.AF_UNIX, kind).connect(path)
        print("open")
    except PermissionError:
        print("refused")
    except OSError as error:
        print(error)
`;

test('a socket is opened by nginx and its owner alone, the scan socket by uploads alone', asRoot, () => {
  const responders = ['login', 'requests', 'uploads', 'dashboard', 'account'];
  const paths = [...responders.map((name) => join(run, 'kontor', `${name}.sock`)), join(run, 'kontor/scan/scan.sock')];
  for (const user of users) {
    const { stdout } = as(user, ['/usr/bin/python3', '-c', CONNECT, ...paths]);
    const expected = [...responders.map((name) => (user === 'web' || user === name ? 'open' : 'refused')),
      user === 'uploads' || user === 'scan' ? 'open' : 'refused'];
    assert.deepEqual(stdout.trim().split('\n'), expected, user);
  }
});

test('no program can signal or look into the processes of another', asRoot, () => {
  const programs = ['login', 'requests', 'uploads', 'dashboard', 'account', 'worker'];
  for (const user of users) {
    for (const program of programs.filter((name) => name !== user)) {
      const [pid] = workersOf(program);
      assert.notEqual(as(user, ['/bin/sh', '-c', `kill -0 ${pid}`]).status, 0, `${user} signals ${program}`);
      assert.notEqual(as(user, ['/bin/cat', `/proc/${pid}/environ`]).status, 0, `${user} reads the environment of ${program}`);
    }
  }
});

test('no program listens on a TCP port', () => {
  const listening = ['tcp', 'tcp6'].flatMap((name) => readFileSync(`/proc/net/${name}`, 'utf8').split('\n').slice(1)).filter((line) => / 0A /.test(line));
  assert.ok(listening.length > 0);
  const inodes = new Set(listening.map((line) => line.trim().split(/\s+/)[9]));
  for (const program of accounts) {
    for (const pid of workersOf(program)) {
      const sockets = execFileSync('find', [`/proc/${pid}/fd`, '-type', 'l', '-printf', '%l\n'], { encoding: 'utf8' }).match(/socket:\[\d+\]/g) ?? [];
      assert.deepEqual(sockets.filter((link) => inodes.has(/\d+/.exec(link)[0])), [], program);
    }
  }
});
