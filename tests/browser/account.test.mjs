// People and rights as a coordinator and staff see them: every page in both languages, wide with the script and
// 360 px without it.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { launch } from '../harness/browser.mjs';
import { Client } from '../harness/client.mjs';
import { newCompany, newPeople, quote } from '../harness/people.mjs';
import { password, sql, sqlValue, url } from '../harness/stack.mjs';
import { Look } from './look.mjs';

const browser = await launch();
after(() => browser.close());

const go = async (page, selector) => {
  await Promise.all([page.waitForNavigation(), page.click(selector)]);
};
const idOf = (login) => sqlValue(`SELECT person_id FROM identity WHERE login_key = ${quote(login)}`);

const WAYS = [
  { language: 'de', javaScript: false, width: 360 },
  { language: 'en', javaScript: true, width: 1280 },
];

/** Look at the page; with SHOTS=folder a picture of it lies there. */
async function see(one, way, name, expected) {
  if (process.env.SHOTS) {
    mkdirSync(process.env.SHOTS, { recursive: true });
    await one.page.screenshot({ path: join(process.env.SHOTS, `${name}-${way.language}-${way.width}.png`), fullPage: true });
  }
  await one.look(`${name}-${way.language}`, expected);
}

for (const way of WAYS) {
  const { language } = way;

  test(`a coordinator looks after the people of the company (${language})`, async () => {
    const look = new Look(browser);
    const company = newCompany({ name: 'Haus der sehr langen Namen und Rechte Energiehandelsgesellschaft mbH' });
    const people = newPeople(company, { carl: 'coordinator', dora: 'deputy', anna: 'applicant', sven: 'signatory', nora: null });
    await new Client().login(people.nora);
    await new Client().login(people.anna);
    sql(`INSERT INTO second_factor (person_id, kind, secret, created_at) VALUES (${idOf(people.anna)}, 'totp', 'x', NOW(6))`);
    const one = await look.person(way);
    const { page } = one;
    await one.signIn(people.carl, password);
    await page.click(`a[href$="account/people"]`);
    await see(one, way, 'people');
    await page.goto(url('account/people?q=nobody'));
    await see(one, way, 'people-nobody');
    await page.goto(url('account/people?show=former'));
    await see(one, way, 'people-former');
    await page.goto(url(`account/people/${idOf(people.carl)}`));
    await see(one, way, 'person-self');
    await page.goto(url(`account/people/${idOf(people.nora)}`));
    await see(one, way, 'person-asks');
    await page.goto(url(`account/people/${idOf(people.nora)}/remove`));
    await see(one, way, 'decline');

    const anna = `account/people/${idOf(people.anna)}`;
    await page.goto(url(anna));
    await see(one, way, 'person');
    await page.uncheck('#all-applicant');
    await go(page, 'main form[action$="/roles"] button');
    await see(one, way, 'person-no-market', { status: 422 });
    await page.check('#market-applicant-power-de');
    await page.check('#market-applicant-gas-ttf');
    await page.check('#role-board');
    await go(page, 'main form[action$="/roles"] button');
    await see(one, way, 'roles');
    await go(page, 'main form[action$="/roles"] button');
    await see(one, way, 'roles-changed');
    for (const act of ['end-sessions', 'reset-second-factor', 'remove']) {
      await page.goto(url(`${anna}/${act}`));
      await see(one, way, act);
    }

    await page.goto(url('account/people/invite'));
    await see(one, way, 'invite');
    await page.fill('#name', 'Ivo Neu');
    await page.fill('#email', 'no address');
    await go(page, 'main form button');
    await see(one, way, 'invite-wrong', { status: 422 });
    await page.fill('#email', `ivo-${people.carl}@example.org`);
    await page.check('#role-readonly');
    await go(page, 'main form button');
    await see(one, way, 'person-invited');
    const ivo = new URL(page.url()).pathname;
    for (const act of ['invitation', 'remove']) {
      await page.goto(`${url('').replace(/\/$/, '')}${ivo}/${act}`);
      await see(one, way, `invited-${act}`);
    }
    await page.goto(url('account/people/invite'));
    await page.fill('#name', 'Ivo Neu');
    await page.fill('#email', `${people.anna}@example.org`);
    await page.check('#role-readonly');
    await go(page, 'main form button');
    await see(one, way, 'invite-there', { status: 422 });
    await page.goto(url('account/people'));
    await see(one, way, 'people-invited');

    const deputy = await look.person(way);
    await deputy.signIn(people.dora, password);
    await deputy.page.goto(url(`account/people/${idOf(people.carl)}`));
    await see(deputy, way, 'person-for-deputy');
    assert.equal(await deputy.page.locator('input[type=checkbox]#role-coordinator').count(), 0, 'a deputy cannot touch this box');
    await look.finish();
    await Promise.all([one.close(), deputy.close()]);
  });

  test(`staff look companies and people up (${language})`, async () => {
    const look = new Look(browser);
    const young = newCompany({ name: 'Ganz neue Gasgesellschaft AG', state: 'candidate' });
    const one = await look.person(way);
    const { page } = one;
    await one.signIn('admin', password);
    await page.goto(url('account/companies'));
    await see(one, way, 'companies');
    await page.goto(url('account/companies?q=nothing-like-this'));
    await see(one, way, 'companies-nothing');
    await page.goto(url(`account/companies/${young.reference}`));
    await see(one, way, 'company-empty');
    await page.goto(url(`account/companies/${young.reference}/people/invite`));
    await see(one, way, 'company-invite');
    await page.goto(url('account/companies/M-1001'));
    await see(one, way, 'company');
    await page.goto(url('account/persons'));
    await see(one, way, 'persons');
    await page.goto(url('account/persons?q=nothing-like-this'));
    await see(one, way, 'persons-nobody');
    for (const [name, login] of [['staff', 'admin'], ['customer', 'coordinator']]) {
      await page.goto(url(`account/persons/${idOf(login)}`));
      await see(one, way, `person-card-${name}`);
    }
    await page.goto(url(`account/persons/${idOf('coordinator')}/end-sessions`));
    await see(one, way, 'person-card-end-sessions');
    const auditor = await look.person(way);
    await auditor.signIn('auditor', password);
    await auditor.page.goto(url('account/companies/M-1001'));
    await see(auditor, way, 'company-read-only');
    await auditor.page.goto(url(`account/companies/M-1001/people/${idOf('coordinator')}`));
    await see(auditor, way, 'person-read-only');
    await look.finish();
    await Promise.all([one.close(), auditor.close()]);
  });
}
