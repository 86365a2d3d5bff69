// Files that are well-formed BPMN and could not run, or would not do what the drawing says: each is refused with exit status 65
// and one line `file:line: reason` for each problem. Here the line is written as the id of the element or flow that stands in it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  boundaryEvent, catchEvent, condition, element, end, error, escalation, event, eventBasedGateway, eventSubProcess,
  exclusiveGateway, inclusiveGateway, link, message, multiInstance, parallelGateway, processOf, publish, receiveTask, refused,
  scriptTask, sendTask, signal, start, subProcess, task, terminate, throwEvent, timer, userTask,
} from '../harness/bpmn.mjs';

const refuses = (name, process, ...problems) =>
  test(`refused: ${name}`, async () => assert.deepEqual(await refused(process), problems));
/** One element between start and end; `more` elements and flows beside it. */
const one = (it, more = {}, flows = []) => processOf('P', { s: start(), it, e: end(), ...more }, ['s -> it -> e', ...flows]);
const minute = timer({ duration: 'PT1M' });
const inside = { s1: start(), e1: end() };

// ---- processes and their starts (10.5.2) -----------------------------------------------------------

refuses('no process', '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>',
  'line 1: there is no process in the file');
refuses('no process is executable', processOf('P', { s: start(), e: end() }, ['s -> e'], { executable: false }),
  'P: no process is marked executable');
refuses('no start event', processOf('P', { a: task(), e: end() }, ['a -> e']),
  'P: process P has no start event', 'a: task a cannot be reached from a start event',
  'e: end event e cannot be reached from a start event');
refuses('two start events without a trigger', processOf('P', { s: start(), t: start(), e: end() }, ['s -> e', 't -> e']),
  't: process P has a second start event without a trigger');
refuses('a sub-process whose start has a trigger', one(subProcess({ s1: start(minute), e1: end() }, ['s1 -> e1'])),
  's1: the start event of a sub-process has no trigger');
refuses('an event sub-process whose start has none', one(task(), { sub: eventSubProcess(inside, ['s1 -> e1']) }),
  'sub: event sub-process sub has exactly one start event, with a trigger');
refuses('an event sub-process with two starts',
  one(task(), { sub: eventSubProcess({ a: start(minute), b: start(signal('x')), e1: end() }, ['a -> e1', 'b -> e1']) }),
  'sub: event sub-process sub has exactly one start event, with a trigger');
refuses('a flow to an event sub-process', one(task(), { sub: eventSubProcess({ s1: start(minute), e1: end() }, ['s1 -> e1']) },
  ['it -> sub']),
  'sub: no flow leads to or from an event sub-process');
refuses('an error start that does not interrupt',
  one(task(), { sub: eventSubProcess({ s1: start(error('x'), { interrupting: false }), e1: end() }, ['s1 -> e1']) }),
  's1: an error always interrupts');
refuses('two event sub-processes for the same', one(task(), {
  a: eventSubProcess({ s1: start(error('x')), e1: end() }, ['s1 -> e1']), b: eventSubProcess({ s2: start(error('x')), e2: end() },
    ['s2 -> e2']),
}), 's2: two event sub-processes of one scope wait for the same error');

// ---- what an activity needs (10.3) -----------------------------------------------------------------

refuses('a service task without a type', one(element('serviceTask')), 'it: service task it has no zeebe:taskDefinition');
refuses('a send task that neither is a job nor sends', one(element('sendTask')),
  'it: send task it has no zeebe:taskDefinition and no zeebe:publishMessage');
refuses('a send task without a message', one(sendTask('m', '="k"', { names: undefined })), 'it: send task it has no message');
refuses('a receive task without a message', one(element('receiveTask')), 'it: receive task it has no message',
  'it: receive task it has no correlation key');
refuses('a receive task without a key', one(receiveTask('m')), 'it: receive task it has no correlation key');
refuses('a script task without a script', one(element('scriptTask')), 'it: script task it has no zeebe:script');
refuses('a business rule task without a decision', one(element('businessRuleTask')),
  'it: business rule task it has no zeebe:calledDecision');
refuses('a call activity that calls nothing', one(element('callActivity')), 'it: call activity it has no zeebe:calledElement');
refuses('names that are none', one(scriptTask('a b', '=1', {
  inputs: { '1a': '=1' }, outputs: { 'a..b': '=1' }, loop: multiInstance({ each: '=[]', item: 'x-y', collect: { 'r.': '=1' } }),
})), 'it: the result variable a b is no name', 'it: the input element x-y is no name', 'it: the output collection r. is no name',
  'it: the input target 1a is no name', 'it: the output target a..b is no name');
refuses('a default flow of an activity without conditional ones', one(task(), { a: end() }, ['it -> a: default']),
  'it: it has a default flow, but no flow with a condition');

// ---- events (10.5) ---------------------------------------------------------------------------------

for (const [on, trigger] of [[error('x'), 'error'], [escalation('x'), 'escalation'], [condition('=true'), 'conditional'],
  [terminate(), 'terminate'], [link('x'), 'link']])
  refuses(`a ${trigger} start event of a process`, processOf('P', { s: start(), it: start(on), e: end() }, ['s -> e', 'it -> e']),
    `it: start event it cannot be a ${trigger} event`);
for (const [on, trigger] of [[undefined, 'none'], [error('x'), 'error'], [escalation('x'), 'escalation'],
  [terminate(), 'terminate']])
  refuses(`a ${trigger} catch event`, one(catchEvent(on)), `it: intermediate catch event it cannot be a ${trigger} event`);
for (const [on, trigger] of [[minute, 'timer'], [error('x'), 'error'], [condition('=true'), 'conditional'],
  [terminate(), 'terminate']])
  refuses(`a ${trigger} throw event`, one(throwEvent(on)), `it: intermediate throw event it cannot be a ${trigger} event`);
for (const [on, trigger] of [[minute, 'timer'], [condition('=true'), 'conditional'], [link('x'), 'link']])
  refuses(`a ${trigger} end event`, processOf('P', { s: start(), it: end(on) }, ['s -> it']),
    `it: end event it cannot be a ${trigger} event`);
for (const [on, trigger] of [[undefined, 'none'], [terminate(), 'terminate'], [link('x'), 'link']])
  refuses(`a ${trigger} boundary event`, one(task(), { b: boundaryEvent('it', on) }, ['b -> e']),
    `b: boundary event b cannot be a ${trigger} event`);
for (const [on, trigger] of [[terminate(), 'terminate'], [link('x'), 'link']])
  refuses(`a ${trigger} start of an event sub-process`,
    one(task(), { sub: eventSubProcess({ s1: start(on), e1: end() }, ['s1 -> e1']) }),
    `s1: start event s1 cannot be a ${trigger} event`);

refuses('a message event without a message', one(catchEvent(event('messageEventDefinition'))),
  'it: message event it has no message', 'it: message event it has no correlation key');
refuses('a message event without a key', one(catchEvent(message('m'))), 'it: message event it has no correlation key');
refuses('a message that is not sent by anything', one(throwEvent(message('m'))),
  'it: message event it has no zeebe:taskDefinition and no zeebe:publishMessage');
refuses('a message that is sent and has no name', one(throwEvent({ ...publish('m', '="k"'), names: undefined })),
  'it: message event it has no message');
refuses('a signal event without a signal', one(throwEvent(event('signalEventDefinition'))), 'it: signal event it has no signal');
refuses('an error end without an error', processOf('P', { s: start(), it: end(error()) }, ['s -> it']),
  'it: error event it has no error with a code');
refuses('an escalation without a code', one(throwEvent(escalation())), 'it: escalation event it has no escalation with a code');
refuses('a flow to a start event', processOf('P', { s: start(), g: exclusiveGateway(), e: end() },
  ['s -> g -> s: =true', 'g -> e: default']),
  's: no flow leads to start event s');
refuses('a flow from an end event', processOf('P', { s: start(), e: end(), a: task(), z: end() }, ['s -> e -> a -> z']),
  'e: no flow leads from end event e');

// ---- timers (10.5.5) -------------------------------------------------------------------------------

refuses('a duration that is none', one(catchEvent(timer({ duration: '10 minutes' }))),
  'it: "10 minutes" is no duration (PT10M) of ISO 8601');
refuses('a date that is none', one(catchEvent(timer({ date: 'tomorrow' }))), 'it: "tomorrow" is no date and time of ISO 8601');
refuses('a cycle that is none', one(userTask(), { b: boundaryEvent('it', timer({ cycle: 'PT10M' }), { interrupting: false }) },
  ['b -> e']),
  'b: "PT10M" is no repeated interval (R3/PT10M) of ISO 8601');
refuses('a cycle of no time', one(userTask(), { b: boundaryEvent('it', timer({ cycle: 'R/PT0S' }), { interrupting: false }) },
  ['b -> e']),
  'b: "R/PT0S" is no repeated interval (R3/PT10M) of ISO 8601');
refuses('an intermediate cycle', one(catchEvent(timer({ cycle: 'R3/PT1M' }))),
  'it: an intermediate timer event waits once: no cycle');
refuses('a cycle that interrupts', one(userTask(), { b: boundaryEvent('it', timer({ cycle: 'R3/PT1M' })) }, ['b -> e']),
  'b: an event that interrupts happens once: no cycle');
refuses('a process that starts after a duration', processOf('P', { s: start(minute), e: end() }, ['s -> e']),
  's: a process starts at a date or in a cycle, not after a duration');

// ---- links (10.5.4) --------------------------------------------------------------------------------

refuses('a link without a name', processOf('P', { s: start(), it: throwEvent(event('linkEventDefinition')) }, ['s -> it']),
  'it: link event it has no name', 'it: link  has 0 targets in its scope, not one',
  's: no way leads from start event s to an end', 'it: no way leads from intermediate throw event it to an end');
refuses('a link to nowhere', processOf('P', { s: start(), it: throwEvent(link('A')) }, ['s -> it']),
  'it: link A has 0 targets in its scope, not one', 's: no way leads from start event s to an end',
  'it: no way leads from intermediate throw event it to an end');
refuses('a link from nowhere', one(task(), { to: catchEvent(link('A')) }, ['to -> e']),
  'to: no link leads to to', 'to: intermediate catch event to cannot be reached from a start event');
refuses('a link with two targets', processOf('P', {
  s: start(), it: throwEvent(link('A')), a: catchEvent(link('A')), b: catchEvent(link('A')), e: end(),
}, ['s -> it', 'a -> e', 'b -> e']),
  ...['it', 'a', 'b'].map((id) => `${id}: link A has 2 targets in its scope, not one`));
refuses('a link with a flow, too', processOf('P', { s: start(), it: throwEvent(link('A')), to: catchEvent(link('A')), e: end() },
  ['s -> it -> e', 'to -> e']),
  'it: a link takes the place of a sequence flow');

// ---- boundary events (10.5.4) ----------------------------------------------------------------------

refuses('a boundary event of a gateway', one(exclusiveGateway(), { b: boundaryEvent('it', minute) }, ['b -> e']),
  'b: b is attached to an exclusive gateway, not to an activity');
refuses('a boundary event outside of the scope of its activity',
  processOf('P', {
    s: start(), sub: subProcess({ s1: start(), a: task(), e1: end() }, ['s1 -> a -> e1']),
    b: boundaryEvent('a', minute), e: end(),
  }, ['s -> sub -> e', 'b -> e']), 'b: b is in another scope than its activity');
refuses('an error that does not interrupt', one(subProcess(inside, ['s1 -> e1']),
  { b: boundaryEvent('it', error(), { interrupting: false }) }, ['b -> e']), 'b: an error always interrupts');
refuses('an escalation of a task', one(userTask(), { b: boundaryEvent('it', escalation()) }, ['b -> e']),
  'b: only sub-processes and call activities escalate');
refuses('a boundary event without a way out', one(userTask(), { b: boundaryEvent('it', minute) }),
  'b: boundary event b has no way out');
refuses('two boundary events for the same', one(subProcess(inside, ['s1 -> e1']), { a: boundaryEvent('it', error('x')),
  b: boundaryEvent('it', error('x')) }, ['a -> e', 'b -> e']),
  'b: it has two boundary events for the same error');
refuses('a flow to a boundary event', one(userTask(), { b: boundaryEvent('it', minute), g: parallelGateway() },
  ['it -> g -> b', 'g -> e', 'b -> e']), 'b: no flow leads to boundary event b');

// ---- flows and gateways (10.6, 13.3.1, 13.4) -------------------------------------------------------

refuses('a flow over the border of a sub-process',
  processOf('P', { s: start(), sub: subProcess({ s1: start(), a: task(), e1: end() }, ['s1 -> a -> e1']), e: end() },
    ['s -> sub -> e', 'a -> e']),
  'a_e: flow a_e crosses the border of a sub-process or process');
refuses('a flow to a process', processOf('P', { s: start(), e: end() }, ['s -> e', 's -> P']),
  's_P: flow s_P crosses the border of a sub-process or process', 's_P: flow s_P leads to or from a process');
refuses('a condition on a default flow', processOf('P', {
  s: start(), it: exclusiveGateway({ attributes: { default: 'it_e' } }), e: end(), f: end(),
}, ['s -> it -> e: =true', 'it -> f: =false']),
  'it_e: the default flow it_e has a condition');
refuses('a condition behind a parallel gateway', one(parallelGateway(), { f: end() }, ['it -> f: =true']),
  'it_f: a flow from a parallel gateway has no condition');
refuses('a condition behind a start event', processOf('P', { s: start(), e: end() }, ['s -> e: =true']),
  's_e: a flow from a start event has no condition');
for (const [gateway, kind] of [[exclusiveGateway(), 'exclusive'], [inclusiveGateway(), 'inclusive']])
  refuses(`a flow of an ${kind} gateway without a condition`, one(gateway, { f: end() }, ['it -> f: =true']),
    `it_e: flow it_e of ${kind} gateway it has no condition and is not its default`);
refuses('a gateway without a way out', processOf('P', { s: start(), it: parallelGateway() }, ['s -> it']),
  'it: parallel gateway it has no way out');
refuses('an event-based gateway with one way', processOf('P', {
  s: start(), g: eventBasedGateway(), wait: catchEvent(minute), e: end(),
}, ['s -> g -> wait -> e']),
  'g: event-based gateway g has fewer than two ways out');
const behind = (more, flows) => processOf('P', {
  s: start(), g: eventBasedGateway(), wait: catchEvent(minute), e: end(), ...more,
}, ['s -> g -> wait -> e', ...flows]);
refuses('an event-based gateway before a task', behind({ a: task() }, ['g -> a -> e']),
  'g_a: an event-based gateway leads to catch events or receive tasks, not to a task');
refuses('an event behind two gateways', behind({ other: catchEvent(signal('x')), fork: parallelGateway() },
  ['g -> other -> e', 's -> fork -> wait']),
  'wait: wait belongs to an event-based gateway: no other flow leads to it');
refuses('a receive task with a border behind a gateway', behind({ get: receiveTask('m', '=1'), b: boundaryEvent('get', minute) },
  ['g -> get -> e', 'b -> e']),
  'get: a receive task behind an event-based gateway has no boundary events');
refuses('receive tasks and message events behind one gateway',
  behind({ get: receiveTask('m', '=1'), wait2: catchEvent(message('n', '=1')) }, ['g -> get -> e', 'g -> wait2 -> e']),
  'g: receive tasks and message events do not mix behind one gateway');
refuses('an element no token reaches', one(task(), { lost: task() }, ['lost -> e']),
  'lost: task lost cannot be reached from a start event');
refuses('elements no token leaves', processOf('P', { s: start(), g: exclusiveGateway(), a: task(), b: task(), e: end() },
  ['s -> g -> a: =true', 'g -> e: default', 'a -> b -> a']),
  'a: no way leads from task a to an end', 'b: no way leads from task b to an end');
