// Files from strangers: what is refused and why, what is kept, how it is handed out, and what is left behind.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test, before } from 'node:test';
import { deflateSync } from 'node:zlib';
import { Client, signedIn } from '../harness/client.mjs';
import { newCompany, newPeople } from '../harness/people.mjs';
import { cookieHeader, raw } from '../harness/raw.mjs';
import { kontorctl, origin, port, prefix, run, sql, sqlValue, until } from '../harness/stack.mjs';
import * as story from '../harness/story.mjs';

const STORE = join(run, 'var/lib/kontor/store');
const SPOOL = join(run, 'var/lib/kontor/spool');
const company = newCompany();
const people = newPeople(company, { anna: 'applicant' });
let anna;
let reference;
let csrf;
/** What earlier tests that kill programs left for the janitor. */
let orphans;
before(async () => {
  const known = new Set(sql("SELECT LOWER(HEX(sha256)) AS sha256 FROM document WHERE verdict = 'accepted'").map(({ sha256 }) => sha256));
  orphans = new Set(blobs().map(({ name }) => name).filter((name) => !known.has(name)));
  anna = await signedIn(people.anna);
  reference = await story.begin(anna);
  csrf = (await anna.get(`requests/${reference}/documents/proof`)).form(`documents/${reference}/proof`).fields.csrf;
});

/** A multipart body as bytes; parts: [head lines, content]. */
const multipart = (parts, boundary = 'kontorTestBoundary7') => ({
  type: `multipart/form-data; boundary=${boundary}`,
  body: Buffer.concat([...parts.flatMap(([head, content]) => [Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`), Buffer.from(content), Buffer.from('\r\n')]), Buffer.from(`--${boundary}--\r\n`)]),
});
const field = (name, content) => [`Content-Disposition: form-data; name="${name}"`, content];
const filePart = (name, content, type = 'application/pdf') => [`Content-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: ${type}`, content];

/** Send a file; the name goes out byte for byte between the quotes. */
async function send({ name = 'proof.pdf', type = 'application/pdf', content = story.pdf('x'), kind = 'register-extract', issued_on = story.day(-5), client = anna, to = reference, token = csrf } = {}) {
  const form = multipart([field('csrf', token), field('kind', kind), field('issued_on', issued_on), filePart(name, content, type)]);
  return raw('POST', `${prefix}documents/${to}/proof`, { body: form.body, headers: { 'Content-Type': form.type, Cookie: cookieHeader(client), Origin: origin } });
}
const rows = (where = '1 = 1') => sql(`SELECT d.id, d.public_id, d.verdict, d.refusal, d.file_name, d.size_bytes, d.media_type, LOWER(HEX(d.sha256)) AS sha256, d.kind_key, d.issued_on FROM document d WHERE d.company_id = ${company.id} AND ${where} ORDER BY d.id`);
const newest = () => rows().at(-1);
const slot = (which = reference) => sql(`SELECT t.state, t.document_id FROM document_slot t JOIN request r ON r.id = t.request_id WHERE r.reference = '${which}'`)[0];
function blobs(folder = STORE, at = '') {
  return readdirSync(folder).flatMap((name) => (statSync(join(folder, name)).isDirectory() ? blobs(join(folder, name), at + name) : [{ name: at + name, path: join(folder, name) }]));
}

const sha = (bytes) => createHash('sha256').update(bytes).digest('hex');
const ZIP = Buffer.concat([Buffer.from('PK\x03\x04\x14\0\0\0\0\0', 'latin1'), Buffer.alloc(20), Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)]);
const ELF = Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01\0', 'latin1'), Buffer.alloc(500)]);
const withObject = (object) => Buffer.from(story.pdf('js').toString('latin1').replace('/Type/Catalog', `/Type/Catalog${object}`), 'latin1');
const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE', '!$H+H*'].join('');

function png({ broken = false, tail = '' } = {}) {
  const table = Array.from({ length: 256 }, (_, n) => { let c = n; for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1; return c >>> 0; });
  const crc = (bytes) => (bytes.reduce((c, byte) => table[(c ^ byte) & 255] ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;
  const chunk = (name, data) => {
    const body = Buffer.concat([Buffer.from(name), data]);
    const head = Buffer.alloc(4); head.writeUInt32BE(data.length);
    const end = Buffer.alloc(4); end.writeUInt32BE((crc(body) ^ (broken ? 1 : 0)) >>> 0);
    return Buffer.concat([head, body, end]);
  };
  const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.from([0, 0]))), chunk('IEND', Buffer.alloc(0)), Buffer.from(tail)]);
}

test('what is not what it claims is refused with its reason; slot, kind and date stay as they were', async () => {
  const good = story.pdf('the good one');
  assert.equal((await send({ content: good, name: 'Handelsregisterauszug März.pdf' })).status, 303);
  const kept = slot();
  assert.equal(kept.state, 'filled');
  const before = blobs().length;
  const hostile = [
    ['content_mismatch', 'program.pdf', ELF], ['content_mismatch', 'script.pdf', '#!/bin/sh\nrm -rf /\n'], ['content_mismatch', 'page.pdf', '<!DOCTYPE html><script>alert(1)</script>'],
    ['content_mismatch', 'archive.pdf', ZIP], ['content_mismatch', 'eicar.pdf', EICAR], ['content_mismatch', 'picture.pdf', png()], ['content_mismatch', 'text.pdf', 'hello'], ['content_mismatch', 'proof.png', story.pdf(), 'image/png'],
    ['content_mismatch', 'svg.png', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', 'image/png'], ['content_mismatch', 'late.pdf', `<html>${story.pdf()}`],
    [/content_mismatch|damaged/, 'polyglot.pdf', Buffer.concat([story.pdf(), ZIP])], [/content_mismatch|damaged/, 'tail.png', png({ tail: 'PK\x03\x04' }), 'image/png'],
    ['damaged', 'cut.pdf', story.pdf().subarray(0, 150)], ['damaged', 'crc.png', png({ broken: true }), 'image/png'], ['damaged', 'head.pdf', '%PDF-1.7\n'],
    ['active_content', 'js.pdf', withObject('/OpenAction<</S/JavaScript/JS(app.alert(1))>>')], ['active_content', 'escaped.pdf', withObject('/OpenAction<</S/Java#53cript/JS(app.alert(1))>>')],
    ['active_content', 'launch.pdf', withObject('/OpenAction<</S/Launch/F(cmd.exe)>>')], ['active_content', 'embedded.pdf', withObject('/Names<</EmbeddedFiles 9 0 R>>')],
    ['encrypted', 'locked.pdf', Buffer.from(story.pdf().toString('latin1').replace('trailer<<', 'trailer<</Encrypt 9 0 R'), 'latin1')],
    ['empty', 'empty.pdf', ''], ['type_not_allowed', 'program.exe', ELF, 'application/octet-stream'], ['type_not_allowed', 'proof.pdf.exe', story.pdf(), 'application/octet-stream'], ['type_not_allowed', 'macro.docm', ZIP, 'application/octet-stream'],
    ['type_not_allowed', 'page.html', '<script>', 'text/html'], ['type_not_allowed', 'noextension', story.pdf()], ['content_mismatch', 'lied.pdf', story.pdf(), 'text/html'],
  ];
  for (const [reason, name, content, type] of hostile) {
    const answer = await send({ name, content, type, kind: 'registration-office', issued_on: story.day(-7) });
    assert.equal(answer.status, 303, name);
    const row = newest();
    assert.equal(row.verdict, 'refused', name);
    assert.match(row.refusal, new RegExp(`^${reason.source ?? reason}$`), name);
    assert.equal(row.sha256, null);
    assert.equal(row.file_name, name);
    assert.equal((await anna.get(`documents/${row.public_id}`)).status, 404, 'a refused file cannot be opened');
    assert.deepEqual(slot(), kept, `${name} changes nothing`);
  }
  const page = await anna.get(`requests/${reference}/documents/proof`);
  assert.match(page.plain, /Handelsregisterauszug März\.pdf/);
  assert.match(page.plain, /lied\.pdf ?: The content of the file is not what its name says/);
  assert.equal(page.form(`documents/${reference}/proof`).fields.kind, 'registration-office', 'the kind need not be chosen again');
  assert.equal(page.form(`documents/${reference}/proof`).fields.issued_on, story.day(-7));
  assert.equal(blobs().length, before, 'nothing of a refused file is kept');
  const german = await anna.get(`requests/${reference}/documents/proof?lang=de`);
  assert.match(german.plain, /lied\.pdf ?: Der Inhalt/);
  await anna.get('?lang=en');
});

test('what is stated about the file is checked: kind, date, age', async () => {
  const cases = [
    ['kind_missing', { kind: '' }], ['kind_missing', { kind: 'passport' }], ['kind_missing', { kind: '../x' }], ['kind_missing', { kind: 'ü' }], ['date_missing', { issued_on: '' }], ['date_invalid', { issued_on: '2026-02-30' }],
    ['date_invalid', { issued_on: 'yesterday' }], ['date_future', { issued_on: story.day(2) }], ['too_old', { issued_on: story.day(-100) }],
  ];
  for (const [reason, more] of cases) {
    assert.equal((await send({ name: `${reason}.pdf`, ...more })).status, 303, JSON.stringify(more));
    assert.equal(newest().refusal, reason, JSON.stringify(more));
  }
  assert.equal((await send({ kind: 'registration-office', issued_on: '', content: story.pdf('any age') })).status, 303);
  assert.equal(newest().verdict, 'accepted');
});

test('file names: no path, no header, no direction tricks, no length; the person still recognises the file', async () => {
  const names = [
    '../../../../etc/passwd.pdf', '..\\\\..\\\\windows\\\\x.pdf', '/etc/x.pdf', 'C:\\\\fakepath\\\\real.pdf', 'a/b/c.pdf', '%2e%2e%2fx.pdf', 'a%0D%0ASet-Cookie: x=y.pdf', 'a%22; filename=%22b.html.pdf', 'x\\"; y=\\".pdf',
    `${'n'.repeat(300)}.pdf`, `${'ü'.repeat(300)}.pdf`, 'invoice\u202efdp.exe.pdf', '\u2066x\u2069.pdf', 'zero\u200bwidth.pdf', 'Auszug "neu" <b>.pdf', 'naïve façade 東京 😀.pdf', ' .pdf', '.pdf', '...pdf', 'CON.pdf', '=cmd.pdf', 'tab\there.pdf', '*.pdf',
    'a;b=c.pdf', "it's.pdf", 'x.pdf ', 'x.PDF', '{{csrf_token}}.pdf', '-rf.pdf', '.htaccess.pdf',
  ];
  let i = 0;
  for (const name of names) {
    const content = story.pdf(`name ${i++}`);
    const answer = await send({ name, content });
    assert.ok([303, 400, 422].includes(answer.status), `${name}: ${answer.status}`);
    if (answer.status !== 303) continue; // what no browser sends: quotes and line ends as they are
    const row = newest();
    assert.doesNotMatch(row.file_name, /[\u0000-\u001f\u007f/\\\u202a-\u202e\u2066-\u2069\u200e\u200f]/, JSON.stringify(row.file_name));
    assert.ok([...row.file_name].length <= 255);
    assert.doesNotMatch(row.file_name, /^\.\./);
    if (row.verdict === 'refused') {
      assert.match(row.refusal, /name_bad|type_not_allowed/, name);
      continue;
    }
    const download = await raw('GET', `${prefix}documents/${row.public_id}`, { headers: { Cookie: cookieHeader(anna) } });
    assert.equal(download.status, 200, name);
    assert.deepEqual(download.body, content);
    assert.equal(download.headers['content-disposition'].length, 1);
    const disposition = download.headers['content-disposition'][0];
    assert.match(disposition, /^attachment; filename="[ !#-[\]-~]*"(; filename\*=UTF-8''[\w!#$&+.^`|~%-]+)?$/, name);
    const star = /filename\*=UTF-8''(.*)$/.exec(disposition);
    if (star) assert.equal(decodeURIComponent(star[1]), row.file_name);
    assert.ok(!(download.headers['set-cookie'] ?? []).some((line) => line.startsWith('x=')));
    const page = await anna.get(`requests/${reference}/documents/proof`);
    assert.ok(page.plain.includes(row.file_name.replace(/\s+/g, ' ').trim()), `${row.file_name} is shown`);
    assert.ok(!/<b>\.pdf/.test(page.text));
  }
  for (const { name } of blobs()) assert.match(name, /^[0-9a-f]{64}$/);
});

test('a download is an attachment of a fixed type in a sandbox; others get 404', async () => {
  const row = rows("verdict = 'accepted'").at(-1);
  const answer = await anna.get(`documents/${row.public_id}`);
  assert.equal(answer.headers.get('content-type'), 'application/pdf');
  assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
  assert.match(answer.headers.get('content-security-policy'), /default-src 'none'.*sandbox/);
  assert.match(answer.headers.get('content-disposition'), /^attachment/);
  assert.match(answer.headers.get('cache-control') ?? '', /no-store|private/);
  assert.equal(answer.headers.get('x-accel-redirect'), null);
  assert.equal(answer.headers.getSetCookie().length, 0);
  assert.equal((await (await signedIn('other')).get(`documents/${row.public_id}`)).status, 404);
  assert.equal((await (await signedIn('service')).get(`documents/${row.public_id}`)).status, 404, 'a draft is the company\'s own');
  assert.equal((await new Client().get(`documents/${row.public_id}`)).status, 303);
  const range = await anna.get(`documents/${row.public_id}`, { headers: { range: 'bytes=0-4' } });
  assert.ok([200, 206].includes(range.status));
  for (const id of [row.public_id.toUpperCase(), `${row.public_id}0`, row.public_id.slice(1), row.sha256, row.id]) assert.equal((await anna.get(`documents/${id}`)).status, 404, id);
  const opened = sqlValue(`SELECT COUNT(*) FROM audit_event WHERE action = 'document.opened' AND company_id = ${company.id}`);
  assert.ok(Number(opened) > 0, 'each opening is on record');
});

test('many uploads to one slot at once: each is whole, one of them counts; the same twice is one', async () => {
  const before = rows().length;
  const contents = Array.from({ length: 8 }, (_, i) => story.pdf(`at once ${i} ${'z'.repeat(100_000)}`));
  const answers = await Promise.all(contents.map((content, i) => send({ name: `c${i}.pdf`, content })));
  for (const { status } of answers) assert.equal(status, 303);
  const now = rows().slice(before);
  assert.equal(now.length, 8);
  assert.deepEqual(now.map(({ sha256 }) => sha256).sort(), contents.map(sha).sort());
  assert.ok(now.some(({ id }) => id === slot().document_id));
  const same = story.pdf('the very same');
  const repeated = await Promise.all(Array.from({ length: 5 }, () => send({ name: 'same.pdf', content: same })));
  for (const { status } of repeated) assert.equal(status, 303);
  assert.equal(rows(`d.sha256 = x'${sha(same)}'`).length, 1);
});

test('bodies that are no proper form: refused, nothing kept', async () => {
  const { state, document_id } = slot();
  const before = rows().length;
  const token = field('csrf', csrf);
  const ok = [field('kind', 'registration-office'), field('issued_on', '')];
  const pdf = filePart('x.pdf', story.pdf('structure'));
  const good = multipart([token, ...ok, pdf]);
  const post = (body, type = good.type) => raw('POST', `${prefix}documents/${reference}/proof`, { body, headers: { 'Content-Type': type, Cookie: cookieHeader(anna), Origin: origin } });
  const cases = {
    'no token': [multipart([...ok, pdf]).body, 403], 'token after the file': [multipart([...ok, pdf, token]).body, 403],
    'two files': [multipart([token, ...ok, pdf, pdf]).body, 400], 'file under another name': [multipart([token, ...ok, [pdf[0].replace('"file"', '"other"'), pdf[1]]]).body, 400],
    'no end': [good.body.subarray(0, good.body.length - 10), 400], 'cut in the file': [good.body.subarray(0, good.body.length - 120), 400], 'empty': ['', 400], 'not multipart': ['csrf=x', 400, 'application/x-www-form-urlencoded'],
    'no boundary': [good.body, 400, 'multipart/form-data'], 'another boundary': [good.body, 400, 'multipart/form-data; boundary=other'], 'a long boundary': [good.body, 400, `multipart/form-data; boundary=${'b'.repeat(500)}`],
    'a long part head': [multipart([token, ...ok, [`${pdf[0]}\r\nX: ${'h'.repeat(20_000)}`, pdf[1]]]).body, 400], 'very many parts': [multipart([token, ...Array.from({ length: 2000 }, (_, i) => field(`f${i}`, 'x')), pdf]).body, 400],
    'a long field': [multipart([token, field('kind', 'k'.repeat(100_000)), pdf]).body, 400], 'NUL in a field': [multipart([token, field('kind', 'a\0b'), pdf]).body, 400], 'invalid UTF-8 in a field': [multipart([token, field('kind', Buffer.from([0xff])), pdf]).body, 400],
  };
  for (const [what, [body, status, type]] of Object.entries(cases)) {
    const answer = await post(body, type);
    assert.ok(answer.status === status || (status === 400 && [403, 413, 422].includes(answer.status)), `${what}: ${answer.status}`);
  }
  const none = await post(multipart([token, ...ok]).body);
  assert.equal(none.status, 303);
  assert.equal(newest().refusal, 'missing');
  const chosen = await post(multipart([token, ...ok, filePart('', '', 'application/octet-stream')]).body);
  assert.equal(chosen.status, 303);
  assert.equal(newest().refusal, 'missing');
  assert.equal(rows("verdict = 'accepted'").at(-1).id, rows("verdict = 'accepted'").find(({ id }) => Number(id) >= Number(document_id))?.id ?? document_id);
  assert.deepEqual(slot(), { state, document_id });
  assert.equal(rows().length, before + 2);
  for (const path of [`documents/${reference}/other`, 'documents/R-0000-0000/proof', `documents/${reference}/..`]) {
    const answer = await raw('POST', `${prefix}${path}`, { body: good.body, headers: { 'Content-Type': good.type, Cookie: cookieHeader(anna), Origin: origin } });
    assert.ok([404, 405].includes(answer.status), `${path}: ${answer.status}`);
  }
});

test('too large: a sentence beside the slot when just over, 413 when far over; nothing of it stays', async () => {
  const limit = 25_000_000;
  const big = Buffer.concat([story.pdf(), Buffer.alloc(limit, 32)]);
  const over = await send({ name: 'big.pdf', content: big });
  assert.equal(over.status, 303);
  assert.equal(newest().refusal, 'too_large');
  assert.match((await anna.get(`requests/${reference}/documents/proof`)).plain, /big\.pdf ?: The file is too large/);
  // Without a length, in chunks: counted on the way in.
  const status = await new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`POST ${prefix}documents/${reference}/proof HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: ${cookieHeader(anna)}\r\nContent-Type: multipart/form-data; boundary=x\r\nTransfer-Encoding: chunked\r\n\r\n`);
      const chunk = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(0x100000, 65), Buffer.from('\r\n')]);
      for (let i = 0; i < 28; i++) socket.write(chunk);
    });
    socket.once('data', (data) => { resolve(/^HTTP\/1\.1 (\d+)/.exec(data)[1]); socket.destroy(); });
    socket.once('error', reject);
  });
  assert.equal(status, '413');
});

test('a client that goes away in the middle leaves nothing', async () => {
  const before = rows().length;
  const stored = blobs().length;
  const body = multipart([field('csrf', csrf), field('kind', 'registration-office'), filePart('gone.pdf', Buffer.alloc(3_000_000, 65))]).body;
  await Promise.all(Array.from({ length: 6 }, (_, i) => new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`POST ${prefix}documents/${reference}/proof HTTP/1.1\r\nHost: localhost\r\nOrigin: ${origin}\r\nCookie: ${cookieHeader(anna)}\r\nContent-Type: multipart/form-data; boundary=kontorTestBoundary7\r\nContent-Length: ${body.length}\r\n\r\n`);
      socket.write(body.subarray(0, Math.floor((body.length * (i + 1)) / 7)), () => socket.destroy());
    });
    socket.on('close', resolve);
    socket.on('error', resolve);
  })));
  assert.equal(rows().length, before);
  assert.equal(blobs().length, stored);
  await until(() => readdirSync(SPOOL).length === 0, { what: 'an empty spool' });
  assert.equal((await anna.get('')).status, 200);
});

test('the store holds exactly what the rows say, and nothing else lies about', async () => {
  const wanted = new Set(sql("SELECT DISTINCT LOWER(HEX(sha256)) AS sha256 FROM document WHERE verdict = 'accepted'").map(({ sha256 }) => sha256));
  for (const { name, path } of blobs()) {
    assert.ok(wanted.has(name) || orphans.has(name), `${name} has a row`);
    assert.equal(sha(readFileSync(path)), name);
    assert.equal(statSync(path).mode & 0o111, 0, 'nothing can be run');
    wanted.delete(name);
  }
  assert.deepEqual([...wanted], [], 'every row has its content');
  assert.deepEqual(readdirSync(SPOOL), []);
  for (const { media_type } of sql("SELECT DISTINCT media_type FROM document WHERE verdict = 'accepted'")) assert.match(media_type, /^(application\/pdf|image\/png|image\/jpeg)$/);
  await kontorctl('verify');
});
