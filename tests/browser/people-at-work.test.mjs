// What people do in a process (integration/types/pilot-licence), on pages: forms and outcomes of a step, a second person,
// phases, asking the customer, why it is due.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch } from '../harness/browser.mjs';
import { signedIn } from '../harness/client.mjs';
import { newCompany, newPeople } from '../harness/people.mjs';
import { kontorctl, password, prefix, root, sql, sqlValue, until, url } from '../harness/stack.mjs';
import * as story from '../harness/story.mjs';
import { Look } from './look.mjs';

const browser = await launch();
const offer = (active) => sql(`UPDATE request_type SET active = ${active} WHERE request_type = 'pilot-licence'`);
before(async () => {
  await kontorctl('publish', join(root, 'tests/integration/types/pilot-licence'));
  offer(true);
});
after(() => {
  offer(false);
  return browser.close();
});

const go = async (page, selector) => {
  await Promise.all([page.waitForNavigation(), page.click(selector)]);
};
const open = (ticket) => sqlValue(`SELECT s.reference FROM sub_ticket s JOIN ticket t ON t.id = s.ticket_id WHERE t.reference = '${ticket}' AND s.is_open = 1`);

/** A released request of a company of its own: { anna, reference, ticket, sub }. */
async function released() {
  const { anna } = newPeople(newCompany(), { anna: 'applicant' });
  const client = await signedIn(anna);
  const overview = await story.fill(client, 'requests/new/add', `${prefix}requests`, { request_type: 'pilot-licence' });
  const reference = /R-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(overview.url)[0];
  await story.fill(client, `requests/${reference}/answers/pilot`, 'answers/pilot', { pilotName: 'Godeke Michels' });
  await story.submit(client, reference);
  await story.release(await signedIn('service'), reference);
  const ticket = story.ticketOf(reference);
  return { anna, reference, ticket, sub: open(ticket) };
}

for (const way of [
  { language: 'de', javaScript: false, width: 360 },
  { language: 'en', javaScript: true, width: 1280 },
]) {
  test(`a step with a form, a question, a second person, phases (${way.language})`, async () => {
    const look = new Look(browser);
    const it = await released();
    const [first, second, credit, anna] = await Promise.all([1, 2, 3, 4].map(() => look.person(way)));
    for (const [one, login] of [[first, 'compliance'], [second, 'compliance2'], [credit, 'credit'], [anna, it.anna]]) await one.signIn(login, password);
    const { page } = first;

    await page.goto(url(`staff/tickets/${it.ticket}`));
    await go(page, `form[action$="${it.sub}/take"] button`);
    await first.look('taken');

    // A question to the customer, and the answer.
    await go(page, `a[href$="${it.sub}/wait"]`);
    await first.look('wait');
    await go(page, 'main form[action$="/wait"] button');
    await first.look('wait-empty', { status: 422 });
    await page.fill('#message', '1400?');
    await go(page, 'main form[action$="/wait"] button');
    await first.look('waiting');
    await page.goto(url('staff/queue?view=mine'));
    await first.look('queue-waiting');
    await anna.page.goto(url(`requests/${it.reference}`));
    await anna.look('asked');
    await anna.page.fill('#body', '1401');
    await go(anna.page, 'form[action$="/messages"] button');
    await until(() => sqlValue(`SELECT waiting_for IS NULL FROM sub_ticket WHERE reference = '${it.sub}'`) === '1', { seconds: 10, what: 'the answer' });
    await page.goto(url(`staff/sub-tickets/${it.sub}/due`));
    await first.look('due');

    const lead = await look.person(way);
    await lead.signIn('lead', password);
    await lead.page.goto(url(`staff/sub-tickets/${it.sub}/due`));
    await lead.look('due-lead');
    await go(lead.page, 'main form[action$="/due"] button');
    await lead.look('due-lead-wrong', { status: 422 });
    await lead.page.fill('#due_on', story.day(9));
    await lead.page.fill('#reason', '1402');
    await go(lead.page, 'main form[action$="/due"] button');
    await lead.look('due-changed');
    await lead.close();

    // The form of the step: errors, a row more, nothing lost.
    await page.goto(url(`staff/sub-tickets/${it.sub}/complete`));
    await first.look('complete');
    await page.fill('#source', '1401');
    await page.fill('#reason', '42');
    await go(page, 'main form[action$="/complete"] .k-actions button');
    await first.look('complete-wrong', { status: 422 });
    assert.equal(await page.inputValue('#source'), '1401');
    assert.equal(await page.inputValue('#reason'), '42');
    await go(page, 'button[name="kontor-add"]');
    await first.look('complete-row');
    assert.equal(await page.inputValue('#source'), '1401');
    await page.fill('[name="ships[0].ship"]', 'Mary');
    await page.check('#identitySeen');
    await page.check('[name=risk][value=high]');
    if (way.javaScript) await page.waitForSelector('#why');
    else await go(page, 'main form[action$="/complete"] .k-actions button'); // the question comes with the next page
    await page.fill('#why', '7');
    await page.check('[name=outcome][value=approved]');
    await go(page, 'main form[action$="/complete"] .k-actions button');
    await first.look('second-person-needed');
    const next = open(it.ticket);
    assert.equal(await page.locator(`form[action$="${next}/take"]`).count(), 0);
    await page.goto(url(`staff/sub-tickets/${next}/complete`));
    await first.look('second-person');
    assert.equal(await page.locator('main form[action$="/complete"]').count(), 0);

    await second.page.goto(url(`staff/tickets/${it.ticket}`));
    await go(second.page, `form[action$="${next}/take"] button`);
    await second.page.goto(url(`staff/sub-tickets/${next}/complete`));
    await second.look('complete-plain');
    await second.page.check('#outcome');
    await go(second.page, 'main form[action$="/complete"] .k-actions button');

    // A type with phases.
    const surety = open(it.ticket);
    await credit.page.goto(url(`staff/tickets/${it.ticket}`));
    await go(credit.page, `form[action$="${surety}/take"] button`);
    await credit.look('phase-1');
    await credit.page.goto(url('staff/queue?view=mine'));
    await credit.look('queue-phase');
    await credit.page.goto(url(`staff/sub-tickets/${surety}/complete`));
    await credit.look('phases-left');
    for (let i = 0; i < 2; i++) {
      await credit.page.goto(url(`staff/tickets/${it.ticket}`));
      await go(credit.page, `form[action$="${surety}/phase"] button`);
    }
    await credit.look('phase-3');
    await credit.page.goto(url(`staff/sub-tickets/${surety}/complete`));
    await credit.page.fill('#amount', way.language === 'de' ? '1.000,51' : '1,000.51');
    await credit.page.fill('#validUntil', story.day(40));
    await credit.page.check('#outcome');
    await go(credit.page, 'main form[action$="/complete"] .k-actions button');
    await credit.look('all-done');
    await credit.page.goto(url(`staff/tickets/${it.ticket}/history`));
    await credit.look('history');
    assert.equal(story.stateOf(it.reference), 'completed');
    for (const person of [first, second, credit, anna]) await person.close();
    await look.finish();
  });
}
