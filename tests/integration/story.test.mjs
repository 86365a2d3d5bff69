// The main story over HTTP: a change of address from the empty start page to the confirmation, with what the
// customer sees at every moment, every mail, the history, and what happens when people press twice.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signedIn } from '../harness/client.mjs';
import { mails, mailsTo } from '../harness/mail.mjs';
import { newCompany, newPeople, quote } from '../harness/people.mjs';
import { sql, sqlValue, until } from '../harness/stack.mjs';
import * as story from '../harness/story.mjs';

const WITHIN = { seconds: 5 };
const JSON_VIEW = { headers: { accept: 'application/json' } };
const view = async (client, path) => {
  const answer = await client.get(path, JSON_VIEW);
  assert.equal(answer.status, 200, `${path}: ${answer.status}`);
  return answer.json;
};

/** What page, JSON and start page say about a request agree with the row, and are what is expected. */
async function expectStatus(client, reference, expected) {
  const seen = await until(async () => {
    const status = await view(client, `requests/${reference}`);
    return (status.phase ?? '') === expected.phase && (status.departments ?? '') === expected.departments && status.open_items === expected.open ? status : null;
  }, { ...WITHIN, what: JSON.stringify(expected) });
  assert.equal(seen.state, expected.state);
  const row = story.statusOf(reference);
  assert.equal(seen.since_at.slice(0, 23), `${row.since_at.replace(' ', 'T')}`.slice(0, 23));
  const page = await client.get(`requests/${reference}`);
  const start = await client.get('');
  for (const text of [expected.phase, expected.departments].filter(Boolean)) {
    assert.ok(page.plain.includes(text), `the page says ${text}`);
    assert.ok(start.plain.includes(text), `the start page says ${text}`);
  }
  if (expected.open > 0) for (const { plain } of [page, start]) assert.match(plain, /1 open question/);
  return seen;
}

async function expectMails(reference, expected) {
  const about = (mail) => mail.subject.includes(reference) || mail.text.includes(reference);
  const wanted = expected.map(([to, subject]) => `${to} | ${subject}`).sort();
  const list = () => mails().filter(about).map((mail) => `${mail.to.join(',')} | ${mail.subject}`).sort();
  await until(() => list().length >= wanted.length, { seconds: 8, what: `${wanted.length} mails, there are ${list().join('\n')}` });
  assert.deepEqual(list(), wanted);
  const ids = mails().filter(about).map((mail) => mail.headers['message-id']);
  assert.equal(new Set(ids).size, ids.length, 'every mail has an id of its own');
  for (const mail of mails().filter(about)) {
    assert.match(mail.text, new RegExp(`http://localhost:\\d+/\\S*${reference}|/staff/tickets/T-`), `${mail.subject} leads somewhere`);
    assert.doesNotMatch(mail.text, /\{\{|\}\}|undefined|null/, mail.subject);
  }
}

test('a change of address from the empty start page to the confirmation', async () => {
  const company = newCompany();
  const people = newPeople(company, { anna: 'applicant', rita: 'readonly' });
  const anna = await signedIn(people.anna);
  const rita = await signedIn(people.rita);
  const service = await signedIn('service');
  const mailAddress = `${people.anna}@example.org`;

  // Point 2: an empty state that says what to do; only what exists and is permitted is offered.
  const empty = await anna.get('');
  assert.match(empty.plain, /Your company has no requests yet\. Choose above what you want to do/);
  assert.deepEqual(empty.links.filter(({ href }) => href?.includes('requests/new/')).map(({ href }) => href.split('/').pop()), ['add', 'change', 'terminate', 'ask']);
  assert.match((await rita.get('')).plain, /Ask the central coordinator/);
  assert.ok(!(await rita.get('')).text.includes('requests/new/'));

  // Point 3: prefilled from master data; leave and come back; a refused file; nothing is lost.
  const reference = await story.begin(anna);
  const form = await anna.get(`requests/${reference}/answers/address`);
  assert.equal(form.form().fields.street, company.address.street);
  assert.match(form.plain, new RegExp(`Currently: ${company.address.street}`));
  await story.answer(anna, reference);
  const refused = await story.upload(anna, reference, { name: 'proof.pdf', content: Buffer.from('\x7fELF\x02\x01\x01' + '\0'.repeat(200)), kind: 'register-extract' });
  assert.match(refused.plain, /Refused files proof\.pdf ?: The content of the file is not what its name says/);
  await story.upload(anna, reference);
  const again = await signedIn(people.anna);
  assert.equal((await again.get(`requests/${reference}/answers/address`)).form().fields.street, 'Brooktorkai');
  assert.match((await again.get(`requests/${reference}/documents/proof`)).plain, /Handelsregister\.pdf/);
  assert.equal((await service.get(`staff/intake/${reference}`)).status, 404, 'a draft is the company\'s own');
  const check = await anna.get(`requests/${reference}/check`);
  for (const text of [company.address.street, 'Brooktorkai', 'Handelsregister.pdf']) assert.ok(check.plain.includes(text), text);
  const receipt = await anna.follow(await anna.submit(check, {}, `${reference}/submit`));
  assert.ok(receipt.plain.includes(reference));
  const intake = { state: 'submitted', phase: 'Completeness check', departments: 'Service team', open: 0 };
  const first = await expectStatus(anna, reference, intake);

  // Point 4: intake within 5 seconds; download; reject with a reason; the other file; accept.
  await until(async () => (await service.get('staff/intake')).text.includes(reference), { ...WITHIN, what: 'the intake queue' });
  const dossier = await service.get(`staff/intake/${reference}`);
  const file = dossier.links.find(({ href }) => href?.includes('/documents/'));
  const download = await service.get(file.href);
  assert.deepEqual(download.bytes, story.pdf(reference));
  assert.match(download.headers.get('content-disposition'), /^attachment/);
  await story.reject(service, reference, 'Page two cannot be read.');
  const waiting = await expectStatus(anna, reference, { state: 'waiting_for_customer', phase: 'Completeness check', departments: 'Service team', open: 1 });
  assert.equal(waiting.since_at, first.since_at, 'the department has not changed');
  assert.match((await anna.get(`requests/${reference}`)).plain, /Please answer .*The document cannot be read\. Page two cannot be read\./);
  await story.upload(anna, reference, { name: 'second.pdf', content: story.pdf('second') });
  await story.waitForState(reference, 'submitted');
  await story.accept(service, reference);
  await expectStatus(anna, reference, intake);

  // Point 5: one ticket, two sub-tickets.
  await story.release(service, reference);
  const ticket = story.ticketOf(reference);
  const subs = sql(`SELECT s.team_key, s.state FROM sub_ticket s JOIN ticket t ON t.id = s.ticket_id WHERE t.reference = '${ticket}' ORDER BY s.team_key`);
  assert.deepEqual(subs, [{ team_key: 'compliance', state: 'open' }, { team_key: 'it', state: 'open' }]);
  const released = await expectStatus(anna, reference, { state: 'released', phase: 'Review by our departments', departments: 'Compliance, IT', open: 0 });
  assert.ok(released.since_at > first.since_at);
  assert.match((await anna.get('company')).plain, new RegExp(`Pending changes .*Street ${company.address.street} .*asked for: Brooktorkai ${reference} ?, being checked by Compliance, IT`));

  for (const [team, rest] of [['compliance', 'IT'], ['it', null]]) {
    const member = await signedIn(team);
    const sub = story.subTicketOf(ticket, team);
    const due = (await view(member, 'staff/queue?view=team')).lines.map((line) => line.due_at);
    assert.deepEqual(due, due.toSorted(), 'the queue is sorted by due time');
    assert.ok((await member.get('staff/queue?view=team')).text.includes(sub));
    await story.take(member, ticket, sub);
    await story.note(member, ticket, sub, `NOTE-${sub} never for the customer`);
    await story.message(member, ticket, sub, `MESSAGE-${sub} for the customer`);
    await story.complete(member, sub);
    const now = await anna.get(`requests/${reference}`);
    assert.ok(now.plain.includes(`MESSAGE-${sub}`));
    assert.ok(!now.text.includes('NOTE-'));
    // Point 6: old until the last one is done.
    if (rest) {
      await expectStatus(anna, reference, { state: 'released', phase: 'Review by our departments', departments: rest, open: 0 });
      const data = await view(anna, 'company');
      assert.equal(data.attributes.find(({ key }) => key === 'address.street').value, company.address.street);
      assert.equal((await anna.get(`requests/${reference}/confirmation`)).status, 404, 'nothing to confirm yet');
    }
  }
  await expectStatus(anna, reference, { state: 'completed', phase: '', departments: '', open: 0 });
  const data = await view(anna, 'company');
  assert.deepEqual(
    Object.fromEntries(data.attributes.map(({ key, value }) => [key.replace('address.', ''), value])),
    { street: 'Brooktorkai', house_number: '18', postal_code: '20457', city: 'Lübeck', country: 'Germany' });
  assert.equal(data.attributes[0].since, story.day());
  const confirmation = await rita.get(`requests/${reference}/confirmation`);
  for (const text of [reference, company.name, company.address.street, 'Brooktorkai', 'Effective from']) assert.ok(confirmation.plain.includes(text), text);

  await expectMails(reference, [
    [mailAddress, `We have received your request ${reference}`],
    ['service@example.org', `Neuer Antrag ${reference}: Änderung der Anschrift`],
    [mailAddress, `Please send a document again: request ${reference}`],
    ['service@example.org', `Unterlage nachgereicht: Antrag ${reference}`],
    [mailAddress, `New message about your request ${reference}`],
    [mailAddress, `New message about your request ${reference}`],
    [mailAddress, `Your request ${reference} is complete`],
  ]);
  const opened = mails().filter((mail) => mail.text.includes(ticket)).map((mail) => mail.to.join(','));
  assert.deepEqual(opened.sort(), ['compliance@example.org', 'it@example.org'], 'one mail to each department');
  assert.equal(mailsTo(`${people.rita}@example.org`).length, 0);
  for (const mail of mailsTo(mailAddress)) assert.ok(!mail.text.includes('NOTE-') && !mail.text.includes('MESSAGE-'));

  // Point 8: the history has every change, complete and in order.
  const rows = sql(`SELECT h.object, h.object_id, h.version, h.field, h.old_value, h.new_value, p.login FROM history h
    LEFT JOIN person p ON p.id = h.person_id WHERE h.request_id = (SELECT id FROM request WHERE reference = '${reference}') ORDER BY h.id`);
  const states = rows.filter(({ object, field }) => object === 'request' && field === 'state').map(({ old_value, new_value, login }) => [old_value, new_value, login]);
  assert.deepEqual(states, [
    [null, 'draft', people.anna], ['draft', 'submitted', people.anna], ['submitted', 'waiting_for_customer', 'service'],
    ['waiting_for_customer', 'submitted', null], ['submitted', 'released', 'service'], ['released', 'completed', null],
  ]);
  const street = rows.filter(({ field }) => field === 'address.street' || field === 'street').map(({ old_value, new_value }) => [old_value, new_value]);
  assert.deepEqual(street.at(-1), [company.address.street, 'Brooktorkai']);
  const lead = await signedIn('lead');
  const shown = (await view(lead, `staff/tickets/${ticket}/history`)).changes;
  assert.equal(shown.length, Math.min(rows.length, 50), 'the page shows every row');
  for (const change of shown) assert.ok(change.changed_at && (change.person || change.by_kontor) && change.object && change.field, JSON.stringify(change));
  assert.ok(shown.some(({ old_value, new_value, person }) => old_value === 'Submitted' && new_value === 'Released' && person === 'Greta Vogt'));
});

test('a date in the future: the old address holds, the new one is announced; mails and pages in German', async () => {
  const company = newCompany();
  const { sven } = newPeople(company, { sven: 'signatory' });
  const client = await signedIn(sven, { language: 'de' });
  const service = await signedIn('service');
  const reference = await story.submitted(client, { effectiveDate: story.day(40) });
  await story.accept(service, reference);
  await story.release(service, reference);
  const ticket = story.ticketOf(reference);
  for (const team of ['it', 'compliance']) {
    const member = await signedIn(team);
    const sub = story.subTicketOf(ticket, team);
    await story.take(member, ticket, sub);
    await story.complete(member, sub);
  }
  await story.waitForState(reference, 'completed');
  const data = await view(client, 'company');
  const street = data.attributes.find(({ key }) => key === 'address.street');
  assert.equal(street.value, company.address.street);
  assert.deepEqual(street.future, [{ value: 'Brooktorkai', from: story.day(40), reference }]);
  const date = new Intl.DateTimeFormat('de-DE', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(story.day(40)));
  assert.ok((await client.get('company')).plain.includes(`ab ${date}: Brooktorkai`));
  const address = `${sven}@example.org`;
  await expectMails(reference, [
    [address, `Wir haben Ihren Antrag ${reference} erhalten`],
    ['service@example.org', `Neuer Antrag ${reference}: Änderung der Anschrift`],
    [address, `Ihr Antrag ${reference} ist abgeschlossen`],
  ]);
  for (const mail of mailsTo(address)) assert.match(mail.text, /Guten Tag/);
  // The day comes.
  sql(`UPDATE company_attribute SET valid_from = CURDATE() - INTERVAL 1 DAY WHERE request_id = (SELECT id FROM request WHERE reference = '${reference}')`);
  const later = (await view(client, 'company')).attributes.find(({ key }) => key === 'address.street');
  assert.equal(later.value, 'Brooktorkai');
  assert.deepEqual(later.future, []);
});

test('pressing twice makes one: starting, submitting, writing, judging, releasing, taking, completing', async () => {
  const company = newCompany();
  const { anna } = newPeople(company, { anna: 'applicant' });
  const client = await signedIn(anna);
  const [service, lead] = [await signedIn('service'), await signedIn('lead')];
  const twice = (one, other) => Promise.all([one(), other()]);
  const send = (who, form, changes = {}) => () => who.post(form.action, { ...form.fields, ...changes });
  const count = (table, where) => Number(sqlValue(`SELECT COUNT(*) FROM ${table} WHERE ${where}`));

  const choice = (await client.get('requests/new/change')).form('/requests', story.ADDRESS);
  const started = await twice(send(client, choice), send(client, choice));
  assert.equal(started[0].location, started[1].location);
  assert.equal(count('request', `company_id = ${company.id}`), 1);
  const reference = /R-[0-9A-Z-]{9}/.exec(started[0].location)[0];
  const id = sqlValue(`SELECT id FROM request WHERE reference = '${reference}'`);
  // A second draft about the same thing is not begun; the open one is offered.
  const second = await client.submit(await client.get('requests/new/change'), story.ADDRESS, '/requests');
  assert.ok([409, 303].includes(second.status) && (await client.follow(second)).text.includes(reference));

  await story.answer(client, reference);
  await story.upload(client, reference);
  const submit = (await client.get(`requests/${reference}/check`)).form(`${reference}/submit`);
  for (const answer of await twice(send(client, submit), send(client, submit))) assert.equal(answer.status, 303);
  assert.equal((await send(client, submit)()).status, 303, 'the back button');
  assert.equal(count('history', `request_id = ${id} AND field = 'state' AND new_value = 'submitted'`), 1);
  assert.equal(count('outbox', `request_id = ${id}`), 2);

  const write = (await client.get(`requests/${reference}`)).form('/messages');
  await twice(send(client, write, { body: 'once' }), send(client, write, { body: 'once' }));
  assert.equal(count('message', `request_id = ${id}`), 1);

  const judge = (await service.get(`staff/intake/${reference}`)).forms.find(({ fields }) => fields.decision === 'accept');
  await twice(send(service, judge), send(service, judge));
  assert.equal(count('decision', `request_id = ${id} AND kind = 'document'`), 1);

  const form = async (who) => (await who.get(`staff/intake/${reference}/release`)).form('/release');
  const releases = await twice(send(service, await form(service)), send(lead, await form(lead)));
  for (const answer of releases) assert.equal(answer.status, 303);
  assert.equal(count('ticket', `request_id = ${id}`), 1);
  const ticket = story.ticketOf(reference);
  assert.equal(count('sub_ticket', `ticket_id = (SELECT id FROM ticket WHERE reference = '${ticket}')`), 2);

  const member = await signedIn('it');
  const sub = story.subTicketOf(ticket, 'it');
  const open = async (who) => (await who.get(`staff/tickets/${ticket}`)).form(`${sub}/take`);
  const taken = await twice(send(member, await open(member)), send(lead, await open(lead)));
  assert.deepEqual(taken.map(({ status }) => status).sort(), [303, 422], 'one of two people gets it');
  const owner = sqlValue(`SELECT p.login FROM sub_ticket s JOIN person p ON p.id = s.owner_id WHERE s.reference = '${sub}'`);
  const winner = owner === 'it' ? member : lead;
  const last = (await winner.get(`staff/sub-tickets/${sub}/complete`)).form('/complete');
  await twice(send(winner, last, { outcome: 'approved' }), send(winner, last, { outcome: 'approved' }));
  assert.equal(count('decision', `sub_ticket_id = (SELECT id FROM sub_ticket WHERE reference = '${sub}')`), 1);
});

test('the other ways to end: declined with a reason, withdrawn, discarded; then a new one can begin', async () => {
  const company = newCompany();
  const { anna } = newPeople(company, { anna: 'applicant' });
  const client = await signedIn(anna);
  const service = await signedIn('service');

  const declined = await story.submitted(client);
  await story.fill(service, `staff/intake/${declined}/decline`, '/decline', { reason: 'The register knows no such address.' });
  const page = await client.get(`requests/${declined}`);
  assert.match(page.plain, /Your request was declined\. The register knows no such address\./);
  await expectMails(declined, [
    [`${anna}@example.org`, `We have received your request ${declined}`],
    [`${anna}@example.org`, `Your request ${declined} has been declined`],
    ['service@example.org', `Neuer Antrag ${declined}: Änderung der Anschrift`],
  ]);

  const withdrawn = await story.submitted(client);
  await story.fill(client, `requests/${withdrawn}/withdraw`, '/withdraw');
  assert.equal(story.stateOf(withdrawn), 'withdrawn');
  assert.ok(!(await service.get('staff/intake')).text.includes(withdrawn));

  const discarded = await story.completeDraft(client);
  await story.fill(client, `requests/${discarded}/discard`, '/discard');
  assert.equal(story.stateOf(discarded), 'discarded');
  assert.ok(await story.begin(client));
});

test('a message of the customer goes to those who work on it, once each', async () => {
  const company = newCompany();
  const { anna } = newPeople(company, { anna: 'applicant' });
  const client = await signedIn(anna);
  const service = await signedIn('service');
  const reference = await story.submitted(client);
  await story.fill(client, `requests/${reference}`, '/messages', { body: 'When will it be done?' });
  await story.accept(service, reference);
  await story.release(service, reference);
  await story.fill(client, `requests/${reference}`, '/messages', { body: 'And now?' });
  const subject = `Neue Nachricht von ${company.name} zum Antrag ${reference}`;
  const to = () => mails().filter((mail) => mail.subject === subject).map((mail) => mail.to[0]).sort();
  await until(() => to().length >= 3, { what: 'three mails' });
  assert.deepEqual(to(), ['compliance@example.org', 'it@example.org', 'service@example.org']);
  const link = (mail) => /http:\/\/localhost:\d+(\S+)/.exec(mail.text)[1];
  const member = await signedIn('it');
  const mail = mailsTo('it@example.org').find((one) => one.subject === subject);
  const page = await member.follow(await member.get(link(mail)));
  assert.match(page.plain, /And now\?/, 'the link of the mail leads to the message');
  assert.equal(sqlValue(`SELECT COUNT(*) FROM message WHERE company_id = ${quote(company.id)}`), '2');
});

test('master data that changed meanwhile stop the step, and a lead decides', async () => {
  const company = newCompany();
  const { anna } = newPeople(company, { anna: 'applicant' });
  const client = await signedIn(anna);
  const [service, lead] = [await signedIn('service'), await signedIn('lead')];
  const reference = await story.submitted(client);
  await story.accept(service, reference);
  await story.release(service, reference);
  sql(`INSERT INTO company_attribute (company_id, attribute_key, valid_from, value, recorded_at) VALUES (${company.id}, 'address.street', CURDATE(), 'Zwischenweg', NOW(6))`);
  const ticket = story.ticketOf(reference);
  for (const team of ['it', 'compliance']) {
    const sub = story.subTicketOf(ticket, team);
    await story.take(lead, ticket, sub);
    await story.complete(lead, sub);
  }
  const stopped = await until(async () => {
    const page = await lead.get(`staff/tickets/${ticket}`);
    return page.plain.includes('The master data have changed since the request began.') ? page : null;
  }, { what: 'the conflict on the ticket' });
  for (const text of [company.address.street, 'Zwischenweg', 'Brooktorkai']) assert.ok(stopped.plain.includes(text), text);
  assert.equal((await view(client, 'company')).attributes[0].value, 'Zwischenweg');
  assert.equal((await view(client, `requests/${reference}`)).phase, 'Completion');
  const anyway = stopped.forms.find(({ action, fields }) => action.endsWith('/incident/retry') && fields.force === '1');
  assert.equal((await lead.post(anyway.action, anyway.fields)).status, 303);
  await story.waitForState(reference, 'completed');
  assert.equal((await view(client, 'company')).attributes[0].value, 'Brooktorkai');
});
