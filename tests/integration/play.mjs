// One play (harness/play.mjs) over HTTP: asked for, checked, routed, decided, finished. Knows pages, no request type.
import assert from 'node:assert/strict';
import { signedIn } from '../harness/client.mjs';
import { waitForMail } from '../harness/mail.mjs';
import { newCompany, newPeople, quote } from '../harness/people.mjs';
import * as play from '../harness/play.mjs';
import { prefix, sql, until } from '../harness/stack.mjs';
import { pdf, release, stateOf, ticketOf, waitForState } from '../harness/story.mjs';

const staff = new Map();
/** A signed-in member of staff, in English. */
const person = (login) => {
  if (!staff.has(login)) staff.set(login, signedIn(login));
  return staff.get(login);
};

/** Fields of a form page as they are posted. Boxes are found by their value, rows are added by the page's own button. */
async function filled(client, page, action, answers) {
  let form = page.form(action);
  const fields = () => form.fields;
  for (const [key, value] of Object.entries(answers)) {
    const rows = Array.isArray(value) && typeof value[0] === 'object' ? value : [];
    while (rows.length > 0 && !(`${key}[${rows.length - 1}]` in fields())) {
      const answer = await client.post(form.action, { ...fields(), 'kontor-add': key });
      page = await client.follow(answer);
      form = page.form(action);
      assert.ok(`${key}[0]` in fields(), `a row of ${key} on ${page.url} (${page.status})`);
    }
  }
  const out = { ...form.fields };
  const put = (name, value) => {
    if (Array.isArray(value)) {
      for (const box of form.boxes.filter((one) => one.name.startsWith(`${name}[`) && (value.includes(one.value) || value.includes(one.label)))) out[box.name] = box.value;
    } else if (value === false) delete out[name];
    else out[name] = String(value);
  };
  for (const [key, value] of Object.entries(answers)) {
    if (Array.isArray(value) && typeof value[0] === 'object') value.forEach((row, n) => Object.entries(row).forEach(([field, one]) => put(`${key}[${n}].${field}`, one)));
    else put(key, value);
  }
  return { action: form.action, fields: out };
}
/** Fill in a page and send it; what an answer brings up comes with the page that is shown again. */
async function fillPage(client, path, action, answers) {
  let page = await client.get(path);
  assert.equal(page.status, 200, `${path}: ${page.status}`);
  for (let round = 0; ; round++) {
    const { action: where, fields } = await filled(client, page, action, answers);
    page = await client.follow(await client.post(where, fields));
    if (page.status === 200 && !page.url.endsWith(path)) return page;
    assert.ok(round < 3, `${path}: ${page.status} ${JSON.stringify(page.errors)}`);
  }
}

async function begin(client, definition) {
  const choice = await client.get(`requests/new/${definition.action}?lang=de`);
  assert.ok(choice.plain.includes(definition.german(definition.title)), 'offered in German');
  const page = await client.get(`requests/new/${definition.action}?lang=en`);
  assert.ok(page.plain.includes(definition.title), 'offered in English');
  const answer = await client.submit(page, { request_type: definition.key }, `${prefix}requests`);
  assert.equal(answer.status, 303, answer.text);
  return /R-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(answer.location)[0];
}

async function upload(client, reference, slot, document, n) {
  const page = await client.get(`requests/${reference}/documents/${slot}`);
  const form = page.forms.filter(({ enctype }) => enctype === 'multipart/form-data').at(-1);
  assert.ok(form, `a form to upload on ${page.url} (${page.status})`);
  const body = new FormData();
  for (const [name, value] of Object.entries(form.fields)) if (!['file', 'kind', 'issued_on'].includes(name)) body.append(name, value);
  body.append('kind', document.kind);
  body.append('issued_on', document.issued ?? '');
  body.append('file', new Blob([pdf(`${reference} ${slot} ${n}`)], { type: 'application/pdf' }), `${slot}-${n}.pdf`);
  const sent = await client.request('POST', form.action, { body });
  assert.equal(sent.status, 303, `${slot}: ${sent.status} ${sent.plain}`);
  const after = await client.follow(sent);
  assert.ok(after.plain.includes(`${slot}-${n}.pdf`), `${slot}-${n}.pdf on ${after.url}`);
}

/** Answers and documents; nothing more is asked for than the play gives, and nothing less. */
async function complete(client, reference, definition, script) {
  for (const form of definition.forms) if (script.answers[form]) await fillPage(client, `requests/${reference}/answers/${form}`, `answers/${form}`, script.answers[form]);
  const slots = async () => [...new Set((await client.get(`requests/${reference}`)).links.map(({ href }) => /\/documents\/([\w-]+)$/.exec(href ?? '')?.[1]).filter(Boolean))].sort();
  assert.deepEqual(await slots(), Object.keys(script.documents ?? {}).sort(), 'documents that are asked for');
  for (const [slot, documents] of Object.entries(script.documents ?? {})) for (const [n, document] of documents.entries()) await upload(client, reference, slot, document, n);
}

async function customerSees(client, reference, wanted) {
  for (const language of ['de', 'en']) {
    const page = await client.get(`requests/${reference}?lang=${language}`);
    for (const text of wanted(language)) if (text) assert.ok(page.plain.includes(text), `${reference} in ${language}: "${text}" in: ${page.plain.slice(0, 1500)}`);
  }
}

async function intake(reference) {
  const service = await person('service');
  await waitForState(reference, 'submitted');
  const path = `staff/intake/${reference}`;
  for (let round = 0; round < 40; round++) {
    const page = await service.get(path);
    // What is wanted on paper has a page of its own to say that it is here.
    const original = page.links.find(({ text }) => text.startsWith('Original has arrived'))?.href;
    const form = original ? (await service.get(original)).forms.find(({ fields }) => fields.decision === 'arrived')
      : page.forms.find(({ fields }) => fields.decision === 'accept');
    if (!form) break;
    const sent = await service.post(form.action, form.fields);
    assert.equal(sent.status, 303, `accept: ${sent.status} ${sent.plain}`);
  }
  await release(service, reference);
}

const ticketPage = (client, ticket, sub) => client.get(`staff/tickets/${ticket}?sub_ticket=${sub}`);
/** Take it, if that is allowed. */
async function take(client, ticket, sub) {
  const form = (await ticketPage(client, ticket, sub)).forms.find(({ action }) => action.endsWith(`${sub}/take`));
  return form && client.post(form.action, form.fields);
}
/** One sub-ticket by one person: taken, its phases gone through, its form filled in, completed. */
async function work(entry, reference) {
  const ticket = ticketOf(reference);
  const open = play.openOne(reference, entry);
  const sub = open.reference;
  for (const login of entry.refused ?? []) {
    await take(await person(login), ticket, sub);
    assert.equal(play.openOne(reference, entry).owner, null, `${login} must not take ${entry.task}`);
  }
  const member = await person(entry.by ?? open.team);
  assert.equal((await take(member, ticket, sub)).status, 303);
  if (entry.message) {
    const form = (await ticketPage(member, ticket, sub)).forms.find(({ action }) => action.endsWith(`${sub}/messages`));
    assert.equal((await member.post(form.action, { ...form.fields, message: entry.message })).status, 303);
  }
  const outcome = entry.outcome ?? 'approved';
  // Documents that this team examines.
  for (let round = 0; round < 20; round++) {
    const form = (await ticketPage(member, ticket, sub)).forms.find(({ action, fields }) => action.includes('/slots/') && fields.decision === 'accept');
    if (!form) break;
    assert.equal((await member.post(form.action, form.fields)).status, 303);
  }
  for (let round = 0; round < 10 && outcome !== 'rejected'; round++) {
    const form = (await ticketPage(member, ticket, sub)).forms.find(({ action }) => action.endsWith(`${sub}/phase`));
    if (!form) break;
    assert.equal((await member.post(form.action, form.fields)).status, 303);
  }
  await fillPage(member, `staff/sub-tickets/${sub}/complete`, `${sub}/complete`, { outcome, ...(entry.reason ? { reason: entry.reason } : {}), ...entry.form });
}

const stuck = (reference) => {
  const open = play.incidents(reference);
  assert.deepEqual(open, [], 'nothing is stuck');
};

/** Walk the play of a type that is published. */
export async function walk(definition, script) {
  const company = newCompany({ name: script.company });
  play.furnish(company, script.register);
  const roles = script.roles ?? ['applicant'];
  const { anna } = newPeople(company, { anna: roles[0] });
  for (const role of roles.slice(1)) sql(`INSERT INTO company_role (company_id, person_id, role, given_at) SELECT company_id, id, ${quote(role)}, NOW(6) FROM person WHERE login = ${quote(anna)}`);
  await play.act(company, null, script.given);
  const client = await signedIn(anna);
  const before = play.recorded(company);

  const reference = await begin(client, definition);
  for (const { form, answers, errors } of script.refused ?? []) {
    const { action, fields } = await filled(client, await client.get(`requests/${reference}/answers/${form}`), `answers/${form}`, answers);
    const answer = await client.post(action, fields);
    assert.equal(answer.status, 422, `${form} is refused`);
    // Links of the error summary lead to ids: products-0-offer for the posted name products[0].offer.
    assert.deepEqual(answer.errors.map(({ field }) => field).sort(), errors.map((name) => name.replace(/[[\].]+/g, '-')).sort());
  }
  await complete(client, reference, definition, script);
  if (script.blocked) {
    for (const language of ['de', 'en']) assert.ok((await client.get(`requests/${reference}/check?lang=${language}`)).plain.includes(script.blocked[language]), script.blocked[language]);
    const check = await client.get(`requests/${reference}`);
    const answer = await client.post(`requests/${reference}/submit`, { csrf: check.forms.find(({ fields }) => fields.csrf).fields.csrf });
    assert.notEqual(answer.status, 303, 'and the server refuses it');
    assert.equal(stateOf(reference), 'draft');
    if (!script.work) return;
    await play.act(company, reference, script.unblock);
  }
  const check = await client.get(`requests/${reference}/check?lang=en`);
  const sent = await client.submit(check, {}, `${reference}/submit`);
  assert.equal(sent.status, 303, `submit: ${sent.status} ${sent.plain}`);
  await customerSees(client, reference, (language) => [language === 'de' ? definition.german(definition.intakePhase) : definition.intakePhase]);
  await intake(reference);

  for (const entry of script.work) {
    const open = await until(() => { stuck(reference); return play.openOne(reference, entry); }, { seconds: 15, what: `${entry.task} ${entry.subject ?? ''} of ${reference}` });
    const task = definition.tasks[entry.task];
    const team = play.teamName(open.team);
    await until(async () => { await customerSees(client, reference, (language) => [task.step, task.phase].map((text) => text && (language === 'de' ? definition.german(text) : text)).concat(team[language])); return true; }, { seconds: 5, what: `the customer sees ${entry.task}` });
    assert.deepEqual(play.recorded(company), before, `nothing has changed before ${entry.task}`);
    await play.act(company, reference, entry.before);
    const address = entry.mail?.to === 'customer' ? `${anna}@example.org` : entry.mail?.to;
    if (entry.mail) await waitForMail((mail) => mail.to.includes(address) && mail.subject.includes(entry.mail.subject), { seconds: 15 });
    if (script.sideBySide) {
      const page = await (await person('lead')).get(`staff/tickets/${ticketOf(reference)}`);
      for (const text of script.sideBySide) assert.ok(page.plain.includes(text), `${text} beside each other on the ticket: ${page.plain}`);
    }
    await work(entry, reference);
  }
  await until(() => { stuck(reference); return stateOf(reference) === script.end; }, { seconds: 20, what: `${reference} is ${script.end}` });
  assert.deepEqual(play.recorded(company), play.expected(before, script.after), 'what is on record at the end');
  const made = play.subTickets(reference).map(({ task, subject, state }) => `${task} ${subject ?? ''} ${state}`).sort();
  const wanted = script.work.map(({ task, subject, cancelled }) => `${task} ${subject ?? ''} ${cancelled ? 'cancelled' : 'done'}`).concat((script.cancelled ?? []).map(({ task, subject }) => `${task} ${subject ?? ''} cancelled`)).sort();
  assert.deepEqual(made, wanted, 'exactly these sub-tickets');
  await customerSees(client, reference, (language) => (script.reason ? [language === 'de' ? definition.german(script.reason) : script.reason] : []));
  if (script.end === 'completed') assert.equal((await client.get(`requests/${reference}/confirmation`)).status, 200);
  else assert.equal((await client.get(`requests/${reference}/confirmation`)).status, 404);
}
