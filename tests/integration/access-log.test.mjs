// Who opened whose personal data is on record (AU-06): staff who look at documents, people and, in the support view, at a
// company's portal. A company's own people are at home and leave no line.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { signedIn } from '../harness/client.mjs';
import { newCompany, newPeople, quote } from '../harness/people.mjs';
import { kontorctl, sql, sqlValue } from '../harness/stack.mjs';
import * as story from '../harness/story.mjs';

const company = newCompany();
const people = newPeople(company, { carla: 'coordinator', anna: 'applicant' });
let anna;
let document;
before(async () => {
  anna = await signedIn(people.anna);
  await story.submitted(anna);
  document = sqlValue(`SELECT public_id FROM document WHERE company_id = ${company.id}`);
});
const lines = () => sql(`SELECT a.kind, a.object, p.login, a.trace_id FROM access_log a JOIN person p ON p.id = a.person_id WHERE a.company_id = ${company.id} ORDER BY a.id`);

test('staff who open a document, the people or one person of a company leave a line each; a refused look leaves none', async () => {
  const lead = await signedIn('lead');
  const before = lines().length;
  assert.equal((await lead.get(`documents/${document}`)).status, 200);
  assert.equal((await lead.get(`account/companies/${company.reference}`)).status, 200);
  const id = sqlValue(`SELECT id FROM person WHERE login = ${quote(people.carla)}`);
  assert.equal((await lead.get(`account/companies/${company.reference}/people/${id}`)).status, 200);
  const found = lines().slice(before);
  assert.deepEqual(found.map(({ kind, object, login }) => [kind, object, login]), [
    ['document', document, 'lead'], ['people', company.reference, 'lead'], ['people', `person:${id}`, 'lead'],
  ]);
  for (const { trace_id } of found) assert.match(trace_id, /^[0-9a-f]{32}$/, 'the line names the exchange');
  const now = lines().length;
  const other = await signedIn('other');
  const compliance = await signedIn('compliance');
  assert.equal((await other.get(`documents/${document}`)).status, 404);
  assert.equal((await compliance.get(`account/companies/${company.reference}`)).status, 403);
  assert.equal(lines().length, now);
});

test("a company's own people leave no line", async () => {
  const before = lines().length;
  const carla = await signedIn(people.carla);
  for (const path of [`documents/${document}`, 'account/people', 'company']) assert.equal((await carla.get(path)).status, 200, path);
  assert.equal(lines().length, before);
});

test('the support view: its beginning and each document that is opened in it', async () => {
  const before = lines().length;
  const lead = await signedIn('lead');
  const begun = await story.fill(lead, `account/companies/${company.reference}/support`, `${company.reference}/support`, { reason: 'Frau Petersen hat angerufen.' });
  assert.equal(begun.status, 200);
  assert.equal((await lead.get(`documents/${document}`)).status, 200);
  assert.deepEqual(lines().slice(before).map(({ kind, object }) => [kind, object]), [['support', company.reference], ['document', document]]);
  const visits = await (await signedIn(people.carla)).get('account/support-visits');
  assert.match(visits.plain, /Frau Petersen hat angerufen\./, 'and the company sees who looked, and why');
});

test('the export of a company has every line', async () => {
  const { stdout } = await kontorctl('export', '--company', company.reference);
  const exported = stdout.trim().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(exported.filter(({ kind }) => kind === 'access').map(({ what, object, person }) => [what, object, person]), lines().map(({ kind, object, login }) => [kind, object, login]));
  assert.equal(exported.filter(({ kind }) => kind === 'support_visit').length, 1);
});
