// Mails: well formed, to the right person, once, also when the relay was away; nothing in them that does not belong there.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { signedIn } from '../harness/client.mjs';
import { accept, mails, mailsTo, refuse, waitForMail } from '../harness/mail.mjs';
import { newCompany, newPeople, quote } from '../harness/people.mjs';
import { hold, log, release, sql, sqlValue, until } from '../harness/stack.mjs';
import * as story from '../harness/story.mjs';

after(async () => {
  accept();
  await release('mail');
});
/** As if the pause before the next try had passed. */
const hurry = () => sql("UPDATE outbox SET available_at = UTC_TIMESTAMP(6) WHERE state = 'queued' AND available_at > UTC_TIMESTAMP(6)");
const open = (reference) => Number(sqlValue(`SELECT COUNT(*) FROM outbox o JOIN request r ON r.id = o.request_id WHERE r.reference = '${reference}' AND o.state = 'queued'`));
async function settled(reference) {
  await until(() => {
    if (open(reference) === 0) return true;
    hurry();
    return false;
  }, { seconds: 20, what: 'all mails sent' });
}
const about = (reference) => mails().filter((mail) => mail.subject.includes(reference));

test('a mail is plain text in UTF-8 with proper headers and short lines', async () => {
  const { anna } = newPeople(newCompany(), { anna: 'applicant' });
  const reference = await story.submitted(await signedIn(anna));
  const mail = await waitForMail(({ to, subject }) => to.includes(`${anna}@example.org`) && subject.includes(reference));
  const { headers } = mail;
  assert.equal(mail.from, 'kontor@example.org');
  assert.match(headers.from, /<kontor@example\.org>$/);
  assert.equal(headers.to, `${anna}@example.org`);
  assert.ok(Math.abs(Date.parse(headers.date) - Date.now()) < 120_000);
  assert.match(headers['message-id'], /^<[\w.@-]+>$/);
  assert.equal(headers['auto-submitted'], 'auto-generated');
  assert.match(headers['content-type'], /^text\/plain; charset=utf-8$/i);
  assert.equal(headers['mime-version'], '1.0');
  for (const name of ['bcc', 'cc', 'x-mailer', 'user-agent']) assert.equal(headers[name], undefined, name);
  const raw = mail.raw.toString('latin1').replace(/^X-Envelope.*\r\n/gm, '');
  for (const line of raw.split('\r\n')) {
    assert.ok(line.length <= 200, line);
    assert.match(line, /^[\x20-\x7e\t]*$/, 'seven bits on the way');
  }
  assert.doesNotMatch(raw.replaceAll('\r\n', ''), /[\r\n]/, 'no bare line ends');
  assert.match(mail.text, new RegExp(`http://localhost:\\d+/requests/${reference}\n`), 'the link stands in a line of its own');
  assert.ok(!mail.text.includes('Brooktorkai'), 'answers stay in the portal');
});

test('hostile names stay names: no further header, no further recipient', async () => {
  for (const name of ['Evil GmbH\r\nBcc: spy@example.org\r\n\r\nbody', 'Ünïcode & Co. "KG" <spy@example.org>', '{{reference}} {0} %s', 'x'.repeat(200), '東京電力 😀'.repeat(15)]) {
    const company = newCompany({ name });
    const { anna } = newPeople(company, { anna: 'applicant' });
    const client = await signedIn(anna);
    const reference = await story.submitted(client);
    await story.fill(client, `requests/${reference}`, '/messages', { body: 'Hello' });
    const mail = await waitForMail(({ subject, text }) => /Nachricht/.test(subject) && text.includes(reference), { what: `mail about ${name}` });
    assert.deepEqual(mail.to, ['service@example.org']);
    assert.equal(mail.headers.bcc, undefined);
    const plain = name.replace(/\s+/g, ' ').trim();
    assert.ok(mail.text.replace(/\s+/g, ' ').includes(plain), 'the name stands in the text as it is');
    // The subject is one line of bounded length.
    if (plain === name && name.length < 60) assert.ok(mail.subject.includes(name) && mail.subject.includes(reference), mail.subject);
    assert.ok(!mail.subject.includes('spy') || name.includes('<spy'), mail.subject);
  }
  assert.equal(mailsTo('spy@example.org').length, 0);
});

test('the relay says "later": pages do not wait, nothing is lost, each mail comes once', async () => {
  const { anna } = newPeople(newCompany(), { anna: 'applicant' });
  const client = await signedIn(anna);
  refuse();
  const began = Date.now();
  const reference = await story.submitted(client);
  assert.ok(Date.now() - began < 5000, 'submitting does not wait for the relay');
  await until(() => Number(sqlValue(`SELECT MAX(attempts) FROM outbox WHERE recipient = '${anna}@example.org'`)) > 0, { what: 'a first try' });
  const row = sql(`SELECT state, attempts, last_error, available_at > UTC_TIMESTAMP(6) AS later FROM outbox WHERE recipient = '${anna}@example.org'`)[0];
  assert.equal(row.state, 'queued');
  assert.match(row.last_error, /451/);
  assert.equal(row.later, '1', 'a pause before the next try');
  assert.equal(about(reference).length, 0);
  accept();
  await settled(reference);
  assert.deepEqual(about(reference).map(({ to }) => to[0]).sort(), [`${anna}@example.org`, 'service@example.org'].sort());
});

test('the relay is away: the same', async () => {
  const { anna } = newPeople(newCompany(), { anna: 'applicant' });
  const client = await signedIn(anna);
  await hold('mail');
  const reference = await story.submitted(client);
  await until(() => Number(sqlValue(`SELECT MAX(attempts) FROM outbox WHERE recipient = '${anna}@example.org'`)) > 0, { what: 'a first try' });
  await release('mail');
  await settled(reference);
  assert.equal(about(reference).length, 2);
  assert.equal(new Set(about(reference).map(({ headers }) => headers['message-id'])).size, 2);
});

test('an address that cannot be one stops no other mail, and is given up in the end', async () => {
  const { anna, sven } = newPeople(newCompany(), { anna: 'applicant', sven: 'signatory' });
  const client = await signedIn(anna);
  sql(`UPDATE person SET email = 'no address at all' WHERE login = ${quote(anna)}`);
  const reference = await story.submitted(client);
  await until(() => about(reference).some(({ to }) => to.includes('service@example.org')), { what: 'the mail to intake' });
  const state = () => sqlValue(`SELECT state FROM outbox WHERE recipient = 'no address at all' ORDER BY id DESC LIMIT 1`);
  await until(() => {
    hurry();
    return state() === 'failed';
  }, { seconds: 15, what: 'given up' });
  assert.match(log('worker'), /mail_(failed|given_up|not_sent)/);
  // Nobody without an address gets one.
  const other = newCompany();
  const { otto } = newPeople(other, { otto: 'applicant' });
  const quiet = await signedIn(otto);
  sql(`UPDATE person SET email = '' WHERE login = ${quote(otto)}`);
  const silent = await story.submitted(quiet);
  assert.equal(sqlValue(`SELECT COUNT(*) FROM outbox o JOIN request r ON r.id = o.request_id WHERE r.reference = '${silent}'`), '1', 'only the one to intake');
  assert.equal(mailsTo(`${sven}@example.org`).length, 0);
});
