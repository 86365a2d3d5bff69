// Document slots with rules (the type of tests/integration/types/crew-list): several documents in one slot, originals on
// paper, documents used again, a rule that refuses, the second check by a department.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch } from '../harness/browser.mjs';
import { newCompany, newPeople } from '../harness/people.mjs';
import { kontorctl, password, root, sql, url } from '../harness/stack.mjs';
import * as steps from '../harness/story.mjs';
import { Look } from './look.mjs';

const browser = await launch();
const offer = (active) => sql(`UPDATE request_type SET active = ${active} WHERE request_type = 'crew-list'`);
before(async () => {
  await kontorctl('publish', join(root, 'tests/integration/types/crew-list'));
  offer(true);
});
after(async () => {
  offer(false);
  await browser.close();
});

const go = async (page, action) => {
  await Promise.all([page.waitForNavigation(), action()]);
};
const file = (name) => ({ name, mimeType: 'application/pdf', buffer: steps.pdf(name) });

async function begin(page) {
  await page.goto(url('requests/new/add'));
  await go(page, () => page.click('main form:has([value="crew-list"]) button'));
  const reference = /R-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(page.url())[0];
  await page.goto(url(`requests/${reference}/answers/crew`));
  return reference;
}
async function upload(page, reference, slot, name, issuedOn) {
  await page.goto(url(`requests/${reference}/documents/${slot}`));
  if (issuedOn) await page.fill('#issued_on', issuedOn);
  await page.setInputFiles('#file', file(name));
  await go(page, () => page.click('form[enctype="multipart/form-data"] button'));
}

for (const way of [
  { language: 'de', javaScript: false, width: 360 },
  { language: 'en', javaScript: true, width: 1280 },
]) {
  const german = way.language === 'de';
  const text = (de, en) => (german ? de : en);

  test(`slots from the first question to the last check (${way.language})`, async () => {
    const look = new Look(browser);
    const { anna } = newPeople(newCompany({ name: `Reederei Föhr & Söhne ${way.language} GmbH` }), { anna: 'applicant' });
    const one = await look.person(way);
    const { page } = one;
    await one.signIn(anna, password);
    const reference = await begin(page);
    await page.fill('#ship', 'Adler von Lübeck');
    await page.check('#sealed');
    await go(page, () => page.click('.k-actions button:not([name])'));

    // Nobody sails: the rule says so before anything is submitted.
    await page.goto(url(`requests/${reference}`));
    await one.look('slots-draft-refused');
    assert.match(await page.innerText('main'), new RegExp(text('Ein Schiff braucht eine Mannschaft\\.', 'A ship needs a crew\\.')));
    await go(page, () => page.click('#rule-nobody a'));
    for (const [i, name] of ['Jan', 'Hein'].entries()) {
      await (way.javaScript ? page.click('button[name="kontor-add"]') : go(page, () => page.click('button[name="kontor-add"]')));
      await page.waitForSelector(`[name="sailors[${i}].sailorName"]`);
      await page.fill(`[name="sailors[${i}].sailorName"]`, name);
    }
    await go(page, () => page.click('.k-actions button:not([name])'));

    await page.goto(url(`requests/${reference}/documents/register`));
    await one.look('slot-age-in-days');
    await upload(page, reference, 'register', 'Register.pdf', steps.day(-90));
    await one.look('slot-refused-file');
    await upload(page, reference, 'register', 'Register.pdf', steps.day(-5));
    await page.goto(url(`requests/${reference}/documents/papers`));
    await one.look('slot-several-empty');
    assert.match(await page.innerText('main'), new RegExp(text('2 Unterlagen werden benötigt\\.', '2 documents are needed\\.')));
    await upload(page, reference, 'papers', 'Jan.pdf');
    await one.look('slot-several-one');
    await upload(page, reference, 'papers', 'Hein.pdf');
    await one.look('slot-several-all');
    assert.equal(await page.locator('#file').count(), 0, 'there is no third place');
    await go(page, () => page.locator('form[action$="/papers/remove"] button').nth(1).click());
    assert.equal(await page.locator('#file').count(), 1);
    await upload(page, reference, 'papers', 'Hein better.pdf');
    await page.goto(url(`requests/${reference}/documents/deed`));
    await one.look('slot-original');
    await page.goto(url(`requests/${reference}/check`));
    await one.look('slots-check');
    await go(page, () => page.click('form[action$="/submit"] button'));
    await page.goto(url(`requests/${reference}`));
    await one.look('slots-status');

    const service = await look.person({ ...way, width: way.width });
    await service.signIn('service', password);
    const staff = service.page;
    await staff.goto(url(`staff/intake/${reference}`));
    await service.look('slots-intake');
    await staff.goto(url(`staff/intake/${reference}/slots/deed`));
    await service.look('slot-staff-original');
    await staff.fill('#arrived_on', '');
    await go(staff, () => staff.click('form:has([value="arrived"]) button'));
    await service.look('slot-staff-original-wrong', { status: 422 });
    await staff.fill('#arrived_on', steps.day(-1));
    await go(staff, () => staff.click('form:has([value="arrived"]) button'));
    for (let left = 4; left > 0; left--) await go(staff, () => staff.locator('form:has([value="accept"]) button').first().click());
    await service.look('slots-intake-accepted');
    await staff.goto(url(`staff/intake/${reference}/release`));
    await go(staff, () => staff.click('form[action$="/release"] button'));

    const clearing = await look.person({ ...way, width: way.width });
    await clearing.signIn('clearing', password);
    const ticket = steps.ticketOf(reference);
    await clearing.page.goto(url(`staff/tickets/${ticket}`));
    await clearing.look('slots-ticket');
    await clearing.page.goto(url(`staff/tickets/${ticket}/slots/papers?item=2`));
    await clearing.look('slot-staff-examine');
    await clearing.page.check('[name=reason_key][value=wrong-person]');
    await clearing.page.fill('#reason_text', text('Bitte das Buch von Hein.', 'Please send the book of Hein.'));
    await go(clearing.page, () => clearing.page.click('form:has([value="reject"]) button'));
    await clearing.page.goto(url(`staff/tickets/${ticket}/slots/papers?item=2`));
    await clearing.look('slot-staff-asked');

    await page.goto(url(`requests/${reference}`));
    await one.look('slots-asked-again');
    await page.goto(url(`requests/${reference}/documents/papers`));
    await one.look('slot-asked-again');
    await page.setInputFiles('#file', file('Hein himself.pdf'));
    await go(page, () => page.click('form[enctype="multipart/form-data"] button'));

    // The extract was accepted: the next request may use it, and the start page says when it ends.
    sql(`UPDATE request SET state = 'completed', open_object = NULL, ended_at = UTC_TIMESTAMP(6) WHERE reference = '${reference}'`);
    sql(`UPDATE document_expiry x JOIN request r ON r.id = x.request_id SET x.notice_on = CURDATE(), x.remind_on = NULL WHERE r.reference = '${reference}'`);
    await page.goto(url(''));
    await one.look('start-document-ends');
    assert.match(await page.innerText('main'), new RegExp(text('Unterlagen, deren Gültigkeit endet', 'Documents that end soon')));
    const next = await begin(page);
    await page.goto(url(`requests/${next}/documents/register`));
    await one.look('slot-reuse');
    await page.check('#document-1, [name=document]');
    await go(page, () => page.click('form[action$="/reuse"] button'));
    assert.match(await page.innerText('main'), /Register\.pdf/);

    await Promise.all([one.close(), service.close(), clearing.close()]);
    await look.finish();
  });
}
