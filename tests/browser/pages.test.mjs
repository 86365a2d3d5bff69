// Pages beside the main story: refusals, errors, an ended session, a step that Kontor could not finish.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { launch } from '../harness/browser.mjs';
import { signedIn } from '../harness/client.mjs';
import { newCompany, newPeople, quote } from '../harness/people.mjs';
import { hold, password, release, sql, until, url } from '../harness/stack.mjs';
import * as steps from '../harness/story.mjs';
import { Look } from './look.mjs';

const browser = await launch();
after(() => browser.close());

const go = async (page, selector) => {
  await Promise.all([page.waitForNavigation(), page.click(selector)]);
};
const endSessions = (login) =>
  sql(`UPDATE session SET ended_at = NOW(6) WHERE ended_at IS NULL AND person_id = (SELECT id FROM person WHERE login = ${quote(login)})`);

/** `width` and script setting differ so that both languages are seen both ways. */
const WAYS = [
  { language: 'de', javaScript: false, width: 360 },
  { language: 'en', javaScript: true, width: 1280 },
];

for (const way of WAYS) {
  const { language } = way;

  test(`refusals and errors (${language})`, async () => {
    const look = new Look(browser);
    const company = newCompany();
    const { rita, anna } = newPeople(company, { rita: 'readonly', anna: 'applicant' });
    const nobody = await look.person(way);
    for (const [name, login] of [['ended', 'former'], ['unlinked', 'unlinked']]) {
      await nobody.page.goto(url(`login?lang=${language}`));
      await nobody.page.fill('#login', login);
      await nobody.page.fill('#password', password);
      await go(nobody.page, 'main button[type=submit]');
      await nobody.look(`refused-${name}`, { status: 403 });
    }
    const reader = await look.person(way);
    await reader.signIn(rita, password);
    await reader.look('start-readonly');
    assert.equal(await reader.page.locator('a[href*="requests/new/"]').count(), 0, 'what is not permitted is not offered');
    await reader.page.goto(url('requests/new/change'));
    await reader.look('forbidden', { status: 403 });
    await reader.page.goto(url('requests/R-0000-0000'));
    await reader.look('not-found', { status: 404 });
    await reader.page.goto(url('login'));
    await reader.look('login-switching');

    const one = await look.person(way);
    await one.signIn(anna, password);
    const ask = (active) => sql(`UPDATE request_type SET active = ${active} WHERE request_type = 'general-enquiry'`);
    ask(false);
    await one.page.goto(url('requests/new/ask'));
    await one.look('new-nothing', { status: one.status() });
    ask(true);
    await one.page.goto(url('requests/new/change'));
    await one.page.evaluate(() => document.querySelector('main [name=csrf]').remove());
    await go(one.page, 'main form:has([value="change-of-address"]) button');
    await one.look('no-token', { status: 403 });
    assert.equal(sql(`SELECT id FROM request WHERE company_id = ${company.id}`).length, 0);

    await hold('mariadb', 'KILL');
    try {
      await one.page.goto(url('company'));
      await one.look('database-away', { status: 503 });
      assert.ok(await one.page.locator('main a').count(), 'a way on');
    } finally {
      await release('mariadb');
    }
    await until(async () => {
      await one.page.goto(url('company'));
      return one.status() === 200;
    }, { seconds: 20, what: 'recovery' });
    await one.look('company-again');
    assert.ok(one.problems.every((problem) => problem.startsWith('503 ')), one.problems.join('\n'));
    one.problems.length = 0;
    for (const person of [nobody, reader, one]) await person.close();
    await look.finish();
  });

  test(`a session that has ended: the entries are kept (${language})`, async () => {
    const look = new Look(browser);
    const { anna } = newPeople(newCompany(), { anna: 'applicant' });
    const client = await signedIn(anna);
    const reference = await steps.begin(client);
    const one = await look.person(way);
    await one.signIn(anna, password);
    const { page } = one;
    await page.goto(url(`requests/${reference}/answers/address`));
    await page.fill('#street', 'Brooktorkai & 1');
    endSessions(anna);
    await go(page, 'main button[type=submit] >> nth=0');
    assert.match(page.url(), /\/login/);
    await one.look('login-kept', { status: one.status() });
    await page.fill('#login', anna);
    await page.fill('#password', password);
    await go(page, 'main button[type=submit]');
    await one.look('kept', { status: one.status() });
    await go(page, 'main button[type=submit]');
    await page.goto(url(`requests/${reference}/answers/address`));
    assert.equal(await page.inputValue('#street'), 'Brooktorkai & 1');
    await one.close();
    await look.finish();
  });

  test(`two people at one draft, and how a request can end early (${language})`, async () => {
    const look = new Look(browser);
    const { anna, sven } = newPeople(newCompany(), { anna: 'applicant', sven: 'signatory' });
    const client = await signedIn(anna);
    const first = await steps.completeDraft(client);
    const one = await look.person(way);
    const two = await look.person(way);
    await one.signIn(anna, password);
    await two.signIn(sven, password);

    // Both have the page open; the second to save sees both values and loses none.
    for (const { page } of [one, two]) await page.goto(url(`requests/${first}/answers/address`));
    await two.page.fill('#city', 'Wien');
    await go(two.page, 'main button[type=submit] >> nth=0');
    await one.page.fill('#city', 'Rostock');
    await go(one.page, 'main button[type=submit] >> nth=0');
    await one.look('stale', { status: 409 });
    assert.equal(await one.page.inputValue('#city'), 'Rostock');
    assert.match(await one.page.locator('#city-hint').innerText(), /Wien/);
    await go(one.page, 'main button[type=submit] >> nth=0');
    // What is submitted is what was checked.
    await one.page.goto(url(`requests/${first}/check`));
    await two.page.goto(url(`requests/${first}/answers/address`));
    await two.page.fill('#city', 'Wien');
    await go(two.page, 'main button[type=submit] >> nth=0');
    await go(one.page, 'form[action$=submit] button');
    await one.look('check-changed', { status: 409 });
    await go(one.page, 'form[action$=submit] button');
    assert.match(one.page.url(), /receipt/);

    await one.page.goto(url(`requests/${first}/withdraw`));
    await go(one.page, 'main form button');
    await one.page.goto(url(`requests/${first}`));
    await one.look('status-withdrawn');
    const second = await steps.begin(client);
    await one.page.goto(url(`requests/${second}/documents/proof`));
    await one.look('slot-reusable');
    await one.page.check('[name=document]');
    await go(one.page, 'form[action$=reuse] button');
    await one.look('slot-reused');
    await one.page.goto(url(`requests/${second}/discard`));
    await go(one.page, 'main form button');
    await one.look('discarded');
    assert.match(await one.page.locator('.govuk-notification-banner').innerText(), /\S/);

    const service = await signedIn('service');
    const third = await steps.submitted(client);
    await steps.fill(service, `staff/intake/${third}/decline`, `${third}/decline`, { reason: 'Wien, 2026' });
    await one.page.goto(url(`requests/${third}`));
    await one.look('status-declined');
    const over = await one.page.locator('main').innerText();
    assert.match(over, /Wien, 2026/);
    assert.doesNotMatch(over, /Being checked|Wird geprüft/);
    const member = await look.person(way);
    await member.signIn('service', password);
    await member.page.goto(url(`staff/intake/${third}`));
    await member.look('intake-declined');
    await member.page.goto(url(`staff/intake/${third}/release`));
    await member.look('release-over', { status: member.status() });
    await one.page.goto(url(''));
    await one.look('start-ended');
    for (const person of [one, two, member]) await person.close();
    await look.finish();
  });

  test(`data that changed meanwhile: staff see it and decide (${language})`, async () => {
    const look = new Look(browser);
    const company = newCompany();
    const { anna } = newPeople(company, { anna: 'applicant' });
    const [customer, service, compliance, it] = await Promise.all([anna, 'service', 'compliance', 'it'].map((login) => signedIn(login)));
    const reference = await steps.submitted(customer);
    await steps.accept(service, reference);
    await steps.release(service, reference);
    const ticket = steps.ticketOf(reference);
    sql(`INSERT INTO company_attribute (company_id, attribute_key, valid_from, value, recorded_at) VALUES (${company.id}, 'address.country', CURDATE(), 'FR', NOW(6))`);
    for (const [member, team] of [[compliance, 'compliance'], [it, 'it']]) {
      const sub = steps.subTicketOf(ticket, team);
      await steps.take(member, ticket, sub);
      await steps.complete(member, sub);
    }
    const one = await look.person(way);
    await one.signIn('lead', password);
    await until(async () => {
      await one.page.goto(url(`staff/tickets/${ticket}`));
      return (await one.page.locator('[id^="incident-"]').count()) > 0;
    }, { what: 'the incident on the ticket' });
    await one.look('incident');
    const card = await one.page.locator('section:has([id^="incident-"])').innerText();
    assert.match(card, language === 'de' ? /Frankreich/ : /France/);
    assert.match(card, language === 'de' ? /Land/ : /Country/);
    await one.page.goto(url('staff/incidents'));
    assert.match(await one.page.locator('main').innerText(), new RegExp(ticket));
    await one.look('incidents');
    await one.page.goto(url(`staff/tickets/${ticket}`));
    const anyway = 'form[action$="incident/retry"]:has(input[name="force"]) button';
    if (await one.page.locator(anyway).count()) {
      await go(one.page, anyway);
      await steps.waitForState(reference, 'completed');
      await one.page.reload();
      await one.look('incident-solved');
    }
    await one.close();
    await look.finish();
  });
}
