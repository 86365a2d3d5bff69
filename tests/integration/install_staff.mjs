// Staff at a host of their own (two server blocks). install.test.mjs starts this file with that host as the origin.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client } from '../harness/client.mjs';
import { mails } from '../harness/mail.mjs';
import { origin, prefix, until } from '../harness/stack.mjs';

const names = JSON.parse(process.env.SITE_NAMES);
const visitor = new Client();

test('signing in there leads to a page of staff there', async () => {
  const page = await visitor.login(names.compliance, names.password);
  assert.equal(page.status, 200);
  assert.ok(page.url.startsWith(`${origin}${prefix}staff/`), page.url);
});

test('forms are taken there, and from nowhere else', async () => {
  const queue = await visitor.get('staff/tickets');
  const link = queue.links.find(({ href }) => /\/staff\/tickets\/T-/.test(href));
  assert.ok(link, queue.plain);
  const ticket = await visitor.get(link.href);
  assert.equal(ticket.status, 200);
  const { fields } = ticket.form('/logout');
  // Past the check of the origin: there is no such sub-ticket.
  assert.equal((await visitor.post('staff/sub-tickets/S-0000-0000/take', { ...fields, version: '1' })).status, 404);
  assert.equal((await visitor.post('staff/sub-tickets/S-0000-0000/take', { ...fields, version: '1' }, { headers: { origin: 'https://elsewhere.test' } })).status, 403);
  const signOut = await visitor.submit(ticket, {}, '/logout');
  assert.ok([200, 303].includes(signOut.status), `${signOut.status}`);
  assert.equal((await visitor.get('staff/queue')).status, 303, 'signed out');
});

test('a mail to staff leads there', async () => {
  const mail = await until(() => mails().find(({ to }) => /desk@|law@|machines@/.test(to.join())), { what: 'a mail to staff' });
  assert.match(mail.text, new RegExp(`${origin}${prefix}staff/`));
});
