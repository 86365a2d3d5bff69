// The process of a request in pictures and words: the diagram and the steps on the ticket, the versions of request types, and
// the steps that the customer reads, which move while the page is open.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch } from '../harness/browser.mjs';
import { signedIn } from '../harness/client.mjs';
import { newCompany, newPeople } from '../harness/people.mjs';
import { password, until, url } from '../harness/stack.mjs';
import * as story from '../harness/story.mjs';
import { Look } from './look.mjs';

const browser = await launch();
after(() => browser.close());

/** A released request of a company of its own, of which IT has done its part: { anna, reference, ticket }. */
async function halfDone({ it = true } = {}) {
  const { anna } = newPeople(newCompany(), { anna: 'applicant' });
  const [client, service, member] = await Promise.all([anna, 'service', 'it'].map((login) => signedIn(login)));
  const reference = await story.submitted(client);
  await story.accept(service, reference);
  await story.release(service, reference);
  const ticket = story.ticketOf(reference);
  const part = story.subTicketOf(ticket, 'it');
  await story.take(member, ticket, part);
  const finish = () => story.complete(member, part);
  if (it) await finish();
  return { anna, reference, ticket, part, finish };
}
let half;
before(async () => {
  half = await halfDone();
});

const WORDS = {
  en: { name: 'Diagram of the process', check: 'Check identity and sanctions lists', done: 'Done', now: 'Now', ahead: 'still to come', it: 'IT prepares our systems for the new address.', compliance: 'Compliance checks the company and its new address.', last: 'The new address is being recorded.' },
  de: { name: 'Diagramm des Ablaufs', check: 'Identität und Sanktionslisten prüfen', done: 'Erledigt', now: 'Jetzt', ahead: 'steht noch aus', it: 'Die IT bereitet unsere Systeme auf die neue Anschrift vor.', compliance: 'Compliance prüft das Unternehmen und seine neue Anschrift.', last: 'Die neue Anschrift wird eingetragen.' },
};

for (const way of [
  { language: 'de', javaScript: true, width: 1280 },
  { language: 'en', javaScript: false, width: 360 },
]) {
  test(`the diagram of a ticket and its steps (${way.language}, ${way.width} px)`, async () => {
    const words = WORDS[way.language];
    const look = new Look(browser);
    const lead = await look.person(way);
    await lead.signIn('lead', password);
    const { page } = lead;
    await page.goto(url(`staff/tickets/${half.ticket}`));
    await lead.look('ticket-process');

    const drawing = page.getByRole('img', { name: words.name });
    assert.equal(await drawing.count(), 1, 'one picture with a name');
    // Marked by more than a colour: a badge with a sign of its own for what is done and what is under way.
    assert.equal(await drawing.locator('.k-bpmn__item--now:has(.k-bpmn__badge--now)').count(), 2, 'the task and the join that waits for it');
    assert.equal(await drawing.locator('.k-bpmn__item--done:has(.k-bpmn__badge--done)').count(), 3, 'start, split, IT');
    const text = (await drawing.locator('.k-bpmn__item--now text').allTextContents()).join(' ');
    assert.equal(text, words.check, 'wrapped, in the language of the reader');
    assert.equal(await page.locator('svg [style], svg style, svg script').count(), 0);
    // Lines stay inside of their boxes.
    const sticksOut = await drawing.evaluate((svg) => [...svg.querySelectorAll('.k-bpmn__item')].filter((item) => {
      const box = item.querySelector('path.k-bpmn__shape')?.getBBox();
      return box && box.width >= 90 && [...item.querySelectorAll('text')].some((line) => line.getBBox().x < box.x || line.getBBox().x + line.getBBox().width > box.x + box.width);
    }).map((item) => item.textContent));
    assert.deepEqual(sticksOut, []);

    const steps = await page.locator('#steps + ol > li').allInnerTexts();
    assert.equal(steps.length, 3);
    assert.match(steps[0], new RegExp(`^${words.check} \\(Compliance\\).*${words.now}`, 's'));
    assert.match(steps[1], new RegExp(`\\(IT\\).*${words.done}.*${half.part}.*Ines Tamm`, 's'));
    assert.match(steps[2], new RegExp(words.ahead));

    // It scrolls inside of its own region, by keyboard as well.
    const region = page.getByRole('region', { name: words.name });
    await page.setViewportSize({ width: 360, height: 740 });
    const [inner, outer] = await region.evaluate((node) => [node.scrollWidth, node.clientWidth]);
    assert.ok(inner > outer && outer <= 360, `${inner} in ${outer}`);
    await region.focus();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowRight');
    await until(() => region.evaluate((node) => node.scrollLeft > 0), { what: 'scrolled' });
    // On paper all of it is there.
    await page.emulateMedia({ media: 'print' });
    const [width, room] = await drawing.evaluate((svg) => [svg.getBoundingClientRect().width, svg.parentElement.clientWidth]);
    assert.ok(width <= room, `${width} on ${room}`);
    await page.emulateMedia({ media: 'screen', forcedColors: 'active' });
    assert.equal(await region.evaluate((node) => getComputedStyle(node).backgroundColor), 'rgb(255, 255, 255)', 'dark on white, whatever the system says');
    await page.emulateMedia({ media: 'screen', forcedColors: 'none' });
    await look.finish();
    await lead.close();
  });

  test(`request types and a version (${way.language}, ${way.width} px)`, async () => {
    const look = new Look(browser);
    // The key of a type stands there on purpose: the operator's commands ask for it.
    const lead = await look.person({ ...way, words: false });
    await lead.signIn('lead', password);
    const { page } = lead;
    await page.goto(url('staff/definitions'));
    await lead.look('definitions');
    await page.locator('a[href*="definitions/change-of-address/"]').click();
    await page.waitForURL(/definitions\/change-of-address\/\d+$/);
    await lead.look('definition');
    assert.equal(await page.locator('.k-bpmn__badge').count(), 0, 'nothing runs here');
    await look.finish();
    await lead.close();
  });
}

test('on a narrow screen the drawing begins where the process stands, until somebody has scrolled it', async () => {
  const { ticket, finish } = await halfDone({ it: false });
  const look = new Look(browser);
  const lead = await look.person({ language: 'en', javaScript: true, width: 360 });
  await lead.signIn('lead', password);
  const { page } = lead;
  await page.goto(url(`staff/tickets/${ticket}`));
  const view = page.locator('.k-bpmn__view');
  const seen = () => view.evaluate((node) => {
    const [item, room] = [node.querySelector('.k-bpmn__item--now .k-bpmn__shape'), node].map((one) => one.getBoundingClientRect());
    return item.left >= room.left && item.right <= room.right;
  });
  assert.ok(await seen());
  await view.evaluate((node) => { node.scrollLeft = 25; });
  await finish();
  await page.waitForFunction(() => document.querySelectorAll('.k-bpmn__item--done').length === 3, undefined, { timeout: 15_000 });
  assert.equal(await view.evaluate((node) => node.scrollLeft), 25, 'the page was brought up to date, and the place is theirs');
  await look.finish();
  await lead.close();
});

test('the customer reads steps in words of their own, and sees them move', async () => {
  const { anna, reference, finish } = await halfDone({ it: false });
  const words = WORDS.de;
  const look = new Look(browser);
  const one = await look.person({ language: 'de', javaScript: true, width: 1280 });
  await one.signIn(anna, password);
  const { page } = one;
  await page.goto(url(`requests/${reference}`));
  await one.look('customer-steps');
  const steps = page.locator('.k-progress__step');
  const texts = async () => (await steps.allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim());
  assert.deepEqual(await texts(), [`${words.compliance} ${words.now}`, `${words.it} ${words.now}`, `${words.last} ${words.ahead}`]);
  assert.equal(await page.locator('[aria-current=step]').count(), 2);
  await finish();
  await page.waitForFunction((text) => [...document.querySelectorAll('.k-progress__step--done')].some((step) => step.textContent.includes(text)), words.it, { timeout: 15_000 });
  assert.match((await texts())[1], new RegExp(`^${words.it} ${words.done} \\d`), 'with its time, without loading the page again');
  // Nothing of the process that has no text for customers.
  assert.doesNotMatch(await page.locator('main').innerText(), /Task_|Gateway_|Identität und Sanktionslisten/);
  await look.finish();
  await one.close();
});
