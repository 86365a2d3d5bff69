// Every page of both sides in German and in English: nothing of the other language on it.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test, before } from 'node:test';
import { Client, signedIn } from '../harness/client.mjs';
import { attributes, decode } from '../harness/html.mjs';
import { newCompany, newPeople } from '../harness/people.mjs';
import { origin, password, prefix, root, sql } from '../harness/stack.mjs';
import * as story from '../harness/story.mjs';

/** Entries of a .po file: [msgid, msgstr], plural forms too. */
function entries(file) {
  const result = [];
  let part = null;
  let entry = {};
  const flush = () => {
    if (entry.msgid) {
      result.push([entry.msgid, entry.msgstr ?? entry['msgstr[0]']]);
      if (entry.msgid_plural) result.push([entry.msgid_plural, entry['msgstr[1]']]);
    }
    entry = {};
  };
  for (const line of `${readFileSync(file, 'utf8')}\nmsgid ""\n`.split('\n')) {
    const start = /^(msgid|msgid_plural|msgstr(?:\[\d\])?) (".*")$/.exec(line);
    if (start) {
      if (start[1] === 'msgid') flush();
      part = start[1];
      entry[part] = JSON.parse(start[2]);
    } else if (/^"/.test(line) && part) entry[part] += JSON.parse(line);
  }
  return result;
}
const folder = join(root, 'templates/i18n/parts');
const processes = join(root, 'templates/processes');
const files = [
  ...readdirSync(folder).filter((name) => name.endsWith('.po')).map((name) => join(folder, name)),
  ...readdirSync(processes, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => join(processes, name, 'de.po')),
];
const catalogue = files.flatMap(entries).filter(([english, german]) => english !== german);
const germanTexts = new Set(catalogue.map(([, german]) => german));
const englishTexts = new Set(catalogue.map(([english]) => english));

/** What would be wrong on a page: a finder for all sentences of one language that the other does not have too. */
function finder(texts, others) {
  const plain = new Set();
  const filled = [];
  for (const text of texts) {
    if (others.has(text)) continue;
    if (!/\{\d\}/.test(text)) plain.add(text.replace(/\s+/g, ' '));
    // Sentences around a value: only those with some words of their own can be told.
    else if (text.replace(/\{\d\}/g, '').replace(/[^\p{L}]/gu, '').length >= 6) {
      filled.push(new RegExp(`^${text.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\d\}/g, '.+')}$`, 'u'));
    }
  }
  return (text) => plain.has(text) || filled.some((pattern) => pattern.test(text));
}
const isEnglish = finder(englishTexts, germanTexts);
const isGerman = finder(germanTexts, englishTexts);

/** Text a person meets: between the tags, and in the attributes that are read out or shown. */
function* visible(html) {
  const page = html.replace(/<(script|style)\b[\s\S]*?<\/\1>/gi, '');
  for (const [, text] of page.matchAll(/>([^<]+)</g)) {
    const words = decode(text).replace(/\s+/g, ' ').trim();
    if (words) yield words;
  }
  for (const [tag] of page.matchAll(/<\w+(?:\s[^<>]*)?>/g)) {
    for (const [name, content] of Object.entries(attributes(tag))) {
      if (/^(title|alt|placeholder|aria-label|aria-description|data-label|data-text-.*|label)$/.test(name) && content.trim()) yield content.replace(/\s+/g, ' ').trim();
    }
  }
}
/** Texts that people wrote: they stay in the language they were written in. */
const own = new Set();
let pages = 0;
function check(answer, language) {
  pages++;
  assert.match(answer.text, new RegExp(`<html lang="${language}"`), answer.url);
  const foreign = language === 'de' ? isEnglish : isGerman;
  const found = [...visible(answer.text)].filter((text) => !own.has(text) && foreign(text));
  assert.deepEqual(found, [], `${language}: ${answer.url} (${answer.status})`);
}
function checkJson(answer, language) {
  const foreign = language === 'de' ? isEnglish : isGerman;
  const texts = [];
  JSON.stringify(answer.json, (key, value) => {
    if (typeof value === 'string') texts.push(value);
    return value;
  });
  assert.deepEqual(texts.filter((text) => !own.has(text) && foreign(text)), [], `${language}: ${answer.url} as JSON`);
}

const clients = {};
const company = newCompany();
const people = newPeople(company, { anna: 'applicant', rita: 'readonly' });
async function client(login, language) {
  return (clients[`${login} ${language}`] ??= await signedIn(login, { language }));
}
/** Pages, one after the other, in both languages, as HTML and as JSON. */
async function look(login, paths) {
  for (const language of ['de', 'en']) {
    const who = await client(login, language);
    for (const path of paths) {
      let answer = await who.get(path);
      if (answer.status === 303) answer = await who.follow(answer);
      check(answer, language);
      const data = await who.get(path, { headers: { accept: 'application/json' } });
      if (data.status !== 303) checkJson(data, language);
    }
  }
}

before(() => {
  assert.ok(catalogue.length > 300, `${catalogue.length} sentences`);
  // The test's own eyes: it must see a sentence that is wrong.
  assert.ok(isEnglish('Sign in') && isEnglish('Request R-1234-5678') && isGerman('Anmelden') && !isEnglish('Compliance'));
});

test('every page of the main story, customer and staff, in German and English', async () => {
  const anna = await client(people.anna, 'en');
  const service = await client('service', 'en');
  await look(people.anna, ['', 'company', 'requests/new/change', 'requests/new/add', 'logout']);
  await look(people.rita, ['', 'requests/new/change']);
  const reference = await story.begin(anna);
  const at = (part) => `requests/${reference}/${part}`;
  await look(people.anna, ['', `requests/${reference}`, at('answers/address'), at('answers/details'), at('documents/proof'), at('check'), at('discard'), at('receipt'), at('withdraw'), at('confirmation'), 'requests/new/change']);
  await story.answer(anna, reference, { effectiveDate: story.day(20), remarks: 'Remarks of Anna' });
  await story.upload(anna, reference, { content: Buffer.from('no pdf') });
  await story.upload(anna, reference, { name: 'x.exe' });
  await look(people.anna, [at('documents/proof')]);
  await story.upload(anna, reference);
  await look(people.anna, ['', `requests/${reference}`, at('documents/proof'), at('check')]);
  await story.submit(anna, reference);
  await look(people.anna, ['', `requests/${reference}`, at('receipt'), at('withdraw'), at('check'), 'company']);
  const intake = `staff/intake/${reference}`;
  const staffPages = ['staff/intake', 'staff/intake?state=submitted', 'staff/intake?state=waiting_for_customer', intake, `${intake}/history`, `${intake}/slots/proof`, `${intake}/release`, `${intake}/decline`];
  await look('service', staffPages);
  own.add('Please send it again.').add('A message of intake').add('A note of intake');
  await story.fill(service, intake, '/messages', { message: 'A message of intake' });
  await story.fill(service, intake, '/notes', { note: 'A note of intake' });
  await story.reject(service, reference, 'Please send it again.');
  await look(people.anna, ['', `requests/${reference}`, at('documents/proof')]);
  await look('service', staffPages);
  await story.upload(anna, reference, { content: story.pdf('second') });
  await story.waitForState(reference, 'submitted');
  await story.accept(service, reference);
  await look('service', staffPages);
  await story.release(service, reference);
  const ticket = story.ticketOf(reference);
  const staff = [`staff/tickets/${ticket}`, `staff/tickets/${ticket}/history`, 'staff/tickets', `staff/tickets?q=${company.reference}`, 'staff/tickets?q=K', 'staff/tickets?q=zzzz', 'staff/queue', 'staff/queue?view=team', 'staff/queue?view=mine'];
  await look(people.anna, ['', `requests/${reference}`, 'company']);
  await look('lead', [...staff, 'staff/queue?view=all', ...staffPages]);
  for (const team of ['compliance', 'it']) {
    const member = await client(team, 'en');
    const sub = story.subTicketOf(ticket, team);
    await look(team, staff);
    await story.take(member, ticket, sub);
    await look(team, [...staff, `staff/sub-tickets/${sub}/complete`]);
    await story.complete(member, sub);
    await look(team, [`staff/sub-tickets/${sub}/complete`]);
  }
  await story.waitForState(reference, 'completed');
  await look(people.anna, ['', `requests/${reference}`, at('confirmation'), at('receipt'), 'company']);
  await look('lead', [...staff, intake, `${intake}/release`, `${intake}/decline`]);
  await look('auditor', [...staff, intake]);
});

test('pages that say no, in German and English', async () => {
  for (const language of ['de', 'en']) {
    const anna = await client(people.anna, language);
    const service = await client('service', language);
    const reference = await story.begin(anna);
    const address = await anna.get(`requests/${reference}/answers/address`);
    check(await anna.submit(address, { street: '', postalCode: '!', city: 'x'.repeat(101), country: '' }), language);
    check(await anna.submit(await anna.get(`requests/${reference}/answers/details`), { effectiveDate: 'soon', remarks: 'x'.repeat(2001) }), language);
    check(await anna.submit(await anna.get(`requests/${reference}/answers/details`), { effectiveDate: story.day(-3) }), language);
    check(await anna.post(`requests/${reference}/submit`, { csrf: address.form().fields.csrf }), language);
    check(await anna.post('requests', (await anna.get('requests/new/change')).form('/requests', story.ADDRESS).fields), language);
    // Somebody else has saved the same questions meanwhile.
    await story.fill(anna, `requests/${reference}/answers/address`, 'answers/address', { ...story.newAddress, 'kontor-later': '1' });
    check(await anna.submit(address, { ...story.newAddress, street: 'Anders' }), language);
    await story.answer(anna, reference);
    await story.upload(anna, reference);
    await story.submit(anna, reference);
    check(await anna.submit(await anna.get(`requests/${reference}`), { body: '' }, '/messages'), language);
    check(await anna.submit(await anna.get(`requests/${reference}`), { body: 'x'.repeat(4001) }, '/messages'), language);
    const intake = `staff/intake/${reference}`;
    const reject = (await service.get(`${intake}/slots/proof`)).forms.find(({ fields }) => fields.decision === 'reject');
    check(await service.post(reject.action, reject.fields), language);
    check(await service.post(reject.action, { ...reject.fields, reason_key: 'unreadable', reason_text: 'x'.repeat(1001), due_on: '2020-01-01' }), language);
    check(await service.post(reject.action, { ...reject.fields, reason_key: 'unreadable', reason_text: 'x', version: '99' }), language);
    check(await service.submit(await service.get(`${intake}/decline`), { reason: '' }, '/decline'), language);
    check(await service.submit(await service.get(intake), { message: '' }, '/messages'), language);
    check(await service.submit(await service.get(intake), { note: '' }, '/notes'), language);
    check(await service.get(`${intake}/release`), language);
    check(await service.post(`${intake}/release`, { csrf: reject.fields.csrf }), language);
    await story.fill(service, `${intake}/decline`, '/decline', { reason: 'No.' });
    check(await anna.get(`requests/${reference}`), language);
    check(await service.get(intake), language);
    check(await service.get(`${intake}/history`), language);
    for (const [path, who] of [['no/such/page', anna], ['staff/intake', anna], ['requests/new/change', service], [`requests/R-0000-0000`, anna], ['staff/queue?after=x', service], ['?after=%ff', anna]]) check(await who.get(path), language);
    check(await anna.request('PUT', '', { body: '' }), language);
    check(await anna.post('requests', { csrf: 'x' }), language);
    const nobody = new Client({ language });
    check(await nobody.get('login'), language);
    check(await nobody.get('logout'), language);
    check(await nobody.submit(await nobody.get('login'), { login: '', password: '' }, `${prefix}login`), language);
    check(await nobody.submit(await nobody.get('login'), { login: 'nobody', password: 'x' }, `${prefix}login`), language);
    for (const login of ['former', 'unlinked']) {
      const refused = new Client({ language });
      check(await refused.submit(await refused.get('login'), { login, password }, `${prefix}login`), language);
    }
    check(await (await client(people.anna, language)).get('login'), language);
  }
  sql('DELETE FROM login_throttle');
});

test('one-time notices come in the reader\'s language', async () => {
  const { otto } = newPeople(newCompany(), { otto: 'applicant' });
  const who = await signedIn(otto, { language: 'de' });
  const reference = await story.begin(who);
  check(await story.upload(who, reference), 'de');
  const page = await who.get(`requests/${reference}/documents/proof`);
  check(await who.follow(await who.submit(page, {}, '/remove')), 'de');
  check(await story.fill(who, `requests/${reference}/discard`, '/discard'), 'de');
});

test('the department that wrote has its name in each reader\'s language', async () => {
  const roles = newPeople(newCompany(), { otto: 'applicant', rita: 'readonly' });
  const [otto, rita] = [await signedIn(roles.otto, { language: 'de' }), await signedIn(roles.rita, { language: 'en' })];
  const service = await client('service', 'en');
  const reference = await story.submitted(otto);
  await story.fill(service, `staff/intake/${reference}`, '/messages', { message: '42' });
  assert.match((await otto.get(`requests/${reference}`)).plain, /Service-Team .{10,40} 42/);
  assert.match((await rita.get(`requests/${reference}`)).plain, /Service team .{10,40} 42/);
  assert.match((await service.get(`staff/intake/${reference}`)).plain, /shown to the customer as Service team/);
  await story.fill(service, `staff/intake/${reference}/decline`, '/decline', { reason: 'No.' });
});

test('the language follows link, cookie, person and browser, in this order', async () => {
  const { otto } = newPeople(newCompany(), { otto: 'applicant' });
  const lang = async (headers, path = 'login') => /<html lang="(..)"/.exec((await new Client().get(path, { headers })).text)[1];
  assert.equal(await lang({ 'accept-language': 'de-AT,de;q=0.9,en;q=0.5' }), 'de');
  assert.equal(await lang({ 'accept-language': 'fr, en;q=0.8, de;q=0.2' }), 'en');
  assert.equal(await lang({ 'accept-language': 'fr' }), 'de', 'the site\'s own');
  assert.equal(await lang({ 'accept-language': 'en' }, 'login?lang=de'), 'de');
  assert.equal(await lang({ 'accept-language': 'en' }, 'login?lang=fr'), 'en');
  const who = await signedIn(otto, { language: 'de' });
  who.language = 'en';
  assert.match((await who.get('')).text, /<html lang="de"/);
  const link = (await who.get('company')).links.find(({ href }) => /[?&]lang=en/.test(href ?? ''));
  assert.equal(link.text, 'English');
  const page = await who.get(new URL(link.href, `${origin}${prefix}company`).href);
  assert.match(page.text, /<html lang="en"/);
  assert.match(page.h1, /Kontorhaus/, 'the same page');
  assert.ok(pages > 250, `${pages} pages were looked at`);
});
