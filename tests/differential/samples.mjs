// Processes that no blocks make, above all inclusive joins, with what the specification says must be completed (BPMN 2.0.2,
// clause 13.4.3) and, where bpmn-engine does otherwise, what it does and why the specification wins.
import { xmlOf } from './models.mjs';

export const SAMPLES = [
  {
    name: 'an inclusive join waits for all ways that were taken',
    nodes: { s: 'startEvent', g: 'inclusiveGateway', a: 'userTask', b: 'userTask', c: 'userTask', j: 'inclusiveGateway', z: 'task', e: 'endEvent' },
    flows: ['s g', 'g a +v', 'g b +w', 'g c !', 'a j', 'b j', 'c j', 'j z', 'z e'],
    variables: { v: true, w: true },
    wanted: ['a', 'b', 'e', 's', 'z'],
    theirs: ['a', 'b', 'e', 'e', 's', 'z', 'z'],
    reason: 'bpmn-engine lets each token through an inclusive join by itself',
  },
  {
    name: 'an inclusive join does not wait for a way that ends elsewhere',
    nodes: { s: 'startEvent', g: 'inclusiveGateway', a: 'userTask', b: 'userTask', x: 'exclusiveGateway', f: 'endEvent', j: 'inclusiveGateway', z: 'task', e: 'endEvent' },
    flows: ['s g', 'g a !', 'g b +v', 'a j', 'b x', 'x f +w', 'x j !', 'j z', 'z e'],
    variables: { v: true, w: true },
    wanted: ['b', 'f', 's'],
  },
  {
    name: 'an inclusive join behind a parallel split goes on when the other way can no longer reach it',
    nodes: { s: 'startEvent', p: 'parallelGateway', a: 'userTask', b: 'userTask', x: 'exclusiveGateway', f: 'endEvent', j: 'inclusiveGateway', z: 'task', e: 'endEvent' },
    flows: ['s p', 'p a', 'p b', 'a j', 'b x', 'x f +w', 'x j !', 'j z', 'z e'],
    variables: { w: true },
    wanted: ['a', 'b', 'e', 'f', 's', 'z'],
  },
  {
    name: 'an inclusive join behind a parallel split waits for a way that may still reach it',
    nodes: { s: 'startEvent', p: 'parallelGateway', a: 'userTask', b: 'userTask', c: 'userTask', x: 'exclusiveGateway', f: 'endEvent', j: 'inclusiveGateway', z: 'task', e: 'endEvent' },
    flows: ['s p', 'p a', 'p b', 'a j', 'b c', 'c x', 'x f +w', 'x j !', 'j z', 'z e'],
    variables: { w: false },
    wanted: ['a', 'b', 'c', 'e', 's', 'z'],
    theirs: ['a', 'b', 'c', 'e', 'e', 's', 'z', 'z'],
    reason: 'bpmn-engine lets each token through an inclusive join by itself',
  },
  {
    name: 'two ways into a task without a gateway run it twice',
    nodes: { s: 'startEvent', p: 'parallelGateway', a: 'userTask', b: 'userTask', z: 'task', e: 'endEvent' },
    flows: ['s p', 'p a', 'p b', 'a z', 'b z', 'z e'],
    variables: {},
    wanted: ['a', 'b', 'e', 'e', 's', 'z', 'z'],
  },
  {
    name: 'a task with two flows and no conditions takes both',
    nodes: { s: 'startEvent', a: 'task', b: 'userTask', c: 'userTask', e: 'endEvent', f: 'endEvent' },
    flows: ['s a', 'a b', 'a c', 'b e', 'c f'],
    variables: {},
    wanted: ['a', 'b', 'c', 'e', 'f', 's'],
  },
].map((sample) => ({ ...sample, kontor: xmlOf('kontor', sample), engine: xmlOf('engine', sample) }));
