// Random processes made of blocks, each with one way in and one way out, in two dialects: Kontor's (Camunda 8, FEEL) and
// that of npm bpmn-engine (plain BPMN, its own expressions). The generator knows what must come out, whoever plays it.

/** mulberry32: the same numbers everywhere. */
export function dice(seed) {
  let state = seed >>> 0;
  return (sides) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % sides;
  };
}

const HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="D" targetNamespace="t">
<error id="Error" name="wrong" errorCode="wrong"/>`;

/** How the two write what they do not share. */
const DIALECTS = {
  kontor: {
    condition: (name, wanted) => `=${wanted ? name : `not(${name})`}`,
    many: (count, sequential) => `<multiInstanceLoopCharacteristics${sequential ? ' isSequential="true"' : ''}><extensionElements><zeebe:loopCharacteristics inputCollection="=[${Array.from({ length: count }, (_, i) => i + 1)}]"/></extensionElements></multiInstanceLoopCharacteristics>`,
  },
  engine: {
    condition: (name, wanted) => `\${environment.variables.${wanted ? name : `no_${name}`}}`,
    many: (count, sequential) => `<multiInstanceLoopCharacteristics isSequential="${sequential}"><loopCardinality xsi:type="tFormalExpression">${count}</loopCardinality></multiInstanceLoopCharacteristics>`,
  },
};

class Maker {
  constructor(seed, { inclusive }) {
    this.roll = dice(seed);
    this.inclusive = inclusive;
    this.last = 0;
    this.variables = {};
    this.kinds = new Set();
  }
  id(prefix) { return `${prefix}${++this.last}`; }
  variable() {
    const name = `v${++this.last}`;
    this.variables[name] = this.roll(2) === 0;
    return name;
  }

  /** A scope: start, blocks, end. */
  scope(depth) {
    return { start: this.id('start'), blocks: this.blocks(depth), end: this.id('end') };
  }
  blocks(depth) {
    return Array.from({ length: 1 + this.roll(3) }, () => this.block(depth));
  }
  block(depth) {
    const kinds = ['task', 'task', 'many'];
    if (depth > 0) kinds.push('exclusive', 'exclusive', 'parallel', 'parallel', 'sub', 'error', 'loopless', ...(this.inclusive ? ['inclusive', 'inclusive'] : []));
    const kind = kinds[this.roll(kinds.length)];
    this.kinds.add(kind);
    const branches = () => Array.from({ length: 2 + this.roll(2) }, () => this.blocks(depth - 1));
    switch (kind) {
      case 'task': return { kind, id: this.id('task'), tag: ['userTask', 'manualTask', 'task'][this.roll(3)] };
      case 'many': return { kind, id: this.id('many'), count: 1 + this.roll(3), sequential: this.roll(2) === 0 };
      case 'exclusive':
      case 'inclusive': {
        const ways = branches().map((blocks) => ({ blocks, name: this.variable(), wanted: this.roll(2) === 0 }));
        ways[ways.length - 1] = { blocks: ways.at(-1).blocks };
        return { kind, id: this.id('gate'), join: this.id('join'), ways };
      }
      case 'parallel': return { kind, id: this.id('gate'), join: this.id('join'), ways: branches().map((blocks) => ({ blocks })) };
      case 'sub': return { kind, id: this.id('sub'), scope: this.scope(depth - 1) };
      // One of two ways inside ends with an error, which is caught at the border.
      case 'error': return { kind, id: this.id('sub'), scope: this.scope(depth - 1), gate: this.id('gate'), name: this.variable(), thrown: this.id('thrown'), caught: this.id('caught'), after: this.id('task'), join: this.id('join') };
      // A gateway that two ways lead into without waiting for each other, chosen by one variable.
      default: return { kind, id: this.id('gate'), join: this.id('task'), name: this.variable(), ways: [this.blocks(depth - 1), this.blocks(depth - 1)] };
    }
  }
}

/** One dialect's XML, and what has to be completed: element ids, each as often as it is. */
class Writer {
  constructor(dialect, variables) {
    this.dialect = DIALECTS[dialect];
    this.variables = variables;
    this.flows = 0;
    this.done = [];
  }
  flow(from, to, { condition } = {}) {
    const id = `flow${++this.flows}`;
    const inner = condition ? `<conditionExpression xsi:type="tFormalExpression">${condition}</conditionExpression>` : '';
    this.out.push(`<sequenceFlow id="${id}" sourceRef="${from}" targetRef="${to}">${inner}</sequenceFlow>`);
    return id;
  }
  node(tag, id, { inner = '', attributes = '', runs }) {
    this.out.push(`<${tag} id="${id}" name="${id}"${attributes}>${inner}</${tag}>`);
    if (runs) this.done.push(id);
  }

  /** Everything of a scope as text. */
  scope(scope, runs, ending = () => ({ from: null })) {
    const outer = this.out;
    this.out = [];
    this.node('startEvent', scope.start, { runs });
    let last = this.chain(scope.blocks, scope.start, runs);
    const { from = last, runs: ends = runs } = ending(last) ?? {};
    last = from ?? last;
    this.node('endEvent', scope.end, { runs: ends });
    if (this.pending) {
      this.pending(scope.end);
      this.pending = null;
    } else {
      this.flow(last, scope.end);
    }
    const text = this.out.join('\n');
    this.out = outer;
    return text;
  }
  /** Blocks behind `from`; the id of the last element. `first`: how the first flow is written. */
  chain(blocks, from, runs, first) {
    let last = from;
    blocks.forEach((block, i) => {
      last = this[block.kind](block, last, runs, i === 0 ? first : undefined);
    });
    return last;
  }

  task({ id, tag }, from, runs, first) {
    this.node(tag, id, { runs });
    this.flow(from, id, first);
    return id;
  }
  many({ id, count, sequential }, from, runs, first) {
    this.node('userTask', id, { inner: this.dialect.many(count, sequential), runs });
    this.flow(from, id, first);
    return id;
  }
  /** A gateway whose last way is the default. */
  choice(block, from, runs, first, tag, takes) {
    const at = this.out.length;
    this.out.push('');
    this.flow(from, block.id, first);
    let fallback;
    const open = takes(block.ways);
    block.ways.forEach((way, i) => {
      const condition = way.name && this.dialect.condition(way.name, way.wanted);
      if (!condition) fallback = `flow${this.flows + 1}`;
      const end = this.chain([{ kind: 'task', id: `${block.id}_${i}`, tag: 'task' }, ...way.blocks], block.id, runs && open[i], { condition });
      this.flow(end, block.join);
    });
    this.out[at] = `<${tag} id="${block.id}" name="${block.id}"${fallback ? ` default="${fallback}"` : ''}/>`;
    this.node(tag, block.join, {});
    return block.join;
  }
  holds(way) { return this.variables[way.name] === way.wanted; }
  exclusive(block, from, runs, first) {
    return this.choice(block, from, runs, first, 'exclusiveGateway', (ways) => {
      const chosen = ways.findIndex((way) => !way.name || this.holds(way));
      return ways.map((_, i) => i === chosen);
    });
  }
  inclusive(block, from, runs, first) {
    return this.choice(block, from, runs, first, 'inclusiveGateway', (ways) => {
      const open = ways.map((way) => Boolean(way.name) && this.holds(way));
      return open.includes(true) ? open : ways.map((way) => !way.name);
    });
  }
  parallel(block, from, runs, first) {
    this.node('parallelGateway', block.id, {});
    this.flow(from, block.id, first);
    for (const way of block.ways) this.flow(this.chain(way.blocks, block.id, runs), block.join);
    this.node('parallelGateway', block.join, {});
    return block.join;
  }
  sub(block, from, runs, first) {
    this.out.push(`<subProcess id="${block.id}" name="${block.id}">\n${this.scope(block.scope, runs)}\n</subProcess>`);
    if (runs) this.done.push(block.id);
    this.flow(from, block.id, first);
    return block.id;
  }
  error(block, from, runs, first) {
    const wrong = this.variables[block.name];
    const inside = this.scope(block.scope, runs, (last) => {
      const at = this.out.length;
      this.out.push('');
      this.flow(last, block.gate);
      this.flow(block.gate, block.thrown, { condition: this.dialect.condition(block.name, true) });
      this.node('endEvent', block.thrown, { inner: '<errorEventDefinition errorRef="Error"/>' });
      this.pending = (end) => {
        const id = this.flow(block.gate, end);
        this.out[at] = `<exclusiveGateway id="${block.gate}" name="${block.gate}" default="${id}"/>`;
      };
      return { runs: runs && !wrong };
    });
    this.out.push(`<subProcess id="${block.id}" name="${block.id}">\n${inside}\n</subProcess>`);
    if (runs && !wrong) this.done.push(block.id);
    this.flow(from, block.id, first);
    this.node('boundaryEvent', block.caught, { attributes: ` attachedToRef="${block.id}"`, inner: '<errorEventDefinition errorRef="Error"/>', runs: runs && wrong });
    this.node('task', block.after, { runs: runs && wrong });
    this.flow(block.caught, block.after);
    this.node('exclusiveGateway', block.join, {});
    this.flow(block.after, block.join);
    this.flow(block.id, block.join);
    return block.join;
  }
  /** Two ways into one task, without a gateway that joins them. */
  loopless(block, from, runs, first) {
    const taken = this.variables[block.name];
    const at = this.out.length;
    this.out.push('');
    this.flow(from, block.id, first);
    const one = this.chain([{ kind: 'task', id: `${block.id}_0`, tag: 'task' }, ...block.ways[0]], block.id, runs && taken, { condition: this.dialect.condition(block.name, true) });
    const fallback = `flow${this.flows + 1}`;
    const two = this.chain([{ kind: 'task', id: `${block.id}_1`, tag: 'task' }, ...block.ways[1]], block.id, runs && !taken);
    this.out[at] = `<exclusiveGateway id="${block.id}" name="${block.id}" default="${fallback}"/>`;
    this.node('task', block.join, { runs });
    this.flow(one, block.join);
    this.flow(two, block.join);
    return block.join;
  }
}

/** Blocks of the same scope in the ways of a block. */
const inside = (block) => (block.ways ?? []).flatMap((way) => way.blocks ?? way).flatMap((inner) => [inner, ...inside(inner)]);
const all = (blocks) => blocks.flatMap((block) => [block, ...all(block.scope?.blocks ?? []), ...all((block.ways ?? []).flatMap((way) => way.blocks ?? way))]);
const MERGING = new Set(['exclusive', 'inclusive', 'loopless', 'error']);

/** What the reviewed differences are about. */
function features(scope) {
  const blocks = all(scope.blocks);
  const joins = (kind) => blocks.filter((block) => block.kind === kind);
  return {
    mergeInParallel: joins('parallel').some((block) => inside(block).some((inner) => MERGING.has(inner.kind))),
    errors: joins('error').length,
    inclusive: joins('inclusive').length,
  };
}

/**
 * A random process: { kontor, engine, variables, wanted, kinds, features }: XML for each, the values of its variables, the
 * ids that have to be completed (sorted; gateways are left out), the kinds of blocks in it, and what of it is known to differ.
 */
export function model(seed, options = {}) {
  const maker = new Maker(seed, { inclusive: false, ...options });
  const scope = maker.scope(options.depth ?? 2);
  const written = Object.keys(DIALECTS).map((dialect) => {
    const writer = new Writer(dialect, maker.variables);
    writer.out = [];
    return [writer, `${HEAD}\n<process id="P" isExecutable="true">\n${writer.scope(scope, true)}\n</process>\n</definitions>\n`];
  });
  return {
    kontor: written[0][1],
    engine: written[1][1],
    variables: maker.variables,
    wanted: [...written[0][0].done].sort(),
    kinds: maker.kinds,
    features: features(scope),
  };
}

/** A process written as a graph: nodes { id: element }, flows 'from to', with '+v' or '-v' for a condition, '!' for a default. */
export function xmlOf(dialect, { nodes, flows }) {
  const split = flows.map((flow) => flow.split(' '));
  const fallback = (id) => {
    const at = split.findIndex(([from, , mark]) => from === id && mark === '!');
    return at < 0 ? '' : ` default="flow${at}"`;
  };
  const condition = (mark) => (!mark || mark === '!' ? '' : `<conditionExpression xsi:type="tFormalExpression">${DIALECTS[dialect].condition(mark.slice(1), mark[0] === '+')}</conditionExpression>`);
  return `${HEAD}\n<process id="P" isExecutable="true">\n${Object.entries(nodes).map(([id, tag]) => `<${tag} id="${id}"${fallback(id)}/>`).join('\n')}\n${split.map(([from, to, mark], i) => `<sequenceFlow id="flow${i}" sourceRef="${from}" targetRef="${to}">${condition(mark)}</sequenceFlow>`).join('\n')}\n</process>\n</definitions>\n`;
}
