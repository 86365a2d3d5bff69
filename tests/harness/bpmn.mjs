// BPMN files in a few lines, and kontorctl process simulate on them. Elements have the names of BPMN, their ids are the
// keys, and flows are arrows:
//
//   const process = processOf('P', { s: start(), size: exclusiveGateway(), big: task(), small: task(), e: end() },
//     ['s -> size', 'size -> big: =x > 1', 'size -> small: default', 'big -> e', 'small -> e']);
//   const { completed } = await played(process, { x: 2 });
//
// What events name (messages, signals, errors, escalations) is defined at the end of the file by itself. Each element and
// each flow has a line of its own, so that a problem's line says which one is meant.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kontorctl } from './stack.mjs';

// ---- XML -------------------------------------------------------------------------------------------

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text) => String(text).replace(/[&<>"]/g, (char) => ENTITIES[char]);

/** One element; attributes that are undefined are left out, the content is XML already. */
export const xml = (name, attributes = {}, ...content) => {
  const head = Object.entries(attributes).filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escape(value)}"`).join('');
  return content.length ? `<${name}${head}>${content.join('')}</${name}>` : `<${name}${head}/>`;
};
/** An expression as BPMN has it: expression('condition', '=x > 1') */
export const expression = (name, text) => xml(`bpmn:${name}`, { 'xsi:type': 'bpmn:tFormalExpression' }, escape(text));

// ---- events ----------------------------------------------------------------------------------------

/** Any event definition; `names` is what it refers to at the end of the file, `extension` goes to the event itself. */
export const event = (tag, { attributes, content = [], names, extension } = {}) =>
  ({ tag, attributes, content, names, extension });

/** timer({ date: '2026-02-01T00:00:00Z' }), timer({ duration: 'PT1H' }), timer({ cycle: 'R3/PT10M' }) */
export const timer = (times) => event('timerEventDefinition', {
  content: Object.entries(times).map(([kind, time]) => expression(`time${kind[0].toUpperCase()}${kind.slice(1)}`, time)),
});
const messageDefinition = (name, key) => ({
  tag: 'message', attribute: 'messageRef', value: { name },
  content: key ? [xml('bpmn:extensionElements', {}, xml('zeebe:subscription', { correlationKey: key }))] : [],
});
/** A message that comes; `key` is the correlation key, which a process start has not. */
export const message = (name, key) => event('messageEventDefinition', { names: messageDefinition(name, key) });
/** A message that goes. */
export const publish = (name, key) => event('messageEventDefinition', {
  names: messageDefinition(name), extension: xml('zeebe:publishMessage', { correlationKey: key }),
});
export const signal = (name) => event('signalEventDefinition',
  { names: { tag: 'signal', attribute: 'signalRef', value: { name } } });
/** Without a code: any error. */
export const error = (errorCode) => event('errorEventDefinition', {
  names: errorCode && { tag: 'error', attribute: 'errorRef', value: { errorCode } },
});
/** Without a code: any escalation. */
export const escalation = (escalationCode) => event('escalationEventDefinition', {
  names: escalationCode && { tag: 'escalation', attribute: 'escalationRef', value: { escalationCode } },
});
export const condition = (text) => event('conditionalEventDefinition', { content: [expression('condition', text)] });
export const link = (name) => event('linkEventDefinition', { attributes: { name } });
export const terminate = () => event('terminateEventDefinition');

// ---- elements --------------------------------------------------------------------------------------

/**
 * Any element. Options: `attributes`, `inputs` and `outputs` ({ target: source }), `loop`, `extensions` and `content` (XML),
 * `on` (an event), `names` (what the element itself refers to), `nodes` and `flows` (of a scope).
 */
export const element = (tag, options = {}) => ({ tag, ...options });
const having = (tag, attributes, extensions, options = {}) => element(tag, {
  ...options, attributes: { ...attributes, ...options.attributes }, extensions: [...extensions, ...(options.extensions ?? [])],
});

/** `interrupting` says something in event sub-processes alone. */
export const start = (on, { interrupting, ...options } = {}) => having('startEvent', { isInterrupting: interrupting }, [],
  { on, ...options });
export const end = (on, options) => element('endEvent', { on, ...options });
export const catchEvent = (on, options) => element('intermediateCatchEvent', { on, ...options });
export const throwEvent = (on, options) => element('intermediateThrowEvent', { on, ...options });
export const boundaryEvent = (activity, on, { interrupting, ...options } = {}) =>
  having('boundaryEvent', { attachedToRef: activity, cancelActivity: interrupting }, [], { on, ...options });

export const task = (options) => element('task', options);
export const manualTask = (options) => element('manualTask', options);
export const userTask = (options) => element('userTask', options);
export const serviceTask = (options) => having('serviceTask', {}, [xml('zeebe:taskDefinition', { type: 'work' })], options);
export const scriptTask = (result, text, options) =>
  having('scriptTask', {}, [xml('zeebe:script', { expression: text, resultVariable: result })], options);
export const businessRuleTask = (decision, result, options) =>
  having('businessRuleTask', {}, [xml('zeebe:calledDecision', { decisionId: decision, resultVariable: result })], options);
/** `timeToLive`: so long it waits for somebody who waits for it. */
export const sendTask = (name, key, { timeToLive, ...options } = {}) => having('sendTask', {},
  [xml('zeebe:publishMessage', { correlationKey: key, timeToLive })], { names: messageDefinition(name), ...options });
export const receiveTask = (name, key, options) => element('receiveTask', { names: messageDefinition(name, key), ...options });
/** `down` and `up`: do all variables go into the called process, and come back? */
export const callActivity = (process, { down, up, ...options } = {}) => having('callActivity', {}, [
  xml('zeebe:calledElement', { processId: process, propagateAllParentVariables: down, propagateAllChildVariables: up }),
], options);
export const subProcess = (nodes, flows, options) => element('subProcess', { nodes, flows, ...options });
export const eventSubProcess = (nodes, flows, options) =>
  having('subProcess', { triggeredByEvent: true }, [], { nodes, flows, ...options });

export const exclusiveGateway = (options) => element('exclusiveGateway', options);
export const parallelGateway = (options) => element('parallelGateway', options);
export const inclusiveGateway = (options) => element('inclusiveGateway', options);
export const eventBasedGateway = (options) => element('eventBasedGateway', options);

/** Once for each item of a list. `collect`: { results: '=y' } makes the list `results` of what `y` was at the end of each. */
export const multiInstance = ({ each, item, collect = {}, until, sequential }) => {
  const [[outputCollection, outputElement] = []] = Object.entries(collect);
  return xml('bpmn:multiInstanceLoopCharacteristics', { isSequential: sequential },
    xml('bpmn:extensionElements', {},
      xml('zeebe:loopCharacteristics', { inputCollection: each, inputElement: item, outputCollection, outputElement })),
    until ? expression('completionCondition', until) : '');
};
export const standardLoop = ({ again, maximum, testBefore }) => xml('bpmn:standardLoopCharacteristics',
  { testBefore, loopMaximum: maximum }, ...(again ? [expression('loopCondition', again)] : []));

export const processOf = (id, nodes, flows, { executable = true, ...options } = {}) =>
  ({ id, ...having('process', { isExecutable: executable }, [], { nodes, flows, ...options }) });

// ---- writing ---------------------------------------------------------------------------------------

/** 'a -> b -> c: =x > 1' are two flows, the last one with a condition; 'a -> b: default' is the default flow of a. */
function flowsOf(arrows) {
  const seen = {};
  return arrows.flatMap((arrow) => {
    const [, way, condition] = /^(.*?)(?:: (.*))?$/.exec(arrow);
    const stops = way.split(' -> ');
    return stops.slice(1).map((target, i) => {
      const source = stops[i];
      const pair = `${source}_${target}`;
      seen[pair] = (seen[pair] ?? 0) + 1;
      return { source, target, id: seen[pair] > 1 ? `${pair}_${seen[pair]}` : pair,
        condition: i === stops.length - 2 ? condition : undefined };
    });
  });
}

class Writer {
  definitions = new Map();

  /** Attributes that refer to a message, signal ... of this kind and name, which is defined at the end. */
  refer(names) {
    if (!names) return {};
    const content = names.content ?? [];
    const key = JSON.stringify([names.tag, names.value, content]);
    if (!this.definitions.has(key)) {
      const id = `${names.tag}_${this.definitions.size + 1}`;
      this.definitions.set(key, { id, text: xml(`bpmn:${names.tag}`, { id, ...names.value }, ...content) });
    }
    return { [names.attribute]: this.definitions.get(key).id };
  }

  event({ tag, attributes, content, names }) {
    return xml(`bpmn:${tag}`, { ...attributes, ...this.refer(names) }, ...content);
  }

  inside(nodes, flows) {
    const elements = Object.entries(nodes).map(([id, node]) => {
      const chosen = flows.find(({ source, condition }) => source === id && condition === 'default');
      return this.element(id, chosen ? { ...node, attributes: { default: chosen.id, ...node.attributes } } : node);
    });
    return [...elements, ...flows.map(({ id, source, target, condition }) => xml('bpmn:sequenceFlow',
      { id, sourceRef: source, targetRef: target },
      ...(condition && condition !== 'default' ? [expression('conditionExpression', condition)] : [])))];
  }

  element(id, node) {
    const mappings = [
      ...Object.entries(node.inputs ?? {}).map(([target, source]) => xml('zeebe:input', { source, target })),
      ...Object.entries(node.outputs ?? {}).map(([target, source]) => xml('zeebe:output', { source, target })),
    ];
    const extensions = [
      ...(node.extensions ?? []), ...(node.on?.extension ? [node.on.extension] : []),
      ...(mappings.length ? [xml('zeebe:ioMapping', {}, ...mappings)] : []),
    ];
    const content = [
      ...(extensions.length ? [xml('bpmn:extensionElements', {}, ...extensions)] : []),
      ...(node.on ? [this.event(node.on)] : []), ...(node.content ?? []), ...(node.loop ? [node.loop] : []),
      ...(node.nodes ? this.inside(node.nodes, flowsOf(node.flows)).map((line) => `\n${line}`) : []),
    ];
    return xml(`bpmn:${node.tag}`, { id, ...node.attributes, ...this.refer(node.names) }, ...content);
  }
}

const NAMESPACES = {
  'xmlns:bpmn': 'http://www.omg.org/spec/BPMN/20100524/MODEL', 'xmlns:zeebe': 'http://camunda.org/schema/zeebe/1.0',
  'xmlns:modeler': 'http://camunda.org/schema/modeler/1.0', 'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
};
/** The text of a file of one process or several; `extra` is XML beside them. A text stays as it is. */
export function textOf(processes, ...extra) {
  if (typeof processes === 'string' || Buffer.isBuffer(processes)) return processes;
  const writer = new Writer();
  const lines = [processes].flat().map(({ id, ...process }) => writer.element(id, process));
  const definitions = [...writer.definitions.values()].map(({ text }) => text);
  return ['<?xml version="1.0" encoding="UTF-8"?>', xml('bpmn:definitions',
    { ...NAMESPACES, id: 'definitions', targetNamespace: 'urn:test', 'modeler:executionPlatform': 'Camunda Cloud' },
    ...[...lines, ...definitions, ...extra].map((line) => `\n${line}`), '\n'), ''].join('\n');
}

// ---- playing ---------------------------------------------------------------------------------------

/** kontorctl with any exit status: { code, stdout, stderr } */
export const tried = (...args) => kontorctl(...args).then(({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
  ({ code, signal: killedBy, stdout, stderr }) => ({ code: code ?? killedBy, stdout, stderr }));
/** What is no JSON is what a program that crashed left of a line. */
const parsed = (line) => {
  try {
    return JSON.parse(line);
  } catch {
    return { event: 'unreadable', element: line };
  }
};

/**
 * Play processes (or the text of a file). Gives the exit status `code`, what stands on standard error (`problems`, by line),
 * all `events`, the ids of elements that were `activated`, `completed`, `cancelled`, `thrown` or `caught`, each in its order,
 * and `at(id)`: when the element was completed the first time.
 */
export async function simulate(processes, variables, { process } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'kontor-simulate-'));
  const path = join(folder, 'file.bpmn');
  try {
    await writeFile(path, textOf(processes));
    const { code, stdout, stderr } = await tried('process', 'simulate', path,
      ...(process ? ['--process', process] : []), ...(variables ? ['--variables', JSON.stringify(variables)] : []));
    const events = stdout.split('\n').filter(Boolean).map(parsed);
    const of = (kind) => events.filter((one) => one.event === kind).map((one) => one.element);
    return {
      code, events, problems: stderr.replaceAll(path, 'file').split('\n').filter(Boolean),
      activated: of('activated'), completed: of('completed'), cancelled: of('cancelled'), thrown: of('thrown'),
      caught: of('caught'),
      at: (id) => events.find((one) => one.event === 'completed' && one.element === id)?.at,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const expecting = (code) => async (...args) => {
  const run = await simulate(...args);
  assert.equal(run.code, code, [...run.problems, ...run.events.map((one) => `${one.event} ${one.element}`)].join('\n'));
  return run;
};
/** It comes to its end. */
export const played = expecting(0);
/** It begins, and comes to no end. */
export const stuck = expecting(75);
/** How often an id is in a list: times(completed, 'a') */
export const times = (ids, id) => ids.filter((one) => one === id).length;
/** All of these ids are in the list: has(completed, 'a', 'b') */
export const has = (list, ...ids) => ids.forEach((id) => assert.ok(list.includes(id), `${id} is not in ${list}`));
/** None of them is. */
export const hasNot = (list, ...ids) => ids.forEach((id) => assert.ok(!list.includes(id), `${id} is in ${list}`));

/** It is refused; gives the problems as 'id: reason', with the id of the element or flow in whose line the problem is. */
export async function refused(processes) {
  const lines = textOf(processes).toString().split('\n');
  const { code, problems, events } = await simulate(processes);
  assert.equal(code, 65, problems.join('\n'));
  assert.deepEqual(events, [], 'nothing is played');
  return problems.map((problem) => {
    const [, line, reason] = /^file:(\d+): (.*)$/s.exec(problem);
    return `${/ id="([^"]*)"/.exec(lines[line - 1])?.[1] ?? `line ${line}`}: ${reason}`;
  });
}
