// Profile, sessions, step-up, passwords and invitations as people see them: with JavaScript in German on a phone, without in
// English, wide.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { launch, person } from '../harness/browser.mjs';
import { signedIn } from '../harness/client.mjs';
import { customerDn, directoryChange } from '../harness/directory.mjs';
import { newCompany, newPeople, quote } from '../harness/people.mjs';
import { password, sql, url } from '../harness/stack.mjs';
import { Look } from './look.mjs';

const browser = await launch();
after(() => browser.close());
const NEW = 'rather a long new one 7';
const personOf = (login) => `(SELECT id FROM person WHERE login = ${quote(login)})`;
const send = (page, button) => Promise.all([page.waitForEvent('load'), page.click(button)]);

for (const way of [{ language: 'de', width: 360 }, { language: 'en', javaScript: false }]) {
  test(`profile, sessions, step-up (${way.language})`, async () => {
    const look = new Look(browser);
    const { anna } = newPeople(newCompany(), { anna: 'applicant' });
    const one = await look.person(way);
    const { page } = one;
    await one.signIn(anna, password);
    await page.click('.k-account__link');
    await one.look('profile');
    await page.selectOption('#zone', 'Asia/Tokyo');
    await send(page, 'form[action$="/profile"] button');
    await one.look('profile-saved');
    assert.equal(await page.inputValue('#zone'), 'Asia/Tokyo');

    await signedIn(anna);
    await page.goto(url('profile/sessions'));
    await one.look('sessions');
    assert.equal(await page.locator('tbody tr').count(), 2);
    await send(page, 'tbody form button');
    await one.look('sessions-ended');
    assert.equal(await page.locator('tbody tr').count(), 1);

    sql(`UPDATE session SET confirmed_at = confirmed_at - INTERVAL 1 HOUR WHERE person_id = ${personOf(anna)}`);
    await page.goto(url('profile/second-factor/setup'));
    await one.look('step-up');
    await page.fill('#password', 'wrong');
    await send(page, 'main form button');
    await one.look('step-up-wrong', { status: 422 });
    await page.fill('#password', password);
    await send(page, 'main form button');
    assert.match(page.url(), /second-factor\/setup$/);

    sql(`UPDATE session SET ended_at = UTC_TIMESTAMP(6), end_reason = 'ended-by-staff' WHERE person_id = ${personOf(anna)}`);
    await page.goto(url('company'));
    await one.look('session-over');
    await one.close();
    await look.finish();
  });

  test(`a new password, in the profile and because one has to (${way.language})`, async () => {
    const look = new Look(browser);
    const { ben } = newPeople(newCompany(), { ben: 'applicant' });
    const one = await look.person(way);
    const { page } = one;
    const fill = async (old, word, again = word) => {
      await page.fill('#old_password', old);
      await page.fill('#new_password', word);
      await page.fill('#again', again);
      await send(page, 'main form button[type=submit]');
    };
    await one.signIn(ben, password);
    await page.goto(url('profile/password'));
    await one.look('password');
    await fill(password, 'short');
    await one.look('password-short', { status: 422 });
    await fill(password, NEW, `${NEW}x`);
    await one.look('password-differs', { status: 422 });
    await fill(password, NEW);
    await one.look('password-changed');

    await page.context().clearCookies();
    directoryChange(customerDn(ben), 'add: pwdReset', 'pwdReset: TRUE');
    await page.goto(url(`login?lang=${way.language}`));
    await page.fill('#login', ben);
    await page.fill('#password', NEW);
    await send(page, 'main button[type=submit]');
    await one.look('password-must-change');
    await fill(NEW, `${NEW}8`);
    await one.look('signed-in-with-it');
    await one.close();
    await look.finish();
  });

  test(`an invitation's link (${way.language})`, async () => {
    const look = new Look(browser);
    const company = newCompany();
    const { carl } = newPeople(company, { carl: 'coordinator' });
    const { nina } = newPeople(company, { nina: null });
    await signedIn(carl);
    const token = randomBytes(32).toString('base64url');
    sql(`INSERT INTO person (login, display_name, email, company_id, is_staff, created_at) VALUES ('', 'Ina Neu', '', ${company.id}, 0, UTC_TIMESTAMP(6));
         SET @person = LAST_INSERT_ID();
         INSERT INTO company_role (company_id, person_id, role, given_at) VALUES (${company.id}, @person, 'applicant', UTC_TIMESTAMP(6));
         INSERT INTO invitation (token_sha256, person_id, invited_by, created_at, expires_at)
           VALUES (x'${createHash('sha256').update(token).digest('hex')}', @person, ${personOf(carl)}, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 1 DAY)`);
    const one = await look.person(way);
    const { page } = one;
    await page.goto(url(`login?invitation=${token}&lang=${way.language}`));
    await one.look('invitation');
    await page.fill('#login', nina);
    await page.fill('#password', password);
    await send(page, 'main button[type=submit]');
    await one.look('invitation-accepted');
    await page.context().clearCookies();
    await page.goto(url(`login?invitation=${token}&lang=${way.language}`));
    await one.look('invitation-over', { status: 404 });
    await one.close();
    await look.finish();
  });
}

test('the back button after signing out shows nothing of before, and somebody else in the same browser sees only theirs', async () => {
  const { dora, emil } = newPeople(newCompany(), { dora: 'applicant', emil: 'applicant' });
  const one = await person(browser, { login: dora });
  const { page } = one;
  await page.goto(url('profile'));
  await page.goto(url('company'));
  await send(page, '.k-account__button');
  for (let i = 0; i < 3; i++) {
    await page.goBack();
    assert.doesNotMatch(await page.innerText('body'), new RegExp(dora), `back ${i + 1}`);
  }
  await page.goto(url('login'));
  await page.fill('#login', emil);
  await page.fill('#password', password);
  await send(page, 'main button[type=submit]');
  await page.goto(url('profile'));
  assert.match(await page.innerText('body'), new RegExp(emil));
  await page.goBack();
  assert.doesNotMatch(await page.innerText('body'), new RegExp(dora));
  await one.close();
});

test('two tabs: signed in in one, the other goes on to where it was going', async () => {
  const { finn } = newPeople(newCompany(), { finn: 'applicant' });
  const one = await person(browser);
  const first = one.page;
  const second = await one.context.newPage();
  await first.goto(url('company?lang=en'));
  await second.goto(url('requests/new/change'));
  await first.fill('#login', finn);
  await first.fill('#password', password);
  await send(first, 'main button[type=submit]');
  assert.match(first.url(), /company/);
  // The form that was open before says what to do; opened again it goes on.
  await second.fill('#login', finn);
  await second.fill('#password', password);
  await send(second, 'main button[type=submit]');
  assert.match(await second.innerText('main'), /opened before you signed in or out/);
  await second.goBack();
  await second.reload();
  assert.match(second.url(), /requests\/new\/change/);
  await second.close();
  await one.close();
});
