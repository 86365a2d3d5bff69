// The steps of the main story over HTTP, each as a person would take it: open the page, send its form.
import assert from 'node:assert/strict';
import { quote } from './people.mjs';
import { prefix, sql, sqlValue, until } from './stack.mjs';

/** Day as YYYY-MM-DD in the zone of the companies, `offset` days from today. */
export const day = (offset = 0) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin' }).format(Date.now() + offset * 86_400_000);

/** A small PDF that every checker takes; `text` makes its bytes differ. */
export function pdf(text = '') {
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>', '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>',
  ];
  let body = `%PDF-1.4\n% ${text}\n`;
  const offsets = objects.map((object, i) => {
    const offset = Buffer.byteLength(body);
    body += `${i + 1} 0 obj${object}endobj\n`;
    return offset;
  });
  const start = Buffer.byteLength(body);
  body += `xref\n0 4\n0000000000 65535 f \n${offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')}`;
  return Buffer.from(`${body}trailer<</Size 4/Root 1 0 R>>\nstartxref\n${start}\n%%EOF\n`);
}

/** Open `path` and send its form whose action ends in `action`; the answer is the page that follows. */
export async function fill(client, path, action, changes = {}) {
  const page = await client.get(path);
  assert.equal(page.status, 200, `${path}: ${page.status}`);
  const answer = await client.submit(page, changes, action);
  assert.equal(answer.status, 303, `${action}: ${answer.status} ${JSON.stringify(answer.errors)}`);
  return client.follow(answer);
}

export const newAddress = { street: 'Brooktorkai', houseNumber: '18', postalCode: '20457', city: 'Lübeck', country: 'DE' };

/** The request type of the main story, as the page to choose one posts it. */
export const ADDRESS = { request_type: 'change-of-address' };
/** Begin a draft; its reference. */
export async function begin(client) {
  const page = await fill(client, 'requests/new/change', `${prefix}requests`, ADDRESS);
  const reference = /R-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(page.url)?.[0];
  assert.ok(reference, `a reference in ${page.url}`);
  return reference;
}
export async function answer(client, reference, { address = newAddress, effectiveDate = day(), remarks = '' } = {}) {
  await fill(client, `requests/${reference}/answers/address`, 'answers/address', address);
  await fill(client, `requests/${reference}/answers/details`, 'answers/details', { effectiveDate, remarks });
}
/** Put a file into the slot; the page of the slot that follows. */
export async function upload(client, reference, { name = 'Handelsregister.pdf', type = 'application/pdf', content = pdf(reference), kind = 'register-extract', issued_on = day(-10) } = {}) {
  const page = await client.get(`requests/${reference}/documents/proof`);
  const form = page.form(`documents/${reference}/proof`);
  const body = new FormData();
  body.append('csrf', form.fields.csrf);
  body.append('kind', kind);
  body.append('issued_on', issued_on);
  body.append('file', new Blob([content], { type }), name);
  const sent = await client.request('POST', form.action, { body });
  assert.equal(sent.status, 303, `upload: ${sent.status}`);
  return client.follow(sent);
}
export const submit = (client, reference) => fill(client, `requests/${reference}/check`, `${reference}/submit`);

/** A draft with everything in it, not submitted. */
export async function completeDraft(client, options = {}) {
  const reference = await begin(client);
  await answer(client, reference, options);
  await upload(client, reference, options.file);
  return reference;
}
export async function submitted(client, options) {
  const reference = await completeDraft(client, options);
  await submit(client, reference);
  return reference;
}

export const reject = (service, reference, text, more = {}) =>
  fillReject(service, reference, { reason_key: 'unreadable', reason_text: text, ...more });
async function fillReject(service, reference, changes) {
  const path = `staff/intake/${reference}/slots/proof`;
  const page = await service.get(path);
  const form = page.forms.find(({ fields }) => fields.decision === 'reject');
  assert.ok(form, 'a form to reject');
  const sent = await service.post(form.action, { ...form.fields, ...changes });
  assert.equal(sent.status, 303, `reject: ${sent.status} ${JSON.stringify(sent.errors)}`);
  return service.follow(sent);
}
export async function accept(service, reference) {
  const page = await service.get(`staff/intake/${reference}`);
  const form = page.forms.find(({ fields }) => fields.decision === 'accept');
  assert.ok(form, 'a form to accept');
  const sent = await service.post(form.action, form.fields);
  assert.equal(sent.status, 303, `accept: ${sent.status}`);
  return service.follow(sent);
}
/** Release; waits until a document that has just come is with intake. */
export async function release(service, reference) {
  await waitForState(reference, 'submitted');
  return fill(service, `staff/intake/${reference}/release`, `${reference}/release`);
}

export const ticketOf = (reference) =>
  sqlValue(`SELECT t.reference FROM ticket t JOIN request r ON r.id = t.request_id WHERE r.reference = ${quote(reference)}`);
/** Reference of a team's sub-ticket. */
export const subTicketOf = (ticket, team) =>
  sqlValue(`SELECT s.reference FROM sub_ticket s JOIN ticket t ON t.id = s.ticket_id WHERE t.reference = ${quote(ticket)} AND s.team_key = ${quote(team)}`);
export const take = (member, ticket, sub) => fill(member, `staff/tickets/${ticket}`, `${sub}/take`);
export const note = (member, ticket, sub, text) => fill(member, `staff/tickets/${ticket}?sub_ticket=${sub}`, `${sub}/notes`, { note: text });
export const message = (member, ticket, sub, text) => fill(member, `staff/tickets/${ticket}?sub_ticket=${sub}`, `${sub}/messages`, { message: text });
export const complete = (member, sub, changes = { outcome: 'approved' }) =>
  fill(member, `staff/sub-tickets/${sub}/complete`, `${sub}/complete`, changes);

/** State of the request's row. */
export const stateOf = (reference) => sqlValue(`SELECT state FROM request WHERE reference = ${quote(reference)}`);
export const waitForState = (reference, state) => until(() => stateOf(reference) === state, { what: `${reference} ${state}` });
export const statusOf = (reference) =>
  sql(`SELECT s.* FROM customer_status s JOIN request r ON r.id = s.request_id WHERE r.reference = ${quote(reference)}`)[0];

/** Wait until the worker has nothing left to do but wait for timers of processes. What failed in an earlier test is tried again now, not in an hour. */
export async function quiet() {
  const busy = () => Number(sqlValue("SELECT (SELECT COUNT(*) FROM outbox WHERE state = 'queued') + (SELECT COUNT(*) FROM job WHERE state = 'queued' AND kind <> 'timer')"));
  const patience = Date.now() + 3000;
  await until(() => {
    if (busy() === 0) return true;
    if (Date.now() > patience) for (const [table, but] of [['outbox', ''], ['job', "AND kind <> 'timer'"]]) sql(`UPDATE ${table} SET available_at = UTC_TIMESTAMP(6) WHERE state = 'queued' ${but} AND available_at > UTC_TIMESTAMP(6) + INTERVAL 1 MINUTE`);
    return false;
  }, { seconds: 45, what: 'a worker without work' });
}
