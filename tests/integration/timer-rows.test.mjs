// Due timers are drained without reading what is idle: the rows that the worker reads for one of them, table by table, are
// the same with ten times as many running instances. tests/bench/timers.mjs does it with 100,000 of them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { boundaryEvent, end, start, timer } from '../harness/bpmn.mjs';
import { hold, release, root, sql, sqlValue, until } from '../harness/stack.mjs';
import { available, startWorker } from './fault.mjs';
import { golden } from './golden.mjs';
import { Case, person, publishType, withdrawTypes } from './process_type.mjs';

const DUE = 50, FEW = 300, MANY = 3000;
const options = { skip: available ? false : 'needs a stack of its own' };
let template;

before(async () => {
  await hold('worker');
  await publishType('rows-timer', {
    s: start(), work: person('it'), over: boundaryEvent('work', timer({ duration: 'P1D' })), e: end(), late: end(),
  }, ['s -> work -> e', 'over -> late']);
  template = await Case.released('rows-timer');
}, { timeout: 60_000 });
after(async () => {
  sql('SET GLOBAL userstat = 0');
  sql(`SET foreign_key_checks = 0; CREATE TEMPORARY TABLE copy SELECT id FROM request WHERE reference REGEXP '^R-W[0-9]{7}$';
    ${['sub_ticket WHERE ticket_id', 'ticket WHERE id', 'process_instance WHERE id', 'job WHERE request_id', 'customer_status WHERE request_id',
    'history WHERE request_id', 'outbox WHERE request_id', 'request WHERE id'].map((what) => `DELETE FROM ${what} IN (SELECT id FROM copy);`).join(' ')}`);
  withdrawTypes('rows-timer');
  await release('worker');
});

const load = (from, to, due) => sql(readFileSync(join(root, 'tests/bench/instances.sql'), 'utf8')
  .replace(/@([a-z]+)@/g, (_, name) => ({ from, to, due, ticket: template.ticket })[name]));
const left = () => Number(sqlValue(`SELECT COUNT(*) FROM job WHERE unique_key LIKE 'instance-%' AND state = 'queued' AND available_at < '2098-01-01'`));

/** Rows read for one timer, by table. */
async function drained(expected) {
  assert.equal(left(), expected);
  sql('SET GLOBAL userstat = 1; FLUSH TABLE_STATISTICS');
  const worker = startWorker();
  try {
    // Who asks whether it is over reads, too: a table that is not counted.
    await until(() => sqlValue(`SELECT COUNT(*) FROM ticket WHERE state = 'done' AND reference REGEXP '^T-W[0-9]{7}$'`) === `${doneSoFar + expected}`, { seconds: 60, what: 'all timers' });
  } finally {
    await worker.stop();
  }
  const rows = sql(`SELECT table_name, rows_read FROM information_schema.table_statistics WHERE table_schema = 'kontor'
    AND table_name IN ('process_instance', 'job', 'sub_ticket', 'customer_status') ORDER BY table_name`);
  sql('SET GLOBAL userstat = 0');
  doneSoFar += expected;
  return rows.map(({ table_name: table, rows_read: read }) => `${table} ${Math.round(Number(read) / expected)}`).join(', ');
}
let doneSoFar = 0;

test('due timers are drained without reading idle instances', options, async () => {
  load(1, FEW, DUE);
  const few = await drained(DUE);
  load(FEW + 1, MANY, FEW + DUE);
  const many = await drained(DUE);
  assert.equal(many, few, `with ${MANY} instances what it was with ${FEW}`);
  assert.equal(left(), 0);
  assert.equal(sqlValue(`SELECT COUNT(*) FROM process_instance i JOIN request r ON r.id = i.request_id WHERE r.reference REGEXP '^R-W[0-9]{7}$' AND i.ended_at IS NULL`), `${MANY - 2 * DUE}`);
  golden('timer-rows.txt', `rows read for one due timer: ${few}\n`);
});
