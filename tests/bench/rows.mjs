// Rows that MariaDB reads for a list page with 10,000 tickets, compared with tests/golden/rows-read.txt (BLESS=1 writes
// it), and with 1,000,000, where they must not be more.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prefix, root, sql, workersOf } from '../harness/stack.mjs';
import { MANY_TICKETS, TICKETS, loadTickets, restore, say } from './data.mjs';
import { exchange } from './http.mjs';

const LISTS = [
  ['start page', 'applicant', ''],
  ['queue: own', 'compliance', 'staff/queue?view=mine'],
  ['queue: department', 'compliance', 'staff/queue?view=team'],
  ['queue: all departments', 'lead', 'staff/queue?view=team'],
  ['queue: all', 'lead', 'staff/queue?view=all'],
  ['intake queue', 'service', 'staff/intake'],
  ['all tickets', 'lead', 'staff/tickets'],
];
// The planner may look up a dozen neighbours instead of ending a range exactly: less than a page's lines is no growth.
const PAGE_LINES = 50;
const golden = join(root, 'tests/golden/rows-read.txt');
const people = restore('people');

/** Handler_read_* of the whole server, which nobody else asks. */
const counters = () => Object.fromEntries(sql("SHOW GLOBAL STATUS LIKE 'Handler_read%'").map((row) => [row.Variable_name.slice('Handler_read_'.length), Number(row.Value)]));
async function view([name, person, path]) {
  const answer = await exchange('GET', prefix + path, { headers: { Cookie: people[person], Accept: 'text/html', 'Accept-Language': 'en' } });
  assert.equal(answer.status, 200, name);
  return answer.body.toString('utf8');
}
async function difference(action) {
  const before = counters();
  await action();
  const after = counters();
  return Object.fromEntries(Object.keys(after).map((name) => [name, after[name] - before[name]]));
}

/** What one view reads. The least of several: "last seen" and the server's own upkeep add to some of them. */
async function rowsOf(list) {
  let least;
  for (let n = 0; n < 5; n++) {
    const own = await difference(() => {}); // what the counting itself reads
    const read = await difference(() => view(list));
    least = Object.fromEntries(Object.keys(read).map((name) => [name, Math.min(read[name] - own[name], least?.[name] ?? Infinity)]));
  }
  return least;
}
async function measure() {
  const lists = [];
  for (const list of LISTS) {
    // Every process has prepared its statements and read its definitions by then.
    let page;
    for (let n = 0; n < 6 * workersOf('requests').length; n++) page = await view(list);
    const rows = await rowsOf(list);
    const text = Object.entries(rows).filter(([, count]) => count).map(([name, count]) => `${name} ${count}`).join(', ');
    lists.push({ rows, line: `${list[0]}: ${text}${/More than 1,000/.test(page) ? '; shown as more than 1,000' : ''}` });
  }
  return lists;
}

/** Once, the server may take the memory that a load of this size wants. */
const hurry = () => sql('SET GLOBAL innodb_buffer_pool_size = 1 << 30; SET GLOBAL innodb_log_file_size = 1 << 30; SET GLOBAL innodb_flush_log_at_trx_commit = 0');
// Small tables too: whether a dozen rows are looked up or scanned must not change in between.
const refresh = () => sql(`ANALYZE TABLE ${sql('SHOW TABLES').map((row) => Object.values(row)[0]).filter((name) => !/timeline/.test(name)).join(', ')}`);

refresh();
const few = await measure();
say(`load ${MANY_TICKETS} tickets`);
hurry();
loadTickets(TICKETS + 1, MANY_TICKETS);
refresh();
const many = await measure();

console.log(`\n  rows read (Handler_read_*) with ${TICKETS} tickets; with ${MANY_TICKETS} where that differs`);
const missed = [];
few.forEach(({ rows, line }, i) => {
  console.log(`  ${line}`);
  if (line !== many[i].line) console.log(`  ${many[i].line}`);
  for (const [name, count] of Object.entries(many[i].rows)) {
    if (count > rows[name] + PAGE_LINES) missed.push(`${LISTS[i][0]}: ${name} grows from ${rows[name]} to ${count}`);
  }
});
console.log();
const text = `${few.map(({ line }) => line).join('\n')}\n`;
if (process.env.BLESS) writeFileSync(golden, text);
if (!existsSync(golden) || readFileSync(golden, 'utf8') !== text) missed.push('with 10,000 tickets other than tests/golden/rows-read.txt (BLESS=1 writes it)');
for (const line of missed) say(`MISSED rows read: ${line}`);
if (missed.length === 0) say('rows read: all wanted values are met');
