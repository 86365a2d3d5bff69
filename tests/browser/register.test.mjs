// The company's page with everything that can be on record: now, later, ending, asked for.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch } from '../harness/browser.mjs';
import { signedIn } from '../harness/client.mjs';
import { newCompany, newPeople } from '../harness/people.mjs';
import { kontorctl, password, prefix, sql, url } from '../harness/stack.mjs';
import * as story from '../harness/story.mjs';
import { Look } from './look.mjs';

const browser = await launch();
const look = new Look(browser);
const key = 'harbour-books';
let login;

before(async () => {
  const company = newCompany();
  ({ vera: login } = newPeople(company, { vera: 'applicant' }));
  const insert = (table, columns, ...rows) => sql(`INSERT INTO ${table} (company_id, recorded_at, ${columns}) VALUES ${rows.map((row) => `(${company.id}, NOW(6), ${row})`).join(', ')}`);
  sql(`INSERT INTO company_role (company_id, person_id, role, given_at) SELECT ${company.id}, id, 'board', NOW(6) FROM person WHERE login = '${login}';
       INSERT INTO obligation (company_id, kind, reference, text_en, text_de, due_on, opened_at) VALUES (${company.id}, 'payment', 'INV-2026-000000000017', 'Fees of the third quarter', 'Entgelte des dritten Quartals', CURDATE(), NOW(6));
       UPDATE company SET ends_on = CURDATE() + INTERVAL 90 DAY WHERE id = ${company.id}`);
  insert('membership', 'exchange_key, valid_from, ends_on, is_open', "'eex', '2020-01-01', CURDATE() + INTERVAL 90 DAY, NULL");
  insert('entitlement', 'product_key, market_key, volume, unit, valid_from, ends_on, is_open', "'power-base', 'power-de', 123456.75, 'MWh', '2020-01-01', CURDATE() + INTERVAL 9 DAY, NULL", "'gas-spot', 'gas-the', NULL, 'MWh', CURDATE() + INTERVAL 5 DAY, NULL, 1");
  insert('board_member', 'name, `function`, valid_from', "'Freifrau Maximiliana von Donaudampfschifffahrt-Gesellschaftskapitän', 'Vorstandsvorsitzende', '2020-01-01'");
  insert('clearing_access', 'house_key, member_name, valid_from', "'ecc', '', '2020-01-01'");
  await kontorctl('publish', join(import.meta.dirname, '../integration/types', key));
  sql(`UPDATE request_type SET active = 1 WHERE request_type = '${key}'`);
  const vera = await signedIn(login);
  const draft = await story.fill(vera, 'requests/new/change', `${prefix}requests`, { request_type: key });
  const reference = /R-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(draft.url)[0];
  await story.fill(vera, `requests/${reference}/answers/entry`, 'answers/entry', { act: 'grant', offer: 'dairy-futures@agricultural-eu', volume: '1' });
  await story.submit(vera, reference);
});
after(async () => {
  sql(`UPDATE request_type SET active = 0 WHERE request_type = '${key}'`);
  await browser.close();
});

for (const [language, width, words] of [['en', 1280, /Dairy futures\s+Agricultural products/], ['de', 360, /Futures auf Milchprodukte/]]) {
  test(`what is on record, ${language}, ${width} px`, async () => {
    const one = await look.person({ language, width });
    await one.signIn(login, password);
    await one.page.goto(url('company'));
    await one.look('company-on-record');
    const text = await one.page.locator('main').innerText();
    assert.match(text, words);
    assert.match(text, language === 'de' ? /123\.456,75 MWh/ : /123,456\.75 MWh/);
    assert.match(text, /INV-2026-000000000017/);
    await one.close();
  });
}
test('the pages are valid HTML', () => look.finish());
