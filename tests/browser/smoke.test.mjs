// The pages that need no request, and the choice of the language.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { checkHtml, launch, person } from '../harness/browser.mjs';
import { Client } from '../harness/client.mjs';
import { run, url } from '../harness/stack.mjs';
import { Look } from './look.mjs';

const browser = await launch();
after(() => browser.close());

for (const [language, width, javaScript] of [['de', 360, true], ['en', 1280, false]]) {
  test(`pages before anybody signs in (${language}, ${width} px)`, async () => {
    const look = new Look(browser);
    const one = await look.person({ language, width, javaScript });
    await one.page.goto(url('login'));
    await one.look('sign-in');
    await one.page.goto(url('no/such/page'));
    await one.look('nothing-here', { status: 404 });
    await one.close();
    await look.finish();
  });
}

test('pages of nginx hold both languages and are valid', async () => {
  const folder = join(run, 'usr/share/kontor/pages');
  const sources = { served: (await new Client().post('login', { login: 'x'.repeat(70_000) })).text };
  for (const name of readdirSync(folder)) sources[name] = readFileSync(join(folder, name), 'utf8');
  assert.ok(Object.keys(sources).length > 5);
  for (const [name, source] of Object.entries(sources)) {
    assert.ok(source.includes('lang="de"') && source.includes('lang="en"'), name);
    assert.doesNotMatch(source, /@\w+@/, name);
  }
  await checkHtml(sources);
  const look = new Look(browser);
  const one = await look.person({ language: 'de', width: 360, words: false });
  await one.page.goto(url('accessibility'));
  await one.look('accessibility');
  await one.close();
});

test('sign in, switch the language and sign out without JavaScript', async () => {
  const one = await person(browser, { javaScript: false, language: 'en', login: 'readonly' });
  const { page } = one;
  await page.goto(url('?lang=en'));
  assert.match(await page.textContent('.k-account'), /Rita Lindner/);
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
