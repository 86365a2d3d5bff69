// The main story in a browser, from the first sign-in to the printed confirmation. Run by story-*.test.mjs with and
// without JavaScript, in both languages, wide and at 360 px. Everything is reached by links and buttons of the pages;
// nobody types an address but to try what must not work.
import assert from 'node:assert/strict';
import { waitForMail, mailsTo } from '../harness/mail.mjs';
import { newCompany, newPeople, quote } from '../harness/people.mjs';
import { password, sql, sqlValue, until, url } from '../harness/stack.mjs';
import { day, newAddress, pdf, ticketOf } from '../harness/story.mjs';
import { Look } from './look.mjs';

const WORDS = {
  en: { germany: 'Germany', austria: 'Austria', waiting: 'Waiting for you', reference: 'Your reference number', oldest: /Not older than 3 months/, refused: /content of the file is not what its name says/, expected: 'Completeness check', done: 'Completed' },
  de: { germany: 'Deutschland', austria: 'Österreich', waiting: 'Wartet auf Sie', reference: 'Ihre Referenznummer', oldest: /Nicht älter als 3 Monate/, refused: /Inhalt der Datei passt nicht/i, expected: 'Vollständigkeitsprüfung', done: 'Abgeschlossen' },
};
// How long a phase may take to reach an open page.
const LIVE_SECONDS = 5;

const text = (page) => page.locator('main').innerText();
const go = async (page, selector) => {
  await Promise.all([page.waitForNavigation(), page.click(selector)]);
};

/** The live region changes within 5 s where scripts run; elsewhere the person loads the page again. */
async function shown(one, javaScript, selector, since) {
  if (javaScript) {
    await one.page.locator(selector).first().waitFor({ state: 'attached', timeout: LIVE_SECONDS * 1000 + 500 });
    assert.ok(Date.now() - since < LIVE_SECONDS * 1000 + 500, `${selector} after ${Date.now() - since} ms`);
    return;
  }
  await until(async () => {
    await one.page.reload();
    return (await one.page.locator(selector).count()) > 0;
  }, { seconds: LIVE_SECONDS, what: selector });
}

async function fillAddress(page) {
  await page.fill('#street', newAddress.street);
  await page.fill('#houseNumber', newAddress.houseNumber);
  await page.fill('#postalCode', '1010');
  await page.fill('#city', 'Wien');
  await page.selectOption('#country', 'AT');
}

async function upload(page, { name, content, kind, issued_on }) {
  if (kind) await page.check(`[name=kind][value=${kind}]`);
  if (issued_on) await page.fill('#issued_on', issued_on);
  await page.setInputFiles('#file', { name, mimeType: 'application/pdf', buffer: content });
  await go(page, 'form[enctype] button[type=submit]');
}

/** test: of node:test. options: language, javaScript, width */
export async function story(test, browser, { language, javaScript, width }) {
  const words = WORDS[language];
  const look = new Look(browser);
  const company = newCompany();
  const stranger = newCompany();
  const { anna } = newPeople(company, { anna: 'applicant' });
  const { otto } = newPeople(stranger, { otto: 'applicant' });
  const people = [];
  const person = async (login) => {
    const one = await look.person({ language, javaScript, width });
    if (login) await one.signIn(login, password);
    people.push(one);
    return one;
  };

  let applicant, service, reference, ticket;
  // What follows a failed step would only fail for want of it.
  let failed = false;
  const step = (name, run) => test.test(name, { skip: failed && 'an earlier step failed' }, async () => {
    failed = true;
    await run();
    failed = false;
  });

  await step('sign in: one message for every wrong pair; then the empty start page', async () => {
    applicant = await person();
    const { page, look: at } = applicant;
    await page.goto(url(''));
    await at('login');
    await page.fill('#login', anna);
    await page.fill('#password', 'wrong');
    await go(page, 'main button[type=submit]');
    await at('login-wrong', { status: 422 });
    assert.equal(await page.inputValue('#login'), anna, 'the login name is kept');
    assert.equal(await page.inputValue('#password'), '');
    await page.fill('#password', password);
    await go(page, 'main button[type=submit]');
    await at('start-empty');
    assert.equal(await page.locator('.k-empty').count(), 1);
    assert.equal(await page.locator('a[href$="requests/new/change"]').count(), 1);
    assert.equal(await page.locator('a[href*="requests/new/"]').count(), 4, 'the three actions, and questions');
    await go(page, '.k-nav a[href$=company]');
    await at('company');
    assert.match(await text(page), new RegExp(`${company.address.street}[^]*${words.germany}`));
    await go(page, '.k-nav a >> nth=0');
  });

  await step('a draft: new values beside the present ones, errors lead to the field', async () => {
    const { page, look: at } = applicant;
    await go(page, 'a[href$="requests/new/change"]');
    await at('new');
    await go(page, 'main form:has([value="change-of-address"]) button');
    reference = /R-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(page.url())[0];
    await at('draft');
    await go(page, 'a[href$="answers/address"]');
    await at('answers');
    assert.equal(await page.inputValue('#street'), company.address.street);
    assert.match(await page.locator('#country-hint').innerText(), new RegExp(words.germany));
    await page.fill('#street', '');
    await page.fill('#postalCode', '?');
    await page.fill('#city', 'Wien');
    await go(page, 'main button[type=submit] >> nth=0');
    await at('answers-422', { status: 422 });
    assert.equal(await page.inputValue('#city'), 'Wien', 'what was typed is kept');
    assert.equal(await page.locator('.govuk-error-summary li').count(), 2);
    await page.click('.govuk-error-summary a[href="#postalCode"]');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'postalCode');
    await fillAddress(page);
    await go(page, '[name=kontor-later]');
    await at('answers-later');
    await page.goto(url(''));
    await at('start-draft');
    await go(page, `a[href$="${reference}"]`);
    await go(page, 'a[href$="answers/details"]');
    await at('details');
    await page.fill('#effectiveDate', day());
    await page.fill('#remarks', '<b>Tür & Tor</b>\n2');
    await go(page, 'main button[type=submit] >> nth=0');
  });

  await step('the document: a disguised program is refused with the reason, the rest stays', async () => {
    const { page, look: at } = applicant;
    await at('slot');
    assert.match(await text(page), words.oldest);
    await upload(page, { name: 'extract.pdf', content: Buffer.from('MZ\x90\0\x03 program'), kind: 'register-extract', issued_on: day(-20) });
    await at('slot-refused');
    assert.match(await text(page), words.refused);
    assert.ok(await page.isChecked('[name=kind][value=register-extract]'), 'the kind is kept');
    assert.equal(await page.inputValue('#issued_on'), day(-20), 'the date is kept');
    await upload(page, { name: 'extract.pdf', content: pdf(reference) });
    await at('slot-filled');
    // Leave and come back.
    await go(page, '.k-account__button');
    await at('signed-out');
    await page.goto(url('company'));
    assert.match(page.url(), /\/login/);
    await applicant.signIn(anna, password);
    await page.goto(url(''));
    await go(page, `a[href$="${reference}"]`);
    await at('draft-complete');
    assert.equal(await page.locator('.k-tag--done').count(), 3, 'answers and document are there');
  });

  await step('check and submit: two clicks, one request', async () => {
    const { page, look: at } = applicant;
    await go(page, 'a[href$=discard]');
    await at('discard');
    await go(page, '.govuk-back-link');
    service = await person('service');
    await service.page.goto(url('staff/intake'));
    await go(page, 'a[href$=check]');
    await at('check');
    const answers = await text(page);
    assert.match(answers, new RegExp(`${words.germany}[^]*${words.austria}`));
    assert.ok(answers.includes('<b>Tür & Tor</b>'), 'text is shown as typed');
    let posts = 0;
    page.on('request', (request) => { posts += request.method() === 'POST' && request.url().endsWith('/submit') ? 1 : 0; });
    const sentAt = Date.now();
    if (javaScript) await Promise.all([page.waitForURL(/receipt/), page.dblclick('form[action$=submit] button')]);
    else await go(page, 'form[action$=submit] button');
    await shown(service, javaScript, `a[href$="${reference}"]`, sentAt);
    await at('receipt');
    assert.match(await text(page), new RegExp(`${words.reference}\\s+${reference}`));
    assert.equal(posts, 1, 'a double click sends one form');
    assert.equal(await page.locator('[data-print]').isVisible(), javaScript);
    await page.goBack();
    await page.waitForLoadState();
    assert.match(page.url(), new RegExp(`${reference}(/receipt)?$`), 'the back button finds what was submitted');
    assert.equal(sqlValue(`SELECT COUNT(*) FROM request WHERE company_id = ${company.id}`), '1');
    await page.goto(url(''));
    await at('start-submitted');
    await go(page, 'a[href$="requests/new/change"]');
    await go(page, 'main form:has([value="change-of-address"]) button');
    await at('open-already', { status: 409 });
    await go(page, `a[href$="${reference}"].govuk-button`);
    await at('status-submitted');
    assert.match(await text(page), new RegExp(words.expected));
    await go(page, 'a[href$=withdraw]');
    await at('withdraw');
    await go(page, '.govuk-back-link');
  });

  await step('intake sees it, reads the document and asks for another', async () => {
    const { page, look: at } = service;
    await page.reload();
    await at('intake');
    await go(page, `a[href$="${reference}"]`);
    await at('intake-request');
    assert.match(await text(page), new RegExp(`${words.germany}[^]*${words.austria}`));
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('main a[href*="/documents/"]')]);
    assert.equal(download.suggestedFilename(), 'extract.pdf');
    await go(page, 'a[href*="slots/proof"]');
    await at('intake-slot');
    await go(page, 'form:has([name=decision][value=reject]) button');
    await at('intake-slot-422', { status: 422 });
    await page.check('[name=reason_key][value=too-old]');
    await page.fill('#reason_text', 'Wien 2026, bitte / please.');
    const at0 = Date.now();
    await go(page, 'form:has([name=decision][value=reject]) button');
    await at('intake-waiting');
    await shown(applicant, javaScript, '#open-heading', at0);
    await go(page, `a[href$="${reference}/release"]`);
    await at('release-waiting');
    await go(page, '.govuk-back-link');
  });

  await step('the customer is asked by mail and in the portal, and answers', async () => {
    const { page, look: at } = applicant;
    await page.reload();
    await at('status-asked');
    const main = await text(page);
    assert.ok(main.includes(words.waiting));
    assert.ok(main.includes('Wien 2026, bitte / please.'));
    const mail = await waitForMail((one) => one.to.includes(`${anna}@example.org`) && one.text.includes('Wien 2026'));
    assert.ok(mail.subject.includes(reference));
    assert.ok(mail.text.includes(url(`requests/${reference}`)));
    assert.equal(mail.headers['content-language'] ?? language, language);
    await go(page, '.k-card a.govuk-button');
    await at('slot-asked');
    await upload(page, { name: 'confirmation.pdf', content: pdf(`${reference} 2`), kind: 'registration-office' });
    await at('slot-answered');
    await go(page, '.govuk-back-link');
    await page.fill('#body', 'Wien: confirmation.pdf');
    await go(page, 'form[action$=messages] button');
    await at('status-written');
    await page.fill('#body', ' ');
    await go(page, 'form[action$=messages] button');
    await at('message-422', { status: 422 });
    await page.goto(url(`requests/${reference}`));
    await until(() => sqlValue(`SELECT state FROM request WHERE reference = ${quote(reference)}`) === 'submitted', { seconds: LIVE_SECONDS, what: 'back in intake' });
  });

  await step('another company finds nothing of it', async () => {
    const other = await person(otto);
    const documents = sql(`SELECT public_id FROM document WHERE company_id = ${company.id} AND sha256 IS NOT NULL`);
    const paths = ['', '/receipt', '/check', '/confirmation', '/withdraw', '/answers/address', '/documents/proof'].map((end) => `requests/${reference}${end}`);
    for (const path of [...paths, ...documents.map((row) => `documents/${row.public_id}`)]) {
      await other.page.goto(url(path));
      assert.equal(other.status(), 404, path);
    }
    await other.look('not-found', { status: 404 });
    await other.page.goto(url('staff/intake'));
    assert.ok([403, 404].includes(other.status()), 'no way into the staff pages');
    await other.look('no-staff', { status: other.status() });
  });

  await step('accept and release: pressed twice, one ticket with two sub-tickets', async () => {
    const { page, look: at } = service;
    await page.reload();
    await page.fill('#note', 'intern-intake');
    await go(page, 'form[action$=notes] button');
    await at('intake-noted');
    await go(page, 'form:has([name=decision][value=accept]) button');
    await at('intake-accepted');
    await go(page, 'a[href$=decline]');
    await at('decline');
    await go(page, 'main form button[type=submit]');
    await at('decline-422', { status: 422 });
    await go(page, '.govuk-back-link');
    const second = await person('lead');
    await second.page.goto(url(`staff/intake/${reference}/release`));
    await go(page, `a[href$="${reference}/release"]`);
    await at('release');
    const at0 = Date.now();
    await go(page, 'main form button[type=submit]');
    await at('released');
    ticket = ticketOf(reference);
    await go(second.page, 'main form button[type=submit]');
    assert.ok((await text(second.page)).includes(ticket) || second.status() === 409, 'the second person gets to the same ticket');
    assert.equal(sqlValue(`SELECT COUNT(*) FROM ticket WHERE company_id = ${company.id}`), '1');
    const teams = sql(`SELECT s.team_key FROM sub_ticket s JOIN ticket t ON t.id = s.ticket_id WHERE t.company_id = ${company.id} ORDER BY 1`);
    assert.deepEqual(teams.map((row) => row.team_key), ['compliance', 'it']);
    await shown(applicant, javaScript, '#live:has-text("Compliance, IT")', at0);
    await applicant.look('status-released', { status: applicant.status() });
    await applicant.page.goto(url('company'));
    await applicant.look('company-asked');
    const data = await text(applicant.page);
    assert.match(data, new RegExp(`${company.address.street}[^]*${newAddress.street}[^]*Compliance, IT`), 'the old address still holds, the new one is asked for');
    await applicant.page.goto(url(`requests/${reference}`));
  });

  for (const [team, other] of [['compliance', 'it'], ['it', null]]) {
    await step(`${team} takes its sub-ticket, writes, completes`, async () => {
      const member = await person(team);
      const { page, look: at } = member;
      await page.goto(url('staff'));
      await at(`queue-${team}`);
      const mine = page.locator('tbody tr').filter({ hasText: ticket }).locator('a').first();
      assert.match(await mine.innerText(), new RegExp(ticket), 'in the queue');
      await Promise.all([page.waitForNavigation(), mine.click()]);
      await at(`ticket-${team}`);
      await go(page, 'form[action$="/take"] button');
      await at(`ticket-taken-${team}`);
      await page.fill('#note', `intern-${team}`);
      await go(page, 'form[action$=notes] button');
      await page.fill('#message', `Wien ${team}`);
      await go(page, 'form[action$=messages] button');
      await at(`ticket-written-${team}`);
      await go(page, 'a[href$="/complete"]');
      await at(`complete-${team}`);
      await go(page, 'main form button[type=submit]');
      await at(`complete-422-${team}`, { status: 422 });
      await page.check('[name=outcome][value=remark]');
      await page.fill('#reason', 'intern-remark');
      const at0 = Date.now();
      await go(page, 'main form button[type=submit]');
      await at(`completed-${team}`);
      await page.goto(url('staff/queue?view=mine'));
      await at(`queue-empty-${team}`);
      // An open page of the customer follows.
      if (other) await shown(applicant, javaScript, `#live:not(:has-text("Compliance, IT")):has-text("${other.toUpperCase()}")`, at0);
      else await shown(applicant, javaScript, `#live .k-tag--done:has-text("${words.done}")`, at0);
      assert.ok((await text(applicant.page)).includes(`Wien ${team}`), 'the message is visible');
      assert.ok(!(await applicant.page.content()).includes('intern-'), 'no internal text');
    });
  }

  await step('the new address, the confirmation, on paper too', async () => {
    const { page, look: at } = applicant;
    await page.reload();
    await at('status-completed');
    await go(page, 'a[href$=confirmation]');
    await at('confirmation');
    const shownText = await text(page);
    for (const part of [reference, company.name, newAddress.street, words.germany, words.austria]) assert.ok(shownText.includes(part), part);
    await page.emulateMedia({ media: 'print' });
    for (const gone of ['.k-nav', '.k-footer', '.k-account', '.govuk-back-link']) assert.equal(await page.locator(gone).first().isVisible(), false, `${gone} on paper`);
    assert.ok(await page.locator('h1').isVisible());
    const paper = await page.pdf({ format: 'A4' });
    assert.equal(paper.subarray(0, 5).toString(), '%PDF-');
    assert.ok(paper.toString('latin1').match(/\/Type\s*\/Page\b/g).length <= 2, 'two sheets at most');
    await page.emulateMedia({ media: 'screen' });
    await page.goto(url('company'));
    await at('company-new');
    const data = await text(page);
    assert.ok(data.includes(newAddress.street) && data.includes(words.austria) && data.includes(reference));
    assert.ok(!data.includes(company.address.street));
    await page.goto(url(''));
    await at('start-completed');
    const subjects = mailsTo(`${anna}@example.org`).map((mail) => mail.headers['message-id']);
    assert.equal(new Set(subjects).size, subjects.length, 'each mail once');
  });

  await step('the history shows who changed what', async () => {
    const lead = await person('lead');
    const { page, look: at } = lead;
    await page.goto(url('staff/tickets'));
    await at('tickets');
    await page.fill('#q', ticket);
    await go(page, 'form[role=search] button');
    await at('ticket-found');
    if (!page.url().includes(`tickets/${ticket}`)) await go(page, `a[href$="${ticket}"]`);
    await go(page, `a[href$="${ticket}/history"]`);
    await at('history');
    let all = await text(page);
    while (await page.locator('a[rel=next]').count()) {
      await go(page, 'a[rel=next]');
      all += await text(page);
    }
    await at('history-end');
    for (const part of [company.address.street, newAddress.street, words.germany, words.austria, 'extract.pdf', 'confirmation.pdf', 'intern-it']) assert.ok(all.includes(part), part);
    await page.goto(url('staff/tickets?q=zzzzzz'));
    await at('tickets-none');
    await page.goto(url('staff/queue?view=all'));
    await at('queue-all');
    await page.goto(url('logout'));
    await at('logout');
  });

  await test.test('no page broke a rule', async () => {
    for (const one of people) await one.close();
    await look.finish();
  });
}
