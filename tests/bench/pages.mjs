// CPU time per request of each page, ours and the floor's, measured in turn.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pidOf, root, sqlValue, until, workersOf } from '../harness/stack.mjs';
import { DRAFTS, RUN_SECONDS, draft, draftId, folder, restore, say } from './data.mjs';
import { exchange, ownHead } from './http.mjs';
import { wrk } from './wrk.mjs';

const WANTED = 60; // per cent
const STATEMENTS = { view: 6, submit: 20 };
const PROCESSES = Number(process.env.PROCESSES ?? 2);
// The first is the figure, the others are reported.
const RUNS = [{ concurrency: 8, pairs: Number(process.env.PAIRS ?? 7) }, { concurrency: 1, pairs: 2 }, { concurrency: 32, pairs: 2 }];
const only = process.env.PAGE;

const pages = restore('pages').filter((page) => !only || page.key === only);
const children = (pid) => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Microseconds that all threads of these processes have been on a CPU so far, by the scheduler's own clock. */
function cpuOf(pids) {
  let ns = 0;
  for (const pid of pids) {
    for (const task of readdirSync(`/proc/${pid}/task`)) ns += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
  }
  return ns / 1000;
}

/** Start the floor of a page as the product's responder is started. */
async function startFloor(page) {
  rmSync(page.socket, { force: true });
  const child = spawn('spawn-fcgi', ['-n', '-s', page.socket, '-M', '0666', '--', '/usr/bin/multiwatch', '-f', String(PROCESSES), '-s', 'TERM', '--',
    join(root, 'build/release/bench/floor'), join(folder, `floor-${page.key}.json`)], { stdio: ['ignore', 'inherit', 'inherit'] });
  try {
    await until(() => children(child.pid).length === PROCESSES && existsSync(page.socket), { what: 'the floor' });
  } catch (error) {
    child.kill('SIGTERM');
    throw error;
  }
  return child;
}

let nextDraft = 0;
/** Lua that takes a further draft with every request. */
const submitLua = (page, side) => `local n = ${nextDraft}
local body = ${JSON.stringify(page.body)}
request = function()
  n = n + 1
  return wrk.format("POST", string.format("${page.url[side]}/R-P%03d-%04d/submit", math.floor(n / 10000), n % 10000), nil, body)
end
`;

/** One run of one side: CPU per request, rate, latency. */
async function drive(page, side, concurrency, seconds, pids) {
  const before = cpuOf(pids);
  const result = await wrk(page.writes ? '/' : page.url[side], { concurrency, seconds, headers: page.headers, request: page.writes ? submitLua(page, side) : '' });
  await sleep(50); // what was under way at the end
  const cpu = cpuOf(pids) - before;
  if (page.writes) {
    // Requests under way when wrk stopped have used drafts too; leave a gap.
    const last = nextDraft + result.requests;
    const submitted = Number(sqlValue(`SELECT COUNT(*) FROM request WHERE id > ${draftId(nextDraft)} AND id <= ${draftId(last)} AND state = 'submitted'`));
    assert.ok(submitted > result.requests - 2 * concurrency, `${side}: ${submitted} of ${result.requests} drafts are submitted`);
    nextDraft = last + 2 * concurrency;
    assert.ok(nextDraft < DRAFTS, 'the pool of drafts is used up');
  }
  return { cpu: cpu / result.requests, rate: result.requests / (result.us / 1e6), p50: result.p50, p99: result.p99 };
}

/** Both sides answer alike: status, headers, length. */
async function compare(page) {
  const answers = {};
  for (const side of ['product', 'floor']) {
    const path = page.writes ? `${page.url[side]}/${draft(++nextDraft)}/submit` : page.url[side];
    answers[side] = await exchange(page.writes ? 'POST' : 'GET', path, { headers: page.headers, body: page.body ?? '' });
    if (page.writes) assert.equal(sqlValue(`SELECT state FROM request WHERE reference = '${draft(nextDraft)}'`), 'submitted', side);
  }
  const shape = ({ status, head, body }) => ({ status, names: ownHead({ head }).map(([name, value]) => [name, value.length]), bytes: body.length });
  assert.deepEqual(shape(answers.floor), shape(answers.product), page.name);
}

async function measure(page) {
  const floor = await startFloor(page);
  const responders = { product: workersOf(page.program), floor: children(floor.pid) };
  const pids = (side) => [...children(pidOf('nginx')), ...responders[side], pidOf('mariadb')];
  if (page.writes) nextDraft = page.firstDraft;
  try {
    await compare(page);
    for (const side of ['product', 'floor']) await drive(page, side, 8, 1, pids(side));
    const results = [];
    for (const { concurrency, pairs } of RUNS) {
      const sides = { product: [], floor: [] };
      for (let pair = 0; pair < pairs; pair++) {
        for (const side of pair % 2 ? ['product', 'floor'] : ['floor', 'product']) {
          sides[side].push(await drive(page, side, concurrency, concurrency === 8 ? RUN_SECONDS : 1, pids(side)));
        }
      }
      const middle = (side, what) => median(sides[side].map((one) => one[what]));
      const share = median(sides.product.map((one, i) => (100 * sides.floor[i].cpu) / one.cpu));
      results.push({ concurrency, pairs, share, ...Object.fromEntries(['product', 'floor'].map((side) => [side,
        Object.fromEntries(['cpu', 'rate', 'p50', 'p99'].map((what) => [what, middle(side, what)]))])) });
    }
    return results;
  } finally {
    floor.kill('SIGTERM');
  }
}

const cell = (value, width, digits = 0) => value.toFixed(digits).padStart(width);
console.log(`
  CPU microseconds per request (nginx + ${PROCESSES} responder processes + mariadbd), medians; share = median of floor / ours
  page                  conc. pairs   floor    ours   share   req/s floor   ours   p50 ms floor  ours   p99 ms floor  ours`);
const missed = [];
for (const page of pages) {
  for (const { concurrency, pairs, share, product, floor } of await measure(page)) {
    console.log(`  ${page.name.padEnd(20)} ${cell(concurrency, 6)} ${cell(pairs, 5)} ${cell(floor.cpu, 7)} ${cell(product.cpu, 7)} ${cell(share, 6)} % ${cell(floor.rate, 12)} ${cell(product.rate, 6)} ` +
      `${cell(floor.p50 / 1000, 14, 2)} ${cell(product.p50 / 1000, 5, 2)} ${cell(floor.p99 / 1000, 14, 2)} ${cell(product.p99 / 1000, 5, 2)}`);
    if (concurrency === 8 && share < WANTED) missed.push(`${page.name}: the floor is ${share.toFixed(0)} % of ours, wanted at least ${WANTED} %`);
  }
}
console.log('\n  page                  data statements  control  wanted   bytes');
for (const page of pages) {
  const limit = page.writes ? STATEMENTS.submit : STATEMENTS.view;
  console.log(`  ${page.name.padEnd(20)} ${cell(page.data, 16)} ${cell(page.control, 8)}  <= ${String(limit).padEnd(4)} ${cell(page.bytes, 7)}`);
  if (page.data > limit) missed.push(`${page.name}: ${page.data} statements, wanted at most ${limit}`);
}
console.log();
for (const line of missed) say(`MISSED ${line}`);
if (missed.length === 0) say('pages: all wanted values are met');
