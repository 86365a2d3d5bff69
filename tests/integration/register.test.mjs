// What is on record, and the services that change it, by an invented type whose steps are nothing but services
// (types/harbour-books): each of them at its end and not before, what stands in its way, and that nobody sees what others
// have. The catalogue: loaded while everything runs, refused when it does not fit.
import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { signedIn } from '../harness/client.mjs';
import { waitForMail } from '../harness/mail.mjs';
import { newCompany, newPeople } from '../harness/people.mjs';
import { hold, kontorctl, prefix, release, root, sql, sqlValue, until } from '../harness/stack.mjs';
import * as story from '../harness/story.mjs';

const demo = join(root, 'sql/demo/catalogue.json');
const document = JSON.parse(readFileSync(demo, 'utf8'));
const file = join(tmpdir(), `catalogue-${process.pid}.json`);
const offer = (active) => sql(`UPDATE request_type SET active = ${active} WHERE request_type = 'harbour-books'`);

let company, other, anna, otto, service, it, lead;
before(async () => {
  await kontorctl('publish', join(import.meta.dirname, 'types/harbour-books'));
  offer(true);
  [company, other] = [newCompany(), newCompany()];
  const people = newPeople(company, { anna: 'applicant' });
  const others = newPeople(other, { otto: 'applicant' });
  for (const [{ id }, login] of [[company, people.anna], [other, others.otto]])
    sql(`INSERT INTO company_role (company_id, person_id, role, given_at) SELECT ${id}, id, 'board', NOW(6) FROM person WHERE login = '${login}'`);
  for (const { id } of [company, other])
    sql(`INSERT INTO membership (company_id, exchange_key, valid_from, recorded_at) VALUES (${id}, 'eex', '2020-01-01', NOW(6));
         INSERT INTO clearing_access (company_id, house_key, member_name, valid_from, recorded_at) VALUES (${id}, 'ecc', 'Bank ${id}', '2020-01-01', NOW(6));
         INSERT INTO board_member (company_id, name, function, valid_from, recorded_at) VALUES (${id}, 'Ada ${id}', 'Chair', '2020-01-01', NOW(6));
         INSERT INTO entitlement (company_id, product_key, market_key, volume, unit, valid_from, recorded_at) VALUES (${id}, 'gas-spot', 'gas-the', 1234.5, 'MWh', '2020-01-01', NOW(6))`);
  [anna, otto, service, it, lead] = await Promise.all([people.anna, others.otto, 'service', 'it', 'lead'].map((login) => signedIn(login)));
});
after(async () => {
  offer(false);
  rmSync(file, { force: true });
  await kontorctl('catalogue', 'load', demo);
});

const load = (changed) => {
  writeFileSync(file, JSON.stringify(changed, null, 1));
  return kontorctl('catalogue', 'load', file);
};
const refused = (promise) => promise.then(() => assert.fail('not refused'), (error) => error);

// ---- requests --------------------------------------------------------------------------------------------------

/** A draft of the invented type; its reference. */
async function draft(client, request_type = 'harbour-books') {
  const overview = await story.fill(client, 'requests/new/change?lang=en', `${prefix}requests`, { request_type });
  return /R-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(overview.url)[0];
}
const answer = (client, reference, answers) => story.fill(client, `requests/${reference}/answers/entry`, 'answers/entry', answers);
/** Submitted and released: the sub-ticket is open. */
async function released(client, answers) {
  const reference = await draft(client);
  await answer(client, reference, answers);
  await story.submit(client, reference);
  await story.release(service, reference);
  return reference;
}
async function look(reference) {
  const ticket = story.ticketOf(reference);
  const sub = story.subTicketOf(ticket, 'it');
  await story.take(it, ticket, sub);
  await story.complete(it, sub);
  return ticket;
}
/** From the first page to the end. */
async function done(client, answers, state = 'completed') {
  const reference = await released(client, answers);
  await look(reference);
  await story.waitForState(reference, state);
  return reference;
}
/** Up to the obstacle: what staff read at the ticket. */
async function obstacle(client, answers, sentence) {
  const reference = await released(client, answers);
  const ticket = await look(reference);
  const failed = () => Number(sqlValue(`SELECT COUNT(*) FROM job j JOIN request r ON r.id = j.request_id WHERE r.reference = '${reference}' AND j.state = 'failed'`));
  await until(() => failed() === 1, { what: 'a failed job' });
  assert.match((await lead.get(`staff/tickets/${ticket}?lang=en`)).plain, sentence);
  assert.equal(story.stateOf(reference), 'released');
  return { reference, ticket };
}
/** Out of the way, so that the next request of this kind can begin. */
const end = ({ reference }) => sql(`UPDATE request SET open_object = NULL WHERE reference = '${reference}'`);
const history = (reference, object) =>
  sql(`SELECT h.field, h.new_value FROM history h JOIN request r ON r.id = h.request_id WHERE r.reference = '${reference}' AND h.object = '${object}' ORDER BY h.id`)
    .map((row) => `${row.field} ${row.new_value}`);
const page = async (client, language = 'en') => (await client.get(`company?lang=${language}`)).plain;
const soon = story.day(20);
const inWords = (day, language = 'en-GB') => new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(day));

// ---- products --------------------------------------------------------------------------------------------------

test('a product is there at completion and not before, from its day', async () => {
  const reference = await released(anna, { act: 'grant', offer: 'power-base@power-de', volume: '12.5', day: soon });
  assert.match(await page(anna), /Power futures, base Power Germany – asked for: Entry in the books/, 'asked for');
  assert.equal(sqlValue(`SELECT COUNT(*) FROM entitlement WHERE company_id = ${company.id} AND product_key = 'power-base'`), '0');
  await look(reference);
  await story.waitForState(reference, 'completed');
  assert.match(await page(anna), new RegExp(`Power futures, base Power Germany 12\\.5 MWh from ${inWords(soon)} by request ${reference}`));
  assert.match(await page(anna, 'de'), new RegExp(`Strom-Futures, Grundlast Strom Deutschland 12,5 MWh ab ${inWords(soon, 'de-DE').replace('.', '\\.')}`));
  assert.deepEqual(history(reference, 'entitlement'), [`valid_from power-base@power-de · 12.5 MWh · ${soon}`]);
  assert.match((await it.get(`staff/tickets/${story.ticketOf(reference)}/history?lang=de`)).plain, /Produkt Erfasst, mit dem ersten Tag .*power-base@power-de · 12\.5 MWh/);
});

test('what the company has already is an obstacle that staff read, and the same request again changes nothing', async () => {
  const there = await obstacle(anna, { act: 'grant', offer: 'power-base@power-de', volume: '1' }, /The company has this already: power-base@power-de\./);
  assert.match((await lead.get(`staff/tickets/${there.ticket}?lang=de`)).plain, /Das Unternehmen hat dies bereits: power-base@power-de\./);
  assert.equal(sqlValue(`SELECT COUNT(*) FROM entitlement WHERE company_id = ${company.id} AND product_key = 'power-base'`), '1');
  // It ends, the lead tries again: now it goes on.
  sql(`UPDATE entitlement SET ends_on = CURDATE() - INTERVAL 9 DAY, is_open = NULL WHERE company_id = ${company.id} AND product_key = 'power-base'`);
  const ticket = await lead.get(`staff/tickets/${there.ticket}`);
  const retry = ticket.forms.find(({ action }) => action.includes('/retry'));
  assert.equal((await lead.post(retry.action, retry.fields)).status, 303);
  await story.waitForState(there.reference, 'completed');
  assert.deepEqual(history(there.reference, 'entitlement'), [`valid_from power-base@power-de · 1 MWh · ${story.day()}`]);
});

test('nobody can ask for what is not offered, or gone since', async () => {
  const reference = await draft(anna);
  const path = `requests/${reference}/answers/entry`;
  await until(async () => (await anna.get(path)).headers.get('x-kontor-statements')?.startsWith('data=5 '), { what: 'two statements more than other drafts, for company and catalogue' });
  const shown = await anna.get(path);
  assert.match(shown.text, /power-peak@power-de/);
  assert.doesNotMatch(shown.text, /eua-options@emissions-eu/, 'not available');
  for (const forged of ['eua-options@emissions-eu', 'power-base@moon', "x' OR 1=1 --"]) {
    const refusal = await anna.submit(await anna.get(path), { act: 'grant', offer: forged, volume: '1' }, 'answers/entry');
    assert.equal(refusal.status, 422, forged);
    assert.deepEqual(refusal.errors.map(({ field }) => field), ['offer'], forged);
  }
  await answer(anna, reference, { act: 'grant', offer: 'power-peak@power-de', volume: '1' });
  const without = structuredClone(document);
  Object.assign(without.offers.find(({ product, market }) => product === 'power-peak' && market === 'power-de'), { available: false, rule: { en: 'Closed', de: 'Geschlossen' } });
  assert.match((await load(without)).stdout, /~ offer power-peak@power-de: available yes -> no; rule\.en none -> Closed/);
  assert.doesNotMatch((await anna.get(path)).text, /<option value="power-peak@power-de"(?! selected)/, 'no restart is needed');
  const check = await anna.get(`requests/${reference}/check`);
  const submit = check.forms.find(({ action }) => action.endsWith('/submit'));
  if (submit) assert.notEqual((await anna.post(submit.action, submit.fields)).status, 303, 'not at submission either');
  assert.equal(story.stateOf(reference), 'draft');
  await kontorctl('catalogue', 'load', demo);
  await story.submit(anna, reference);
  const facts = JSON.parse(sqlValue(`SELECT facts FROM request WHERE reference = '${reference}'`));
  assert.equal(facts.catalogue.offers.find(({ key }) => key === 'power-peak@power-de').available, true, 'the rule that decided stays with the request');
  // Gone between submission and completion: an obstacle, and nothing is granted.
  await story.release(service, reference);
  await load(without);
  const ticket = await look(reference);
  await until(async () => /This is not offered any more: power-peak@power-de\./.test((await lead.get(`staff/tickets/${ticket}?lang=en`)).plain), { what: 'the obstacle' });
  assert.equal(sqlValue(`SELECT COUNT(*) FROM entitlement WHERE company_id = ${company.id} AND product_key = 'power-peak'`), '0');
  await kontorctl('catalogue', 'load', demo);
  end({ reference });
});

test('a product ends on its day', async () => {
  const reference = await done(anna, { act: 'end', held: 'gas-spot@gas-the', day: soon });
  assert.match(await page(anna), new RegExp(`Natural gas, spot Natural gas THE 1,234\\.5 MWh since 1 January 2020 until ${inWords(soon)} by request ${reference}`));
  end(await obstacle(anna, { act: 'end', held: 'gas-spot@gas-the' }, /The company does not have this any more: gas-spot@gas-the\./));
});

// ---- everything else -------------------------------------------------------------------------------------------

test('exchange, clearing, board and name', async () => {
  await done(anna, { act: 'join', name: 'pxe' });
  assert.match(await page(anna), new RegExp(`PXE since ${inWords(story.day())}`));
  await done(anna, { act: 'clear', held: 'exaa', name: 'Elbe Bank', day: soon });
  await done(anna, { act: 'change-clearing', held: 'ecc', name: 'Neue Bank', day: soon });
  assert.match(await page(anna), new RegExp(`\\(ECC\\) Bank ${company.id} since 1 January 2020 until .* \\(ECC\\) Neue Bank from ${inWords(soon)} .* EXAA financial settlement Elbe Bank from`));
  await done(anna, { act: 'stop-clearing', held: 'exaa', day: story.day(60) });
  const ada = sqlValue(`SELECT id FROM board_member WHERE company_id = ${company.id}`);
  await done(anna, { act: 'board', held: ada, name: 'Bo Boot', day: story.day() });
  assert.match(await page(anna), /Members of the board.* Bo Boot Harbour master since/);
  assert.doesNotMatch(await page(anna), new RegExp(`Ada ${company.id}`));
  await done(anna, { act: 'rename', name: 'Umbenannt & Söhne KG', day: soon });
  assert.equal(sqlValue(`SELECT name FROM company WHERE id = ${company.id}`), company.name);
  assert.match(await page(anna), new RegExp(`Name of the company .*${company.name} .*from ${inWords(soon)}: Umbenannt & Söhne KG`));
});

test('mails carry the words of the definition in the language of who reads them', async () => {
  const toTeam = await done(anna, { act: 'mail' });
  const toAnna = await done(anna, { act: 'write' });
  const team = await waitForMail((mail) => mail.to.includes('it@example.org') && mail.text?.includes(toTeam) && mail.subject === 'Die Bücher des Hafens');
  assert.match(team.text, /eine Seite wurde umgeblättert\./);
  const mine = await waitForMail((mail) => mail.text?.includes(toAnna) && /^(The books of the harbour|Die Bücher des Hafens)$/.test(mail.subject));
  assert.match(mine.text, new RegExp(`requests/${toAnna}`));
});

test('open obligations end the request with the reason, until the operator closes them', async () => {
  await kontorctl('obligation', 'open', company.reference, 'INV-1', '--kind', 'payment', '--en', 'A fee is open', '--de', 'Ein Entgelt ist offen', '--due', soon);
  assert.match(await page(anna, 'de'), new RegExp(`Ein Entgelt ist offen INV-1 ${inWords(soon, 'de-DE').replace('.', '\\.')}`));
  assert.match((await kontorctl('obligation', 'list', company.reference)).stdout, new RegExp(`${company.reference} +INV-1 +open +payment +${soon}`));
  assert.equal((await refused(kontorctl('obligation', 'open', company.reference, 'INV-1', '--kind', 'payment', '--en', 'x', '--de', 'x'))).code, 1);
  const reference = await done(anna, { act: 'check' }, 'declined');
  assert.match((await anna.get(`requests/${reference}?lang=en`)).plain, /Something is still owed\./);
  await kontorctl('obligation', 'close', company.reference, 'INV-1');
  await done(anna, { act: 'check' });
  assert.match(await page(anna), /There is no open obligation\./);
  assert.deepEqual(sql(`SELECT action FROM audit_event WHERE company_id = ${company.id} AND program = 'ctl' ORDER BY id`).map((row) => row.action), ['obligation.opened', 'obligation.closed']);
});

/** The invented type with files of it changed ({ name: (text) => text }), published; its key. */
async function variant(name, changes) {
  const folder = join(tmpdir(), `harbour-${name}-${process.pid}`);
  cpSync(join(import.meta.dirname, 'types/harbour-books'), folder, { recursive: true });
  for (const [part, change] of Object.entries({ 'process.bpmn': (text) => text, ...changes })) {
    const path = join(folder, part);
    writeFileSync(path, change(readFileSync(path, 'utf8').replace('value="books"', `value="${name}"`)));
  }
  await kontorctl('publish', folder);
  rmSync(folder, { recursive: true });
  return basename(folder);
}
const retire = (key) => sql(`UPDATE request_type SET active = 0 WHERE request_type = '${key}'`);

test('an error that the process does not catch stops it with the reason, until that is gone', async () => {
  const key = await variant('careless', {
    'process.bpmn': (text) => text.replace(/ *<bpmn:boundaryEvent[^]*(?= *<\/bpmn:process>)/, '').replace(/.*<bpmn:error .*\n/, ''),
    'de.po': (text) => text.replace(/msgid "Something is still owed."\n.*\n\n/, ''),
  });
  await kontorctl('obligation', 'open', company.reference, 'POS-7', '--kind', 'position', '--en', 'A position is open', '--de', 'Eine Position ist offen');
  const reference = await draft(anna, key);
  await answer(anna, reference, { act: 'check' });
  await story.submit(anna, reference);
  await story.release(service, reference);
  const ticket = await look(reference);
  await until(async () => /Das Unternehmen hat offene Verpflichtungen: POS-7\./.test((await lead.get(`staff/tickets/${ticket}?lang=de`)).plain), { what: 'the reason' });
  await kontorctl('obligation', 'close', company.reference, 'POS-7');
  const retry = (await lead.get(`staff/tickets/${ticket}`)).forms.find(({ action }) => action.includes('/retry'));
  assert.equal((await lead.post(retry.action, retry.fields)).status, 303);
  await story.waitForState(reference, 'completed');
  retire(key);
});

test('one company neither sees nor ends what another has', async () => {
  const theirs = sqlValue(`SELECT id FROM board_member WHERE company_id = ${other.id}`);
  end(await obstacle(anna, { act: 'board', held: theirs }, /A person to be removed is not on record any more\./));
  assert.equal(sqlValue(`SELECT ends_on FROM board_member WHERE id = ${theirs}`), null);
  for (const [client, own, foreign] of [[anna, company, other], [otto, other, company]]) {
    assert.match(await page(client), new RegExp(`Bank ${own.id}`));
    assert.doesNotMatch(await page(client), new RegExp(`(Bank|Ada) ${foreign.id}`));
  }
  for (const { facts, id } of sql(`SELECT r.facts, r.company_id AS id FROM request r WHERE r.company_id IN (${company.id}, ${other.id}) AND r.facts IS NOT NULL`)) {
    const foreign = id === String(company.id) ? other : company;
    assert.doesNotMatch(facts, new RegExp(`(Bank|Ada) ${foreign.id}`));
  }
});

test('a type that is no board matter does not see the board, whatever its expressions ask', async () => {
  const key = await variant('open', {
    'process.bpmn': (text) => text.replace(/.*kontor:visibility.*\n/, ''),
    'entry.form': (text) => text.replace('for o in catalogue.offers[available = true] return {value: o.key, label: o.name}', 'for b in company.board return {value: b.key, label: b.name}'),
  });
  const reference = await draft(otto, key);
  assert.doesNotMatch((await otto.get(`requests/${reference}/answers/entry`)).text, new RegExp(`Ada ${other.id}`));
  await answer(otto, reference, { act: 'mail' });
  await story.submit(otto, reference);
  const facts = JSON.parse(sqlValue(`SELECT facts FROM request WHERE reference = '${reference}'`));
  assert.deepEqual(facts.company.board, []);
  assert.equal(facts.company.clearing[0].member, `Bank ${other.id}`);
  retire(key);
});

test('who leaves the last exchange is a member until that day is over; a new name comes on its day', async () => {
  await done(otto, { act: 'leave', name: 'eex', day: story.day() });
  assert.match(await page(otto), new RegExp(`The membership of your company ends on ${inWords(story.day())}\\.`));
  assert.equal(sqlValue(`SELECT COUNT(*) FROM entitlement WHERE company_id = ${other.id} AND is_open = 1`), '0');
  assert.equal(sqlValue(`SELECT state FROM company WHERE id = ${other.id}`), 'active');
  end(await obstacle(otto, { act: 'join', name: 'pxe', day: soon }, /The membership of the company ends on \d{4}-\d\d-\d\d\./));
  sql(`UPDATE company SET ends_on = CURDATE() - INTERVAL 2 DAY, changes_on = CURDATE() - INTERVAL 1 DAY WHERE id = ${other.id};
       UPDATE company SET changes_on = CURDATE() WHERE id = ${company.id};
       UPDATE company_attribute SET valid_from = CURDATE() - INTERVAL 1 DAY WHERE company_id = ${company.id} AND attribute_key = 'company.name'`);
  await hold('worker'); // it looks once a minute, and when it begins
  await release('worker');
  await until(() => sqlValue(`SELECT state FROM company WHERE id = ${other.id}`) === 'ended', { what: 'ended' });
  assert.notEqual((await otto.get('company')).status, 200);
  await until(() => sqlValue(`SELECT name FROM company WHERE id = ${company.id}`) === 'Umbenannt & Söhne KG', { what: 'the new name' });
});

// ---- the operator ----------------------------------------------------------------------------------------------

test('a document that does not fit is refused with its line, and changes nothing', async () => {
  const before = (await kontorctl('catalogue', 'show')).stdout;
  const broken = structuredClone(document);
  broken.markets[0].notice = { days: 30 };
  delete broken.offers[0].available;
  for (const command of ['check', 'load']) {
    writeFileSync(file, JSON.stringify(broken, null, 1));
    const { code, stderr } = await refused(kontorctl('catalogue', command, file));
    assert.equal(code, 65);
    const lines = stderr.trim().split('\n');
    assert.match(lines[0], new RegExp(`^${file}:\\d+: "reference" is missing$`));
    assert.match(lines[1], new RegExp(`^${file}:\\d+: "available" is missing$`));
    assert.equal(readFileSync(file, 'utf8').split('\n')[Number(lines[0].split(':')[1]) - 1].trim(), '"notice": {');
  }
  writeFileSync(file, '{"markets": [}');
  assert.match((await refused(kontorctl('catalogue', 'load', file))).stderr, new RegExp(`^${file}:1: JSON: `));
  assert.equal((await kontorctl('catalogue', 'show')).stdout, before);
});

test('what a document leaves out is no longer offered, stays with who has it, and comes back', async () => {
  const smaller = structuredClone(document);
  smaller.products = smaller.products.filter(({ key }) => key !== 'gas-spot');
  smaller.offers = smaller.offers.filter(({ product }) => product !== 'gas-spot');
  const { stdout } = await load(smaller);
  assert.match(stdout, /^- product gas-spot: no longer offered$/m);
  assert.match(stdout, /^- offer gas-spot@gas-the: no longer offered$/m);
  assert.equal(sqlValue("SELECT CONCAT(active, (SELECT COUNT(*) FROM entitlement WHERE product_key = 'gas-spot') > 0) FROM product WHERE product_key = 'gas-spot'"), '01');
  assert.match(await page(anna), /Natural gas, spot/);
  assert.match((await kontorctl('catalogue', 'check', demo)).stdout, /^\+ product gas-spot: offered again$/m);
  assert.equal(sqlValue("SELECT active FROM product WHERE product_key = 'gas-spot'"), '0', 'check changes nothing');
  await kontorctl('catalogue', 'load', demo);
  assert.match((await kontorctl('catalogue', 'load', demo)).stdout, /^0 changes loaded\n$/);
  const event = JSON.parse(sqlValue("SELECT detail FROM audit_event WHERE action = 'catalogue.loaded' ORDER BY id DESC LIMIT 1"));
  assert.ok(event.operator && event.changes.includes('+ product gas-spot: offered again'));
});

test('doctor says what is offered, and when nothing is', async () => {
  const doctor = async () => (await kontorctl('doctor').catch((error) => error)).stdout;
  assert.match(await doctor(), /^ok {6}catalogue: 21 offers are available; a notice period is entered for 1 of 13 markets$/m);
  await load({});
  assert.match(await doctor(), /^WARNING catalogue: nothing is offered: kontorctl catalogue load FILE$/m);
  await kontorctl('catalogue', 'load', demo);
});

test('a new exchange with its market and product is data: offered at once, and a company gets it', async () => {
  const more = structuredClone(document);
  more.exchanges.push({ key: 'north', en: 'North Exchange', de: 'Nordbörse' });
  more.markets.push({ key: 'tide', exchange: 'north', en: 'Tides', de: 'Gezeiten', notice: { days: 14, reference: 'North rule 2.1' } });
  more.products.push({ key: 'tide-futures', en: 'Tide futures', de: 'Gezeiten-Futures', unit: 'MWh' });
  more.offers.push({ product: 'tide-futures', market: 'tide', available: true });
  const reference = await draft(anna);
  assert.doesNotMatch((await anna.get(`requests/${reference}/answers/entry?lang=de`)).text, /Gezeiten/);
  const { stdout } = await load(more);
  assert.deepEqual(stdout.trim().split('\n'), ['+ exchange north', '+ market tide', '+ product tide-futures', '+ offer tide-futures@tide', '4 changes loaded']);
  assert.match((await anna.get(`requests/${reference}/answers/entry?lang=de`)).text, /Gezeiten-Futures, Gezeiten/);
  await answer(anna, reference, { act: 'grant', offer: 'tide-futures@tide', volume: '3' });
  await story.submit(anna, reference);
  await story.release(service, reference);
  const ticket = await look(reference);
  // Not yet a member there: staff see it, and try again when the company is one.
  await until(async () => /On that day the company is no member of the exchange: north\./.test((await lead.get(`staff/tickets/${ticket}?lang=en`)).plain), { what: 'the obstacle' });
  sql(`INSERT INTO membership (company_id, exchange_key, valid_from, recorded_at) VALUES (${company.id}, 'north', '2026-01-01', NOW(6))`);
  const retry = (await lead.get(`staff/tickets/${ticket}`)).forms.find(({ action }) => action.includes('/retry'));
  assert.equal((await lead.post(retry.action, retry.fields)).status, 303);
  await story.waitForState(reference, 'completed');
  assert.match(await page(anna), /Tide futures Tides 3 MWh since/);
  const lines = (await kontorctl('export', '--company', company.reference)).stdout.trim().split('\n').map((line) => JSON.parse(line));
  assert.ok(lines.find(({ kind, product, request }) => kind === 'entitlement' && product === 'tide-futures' && request === reference));
  for (const kind of ['membership', 'board_member', 'clearing_access', 'obligation']) assert.ok(lines.find((line) => line.kind === kind), kind);
  assert.equal(lines.find(({ kind, reference: of }) => kind === 'request' && of === reference).facts.catalogue.markets.at(-1).noticeReference, 'North rule 2.1');
});

test('two requests for the same at once: one gets it, the other meets an obstacle', async () => {
  const key = await variant('twin', {});
  const ask = { act: 'grant', offer: 'dairy-futures@agricultural-eu', volume: '1' };
  const twin = await draft(anna, key);
  await answer(anna, twin, ask);
  await story.submit(anna, twin);
  await story.release(service, twin);
  const both = [twin, await released(anna, ask)];
  await Promise.all(both.map(look));
  await until(() => both.filter((one) => story.stateOf(one) === 'completed').length === 1, { what: 'one of them' });
  const failed = () => Number(sqlValue(`SELECT COUNT(*) FROM job j JOIN request r ON r.id = j.request_id WHERE r.reference IN ('${both.join("','")}') AND j.state = 'failed'`));
  await until(() => failed() === 1, { what: 'the other' });
  assert.equal(sqlValue(`SELECT COUNT(*) FROM entitlement WHERE company_id = ${company.id} AND product_key = 'dairy-futures'`), '1');
  both.forEach((reference) => end({ reference }));
  retire(key);
});

test('the database itself knows no notice period without its rule', () => {
  assert.throws(() => sql("UPDATE market SET notice_days = 30 WHERE market_key = 'power-de'"), /ck_market_notice/);
});

test('nothing on record contradicts anything else, and a contradiction is found', async () => {
  await story.quiet();
  const found = async () => (await kontorctl('invariants').catch((error) => error)).stdout;
  assert.doesNotMatch(await found(), /on record|board is of|membership is of|company that has left|history versions/);
  sql(`UPDATE membership SET ends_on = '2026-01-01', is_open = NULL WHERE company_id = ${company.id} AND exchange_key = 'eex'`);
  assert.match(await found(), new RegExp(`a product on record goes with a membership.*${company.reference} power-base@power-de`, 's'));
  sql(`UPDATE membership SET ends_on = NULL, is_open = 1 WHERE company_id = ${company.id} AND exchange_key = 'eex'`);
});
