// 100,000 running instances, of which 10,000 have a timer that is due: how long one worker takes, and what it reads for one of
// them, compared with tests/golden/timer-rows.txt.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { boundaryEvent, end, start, timer } from '../harness/bpmn.mjs';
import { release, root, sql, sqlValue, until } from '../harness/stack.mjs';
import { Case, person, publishType, withdrawTypes } from '../integration/process_type.mjs';
import { runSql, say } from './data.mjs';

const ALL = 100_000, DUE = 10_000;
await publishType('bench-timer', {
  s: start(), work: person('it'), over: boundaryEvent('work', timer({ duration: 'P1D' })), e: end(), late: end(),
}, ['s -> work -> e', 'over -> late']);
const template = await Case.released('bench-timer');
say(`load ${ALL} running instances`);
sql('SET GLOBAL innodb_buffer_pool_size = 1 << 30; SET GLOBAL innodb_flush_log_at_trx_commit = 0');
runSql('instances.sql', { from: 1, to: ALL, due: DUE, ticket: template.ticket });
sql('SET GLOBAL innodb_flush_log_at_trx_commit = 1; SET GLOBAL userstat = 1; FLUSH TABLE_STATISTICS');
const began = Date.now();
await release('worker');
await until(() => sqlValue(`SELECT COUNT(*) FROM ticket WHERE state = 'done' AND id > 50000000 AND id <= ${50_000_000 + ALL}`) === `${DUE}`,
  { seconds: 600, what: 'all timers' });
const seconds = (Date.now() - began) / 1000;
const rows = sql(`SELECT table_name, rows_read FROM information_schema.table_statistics WHERE table_schema = 'kontor'
  AND table_name IN ('process_instance', 'job', 'sub_ticket', 'customer_status') ORDER BY table_name`)
  .map(({ table_name: table, rows_read: read }) => `${table} ${Math.round(Number(read) / DUE)}`).join(', ');
console.log(`\n  ${DUE} due timers of ${ALL} running instances: ${seconds.toFixed(1)} s, ${(DUE / seconds).toFixed(0)} a second; rows read for one: ${rows}`);
withdrawTypes('bench-timer');
assert.equal(`rows read for one due timer: ${rows}\n`, readFileSync(join(root, 'tests/golden/timer-rows.txt'), 'utf8'));
