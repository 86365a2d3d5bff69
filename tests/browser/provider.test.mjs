// Sign-on by an identity provider in a real browser: cookies, redirects and the content security policy as they are.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { launch } from '../harness/browser.mjs';
import { origin, password, port, prefix, url } from '../harness/stack.mjs';
import { Look } from './look.mjs';

const browser = await launch();
after(() => browser.close());

const atProvider = (page) => page.waitForURL((address) => address.port === String(port + 3));
const atHome = (page, path) => page.waitForURL((address) => address.origin === origin && address.pathname === prefix + path);
async function signOnThere(page, login) {
  await page.fill('[name=login]', login);
  await page.fill('[name=password]', password);
  await page.click('form button:not([name])');
}

for (const [language, width, javaScript] of [['de', 360, true], ['en', 1280, false]]) {
  test(`by provider in, and out there as well (${language}, ${width} px${javaScript ? '' : ', without JavaScript'})`, async () => {
    const look = new Look(browser);
    const one = await look.person({ language, width, javaScript });
    const { page } = one;
    await page.goto(url(`login?lang=${language}&return_to=/staff/tickets`));
    await one.look('sign-in');
    await page.click('a[href*="/login/provider/staff"]');
    await atProvider(page);
    await signOnThere(page, 'lead');
    await atHome(page, 'staff/tickets');
    await one.look('tickets');
    assert.doesNotMatch(page.url(), /code|state|token/);

    await page.click('.k-account__button');
    await atHome(page, 'logout');
    await one.look('signed-out');
    await page.click('a[href$="/logout/provider/staff/end"]');
    await atProvider(page);
    await page.click('[name=logout]');
    await atHome(page, 'logout/provider/staff');
    await one.look('back-from-provider');
    // There, too, nobody is signed in any more.
    await page.goto(url('login'));
    await page.click('a[href$="/login/provider/staff"]');
    await atProvider(page);
    await page.click('[name=cancel]');
    await atHome(page, 'login/provider/staff/callback');
    await one.look('cancelled', { status: 403 });
    await page.click('a.govuk-button[href*="/login/provider/staff"]');
    await atProvider(page);
    assert.equal(await page.locator('[name=login]').count(), 1);
    await one.close();
    await look.finish();
  });
}

test('two tabs begin at once; each ends where it began', async () => {
  const look = new Look(browser);
  const one = await look.person({ language: 'en' });
  const other = await one.context.newPage();
  for (const page of [one.page, other]) {
    await page.goto(url('login?return_to=/company'));
    await page.click('a[href*="/login/provider/customers"]');
    await atProvider(page);
  }
  await signOnThere(other, 'readonly');
  await atHome(other, 'company');
  await signOnThere(one.page, 'readonly');
  await atHome(one.page, 'company');
  await other.reload();
  await atHome(other, 'company');
  await one.close();
});
