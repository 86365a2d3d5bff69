// How tokens run, by kontorctl process simulate: sequence flows, gateways, activities, loops, calls. Clauses are those of
// BPMN 2.0.2. What an expression has to give is asked by a condition on the last flow: if it does not hold, the process
// is stuck.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  boundaryEvent, callActivity, catchEvent, element, end, error, eventBasedGateway, exclusiveGateway, has, hasNot,
  inclusiveGateway, link, manualTask, message, multiInstance, parallelGateway, played, processOf, publish, receiveTask,
  scriptTask, sendTask, serviceTask, simulate, standardLoop, start, stuck, subProcess, task, throwEvent, timer, times,
  userTask, xml,
} from '../harness/bpmn.mjs';

// ---- sequence flows (13.3.1) -----------------------------------------------------------------------

test('sequence flow: each kind of task passes its token on (13.3.1, 13.3.3)', async () => {
  const process = processOf('P', {
    s: start(), plain: task(), manual: manualTask(), person: userTask(), worker: serviceTask(), script: scriptTask('n', '=1'),
    e: end(),
  }, ['s -> plain -> manual -> person -> worker -> script -> e: =n = 1']);
  assert.deepEqual((await played(process)).completed, ['s', 'plain', 'manual', 'person', 'worker', 'script', 'e']);
});
test('work for a worker: besides service tasks also other tasks and message events that name a type (Camunda 8)', async () => {
  const job = { extensions: [xml('zeebe:taskDefinition', { type: 'work', retries: '3' })] };
  const { completed, thrown } = await played(processOf('P', {
    s: start(), send: element('sendTask', job), script: element('scriptTask', job), rule: element('businessRuleTask', job),
    t: throwEvent(message('order'), job), e: end(message('order'), job),
  }, ['s -> send -> script -> rule -> t -> e']));
  assert.deepEqual([completed, thrown], [['s', 'send', 'script', 'rule', 't', 'e'], []]);
});
test('sequence flow: several flows out of an activity split, several into one merge uncontrolled (13.3.1)', async () => {
  const { completed } = await played(processOf('P', { s: start(), a: task(), x: task(), y: task(), z: task(), e: end() },
    ['s -> a -> x -> z -> e', 'a -> y -> z']));
  assert.equal(times(completed, 'z'), 2);
});
test('sequence flow: of conditional flows out of an activity all that hold are taken (13.3.1)', async () => {
  const process = processOf('P', { s: start(), a: task(), x: task(), y: task(), z: task(), e: end() },
    ['s -> a -> x: =v > 1', 'a -> y: =v > 2', 'a -> z: =v > 3', 'x -> e', 'y -> e', 'z -> e']);
  const { completed } = await played(process, { v: 3 });
  has(completed, 'x', 'y');
  hasNot(completed, 'z');
  assert.deepEqual((await stuck(process, { v: 0 })).problems, ['kontorctl: a: no condition holds and there is no default flow']);
});
test('sequence flow: the default flow of an activity is taken when no condition holds, and only then (13.3.1)', async () => {
  const process = processOf('P', { s: start(), a: task(), x: task(), y: task(), e: end() },
    ['s -> a -> x: =v > 1', 'a -> y: default', 'x -> e', 'y -> e']);
  hasNot((await played(process, { v: 2 })).completed, 'y');
  hasNot((await played(process, { v: 1 })).completed, 'x');
});
test('sequence flow: conditions see the variables of the scope, not the local ones of the activity that is done (13.3.1)', () =>
  played(processOf('P', { s: start(), a: task({ inputs: { v: '=99' } }), e: end() }, ['s -> a -> e: =v = 1']), { v: 1 }));
test('sequence flow: an element without a way out ends its token, and the process ends with the last one (13.2)', async () => {
  const { completed, events } = await played(processOf('P', { s: start(), a: task(), b: userTask() }, ['s -> a', 's -> b']));
  has(completed, 'a', 'b');
  assert.equal(events.at(-1).event, 'ended');
});

// ---- gateways (13.4) -------------------------------------------------------------------------------

test('parallel gateway: a token on each flow out, and one out when each flow in has one (13.4.1)', async () => {
  const { completed } = await played(processOf('P', {
    s: start(), fork: parallelGateway(), quick: task(), slow: catchEvent(timer({ duration: 'PT1H' })), join: parallelGateway(),
    z: task(), e: end(),
  }, ['s -> fork -> quick -> join', 'fork -> slow -> join', 'join -> z -> e']));
  assert.ok(completed.indexOf('slow') < completed.indexOf('join'));
  assert.equal(times(completed, 'z'), 1);
});
test('parallel gateway: where a token never comes the join waits for ever (13.4.1)', async () => {
  const { completed } = await stuck(processOf('P', {
    s: start(), g: exclusiveGateway(), a: task(), c: task(), join: parallelGateway(), e: end(),
  }, ['s -> g -> a: =true', 'g -> c: =false', 'a -> join', 'c -> join', 'join -> e']));
  hasNot(completed, 'join');
});
test('parallel gateway: a second token on the same flow waits for the next round (13.4.1)', async () => {
  const { completed } = await stuck(processOf('P', {
    s: start(), a: task(), b: task(), x: task(), join: parallelGateway(), e: end(),
  }, ['s -> a -> x', 's -> b -> x', 'x -> join', 's -> join', 'join -> e']));
  assert.equal(times(completed, 'join'), 1);
});
test('exclusive gateway: the first flow in the order of the file whose condition holds, else the default (13.4.2)', async () => {
  const process = processOf('P', { s: start(), g: exclusiveGateway(), a: task(), b: task(), c: task(), e: end() },
    ['s -> g -> c: default', 'g -> a: =x > 1', 'g -> b: =x > 0', 'a -> e', 'b -> e', 'c -> e']);
  assert.deepEqual((await played(process, { x: 5 })).completed, ['s', 'g', 'a', 'e']);
  assert.deepEqual((await played(process, { x: 1 })).completed, ['s', 'g', 'b', 'e']);
  assert.deepEqual((await played(process, { x: 0 })).completed, ['s', 'g', 'c', 'e']);
});
test('exclusive gateway: no condition holds and no default is an incident, not a guess (13.4.2)', async () => {
  const { problems } = await stuck(processOf('P', { s: start(), g: exclusiveGateway(), a: task(), c: task(), e: end() },
    ['s -> g -> a: =x > 1', 'g -> c: =x > 2', 'a -> e', 'c -> e']), { x: 0 });
  assert.deepEqual(problems, ['kontorctl: g: no condition holds and there is no default flow']);
});
test('exclusive gateway: a condition that is neither true nor false is an incident (13.4.2)', async () => {
  const { problems } = await stuck(processOf('P', { s: start(), g: exclusiveGateway(), a: task(), c: task(), e: end() },
    ['s -> g -> a: =x', 'g -> c: default', 'a -> e', 'c -> e']), { x: 'yes' });
  assert.deepEqual(problems, ['kontorctl: g: the condition "x" is string, neither true nor false']);
});
test('exclusive gateway: a merge passes each token by itself (13.4.2)', async () => {
  const { completed } = await played(processOf('P', {
    s: start(), fork: parallelGateway(), a: task(), b: task(), m: exclusiveGateway(), z: task(), e: end(),
  }, ['s -> fork -> a -> m', 'fork -> b -> m', 'm -> z -> e']));
  assert.equal(times(completed, 'z'), 2);
});
test('inclusive gateway: all flows whose condition holds, and the join waits for those alone (13.4.3)', async () => {
  const process = processOf('P', {
    s: start(), g: inclusiveGateway(), a: userTask(), b: userTask(), c: catchEvent(timer({ duration: 'PT1H' })),
    j: inclusiveGateway(), z: task(), e: end(),
  }, ['s -> g -> a: =a', 'g -> b: =b', 'g -> c: =c', 'a -> j', 'b -> j', 'c -> j', 'j -> z -> e']);
  for (const variables of [{ a: true, b: true, c: false }, { a: true, b: false, c: false }, { a: true, b: true, c: true }]) {
    const { completed } = await played(process, variables);
    assert.deepEqual(['a', 'b', 'c'].map((id) => completed.includes(id)), Object.values(variables));
    assert.equal(times(completed, 'z'), 1);
    assert.ok(!variables.c || completed.indexOf('c') < completed.indexOf('j'));
  }
  await stuck(process, { a: false, b: false, c: false });
});
test('inclusive gateway: its default is taken only when no condition holds (13.4.3)', async () => {
  const process = processOf('P', { s: start(), g: inclusiveGateway(), a: task(), b: task(), c: task(), e: end() },
    ['s -> g -> a: =x > 0', 'g -> b: =x > 1', 'g -> c: default', 'a -> e', 'b -> e', 'c -> e']);
  assert.deepEqual((await played(process, { x: 2 })).completed.filter((id) => 'abc'.includes(id)), ['a', 'b']);
  assert.deepEqual((await played(process, { x: 0 })).completed.filter((id) => 'abc'.includes(id)), ['c']);
});
test('inclusive gateway: a join in a loop does not wait for itself (13.4.3)', async () => {
  const { completed } = await played(processOf('P', {
    s: start(), zero: scriptTask('n', '=0'), j: inclusiveGateway(),
    next: scriptTask('n', '=n + 1'), g: exclusiveGateway(), e: end(),
  }, ['s -> zero -> j -> next -> g -> j: =n < 3', 'g -> e: default']));
  assert.equal(times(completed, 'next'), 3);
});
test('inclusive gateway: a join waits for who may still come over a link or a boundary event (13.4.3)', async () => {
  const slow = timer({ duration: 'PT1H' });
  const overLink = await played(processOf('P', {
    s: start(), fork: parallelGateway(), quick: task(), slow: catchEvent(slow), from: throwEvent(link('there')),
    to: catchEvent(link('there')),
    j: inclusiveGateway(), z: task(), e: end(),
  }, ['s -> fork -> quick -> j', 'fork -> slow -> from', 'to -> j', 'j -> z -> e']));
  assert.equal(times(overLink.completed, 'z'), 1);
  const overBorder = await played(processOf('P', {
    s: start(), fork: parallelGateway(), quick: task(), wait: receiveTask('never', '=1'), late: boundaryEvent('wait', slow),
    other: end(),
    j: inclusiveGateway(), z: task(), e: end(),
  }, ['s -> fork -> quick -> j', 'fork -> wait -> other', 'late -> j', 'j -> z -> e']));
  assert.equal(times(overBorder.completed, 'z'), 1);
});
test('inclusive gateway: who could also come where a token waits already does not keep the join waiting (13.4.3)', async () => {
  const { completed, at } = await played(processOf('P', {
    s: start(), fork: parallelGateway(), a: task(), slow: catchEvent(timer({ duration: 'PT1H' })), g: exclusiveGateway(),
    j: inclusiveGateway(), z: task(), e: end(),
  }, ['s -> fork -> a -> j -> z -> e', 'fork -> slow -> g -> a: =false', 'g -> j: default']));
  assert.equal(times(completed, 'z'), 2);
  assert.match(at('z'), /T00:00:00/);
});
test('event-based gateway: the event that comes first decides, the others are given up (13.4.4)', async () => {
  const process = (first) => processOf('P', {
    s: start(), fork: parallelGateway(), g: eventBasedGateway(), answer: catchEvent(message('answer', '="k"')),
    late: catchEvent(timer({ duration: 'PT5M' })), wait: catchEvent(timer({ duration: first })),
    send: throwEvent(publish('answer', '="k"')),
    answered: end(), timedOut: end(), sent: end(),
  }, ['s -> fork -> g -> answer -> answered', 'g -> late -> timedOut', 'fork -> wait -> send -> sent']);
  const early = await played(process('PT1M'));
  has(early.completed, 'answered');
  hasNot(early.completed, 'timedOut');
  assert.match(early.at('answered'), /T00:01:00/);
  const late = await played(process('PT9M'));
  has(late.completed, 'timedOut');
  hasNot(late.completed, 'answered');
});
test('event-based gateway: a receive task may stand behind it (13.4.4)', async () => {
  const { completed } = await played(processOf('P', {
    s: start(), fork: parallelGateway(), g: eventBasedGateway(), answer: receiveTask('answer', '="k"'),
    late: catchEvent(timer({ duration: 'PT5M' })),
    send: sendTask('answer', '="k"'), a: end(), b: end(), c: end(),
  }, ['s -> fork -> g -> answer -> a', 'g -> late -> b', 'fork -> send -> c']));
  has(completed, 'a');
  hasNot(completed, 'b');
});

// ---- sub-processes and calls (13.3.4) --------------------------------------------------------------

test('sub-process: it is done when the last token in it is (13.3.4)', async () => {
  const { completed, at } = await played(processOf('P', {
    s: start(), sub: subProcess({ s1: start(), a: task(), slow: catchEvent(timer({ duration: 'PT1H' })), e1: end(), e2: end() },
      ['s1 -> a -> e1', 's1 -> slow -> e2']), e: end(),
  }, ['s -> sub -> e']));
  assert.deepEqual(completed.slice(-3), ['e2', 'sub', 'e']);
  assert.match(at('e'), /T01:00:00/);
});
test('call activity: variables go into the called process and come back (13.3.4)', async () => {
  const called = processOf('Q', { qs: start(), add: scriptTask('z', '=v + 1'), qe: end() }, ['qs -> add -> qe'],
    { executable: false });
  const { completed } = await played([processOf('P', { s: start(), call: callActivity('Q'), e: end() },
    ['s -> call -> e: =z = 8']), called], { v: 7 });
  assert.deepEqual(completed, ['s', 'qs', 'add', 'qe', 'Q', 'call', 'e']);
});
test('call activity: a called process has variables of its own; mappings say what goes in and out (13.3.4)', async () => {
  const called = processOf('Q', { qs: start(), add: scriptTask('v', '=if v = null then 0 else v + 1'), qe: end() },
    ['qs -> add -> qe']);
  const calling = (options, expected) =>
    [processOf('P', { s: start(), call: callActivity('Q', options), ask: exclusiveGateway(), e: end() },
      [`s -> call -> ask -> e: =${expected}`]), called];
  await played(calling({ up: false }, 'v = 7'), { v: 7 });
  await played(calling({ down: false }, 'v = 0'), { v: 7 });
  await played(calling({ down: false, inputs: { v: '=40' }, outputs: { w: '=v' } }, 'w = 41 and v = 7'), { v: 7 });
  await played(calling({ outputs: { w: '=v' } }, 'w = 8 and v = 7'), { v: 7 });
});
test('call activity: the name of the process may be an expression; an error goes to the caller (13.3.4, 13.5.3)', async () => {
  const { completed } = await played([
    processOf('P', {
      s: start(), call: callActivity('=name'), bad: boundaryEvent('call', error('bad')), help: task(), e: end(), other: end(),
    }, ['s -> call -> e', 'bad -> help -> other']),
    processOf('Q', { qs: start(), qe: end(error('bad')) }, ['qs -> qe']),
  ], { name: 'Q' });
  has(completed, 'help', 'other');
  hasNot(completed, 'call', 'e');
});
test('call activity: a process that is not there is an incident (13.3.4)', async () => {
  const { problems } = await stuck(processOf('P', { s: start(), call: callActivity('Nobody'), e: end() }, ['s -> call -> e']));
  assert.deepEqual(problems, ['kontorctl: call: there is no process Nobody to call']);
});

// ---- loops (13.3.6, 13.3.7) ------------------------------------------------------------------------

test('standard loop: again while the condition holds, asked after each round, at most so often (13.3.6)', async () => {
  const process = (loop) => processOf('P', { s: start(), a: scriptTask('n', '=n + 1', { loop: standardLoop(loop) }), e: end() },
    ['s -> a -> e']);
  const rounds = async (loop, n) => times((await played(process(loop), { n })).completed, 'a') - 1;
  assert.equal(await rounds({ again: '=n < 4' }, 0), 4);
  assert.equal(await rounds({ again: '=n < 4' }, 9), 1);
  assert.equal(await rounds({ again: '=n < 4', testBefore: true }, 9), 0);
  assert.equal(await rounds({ again: '=n < 4', testBefore: true }, 0), 4);
  assert.equal(await rounds({ again: '=true', maximum: 3 }, 0), 3);
  assert.equal(await rounds({ maximum: 2 }, 0), 2);
});
test('multi-instance: in parallel, results in the order of the list, not of completion (13.3.7)', async () => {
  const { completed } = await played(processOf('P', {
    s: start(), each: scriptTask('d', '=item * 2',
      { loop: multiInstance({ each: '=[1, 2, 3]', item: 'item', collect: { all: '=d' } }) }), e: end(),
  }, ['s -> each -> e: =all = [2, 4, 6]']));
  assert.equal(times(completed, 'each'), 4);
});
test('multi-instance: in parallel all begin at once, in sequence one after the other (13.3.7)', async () => {
  const at = async (sequential) => (await played(processOf('P', {
    s: start(), each: subProcess({ s1: start(), wait: catchEvent(timer({ duration: '=item' })), e1: end() }, ['s1 -> wait -> e1'],
      { loop: multiInstance({ each: '=["PT2H", "PT1H"]', item: 'item', collect: { all: '=item' }, sequential }) }), e: end(),
  }, ['s -> each -> e: =all = ["PT2H", "PT1H"]']))).at('e');
  assert.match(await at(false), /T02:00:00/);
  assert.match(await at(true), /T03:00:00/);
});
test('multi-instance: the completion condition ends it and cancels what still runs (13.3.7)', async () => {
  const process = (sequential) => processOf('P', {
    s: start(), each: userTask({ loop: multiInstance({ each: '=[1, 2, 3, 4]', until: '=numberOfCompletedInstances >= 2',
      sequential }) }), e: end(),
  }, ['s -> each -> e']);
  const parallel = await played(process(false));
  assert.deepEqual([times(parallel.completed, 'each'), times(parallel.cancelled, 'each')], [3, 2]);
  const sequential = await played(process(true));
  assert.deepEqual([times(sequential.completed, 'each'), times(sequential.cancelled, 'each')], [3, 0]);
});
test('multi-instance: instances know their number and how many there are (13.3.7)', async () => {
  await played(processOf('P', {
    s: start(), each: scriptTask('x', '=[loopCounter, numberOfInstances]',
      { loop: multiInstance({ each: '=["a", "b"]', item: 'i', collect: { all: '=x[1]' } }) }), e: end(),
  }, ['s -> each -> e: =all = [1, 2]']));
});
test('multi-instance: nothing to do for an empty list; what is no list is an incident (13.3.7)', async () => {
  const process = processOf('P', {
    s: start(), each: userTask({ loop: multiInstance({ each: '=list', collect: { all: '=1' } }) }), e: end(),
  }, ['s -> each -> e: =all = []']);
  assert.deepEqual((await played(process, { list: [] })).completed, ['s', 'each', 'e']);
  assert.deepEqual((await stuck(process, { list: 3 })).problems, ['kontorctl: each: the input collection is number, no list']);
});
test('multi-instance: a boundary event cancels all instances at once (13.3.7, 13.5.3)', async () => {
  const { cancelled, completed } = await played(processOf('P', {
    s: start(), each: receiveTask('never', '=1', { loop: multiInstance({ each: '=[1, 2, 3]' }) }),
    late: boundaryEvent('each', timer({ duration: 'PT1H' })),
    e: end(), given: end(),
  }, ['s -> each -> e', 'late -> given']));
  assert.equal(times(cancelled, 'each'), 4);
  has(completed, 'given');
});

// ---- limits ----------------------------------------------------------------------------------------

test('limits: a loop without a wait is stopped, and so is a process whose timers never end', async () => {
  const endless = await stuck(processOf('P', { s: start(), a: task(), g: exclusiveGateway(), e: end() },
    ['s -> a -> g -> a: =true', 'g -> e: =false']));
  assert.match(endless.problems.at(-1), /more than 10000 activations without a wait/);
  const patient = await stuck(processOf('P', {
    s: start(), a: catchEvent(timer({ duration: 'PT1M' })), g: exclusiveGateway(), e: end(),
  }, ['s -> a -> g -> a: =true', 'g -> e: =false']));
  assert.match(patient.problems.at(-1), /not ended after 1000 timers/);
});
test('limits: a thousand instances at once are no problem', async () => {
  const { completed } = await played(processOf('P', {
    s: start(), each: userTask({ loop: multiInstance({ each: '=for i in 1..1000 return i', item: 'i' }) }), e: end(),
  }, ['s -> each -> e']));
  assert.equal(times(completed, 'each'), 1001);
});
test('simulate: the first executable process, or that of --process; wrong arguments are refused', async () => {
  const processes = [processOf('A', { s: start(), a: end() }, ['s -> a'], { executable: false }),
    processOf('B', { s2: start(), b: end() }, ['s2 -> b']), processOf('C', { s3: start(), c: end() }, ['s3 -> c'])];
  has((await played(processes)).completed, 'b');
  has((await played(processes, undefined, { process: 'C' })).completed, 'c');
  const none = await simulate(processes, undefined, { process: 'D' });
  assert.deepEqual([none.code, none.problems], [64, ['kontorctl: there is no process D']]);
  const list = await simulate(processes, [1]);
  assert.deepEqual([list.code, list.problems], [64, ['kontorctl: --variables is no JSON object']]);
});
