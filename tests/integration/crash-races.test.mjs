// Two people, or one person twice, at the same moment: it happens once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { signedIn } from '../harness/client.mjs';
import { mails } from '../harness/mail.mjs';
import { hold, kontorctl, prefix, release, sql, sqlValue, until } from '../harness/stack.mjs';
import { startWorker } from './fault.mjs';
import { Form, Journey, companies, imprint } from './journey.mjs';

const ROUNDS = 20;
let service, lead, compliance;
before(async () => {
  await hold('worker');
  [service, lead, compliance] = await Promise.all(['service', 'lead', 'compliance'].map((name) => signedIn(name)));
});

after(() => release('worker'));

async function submitted(tag) {
  const journeys = [];
  for (const client of companies(ROUNDS, tag)) {
    const journey = await new Journey(client).draft();
    await (await journey.upload()).done();
    journeys.push(journey);
  }
  return journeys;
}
/** Forms sent at once, each answered by a redirect or a page that says somebody else was faster. */
async function together(...forms) {
  const answers = await Promise.all(forms.map((form) => form.send()));
  for (const answer of answers) assert.ok([303, 422].includes(answer.status), `${answer.url}: ${answer.status} ${answer.h1}`);
  assert.ok(answers.some(({ status }) => status === 303));
  return answers;
}
const counts = (id) => sql(`SELECT
  (SELECT COUNT(*) FROM ticket WHERE request_id = ${id}) AS tickets,
  (SELECT COUNT(*) FROM process_instance WHERE request_id = ${id}) AS instances,
  (SELECT COUNT(*) FROM sub_ticket s JOIN ticket t ON t.id = s.ticket_id WHERE t.request_id = ${id}) AS subs,
  (SELECT COUNT(*) FROM audit_event WHERE request_id = ${id} AND action = 'request.submitted') AS submissions,
  (SELECT COUNT(*) FROM outbox WHERE request_id = ${id} AND template = 'sub-ticket-opened') AS opened,
  (SELECT COUNT(*) FROM decision WHERE request_id = ${id} AND kind = 'sub_ticket') AS decisions`)[0];

let journeys;
test(`a form submitted twice at once, ${ROUNDS} times: one submission`, async () => {
  journeys = await submitted('race');
  for (const journey of journeys) {
    const form = await journey.submit();
    const answers = await together(form, form, form);
    assert.equal(new Set(answers.map(({ location }) => location)).size, 1, 'all lead to the same receipt');
    assert.equal(counts(journey.id).submissions, '1');
  }
});

test(`started twice at once: one draft`, async () => {
  for (const client of companies(5, 'twice')) {
    const form = new Form(client, await client.get('requests/new/change'), `${prefix}requests`, { request_type: 'change-of-address' });
    const answers = await together(form, form, form);
    assert.equal(new Set(answers.map(({ location }) => location)).size, 1);
    assert.equal(sql(`SELECT r.id FROM request r JOIN person p ON p.id = r.created_by WHERE p.login = '${client.login_}'`).length, 1);
  }
});

test(`two people release at once, ${ROUNDS} times: one ticket, two sub-tickets, one mail to each department`, async () => {
  for (const journey of journeys) {
    await (await journey.accept(service)).done();
    const forms = [await journey.release(service), await journey.release(lead)];
    const answers = await together(...forms, ...forms);
    const { tickets, instances, subs, opened } = counts(journey.id);
    assert.deepEqual({ tickets, instances, subs, opened }, { tickets: '1', instances: '1', subs: '2', opened: '2' });
    assert.equal(new Set(answers.filter(({ status }) => status === 303).map(({ location }) => location)).size, 1, 'all lead to the same ticket');
  }
});

test(`two people take at once: one owner`, async () => {
  for (const journey of journeys) {
    await together(await journey.take(compliance, 'compliance'), await journey.take(lead, 'compliance'));
    const [row] = sql(`SELECT owner_id, (SELECT COUNT(*) FROM history h WHERE h.object = 'sub_ticket' AND h.object_id = s.id
      AND h.field = 'state' AND h.new_value = 'in_progress') AS taken FROM sub_ticket s WHERE reference = '${journey.subTicket('compliance')}'`);
    assert.ok(row.owner_id);
    assert.equal(row.taken, '1');
  }
});

test(`two people complete both sub-tickets at once: each is decided once, the process ends once`, async () => {
  for (const journey of journeys) {
    // The lead may act in every department.
    await (await journey.take(lead, 'it')).done();
    const forms = [await journey.complete(lead, 'compliance'), await journey.complete(lead, 'it')];
    await together(...forms, ...forms);
    assert.equal(counts(journey.id).decisions, '2', imprint(journey.id));
    assert.equal(sql(`SELECT id FROM job WHERE request_id = ${journey.id} AND kind = 'service_task'`).length, 1);
  }
});

test('three workers at once: each service runs once, each mail leaves once', async () => {
  const ids = journeys.map(({ id }) => id).join(',');
  const workers = [startWorker(), startWorker(), startWorker()];
  try {
    await until(() => sql(`SELECT id FROM request WHERE id IN (${ids}) AND state <> 'completed'`).length === 0, { seconds: 20, what: 'completion' });
    await until(() => sqlValue(`SELECT COUNT(*) FROM outbox WHERE request_id IN (${ids}) AND state = 'queued'`) === '0', { seconds: 20, what: 'the mails' });
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
  }
  assert.deepEqual(sql(`SELECT request_id FROM company_attribute WHERE request_id IN (${ids}) GROUP BY request_id, attribute_key HAVING COUNT(*) > 1`), []);
  const seen = mails().filter(({ subject, text }) => journeys.some(({ reference }) => (subject + text).includes(reference))).map(({ headers }) => headers['message-id']);
  assert.equal(new Set(seen).size, seen.length, 'no mail twice');
});

test('nothing contradicts itself afterwards', async () => {
  await kontorctl('invariants').catch(({ stdout }) => assert.fail(stdout));
  await kontorctl('verify').catch(({ stdout }) => assert.fail(stdout));
});
