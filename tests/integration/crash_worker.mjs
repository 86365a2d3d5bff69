// A worker that dies at one point after another, for tests of what it does.
import assert from 'node:assert/strict';
import { sql, until } from '../harness/stack.mjs';
import { arm, disarm, fired, startWorker } from './fault.mjs';

/** Time passes: what a dead worker had leased is due again. Timers that were never tried are not. */
export const leasesExpire = () => sql(`UPDATE job SET available_at = UTC_TIMESTAMP(6), lease_until = NULL WHERE state = 'queued' AND (kind <> 'timer' OR attempts > 0);
  UPDATE outbox SET available_at = UTC_TIMESTAMP(6), lease_until = NULL WHERE state = 'queued'`);

/**
 * The worker, killed at point after point until `finished()` grew with two kills one after the other: the second died
 * in the work that comes next. `times` 1: there is no next.
 */
export async function killWorker(finished, times = 2) {
  let in_a_row = 0;
  for (let n = 1; ; n++) {
    assert.ok(n < 100);
    const before = finished();
    arm('kill', 'worker', n);
    const worker = startWorker();
    const end = await worker.ended;
    assert.equal(end.signal, 'SIGKILL', `the worker dies at point ${n}: ${JSON.stringify(end)}`);
    assert.equal(disarm(), 'fired');
    in_a_row = finished() > before ? in_a_row + 1 : 0;
    if (in_a_row === times) return n - 1;
  }
}
/** Each database call of the worker fails once: it lives on, and what it had in hand is done later. */
export async function failWorker(calls) {
  for (let n = 1; n <= calls; n++) {
    arm('fail', 'worker', n);
    const worker = startWorker();
    await until(fired, { what: `call ${n} of the worker` });
    const { code, signal } = await worker.stop();
    assert.ok(code === 0 || signal === 'SIGTERM', `the worker survives call ${n}: ${code} ${signal}`);
  }
}
export async function workUntil(probe, what) {
  leasesExpire();
  const worker = startWorker();
  try {
    await until(probe, { seconds: 30, what });
  } finally {
    const { code, signal } = await worker.stop();
    assert.ok(code === 0 || signal === 'SIGTERM', `the worker ends in order: ${code} ${signal}`);
  }
}
