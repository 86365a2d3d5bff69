// What a company has given once it need not give again; and on every request it reads whom to ask.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signedIn } from '../harness/client.mjs';
import { newCompany, newPeople, quote } from '../harness/people.mjs';
import { sqlValue } from '../harness/stack.mjs';
import * as story from '../harness/story.mjs';

const contentOf = (reference) =>
  sqlValue(`SELECT HEX(d.sha256) FROM document d JOIN document_slot s ON s.document_id = d.id JOIN request r ON r.id = s.request_id
            WHERE r.reference = ${quote(reference)}`);

test('a document that is still valid is offered again and used without another upload', async () => {
  const { anna: login } = newPeople(newCompany(), { anna: 'applicant' });
  const anna = await signedIn(login);
  const first = await story.submitted(anna, { file: { name: 'Auszug 2026.pdf', issued_on: story.day(-20) } });
  await story.fill(anna, `requests/${first}/withdraw`, `${first}/withdraw`);

  const second = await story.begin(anna);
  await story.answer(anna, second);
  const slot = `requests/${second}/documents/proof`;
  const reuse = `documents/${second}/proof/reuse`;
  const nothing = await story.fill(anna, slot, reuse);
  assert.match(nothing.plain, /Please note Choose one of the documents/);
  const [, document] = /name="document" type="radio" value="([^"]+)"[\s\S]*?Auszug 2026\.pdf/.exec(nothing.text);
  assert.match((await story.fill(anna, slot, reuse, { document })).plain, /Done The document has been saved/);
  assert.equal(contentOf(second), contentOf(first));
  await story.submit(anna, second);
  assert.equal(story.stateOf(second), 'submitted');
});

test('one that is too old, or was rejected, is not offered', async () => {
  const { anna: login } = newPeople(newCompany(), { anna: 'applicant' });
  const [anna, service] = await Promise.all([signedIn(login), signedIn('service')]);
  const first = await story.submitted(anna, { file: { name: 'Abgelehnt.pdf' } });
  await story.reject(service, first, 'It cannot be read.');
  await story.fill(anna, `requests/${first}/withdraw`, `${first}/withdraw`);
  const second = await story.begin(anna);
  assert.doesNotMatch((await anna.get(`requests/${second}/documents/proof`)).plain, /Abgelehnt\.pdf/);

  await story.upload(anna, second, { name: 'Alt.pdf', issued_on: story.day(-80) });
  sqlValue(`UPDATE document d JOIN document_slot s ON s.document_id = d.id JOIN request r ON r.id = s.request_id
            SET d.issued_on = d.issued_on - INTERVAL 30 DAY WHERE r.reference = ${quote(second)}`);
  await story.fill(anna, `requests/${second}/discard`, `${second}/discard`);
  const third = await story.begin(anna);
  assert.doesNotMatch((await anna.get(`requests/${third}/documents/proof`)).plain, /Alt\.pdf/);
});

test('what was rejected, replaced or removed is not used again by its id either', async () => {
  const { anna: login } = newPeople(newCompany(), { anna: 'applicant' });
  const [anna, service] = await Promise.all([signedIn(login), signedIn('service')]);
  const idOf = (reference) => sqlValue(`SELECT d.public_id FROM document d JOIN document_slot s ON s.document_id = d.id
    JOIN request r ON r.id = s.request_id WHERE r.reference = ${quote(reference)}`);
  const first = await story.submitted(anna, { file: { name: 'Abgelehnt.pdf' } });
  const rejected = idOf(first);
  await story.reject(service, first, 'It cannot be read.');
  await story.upload(anna, first, { name: 'Ersatz.pdf', content: story.pdf('another') });
  const good = idOf(first);
  assert.notEqual(good, rejected);
  await story.fill(anna, `requests/${first}/withdraw`, `${first}/withdraw`);

  const second = await story.begin(anna);
  await story.answer(anna, second);
  const slot = `requests/${second}/documents/proof`;
  const reuse = `documents/${second}/proof/reuse`;
  const refused = await story.fill(anna, slot, reuse, { document: rejected });
  assert.match(refused.plain, /cannot be used again here/);
  assert.equal(contentOf(second), null);
  assert.match((await story.fill(anna, slot, reuse, { document: good })).plain, /Done The document has been saved/);
});

test('every request names one department to ask, and has a box to write to it', async () => {
  const { anna: login } = newPeople(newCompany(), { anna: 'applicant' });
  const [anna, service] = await Promise.all([signedIn(login), signedIn('service')]);
  const reference = await story.submitted(anna);
  const asked = async () => {
    const page = await anna.get(`requests/${reference}`);
    assert.ok(page.form(`${reference}/messages`), 'a message box');
    return (await anna.get(`requests/${reference}`, { headers: { accept: 'application/json' } })).json.contact_department;
  };
  assert.equal(await asked(), 'Service team');
  await story.accept(service, reference);
  await story.release(service, reference);
  assert.equal(await asked(), 'Compliance');
});
