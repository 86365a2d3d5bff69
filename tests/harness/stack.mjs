// The running stack of this test run, and hands on its parts. The runner (tests/run-suite) has started it
// and says in PORT, RUN and VARIANT where it is.
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
export const root = join(here, '..', '..');

export const port = Number(process.env.PORT);
export const run = process.env.RUN;
export const prefix = process.env.PREFIX_PATH ?? '/';
if (!port || !run) throw new Error('PORT and RUN are not set: run tests with tests/run-suite');

/** Origin without path: http://localhost:PORT, or that of another site (install.test.mjs). */
export const origin = process.env.KONTOR_ORIGIN ?? `http://localhost:${port}`;
/** Absolute URL of a path below the prefix: url('staff/queue') */
export const url = (path = '') => origin + prefix + path.replace(/^\//, '');

export const password = 'kontor-demo-2026';
export const customers = ['coordinator', 'applicant', 'signatory', 'readonly', 'other'];
export const staff = ['service', 'compliance', 'credit', 'clearing', 'admission', 'onboarding', 'it', 'management', 'lead', 'admin', 'auditor'];

const command = (...args) => promisify(execFile)(join(root, 'tests/stack/stack'), args);
/** Take one part away: a name of `parts` in tests/stack/stack. */
export const hold = (part, signal = 'TERM') => command('hold', part, signal);
/** Let it come back. */
export const release = (part) => command('release', part);
/** Process id of a part: for responders and the worker that of multiwatch, whose children do the work. */
export const pidOf = (part) => Number(readFileSync(join(run, 'pid', part), 'utf8'));
/** Name of a process, '' once it is gone. */
const nameOf = (pid) => {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8');
  } catch {
    return '';
  }
};
/**
 * Ids of the processes that do the work of a responder or of the worker: Kontor's own programs. While a part starts,
 * its process has short-lived children of the shell as well.
 */
export const workersOf = (part) =>
  readFileSync(`/proc/${pidOf(part)}/task/${pidOf(part)}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
    .filter((pid) => nameOf(pid).startsWith('kontor-'));

/** Text of a log: 'login', 'nginx-error', 'access', 'slapd' ... */
export const log = (name) => readFileSync(join(run, 'log', `${name}.log`), 'utf8');

/** Poll until `probe` gives something truthy; its last error explains the failure. */
export async function until(probe, { seconds = 10, what = 'condition' } = {}) {
  const end = Date.now() + seconds * 1000;
  let last;
  for (;;) {
    try {
      const value = await probe();
      if (value) return value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const UNESCAPE = { n: '\n', t: '\t', 0: '\0', '\\': '\\' };
const value = (cell) => (cell === 'NULL' ? null : cell.replace(/\\([nt0\\])/g, (_, code) => UNESCAPE[code]));

/**
 * Rows of a query as objects of strings (NULL is null), as the database's administrator. Tests look at the
 * database with this; they change it only to make a state that no page can make.
 */
export function sql(query) {
  const output = execFileSync('mariadb', [
    '--no-defaults', `--socket=${join(run, 'sock/mariadb.sock')}`, '--default-character-set=utf8mb4',
    '--batch', 'kontor',
  ], { input: query, encoding: 'utf8', maxBuffer: 1 << 28 });
  const [head, ...lines] = output.split('\n').filter((line) => line !== '');
  if (!head) return [];
  const names = head.split('\t');
  return lines.map((line) => {
    const cells = line.split('\t');
    return Object.fromEntries(names.map((name, i) => [name, value(cells[i])]));
  });
}
/** First column of the first row. */
export const sqlValue = (query) => Object.values(sql(query)[0] ?? { none: null })[0];

/** Run kontorctl of this stack; resolves to { stdout, stderr }, rejects on a bad exit status. */
export const kontorctl = (...args) =>
  promisify(execFile)(join(run, 'usr/bin/kontorctl'), ['--config', join(run, 'etc/kontor/kontor.conf'), ...args], { maxBuffer: 1 << 28 });
