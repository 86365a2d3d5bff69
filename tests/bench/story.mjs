// One real draft and one real ticket, made by walking through the pages: load.sql copies their rows, so that the
// load has exactly the shape that the product writes.
import assert from 'node:assert/strict';
import { signedIn } from '../harness/client.mjs';
import { prefix, sqlValue, until } from '../harness/stack.mjs';

const day = (offset) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);

const PDF = Buffer.from(`%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj
xref
0 4
0000000000 65535 f 
0000000009 00000 n 
0000000054 00000 n 
0000000105 00000 n 
trailer<</Size 4/Root 1 0 R>>
startxref
168
%%EOF
`);

const own = (page, part, { request_type } = {}) =>
  page.forms.find((form) => form.action.includes(part) && (!request_type || form.fields.request_type === request_type));
async function send(client, page, part, changes) {
  const form = own(page, part, changes);
  assert.ok(form, `a form to ${part} on ${page.url}, there are ${page.forms.map((f) => f.action)}`);
  const answer = await client.post(form.action, { ...form.fields, ...changes });
  assert.equal(answer.status, 303, `${form.action}: ${answer.status} ${JSON.stringify(answer.errors)}`);
  return client.follow(answer);
}

/** A complete draft of `client`'s company, ready to be submitted; its reference. */
export async function completeDraft(client) {
  const choice = await client.get('requests/new/change');
  const page = await send(client, choice, `${prefix}requests`, { request_type: 'change-of-address' });
  const reference = /R-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(page.url)[0];
  const at = (part) => `requests/${reference}/${part}`;
  await send(client, await client.get(at('answers/address')), 'answers/address', {
    street: 'Brooktorkai', houseNumber: '18', postalCode: '20457', city: 'Hamburg', country: 'DE',
  });
  await send(client, await client.get(at('answers/details')), 'answers/details', {
    effectiveDate: day(30), remarks: 'We move with the whole house.',
  });
  await uploadProof(client, reference);
  return reference;
}

/** Send a file to the draft's slot. */
export async function uploadProof(client, reference) {
  const slot = await client.get(`requests/${reference}/documents/proof`);
  const form = slot.forms.find((candidate) => candidate.enctype === 'multipart/form-data');
  const body = new FormData();
  for (const [name, content] of Object.entries(form.fields)) if (name !== 'file') body.append(name, content);
  body.set('kind', 'register-extract');
  body.set('issued_on', day(-10));
  body.append('file', new Blob([PDF], { type: 'application/pdf' }), 'Handelsregister.pdf');
  const answer = await client.request('POST', form.action, { body });
  assert.equal(answer.status, 303, `upload: ${answer.status} ${JSON.stringify(answer.errors)}`);
}

/** The form that submits a complete draft, from its check page. */
export async function submitForm(client, reference) {
  const check = await client.get(`requests/${reference}/check`);
  const form = own(check, `${reference}/submit`);
  assert.ok(form, `the check page of ${reference} offers to submit`);
  return form;
}

/** A released ticket with two sub-tickets, one taken, notes and messages; { request, ticket }. */
export async function releasedTicket() {
  const customer = await signedIn('applicant');
  const service = await signedIn('service');
  const request = await completeDraft(customer);
  const form = await submitForm(customer, request);
  assert.equal((await customer.post(form.action, form.fields)).status, 303);
  let page = await service.get(`staff/intake/${request}`);
  page = await send(service, page, '/messages', { message: 'Thank you. We look at it today.' });
  page = await service.get(`staff/intake/${request}`);
  page = await send(service, page, '/slots/proof', {});
  page = await service.get(`staff/intake/${request}/release`);
  await send(service, page, '/release', {});
  const ticket = await until(() => sqlValue(`SELECT t.reference FROM ticket t JOIN request r ON r.id = t.request_id WHERE r.reference = '${request}'`));
  for (const [team, note] of [['compliance', 'Register number compared, it is the same.'], ['it', 'Mail server of the new site is known.']]) {
    const member = await signedIn(team);
    const sub = sqlValue(`SELECT s.reference FROM sub_ticket s JOIN ticket t ON t.id = s.ticket_id WHERE t.reference = '${ticket}' AND s.team_key = '${team}'`);
    page = await member.get(`staff/tickets/${ticket}`);
    page = await send(member, page, `/sub-tickets/${sub}/take`, {});
    page = await member.get(`staff/tickets/${ticket}`);
    page = await send(member, page, `/sub-tickets/${sub}/notes`, { note });
  }
  return { request, ticket };
}
