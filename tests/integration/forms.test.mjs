// Forms that depend on answers, on a type that nobody has foreseen (types/fleet-register): numbers with unit, checklists,
// lists of rows, fields and options that come and go. What the server shows is all it takes, as HTML and as JSON.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { signedIn } from '../harness/client.mjs';
import { newCompany, newPeople } from '../harness/people.mjs';
import { kontorctl, prefix, sql, sqlValue } from '../harness/stack.mjs';
import * as story from '../harness/story.mjs';

const company = newCompany({ name: 'Reederei Föhr & Söhne GmbH' });
const people = newPeople(company, { anna: 'applicant', kim: 'coordinator' });
let anna;
// Other tests expect the shipped types alone.
const offer = (active) => sql(`UPDATE request_type SET active = ${active} WHERE request_type = 'fleet-register'`);
before(async () => {
  await kontorctl('publish', join(import.meta.dirname, 'types/fleet-register'));
  offer(true);
  anna = await signedIn(people.anna);
});
after(() => offer(false));

/** A draft; one may be open for each company. */
async function begin(client) {
  for (const { reference } of sql(`SELECT reference FROM request WHERE company_id = ${company.id} AND state = 'draft'`)) {
    await story.fill(client, `requests/${reference}/discard`, `${reference}/discard`);
  }
  const choice = await client.get('requests/new/add');
  const form = choice.forms.find(({ fields }) => fields.request_type === 'fleet-register');
  const started = await client.post(form.action, form.fields);
  assert.equal(started.status, 303, started.text);
  return /R-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(started.location)[0];
}
const stored = (reference) => JSON.parse(sqlValue(`SELECT answers FROM request WHERE reference = '${reference}'`));
const path = (reference, form) => `requests/${reference}/answers/${form}`;
const OWNED = { homePort: 'Lübeck', insuredSum: '25000', ownership: 'owned', flag: 'DE', 'cargo[0]': 'grain' };
const CHARTERED = { ...OWNED, ownership: 'chartered', flag: 'NL', charteredUntil: story.day(30) };
const BOAT = { 'boats[0].boatName': 'Adler', 'boats[0].length': '12.5', 'boats[0].kind': 'cutter' };
const names = (page) => Object.keys(page.form('/fleet').fields);

test('a question comes when its condition holds; nobody has to know that beforehand', async () => {
  const reference = await begin(anna);
  const page = await anna.get(path(reference, 'fleet'));
  assert.match(page.plain, /Company in the register Reederei Föhr & Söhne GmbH/);
  assert.equal(page.form('/fleet').fields.homePort, 'Hamburg', 'as master data have it');
  assert.ok(!names(page).includes('charteredUntil') && !names(page).includes('safety'));
  assert.doesNotMatch(page.text, /name="ownerName"/, 'shown and not asked');

  const sent = await anna.submit(page, { ...OWNED, ownership: 'chartered', flag: 'DK', 'cargo[2]': 'people' }, '/fleet');
  assert.equal(sent.status, 303, JSON.stringify(sent.errors));
  assert.match(sent.location, /answers\/fleet$/);
  const again = await anna.follow(sent);
  assert.match(again.plain, /They lead to further questions on this page/);
  assert.ok(names(again).includes('charteredUntil') && names(again).includes('safety'));
  assert.equal(again.errors.length, 0, 'nobody is blamed for what was not asked');
  assert.equal(stored(reference).insuredSum, '25000.00', 'and nothing typed is lost');

  const check = await anna.submit(await anna.get(`requests/${reference}/check`), {}, '/submit');
  assert.deepEqual([...new Set(check.errors.map(({ field }) => field))], ['charteredUntil', 'safety', 'boats', 'charterer']);
  for (const { field } of check.errors) assert.match(check.text, new RegExp(`id="${field}"`));

  const missing = await anna.submit(again, {}, '/fleet');
  assert.equal(missing.status, 422);
  assert.deepEqual(missing.errors.map(({ field }) => field).sort(), ['charteredUntil', 'safety']);
  const done = await anna.submit(missing, { charteredUntil: story.day(3), safety: 'Forty jackets' }, '/fleet');
  assert.equal(done.status, 303);
  assert.match(done.location, /answers\/boats$/);

  // Back to our own boats: the date is not asked any more, and gone.
  const back = await anna.submit(await anna.get(path(reference, 'fleet')), { ownership: 'owned' }, '/fleet');
  assert.equal(back.status, 303);
  assert.ok(!('charteredUntil' in stored(reference)));
  assert.match(sqlValue(`SELECT GROUP_CONCAT(field) FROM history WHERE field = 'answer.charteredUntil' AND new_value IS NULL AND request_id = (SELECT id FROM request WHERE reference = '${reference}')`), /charteredUntil/);
});

test('hidden, read-only and not offered: dropped or refused, also when other questions are wrong', async () => {
  const reference = await begin(anna);
  const page = await anna.get(path(reference, 'fleet'));
  const sent = await anna.submit(page, { ...OWNED, ownerName: 'Somebody Else AG', charteredUntil: story.day(3), safety: 'none', nonsense: '1' }, '/fleet');
  assert.equal(sent.status, 303, JSON.stringify(sent.errors));
  assert.deepEqual(stored(reference), { ownerName: company.name, homePort: 'Lübeck', insuredSum: '25000.00', ownership: 'owned', flag: 'DE', cargo: ['grain'] });

  for (const [wrong, fields] of [
    [{ flag: 'NL' }, ['flag']], // offered for chartered boats only
    [{ ownership: 'stolen' }, ['ownership']],
    [{ 'cargo[0]': 'gold' }, ['cargo']],
    [{ 'cargo[1]': 'timber', 'cargo[7]': 'spice' }, ['cargo']],
    [{ insuredSum: '999' }, ['insuredSum']],
    [{ insuredSum: '1000.505' }, ['insuredSum']],
    [{ insuredSum: 'much' }, ['insuredSum']],
  ]) {
    const answer = await anna.submit(page, { ...OWNED, 'kontor-seen': '', ...wrong }, '/fleet');
    assert.equal(answer.status, 422, JSON.stringify(wrong));
    assert.deepEqual(answer.errors.map(({ field }) => field), fields);
  }
  assert.equal(stored(reference).flag, 'DE');
  const none = await anna.submit(page, { ...OWNED, 'kontor-seen': '', 'cargo[0]': '' }, '/fleet');
  assert.deepEqual(none.errors.map(({ field }) => field), ['cargo']);
});

test('numbers as people write them in the language of the page, with their unit', async () => {
  const reference = await begin(anna);
  const german = await signedIn(people.kim, { language: 'de' });
  const page = await german.get(path(reference, 'fleet'));
  assert.match(page.plain, /Versicherungssumme.*Euro/);
  const sent = await german.submit(page, { ...OWNED, insuredSum: '1.234.567,5' }, '/fleet');
  assert.equal(sent.status, 303, JSON.stringify(sent.errors));
  assert.equal(stored(reference).insuredSum, '1234567.50');
  assert.equal((await german.get(path(reference, 'fleet'))).form('/fleet').fields.insuredSum, '1234567,50');
  assert.equal((await anna.get(path(reference, 'fleet'))).form('/fleet').fields.insuredSum, '1234567.50');
  assert.match((await german.get(`requests/${reference}/check`)).plain, /Versicherungssumme – 1\.234\.567,50 Euro/);
  assert.match((await anna.get(`requests/${reference}/check`)).plain, /Insured sum – 1,234,567\.50 EUR/);

  const wrong = await german.submit(await german.get(path(reference, 'fleet')), { insuredSum: '1,234.50' }, '/fleet');
  assert.equal(wrong.status, 422);
  assert.equal(wrong.form('/fleet').fields.insuredSum, '1,234.50', 'as typed');
  const high = await german.submit(await german.get(path(reference, 'fleet')), { insuredSum: '5.000.000,01' }, '/fleet');
  assert.match(high.errors[0].text, /5\.000\.000(,00)?\sEuro/);
});

test('rows: added, removed and checked, without a script', async () => {
  const reference = await begin(anna);
  let page = await anna.get(path(reference, 'boats'));
  const buttons = () => page.form('/boats').buttons;
  const press = async (name, value, changes = {}) => {
    const sent = await anna.submit(page, { ...changes, [name]: value }, '/boats');
    assert.equal(sent.status, 303, sent.text);
    page = await anna.follow(sent);
    return new URL(sent.location, sent.url).hash;
  };
  assert.ok(!('value' in (buttons()[0])) && !buttons()[0].name, 'the Enter key saves');
  assert.equal(buttons().filter(({ name }) => name === 'kontor-remove').length, 0, 'one boat there must be');

  assert.equal(await press('kontor-add', 'boats', { ...BOAT, 'boats[0].length': 'long' }), '#boats-1');
  assert.match(page.text, /id="boats-1"/);
  assert.equal(page.form('/boats').fields['boats[0].boatName'], 'Adler');
  assert.equal(page.form('/boats').fields['boats[0].length'], 'long', 'as typed, and not blamed yet');
  assert.equal(page.errors.length, 0);
  await press('kontor-add', 'boats', { 'boats[1].boatName': 'Möwe', 'boats[1].length': '7' });
  assert.match(page.plain, /There can be at most 3 entries/);
  assert.equal(buttons().filter(({ name }) => name === 'kontor-add').length, 0);
  await press('kontor-add', 'boats', { 'boats[2].boatName': 'Kogge', 'boats[2].engine': 'true' });
  assert.equal(stored(reference).boats.length, 3, 'no fourth one by a button that is not there');
  assert.ok('boats[2].power' in page.form('/boats').fields, 'a question of one row alone');
  assert.ok(!('boats[1].power' in page.form('/boats').fields));
  assert.equal(await press('kontor-remove', 'boats[0]'), '#boats');
  assert.deepEqual(stored(reference).boats.map(({ boatName }) => boatName), ['Möwe', 'Kogge']);

  const wrong = await anna.submit(page, { 'boats[1].length': '3' }, '/boats');
  assert.equal(wrong.status, 422);
  assert.deepEqual(wrong.errors.map(({ field }) => field), ['boats-0-kind', 'boats-1-length', 'boats-1-kind', 'boats-1-power']);
  assert.match(wrong.errors[1].text, /^Entry 2: “Length” must be 4(\.0)?\sm or more/);
  for (const { field } of wrong.errors) assert.match(wrong.text, new RegExp(`id="${field}"`));
  const done = await anna.submit(wrong, { 'boats[0].kind': 'barge', 'boats[1].length': '22', 'boats[1].kind': 'cutter', 'boats[1].power': '90' }, '/boats');
  assert.equal(done.status, 303, JSON.stringify(done.errors));
  assert.deepEqual(stored(reference).boats[1], { boatName: 'Kogge', length: '22.0', kind: 'cutter', engine: true, power: 90 });

  // On the check page the summary leads to the row.
  page = await anna.get(path(reference, 'boats'));
  await press('kontor-add', 'boats');
  assert.equal((await anna.get(`requests/${reference}/check`)).text.includes('id="boats-2"'), false, 'an empty row is none');
  await press('kontor-later', '1', { 'boats[2].boatName': 'Halb' });
  const check = await anna.submit(await anna.get(`requests/${reference}/check`), {}, '/submit');
  assert.equal(check.status, 422);
  assert.ok(check.errors.some(({ field }) => field === 'boats-2') && check.errors.some(({ field }) => field === 'homePort'));
  for (const { field } of check.errors) assert.match(check.text, new RegExp(`id="${field}"`));

  // What only the script asks for is shown and not kept.
  const shown = await anna.submit(await anna.get(path(reference, 'boats')), { 'boats[0].engine': 'true', 'kontor-refresh': '1' }, '/boats');
  assert.equal(shown.status, 200);
  assert.ok('boats[0].power' in shown.form('/boats').fields);
  assert.notEqual(stored(reference).boats[0].engine, true);
});

test('what was typed survives the end of the session and somebody else who was faster', async () => {
  const reference = await begin(anna);
  const page = await anna.get(path(reference, 'boats'));
  const kim = await signedIn(people.kim);
  await story.fill(kim, path(reference, 'boats'), '/boats', { ...BOAT, 'boats[0].boatName': 'Wolf' });
  const stale = await anna.submit(page, { ...BOAT, 'kontor-add': 'boats' }, '/boats');
  assert.equal(stale.status, 409);
  assert.match(stale.plain, /Saved meanwhile: Name of the boat: Wolf, Length: 12\.5\sm, Kind of boat: Cutter/);
  assert.equal(stale.form('/boats').fields['boats[0].boatName'], 'Adler');
  assert.ok('boats[1].boatName' in stale.form('/boats').fields, 'with the row that was asked for');

  const lost = await signedIn(people.anna);
  const form = (await lost.get(path(reference, 'boats'))).form('/boats');
  sql(`UPDATE session SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE person_id = (SELECT id FROM person WHERE login = '${people.anna}')`);
  assert.match((await lost.post(form.action, { ...form.fields, 'boats[0].boatName': 'Nacht' })).location, /login/);
  const back = await lost.login(people.anna);
  assert.equal((await lost.submit(back, {}, '/boats')).status, 303);
  assert.equal(stored(reference).boats[0].boatName, 'Nacht');
  anna = await signedIn(people.anna);
});

test('the same as JSON: one shape in and out', async () => {
  const reference = await begin(anna);
  const accept = { accept: 'application/json' };
  const get = async (form) => anna.get(path(reference, form), { headers: accept });
  const send = async (form, body) => anna.request('POST', path(reference, form), {
    body: JSON.stringify(body),
    headers: { ...accept, 'content-type': 'application/json', 'x-kontor-csrf': (await get(form)).headers.get('x-kontor-csrf') },
  });
  const fleet = { homePort: 'Kiel', insuredSum: 2500.1, ownership: 'chartered', charteredUntil: story.day(9), flag: 'NL', cargo: ['timber', 'grain'] };
  assert.equal((await send('fleet', { ...fleet, safety: 'hidden', ownerName: 'x' })).status, 303);
  assert.deepEqual(stored(reference), { ...fleet, insuredSum: '2500.10', cargo: ['grain', 'timber'], ownerName: company.name });
  const boats = [{ boatName: 'Adler', length: '12.5', kind: 'cutter', engine: true, power: 90 }, { boatName: 'Möwe', length: 7, kind: 'barge', power: 5 }];
  assert.equal((await send('boats', { boats })).status, 303);
  assert.equal(stored(reference).boats[1].power, undefined, 'no engine, no power');
  const shown = (await get('boats')).json.fields[0];
  assert.equal(shown.rows[1].fields.find(({ key }) => key === 'boats[1].length').value, '7.0');
  const refused = async (form, body, wanted) => {
    const answer = await send(form, body);
    assert.equal(answer.status, 422, answer.text);
    assert.deepEqual(answer.json.errors.map(({ name }) => name), wanted);
  };
  await refused('fleet', { ...fleet, flag: 'DE' }, ['flag']);
  await refused('fleet', { ...fleet, cargo: ['people', 'gold'] }, ['cargo', 'safety']);
  await refused('boats', { boats: [] }, ['boats']);
  await refused('boats', { boats: [...boats, ...boats] }, ['boats']);
  await refused('boats', { boats: [boats[0], {}, boats[1]] }, ['boats[1].boatName', 'boats[1].length', 'boats[1].kind']);
  assert.equal((await send('boats', { boats: { a: { b: { c: { d: { e: 1 } } } } } })).status, 400);
  const group = (await anna.get(`requests/${reference}/check`, { headers: accept })).json.groups[1];
  assert.deepEqual(group.tables[0].rows[0].cells.map(({ value }) => value.replace('\u00a0', ' ')), ['Adler', '12.5 m', 'Cutter', 'Yes', '90 kW']);
});

test('everybody reads the answers alike; what is hidden is not there, and never reaches the process', async () => {
  const reference = await begin(anna);
  await story.fill(anna, path(reference, 'fleet'), '/fleet', { ...CHARTERED, 'kontor-shown': '', 'cargo[2]': 'people', safety: 'Forty jackets\nTwo rafts' }).catch(() => {});
  await story.fill(anna, path(reference, 'fleet'), '/fleet', { ...CHARTERED, 'cargo[2]': 'people', safety: 'Forty jackets\nTwo rafts' });
  await story.fill(anna, path(reference, 'boats'), '/boats', { ...BOAT, 'boats[0].engine': 'true', 'kontor-add': 'boats' });
  await story.fill(anna, path(reference, 'boats'), '/boats', { 'boats[0].power': '90', 'boats[1].boatName': 'Möwe', 'boats[1].length': '7', 'boats[1].kind': 'barge' });
  assert.match((await anna.get(`requests/${reference}`)).plain, /The charter Not started yet/);
  await story.fill(anna, path(reference, 'charter'), '/charter', { charterer: 'Reederei Ost' });

  // The boats are our own after all: the charter is no question any more.
  await story.fill(anna, path(reference, 'fleet'), '/fleet', { ownership: 'owned', flag: 'DE' });
  assert.doesNotMatch((await anna.get(`requests/${reference}`)).plain, /The charter/);
  const check = await anna.get(`requests/${reference}/check`);
  assert.doesNotMatch(check.plain, /Chartered until|Name of the charterer|Reederei Ost/);
  assert.match(check.plain, /Home port Hamburg Lübeck/);
  assert.match(check.plain, /Flag – Germany/);
  assert.match(check.text, /<li>Grain<\/li><li>People<\/li>/);
  assert.match(check.plain, /Boats Name of the boat Length Kind of boat It has an engine Power of the engine Adler 12\.5\sm Cutter Yes 90\skW Möwe 7\.0\sm Barge/);
  await story.submit(anna, reference);
  assert.equal(stored(reference).charterer, undefined, 'gone with the submission');
  assert.equal(sqlValue(`SELECT COUNT(*) FROM history WHERE field = 'answer.charterer' AND new_value IS NULL AND request_id = (SELECT id FROM request WHERE reference = '${reference}')`), '1');

  const service = await signedIn('service', { language: 'de' });
  for (const [client, page, wanted] of [
    [anna, `requests/${reference}`, /Insured sum – 25,000\.00\sEUR.*Flag – Germany.*Adler 12\.5\sm Cutter/],
    [service, `staff/intake/${reference}`, /Versicherungssumme – 25\.000,00\sEuro.*Flagge – Deutschland.*Getreide Menschen.*Adler 12,5\sm Kutter Ja 90\skW/],
  ]) assert.match((await client.get(page)).plain, wanted, page);
  await story.release(service, reference);
  const ticket = story.ticketOf(reference);
  const clearing = await signedIn('clearing', { language: 'de' });
  assert.match((await clearing.get(`staff/tickets/${ticket}`)).plain, /Heimathafen Hamburg Lübeck.*Möwe 7,0\sm Lastkahn/);
  const history = (await clearing.get(`staff/tickets/${ticket}/history`)).plain;
  assert.match(history, /Boote.*Name des Bootes: Adler, Länge: 12,5\sm, Bootsart: Kutter/);
  assert.match(history, /Was befördern sie\?.*Getreide, Menschen/);
  await clearing.get('staff/queue?lang=en');
  const sub = story.subTicketOf(ticket, 'clearing');
  await story.take(clearing, ticket, sub);
  await story.complete(clearing, sub);
  assert.match((await anna.get(`requests/${reference}/confirmation`)).plain, /Fleet register.*25,000\.00\sEUR.*Adler 12\.5\sm/);
});

test('what is typed into a draft is kept, however long it is as JSON', async () => {
  const reference = await begin(anna);
  const page = await anna.get(path(reference, 'boats'));
  const { action, fields } = page.forms.find((form) => form.action.endsWith('/boats'));
  const answer = await anna.post(action, { ...fields, 'boats[0].boatName': '\u0001'.repeat(18_000), 'kontor-later': '1' });
  assert.equal(answer.status, 303);
  assert.ok(Number(sqlValue(`SELECT LENGTH(new_value) FROM history WHERE field = 'answer.boats' AND request_id = (SELECT id FROM request WHERE reference = '${reference}')`)) > 65_535);
  assert.equal((await anna.get(path(reference, 'boats'))).status, 200);
});

test('what nobody can type and has changed since the check is read again before it is submitted', async () => {
  const reference = await begin(anna);
  await story.fill(anna, path(reference, 'fleet'), '/fleet', OWNED);
  await story.fill(anna, path(reference, 'boats'), '/boats', BOAT);
  const check = await anna.get(`requests/${reference}/check`);
  assert.match(check.plain, /Company in the register – Reederei Föhr & Söhne GmbH/);
  sql(`UPDATE company SET name = 'Reederei Föhr und Töchter GmbH' WHERE id = ${company.id}`);
  const changed = await anna.submit(check, {}, '/submit');
  assert.equal(changed.status, 409);
  assert.match(changed.plain, /Company in the register – Reederei Föhr und Töchter GmbH/);
  assert.equal(story.stateOf(reference), 'draft');
  assert.equal((await anna.submit(changed, {}, '/submit')).status, 303);
  assert.equal(stored(reference).ownerName, 'Reederei Föhr und Töchter GmbH');
  sql(`UPDATE company SET name = 'Reederei Föhr & Söhne GmbH' WHERE id = ${company.id}`);
});
