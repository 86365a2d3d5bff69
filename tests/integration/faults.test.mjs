// Bad days: database, directory, scanner and mail relay away, hanging or killed. Nothing acknowledged is lost, the
// page says what is the matter, and all recovers without anybody's hand.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Client, signedIn } from '../harness/client.mjs';
import { accept, mails, refuse } from '../harness/mail.mjs';
import { hold, kontorctl, log, password, pidOf, prefix, release, run, sql, sqlValue, until, workersOf } from '../harness/stack.mjs';
import { Journey, companies, imprint, leave, sessionOf } from './journey.mjs';

const responders = ['login', 'requests', 'uploads', 'dashboard'];
const timed = async (work) => {
  const start = performance.now();
  const answer = await work();
  return { answer, ms: performance.now() - start };
};
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const open = []; // requests that would stay with intake
after(async () => {
  accept();
  for (const part of ['mariadb', 'slapd', 'scan', 'mail', 'worker']) await release(part);
  await leave(open);
});

async function consistent() {
  for (const command of ['invariants', 'verify']) {
    await kontorctl(command).catch(({ stdout, stderr }) => assert.fail(`${command}: ${stdout}${stderr}`));
  }
}

// ---- sign-in and the directory --------------------------------------------------------------------------------

const attempt = async (login, word) => {
  const client = new Client();
  return client.submit(await client.get('login'), { login, password: word }, `${prefix}login`);
};
const WRONG = /Login name or password is not correct/;
const AWAY = /We cannot check your password at the moment/;
// Binds that check a person's password; the account that searches has its own.
const binds = () => [...log('slapd').matchAll(/ BIND dn="([^"]*)" method=128/g)].map(([, dn]) => dn).filter((dn) => !dn.startsWith('cn=kontor,'));

test('a wrong password and an unknown login: one answer, one bind each', async () => {
  const tries = [];
  for (const [login, word] of [['coordinator', 'wrong'], [`nobody-${process.pid}`, 'wrong'], [`nobody-${process.pid}`, password]]) {
    const before = binds().length;
    const answer = await attempt(login, word);
    await until(() => binds().length > before, { what: `a bind for ${login}` });
    tries.push({ status: answer.status, summary: answer.errors, binds: binds().length - before });
  }
  for (const one of tries) assert.deepEqual(one, tries[0]);
  assert.equal(tries[0].binds, 1);
  assert.equal(tries[0].status, 422);
  assert.match(tries[0].summary[0].text, WRONG);
  assert.equal((await new Client().login('coordinator')).status, 200, 'the right one still opens');
});

/** With the directory as it is now: told within 3 s, then at once, while those who are signed in notice nothing. */
async function unreachable() {
  const signed = sessionOf('coordinator');
  await signed.get('');
  const [first, page] = await Promise.all([timed(() => attempt('applicant', password)), timed(() => signed.get(''))]);
  assert.equal(first.answer.status, 503);
  assert.match(first.answer.errors[0].text, AWAY);
  assert.doesNotMatch(first.answer.plain, WRONG);
  assert.ok(first.ms < 3000, `told within 3 s: ${first.ms} ms`);
  assert.equal(page.answer.status, 200);
  assert.ok(page.ms < 1000, `a signed-in page takes ${page.ms} ms`);
  const second = await timed(() => attempt(`nobody-${process.pid}`, 'wrong'));
  assert.equal(second.answer.status, 503);
  assert.match(second.answer.errors[0].text, AWAY, 'unknown and known look alike here as well');
  assert.ok(second.ms < 500, `the breaker is open: ${second.ms} ms`);
  return first.ms;
}
const directoryIsBack = () => until(async () => (await attempt('applicant', password)).status === 303, { seconds: 12, what: 'signing in again' });

test('directory away: said so within 3 s, never "wrong password"; back without a hand', async (t) => {
  await signedIn('coordinator');
  await hold('slapd', 'KILL');
  try {
    t.diagnostic(`${Math.round(await unreachable())} ms`);
  } finally {
    await release('slapd');
  }
  await directoryIsBack();
});

test('directory hanging: said so within 3 s, signed-in pages as fast as ever', async (t) => {
  const pid = pidOf('slapd');
  process.kill(pid, 'SIGSTOP');
  try {
    t.diagnostic(`${Math.round(await unreachable())} ms`);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await directoryIsBack();
  assert.equal(pidOf('slapd'), pid);
});

// ---- the database ---------------------------------------------------------------------------------------------

test('database away: 503 on every page, which says so; then all goes on in the same processes', async () => {
  const [client] = companies(1, 'dbaway');
  const journey = await new Journey(client).draft();
  await (await journey.upload()).done();
  const form = await journey.submit();
  open.push(journey);
  const staff = await signedIn('service');
  const processes = () => responders.map((part) => workersOf(part).join()).join(' ');
  const before = processes();
  await hold('mariadb');
  try {
    for (const [who, path] of [[client, ''], [client, `requests/${journey.reference}`], [staff, 'staff/intake'], [staff, 'staff/queue'], [client, `documents/${'0'.repeat(32)}`]]) {
      const { answer, ms } = await timed(() => who.get(path));
      assert.equal(answer.status, 503, path);
      assert.match(answer.text, /<h1[\s\S]*<\/html>\s*$/);
      assert.ok(answer.headers.get('retry-after'), path);
      assert.doesNotMatch(answer.plain, /mysql|mariadb|socket|errno/i);
      assert.ok(ms < 3000, `${path}: ${ms} ms`);
    }
    const refused = await form.send();
    assert.equal(refused.status, 503);
    assert.match(refused.h1, /\S/);
    const json = await client.get('', { headers: { accept: 'application/json' } });
    assert.equal(json.status, 503);
    assert.match(json.headers.get('content-type'), /problem\+json/);
    assert.equal((await attempt('applicant', password)).status, 503);
  } finally {
    await release('mariadb');
  }
  await until(async () => (await client.get('')).status === 200, { seconds: 10, what: 'the start page' });
  await form.done(); // what was typed is not lost: the same form again
  assert.equal(sqlValue(`SELECT state FROM request WHERE id = ${journey.id}`), 'submitted');
  assert.equal((await staff.get('staff/intake')).status, 200);
  assert.equal(processes(), before, 'no process had to be started again');
});

test('mariadbd killed under load: what was acknowledged is there, the rest is taken once when sent again', async (t) => {
  const journeys = [];
  for (const client of companies(60, 'dbkill')) {
    const journey = await new Journey(client).draft();
    await (await journey.upload()).done();
    journeys.push({ journey, form: await journey.submit() });
    open.push(journey);
  }
  const old = pidOf('mariadb');
  const acknowledged = [], others = [];
  const queue = [...journeys];
  const lane = async () => {
    for (let next; (next = queue.shift());) {
      if (queue.length === 40) process.kill(old, 'SIGKILL');
      const { status } = await next.form.send();
      (status === 303 ? acknowledged : others).push(next.journey.id);
      assert.ok([303, 503].includes(status), `${status}`);
    }
  };
  await Promise.all([lane(), lane(), lane()]);
  await until(() => sqlValue('SELECT 1'), { seconds: 20, what: 'the database' });
  assert.notEqual(pidOf('mariadb'), old);
  assert.ok(acknowledged.length > 0 && others.length > 0, `${acknowledged.length} acknowledged, ${others.length} not`);
  const lost = sql(`SELECT id FROM request WHERE id IN (${acknowledged.join(',')}) AND state <> 'submitted'`);
  assert.deepEqual(lost, []);
  for (const { form } of journeys) await until(async () => (await form.send()).status === 303, { what: 'the same form again' });
  const twice = sql(`SELECT request_id, COUNT(*) FROM audit_event WHERE action = 'request.submitted'
    AND request_id IN (${journeys.map(({ journey }) => journey.id).join(',')}) GROUP BY request_id HAVING COUNT(*) <> 1`);
  assert.deepEqual(twice, []);
  const shapes = new Set(journeys.map(({ journey }) => imprint(journey.id)));
  assert.equal(shapes.size, 1, [...shapes].join('\n'));
  await consistent();
  t.diagnostic(`${acknowledged.length} acknowledged, ${others.length} not`);
});

test('database hanging: 503 within its limits; what was sent is whole or absent, and taken once when sent again', async (t) => {
  const [client] = companies(1, 'dbhang');
  const journey = await new Journey(client).draft();
  await (await journey.upload()).done();
  const form = await journey.submit();
  open.push(journey);
  const before = imprint(journey.id);
  const pid = pidOf('mariadb');
  process.kill(pid, 'SIGSTOP');
  let answers;
  try {
    answers = await Promise.all([timed(() => form.send()), timed(() => new Client().get('login'))]);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  const [sent, login] = answers;
  assert.equal(sent.answer.status, 503);
  assert.ok(sent.ms < 15_000, `${sent.ms} ms`);
  assert.equal(login.answer.status, 200, 'the sign-in page needs no database');
  assert.equal(imprint(journey.id), before);
  await until(async () => (await form.send()).status === 303, { seconds: 10, what: 'the form again' });
  assert.equal(sqlValue(`SELECT COUNT(*) FROM audit_event WHERE request_id = ${journey.id} AND action = 'request.submitted'`), '1');
  t.diagnostic(`${Math.round(sent.ms)} ms`);
});

// ---- the disk -------------------------------------------------------------------------------------------------

for (const [folder, owner, mode] of [['spool', 'kontor-uploads:kontor-uploads', '0700'], ['store', 'kontor-uploads:kontor-store', '2775']]) {
  const skip = process.getuid() !== 0 && 'needs root, to mount a small file system';
  test(`root: ${folder} full: the upload fails whole with a page, no row and no part of a file; there is room: it goes in`, { skip }, async () => {
    const [client] = companies(1, `full${folder}`);
    const journey = await new Journey(client).draft();
    const place = join(run, 'var/lib/kontor', folder);
    const form = await journey.upload();
    const before = imprint(journey.id);
    const shell = (command) => execFileSync('sh', ['-ec', command]);
    shell(`mount -t tmpfs -o size=64k tmpfs ${place}; chown ${owner} ${place}; chmod ${mode} ${place}; head -c 1M /dev/zero >${place}/ballast 2>/dev/null || true`);
    try {
      const answer = await form.send();
      assert.ok([503, 507].includes(answer.status), `${answer.status}`);
      assert.match(answer.text, /<h1[\s\S]*<\/html>\s*$/);
      assert.equal(imprint(journey.id), before);
      assert.deepEqual(readdirSync(place, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map(({ name }) => name), ['ballast']);
      rmSync(join(place, 'ballast'));
      await form.done();
    } finally {
      // What was stored meanwhile belongs to the real folder below.
      shell(`keep=$(mktemp -d); cp -a ${place}/. "$keep"; umount ${place}; cp -an "$keep"/. ${place}; rm -rf "$keep"`);
    }
  });
}

// ---- the scanner ----------------------------------------------------------------------------------------------

async function refusedForNow(journey) {
  const form = await journey.upload();
  const { answer, ms } = await timed(() => form.send());
  assert.equal(answer.status, 303);
  const [row] = sql(`SELECT d.verdict, d.refusal, d.sha256, s.state FROM document d JOIN document_slot s ON s.id = d.slot_id
    WHERE s.request_id = ${journey.id} ORDER BY d.id DESC LIMIT 1`);
  assert.deepEqual(row, { verdict: 'refused', refusal: 'scan_unavailable', sha256: null, state: 'empty' }, 'the refusal is a row; no file is kept unexamined');
  const page = await journey.client.follow(answer);
  assert.equal(page.status, 200);
  assert.match(page.plain, /Nachweis\.pdf/);
  return { page, form, ms };
}

test('scanner away: the file is refused with that reason, nothing else is lost, later it goes in', async () => {
  const journey = await new Journey(companies(1, 'scan')[0]).draft();
  await hold('scan');
  let form;
  try {
    const refused = await refusedForNow(journey);
    form = refused.form;
    assert.match(refused.page.plain, /cannot be checked|could not be checked|check.*at the moment/i);
  } finally {
    await release('scan');
  }
  assert.match((await journey.client.get(journey.at('answers/address'))).text, /value="Neuer Kai"/);
  await until(async () => {
    await form.send();
    return sqlValue(`SELECT state FROM document_slot WHERE request_id = ${journey.id}`) === 'filled';
  }, { what: 'the document' });
});

test('scanner hanging: the same within its 10 s', async (t) => {
  const journey = await new Journey(companies(1, 'scanhang')[0]).draft();
  const pid = pidOf('scan');
  process.kill(pid, 'SIGSTOP');
  try {
    const { ms } = await refusedForNow(journey);
    assert.ok(ms < 11_000, `${ms} ms`);
    t.diagnostic(`${Math.round(ms)} ms`);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await (await journey.upload()).done();
  assert.equal(sqlValue(`SELECT state FROM document_slot WHERE request_id = ${journey.id}`), 'filled');
});

// ---- mail -----------------------------------------------------------------------------------------------------

async function submittedNow(tag, count = 1) {
  const journeys = [];
  for (const client of companies(count, tag)) {
    const journey = await new Journey(client).draft();
    await (await journey.upload()).done();
    await (await journey.submit()).done();
    journeys.push(journey);
    open.push(journey);
  }
  return journeys;
}
const mailsAbout = (journey) => mails().filter(({ subject, text }) => (subject + text).includes(journey.reference));
const outbox = (journey) => sql(`SELECT state, attempts FROM outbox WHERE request_id = ${journey.id}`);

for (const [what, begin, end] of [
  ['away', () => hold('mail'), () => release('mail')],
  ['refusing for now (451)', () => refuse(), () => accept()],
]) {
  test(`mail relay ${what}: the mails arrive when it is back, each once`, async () => {
    sql(`UPDATE outbox SET available_at = UTC_TIMESTAMP(6), lease_until = NULL WHERE state = 'queued'`);
    await until(() => sqlValue(`SELECT COUNT(*) FROM outbox WHERE state = 'queued'`) === '0', { seconds: 30, what: 'the mails of earlier tests' });
    await begin();
    let journey;
    try {
      [journey] = await submittedNow('relay');
      await until(() => outbox(journey).some(({ state, attempts }) => state === 'queued' && Number(attempts) > 0), { what: 'a first attempt' });
      assert.equal(mailsAbout(journey).length, 0);
    } finally {
      await end();
    }
    await until(() => outbox(journey).every(({ state }) => state === 'sent'), { seconds: 30, what: 'the mails' });
    assert.equal(mailsAbout(journey).length, outbox(journey).length);
    assert.equal(outbox(journey).length, 2);
  });
}

test('worker killed again and again while mails leave: all arrive, a repeated one with the same Message-ID', async (t) => {
  const before = mails().length;
  await hold('worker');
  const journeys = await submittedNow('killed', 40);
  await release('worker');
  const wanted = journeys.length * 2;
  const ids = journeys.map(({ id }) => id).join(',');
  const sent = () => Number(sqlValue(`SELECT COUNT(*) FROM outbox WHERE request_id IN (${ids}) AND state = 'sent'`));
  let kills = 0;
  for (let mark = 0; kills < 5 && mark < wanted - 5; mark = sent()) {
    const [pid] = await until(() => { const now = workersOf('worker'); return now.length > 0 && now; }, { what: 'a worker' });
    for (const end = Date.now() + 2000; sent() === mark && Date.now() < end;); // until some have left
    process.kill(pid, 'SIGKILL');
    kills++;
    await until(() => !workersOf('worker').includes(pid), { what: 'the end of it' });
  }
  // A dead worker's lease ends after half a minute; let the time pass.
  sql(`UPDATE outbox SET available_at = UTC_TIMESTAMP(6), lease_until = NULL WHERE state = 'queued' AND request_id IN (${ids})`);
  await until(() => sent() === wanted, { seconds: 30, what: 'all mails' });
  const arrived = mails().slice(before).filter(({ subject, text }) => journeys.some(({ reference }) => (subject + text).includes(reference)));
  assert.equal(new Set(arrived.map(({ headers }) => headers['message-id'])).size, wanted);
  assert.ok(arrived.length - wanted <= kills);
  assert.ok(kills > 0);
  t.diagnostic(`${kills} kills, ${wanted} mails, ${arrived.length - wanted} twice`);
});

// ---- processes ------------------------------------------------------------------------------------------------

test('a killed responder is replaced, and its program answers all the time', async () => {
  const client = sessionOf('coordinator');
  for (const [part, path] of [['requests', ''], ['login', 'login'], ['uploads', `documents/${'0'.repeat(32)}`], ['dashboard', 'staff']]) {
    const [victim, other] = workersOf(part);
    process.kill(victim, 'SIGKILL');
    const { status } = await client.get(path);
    assert.ok(status < 500, `${path}: ${status}`);
    await until(() => {
      const now = workersOf(part);
      return now.length === 2 && now.includes(other) && !now.includes(victim);
    }, { what: `a new ${part}` });
  }
});
