// Files that say what nobody here carries out, or that are no such files at all: each is refused with exit status 65 and one
// line `file:line: reason` for each problem. Here the line is written as the id of the element or flow that stands in it.
// What is only drawing is no problem.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  boundaryEvent, businessRuleTask, callActivity, catchEvent, condition, element, end, event, eventBasedGateway,
  exclusiveGateway, expression, multiInstance, played, processOf, receiveTask, refused, scriptTask, signal, standardLoop,
  start, subProcess, task, textOf, throwEvent, timer, userTask, xml,
} from '../harness/bpmn.mjs';

/** A problem is a text, or an expression where the words are libxml2's. */
const refuses = (name, process, ...problems) => test(`refused: ${name}`, async () => {
  const found = await refused(process);
  const same = (problem, i) => (problem instanceof RegExp && problem.test(found[i]) ? found[i] : problem);
  assert.deepEqual(found, problems.map(same));
});
/** One element between start and end; `more` elements and flows beside it. */
const one = (it, more = {}, flows = []) => processOf('P', { s: start(), it, e: end(), ...more }, ['s -> it -> e', ...flows]);
/** A task with an attribute or an extension of its own. */
const attribute = (name, value, tag = 'userTask') => one(element(tag, { attributes: { [name]: value } }));
const extension = (tag, ...extensions) => one(element(tag, { extensions }));
/** The whole file with something of it replaced. */
const replaced = (process, from, to) => {
  const text = textOf(process);
  assert.ok(text.includes(from), from);
  return text.replace(from, to);
};
const minute = timer({ duration: 'PT1M' });
const plain = one(task());

// ---- the file --------------------------------------------------------------------------------------

refuses('no XML', 'P: process', /^line 1: not well-formed XML: /);
refuses('an empty file', '', /^line 1: not well-formed XML: /);
refuses('XML that breaks off', textOf(plain).slice(0, -20), /: not well-formed XML: /);
refuses('other XML', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'line 1: this is no BPMN 2.0 file');
refuses('BPMN of another version', replaced(plain, '/20100524/MODEL', '/20090101/MODEL'),
  'definitions: this is no BPMN 2.0 file');
refuses('a document type', '<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "b">]>\n<x>&a;</x>',
  'line 2: a document type declaration (DOCTYPE) is not accepted');
refuses('bytes that are no UTF-8', Buffer.concat([Buffer.from('<?xml version="1.0"?><x a="'), Buffer.from([0xff, 0xfe]),
  Buffer.from('"/>')]), 'line 1: the file is not UTF-8');
refuses('a file of more than 10 MB', `<x>${' '.repeat(10 << 20)}</x>`, 'line 1: the file is larger than 10 MB');
refuses('XML of many levels', '<a>'.repeat(300) + '</a>'.repeat(300), /^line 1: not well-formed XML: .*depth/);
refuses('more than 2000 elements',
  processOf('P', { s: start(), ...Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`t${i}`, task()])) },
    Array.from({ length: 2000 }, (_, i) => `s -> t${i}`)), 'line 1: more than 2000 elements or 4000 flows');
refuses('sub-processes in 20 sub-processes',
  processOf('P', Array.from({ length: 20 }).reduce((nodes, _, i) => ({ [`n${i}`]: subProcess(nodes, []) }), {}), []),
  'n0: sub-processes are nested deeper than 20');

// ---- ids and references ----------------------------------------------------------------------------

refuses('an element without an id', replaced(plain, ' id="it"', ''), 'line 5: bpmn:task has no id',
  's_it: flow s_it: targetRef it is no element', 'it_e: flow it_e: sourceRef it is no element');
refuses('an id twice', processOf('P', { s: start(), sub: subProcess({ s: start() }, []) }, ['s -> sub']),
  's: the id s is used twice');
refuses('an id of 201 bytes', processOf('P', { s: start(), ['x'.repeat(201)]: end() }, [`s -> ${'x'.repeat(201)}`]),
  `${'x'.repeat(201)}: the id is longer than 200 bytes`, `s_${'x'.repeat(201)}: the id is longer than 200 bytes`);
refuses('a flow to nothing', processOf('P', { s: start(), e: end() }, ['s -> e', 's -> nobody']),
  's_nobody: flow s_nobody: targetRef nobody is no element');
refuses('a flow from nothing', processOf('P', { s: start(), e: end() }, ['s -> e', 'nobody -> e']),
  'nobody_e: flow nobody_e: sourceRef nobody is no element');
refuses('a default flow of somebody else', one(exclusiveGateway({ attributes: { default: 's_it' } })),
  'it: the default flow s_it does not begin here');
refuses('a boundary event of nothing', one(task(), { b: boundaryEvent('nobody', minute) }, ['b -> e']),
  'b: attachedToRef nobody is no element');
refuses('a message that is not there', one(catchEvent(event('messageEventDefinition', { attributes: { messageRef: 'M' } }))),
  'it: there is no message M');
refuses('a message that is a signal',
  processOf('P', {
    s: start(signal('go')),
    it: catchEvent(event('messageEventDefinition', { attributes: { messageRef: 'signal_1' } })), e: end(),
  }, ['s -> it -> e']),
  'it: signal_1 is no message');
refuses('an incoming flow that ends elsewhere', one(task({ content: [xml('bpmn:incoming', {}, 'it_e')] })),
  'it: flow it_e does not end here');
refuses('an outgoing flow that begins elsewhere', one(task({ content: [xml('bpmn:outgoing', {}, 'nothing')] })),
  'it: flow nothing does not begin here');

// ---- what nobody carries out -----------------------------------------------------------------------

for (const tag of ['complexGateway', 'adHocSubProcess', 'transaction', 'implicitThrowEvent', 'globalTask'])
  refuses(tag, replaced(plain, '<bpmn:task id="it"/>', `<bpmn:task id="it"/>\n<bpmn:${tag} id="other"/>`),
    `other: bpmn:${tag} is not supported`);
refuses('what is unknown at the top', replaced(plain, '</bpmn:definitions>', '<bpmn:import id="i"/></bpmn:definitions>'),
  'i: bpmn:import is not supported');
for (const definition of ['compensateEventDefinition', 'cancelEventDefinition'])
  for (const [kind, make] of [['throw', throwEvent], ['catch', catchEvent]])
    refuses(`${definition} of a ${kind} event`, one(make(event(definition))),
      `it: bpmn:${definition} is not supported on a intermediate ${kind} event`);
refuses('two event definitions', one(catchEvent(minute, { content: ['<bpmn:signalEventDefinition/>'] })),
  'it: it has more than one event definition');
refuses('an event definition of a task', one(task({ on: minute })), 'it: bpmn:timerEventDefinition is not supported on a task');
refuses('a loop of a gateway', one(exclusiveGateway({ loop: standardLoop({ maximum: 2 }) })),
  'it: bpmn:standardLoopCharacteristics is not supported on a exclusive gateway');
for (const name of ['isForCompensation', 'startQuantity', 'completionQuantity'])
  refuses(name, attribute(name, name.startsWith('is') ? 'true' : '2'),
    `it: ${name}${name.startsWith('is') ? '' : ' other than 1'} is not supported`);
refuses('instantiate', attribute('instantiate', 'true', 'receiveTask'), 'it: instantiate is not supported');
refuses('parallelMultiple', one(catchEvent(minute, { attributes: { parallelMultiple: true } })),
  'it: parallelMultiple is not supported');
refuses('a parallel event-based gateway', one(eventBasedGateway({ attributes: { eventGatewayType: 'Parallel' } })),
  'it: an event-based gateway of type Parallel is not supported');
refuses('an unknown attribute', attribute('priority', '1'), 'it: attribute priority of bpmn:userTask is not supported');
refuses('an unknown attribute of a flow', replaced(plain, ' sourceRef="s"', ' sourceRef="s" weight="1"'),
  's_it: attribute weight of bpmn:sequenceFlow is not supported');
refuses('an unknown child of a flow', replaced(one(task(), { f: end() }, ['it -> f: =true']), '</bpmn:sequenceFlow>',
  '<bpmn:weight/></bpmn:sequenceFlow>'),
  'it_f: bpmn:weight is not supported on a sequence flow');
refuses('a script of another language', one(scriptTask('r', '=1', { content: ['<bpmn:script>1</bpmn:script>'] })),
  'it: a script is FEEL in zeebe:script, not bpmn:script');
refuses('an extension where it says nothing', extension('userTask', '<zeebe:calledElement processId="Q"/>'),
  'it: zeebe:calledElement is not supported on a user task');
refuses('an unknown extension', extension('userTask', '<zeebe:taskListeners/>'),
  'it: zeebe:taskListeners is not supported on a user task');
refuses('an unknown child of mappings', extension('userTask', '<zeebe:ioMapping><zeebe:inOut/></zeebe:ioMapping>'),
  'it: zeebe:inOut is not supported');
refuses('an unknown attribute of an extension', extension('serviceTask', '<zeebe:taskDefinition type="x" timeout="1"/>'),
  'it: attribute timeout of zeebe:taskDefinition is not supported');
refuses('an unknown child of a timer',
  one(catchEvent(event('timerEventDefinition', { content: [expression('timeDuration', 'PT1M'), '<bpmn:timeZone/>'] }))),
  'it: bpmn:timeZone is not supported on a timer');
refuses('an unknown child of a condition',
  one(catchEvent(event('conditionalEventDefinition', { content: [expression('condition', '=true'), '<bpmn:when/>'] }))),
  'it: bpmn:when is not supported on a conditional event');
refuses('an unknown child of a message', replaced(one(receiveTask('m', '="k"')), '<zeebe:subscription',
  '<zeebe:ttl/><zeebe:subscription'), 'message_1: zeebe:ttl is not supported on a message');
refuses('an unknown child of a loop',
  one(task({ loop: standardLoop({ maximum: 2 }).replace('/>', '><bpmn:x/></bpmn:standardLoopCharacteristics>') })),
  'it: bpmn:x is not supported on a loop');
refuses('an unknown extension of a multi-instance',
  one(task({ loop: multiInstance({ each: '=[]' }).replace('<zeebe:', '<zeebe:x/><zeebe:') })),
  'it: zeebe:x is not supported on a multi-instance');

// ---- what is not complete --------------------------------------------------------------------------

refuses('a timer without a time', one(catchEvent(timer({}))), 'it: the timer has no time');
refuses('a timer with two times', one(catchEvent(timer({ duration: 'PT1M', date: '2026-01-01T00:00:00Z' }))),
  'it: a timer has one time');
refuses('a conditional event without a condition', one(catchEvent(event('conditionalEventDefinition'))),
  'it: the conditional event has no condition');
refuses('a condition that is empty', one(exclusiveGateway(), { f: end() }, ['it -> f: =']),
  'it_f: FEEL "": column 1: the expression ends too early');
refuses('a condition that is no FEEL', one(exclusiveGateway(), { f: end() }, ['it -> f: x > 1']),
  "it_f: a condition is a FEEL expression, which begins with '='");
refuses('a script that is empty', one(scriptTask('r', '')), 'it: a script is empty');
refuses('a correlation key that is no FEEL', one(receiveTask('m', 'key')),
  "message_1: a correlation key is a FEEL expression, which begins with '='");
refuses('an expression that is wrong', one(scriptTask('r', '=1 +')), 'it: FEEL "1 +": column 4: the expression ends too early');
refuses('a job without a type', extension('serviceTask', '<zeebe:taskDefinition/>'), 'it: the task has no type');
refuses('a mapping without a source', extension('userTask', '<zeebe:ioMapping><zeebe:input target="x"/></zeebe:ioMapping>'),
  'it: a mapping has a source and a target');
refuses('a mapping without a target', extension('userTask', '<zeebe:ioMapping><zeebe:output source="=1"/></zeebe:ioMapping>'),
  'it: a mapping has a source and a target');
refuses('a script without a result', extension('scriptTask', '<zeebe:script expression="=1"/>'),
  'it: the script has no result variable');
refuses('a decision without an id', one(businessRuleTask('', 'r')), 'it: a called decision has an id and a result variable');
refuses('a decision without a result', one(businessRuleTask('d', '')), 'it: a called decision has an id and a result variable');
refuses('a call without a process', one(callActivity('')), 'it: the called process has no id');
refuses('a loop without an end', one(task({ loop: standardLoop({}) })),
  'it: a loop has a condition or a maximum, or it never ends');
refuses('a loop of nothing', one(task({ loop: standardLoop({ maximum: 0 }) })), 'it: loopMaximum is no number above 0',
  'it: a loop has a condition or a maximum, or it never ends');
refuses('two loops', one(task({ loop: standardLoop({ maximum: 2 }) + standardLoop({ maximum: 3 }) })),
  'it: an activity has one loop');
refuses('a multi-instance without a list', one(task({ loop: '<bpmn:multiInstanceLoopCharacteristics/>' })),
  'it: a multi-instance activity has an input collection');
refuses('a list that is no FEEL', one(task({ loop: multiInstance({ each: '1, 2' }) })),
  "it: an input collection is a FEEL expression, which begins with '='");
refuses('an output collection without an element', one(task({ loop: multiInstance({ each: '=[]', collect: { all: '' } }) })),
  'it: an output collection and its element belong together');

// ---- what is only drawing --------------------------------------------------------------------------

test('drawing, documentation and names are no problem', async () => {
  const text = textOf(processOf('P',
    { s: start(), it: task({ attributes: { name: 'A\nlabel' }, content: ['<bpmn:documentation>why</bpmn:documentation>'] }),
      e: end() }, ['s -> it -> e'],
    { content: ['<bpmn:laneSet id="lanes"><bpmn:lane id="lane"/></bpmn:laneSet>', '<bpmn:textAnnotation id="note"/>',
      '<bpmn:association id="line"/>', '<bpmn:dataObjectReference id="data"/>'] }),
    '<bpmn:collaboration id="pools"><bpmn:participant id="pool" processRef="P"/></bpmn:collaboration>');
  const { events } = await played(text);
  assert.equal(events.find((one) => one.element === 'it').name, 'A label');
});
test('what people and workers read is no problem', () => played(one(userTask({ extensions: [
  xml('zeebe:userTask'), xml('zeebe:assignmentDefinition', { assignee: '=who', candidateGroups: 'credit' }),
  xml('zeebe:taskSchedule', { dueDate: '=now()', followUpDate: '2026-01-01T00:00:00Z' }), xml('zeebe:formDefinition', { formId: 'form' }),
  xml('zeebe:priorityDefinition', { priority: '50' }), xml('zeebe:taskHeaders', {}, xml('zeebe:header', { key: 'a', value: 'b' })),
  xml('zeebe:properties', {}, xml('zeebe:property', { name: 'a', value: 'b' })),
] }))));
