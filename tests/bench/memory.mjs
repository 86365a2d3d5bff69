// Private dirty memory of each responder process when warm, and whether it grows with the requests.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { signedIn } from '../harness/client.mjs';
import { hold, pidOf, release, run, sqlValue, staff, until, workersOf } from '../harness/stack.mjs';
import { restore, say } from './data.mjs';
import { uploadProof } from './story.mjs';
import { wrk } from './wrk.mjs';

const WANTED_KIB = 6 * 1024;
const GROWTH_KIB = 64; // what counts as none: the heap's own pages come and go
const EARLY = 1_000;
const LATE = Number(process.env.REQUESTS ?? 100_000);
// The largest page, seldom: it costs the database much.
const DRIVEN = [{ key: 'login', share: 1 }, { key: 'start', share: 1 }, { key: 'queue', share: 0.02 }];
const TIMES = 100; // sign-ins, uploads

const pages = restore('pages');
const privateDirty = (pid) => Number(/^Private_Dirty:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]);
const missed = [];

function line(name, program, pid, early, count) {
  const end = privateDirty(pid);
  const growth = early === undefined ? '' : String(end - early);
  console.log(`  ${name.padEnd(24)} ${program.padEnd(10)} ${String(pid).padStart(8)} ${String(early ?? '').padStart(10)} ${String(end).padStart(10)} ${growth.padStart(8)} ${String(count).padStart(9)}`);
  if (end > WANTED_KIB) missed.push(`${program} has ${end} KiB, wanted at most ${WANTED_KIB}`);
  if (growth > GROWTH_KIB) missed.push(`${program} grew by ${growth} KiB up to request ${count}, wanted none`);
}

/** At least `count` requests in all. */
async function send(page, count) {
  for (let sent = 0; sent < count;) sent += (await wrk(page.url.product, { concurrency: 8, seconds: count - sent > 20_000 ? 5 : 1, headers: page.headers })).requests;
}

console.log('\n  private dirty KiB        program     process   at 1,000     at end   growth  requests each');
// First what is seldom: the directory's library, an upload with its verdict, mails.
for (let n = 0; n < TIMES; n++) await signedIn(staff[n % staff.length]);
const other = await signedIn('other');
for (let n = 0; n < TIMES; n++) await uploadProof(other, restore('story').draft);
for (const { key, share } of DRIVEN) {
  const page = pages.find((candidate) => candidate.key === key);
  const workers = workersOf(page.program);
  await send(page, EARLY * workers.length);
  const early = workers.map(privateDirty);
  await send(page, LATE * share * workers.length);
  workers.forEach((pid, i) => line(page.name, page.program, pid, early[i], LATE * share));
}
for (const pid of workersOf('uploads')) line('upload', 'uploads', pid, undefined, TIMES / workersOf('uploads').length);
line('verdicts', 'scan', pidOf('scan'), undefined, TIMES);
await release('worker');
await until(() => existsSync(join(run, 'pid/worker')) && workersOf('worker').length > 0, { what: 'the worker' });
const [worker] = workersOf('worker');
await until(() => Number(sqlValue("SELECT COUNT(*) FROM outbox WHERE state = 'sent'")) >= TIMES || Number(sqlValue("SELECT COUNT(*) FROM outbox WHERE state = 'queued'")) === 0, { seconds: 30, what: 'mails' });
line('mails and seals', 'worker', worker, undefined, TIMES);
await hold('worker');
console.log();
for (const text of missed) say(`MISSED ${text}`);
if (missed.length === 0) say('memory: all wanted values are met');
