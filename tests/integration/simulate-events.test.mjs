// Events where they may stand, by kontorctl process simulate: each trigger as start, intermediate, boundary and end event and
// as the start of an event sub-process. Clauses are those of BPMN 2.0.2.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  boundaryEvent, catchEvent, condition, end, error, escalation, eventSubProcess, exclusiveGateway, has, hasNot, link, message,
  parallelGateway, played, processOf, publish, receiveTask, scriptTask, sendTask, signal, start, stuck, subProcess, task,
  throwEvent, timer, times,
} from '../harness/bpmn.mjs';

const after = (duration) => catchEvent(timer({ duration }));

// ---- every trigger at every border -----------------------------------------------------------------

/** What is waited for, and what makes it happen after ten minutes. */
const TRIGGERS = {
  message: { waits: message('order', '="k"'), cause: throwEvent(publish('order', '="k"')) },
  timer: { waits: timer({ duration: 'PT10M' }), cause: throwEvent() },
  signal: { waits: signal('go'), cause: throwEvent(signal('go')) },
  condition: { waits: condition('=v = 5'), cause: scriptTask('v', '=5') },
  escalation: { waits: escalation('big'), cause: throwEvent(escalation('big')) },
  'any escalation': { waits: escalation(), cause: throwEvent(escalation('big')) },
  error: { waits: error('bad'), cause: end(error('bad')), interruptsAlways: true },
  'any error': { waits: error(), cause: end(error('bad')), interruptsAlways: true },
};
/** An hour's work, and the cause after ten minutes beside it. */
const work = (cause, more = {}) => subProcess({
  s1: start(), fork: parallelGateway(), hour: after('PT1H'), short: after('PT10M'), cause, e1: end(), ...more,
}, ['s1 -> fork -> hour -> e1', 'fork -> short -> cause']);

for (const [name, { waits, cause, interruptsAlways }] of Object.entries(TRIGGERS))
  for (const interrupting of interruptsAlways ? [true] : [true, false]) {
    const how = interrupting ? 'interrupting' : 'non-interrupting';
    const expected = ({ completed, cancelled, at }) => {
      has(completed, 'handle');
      assert.match(at('handle'), /T00:10:00/);
      assert.equal(times(completed, 'handle'), 1);
      (interrupting ? hasNot : has)(completed, 'hour');
      (interrupting ? has : hasNot)(cancelled, 'hour');
    };

    test(`boundary event, ${how}: ${name} (13.5.3)`, async () => {
      const run = await played(processOf('P', {
        s: start(), sub: work(cause), border: boundaryEvent('sub', waits, { interrupting }), handle: task(), e: end(),
          other: end(),
      }, ['s -> sub -> e', 'border -> handle -> other']), { v: 1 });
      expected(run);
      (interrupting ? has : hasNot)(run.cancelled, 'sub');
      (interrupting ? hasNot : has)(run.completed, 'e');
      assert.deepEqual(run.caught.filter((id) => id === 'border'), ['border']);
    });
    test(`event sub-process, ${how}: ${name} (13.5.4)`, async () => {
      const handler = eventSubProcess({ begin: start(waits, { interrupting }), handle: task(), e2: end() },
        ['begin -> handle -> e2']);
      const run = await played(processOf('P', { s: start(), sub: work(cause, { handler }), e: end() }, ['s -> sub -> e']),
        { v: 1 });
      expected(run);
      has(run.completed, 'handler', 'sub', 'e');
    });
  }

// ---- start events (13.5.1) -------------------------------------------------------------------------

for (const [name, on] of Object.entries({
  none: undefined, message: message('order'), signal: signal('go'), 'timer at a date': timer({ date: '2026-02-01T00:00:00Z' }),
  'timer in a cycle': timer({ cycle: 'R/P1D' }),
}))
  test(`start event: ${name} (13.5.1)`,
    async () => assert.deepEqual((await played(processOf('P', { s: start(on), e: end() }, ['s -> e']))).completed, ['s', 'e']));

test('start event: a message begins one process, a signal all that wait for it (13.5.1)', async () => {
  const begun = async (on, cause) => times((await played([
    processOf('P', { s: start(), cause: throwEvent(cause), e: end() }, ['s -> cause -> e']),
    processOf('Q', { qs: start(on), qe: end() }, ['qs -> qe']), processOf('R', { rs: start(on), re: end() }, ['rs -> re']),
  ])).events.map((one) => one.event), 'ended');
  assert.equal(await begun(message('order'), publish('order', '="k"')), 2);
  assert.equal(await begun(signal('go'), signal('go')), 3);
});
test('start event: a message nobody waits for is gone, and its sender does not care (13.5.1)', () =>
  played(processOf('P', { s: start(), send: throwEvent(publish('order', '="k"')), e: end() }, ['s -> send -> e'])));

// ---- intermediate events (13.5.2) ------------------------------------------------------------------

for (const [name, { waits, cause }] of Object.entries(TRIGGERS).filter(([name]) => ['message', 'timer', 'signal',
  'condition'].includes(name)))
  test(`intermediate catch event: ${name} (13.5.2)`, async () => {
    const { caught, at } = await played(processOf('P', {
      s: start(), fork: parallelGateway(), wait: catchEvent(waits), short: after('PT10M'), cause, e: end(), other: end(),
    }, ['s -> fork -> wait -> e', 'fork -> short -> cause -> other']), { v: 1 });
    has(caught, 'wait');
    assert.match(at('wait'), /T00:10:00/);
  });
for (const [name, wait, at] of [
  ['date', timer({ date: '2026-03-01T12:00:00+01:00' }), '2026-03-01T11:00:00'],
  ['date that is over', timer({ date: '2020-01-01T00:00:00Z' }), '2026-01-01T00:00:00'],
  ['date that FEEL gives', timer({ date: '=date and time("2026-01-01T00:00:00Z") + duration("P2D")' }), '2026-01-03T00:00:00'],
  ['duration of months', timer({ duration: 'P1M' }), '2026-02-01T00:00:00'],
  ['duration of a variable', timer({ duration: '=pause' }), '2026-01-01T00:07:00'],
  ['duration that is over', timer({ duration: '-PT1H' }), '2026-01-01T00:00:00'],
])
  test(`intermediate timer event: a ${name} (10.5.5)`, async () => {
    const run = await played(processOf('P', { s: start(), wait: catchEvent(wait), e: end() }, ['s -> wait -> e']),
      { pause: 'PT7M' });
    assert.equal(run.at('e').slice(0, 19), at);
  });
test('intermediate timer event: what is no time is an incident', async () => {
  const { problems } = await stuck(processOf('P', { s: start(), wait: catchEvent(timer({ duration: '=x' })), e: end() },
    ['s -> wait -> e']), { x: 'soon' });
  assert.deepEqual(problems, ['kontorctl: wait: timer wait: "soon" is no time']);
});
test('intermediate throw event: none does nothing but pass (13.5.2)', async () =>
  assert.deepEqual((await played(processOf('P', { s: start(), t: throwEvent(), e: end() }, ['s -> t -> e']))).completed,
    ['s', 't', 'e']));
test('intermediate conditional event: true already when the token comes, it goes on at once (13.5.2)', () =>
  played(processOf('P', { s: start(), wait: catchEvent(condition('=v = 5')), e: end() }, ['s -> wait -> e']), { v: 5 }));
test('link: throw and catch of one name are one sequence flow; several may lead to one (10.5.4)', async () => {
  const { completed, thrown, caught } = await played(processOf('P', {
    s: start(), g: exclusiveGateway(), a: throwEvent(link('there')), b: throwEvent(link('there')), to: catchEvent(link('there')),
    e: end(),
  }, ['s -> g -> a: =false', 'g -> b: default', 'to -> e']));
  assert.deepEqual([thrown, caught], [['b'], ['to']]);
  has(completed, 'e');
});

// ---- messages --------------------------------------------------------------------------------------

test('message: two processes talk; the correlation key says which instance is meant (10.5.5)', async () => {
  const { completed } = await played([
    processOf('P', { s: start(), ask: throwEvent(publish('order', '=k')), wait: catchEvent(message('answer', '=k')), e: end() },
      ['s -> ask -> wait -> e']),
    processOf('Q', { qs: start(message('order')), q: task(), qe: end(publish('answer', '=k')) }, ['qs -> q -> qe']),
  ], { k: '7' });
  has(completed, 'q', 'wait');
  const { completed: others } = await stuck(processOf('P', {
    s: start(), fork: parallelGateway(),
    wait: catchEvent(message('answer', '="mine"')), send: throwEvent(publish('answer', '="yours"')), e: end(), f: end(),
  }, ['s -> fork -> wait -> e', 'fork -> send -> f']));
  hasNot(others, 'wait');
});
test('message: send task and receive task are a throw and a catch (13.3.3)', async () => {
  const { thrown, caught } = await played(processOf('P', {
    s: start(), fork: parallelGateway(), get: receiveTask('hello', '=k'),
    send: sendTask('hello', '=k'), join: parallelGateway(), e: end(),
  }, ['s -> fork -> get -> join', 'fork -> send -> join', 'join -> e']), { k: 1 });
  assert.deepEqual([thrown, caught], [['send'], ['get']]);
});
test('message: nobody sends it, so the process waits for ever; without a key it cannot wait', async () => {
  const waiting = processOf('P', { s: start(), wait: catchEvent(message('answer', '=k')), e: end() }, ['s -> wait -> e']);
  assert.deepEqual((await stuck(waiting, { k: 1 })).problems, []);
  assert.deepEqual((await stuck(waiting)).problems, ['kontorctl: wait: the correlation key "k" is null']);
});

// ---- signals ---------------------------------------------------------------------------------------

test('signal: it reaches everybody who waits, also in other processes, once each (10.5.5)', async () => {
  const { completed, caught } = await played([
    processOf('P', {
      s: start(), fork: parallelGateway(), a: catchEvent(signal('go')), b: catchEvent(signal('go')),
      c: catchEvent(signal('stay')), pause: after('PT1M'), cause: throwEvent(signal('go')), then: throwEvent(signal('stay')),
        e: end(),
    }, ['s -> fork -> a -> e', 'fork -> b -> e', 'fork -> c -> e', 'fork -> pause -> cause -> then -> e']),
    processOf('Q', { qs: start(signal('go')), q: task(), qe: end() }, ['qs -> q -> qe']),
  ]);
  assert.deepEqual(['a', 'b', 'c', 'qs'].map((id) => times(completed, id)), [1, 1, 1, 1]);
  assert.deepEqual(['a', 'b', 'c'].map((id) => times(caught, id)), [1, 1, 1]);
});
test('signal: it is not kept for who waits later (10.5.5)', async () => {
  const { caught } = await stuck(processOf('P', {
    s: start(), cause: throwEvent(signal('go')), wait: catchEvent(signal('go')), e: end(),
  }, ['s -> cause -> wait -> e']));
  hasNot(caught, 'wait');
});
test('signal: what does not interrupt is caught once for each throw (13.5.3)', async () => {
  const { completed } = await played(processOf('P', {
    s: start(), sub: subProcess({
      s1: start(), one: throwEvent(signal('go')), pause: after('PT1M'), two: throwEvent(signal('go')), e1: end(),
    }, ['s1 -> one -> pause -> two -> e1']),
    border: boundaryEvent('sub', signal('go'), { interrupting: false }), handle: task(), e: end(), other: end(),
  }, ['s -> sub -> e', 'border -> handle -> other']));
  assert.equal(times(completed, 'handle'), 2);
});

// ---- timers at borders -----------------------------------------------------------------------------

test('timer: a cycle at a border repeats so often, and stops with the activity (13.5.3)', async () => {
  const reminders = async (cycle, work) => times((await played(processOf('P', {
    s: start(), sub: subProcess({ s1: start(), wait: after(work), e1: end() }, ['s1 -> wait -> e1']),
    border: boundaryEvent('sub', timer({ cycle }), { interrupting: false }), remind: task(), e: end(), other: end(),
  }, ['s -> sub -> e', 'border -> remind -> other']))).completed, 'remind');
  assert.equal(await reminders('R3/PT10M', 'PT1H'), 3);
  assert.equal(await reminders('R3/PT10M', 'PT25M'), 2);
  assert.equal(await reminders('R/PT10M', 'PT55M'), 5);
  assert.equal(await reminders('R2/2026-01-01T00:30:00Z/PT10M', 'PT35M'), 1);
});
test('timer: the clock goes from one due time to the next, the earliest first (10.5.5)', async () => {
  const { completed, at } = await played(processOf('P', {
    s: start(), fork: parallelGateway(), late: after('P1D'), early: after('PT1S'), e: end(),
  }, ['s -> fork -> late -> e', 'fork -> early -> e']));
  assert.ok(completed.indexOf('early') < completed.indexOf('late'));
  assert.deepEqual([at('early'), at('late')].map((time) => time.slice(0, 19)), ['2026-01-01T00:00:01', '2026-01-02T00:00:00']);
});
