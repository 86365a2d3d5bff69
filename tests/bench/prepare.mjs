// On a stack of the fault variant: make the data, record what each page asks of the database and answers, write the
// floor's scripts and nginx's locations for it.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { signedIn } from '../harness/client.mjs';
import { origin, prefix, run } from '../harness/stack.mjs';
import { DRAFTS, PAGES, TICKETS, draft, draftId, folder, loadTickets, runSql, save, say } from './data.mjs';
import { exchange, ownHead } from './http.mjs';
import { completeDraft, releasedTicket, submitForm } from './story.mjs';

const trace = process.env.KONTOR_TRACE_FILE ?? join(run, 'tmp/trace.jsonl');
const secret = (program) => readFileSync(join(run, 'etc/kontor/secrets', program), 'utf8').trim();
/** The session settings of modules/lib/db/mariadb.c. */
function sessionInit() {
  const source = readFileSync(new URL('../../modules/lib/db/mariadb.c', import.meta.url), 'utf8');
  const text = /init\[\] =\s*([^;]*);/.exec(source)[1];
  return [...text.matchAll(/"([^"]*)"/g)].map(([, part]) => part).join('');
}

const story = await releasedTicket();
const people = { applicant: await signedIn('applicant'), compliance: await signedIn('compliance'), other: await signedIn('other') };
// Drafts are another company's, so that submitting does not change the start page that is measured.
const real = await completeDraft(people.other);
const form = await submitForm(people.other, real);
save('story', { ...story, draft: real });
loadTickets(1, TICKETS);
say(`${TICKETS} tickets loaded`);
runSql('drafts.sql', { count: DRAFTS, draft: real });

const cookies = (client) => client.cookieNames().map((name) => `${name}=${client.cookie(name)}`).join('; ');
const headersOf = (page) => ({
  Accept: 'text/html', 'Accept-Language': 'en',
  ...(page.person && { Cookie: cookies(people[page.person]) }),
  ...(page.writes && { Origin: origin, 'Content-Type': 'application/x-www-form-urlencoded' }),
});
const body = new URLSearchParams(form.fields).toString();

/** The page once more, with what it asked of the database. */
async function record(page, n) {
  truncateSync(trace);
  const path = page.writes ? `requests/${draft(n)}/submit` : page.path;
  const answer = await exchange(page.writes ? 'POST' : 'GET', prefix + path, { headers: headersOf(page), body: page.writes ? body : '' });
  assert.equal(answer.status, page.writes ? 303 : 200, `${page.name}: ${answer.body.toString('utf8').slice(0, 400)}`);
  const statements = readFileSync(trace, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
  return { answer, statements };
}

writeFileSync(trace, '');
chmodSync(trace, 0o666);
mkdirSync(join(run, 'etc/nginx/extra'), { recursive: true });
let locations = '';
const pages = [];
for (const page of PAGES) {
  // Every process has prepared its statements and read its definitions by then.
  const views = 12;
  for (let n = 1; n < views; n++) await record(page, n);
  const { answer, statements } = await record(page, views);
  const socket = join(run, 'kontor', `floor-${page.key}.sock`);
  const path = page.writes ? `${prefix}floor/${page.key}` : `${prefix}floor/${page.key}/page`;
  save(`floor-${page.key}`, {
    database: { socket: join(run, 'sock/mariadb.sock'), user: `kontor_${page.program}`, password: secret(page.program), name: 'kontor', init: sessionInit() },
    statements,
    vars: page.writes ? { reference: draft(views), id: draftId(views) } : {},
    pool: page.writes ? Object.fromEntries(Array.from({ length: DRAFTS }, (_, n) => [draft(n + 1), draftId(n + 1)])) : undefined,
    response: `Status: ${answer.status}\r\n${ownHead(answer).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${answer.body.toString('utf8')}`,
  });
  locations += `location ^~ ${prefix}floor/${page.key}/ {
    include ${run}/etc/nginx/snippets/kontor-location.conf;
    ${page.key === 'login' ? 'limit_req zone=kontor_login burst=20 nodelay;' : ''}
    client_max_body_size 64k;
    fastcgi_pass unix:${socket};
}\n`;
  pages.push({
    ...page, socket, headers: headersOf(page), body: page.writes ? body : undefined,
    url: { product: page.writes ? `${prefix}requests` : prefix + page.path, floor: path },
    data: statements.filter((statement) => statement.sql).length,
    control: statements.filter((statement) => statement.control).length,
    names: statements.map((statement) => statement.control ?? statement.name),
    bytes: answer.body.length, firstDraft: page.writes ? views + 1 : undefined,
  });
}
writeFileSync(join(run, 'etc/nginx/extra/floor.conf'), locations);
save('pages', pages);
// What the rows are counted for: people whose queues have more than one page.
const lead = await signedIn('lead');
const service = await signedIn('service');
save('people', Object.fromEntries(Object.entries({ ...people, lead, service }).map(([name, client]) => [name, cookies(client)])));
say(`recorded in ${folder}`);
