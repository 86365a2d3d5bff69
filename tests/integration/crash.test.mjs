// Every program is killed between every two statements of what changes a request, and each of its database calls is
// made to fail once: nothing is half done, the same form sent again is taken once, and no contradiction is left.
//
// One way from draft to completion for many requests at a time: stage after stage, each request of a stage is
// interrupted one point later than the one before. A point is a statement, a START TRANSACTION, a COMMIT, or the
// moment after one (modules/lib/db/README.md).
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Client, signedIn } from '../harness/client.mjs';
import { mails } from '../harness/mail.mjs';
import { hold, kontorctl, password, release, run, sql, sqlValue, until } from '../harness/stack.mjs';
import { arm, available, disarm, renew } from './fault.mjs';
import { failWorker, killWorker, leasesExpire, workUntil } from './crash_worker.mjs';
import { Form, Journey, companies, imprint } from './journey.mjs';

const REQUESTS = 28; // more than any use case has points
const options = { skip: available ? false : 'needs programs with fault points (VARIANT=asan or fault)' };

// A name in the store is the digest, its first two digits as a folder.
const stored = () => readdirSync(join(run, 'var/lib/kontor/store'), { recursive: true })
  .map((name) => name.replaceAll('/', '')).filter((name) => name.length === 64);

let earlier, journeys, service, compliance, it;
const ids = () => journeys.map((journey) => journey.id).join(',');

async function consistent(what) {
  for (const command of ['invariants', 'verify']) {
    await kontorctl(command).catch(({ stdout, stderr }) => assert.fail(`${command} after ${what}: ${stdout}${stderr}`));
  }
}

/** A page says what happened, whole. */
function whole(answer, statuses) {
  assert.ok(statuses.includes(answer.status), `${answer.url}: ${answer.status}`);
  assert.match(answer.text, /<h1[\s\S]*<\/html>\s*$/, `${answer.url}: a whole page`);
}

/** Let each database call of the use case fail; gives the number of calls that it has. */
async function failEach(program, journey, form, from) {
  for (let n = 1; ; n++) {
    assert.ok(n < 100);
    arm('fail', program, n);
    const answer = await form.send();
    const fate = disarm();
    if (fate !== 'fired') {
      assert.equal(answer.status, 303);
      return n - 1;
    }
    whole(answer, [503]);
    assert.equal(imprint(journey.id), from, `call ${n} of ${form.action} failed: nothing is written`);
  }
}

// multiwatch gives up on a child that dies 20 times in a row before it is a second old.
let deaths = 0;
async function grow_old() {
  if (++deaths % 12 === 0) await new Promise((resolve) => setTimeout(resolve, 1100));
}

/** Kill the program at point n; tells if it got there. */
async function killAt(program, n, form) {
  await grow_old();
  arm('kill', program, n);
  const answer = await form.send();
  const fate = disarm();
  if (fate !== 'fired') {
    assert.equal(fate, 'passed', `${program} has fault points`);
    assert.equal(answer.status, 303);
    return false;
  }
  // 303: it died when everything was said and done.
  if (answer.status !== 303) whole(answer, [502]);
  return true;
}

// Versions of a request differ with the times its status was corrected; states and counts do not.
const shape = (id) => imprint(id).replace(/^(\S+) \d+/, '$1');

/**
 * One use case of a responder. `open(journey)` gives the form. The first request goes its way undisturbed and shows
 * how a request looks afterwards; the second has every call fail in turn; the others are killed, each one point
 * later. What is left over once all points are known just goes on.
 */
async function stage(program, open, list = journeys) {
  let end, calls;
  let points = 0, searching = true;
  for (const [index, journey] of list.entries()) {
    const form = await open(journey);
    const start = imprint(journey.id);
    if (index === 1) {
      calls = await failEach(program, journey, form, start);
      await renew(program);
    } else if (index > 1 && searching) {
      const before = shape(journey.id);
      searching = await killAt(program, points + 1, form);
      if (searching) {
        points++;
        const found = shape(journey.id);
        assert.ok(found === before || found === end, `killed at point ${points} of ${form.action}: ${found}`);
        await form.done(); // the same form again, byte for byte
      } else {
        await renew(program);
      }
    } else {
      await form.done();
    }
    end ??= shape(journey.id);
    assert.equal(shape(journey.id), end, `${form.action} is taken exactly once`);
    await form.done(); // and once more, as with the back button
    assert.equal(shape(journey.id), end, `${form.action}: a repeated form changes nothing`);
  }
  assert.ok(!searching, `${list.length} requests are enough for all points`);
  assert.ok(calls > 4 && points > 6, `${calls} calls, ${points} points`);
  await consistent(`killing ${program}`);
  return `${points} points, ${calls} calls`;
}

/** Signing in has no request: whoever tries again is in, and no half session opens anything. */
async function signIn() {
  const form = async () => {
    const client = new Client();
    return new Form(client, await client.get('login'), '/login', { login: 'signatory', password });
  };
  let calls = 0, points = 0;
  for (; ; calls++) {
    assert.ok(calls < 100);
    const one = await form();
    arm('fail', 'login', calls + 1);
    const answer = await one.send();
    if (disarm() !== 'fired') break;
    // What comes after the session is there (throttle, old sessions) may fail unseen.
    if (answer.status !== 303) whole(answer, [503]);
  }
  await renew('login');
  for (; ; points++) {
    const one = await form();
    if (!await killAt('login', points + 1, one)) break;
    await one.done();
    assert.equal((await one.client.get('')).status, 200, 'the start page');
  }
  await renew('login');
  assert.ok(calls > 5 && points > 4, `${calls} calls, ${points} points`);
  return `${points} points, ${calls} calls`;
}

/** Submitted requests beside the others, for what ends a request early. */
async function submitted(tag) {
  const list = [];
  for (const client of companies(22, tag)) {
    const journey = await new Journey(client).draft();
    await (await journey.upload()).done();
    await (await journey.submit()).done();
    list.push(journey);
  }
  return list;
}

const jobsDone = (kind) => () => Number(sqlValue(`SELECT COUNT(*) FROM job WHERE kind = '${kind}' AND state = 'done' AND request_id IN (${ids()})`));

async function workerStage(kind) {
  const points = await killWorker(jobsDone(kind));
  await consistent(`killing the worker in ${kind}`);
  leasesExpire();
  await failWorker(points);
  await consistent(`failing calls of the worker in ${kind}`);
  await workUntil(() => jobsDone(kind)() === REQUESTS, `${kind} of all requests`);
  const shapes = new Set(journeys.map(({ id }) => shape(id)));
  assert.equal(shapes.size, 1, `applied exactly once to each: ${[...shapes].join('\n')}`);
  await consistent(`catching up with ${kind}`);
  return `${points} points`;
}

before(async () => {
  if (!available) return;
  earlier = new Set(stored());
  await hold('worker');
  [service, compliance, it] = await Promise.all(['service', 'compliance', 'it'].map((name) => signedIn(name)));
  journeys = [];
  for (const client of companies(REQUESTS, 'crash')) journeys.push(await new Journey(client).draft());
}, { timeout: 60_000 });
after(async () => {
  disarm();
  await release('worker');
});

const stages = [
  ['uploading a document', () => stage('uploads', (journey) => journey.upload())],
  ['submitting', () => stage('requests', (journey) => journey.submit())],
  ['rejecting a document', () => stage('dashboard', (journey) => journey.reject(service))],
  ['providing another document', () => stage('uploads', (journey) => journey.upload())],
  ['telling intake of the document', () => workerStage('document_provided')],
  ['accepting a document', () => stage('dashboard', (journey) => journey.accept(service))],
  ['releasing', () => stage('dashboard', (journey) => journey.release(service))],
  ['taking a sub-ticket', () => stage('dashboard', (journey) => journey.take(compliance, 'compliance'))],
  ['completing a sub-ticket', () => stage('dashboard', (journey) => journey.complete(compliance, 'compliance'))],
  ['writing a message to staff', () => stage('requests', (journey) => journey.message('Wie lange noch?'))],
  ['completing the last sub-ticket', async () => {
    for (const journey of journeys) await (await journey.take(it, 'it')).done();
    return stage('dashboard', (journey) => journey.complete(it, 'it'));
  }],
  ['changing the master data', () => workerStage('service_task')],
  ['declining', async () => stage('dashboard', (journey) => journey.decline(service), await submitted('decline'))],
  ['withdrawing', async () => stage('requests', (journey) => journey.withdraw(), await submitted('withdraw'))],
  ['signing in', signIn],
];
let broken = null;
const step = (name, body) => test(name, options, async (t) => {
  if (broken) return t.skip(`it needs "${broken}"`);
  broken = name;
  await body(t);
  broken = null;
});
for (const [name, run_stage] of stages) {
  step(`killed while ${name}`, async (t) => t.diagnostic(await run_stage()));
}

step('every request is completed, with one ticket and two sub-tickets', () => {
  const [row] = sql(`SELECT COUNT(DISTINCT r.id) AS requests, COUNT(DISTINCT t.id) AS tickets, COUNT(s.id) AS subs
    FROM request r JOIN ticket t ON t.request_id = r.id JOIN sub_ticket s ON s.ticket_id = t.id
    WHERE r.id IN (${ids()}) AND r.state = 'completed' AND t.state = 'done' AND s.state = 'done'`);
  assert.deepEqual(row, { requests: `${REQUESTS}`, tickets: `${REQUESTS}`, subs: `${2 * REQUESTS}` });
});

step('killed while sending mails: each arrives, a repeated one with the same Message-ID', async (t) => {
  const before = mails().length;
  const queued = Number(sqlValue(`SELECT COUNT(*) FROM outbox WHERE state = 'queued'`));
  assert.ok(queued > 5 * REQUESTS);
  const sent = () => Number(sqlValue(`SELECT COUNT(*) FROM outbox WHERE state = 'sent'`));
  const points = await killWorker(sent);
  leasesExpire();
  await failWorker(points);
  await workUntil(() => sqlValue(`SELECT COUNT(*) FROM outbox WHERE state = 'queued'`) === '0', 'all mails');
  assert.equal(sqlValue(`SELECT COUNT(*) FROM outbox WHERE state = 'failed' AND request_id IN (${ids()})`), '0');
  const arrived = mails().slice(before);
  const different = new Set(arrived.map(({ headers }) => headers['message-id']));
  assert.equal(different.size, queued, 'each mail arrived');
  assert.ok(arrived.length - queued <= 4, `only what comes between sending and marking repeats one: ${arrived.length - queued}`);
  assert.ok(arrived.length > queued, 'the kill between sending and marking repeats one: marked first, it would be lost');
  t.diagnostic(`${points} points, ${queued} mails, ${arrived.length - queued} twice`);
});

step('killed while sealing the audit trail: the chain verifies', async (t) => {
  for (const client of companies(3, 'seal')) await (await (await new Journey(client).draft()).upload()).done();
  assert.ok(Number(sqlValue('SELECT COUNT(*) FROM audit_event WHERE unsealed = 1')) > 0, 'there is something to seal');
  const points = await killWorker(() => Number(sqlValue('SELECT COUNT(*) FROM audit_seal')), 1);
  await consistent('killing the worker in seals');
  await workUntil(() => sqlValue('SELECT COUNT(*) FROM audit_event WHERE unsealed = 1') === '0', 'all seals');
  const { stdout } = await kontorctl('verify');
  t.diagnostic(`${points} points; ${stdout.trim()}`);
});

step('the store holds exactly the files that rows name', () => {
  const files = stored().filter((name) => !earlier.has(name));
  const rows = sql('SELECT DISTINCT LOWER(HEX(sha256)) AS sha FROM document WHERE sha256 IS NOT NULL').map(({ sha }) => sha);
  assert.deepEqual(rows.filter((sha) => !stored().includes(sha)), [], 'named and not there');
  assert.ok(files.length >= 2 * REQUESTS);
  assert.deepEqual(files.filter((name) => !rows.includes(name)), [], 'there and not named: every retry brought the same bytes');
});
