// The worker is killed between any two statements, and each of its database calls fails once, while timers are due, messages
// and signals are on their way: each happens once to each request.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { boundaryEvent, catchEvent, end, message, publish, signal, start, throwEvent, timer } from '../harness/bpmn.mjs';
import { hold, kontorctl, release, sql, sqlValue } from '../harness/stack.mjs';
import { failWorker, killWorker, leasesExpire, workUntil } from './crash_worker.mjs';
import { available, disarm } from './fault.mjs';
import { Case, person, publishType, withdrawTypes } from './process_type.mjs';

const COUNT = 30; // more than any of them has points
const options = { skip: available ? false : 'needs programs with fault points (VARIANT=asan or fault)' };
const late = (on) => [{
  s: start(), work: person('it'), over: boundaryEvent('work', on), late: person('service', { phase: 'Late' }),
  again: catchEvent(timer({ duration: 'P9D' })), e: end(), e2: end(),
}, ['s -> work -> e', 'over -> late -> again -> e2']];
const TYPES = {
  'crash-clock': late(timer({ duration: 'P1D' })),
  'crash-message': late(message('crash', '=word')),
  'crash-signal': late(signal('crash')),
  'crash-letter': [{ s: start(), tell: throwEvent(publish('crash', '=word')), e: end() }, ['s -> tell -> e']],
  'crash-call': [{ s: start(), call: throwEvent(signal('crash')), e: end() }, ['s -> call -> e']],
};

let cases;
const ids = () => cases.map(({ id }) => id).join(',');
const done = (kind) => () => Number(sqlValue(`SELECT COUNT(*) FROM job WHERE kind = '${kind}' AND state = 'done'`));
/** What a request looks like, but for its times and numbers. */
const shape = (one) => JSON.stringify([
  one.state, one.phase, one.departments, one.tasks.map(({ activation, state }) => `${activation} ${state}`), one.subscriptions.length,
  one.jobs('timer').map(({ token, state }) => `${token} ${state}`), one.incidents,
  sql(`SELECT object, field, new_value FROM history WHERE request_id = ${one.id} AND object IN ('sub_ticket', 'ticket') ORDER BY id`).map(Object.values),
  sql(`SELECT template FROM outbox WHERE request_id = ${one.id} ORDER BY id`).map(Object.values),
]);

async function consistent(what) {
  for (const command of ['invariants', 'verify']) {
    await kontorctl(command).catch(({ stdout, stderr }) => assert.fail(`${command} after ${what}: ${stdout}${stderr}`));
  }
}
const make = async (type, word = () => 'word') => {
  const list = [];
  for (let i = 0; i < COUNT; i++) list.push(await Case.released(type, { word: word(i) }));
  return list;
};

/** All `cases` are to be late once. `kinds` of jobs, in the order in which they come. */
async function suffer(kinds) {
  const points = [];
  for (const kind of kinds) {
    points.push(await killWorker(done(kind)));
    leasesExpire();
  }
  await consistent(`killing the worker in ${kinds}`);
  await failWorker(Math.max(...points));
  await consistent(`failing calls of the worker in ${kinds}`);
  await workUntil(() => sqlValue(`SELECT COUNT(*) FROM sub_ticket s JOIN ticket t ON t.id = s.ticket_id
    WHERE t.request_id IN (${ids()}) AND s.activation LIKE 'late#%'`) === `${COUNT}` &&
    sqlValue(`SELECT COUNT(*) FROM job WHERE state = 'queued' AND kind <> 'timer'`) === '0', `all ${kinds}`);
  const shapes = new Set(cases.map(shape));
  assert.equal(shapes.size, 1, `it happened once to each: ${[...shapes].join('\n')}`);
  assert.match([...shapes][0], /work#\d+ cancelled.*late#\d+ open/);
  await consistent(`catching up with ${kinds}`);
  return `${points} points`;
}

before(async () => {
  if (!available) return;
  await hold('worker');
  for (const [key, [nodes, flows]] of Object.entries(TYPES)) await publishType(key, nodes, flows);
}, { timeout: 60_000 });
after(async () => {
  disarm();
  withdrawTypes(...Object.keys(TYPES));
  await release('worker');
});

test('killed while timers are due', options, async (t) => {
  cases = await make('crash-clock');
  sql(`UPDATE job SET available_at = UTC_TIMESTAMP(6) WHERE kind = 'timer' AND request_id IN (${ids()})`);
  t.diagnostic(await suffer(['timer']));
});

test('killed while messages are on their way', options, async (t) => {
  const word = (i) => `crash ${process.pid} ${i}`;
  cases = await make('crash-message', word);
  await make('crash-letter', word);
  t.diagnostic(await suffer(['subscribed', 'message']));
  assert.equal(sqlValue(`SELECT COUNT(*) FROM process_message WHERE name = 'crash' AND correlation LIKE 'crash ${process.pid} %' AND delivered <> ',crash-message'`), '0');
});

test('killed while a signal is on its way', options, async (t) => {
  cases = await make('crash-signal');
  await Case.released('crash-call');
  t.diagnostic(await suffer(['signal_caught']));
});
