// Forms with every component (the type of tests/integration/types/fleet-register): with and without the script, wide and
// at 360 px, by keyboard alone.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch, person } from '../harness/browser.mjs';
import { newCompany, newPeople } from '../harness/people.mjs';
import { kontorctl, password, root, sql, sqlValue, url } from '../harness/stack.mjs';
import * as steps from '../harness/story.mjs';
import { signedIn } from '../harness/client.mjs';
import { Look } from './look.mjs';

const browser = await launch();
const offer = (active) => sql(`UPDATE request_type SET active = ${active} WHERE request_type = 'fleet-register'`);
before(async () => {
  await kontorctl('publish', join(root, 'tests/integration/types/fleet-register'));
  offer(true);
});
after(async () => {
  offer(false);
  await browser.close();
});

const go = async (page, action) => {
  await Promise.all([page.waitForNavigation(), action()]);
};
const start = async (page) => {
  await page.goto(url('requests/new/add'));
  await go(page, () => page.click('main form:has([value="fleet-register"]) button'));
  return /R-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(page.url())[0];
};
const stored = (reference) => JSON.parse(sqlValue(`SELECT answers FROM request WHERE reference = '${reference}'`));
const SAVE = '.k-actions button:not([name])';
const focused = (page) => page.evaluate(() => document.activeElement.id || document.activeElement.name);

for (const way of [
  { language: 'de', javaScript: false, width: 360 },
  { language: 'en', javaScript: true, width: 1280 },
]) {
  const german = way.language === 'de';

  test(`a form with everything, from the first question to the confirmation (${way.language})`, async () => {
    const look = new Look(browser);
    const { anna } = newPeople(newCompany({ name: 'Reederei Föhr & Söhne GmbH' }), { anna: 'applicant' });
    const one = await look.person(way);
    const { page } = one;
    await one.signIn(anna, password);
    const reference = await start(page);
    await page.goto(url(`requests/${reference}/answers/fleet`));
    await one.look('fleet-empty');
    assert.equal(await page.locator('#charteredUntil').count(), 0);
    await page.fill('#homePort', 'Husum');
    await page.fill('#insuredSum', german ? '1.250.000,5' : '1,250,000.5');
    await page.check('[name=ownership][value=chartered]');
    if (way.javaScript) {
      await page.waitForSelector('#charteredUntil');
      assert.equal(await page.inputValue('#homePort'), 'Husum', 'what is typed stays');
      assert.deepEqual(await page.locator('#flag option').allInnerTexts(), ['Please choose', 'Netherlands', 'Denmark']);
      assert.match(await page.textContent('#live-status'), /updated/);
    } else {
      await page.check('[name="cargo[0]"]');
      await page.selectOption('#flag', 'DK');
      await go(page, () => page.click(SAVE));
      assert.match(await page.innerText('.govuk-notification-banner'), /weitere Fragen auf dieser Seite/);
    }
    await one.look('fleet-chartered');
    await page.fill('#charteredUntil', steps.day(40));
    if (way.javaScript) {
      await page.check('[name=ownership][value=owned]');
      await page.waitForSelector('#charteredUntil', { state: 'detached' });
      await page.check('[name=ownership][value=chartered]');
      await page.waitForSelector('#charteredUntil');
      assert.equal(await page.inputValue('#charteredUntil'), steps.day(40), 'who changes their mind twice types once');
    }
    await page.selectOption('#flag', 'NL');
    await page.check('[name="cargo[0]"]');
    await page.check('[name="cargo[2]"]');
    if (way.javaScript) await page.waitForSelector('#safety');
    await go(page, () => page.click(SAVE));
    if (way.javaScript) {
      assert.equal(one.status(), 422);
      await go(page, async () => { await page.fill('#safety', 'Forty jackets'); await page.click(SAVE); });
    } else {
      await page.fill('#safety', 'Vierzig Westen');
      await go(page, () => page.click(SAVE));
    }
    assert.match(page.url(), /answers\/boats$/);
    assert.equal(stored(reference).insuredSum, '1250000.50');

    await one.look('boats-empty');
    await page.fill('#boats-0-boatName', 'Adler');
    await page.fill('#boats-0-length', german ? '12,5' : '12.5');
    await go(page, () => page.click('[name=kontor-add]'));
    assert.equal(await focused(page), 'boats-1', 'the new row has the focus');
    assert.equal(await page.inputValue('#boats-0-boatName'), 'Adler');
    await page.check('#boats-1-engine');
    if (way.javaScript) {
      await page.waitForSelector('#boats-1-power');
      assert.equal(await page.locator('#boats-0-power').count(), 0, 'in its row alone');
      await page.uncheck('#boats-1-engine');
      await page.waitForSelector('#boats-1-power', { state: 'detached' });
      await page.check('#boats-1-engine');
      await page.waitForSelector('#boats-1-power');
    }
    await page.selectOption('#boats-0-kind', 'cutter');
    await go(page, () => page.click(SAVE));
    await one.look('boats-errors', { status: 422 });
    await page.click('.govuk-error-summary a[href$="#boats-1-length"]');
    assert.equal(await focused(page), 'boats-1-length', 'the summary leads to the field of the row');
    await page.fill('#boats-1-boatName', 'Möwe');
    await page.fill('#boats-1-length', '7');
    await page.selectOption('#boats-1-kind', 'barge');
    if (await page.locator('#boats-1-power').count() === 0) await go(page, () => page.click(SAVE));
    await page.fill('#boats-1-power', '90');
    await go(page, () => page.click(SAVE));
    assert.match(page.url(), /answers\/charter$/);
    await page.fill('#charterer', 'Reederei Ost');
    await go(page, () => page.click(SAVE));
    assert.match(page.url(), /\/check$/);
    await one.look('fleet-check');
    await go(page, () => page.click('form[action$="/submit"] button'));
    await one.look('fleet-receipt');
    await page.goto(url(`requests/${reference}`));
    await one.look('fleet-status');

    const staff = await look.person(way);
    await staff.signIn('service', password);
    await staff.page.goto(url(`staff/intake/${reference}`));
    await staff.look('fleet-intake');
    await steps.release(await signedIn('service', { language: way.language }), reference);
    const ticket = steps.ticketOf(reference);
    const clearing = await look.person(way);
    await clearing.signIn('clearing', password);
    await clearing.page.goto(url(`staff/tickets/${ticket}`));
    await clearing.look('fleet-ticket');
    await clearing.page.goto(url(`staff/tickets/${ticket}/history`));
    await clearing.look('fleet-history');
    for (const who of [one, staff, clearing]) await who.close();
    await look.finish();
  });
}

/** Press Tab until the focus is on `selector`. */
async function tabTo(page, selector) {
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
  }
  assert.fail(`${selector} cannot be reached with Tab`);
}

test('rows by the keyboard alone; Enter in a field saves and removes nothing', async () => {
  const { anna } = newPeople(newCompany(), { anna: 'applicant' });
  const one = await person(browser, { language: 'en', login: anna });
  const { page } = one;
  const reference = await start(page);
  await page.goto(url(`requests/${reference}/answers/boats`));
  await tabTo(page, '#boats-0-boatName');
  await page.keyboard.type('Adler');
  await tabTo(page, '[name=kontor-add]');
  await go(page, () => page.keyboard.press('Enter'));
  assert.equal(await focused(page), 'boats-1');
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), 'boats-1-boatName', 'on with the new row');
  await page.keyboard.type('Kogge');
  await tabTo(page, '[name=kontor-remove][value="boats[1]"]');
  await go(page, () => page.keyboard.press('Space'));
  assert.equal(await focused(page), 'boats');
  assert.deepEqual(stored(reference).boats.map(({ boatName }) => boatName), ['Adler']);
  await page.focus('#boats-0-boatName');
  await go(page, () => page.keyboard.press('Enter'));
  assert.equal(await page.locator('.govuk-error-summary').count(), 1, 'it was checked');
  assert.equal(stored(reference).boats.length, 1);
  await one.close();
});
