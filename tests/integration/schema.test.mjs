// Migrations: what they make is sql/schema.sql; what was applied may not change.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, rmSync, appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { kontorctl, root, sqlValue } from '../harness/stack.mjs';
import { golden } from './golden.mjs';

const source = join(root, 'sql/migrations');
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

test('a renamed file keeps its number: known by its content, not its name', async () => {
  const dir = fresh('renamed');
  const [first] = readdirSync(dir).sort();
  renameSync(join(dir, first), join(dir, '0001_another_name.sql'));
  assert.equal((await migrate(dir)).code, 0);
});
