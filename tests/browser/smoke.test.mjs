// The pages that need no request: they look right, work without JavaScript, and pass the checkers.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { checkAccessibility, checkHtml, checkNoSidewaysScroll, launch, person } from '../harness/browser.mjs';
import { Client } from '../harness/client.mjs';
import { url } from '../harness/stack.mjs';

const browser = await launch();
after(() => browser.close());

const PUBLIC = ['login', 'no/such/page', 'accessibility'];
const OF = { applicant: ['', 'company', 'requests/new/change'], service: ['staff/intake', 'staff/queue', 'staff/tickets'] };

for (const language of ['de', 'en']) {
  test(`public pages pass axe and the Nu checker (${language})`, async () => {
    const one = await person(browser, { language });
    const sources = {};
    for (const path of PUBLIC) {
      await one.page.goto(url(path));
      await checkAccessibility(browser, one.page);
      sources[path.replaceAll('/', '-')] = (await new Client({ language }).get(path)).text;
    }
    sources['413'] = (await new Client({ language }).post('login', { login: 'x'.repeat(70_000) })).text;
    await checkHtml(sources);
    await one.close();
  });

  for (const [login, paths] of Object.entries(OF)) {
    test(`first pages of ${login} pass axe, the Nu checker and 360 px (${language})`, async () => {
      const one = await person(browser, { language, login });
      const client = new Client({ language });
      await client.login(login);
      const sources = {};
      for (const path of paths) {
        await one.page.setViewportSize({ width: 1280, height: 900 });
        await one.page.goto(url(path));
        assert.equal(await one.page.getAttribute('html', 'lang'), language);
        await checkAccessibility(browser, one.page);
        await one.page.setViewportSize({ width: 360, height: 740 });
        await checkNoSidewaysScroll(one.page);
        sources[path.replaceAll('/', '-') || 'start'] = (await client.get(path)).text;
      }
      await checkHtml(sources);
      await one.close();
    });
  }
}

test('sign in, switch the language and sign out without JavaScript', async () => {
  const one = await person(browser, { javaScript: false, language: 'en', login: 'applicant' });
  const { page } = one;
  assert.match(await page.textContent('.k-account'), /Anna Petersen/);
  await page.click('.k-language a[lang=de]');
  assert.equal(await page.getAttribute('html', 'lang'), 'de');
  await page.goto(url('company'));
  assert.equal(await page.getAttribute('html', 'lang'), 'de', 'the choice is kept');
  await page.click('.k-account__button');
  assert.equal(await page.locator('.k-account__button').count(), 0);
  await page.goto(url('company'));
  assert.match(page.url(), /login/);
  await one.close();
});

test('the keyboard alone: skip link first, visible focus', async () => {
  const one = await person(browser, { login: 'applicant' });
  const { page } = one;
  await page.goto(url('company'));
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'govuk-skip-link');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main-content');
  await one.close();
});
