// What a process knows, by kontorctl process simulate: variables, their scopes, mappings, results of tasks. BPMN leaves the
// expression language and mappings to the tool (10.4): what holds is what Camunda 8 does. A gateway whose only flow has a
// condition asks for what has to be; if it does not hold, the process is stuck.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  boundaryEvent, businessRuleTask, catchEvent, end, exclusiveGateway, message, multiInstance, parallelGateway, played,
  processOf, publish, scriptTask, sendTask, start, stuck, subProcess, task, throwEvent, timer, userTask,
} from '../harness/bpmn.mjs';

/** Play one element, then ask. */
const asked = (it, expected, variables) => played(processOf('P', {
  s: start(), it, ask: exclusiveGateway(), e: end(),
}, [`s -> it -> ask -> e: =${expected}`]), variables);
const incident = async (it, variables) =>
  (await stuck(processOf('P', { s: start(), it, e: end() }, ['s -> it -> e']), variables)).problems;

test('variables: what is given at the start is there, and what is not is null', () =>
  asked(task(), 'a = 1 and b.c = "x" and d[2] = true and nothing = null', { a: 1, b: { c: 'x' }, d: [false, true] }));
test('variables: numbers keep all of their 34 digits on the way through the stored state', () =>
  asked(scriptTask('n', '=1234567890123456789012345678901234 + 0'),
    'n = 1234567890123456789012345678901234 and 0.1 + 0.2 = 0.3'));
test('variables: names of any letters, and texts of any characters', () =>
  asked(scriptTask('größe', '=text + "€😀"'), 'größe = "a\\"\\\\&<>€😀"', { text: 'a"\\&<>' }));
test('variables: a date becomes its text, as it does on the way to a worker', () =>
  asked(scriptTask('day', '=date("2026-02-01")'), 'day = "2026-02-01"'));
test('script: its result goes to where the name is known, else to the process', async () => {
  const inner = (result) => subProcess({ s1: start(), set: scriptTask(result, '=2'), e1: end() }, ['s1 -> set -> e1'],
    { inputs: { local: '=1' } });
  await asked(inner('fresh'), 'fresh = 2 and local = null');
  await asked(inner('known'), 'known = 2', { known: 1 });
  await asked(inner('local'), 'local = 0', { local: 0 });
});
test('script: a result may be a path into a context, which keeps what else is there', () =>
  asked(scriptTask('a.b', '=2'), 'a = {b: 2, c: 3}', { a: { b: 1, c: 3 } }));
test('input mapping: a local variable, seen inside and gone afterwards', () =>
  asked(scriptTask('seen', '=local * 2', { inputs: { local: '=a + 1' } }), 'seen = 4 and local = null', { a: 1 }));
test('input mapping: later ones see earlier ones; without = it is a text; a target may be a path', () =>
  asked(scriptTask('seen', '=[one, two, three]', { inputs: { one: '=1', two: '=one + 1', 'three.four': 'five' } }),
    'seen = [1, 2, {four: "five"}]'));
test('output mapping: it alone says what comes out', async () => {
  await asked(scriptTask('result', '=7', { outputs: { out: '=result * 10' } }), 'out = 70 and result = null');
  await asked(subProcess({ s1: start(), set: scriptTask('inner', '=7'), e1: end() }, ['s1 -> set -> e1'],
    { inputs: { inner: '=0' }, outputs: { 'out.deep': '=inner' } }), 'out.deep = 7 and inner = null');
});
test('output mapping: an event has one, too', () =>
  asked(throwEvent(undefined, { outputs: { out: '=a + 1' } }), 'out = 2', { a: 1 }));
test('sub-process: scopes within scopes, the inner name before the outer', () =>
  asked(subProcess({
    s1: start(), inner: subProcess({ s2: start(), set: scriptTask('sum', '=x * 10 + y'), e2: end() }, ['s2 -> set -> e2'],
      { inputs: { y: '=x + 1' } }), e1: end(),
  }, ['s1 -> inner -> e1'], { inputs: { x: '=x + 1' } }), 'sum = 23 and x = 1', { x: 1 }));
test('multi-instance: each instance has its own item and its own local results', () =>
  asked(subProcess({
    s1: start(), pause: catchEvent(timer({ duration: 'PT1H' })), set: scriptTask('own', '=item * item'), e1: end(),
  }, ['s1 -> pause -> set -> e1'],
    { inputs: { own: '=0' }, loop: multiInstance({ each: '=[1, 2, 3]', item: 'item', collect: { squares: '=own' } }) }),
    'squares = [1, 4, 9] and own = null and item = null'));
test('message: what the sender sees goes with it to who catches it', () =>
  played([
    processOf('P', { s: start(), send: throwEvent(publish('order', '=k')), e: end() }, ['s -> send -> e']),
    processOf('Q', { qs: start(message('order')), ask: exclusiveGateway(), qe: end() }, ['qs -> ask -> qe: =amount = 5']),
  ], { k: '7', amount: 5 }));
test('message: where a catch event has an output mapping, that alone takes over what came', () =>
  played(processOf('P', {
    s: start(), fork: parallelGateway(), wait: catchEvent(message('order', '="k"'), { outputs: { price: '=amount * 2' } }),
    ask: exclusiveGateway(), e: end(), send: sendTask('order', '="k"', { inputs: { amount: '=5' } }), sent: end(),
  }, ['s -> fork -> wait -> ask -> e: =price = 10 and amount = null', 'fork -> send -> sent'])));
test('message: and where a start event has one, too', () =>
  played([
    processOf('P', { s: start(), send: throwEvent(publish('order', '=k')), e: end() }, ['s -> send -> e']),
    processOf('Q', { qs: start(message('order'), { outputs: { price: '=amount * 2' } }), ask: exclusiveGateway(), qe: end() },
      ['qs -> ask -> qe: =price = 10 and amount = null']),
  ], { k: '7', amount: 5 }));
test('parallel branches see the same variables of their scope', () =>
  played(processOf('P', {
    s: start(), fork: parallelGateway(), set: scriptTask('a', '=a + 1'), pause: catchEvent(timer({ duration: 'PT1H' })),
    ask: exclusiveGateway(), e1: end(), e2: end(),
  }, ['s -> fork -> set -> e1', 'fork -> pause -> ask -> e2: =a = 2']), { a: 1 }));
test('incident: an expression that costs too much, and the token stays where it is', async () => {
  assert.deepEqual(await incident(scriptTask('n', '=count(for i in 1..1000 return for j in 1..10000 return j)')),
    ['kontorctl: it: the expression "count(for i in 1..1000 return for j in 1..10000 return j)" costs too much']);
});
test('incident: a decision that is not there', async () => {
  assert.deepEqual(await incident(businessRuleTask('grade', 'g')), ['kontorctl: it: decision grade: there is none']);
});
test('incident: boundary events of the same activity still work', async () => {
  const { completed, problems } = await played(processOf('P', {
    s: start(), sub: subProcess({
      s1: start(), bad: scriptTask('n', '=count(for i in 1..1000 return for j in 1..10000 return j)'), e1: end(),
    }, ['s1 -> bad -> e1']),
    late: boundaryEvent('sub', timer({ duration: 'PT1H' })), e: end(), other: end(),
  }, ['s -> sub -> e', 'late -> other']));
  assert.equal(problems.length, 1);
  assert.ok(completed.includes('other'));
});
test('work: user tasks are done in the order in which they were opened', async () => {
  const { completed } = await played(processOf('P', {
    s: start(), fork: parallelGateway(), b: userTask(), a: userTask(), c: userTask(), join: parallelGateway(), e: end(),
  }, ['s -> fork -> b -> join', 'fork -> a -> join', 'fork -> c -> join', 'join -> e']));
  assert.deepEqual(completed, ['s', 'fork', 'b', 'a', 'c', 'join', 'e']);
});
