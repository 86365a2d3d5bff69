// The way of one request through the pages, step by step, for tests that interrupt it. People and sessions come
// straight into the database: the directory has ten customers, these tests need a company for each request.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { Client } from '../harness/client.mjs';
import { port, prefix, sql, sqlValue } from '../harness/stack.mjs';

const text = (value) => `'${String(value).replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
const day = (offset) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);

/** A session for a person who has a row: what signing in would have made. */
export function sessionOf(login) {
  const token = randomBytes(32).toString('base64url');
  const hash = createHash('sha256').update(token).digest('hex');
  sql(`INSERT INTO session (token_sha256, person_id, created_at, last_seen_at, expires_at)
       SELECT UNHEX('${hash}'), id, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 1 HOUR
       FROM person WHERE login = ${text(login)}`);
  const client = new Client();
  client.setCookie(`__Host-kontor-${port}`, token);
  client.login_ = login;
  return client;
}

let made = 0;
/**
 * `count` companies with an address and one coordinator each, signed in: clients. `tag` makes names unique in this
 * run of the stack; it is ascii.
 */
export function companies(count, tag) {
  const names = Array.from({ length: count }, () => `${tag}${process.pid}x${++made}`);
  const rows = (row) => names.map(row).join(',');
  sql(`INSERT INTO company (reference, name, state, created_at) VALUES
         ${rows((n) => `(${text(`X-${n}`.slice(0, 20))}, ${text(`Probe ${n} GmbH`)}, 'active', UTC_TIMESTAMP(6))`)};
       INSERT INTO company_attribute (company_id, attribute_key, valid_from, value, recorded_at)
         SELECT c.id, a.k, '2020-01-01', a.v, UTC_TIMESTAMP(6) FROM company c JOIN (
           SELECT 'address.street' AS k, 'Altgasse' AS v UNION ALL SELECT 'address.house_number', '1'
           UNION ALL SELECT 'address.postal_code', '20457' UNION ALL SELECT 'address.city', 'Hamburg'
           UNION ALL SELECT 'address.country', 'DE') a
         WHERE c.reference IN (${rows((n) => text(`X-${n}`.slice(0, 20)))});
       INSERT INTO person (login, display_name, email, company_id, is_staff, created_at)
         ${names.map((n) => `SELECT ${text(n)}, ${text(`Person ${n}`)}, ${text(`${n}@example.org`)}, id, FALSE, UTC_TIMESTAMP(6)
           FROM company WHERE reference = ${text(`X-${n}`.slice(0, 20))}`).join(' UNION ALL ')};
       INSERT INTO company_role (company_id, person_id, role, given_at)
         SELECT company_id, id, 'coordinator', UTC_TIMESTAMP(6) FROM person WHERE login IN (${rows(text)})`);
  return names.map((name) => sessionOf(name));
}

/** A small PDF; every one has other bytes. */
export const pdf = () => Buffer.from(`%PDF-1.4
% ${randomBytes(12).toString('hex')}
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj
xref
0 4
0000000000 65535 f 
0000000038 00000 n 
0000000083 00000 n 
0000000134 00000 n 
trailer<</Size 4/Root 1 0 R>>
startxref
197
%%EOF
`);

/** A form of a page, ready to be sent again and again: send() answers without following. */
export class Form {
  constructor(client, page, part, changes = {}) {
    const form = page.forms.find((candidate) => candidate.method === 'post' && candidate.action.includes(part)
      && (!changes.request_type || candidate.fields.request_type === changes.request_type));
    assert.ok(form, `a form to ${part} on ${page.url} (${page.status})`);
    this.client = client;
    this.action = form.action;
    this.fields = { ...form.fields, ...changes };
    this.multipart = form.enctype === 'multipart/form-data';
  }
  send() {
    if (!this.multipart) return this.client.post(this.action, this.fields);
    const body = new FormData();
    for (const [name, value] of Object.entries(this.fields)) {
      if (Buffer.isBuffer(value)) body.append(name, new Blob([value], { type: 'application/pdf' }), 'Nachweis.pdf');
      else body.append(name, value);
    }
    return this.client.request('POST', this.action, { body });
  }
  async done() {
    const answer = await this.send();
    assert.equal(answer.status, 303, `${this.action}: ${answer.status} ${JSON.stringify(answer.errors)}`);
    return answer;
  }
}

const REFERENCE = /R-[0-9A-Z]{4}-[0-9A-Z]{4}/;

/** The forms of one request's way. Each method loads the page and gives the form; nothing is sent yet. */
export class Journey {
  constructor(client) {
    this.client = client;
  }
  at(part) { return `requests/${this.reference}/${part}`; }

  /** A draft with all answers, no document. */
  async draft() {
    const form = new Form(this.client, await this.client.get('requests/new/change'), `${prefix}requests`, { request_type: 'change-of-address' });
    this.reference = REFERENCE.exec((await form.done()).location)[0];
    this.id = Number(sqlValue(`SELECT id FROM request WHERE reference = '${this.reference}'`));
    await new Form(this.client, await this.client.get(this.at('answers/address')), 'answers/address', {
      street: 'Neuer Kai', houseNumber: '2', postalCode: '20457', city: 'Hamburg', country: 'DE',
    }).done();
    await new Form(this.client, await this.client.get(this.at('answers/details')), 'answers/details', { effectiveDate: day(20) }).done();
    return this;
  }
  async upload(file = pdf()) {
    return new Form(this.client, await this.client.get(this.at('documents/proof')), `/documents/${this.reference}/proof`, {
      kind: 'register-extract', issued_on: day(-5), file,
    });
  }
  async submit() { return new Form(this.client, await this.client.get(this.at('check')), '/submit'); }
  async message(body) { return new Form(this.client, await this.client.get(`requests/${this.reference}`), '/messages', { body }); }

  async accept(staff) { return this.#judge(staff, 'accept', {}); }
  async reject(staff) { return this.#judge(staff, 'reject', { reason_key: 'too-old', reason_text: 'Bitte neuer.' }); }
  async #judge(staff, decision, changes) {
    const page = await staff.get(`staff/intake/${this.reference}/slots/proof`);
    const form = page.forms.find(({ fields }) => fields.decision === decision);
    assert.ok(form, `${decision} on ${page.url} (${page.status})`);
    return Object.assign(Object.create(Form.prototype), { client: staff, action: form.action, fields: { ...form.fields, ...changes } });
  }
  async release(staff) { return new Form(staff, await staff.get(`staff/intake/${this.reference}/release`), '/release'); }
  async decline(staff) { return new Form(staff, await staff.get(`staff/intake/${this.reference}/decline`), '/decline', { reason: 'Nicht zulässig.' }); }
  async withdraw() { return new Form(this.client, await this.client.get(this.at('withdraw')), '/withdraw'); }
  subTicket(team) {
    return sqlValue(`SELECT s.reference FROM sub_ticket s JOIN ticket t ON t.id = s.ticket_id
                     WHERE t.request_id = ${this.id} AND s.team_key = '${team}'`);
  }
  get ticket() { return sqlValue(`SELECT reference FROM ticket WHERE request_id = ${this.id}`); }
  async take(staff, team) {
    return new Form(staff, await staff.get(`staff/tickets/${this.ticket}`), `${this.subTicket(team)}/take`);
  }
  async complete(staff, team) {
    return new Form(staff, await staff.get(`staff/sub-tickets/${this.subTicket(team)}/complete`), '/complete', { outcome: 'approved' });
  }
}

/** Withdraw what is still with intake: other tests look at the first page of that list. */
export async function leave(journeys) {
  for (const journey of journeys) {
    if (sqlValue(`SELECT state FROM request WHERE id = ${journey.id}`) === 'submitted') await (await journey.withdraw()).done();
  }
}

/**
 * All that belongs to a request, as one text: row counts and the states and versions of its current rows. Two equal
 * texts: nothing was written in between. What the worker stamps on mails and audit events is not in it.
 */
export function imprint(id) {
  const count = (table, where) => `(SELECT COUNT(*) FROM ${table} WHERE ${where})`;
  return sqlValue(`SELECT CONCAT_WS(' ', r.state, r.version,
    'status', (SELECT CONCAT(c.phase, '/', c.department_keys, '/', c.open_items) FROM customer_status c WHERE c.request_id = r.id),
    'history', ${count('history', 'request_id = r.id')}, 'audit', ${count('audit_event', 'request_id = r.id')},
    'mails', ${count('outbox', 'request_id = r.id')}, 'decisions', ${count('decision', 'request_id = r.id')},
    'messages', ${count('message', 'request_id = r.id')}, 'notes', ${count('internal_note', 'request_id = r.id')},
    'data', ${count('company_attribute', 'request_id = r.id')},
    'slots', (SELECT GROUP_CONCAT(s.state, s.version, (SELECT COUNT(*) FROM document d WHERE d.slot_id = s.id)) FROM document_slot s WHERE s.request_id = r.id),
    'jobs', (SELECT GROUP_CONCAT(j.kind, '/', j.state ORDER BY j.id) FROM job j WHERE j.request_id = r.id),
    'instance', (SELECT GROUP_CONCAT(i.version, IF(i.ended_at IS NULL, 'runs', 'ended')) FROM process_instance i WHERE i.request_id = r.id),
    'ticket', (SELECT GROUP_CONCAT(t.state, t.version) FROM ticket t WHERE t.request_id = r.id),
    'subs', (SELECT GROUP_CONCAT(s.team_key, s.state, s.version ORDER BY s.id) FROM sub_ticket s JOIN ticket t ON t.id = s.ticket_id WHERE t.request_id = r.id)) AS imprint
    FROM request r WHERE r.id = ${Number(id)}`);
}
