// The support view as staff and the company meet it: begun, marked on every page, ended, and read about by the company.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { launch } from '../harness/browser.mjs';
import { signedIn } from '../harness/client.mjs';
import { newCompany, newPeople, quote } from '../harness/people.mjs';
import { password, sql, url } from '../harness/stack.mjs';
import * as steps from '../harness/story.mjs';
import { Look } from './look.mjs';

const browser = await launch();
after(() => browser.close());

const go = async (page, selector) => {
  await Promise.all([page.waitForNavigation(), page.click(selector)]);
};
const END = '.k-support form button';
const BANNER = { de: /Nur lesen: Hier kann nichts geändert werden/, en: /Read only: nothing can be changed here/ };

for (const way of [{ language: 'de', javaScript: false, width: 360 }, { language: 'en', javaScript: true, width: 1280 }]) {
  const { language } = way;

  test(`a support view from its beginning to the company's list (${language}, ${way.width} px)`, async () => {
    const look = new Look(browser);
    const company = newCompany({ name: 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft mbH' });
    const { anna, karl } = newPeople(company, { anna: 'applicant', karl: 'coordinator' });
    const applicant = await signedIn(anna);
    const reference = await steps.completeDraft(applicant);

    const coordinator = await look.person(way);
    await coordinator.signIn(karl, password);
    await coordinator.page.goto(url('account/support-visits'));
    await coordinator.look('support-visits-none');

    const staff = await look.person(way);
    await staff.signIn('lead', password);
    await staff.page.goto(url(`account/companies/${company.reference}/support`));
    await staff.look('support-begin');
    await go(staff.page, 'main form button[type=submit]');
    await staff.look('support-no-reason', { status: 422 });
    await staff.page.fill('#reason', 'Winter 0815:\n?');
    await go(staff.page, 'main form button[type=submit]');
    assert.equal(new URL(staff.page.url()).pathname, new URL(url()).pathname);
    for (const [name, path] of [['start', ''], ['draft', `requests/${reference}`], ['check', `requests/${reference}/check`], ['slot', `requests/${reference}/documents/proof`], ['company', 'company']]) {
      await staff.page.goto(url(path));
      assert.match(await staff.page.innerText('.k-support'), BANNER[language], name);
      assert.equal(await staff.page.locator('main form[method=post]').count(), 0, name);
      await staff.look(`support-${name}`);
    }
    await staff.page.goto(url(`requests/${reference}/discard`));
    await staff.look('support-forbidden', { status: 403 });
    await staff.page.goto(url('requests/R-0000-0000'));
    await staff.look('support-not-found', { status: 404 });
    await staff.page.goto(url('staff/intake'));
    await staff.look('support-elsewhere');

    await coordinator.page.goto(url('account/support-visits'));
    await coordinator.look('support-visits-running');
    assert.match(await coordinator.page.innerText('main'), /Winter 0815:\s+\?/);

    // On wide screens it stays in sight where the page is long; it is reached by keyboard everywhere.
    await staff.page.goto(url(`requests/${reference}/check`));
    await staff.page.evaluate(() => globalThis.scrollTo(0, document.body.scrollHeight));
    const box = await staff.page.locator('.k-support').boundingBox();
    if (way.width > 640) assert.ok(box.y >= 0 && box.y < 5 && box.height < 90, JSON.stringify(box));
    await staff.page.focus(END);
    await Promise.all([staff.page.waitForNavigation(), staff.page.keyboard.press('Enter')]);
    assert.equal(await staff.page.locator('.k-support').count(), 0);
    await staff.look('support-ended');

    // Over by time: a line, on a page of one's own.
    await staff.page.goto(url(`account/companies/${company.reference}/support`));
    await staff.page.fill('#reason', '2');
    await go(staff.page, 'main form button[type=submit]');
    sql(`UPDATE session SET support_until = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE support_company_id = (SELECT id FROM company WHERE reference = ${quote(company.reference)})`);
    await staff.page.goto(url(''));
    assert.match(staff.page.url(), /\/staff/);
    await staff.look('support-over');
    await coordinator.page.goto(url('account/support-visits'));
    await coordinator.look('support-visits');
    await staff.close();
    await coordinator.close();
    await look.finish();
  });
}
