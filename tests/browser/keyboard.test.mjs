// A request is made and submitted with the keyboard alone: Tab, Enter, Space and typing.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { launch, person } from '../harness/browser.mjs';
import { newCompany, newPeople, quote } from '../harness/people.mjs';
import { sqlValue, url } from '../harness/stack.mjs';
import { day, pdf } from '../harness/story.mjs';

const browser = await launch();
after(() => browser.close());

/** Press Tab until the focus is on `selector`, and see that it shows. */
async function tabTo(page, selector) {
  for (let i = 0; i < 80; i++) {
    await page.keyboard.press('Tab');
    const state = await page.evaluate((wanted) => {
      const at = document.activeElement;
      if (!at?.matches(wanted)) return null;
      // The radio itself is invisible; its circle is drawn by the label.
      const drawn = at.type === 'radio' ? getComputedStyle(at.nextElementSibling, '::before') : getComputedStyle(at);
      const card = at.closest('.k-card--link');
      const visible = [drawn, ...(card ? [getComputedStyle(card)] : [])].some((style) =>
        (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && !/, 0\)$/.test(style.outlineColor)) || style.boxShadow !== 'none');
      return { visible };
    }, selector);
    if (!state) continue;
    assert.ok(state.visible, `focus on ${selector} at ${page.url()} shows`);
    return;
  }
  assert.fail(`${selector} at ${page.url()} cannot be reached with Tab`);
}
const press = async (page, key) => {
  await Promise.all([page.waitForNavigation(), page.keyboard.press(key)]);
};
const open = async (page, selector) => {
  await tabTo(page, selector);
  await press(page, 'Enter');
};

test('the keyboard alone is enough from the start page to the receipt', async () => {
  const company = newCompany();
  const { anna } = newPeople(company, { anna: 'applicant' });
  const one = await person(browser, { language: 'en', login: anna });
  const { page } = one;
  await page.goto(url(''));
  await page.keyboard.press('Tab');
  assert.ok(await page.evaluate(() => document.activeElement.matches('.govuk-skip-link')), 'the skip link is first');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main-content');
  await open(page, 'a[href$="requests/new/change"]');
  await open(page, 'main form:has([value="change-of-address"]) button');
  await open(page, 'a[href$="answers/address"]');
  const values = { '#street': 'Brooktorkai', '#houseNumber': '18', '#postalCode': '1010', '#city': 'Wien' };
  for (const [field, value] of Object.entries(values)) {
    await tabTo(page, field);
    await page.keyboard.type(value);
    assert.equal(await page.inputValue(field), value, 'Tab selects the old value');
  }
  await tabTo(page, '#country');
  await page.keyboard.type('Austria');
  assert.equal(await page.inputValue('#country'), 'AT');
  await open(page, 'main form button');
  const [year, month, date] = day().split('-');
  await tabTo(page, '#effectiveDate');
  await page.keyboard.type(month + date + year);
  assert.equal(await page.inputValue('#effectiveDate'), day());
  await open(page, 'main form button');
  await tabTo(page, '[name=kind]');
  await page.keyboard.press('Space');
  assert.ok(await page.isChecked('[name=kind][value=register-extract]'));
  await tabTo(page, '#issued_on');
  await page.keyboard.type(month + date + year);
  await tabTo(page, '#file');
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Space')]);
  await chooser.setFiles({ name: 'extract.pdf', mimeType: 'application/pdf', buffer: pdf('keyboard') });
  await open(page, 'form[enctype] button');
  await open(page, 'a.govuk-button[href$=check]');
  await tabTo(page, 'form[action$=submit] button');
  await press(page, 'Space');
  assert.match(page.url(), /receipt$/);
  assert.equal(sqlValue(`SELECT state FROM request WHERE company_id = ${quote(company.id)}`), 'submitted');
  await one.close();
});
