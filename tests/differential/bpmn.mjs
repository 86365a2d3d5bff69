// The same process by both: Kontor's engine and npm bpmn-engine, with every task done at once. What comes out is the ids of
// what was completed, sorted: no order, since branches have none. Error end events (thrown...) are left out: one engine
// completes what it throws, the other does not.
import { EventEmitter } from 'node:events';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Engine } from 'bpmn-engine';
import { kontorctl } from './feel.mjs';

const GATEWAYS = new Set(['exclusiveGateway', 'parallelGateway', 'inclusiveGateway', 'process']);

/** As often as each was completed; of the instances of a multi-instance activity engines tell in ways of their own. */
const sorted = (ids) => ids.filter((id, i) => !id.startsWith('many') || ids.indexOf(id) === i).sort();

export function ours(xml, variables) {
  const folder = mkdtempSync(join(tmpdir(), 'kontor-differential-'));
  try {
    const file = join(folder, 'model.bpmn');
    writeFileSync(file, xml);
    const { status, stdout, stderr } = spawnSync(kontorctl, ['process', 'simulate', file, '--variables', JSON.stringify(variables)], { encoding: 'utf8', maxBuffer: 1 << 28 });
    if (status !== 0) return `ends with ${status}: ${stderr.replaceAll(file, 'model.bpmn').trim()}`;
    return sorted(stdout.trim().split('\n').map((line) => JSON.parse(line))
      .filter(({ event, type }) => event === 'completed' && !GATEWAYS.has(type)).map(({ element }) => element));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export async function theirs(xml, variables) {
  const all = Object.fromEntries(Object.entries(variables).flatMap(([name, value]) => [[name, value], [`no_${name}`, !value]]));
  const engine = new Engine({ name: 'differential', source: xml, variables: all });
  const listener = new EventEmitter();
  const done = [];
  listener.on('activity.end', ({ id, type }) => {
    const kind = type.replace(/^bpmn:/, '');
    if (!GATEWAYS.has(kind[0].toLowerCase() + kind.slice(1)) && !id.startsWith('thrown')) done.push(id);
  });
  listener.on('activity.wait', (task) => task.signal());
  try {
    const execution = await engine.execute({ listener });
    // What is done at once may still end in a later turn.
    for (let turn = 0; execution.state === 'running' && turn < 2000; turn++) await new Promise((resolve) => setImmediate(resolve));
    if (execution.state === 'running') return 'does not end';
  } catch (error) {
    return `fails: ${error.message}`;
  }
  return sorted(done);
}
