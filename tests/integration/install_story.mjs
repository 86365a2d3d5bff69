// The main story at a site that the demo did not make, over TLS and below /portal/. install.test.mjs starts this file
// in a process of its own, which knows that site's origin, prefix and certificate.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { before, test as testOf } from 'node:test';
import { Client } from '../harness/client.mjs';
import { mails, waitForMail } from '../harness/mail.mjs';
import { origin, prefix, until } from '../harness/stack.mjs';
import { pdf } from './journey.mjs';

const names = JSON.parse(process.env.SITE_NAMES);
const day = (offset) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
const elsewhere = [];

/** A person whose every page is looked at: no link, form or file may lead out of the prefix. */
class Visitor extends Client {
  async request(...args) {
    const answer = await super.request(...args);
    if (/^text\/html/.test(answer.headers.get('content-type') ?? '') && answer.url.startsWith(origin + prefix)) {
      for (const [, , target] of answer.text.matchAll(/\s(href|src|action)="([^"]*)"/g)) {
        if (!target.startsWith(prefix) && !/^(#|\?|mailto:)/.test(target)) elsewhere.push(`${answer.url}: ${target}`);
      }
    }
    return answer;
  }
}
async function enter(login) {
  const visitor = new Visitor();
  const page = await visitor.login(login, names.password);
  assert.equal(page.status, 200, `${login} signs in: ${page.status} ${page.plain.slice(0, 300)}`);
  assert.ok(!new URL(page.url).pathname.endsWith('/login'), `${login} is signed in: ${JSON.stringify(page.errors)}`);
  return visitor;
}
/** Send the POST form whose action has `part`; the page after the redirect. */
async function send(visitor, page, part, changes = {}, pick = () => true) {
  const form = page.forms.find((candidate) => candidate.method === 'post' && candidate.action.includes(part) && pick(candidate));
  assert.ok(form, `a form to ${part} on ${page.url} (${page.status}): ${page.plain}`);
  const fields = { ...form.fields, ...changes };
  let answer;
  if (form.enctype === 'multipart/form-data') {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) {
      if (value.content) body.append(name, new Blob([value.content], { type: value.type }), value.name);
      else body.append(name, value);
    }
    answer = await visitor.request('POST', form.action, { body });
  } else answer = await visitor.post(form.action, fields);
  assert.equal(answer.status, 303, `${form.action}: ${answer.status} ${JSON.stringify(answer.errors)} ${answer.plain.slice(0, 200)}`);
  return visitor.follow(answer);
}

// One way: after a failure the rest would only repeat it.
let failed = false;
const test = (name, body) =>
  testOf(name, async (t) => {
    if (failed) return t.skip('an earlier step failed');
    failed = true;
    await body(t);
    failed = false;
  });

let customer, service, reference, ticket;
const first = { name: 'Auszug.pdf', type: 'application/pdf', content: pdf() };
const at = (part = '') => `requests/${reference}${part && '/'}${part}`;

before(async () => { customer = await enter(names.customer); });

test('the session cookie is __Host-, Secure, HttpOnly and for the whole host', async () => {
  const visitor = new Visitor();
  const page = await visitor.get('login');
  const answer = await visitor.submit(page, { login: names.customer, password: names.password }, `${prefix}login`);
  const cookie = answer.headers.getSetCookie().find((line) => line.startsWith('__Host-kontor='));
  assert.ok(cookie, answer.headers.getSetCookie().map((line) => line.split('=')[0]).join());
  for (const wanted of ['Secure', 'HttpOnly', 'Path=/', 'SameSite=Lax']) assert.match(cookie, new RegExp(wanted, 'i'));
  assert.equal(new URL(answer.location, origin).pathname, prefix);
});

test('the filter of the site counts: a locked account and a wrong password are refused alike', async () => {
  const texts = [];
  for (const [login, password] of [['l.locked', names.password], [names.customer, 'wrong'], ['nobody.here', names.password]]) {
    const visitor = new Visitor();
    const answer = await visitor.submit(await visitor.get('login'), { login, password }, `${prefix}login`);
    assert.equal(answer.status, 422, login);
    texts.push(answer.errors.map(({ text }) => text).join());
  }
  assert.equal(new Set(texts).size, 1);
});

test('the start page offers the change and says who is here', async () => {
  const page = await customer.get('');
  assert.match(page.plain, /Agnes Winter \(Haus\)/);
  assert.match(page.plain, /Winter & Söhne KG/);
  assert.match(page.text, /Haus-Portal/);
  assert.ok(page.links.some(({ href }) => href === `${prefix}requests/new/change`));
});

test('a draft with answers', async () => {
  const page = await send(customer, await customer.get('requests/new/change'), `${prefix}requests`, {}, ({ fields }) => fields.request_type === 'change-of-address');
  reference = /R-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(page.url)[0];
  const address = await customer.get(at('answers/address'));
  assert.match(address.plain, /Altgasse/, 'the current address is shown');
  await send(customer, address, 'answers/address', { street: 'Neuer Kai', houseNumber: '2b', postalCode: '20457', city: 'Hamburg', country: 'DE' });
  await send(customer, await customer.get(at('answers/details')), 'answers/details', { effectiveDate: day(0) });
});

test('a renamed executable is refused with the reason, a PDF is taken', async () => {
  const program = Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), randomBytes(2000)]);
  const about = { kind: 'register-extract', issued_on: day(-3) };
  const refused = await send(customer, await customer.get(at('documents/proof')), `/documents/${reference}/proof`,
    { ...about, file: { name: 'Auszug.pdf', type: 'application/pdf', content: program } });
  assert.match(refused.plain, /Auszug\.pdf ?: The content of the file is not what its name says/);
  const taken = await send(customer, await customer.get(at('documents/proof')), `/documents/${reference}/proof`, { ...about, file: first });
  assert.match(taken.plain, /The document has been saved/);
  assert.match((await customer.get(at('check'))).plain, /Auszug\.pdf/);
});

test('submitted twice makes one request with a receipt', async () => {
  const page = await customer.get(at('check'));
  const receipt = await send(customer, page, '/submit');
  assert.ok(receipt.url.endsWith(`${reference}/receipt`), receipt.url);
  assert.ok(receipt.plain.includes(reference));
  assert.ok((await send(customer, page, '/submit')).plain.includes(reference));
  await waitForMail((mail) => mail.to.includes(`${names.customer}@haus.test`) && mail.text.includes(reference));
});

test('a message to the exchange goes to the team in charge', async () => {
  await send(customer, await customer.get(at()), '/messages', { body: 'Reicht das so?' });
  await waitForMail((mail) => mail.to.includes('desk@haus.test'));
});

test('intake downloads the document as it was, and rejects it with a reason', async () => {
  service = await enter(names.intake);
  assert.ok((await service.get('staff/intake')).plain.includes(reference));
  const page = await service.get(`staff/intake/${reference}`);
  const link = page.links.find(({ href }) => href.startsWith(`${prefix}documents/`));
  const file = await service.get(link.href);
  assert.equal(file.status, 200);
  assert.match(file.headers.get('content-disposition'), /^attachment/);
  assert.match(file.headers.get('content-security-policy'), /sandbox/);
  assert.equal(file.headers.get('content-encoding'), null);
  assert.deepEqual(file.bytes, first.content);
  await send(service, await service.get(`staff/intake/${reference}/slots/proof`), '/slots/proof',
    { reason_key: 'too-old', reason_text: 'Bitte einen neuen Auszug.' }, ({ fields }) => fields.decision === 'reject');
});

test('the customer gets a mail that leads to the open question, and answers it', async () => {
  const mail = await waitForMail(({ text }) => text.includes('Bitte einen neuen Auszug.'));
  assert.ok(mail.to.includes(`${names.customer}@haus.test`));
  assert.equal(mail.headers.from.includes('portal@haus.test'), true);
  const link = /https:\S+/.exec(mail.text)[0];
  assert.ok(link.startsWith(`${origin}${prefix}requests/${reference}`), link);
  assert.match((await customer.get(new URL(link).pathname)).plain, /Bitte einen neuen Auszug\./);
  await send(customer, await customer.get(at('documents/proof')), `/documents/${reference}/proof`,
    { kind: 'register-extract', issued_on: day(-1), file: { name: 'Auszug-neu.pdf', type: 'application/pdf', content: pdf() } });
});

test('intake accepts and releases', async () => {
  await until(async () => (await service.get(`staff/intake/${reference}`)).plain.includes('Auszug-neu.pdf'));
  await send(service, await service.get(`staff/intake/${reference}/slots/proof`), '/slots/proof', {}, ({ fields }) => fields.decision === 'accept');
  // The customer's answer is an event; the worker takes the request back to intake.
  const release = await until(async () => {
    const page = await service.get(`staff/intake/${reference}/release`);
    return page.forms.some(({ action }) => action.endsWith('/release')) && page;
  }, { what: 'the request is back at intake', seconds: 5 });
  await send(service, release, '/release');
  const page = await customer.get(at());
  assert.match(page.plain, /Law and order/, 'departments have the names that the site gave them');
  assert.match(page.plain, /Machines/);
});

for (const who of ['compliance', 'it']) {
  test(`${who} finds the sub-ticket, takes it, writes and completes it`, async () => {
    const person = await enter(names[who]);
    const queue = await person.get('staff/queue?view=team');
    ticket = /\/staff\/tickets\/([A-Z0-9-]+)/.exec(queue.links.find(({ href }) => /\/staff\/tickets\/[A-Z0-9-]+/.test(href)).href)[1];
    await send(person, await person.get(`staff/tickets/${ticket}`), '/take');
    await send(person, await person.get(`staff/tickets/${ticket}`), '/notes', { note: `Intern ${who}` });
    await send(person, await person.get(`staff/tickets/${ticket}`), '/messages', { message: `Hallo von ${who}` });
    const page = await person.get(`staff/tickets/${ticket}`);
    const link = page.links.find(({ href }) => href.endsWith('/complete'));
    await send(person, await person.get(link.href), '/complete', { outcome: 'approved' });
    assert.match((await person.get(`staff/tickets/${ticket}/history`)).plain, /Intern|Sub-ticket|history/i);
  });
}

test('the new address is in the master data, the confirmation opens', async () => {
  const confirmation = await until(async () => {
    const page = await customer.get(at('confirmation'));
    return page.status === 200 && page;
  }, { what: 'confirmation' });
  assert.match(confirmation.plain, /Neuer Kai/);
  assert.match((await customer.get('company')).plain, /Neuer Kai/);
  const page = await customer.get(at());
  assert.match(page.plain, /Hallo von it/);
  assert.doesNotMatch(page.plain, /Intern/);
});

test('another company sees none of it', async () => {
  const other = await enter(names.other);
  for (const part of ['', 'answers/address', 'documents/proof', 'check', 'receipt', 'confirmation']) {
    assert.equal((await other.get(at(part))).status, 404, part);
  }
});

test('nothing led out of the prefix, and every mail came once', () => {
  assert.deepEqual(elsewhere, []);
  const ids = mails().map(({ headers }) => headers['message-id']);
  assert.equal(new Set(ids).size, ids.length);
});
