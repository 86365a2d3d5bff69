// The pages of the second factor as people see them: with JavaScript in German on a phone, without in English, wide.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { launch } from '../harness/browser.mjs';
import { newCompany, newPeople } from '../harness/people.mjs';
import { password, sql, url } from '../harness/stack.mjs';
import { code, passTime, personOf, wrongCode } from '../integration/second-factor.mjs';
import { Look } from './look.mjs';

const browser = await launch();
after(() => browser.close());

for (const way of [{ language: 'de', width: 360 }, { language: 'en', javaScript: false }]) {
  test(`set up, sign in, lose the phone (${way.language})`, async () => {
    const look = new Look(browser);
    const { anna } = newPeople(newCompany(), { anna: 'applicant' });
    const one = await look.person(way);
    const { page } = one;
    const send = async (field, text, button) => {
      if (field) await page.fill(field, text);
      await Promise.all([page.waitForEvent('load'), page.click(button)]);
    };
    const leave = async () => {
      await page.context().clearCookies();
      await one.signIn(anna, password);
    };

    await one.signIn(anna, password);
    await page.goto(url('profile/second-factor'));
    await one.look('second-factor-none');
    await page.goto(url('profile/second-factor/setup'));
    await one.look('second-factor-setup');
    const picture = await page.locator('svg.k-qr').boundingBox();
    assert.ok(picture.width >= 180 && Math.abs(picture.width - picture.height) < 2, `QR code of ${picture.width} x ${picture.height}`);
    const secret = await page.textContent('#secret');
    await send('#code', wrongCode(secret), 'form[action$=setup] button');
    await one.look('second-factor-setup-wrong', { status: 422 });
    await send('#code', code(secret), 'form[action$=setup] button');
    await one.look('second-factor-codes');
    const codes = await page.$$eval('.k-recovery li', (items) => items.map((item) => item.textContent));
    assert.equal(codes.length, 10);
    assert.equal(await page.locator('[data-print]').isVisible(), way.javaScript !== false);
    await send(null, null, 'main a.govuk-button');
    await one.look('second-factor-status');
    await page.goto(url('profile/second-factor/setup'));
    await one.look('second-factor-replace');

    passTime(anna);
    await leave();
    await one.look('second-factor-code');
    assert.ok(!(await page.locator('#recovery_code').isVisible()));
    await send('#code', wrongCode(secret), 'main form button >> nth=0');
    await one.look('second-factor-code-wrong', { status: 422 });
    await page.click('summary');
    await send('#recovery_code', 'ABCD', 'details button');
    assert.ok(await page.locator('#recovery_code').isVisible(), 'the fold is open where the mistake is');
    await one.look('second-factor-recovery-wrong', { status: 422 });
    await send('#recovery_code', codes[0], 'details button');
    await one.look('second-factor-recovered');

    await leave();
    sql(`UPDATE pending_sign_on SET expires_at = UTC_TIMESTAMP(6) WHERE person_id = ${personOf(anna)}`);
    await send('#code', code(secret), 'main form button >> nth=0');
    await one.look('second-factor-over', { status: 403 });
    await one.close();
    await look.finish();
  });
}
