// Whatever people type comes back as they typed it; what is not text is refused with a reason.
import assert from 'node:assert/strict';
import { test, before } from 'node:test';
import { Client, signedIn } from '../harness/client.mjs';
import { waitForMail } from '../harness/mail.mjs';
import { newCompany, newPeople } from '../harness/people.mjs';
import { cookieHeader, exchange, raw } from '../harness/raw.mjs';
import { kontorctl, log, origin, port, prefix, sqlValue } from '../harness/stack.mjs';
import * as story from '../harness/story.mjs';

// One line each, at most 100 characters, no blank at the ends: fits every text field.
const LINES = [
  'Straße des 17. Juni – „Haus“ 5½', 'Ærøskøbing Łódź Győr İstanbul', 'e\u0301 a\u0308 o\u0302\u0323 \u1e9b\u0323', 'Ω≈ç√∫˜µ≤≥÷ ﬃ № ℡',
  '東京都千代田区 서울특별시 ภาษาไทย हिन्दी', 'שָׁלוֹם עולם مرحبا بالعالم', '\u202eRTL override\u202c \u2066isolate\u2069', 'zero\u200bwidth\u200djoin\ufeffbom \u00ad soft',
  '😀 👩‍👩‍👧‍👦 🇩🇪 🏴󠁧󠁢󠁥󠁮󠁧󠁿 𝔘𝔫𝔦𝔠𝔬𝔡𝔢', '\u{10fffd} \u{1f4a9} \u{2f804}', 'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G', 'it\'s "quoted" `back` \\ backslash \\\\ \\n \\0 \\x00',
  '<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', '\'"--></style></title></textarea><svg onload=alert(1)>', 'javascript:alert(1)', '&lt;b&gt; &amp;amp; &#60; &notanentity; &',
  '\'; DROP TABLE request; --', '1\' OR \'1\'=\'1', '" UNION SELECT token_sha256 FROM session #', '%\' AND SLEEP(5) AND \'%\'=\'', '_%_%%',
  '{{csrf_token}} {{{csrf_token}}} {{#x}} {{/x}} {{> partials/x}}', '${7*7} #{7*7} <%= 7*7 %> {% raw %}', '%s%s%n%n%x %d %*d', '{0} {1} {9}', '$(reboot) `reboot` ; reboot | reboot && reboot',
  '=1+1', '+49 40 1234', '-1', '@SUM(A1)', '=cmd|\'/C calc\'!A0', '../../../../etc/passwd', '\\\\server\\share', 'file:///etc/passwd', 'http://evil.example/',
  'true', 'false', 'null', 'undefined', 'NaN', '0', '-0', '1e309', '0x10', '[]', '{}', '{"a":1}', '+', '%41 %zz 100 %', 'a&b=c&street=d', 'ﷺ'.repeat(90), 'x'.repeat(100), '😀'.repeat(100),
];
const nfc = (text) => text.normalize('NFC');
const company = newCompany();
const people = newPeople(company, { anna: 'applicant' });
let anna;
let service;
let reference;
before(async () => {
  anna = await signedIn(people.anna);
  service = await signedIn('service');
  reference = await story.begin(anna);
});
const at = (part) => `requests/${reference}/${part}`;
const json = { headers: { accept: 'application/json' } };

/** Nothing of what was typed has become markup: no tag but those that the page has for plain text too. */
function expectNoMarkup(page) {
  assert.ok(!/<script>|<svg onload|<img src=x/i.test(page.text), page.url);
}

test('every text field of the customer keeps any line of text, and every page shows it as text', async () => {
  for (const line of LINES) {
    const house = [...line].length <= 20 ? line : '7';
    await story.fill(anna, at('answers/address'), 'answers/address', { street: line, houseNumber: house, postalCode: '20457', city: line, country: 'DE' });
    const form = await anna.get(at('answers/address'));
    assert.equal(form.form().fields.street, nfc(line));
    assert.equal(form.form().fields.city, nfc(line));
    assert.equal(form.form().fields.houseNumber, nfc(house));
    const check = await anna.get(at('check'));
    expectNoMarkup(form);
    expectNoMarkup(check);
    const shown = (await anna.get(at('check'), json)).json.groups[0].answers.find(({ key }) => key === 'street');
    assert.equal(shown.value, nfc(line));
    assert.equal(JSON.parse(sqlValue(`SELECT answers FROM request WHERE reference = '${reference}'`)).street, nfc(line), 'stored');
  }
});

test('many lines of text, tabs and empty lines stay; line ends become one kind', async () => {
  const text = `Zeile eins\r\nZeile zwei\r\n\r\n\tTab\rMac\nUnix\r\n.\r\n${LINES.slice(0, 20).join('\r\n')}`;
  const stored = nfc(text.replaceAll('\r\n', '\n').replaceAll('\r', '\n'));
  await story.fill(anna, at('answers/details'), 'answers/details', { effectiveDate: story.day(3), remarks: text });
  assert.equal((await anna.get(at('answers/details'))).form().fields.remarks, stored);
  expectNoMarkup(await anna.get(at('answers/details')));
});

test('what staff and customers write to each other, too; and in mails', async () => {
  await story.fill(anna, at('answers/address'), 'answers/address', { street: '<b>&"\'', houseNumber: '{{x}}', postalCode: '20457', city: '=1+1', country: 'DE' });
  await story.upload(anna, reference);
  await story.submit(anna, reference);
  const text = LINES.join('\n').slice(0, 3000);
  await story.fill(anna, `requests/${reference}`, '/messages', { body: text });
  await story.fill(service, `staff/intake/${reference}`, '/messages', { message: `staff\n${text}` });
  await story.fill(service, `staff/intake/${reference}`, '/notes', { note: `note\n${text}` });
  const reason = `Bitte neu:\n.\nQUIT\n\n..\nFrom here\n${LINES.slice(0, 12).join('\n')}`;
  await story.reject(service, reference, reason);
  const seen = (await anna.get(`requests/${reference}`, json)).json;
  assert.deepEqual(seen.messages.map(({ body }) => body), [nfc(text), nfc(`staff\n${text}`)]);
  assert.equal(seen.documents[0].reason_text, nfc(reason));
  const dossier = (await service.get(`staff/intake/${reference}`, json)).json;
  assert.ok(JSON.stringify(dossier).includes(JSON.stringify(nfc(`note\n${text}`)).slice(1, -1)));
  for (const page of [await anna.get(`requests/${reference}`), await service.get(`staff/intake/${reference}`), await service.get(`staff/intake/${reference}/history`), await anna.get('company')]) expectNoMarkup(page);
  const mail = await waitForMail(({ to, subject }) => to.includes(`${people.anna}@example.org`) && subject.includes('send a document again'));
  assert.ok(mail.text.includes(nfc(reason)), mail.text);
  const { stdout } = await kontorctl('export', '--request', reference);
  const lines = stdout.trim().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(lines.filter(({ kind }) => kind === 'message').map(({ body }) => body), [nfc(text), nfc(`staff\n${text}`)]);
});

test('searching takes any text', async () => {
  for (const line of [...LINES, 'x'.repeat(200)]) {
    const page = await service.get(`staff/tickets?q=${encodeURIComponent(line)}`);
    assert.ok([200, 303].includes(page.status), `${line}: ${page.status}`);
    expectNoMarkup(page);
    if (page.status === 200) assert.equal(page.forms.find(({ fields }) => 'q' in fields).fields.q, nfc(line));
  }
});

const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
const post = (path, body, headers = {}) => raw('POST', `${prefix}${path}`, { body, headers: { ...form, Cookie: cookieHeader(anna), Origin: origin, ...headers } });

test('NUL, invalid UTF-8, bad escapes and control characters are refused with a sentence; nothing is saved', async () => {
  const mine = newCompany();
  const { otto } = newPeople(mine, { otto: 'applicant' });
  const client = await signedIn(otto);
  const draft = await story.begin(client);
  const fields = (await client.get(`requests/${draft}/answers/address`)).form().fields;
  const before = sqlValue(`SELECT answers FROM request WHERE reference = '${draft}'`);
  for (const bytes of ['%00', 'a%00b', '%ff', '%c3', '%c0%80', '%ed%a0%80', '%f4%90%80%80', '%e2%82', '%fe%fe', '%', '%4', '%zz', '\xff\xfe']) {
    const body = Buffer.from(`csrf=${fields.csrf}&kontor-seen=${fields['kontor-seen']}&postalCode=20457&city=x&country=DE&street=${bytes}`, 'latin1');
    const answer = await raw('POST', `${prefix}requests/${draft}/answers/address`, { body, headers: { ...form, Cookie: cookieHeader(client), Origin: origin } });
    assert.equal(answer.status, 400, bytes);
    assert.match(answer.text, /<h1[^>]*>[^<]+<\/h1>/);
    assert.match(answer.text, /not valid text|could not be read|not valid/i, bytes);
  }
  for (const control of ['a\nb', 'a\rb', '\x07', 'a\x1bb', '\x7f', 'a\tb', 'a\x0bb']) {
    const answer = await client.post(`requests/${draft}/answers/address`, { ...fields, street: control, city: 'x' });
    if (answer.status === 303) {
      // Trimmed away, or made into a blank: never stored.
      assert.doesNotMatch(JSON.parse(sqlValue(`SELECT answers FROM request WHERE reference = '${draft}'`)).street ?? '', /[\x00-\x1f\x7f]/, JSON.stringify(control));
      await client.post(`requests/${draft}/answers/address`, { ...fields, street: '' , 'kontor-later': '1' });
      continue;
    }
    assert.equal(answer.status, 422, JSON.stringify(control));
    assert.deepEqual(answer.errors.map((error) => error.field), ['street'], JSON.stringify(control));
  }
  assert.equal(before.includes('x'), false);
  for (const control of ['a\x00b', 'a\x07b', '\x1b[31m']) {
    const answer = await anna.submit(await anna.get(`requests/${reference}`), { body: `text ${control}` }, '/messages');
    assert.ok([400, 422].includes(answer.status), JSON.stringify(control));
  }
});

test('too long is 422 and names the field and both numbers; everything typed is still there', async () => {
  const { otto } = newPeople(newCompany(), { otto: 'applicant' });
  const client = await signedIn(otto, { language: 'de' });
  const draft = await story.begin(client);
  const typed = { street: 'ü'.repeat(101), houseNumber: '9'.repeat(21), postalCode: '!!', city: 'Kiel "<>"', country: 'XX' };
  const page = await client.submit(await client.get(`requests/${draft}/answers/address`), typed);
  assert.equal(page.status, 422);
  assert.deepEqual(page.errors.map(({ field }) => field), ['street', 'houseNumber', 'postalCode', 'country']);
  for (const { field, text } of page.errors) {
    assert.ok(page.text.includes(`id="${field}"`), 'the summary leads to the control');
    assert.ok(page.text.includes(`id="${field}-error"`));
    assert.ok(text.length > 10);
  }
  assert.match(page.errors[0].text, /Straße.*100/);
  const shown = page.form().fields;
  for (const name of ['street', 'houseNumber', 'postalCode', 'city']) assert.equal(shown[name], typed[name], name);
  // A message of 4,001 characters; one of 4,000 outside the first plane passes.
  const status = await client.get(`requests/${draft}/answers/details`);
  const long = await client.submit(status, { effectiveDate: 'soon', remarks: 'x'.repeat(2001) });
  assert.equal(long.status, 422);
  assert.equal(long.form().fields.remarks.length, 2001);
  assert.equal(long.form().fields.effectiveDate, 'soon');
  for (const effectiveDate of [story.day(-1), story.day(367), '2027-02-30', '2027-13-01', '', '99999-01-01', '2027-1-1', 'today']) {
    const answer = await client.submit(status, { effectiveDate });
    assert.equal(answer.status, 422, effectiveDate);
    assert.equal(answer.errors[0].field, 'effectiveDate');
  }
  const over = await anna.submit(await anna.get(`requests/${reference}`), { body: 'ä'.repeat(4001) }, '/messages');
  assert.equal(over.status, 422);
  assert.equal(over.forms.find(({ action }) => action.endsWith('/messages')).fields.body, 'ä'.repeat(4001));
  await story.fill(anna, `requests/${reference}`, '/messages', { body: '😀'.repeat(4000) });
  const empty = await anna.submit(await anna.get(`requests/${reference}`), { body: ' \r\n ' }, '/messages');
  assert.equal(empty.status, 422);
});

test('"save and come back later" keeps wrong values; submitting then is refused', async () => {
  const { otto } = newPeople(newCompany(), { otto: 'applicant' });
  const client = await signedIn(otto);
  const draft = await story.begin(client);
  const later = await client.submit(await client.get(`requests/${draft}/answers/address`), { street: '', postalCode: '???', 'kontor-later': '1' });
  assert.equal(later.status, 303);
  const back = (await client.get(`requests/${draft}/answers/address`)).form().fields;
  assert.equal(back.postalCode, '???');
  assert.match((await client.get(`requests/${draft}`)).plain, /Needs attention/);
  const csrf = back.csrf;
  const sent = await client.post(`requests/${draft}/submit`, { csrf });
  assert.ok(sent.status === 422 || sent.status === 303, String(sent.status));
  assert.equal(story.stateOf(draft), 'draft');
});

test('hostile paths are 400 or 404, never more', async () => {
  const cookie = cookieHeader(anna);
  const paths = [
    'requests/%00', 'requests/%0a', 'requests/R%0d%0aX: y', 'requests/%0d%0aSet-Cookie:%20x=y', 'requests/%ff', 'requests/%c0%ae%c0%ae/', 'requests/..%2f..%2fetc', 'requests/%2e%2e/%2e%2e/etc/passwd',
    'requests/%252e%252e%252f', `requests/${reference}%00`, `requests/${reference}%0a`, `requests/${reference}%2f`, `requests/${reference}/`, `requests/${reference.toLowerCase()}`, `requests/${reference}/documents/%2e%2e`,
    `requests/${reference}/answers/..`, `requests/${reference}/answers/address%00`, 'requests//', '//requests', './requests', 'requests/new/%3Cscript%3E', 'requests/new/change%20', 'documents/../../../etc/passwd',
    'documents/%2e%2e%2f%2e%2e%2fetc%2fpasswd', `documents/${'a'.repeat(32)}`, `documents/${'A'.repeat(5000)}`, 'static/../../../etc/passwd', 'static/..%2f..%2fetc%2fpasswd', 'static/%2e%2e/%2e%2e/etc/kontor/kontor.conf',
    'staff/intake/%00', 'staff/tickets/%ff', 'internal/documents/x', '-/413.html%00', 'healthz/%2e%2e', 'login/', 'login/%2e', `${'x/'.repeat(2000)}`, '%', '%zz', '%u0041',
    'requests/%C3%BC', 'requests/%F0%9F%98%80/receipt', `requests/${reference}/answers/%C3%BC`, `requests/${reference}/documents/%C3%BC`, 'documents/%C3%BC', 'requests/new/%C3%BC',
  ];
  for (const path of paths) {
    for (const method of ['GET', 'POST']) {
      const answer = await raw(method, `${prefix}${path}`, { headers: { Cookie: cookie, ...(method === 'POST' ? form : {}) }, body: method === 'POST' ? '' : undefined });
      assert.ok([400, 403, 404, 405, 414].includes(answer.status), `${method} ${path}: ${answer.status}`);
      assert.equal(answer.headers['x'], undefined);
      assert.ok(!(answer.headers['set-cookie'] ?? []).some((line) => line.startsWith('x=')));
      assert.ok(!answer.text.includes('root:'));
    }
  }
  const lead = await signedIn('lead');
  for (const path of ['staff/intake/%C3%BC', 'staff/intake/%C3%BC/history', 'staff/tickets/%C3%BC', 'staff/tickets/%E6%9D%B1/history', 'staff/sub-tickets/%C3%BC/complete', `staff/intake/${reference}/slots/%C3%BC`, 'staff/intake/%00']) {
    assert.ok([400, 404].includes((await lead.get(path)).status), path);
  }
});

test('hostile queries: cursors, languages, duplicates, much of everything', async () => {
  const pages = ['', 'staff/queue', 'staff/tickets', 'staff/intake', `staff/intake/${reference}/history`, 'login', 'company'];
  const lead = await signedIn('lead');
  const values = ['', '0', '-1', '9999999999999999999', '9223372036854775807-9223372036854775807', '-9223372036854775808--1', '1-', '-1-1', 'null', '%27', '%00', '%ff', '..', 'x'.repeat(64), 'x'.repeat(65), 'a_b', '1 or 1=1', '2026-01-01-5', '{}', '%0a'];
  for (const page of pages) {
    const who = page.startsWith('staff') ? lead : anna;
    for (const value of values) {
      for (const name of ['after', 'lang', 'state', 'view', 'team', 'q', 'company', 'sub_ticket', 'return_to', 'kept']) {
        const answer = await who.get(`${page}?${name}=${value}`);
        assert.ok([200, 303, 400, 404].includes(answer.status), `${page}?${name}=${value}: ${answer.status}`);
      }
    }
    const many = await who.get(`${page}?${Array.from({ length: 60 }, (_, i) => `a${i}=1`).join('&')}`);
    assert.ok([200, 303, 400].includes(many.status), `${page} many: ${many.status}`);
    for (const query of ['&&&&', '=', '=x', 'a', '?', 'after=&after=x', `${'n'.repeat(101)}=1`]) assert.ok([200, 303, 400].includes((await who.get(`${page}?${query}`)).status), `${page}?${query}`);
  }
});

test('a field that comes twice counts once: the first', async () => {
  const { otto } = newPeople(newCompany(), { otto: 'applicant' });
  const client = await signedIn(otto);
  const draft = await story.begin(client);
  const fields = (await client.get(`requests/${draft}/answers/address`)).form().fields;
  const body = `${new URLSearchParams({ ...fields, street: 'first' })}&street=second&csrf=x&unknown=1&__proto__=1&constructor=2`;
  const answer = await raw('POST', `${prefix}requests/${draft}/answers/address`, { body, headers: { ...form, Cookie: cookieHeader(client), Origin: origin } });
  assert.equal(answer.status, 303);
  const stored = JSON.parse(sqlValue(`SELECT answers FROM request WHERE reference = '${draft}'`));
  assert.equal(stored.street, 'first');
  assert.ok(!('unknown' in stored) && !Object.hasOwn(stored, '__proto__'), 'nothing is stored that the form does not have');
  const many = `csrf=${fields.csrf}&${Array.from({ length: 600 }, (_, i) => `f${i}=1`).join('&')}`;
  assert.equal((await raw('POST', `${prefix}requests/${draft}/answers/address`, { body: many, headers: { ...form, Cookie: cookieHeader(client), Origin: origin } })).status, 400);
});

test('405 says what is allowed; 404 and 405 pages are in both languages', async () => {
  for (const [path, who, allow] of [
    [`requests/${reference}`, anna, 'GET, HEAD'], ['requests', anna, 'POST'], [`requests/${reference}/answers/address`, anna, 'GET, HEAD, POST'], [`documents/${'a'.repeat(32)}`, anna, 'GET, HEAD'],
    [`documents/${reference}/proof`, anna, 'POST'], ['staff/queue', service, 'GET, HEAD'], [`staff/intake/${reference}/notes`, service, 'POST'], ['login', anna, 'GET, HEAD, POST'],
  ]) {
    const methods = ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND', ...(allow.includes('POST') ? [] : ['POST']), ...(allow.includes('GET') ? [] : ['GET'])];
    for (const method of methods) {
      const answer = await who.request(method, path, { body: ['GET', 'OPTIONS'].includes(method) ? undefined : '' });
      assert.equal(answer.status, 405, `${method} ${path}`);
      assert.equal(answer.headers.get('allow'), allow, path);
    }
  }
  for (const [language, text] of [['en', /Page not found/], ['de', /nicht gefunden/]]) {
    const answer = await new Client({ language }).get('no/such/page');
    assert.equal(answer.status, 404);
    assert.match(answer.h1, text);
    assert.match(answer.text, new RegExp(`<html lang="${language}"`));
    const put = await new Client({ language }).request('PUT', 'login', { body: '' });
    assert.equal(put.status, 405);
    assert.match(put.text, new RegExp(`<html lang="${language}"`));
  }
});

test('headers: too many, too long, broken, twice; the programs stay up', async () => {
  const big = 'x'.repeat(9000);
  for (const headers of [{ Cookie: big }, { 'X-Big': big }, { Accept: 'a'.repeat(3000) }, { 'Accept-Language': 'de;q='.repeat(300) }, { 'Accept-Language': '\xff\x80' }, { Cookie: '=;;=\xff; __Host-kontor=' },
    { Cookie: Array.from({ length: 200 }, (_, i) => `c${i}=1`).join('; ') }, { Origin: '\x01' }, { 'Content-Type': 'x'.repeat(3000) }, { Host: '' }, { Host: '..' }, { 'Content-Length': '0', 'Transfer-Encoding': 'chunked' },
    ...Array.from({ length: 3 }, (_, i) => ({ [`__Host-kontor-${port}`]: `${i}` }))]) {
    const answer = await raw('GET', `${prefix}login`, { headers });
    assert.ok([200, 400, 431, 494].includes(answer.status), `${JSON.stringify(headers).slice(0, 80)}: ${answer.status}`);
  }
  const many = Array.from({ length: 120 }, (_, i) => [`X-H${i}`, '1']);
  assert.ok([200, 400].includes((await raw('GET', `${prefix}login`, { headers: Object.fromEntries(many) })).status));
  for (const text of ['GET / HTTP/9.9\r\nHost: localhost\r\n\r\n', 'GARBAGE\r\n\r\n', `GET ${prefix}login HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n`, `POST ${prefix}login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello`]) {
    const answer = await exchange(text);
    assert.ok([400, 505].includes(answer.status), `${text.slice(0, 40)}: ${answer.status}`);
  }
  for (const program of ['login', 'requests', 'uploads', 'dashboard']) assert.doesNotMatch(log(program), /AddressSanitizer|"event":"bug"|child died/i, program);
});

test('bodies: too large is 413 on a page in both languages; cut off changes nothing', async () => {
  const large = await anna.post(`requests/${reference}/messages`, { body: 'x'.repeat(70_000) });
  assert.equal(large.status, 413);
  assert.match(large.text, /lang="de"/);
  assert.match(large.text, /lang="en"/);
  const fields = (await anna.get(`requests/${reference}`)).form('/messages').fields;
  const count = () => sqlValue(`SELECT COUNT(*) FROM message m JOIN request r ON r.id = m.request_id WHERE r.reference = '${reference}'`);
  const before = count();
  const body = new URLSearchParams({ ...fields, body: 'never whole' }).toString();
  await exchange(`POST ${prefix}requests/${reference}/messages HTTP/1.1\r\nHost: localhost\r\nOrigin: ${origin}\r\nCookie: ${cookieHeader(anna)}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length + 50}\r\n\r\n${body}`, { seconds: 1 }).catch(() => null);
  assert.equal(count(), before);
  assert.equal((await post(`requests/${reference}/messages`, '', { 'Content-Length': '0' })).status, 403);
});
