// Who catches what, and what ends with it, by kontorctl process simulate: errors, escalations, terminate, event sub-processes
// beside boundary events. Clauses are those of BPMN 2.0.2.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  boundaryEvent, callActivity, catchEvent, condition, end, error, escalation, eventSubProcess, exclusiveGateway, has, hasNot,
  multiInstance, parallelGateway, played, processOf, scriptTask, serviceTask, signal, start, stuck, subProcess, task,
  terminate, throwEvent, timer, times, userTask,
} from '../harness/bpmn.mjs';

const after = (duration) => catchEvent(timer({ duration }));

// ---- end events (13.5.6) ---------------------------------------------------------------------------

test('end event: none, message, signal, escalation end their own token alone (13.5.6)', async () => {
  for (const [on, thrown] of [[undefined, []], [signal('go'), ['e']], [escalation('big'), ['e']]]) {
    const run = await played(processOf('P', {
      s: start(), fork: parallelGateway(), slow: after('PT1H'), e: end(on), other: end(),
    }, ['s -> fork -> e', 'fork -> slow -> other']));
    has(run.completed, 'e', 'other');
    assert.deepEqual(run.thrown, thrown);
  }
});
test('terminate end event: all that still runs in its scope is cancelled (13.5.6)', async () => {
  const { cancelled, completed, events } = await played(processOf('P', {
    s: start(), fork: parallelGateway(), slow: after('PT1H'), more: after('PT1H'),
    sub: subProcess({ s1: start(), deep: after('PT1H'), e1: end() }, ['s1 -> deep -> e1']),
    pause: after('PT1M'), e: end(terminate()), other: end(),
  }, ['s -> fork -> slow -> other', 'fork -> more -> other', 'fork -> sub -> other', 'fork -> pause -> e']));
  has(cancelled, 'slow', 'more', 'sub', 'deep');
  hasNot(completed, 'other');
  assert.equal(events.at(-1).event, 'ended');
});
test('terminate end event: in a sub-process it ends that one alone, which goes on as completed (13.5.6)', async () => {
  const { completed, cancelled, at } = await played(processOf('P', {
    s: start(), sub: subProcess({ s1: start(), fork: parallelGateway(), slow: after('PT1H'), e1: end(), e2: end(terminate()) },
      ['s1 -> fork -> slow -> e1', 'fork -> e2']), then: task(), e: end(),
  }, ['s -> sub -> then -> e']));
  has(completed, 'sub', 'then', 'e');
  has(cancelled, 'slow');
  assert.match(at('e'), /T00:00:00/);
});
test('terminate end event: tokens that wait at a join are gone, too (13.4.1, 13.5.6)', async () => {
  const { completed, cancelled } = await played(processOf('P', {
    s: start(), sub: subProcess({
      s1: start(), fork: parallelGateway(), quick: task(), slow: after('PT1H'), join: parallelGateway(), e1: end(),
      pause: after('PT1M'), e2: end(terminate()),
    }, ['s1 -> fork -> quick -> join', 'fork -> slow -> join', 'join -> e1', 'fork -> pause -> e2']), e: end(),
  }, ['s -> sub -> e']));
  assert.deepEqual(cancelled, ['slow']);
  has(completed, 'quick', 'sub', 'e');
  hasNot(completed, 'join');
});
test('terminate end event: in a called process the caller goes on (13.3.4, 13.5.6)', async () => {
  const { completed } = await played([
    processOf('P', { s: start(), call: callActivity('Q'), e: end() }, ['s -> call -> e']),
    processOf('Q', { qs: start(), fork: parallelGateway(), slow: after('PT1H'), f: end(), qe: end(terminate()) },
      ['qs -> fork -> slow -> f', 'fork -> qe']),
  ]);
  has(completed, 'call', 'e');
});
test('terminate end event: in one instance of a multi-instance sub-process the others go on (13.3.7, 13.5.6)', async () => {
  const { completed } = await played(processOf('P', {
    s: start(), each: subProcess({ s1: start(), g: exclusiveGateway(), stop: end(terminate()), wait: after('PT1H'), e1: end() },
      ['s1 -> g -> stop: =item = 1', 'g -> wait: default', 'wait -> e1'],
      { loop: multiInstance({ each: '=[1, 2, 3]', item: 'item' }) }), e: end(),
  }, ['s -> each -> e']));
  assert.equal(times(completed, 'e1'), 2);
});

// ---- errors ----------------------------------------------------------------------------------------

test('error: the boundary event of its code is nearer than that of any code (13.5.3)', async () => {
  const { completed, thrown } = await played(processOf('P', {
    s: start(), sub: subProcess({ s1: start(), e1: end(error('bad')) }, ['s1 -> e1']), any: boundaryEvent('sub', error()),
    bad: boundaryEvent('sub', error('bad')),
    worse: boundaryEvent('sub', error('worse')), e: end(), a: end(), b: end(), c: end(),
  }, ['s -> sub -> e', 'any -> a', 'bad -> b', 'worse -> c']));
  assert.deepEqual(completed.slice(-2), ['bad', 'b']);
  assert.deepEqual(thrown, ['e1']);
});
test('error: it climbs from scope to scope until somebody catches it, and cancels what it leaves (10.5.7)', async () => {
  const { completed, cancelled } = await played(processOf('P', {
    s: start(), outer: subProcess({
      s1: start(), fork: parallelGateway(), slow: after('PT1H'),
      inner: subProcess({ s2: start(), e2: end(error('bad')) }, ['s2 -> e2']), other: boundaryEvent('inner', error('worse')),
      e1: end(),
    }, ['s1 -> fork -> slow -> e1', 'fork -> inner -> e1', 'other -> e1']),
    bad: boundaryEvent('outer', error('bad')), e: end(), caught: end(),
  }, ['s -> outer -> e', 'bad -> caught']));
  has(cancelled, 'inner', 'slow', 'outer');
  has(completed, 'caught');
  hasNot(completed, 'other', 'e');
});
test('error: nobody catches it, and the token waits for help (10.5.7)', async () => {
  const { problems, completed } = await stuck(processOf('P', { s: start(), e: end(error('bad')) }, ['s -> e']));
  assert.deepEqual(problems, ['kontorctl: e: nobody catches the error "bad"']);
  hasNot(completed, 'e');
});
test('error: an event sub-process inside is nearer than a boundary event (13.5.4)', async () => {
  const { completed } = await played(processOf('P', {
    s: start(), sub: subProcess({
      s1: start(), e1: end(error('bad')), handler: eventSubProcess({ begin: start(error('bad')), fix: task(), e2: end() },
        ['begin -> fix -> e2']),
    }, ['s1 -> e1']), border: boundaryEvent('sub', error('bad')), e: end(), other: end(),
  }, ['s -> sub -> e', 'border -> other']));
  has(completed, 'fix', 'sub', 'e');
  hasNot(completed, 'border');
});
test('error: what an event sub-process throws is caught outside of its scope, not by itself (13.5.4)', async () => {
  const { completed } = await played(processOf('P', {
    s: start(), sub: subProcess({
      s1: start(), e1: end(error('bad')), handler: eventSubProcess({ begin: start(error('bad')), again: end(error('bad')) },
        ['begin -> again']),
    }, ['s1 -> e1']), border: boundaryEvent('sub', error('bad')), e: end(), other: end(),
  }, ['s -> sub -> e', 'border -> other']));
  assert.equal(times(completed, 'begin'), 1);
  has(completed, 'border', 'other');
});
test('error: event sub-process of the process itself (13.5.4)', async () => {
  const { completed, events } = await played(processOf('P', {
    s: start(), person: userTask(), e: end(error('bad')), handler: eventSubProcess({
      begin: start(error()), fix: task(), e2: end(),
    }, ['begin -> fix -> e2']),
  }, ['s -> person -> e']));
  has(completed, 'fix', 'handler');
  assert.equal(events.at(-1).event, 'ended');
});
test('error: one instance of many fails, and all are cancelled (13.3.7, 13.5.3)', async () => {
  const { completed, cancelled } = await played(processOf('P', {
    s: start(), each: subProcess({ s1: start(), g: exclusiveGateway(), bad: end(error('bad')), wait: after('PT1H'), e1: end() },
      ['s1 -> g -> bad: =item = 2', 'g -> wait: default', 'wait -> e1'],
      { loop: multiInstance({ each: '=[1, 2, 3]', item: 'item' }) }),
    border: boundaryEvent('each', error('bad')), e: end(), other: end(),
  }, ['s -> each -> e', 'border -> other']));
  has(completed, 'other');
  hasNot(completed, 'e');
  has(cancelled, 'each');
});

// ---- escalations -----------------------------------------------------------------------------------

test('escalation: nobody catches it, and everything goes on (10.5.7)', async () => {
  const { completed, thrown, problems } = await played(processOf('P', { s: start(), t: throwEvent(escalation('big')), e: end() },
    ['s -> t -> e']));
  assert.deepEqual([completed, thrown, problems], [['s', 't', 'e'], ['t'], []]);
});
test('escalation: it climbs out of a called process to the call activity (13.5.3)', async () => {
  const { completed } = await played([
    processOf('P', { s: start(), call: callActivity('Q'), border: boundaryEvent('call', escalation('big'),
      { interrupting: false }), tell: task(), e: end(), other: end() },
      ['s -> call -> e', 'border -> tell -> other']),
    processOf('Q', { qs: start(), t: throwEvent(escalation('big')), qe: end() }, ['qs -> t -> qe']),
  ]);
  has(completed, 'tell', 'call', 'e');
});
test('escalation: thrown twice, caught twice where it does not interrupt (13.5.3)', async () => {
  const { completed } = await played(processOf('P', {
    s: start(), sub: subProcess({
      s1: start(), one: throwEvent(escalation('big')), two: throwEvent(escalation('big')), e1: end(),
    }, ['s1 -> one -> two -> e1']),
    border: boundaryEvent('sub', escalation('big'), { interrupting: false }), tell: task(), e: end(), other: end(),
  }, ['s -> sub -> e', 'border -> tell -> other']));
  assert.equal(times(completed, 'tell'), 2);
});

// ---- conditions ------------------------------------------------------------------------------------

test('condition: it triggers when it becomes true, and again only after it was false (10.5.5)', async () => {
  const { completed } = await played(processOf('P', {
    s: start(), sub: subProcess({
      s1: start(), a: scriptTask('v', '=5'), b: scriptTask('v', '=6'), pause: after('PT1M'),
      c: scriptTask('v', '=1'), hold: after('PT1M'), d: scriptTask('v', '=5'), e1: end(), last: after('PT1M'),
    }, ['s1 -> a -> b -> pause -> c -> hold -> d -> last -> e1']),
    border: boundaryEvent('sub', condition('=v >= 5'), { interrupting: false }), tell: task(), e: end(), other: end(),
  }, ['s -> sub -> e', 'border -> tell -> other']), { v: 0 });
  assert.equal(times(completed, 'tell'), 2);
});
test('condition: at a border it may be true at once, before the work begins (13.5.3)', async () => {
  const { completed } = await played(processOf('P', {
    s: start(), person: userTask(), border: boundaryEvent('person', condition('=v = 5')), e: end(), other: end(),
  }, ['s -> person -> e', 'border -> other']), { v: 5 });
  has(completed, 'other');
  hasNot(completed, 'e');
});

// ---- event sub-processes (13.5.4) ------------------------------------------------------------------

test('event sub-process: a repeated timer begins it again and again while the scope lives (13.5.4)', async () => {
  const { completed } = await played(processOf('P', {
    s: start(), wait: after('PT1H'), e: end(),
    remind: eventSubProcess({
      begin: start(timer({ cycle: 'R/PT25M' }), { interrupting: false }), tell: serviceTask(), e1: end(),
    }, ['begin -> tell -> e1']),
  }, ['s -> wait -> e']));
  assert.equal(times(completed, 'tell'), 2);
});
test('event sub-process: one that does not interrupt keeps its scope open until it is done (13.5.4)', async () => {
  const { at, completed } = await played(processOf('P', {
    s: start(), sub: subProcess({
      s1: start(), wait: after('PT10M'), e1: end(),
      beside: eventSubProcess({
        begin: start(timer({ duration: 'PT5M' }), { interrupting: false }), long: after('PT1H'), e2: end(),
      }, ['begin -> long -> e2']),
    }, ['s1 -> wait -> e1']), e: end(),
  }, ['s -> sub -> e']));
  has(completed, 'beside', 'sub');
  assert.match(at('e'), /T01:05:00/);
});
test('event sub-process: one that interrupts ends the others of its scope, which wait no longer (13.5.4)', async () => {
  const { completed, cancelled } = await played(processOf('P', {
    s: start(), wait: after('PT1H'), e: end(),
    first: eventSubProcess({ begin: start(timer({ duration: 'PT5M' }), { interrupting: false }), long: after('PT1H'), e1: end() },
      ['begin -> long -> e1']),
    second: eventSubProcess({ begun: start(timer({ duration: 'PT10M' })), pause: after('PT1H'), e2: end() },
      ['begun -> pause -> e2']),
    third: eventSubProcess({ never: start(timer({ duration: 'PT15M' })), e3: end() }, ['never -> e3']),
  }, ['s -> wait -> e']));
  has(cancelled, 'wait', 'long', 'first');
  has(completed, 'second', 'e2');
  hasNot(completed, 'third', 'never');
});
test('event sub-process: it sees the variables of its scope, and its results stay there (13.5.4)', () =>
  played(processOf('P', {
    s: start(), sub: subProcess({
      s1: start(), wait: after('PT10M'), e1: end(),
      beside: eventSubProcess({
        begin: start(timer({ duration: 'PT5M' }), { interrupting: false }), set: scriptTask('local', '=local + 1'), e2: end(),
      }, ['begin -> set -> e2']),
    }, ['s1 -> wait -> e1'], { inputs: { local: '=1' }, outputs: { out: '=local' } }), ask: exclusiveGateway(), e: end(),
  }, ['s -> sub -> ask -> e: =out = 2 and local = null'])));
test('boundary event: gone with its activity; a timer that was not due never comes (13.5.3)', async () => {
  const { completed, at } = await played(processOf('P', {
    s: start(), sub: subProcess({ s1: start(), wait: after('PT5M'), e1: end() }, ['s1 -> wait -> e1']),
    late: boundaryEvent('sub', timer({ duration: 'PT10M' })),
    then: after('PT1H'), e: end(), other: end(),
  }, ['s -> sub -> then -> e', 'late -> other']));
  hasNot(completed, 'late', 'other');
  assert.match(at('e'), /T01:05:00/);
});
test('boundary event: on each kind of activity (13.5.3)', async () => {
  const wait = { s1: start(), wait: after('PT1H'), e1: end() };
  for (const [name, activity] of Object.entries({ sub: subProcess(wait, ['s1 -> wait -> e1']), call: callActivity('Q') })) {
    const { completed } = await played([
      processOf('P', {
        s: start(), it: activity, late: boundaryEvent('it', timer({ duration: 'PT10M' })), e: end(), other: end(),
      }, ['s -> it -> e', 'late -> other']),
      processOf('Q', { qs: start(), qw: after('PT1H'), qe: end() }, ['qs -> qw -> qe']),
    ]);
    assert.ok(completed.includes('other') && !completed.includes('e'), name);
  }
});
