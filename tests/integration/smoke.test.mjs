// The stack answers as a site should, before anybody signs in.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { Client } from '../harness/client.mjs';
import { log, origin, port, prefix, run } from '../harness/stack.mjs';

const manifest = JSON.parse(readFileSync(join(run, 'usr/share/kontor/static/manifest.json'), 'utf8'));

test('the sign-in page comes in both languages', async () => {
  for (const [language, title] of [['en', /Sign in/], ['de', /Anmelden/]]) {
    const page = await new Client({ language }).get('login');
    assert.equal(page.status, 200);
    assert.match(page.text, new RegExp(`<html lang="${language}"`));
    assert.match(page.h1, title);
    assert.ok(page.form(`${prefix}login`).fields.csrf);
  }
});

test('a page for people with an account leads to the sign-in page', async () => {
  for (const path of ['', 'company', 'staff/queue', 'staff/intake']) {
    const answer = await new Client().get(path);
    assert.equal(answer.status, 303, path);
    assert.match(answer.location, new RegExp(`^(${origin})?${prefix}login`));
  }
});

test('an unknown address is 404, a wrong method 405 and says which is right', async () => {
  const client = new Client();
  const missing = await client.get('no/such/page');
  assert.equal(missing.status, 404);
  assert.match(missing.text, /<html lang="en"/);
  const wrong = await client.request('PUT', 'login', { body: 'x' });
  assert.equal(wrong.status, 405);
  assert.match(wrong.headers.get('allow'), /GET/);
});

test('a POST without a token is refused', async () => {
  const answer = await new Client().post('login', { login: 'applicant', password: 'x' });
  assert.equal(answer.status, 403);
});

test('static files: hashed, immutable, compressed, typed', async () => {
  for (const [name, type] of [['kontor.css', 'text/css'], ['kontor.js', 'text/javascript']]) {
    const answer = await new Client().get(`static/${manifest[name]}`, { headers: { 'accept-encoding': 'gzip' } });
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('cache-control'), /immutable/);
    assert.match(answer.headers.get('content-type'), new RegExp(`^${type}`));
    assert.equal(answer.headers.get('content-encoding'), 'gzip');
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
  }
  const page = await new Client().get('login');
  assert.ok(page.text.includes(manifest['kontor.css']), 'the page names the hashed file');
});

test('an oversize form is 413 on a page in both languages, before a program sees it', async () => {
  const answer = await new Client().post('login', { login: 'x'.repeat(70_000) });
  assert.equal(answer.status, 413);
  assert.match(answer.text, /lang="de"/);
  assert.match(answer.text, /lang="en"/);
  assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
});

test('an oversize document is refused by its announced length, without its bytes', async () => {
  const status = await new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`POST ${prefix}documents/R-0000-0000/proof HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n`);
    });
    socket.once('data', (data) => { socket.destroy(); resolve(/^HTTP\/1\.1 (\d+)/.exec(data)[1]); });
    socket.once('error', reject);
  });
  assert.equal(status, '413');
});

test('stored documents cannot be asked for directly', async () => {
  const answer = await new Client().get('/internal/documents/ab/cdef');
  assert.equal(answer.status, 404);
});

test('the accessibility statement is there without signing in', async () => {
  const answer = await new Client().get('accessibility');
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-type'), /^text\/html; charset=utf-8/);
  assert.match(answer.text, /Erklärung zur Barrierefreiheit/);
  assert.match(answer.text, /Accessibility statement/);
});

test('security headers on every kind of page', async () => {
  for (const path of ['login', 'no/such/page', 'accessibility', `static/${manifest['kontor.css']}`]) {
    const { headers } = await new Client().get(path);
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/, path);
    assert.doesNotMatch(headers.get('content-security-policy'), /unsafe/, path);
    assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
    assert.ok(headers.get('referrer-policy'), path);
    assert.equal(headers.get('x-powered-by'), null, path);
    assert.equal(headers.get('server'), 'nginx', path);
  }
});

test('the access log holds no query and no address', async () => {
  const marker = `m${Date.now()}`;
  await new Client().get(`login?secret=${marker}`);
  const text = log('access');
  assert.ok(text.includes(`"path":"${prefix}login"`));
  assert.ok(!text.includes(marker));
  assert.ok(!text.includes('127.0.0.1'));
});
