// Migrations: what they make is sql/schema.sql; what was applied may not change.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { kontorctl, run, sql, sqlValue } from '../harness/stack.mjs';
import { golden } from './golden.mjs';

const source = join(run, 'usr/share/kontor/sql/migrations');
const folder = mkdtempSync(join(tmpdir(), 'kontor-migrations-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const migrate = (dir) => kontorctl('migrate', '--dir', dir).then(({ stdout }) => ({ code: 0, text: stdout }), ({ code, stderr }) => ({ code, text: stderr }));
const fresh = (name) => {
  const dir = join(folder, name);
  cpSync(source, dir, { recursive: true });
  return dir;
};

test('a migrated database has the schema of sql/schema.sql', async () => {
  golden('sql/schema.sql', (await kontorctl('schema')).stdout);
});

test('migrating again changes nothing', async () => {
  const applied = () => sqlValue(`SELECT GROUP_CONCAT(number, name, HEX(sha256), applied_at ORDER BY number) FROM schema_migration`);
  const before = applied();
  assert.deepEqual(await migrate(source), { code: 0, text: '' });
  assert.equal(applied(), before);
});

test('a file that was applied and has changed is refused', async () => {
  const dir = fresh('changed');
  appendFileSync(join(dir, readdirSync(dir).sort()[0]), '\n-- another thought\n');
  const { code, text } = await migrate(dir);
  assert.notEqual(code, 0);
  assert.match(text, /has changed since/);
});

test('a file that was applied and is missing is refused', async () => {
  const dir = fresh('missing');
  rmSync(join(dir, readdirSync(dir).sort().at(-1)));
  const { code, text } = await migrate(dir);
  assert.notEqual(code, 0);
  assert.match(text, /missing in the folder/);
});

test('a gap in the numbers is refused before anything runs', async () => {
  const dir = fresh('gap');
  writeFileSync(join(dir, '0099_later.sql'), 'DROP TABLE never;\n');
  const { code, text } = await migrate(dir);
  assert.notEqual(code, 0);
  assert.match(text, /without a gap/);
});

test('a file that fails half way is corrected and goes on where it stopped', async () => {
  const dir = fresh('halfway');
  const names = readdirSync(dir).sort();
  const conf = join(run, 'etc/kontor/kontor-halfway.conf');
  writeFileSync(conf, readFileSync(join(run, 'etc/kontor/kontor.conf'), 'utf8').replace(/^name = kontor$/m, 'name = kontor_halfway'));
  const number = String(names.length + 1).padStart(4, '0');
  const file = join(dir, `${number}_more.sql`);
  const run_it = () => promisify(execFile)(join(run, 'usr/bin/kontorctl'), ['--config', conf, 'migrate', '--dir', dir])
    .then(({ stdout }) => ({ code: 0, text: stdout }), ({ code, stderr }) => ({ code, text: stderr }));
  sql(`DROP DATABASE IF EXISTS kontor_halfway; CREATE DATABASE kontor_halfway CHARACTER SET utf8mb4;
       GRANT ALL PRIVILEGES ON kontor_halfway.* TO kontor_ctl@localhost`);
  try {
    writeFileSync(file, 'CREATE TABLE half_a (id INT);\n\nCREATE TABEL half_b (id INT);\nCREATE TABLE half_c (id INT);\n');
    const failed = await run_it();
    assert.notEqual(failed.code, 0);
    assert.match(failed.text, new RegExp(`${number}_more\\.sql:3: .*syntax`));
    writeFileSync(file, 'CREATE TABLE half_a (id INT);\n\nCREATE TABLE half_b (id INT);\nCREATE TABLE half_c (id INT);\n');
    assert.deepEqual(await run_it(), { code: 0, text: `applied ${number}_more.sql\n` });
    assert.deepEqual(sql(`SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'kontor_halfway' AND table_name LIKE 'half%' ORDER BY 1`).map(({ name }) => name), ['half_a', 'half_b', 'half_c']);
    assert.deepEqual(await run_it(), { code: 0, text: '' });
  } finally {
    sql('DROP DATABASE kontor_halfway; REVOKE ALL PRIVILEGES ON kontor_halfway.* FROM kontor_ctl@localhost');
    rmSync(conf);
  }
});

test('a renamed file keeps its number: known by its content, not its name', async () => {
  const dir = fresh('renamed');
  const [first] = readdirSync(dir).sort();
  renameSync(join(dir, first), join(dir, '0001_another_name.sql'));
  assert.equal((await migrate(dir)).code, 0);
});
