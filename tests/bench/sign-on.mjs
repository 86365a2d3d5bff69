// What a sign-on costs our own code, whether two hundred at once come in, and whether a directory that hangs slows the pages
// of people who are signed in.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, signedIn } from '../harness/client.mjs';
import { attributes } from '../harness/html.mjs';
import { newCompany, newPeople } from '../harness/people.mjs';
import { cookieHeader, raw } from '../harness/raw.mjs';
import { origin, password, pidOf, prefix, sql, workersOf } from '../harness/stack.mjs';
import { say } from './data.mjs';
import { wrk } from './wrk.mjs';

const WANTED_US = 5_000;
const SIGN_ONS = Number(process.env.SIGN_ONS ?? 400);
const PARALLEL = 200;
const missed = [];

/** Microseconds that all threads of these processes have been on a CPU so far, by the scheduler's own clock. */
function cpuOf(pids) {
  let ns = 0;
  for (const pid of pids) {
    for (const task of readdirSync(`/proc/${pid}/task`)) ns += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
  }
  return ns / 1000;
}
const csrfOf = (text) => attributes(/<input[^>]*name="csrf"[^>]*>/.exec(text)[0]).value;

/** A form from one of forty addresses, as it comes to a browser. */
async function form(i) {
  const at = { localAddress: `127.0.8.${1 + (i % 40)}` };
  const page = await raw('GET', `${prefix}login`, at);
  return { at, csrf: csrfOf(page.text), cookie: page.headers['set-cookie'].map((line) => line.split(';')[0]).join('; ') };
}
const post = ({ at, csrf, cookie }, login, word = password) => raw('POST', `${prefix}login`, {
  ...at, seconds: 60, headers: { Cookie: cookie, Origin: origin, 'Content-Type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams({ csrf, login, password: word }).toString(),
});

const company = newCompany();
const people = Object.values(newPeople(company, Object.fromEntries(Array.from({ length: PARALLEL }, (_, i) => [`b${i}`, 'applicant']))));
sql('DELETE FROM login_throttle');

// ---- our share of one sign-on ---------------------------------------------------------------------------------

/** Microseconds of kontor-login for each of `count` tries that answer `status`. */
async function cost(count, word, status) {
  const forms = [];
  for (let i = 0; i < count; i++) forms.push(await form(i));
  const start = cpuOf(workersOf('login'));
  for (const [i, one] of forms.entries()) {
    const answer = await post(one, people[i % PARALLEL], word);
    assert.equal(answer.status, status);
  }
  return (cpuOf(workersOf('login')) - start) / count;
}
await cost(50, password, 303); // templates, connections
const right = await cost(SIGN_ONS, password, 303);
const wrong = await cost(PARALLEL, 'wrong', 422);
sql('DELETE FROM login_throttle');
console.log(`
  CPU microseconds of kontor-login for each sign-on (user and system, ${SIGN_ONS} times)
  right password   ${right.toFixed(0).padStart(6)}   wanted <= ${WANTED_US}
  wrong password   ${wrong.toFixed(0).padStart(6)}`);
if (right > WANTED_US) missed.push(`a sign-on costs ${right.toFixed(0)} us, wanted at most ${WANTED_US}`);

// ---- many at once ---------------------------------------------------------------------------------------------

const forms = await Promise.all(people.map((_, i) => form(i)));
const began = performance.now();
const times = [];
const answers = await Promise.all(forms.map(async (one, i) => {
  const answer = await post(one, people[i]);
  times.push(performance.now() - began);
  return answer.status;
}));
const good = answers.filter((status) => status === 303).length;
const at = (list, share) => list.toSorted((a, b) => a - b)[Math.ceil(list.length * share) - 1];
console.log(`
  ${PARALLEL} sign-ons at the same moment: ${good} came in, ${PARALLEL - good} did not; ms until the median ${at(times, 0.5).toFixed(0)}, 95 % ${at(times, 0.95).toFixed(0)}, all ${at(times, 1).toFixed(0)}`);
if (good < PARALLEL) missed.push(`${PARALLEL - good} of ${PARALLEL} sign-ons at the same moment failed: ${[...new Set(answers)]}`);

// ---- a directory that hangs ---------------------------------------------------------------------------------------

const applicant = await signedIn(people[0]);
const headers = { Cookie: cookieHeader(applicant) };
const staff = await signedIn('service');
const pages = { [prefix]: headers, [`${prefix}company`]: headers, [`${prefix}staff/intake`]: { Cookie: cookieHeader(staff) } };
const slapd = pidOf('slapd');
const ROUNDS = 5;
let tries = 0;
/** p50 and p95 of each page; `hanging`: while the directory is stopped and four people keep trying to sign on. */
async function measure(hanging) {
  const found = {};
  let running = hanging;
  if (hanging) process.kill(slapd, 'SIGSTOP');
  try {
    const impatient = Array.from({ length: hanging ? 4 : 0 }, async (_, i) => {
      while (running) {
        const client = new Client();
        await client.post('login', { ...(await client.get('login')).form(`${prefix}login`).fields, login: people[i], password });
        tries++;
        await sleep(500);
      }
    });
    for (const [path, cookies] of Object.entries(pages)) found[path] = await wrk(path, { concurrency: 4, seconds: 2, headers: cookies });
    running = false;
    await Promise.all(impatient);
  } finally {
    if (hanging) process.kill(slapd, 'SIGCONT');
  }
  return found;
}
const rounds = { free: [], hanging: [] };
await measure(false);
for (let round = 0; round < ROUNDS; round++) {
  // In turn, so that a neighbour disturbs both.
  for (const side of round % 2 ? ['hanging', 'free'] : ['free', 'hanging']) rounds[side].push(await measure(side === 'hanging'));
}
const median = (side, path, what) => at(rounds[side].map((one) => one[path][what]), 0.5) / 1000;
console.log(`
  Pages of people who are signed in, concurrency 4, ms, medians of ${ROUNDS} rounds   p50   directory hangs   p95   directory hangs`);
for (const path of Object.keys(pages)) {
  const [p50, hung50, p95, hung95] = [['free', 'p50'], ['hanging', 'p50'], ['free', 'p95'], ['hanging', 'p95']].map(([side, what]) => median(side, path, what));
  console.log(`  ${path.padEnd(75)} ${p50.toFixed(2).padStart(6)} ${hung50.toFixed(2).padStart(17)} ${p95.toFixed(2).padStart(5)} ${hung95.toFixed(2).padStart(17)}`);
  // A share of the noise of a busy machine is not the directory's.
  if (hung95 > 1.5 * p95 + 1) missed.push(`${path}: p95 ${hung95.toFixed(2)} ms while the directory hangs, ${p95.toFixed(2)} else`);
}
console.log(`  ${tries} tries to sign on were answered while it was hanging.\n`);

for (const line of missed) say(`MISSED ${line}`);
if (missed.length === 0) say('sign-on: all wanted values are met');
