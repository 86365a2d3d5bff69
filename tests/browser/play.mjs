// One play (harness/play.mjs) in a browser. Knows pages, no request type.
import assert from 'node:assert/strict';
import { newCompany, newPeople, quote } from '../harness/people.mjs';
import * as play from '../harness/play.mjs';
import { password, sql, until, url } from '../harness/stack.mjs';
import { pdf, stateOf, ticketOf, waitForState } from '../harness/story.mjs';

const go = async (page, selector) => {
  await Promise.all([page.waitForNavigation(), page.locator(selector).first().click()]);
};
/** For a selector: `form[action$="..."]`. */
const named = (name) => `[name=${JSON.stringify(name)}]`;

const ORIGINAL = { en: 'Original has arrived', de: 'Original eingegangen' };
/** A number as it is typed in the language of the page. */
const typed = (value, language) => (language === 'de' && /^\d+\.\d+$/.test(value) ? value.replace('.', ',') : String(value));

/** A field has the control that its answer needs; questions that an answer brings up come a moment later. */
async function put(page, name, value, language) {
  const control = page.locator(named(name)).first();
  if (Array.isArray(value)) {
    for (const one of value) await page.locator(`[name^=${JSON.stringify(`${name}[`)}]`).and(page.locator(`[value=${JSON.stringify(one)}]`)).or(page.getByLabel(one, { exact: true })).first().check();
    return;
  }
  await control.waitFor({ state: 'attached', timeout: 5000 });
  const kind = await control.evaluate((node) => node.type ?? node.tagName);
  if (kind === 'select-one') await control.selectOption(String(value));
  else if (kind === 'radio') await page.locator(`${named(name)}[value=${JSON.stringify(String(value))}]`).check();
  else if (kind === 'checkbox') await control.setChecked(value === true);
  else await control.fill(typed(value, language));
}
async function fill(page, answers, language) {
  for (const [key, value] of Object.entries(answers)) {
    if (!Array.isArray(value) || typeof value[0] !== 'object') {
      await put(page, key, value, language);
      continue;
    }
    while (await page.locator(named(`${key}[${value.length - 1}]`)).count() === 0) {
      const rows = () => page.locator(`input[type=hidden][name^=${JSON.stringify(`${key}[`)}]`).count();
      const before = await rows();
      await page.locator(`[name=kontor-add][value=${JSON.stringify(key)}]`).click();
      await until(async () => (await rows()) > before, { what: `a row of ${key}` });
    }
    for (const [n, row] of value.entries()) for (const [field, one] of Object.entries(row)) await put(page, `${key}[${n}].${field}`, one, language);
  }
}

const fileName = (slot, n) => `${n + 1} ${slot.replaceAll('-', ' ')}.pdf`;
async function upload(page, slot, documents, reference) {
  for (const [n, document] of documents.entries()) {
    const form = page.locator('form[enctype="multipart/form-data"]').last();
    // Where there is a document already, the form for another one is behind a summary.
    if (!(await form.locator('[name=file]').isVisible())) await page.locator('summary').last().click();
    await form.locator(`[name=kind][value=${JSON.stringify(document.kind)}]`).check();
    if (document.issued) await form.locator('[name=issued_on]').fill(document.issued);
    await form.locator('[name=file]').setInputFiles({ name: fileName(slot, n), mimeType: 'application/pdf', buffer: pdf(`${reference} ${slot} ${n}`) });
    await Promise.all([page.waitForNavigation(), form.locator('button[type=submit]').click()]);
    assert.ok((await page.locator('main').innerText()).includes(fileName(slot, n)), fileName(slot, n));
  }
}

/** From the start page to the submitted request; its reference. */
async function draft(one, definition, script, { company, language }) {
  const { page, look } = one;
  await page.goto(url(''));
  await go(page, `a[href$="requests/new/${definition.action}"]`);
  await go(page, `main form:has([value="${definition.key}"]) button`);
  const reference = play.requestOf(company);
  await look(`${definition.key}-draft`);
  for (const form of definition.forms.filter((id) => script.answers[id])) {
    await page.goto(url(`requests/${reference}`));
    await go(page, `a[href$="answers/${form}"]`);
    await fill(page, script.answers[form], language);
    await look(`${definition.key}-${form}`);
    await go(page, '.k-actions button[type=submit]');
    assert.equal(await page.locator('.govuk-error-summary').count(), 0, await page.locator('main').innerText());
  }
  for (const [slot, documents] of Object.entries(script.documents ?? {})) {
    await page.goto(url(`requests/${reference}`));
    await go(page, `a[href$="documents/${slot}"]`);
    await upload(page, slot, documents, reference);
  }
  await page.goto(url(`requests/${reference}/check`));
  if (script.blocked) {
    assert.ok((await page.locator('main').innerText()).includes(script.blocked[language]));
    await play.act(company, reference, script.unblock);
    await page.reload();
  }
  await look(`${definition.key}-check`);
  await go(page, 'form[action$=submit] button');
  return reference;
}

async function intake(service, definition, reference, language) {
  const { page, look } = service;
  await waitForState(reference, 'submitted');
  await page.goto(url('staff/intake'));
  await go(page, `a[href$="${reference}"]`);
  await look(`${definition.key}-intake`);
  for (let round = 0; round < 40; round++) {
    await page.goto(url(`staff/intake/${reference}`));
    const original = `main a:has-text("${ORIGINAL[language]}")`;
    if (await page.locator(original).count()) {
      await go(page, original);
      await go(page, 'form:has([name=decision][value=arrived]) button');
    } else if (await page.locator('form:has([name=decision][value=accept])').count()) {
      await go(page, 'form:has([name=decision][value=accept]) button');
    } else break;
  }
  await go(page, `a[href$="${reference}/release"]`);
  await go(page, `form[action$="${reference}/release"] button[type=submit]`);
}

/** One sub-ticket: found in the queue, taken, its phases, its form, its outcome. */
async function work(member, definition, entry, { reference, language }) {
  const { page, look } = member;
  const ticket = ticketOf(reference);
  const { reference: sub } = play.openOne(reference, entry);
  await page.goto(url('staff/queue?view=team'));
  await go(page, `main a[href*="${ticket}"]`);
  await go(page, `form[action$="${sub}/take"] button`);
  if (entry.message) {
    await page.goto(url(`staff/tickets/${ticket}?sub_ticket=${sub}`));
    await page.fill('#message', entry.message);
    await go(page, `form[action$="${sub}/messages"] button`);
  }
  const examine = `form[action*="/slots/"]:has([name=decision][value=accept])`;
  while (await page.locator(examine).count()) await go(page, `${examine} button`);
  while (await page.locator(`form[action$="${sub}/phase"]`).count()) await go(page, `form[action$="${sub}/phase"] button`);
  await go(page, `a[href$="${sub}/complete"]`);
  await fill(page, entry.form ?? {}, language);
  await page.check(`[name=outcome][value=${entry.outcome ?? 'approved'}]`);
  if (entry.reason) await page.fill('#reason', entry.reason);
  if (entry.form) await look(`${definition.key}-complete-${entry.task}`);
  await go(page, 'main form button.govuk-button[type=submit]');
  assert.equal(await page.locator('.govuk-error-summary').count(), 0, await page.locator('main').innerText());
}

/** The customer's open page shows phase, department and step of what is open now, in its language. */
async function customerSees(one, definition, entry, reference, language) {
  const open = await until(() => play.openOne(reference, entry), { seconds: 15, what: `${entry.task} ${entry.subject ?? ''}` });
  const { step, phase } = definition.tasks[entry.task];
  const texts = [step, phase].filter(Boolean).map((text) => (language === 'de' ? definition.german(text) : text)).concat(play.teamName(open.team)[language]);
  for (const text of texts) await one.page.locator('#live', { hasText: text }).first().waitFor({ timeout: 7000 }).catch(() => assert.fail(`"${text}" in ${one.page.url()}`));
}

/**
 * Walk the play. `look` (a Look) sees each page that shows something of the type itself; who calls finishes it.
 */
export async function walk(look, definition, script, { language = 'en' } = {}) {
  const company = newCompany({ name: script.company });
  play.furnish(company, script.register);
  const roles = script.roles ?? ['applicant'];
  const { anna } = newPeople(company, { anna: roles[0] });
  for (const role of roles.slice(1)) sql(`INSERT INTO company_role (company_id, person_id, role, given_at) SELECT company_id, id, ${quote(role)}, NOW(6) FROM person WHERE login = ${quote(anna)}`);
  await play.act(company, null, script.given);
  const before = play.recorded(company);
  const people = new Map();
  const person = async (login) => {
    if (!people.has(login)) {
      const one = await look.person({ language });
      await one.signIn(login, password);
      people.set(login, one);
    }
    return people.get(login);
  };

  const customer = await person(anna);
  const reference = await draft(customer, definition, script, { company, language });
  await intake(await person('service'), definition, reference, language);
  await customer.page.goto(url(`requests/${reference}`));
  for (const entry of script.work) {
    await customerSees(customer, definition, entry, reference, language);
    assert.deepEqual(play.recorded(company), before, `nothing has changed before ${entry.task}`);
    await play.act(company, reference, entry.before);
    await work(await person(entry.by ?? play.openOne(reference, entry).team), definition, entry, { reference, language });
  }
  await until(() => stateOf(reference) === script.end, { seconds: 20, what: `${reference} is ${script.end}` });
  assert.deepEqual(play.recorded(company), play.expected(before, script.after));
  await customer.page.goto(url(`requests/${reference}`));
  await customer.look(`${definition.key}-done`);
  await go(customer.page, 'a[href$=confirmation]');
  await customer.page.goto(url('company'));
  await customer.look(`${definition.key}-company`);
  for (const one of people.values()) await one.close();
}
