// What prepare.mjs leaves for the measurements, and the pages that are measured.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../harness/stack.mjs';

export const here = dirname(fileURLToPath(import.meta.url));
export const folder = join(run, 'bench');
mkdirSync(folder, { recursive: true });

export const TICKETS = 10_000;
export const MANY_TICKETS = 1_000_000;
/** Length of a run at the concurrency of the figure. */
export const RUN_SECONDS = Number(process.env.RUN_SECONDS ?? 2);
/** One per submit: more than all runs of both sides use up. */
export const DRAFTS = 75_000 * Math.max(RUN_SECONDS, 2);
/** Reference of copied draft or ticket `n`, as load.sql and drafts.sql write it. */
export const draft = (n) => `R-P${String(Math.floor(n / 10_000)).padStart(3, '0')}-${String(n % 10_000).padStart(4, '0')}`;
export const draftId = (n) => 20_000_000 + n;
export const ticket = (n) => `T-${String(Math.floor(n / 10_000)).padStart(4, '0')}-${String(n % 10_000).padStart(4, '0')}`;

/** The measured pages: path below the prefix, who looks, the program that answers. */
export const PAGES = [
  { name: 'login page', key: 'login', program: 'login', path: 'login' },
  { name: 'customer start page', key: 'start', program: 'requests', path: '', person: 'applicant' },
  { name: 'staff queue', key: 'queue', program: 'dashboard', path: 'staff/queue?view=team', person: 'compliance' },
  { name: 'ticket page', key: 'ticket', program: 'dashboard', path: `staff/tickets/${ticket(10)}`, person: 'compliance' },
  { name: 'submit', key: 'submit', program: 'requests', person: 'other', writes: true },
];

export const save = (name, value) => writeFileSync(join(folder, `${name}.json`), JSON.stringify(value), { mode: 0o644 });
export const restore = (name) => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));

/** Run a file of this folder as the database's administrator, its @places@ filled. */
export function runSql(file, places) {
  const text = readFileSync(join(here, file), 'utf8').replace(/@([a-z]+)@/g, (whole, name) => places[name] ?? whole);
  execFileSync('mariadb', ['--no-defaults', `--socket=${join(run, 'sock/mariadb.sock')}`, '--default-character-set=utf8mb4', 'kontor'], { input: text });
}
/** Tickets from..to of load.sql. */
export const loadTickets = (from, to) => runSql('load.sql', { from, to, details: TICKETS, ticket: restore('story').ticket });

export const say = (text) => console.log(`  BENCH  ${text}`);
