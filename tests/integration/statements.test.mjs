// Every SQL statement as every account that runs it; how many of them a page costs.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { signedIn } from '../harness/client.mjs';
import { kontorctl, root, run, sql } from '../harness/stack.mjs';
import { golden } from './golden.mjs';
import { Form, Journey, companies } from './journey.mjs';

test('every statement can be prepared by each account that the source names, with the shipped grants', async () => {
  const { stdout } = await kontorctl('statements', '--sources', join(root, 'modules/lib/store'))
    .catch(({ stdout: problems, stderr }) => assert.fail(problems + stderr));
  assert.match(stdout, /^\d+ statements prepared\n$/);
});

test('the accounts of customers\' programs have no right on internal notes', async () => {
  const { execFileSync } = await import('node:child_process');
  for (const account of ['requests', 'uploads', 'login']) {
    const grants = execFileSync('mariadb', ['--no-defaults', `--socket=${join(run, 'sock/mariadb.sock')}`, '-N', '-e', `SHOW GRANTS FOR kontor_${account}@localhost`], { encoding: 'utf8' });
    assert.doesNotMatch(grants, /internal_note/, account);
    assert.doesNotMatch(grants, /ON `kontor`\.\* /, `${account} has rights table by table`);
  }
});

// Both processes of a program have read the definition after a few pages.
const ROUNDS = 6;
const counted = (answer) => {
  const [, data, control] = /^data=(\d+) control=(\d+)$/.exec(answer.headers.get('x-kontor-statements') ?? '') ?? [];
  assert.ok(data, `${answer.url} (${answer.status}) says how many statements it took`);
  return { data: Number(data), control: Number(control) };
};
async function view(client, path) {
  const seen = [];
  for (let i = 0; i < ROUNDS; i++) {
    const answer = await client.get(path);
    assert.equal(answer.status, 200, path);
    seen.push(counted(answer));
  }
  return seen.reduce((least, one) => (one.data < least.data ? one : least));
}

const lines = [];
const note = (what, { data, control }) => lines.push(`${what.padEnd(52)} ${String(data).padStart(2)} data ${String(control).padStart(2)} control`);
let service, compliance, lead;
before(async () => {
  service = await signedIn('service');
  compliance = await signedIn('compliance');
  lead = await signedIn('lead');
});

test('a page costs at most 6 statements with its session, a submission 20: golden', async () => {
  const over = [];
  const journeys = [];
  for (const client of companies(3, 'count')) journeys.push(await new Journey(client).draft());
  const [journey] = journeys;
  const { client } = journey;
  const page = async (what, who, path) => {
    const cost = await view(who, path);
    note(what, cost);
    if (cost.data > 6) over.push(`${what}: ${cost.data}`);
  };
  const post = async (what, most, open) => {
    let least;
    for (const one of journeys) { // the first may find the definition not yet read
      const cost = counted(await (await open(one)).done());
      if (!least || cost.data < least.data) least = cost;
    }
    assert.ok(least.data <= most, `${what}: ${least.data} statements`);
    note(what, least);
  };
  const at = (part) => journey.at(part);
  await page('GET login', client, 'login');
  await page('GET requests/new/change', client, 'requests/new/change');
  await page('GET requests/{draft}', client, `requests/${journey.reference}`);
  await page('GET requests/{draft}/answers/{form}', client, at('answers/address'));
  await page('GET requests/{draft}/documents/{slot}', client, at('documents/proof'));
  await post('POST documents/{draft}/{slot}', 20, (one) => one.upload());
  await page('GET requests/{draft}/check', client, at('check'));
  await post('POST requests/{draft}/submit', 20, (one) => one.submit());
  await page('GET requests/{submitted}', client, `requests/${journey.reference}`);
  await page('GET requests/{submitted}/receipt', client, at('receipt'));
  await page('GET / (start page)', client, '');
  await page('GET company', client, 'company');
  await page('GET staff/intake', service, 'staff/intake');
  await page('GET staff/intake/{request}', service, `staff/intake/${journey.reference}`);
  await page('GET staff/intake/{request}/slots/{slot}', service, `staff/intake/${journey.reference}/slots/proof`);
  await post('POST staff/intake/{request}/slots/{slot}', 20, (one) => one.accept(service));
  await page('GET staff/intake/{request}/release', service, `staff/intake/${journey.reference}/release`);
  await post('POST staff/intake/{request}/release', 20, (one) => one.release(service));
  await page('GET staff/queue?view=mine', compliance, 'staff/queue?view=mine');
  await page('GET staff/queue?view=team', compliance, 'staff/queue?view=team');
  await page('GET staff/queue?view=all', lead, 'staff/queue?view=all');
  await page('GET staff/tickets', compliance, 'staff/tickets');
  await page('GET staff/tickets/{ticket}', compliance, `staff/tickets/${journey.ticket}`);
  await page('GET staff/definitions', compliance, 'staff/definitions');
  await page('GET staff/definitions/{type}/{version}', compliance, 'staff/definitions/change-of-address/1');
  await page('GET staff/tickets/{ticket}/history', compliance, `staff/tickets/${journey.ticket}/history`);
  await post('POST staff/sub-tickets/{sub-ticket}/take', 20, (one) => one.take(compliance, 'compliance'));
  await page('GET staff/sub-tickets/{sub-ticket}/complete', compliance, `staff/sub-tickets/${journey.subTicket('compliance')}/complete`);
  await post('POST staff/sub-tickets/{sub-ticket}/complete', 20, (one) => one.complete(compliance, 'compliance'));
  const invite = async (one) => new Form(one.client, await one.client.get('account/people/invite'), 'people/invite',
    { name: 'Ida', email: `ida-${one.reference.toLowerCase()}@example.org`, 'role-readonly': '1' });
  await page('GET account/people/invite', client, 'account/people/invite');
  await post('POST account/people/invite', 20, invite);
  const [{ id, company }] = sql(`SELECT p.id, c.reference AS company FROM person p JOIN company c ON c.id = p.company_id WHERE p.email = 'ida-${journey.reference.toLowerCase()}@example.org'`);
  await page('GET account/people', client, 'account/people');
  await page('GET account/people/{person}', client, `account/people/${id}`);
  await page('GET account/people/{person}/roles', client, `account/people/${id}/roles?role-readonly=1&role-board=1`);
  const give = async (one) => new Form(one.client, await one.client.get(`account/people/${sql(`SELECT id FROM person WHERE email = 'ida-${one.reference.toLowerCase()}@example.org'`)[0].id}/roles?role-readonly=1&role-board=1`), '/roles');
  await post('POST account/people/{person}/roles', 20, give);
  await page('GET account/companies', lead, 'account/companies');
  await page('GET account/companies/{company}', lead, `account/companies/${company}`);
  await page('GET account/persons', lead, 'account/persons');
  await page('GET account/persons/{person}', lead, `account/persons/${id}`);
  assert.deepEqual(over, [], 'more than 6 statements');
  golden('statement-counts.txt', `${lines.join('\n')}\n`);
});
