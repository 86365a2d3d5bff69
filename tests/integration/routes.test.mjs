// The access report: every page of every program, the right it needs, its CSRF level.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { signedIn } from '../harness/client.mjs';
import { kontorctl, prefix, run } from '../harness/stack.mjs';
import { golden } from './golden.mjs';

const report = async () => (await kontorctl('routes', '--bin', join(run, 'usr/libexec/kontor'))).stdout;

test('the access report is the agreed one', async () => golden('routes.txt', await report()));

test('every POST demands the token of its form, and more than being signed in', async () => {
  for (const line of (await report()).trim().split('\n')) {
    const [program, method, path, right, level] = line.split(/\s+/);
    if (method !== 'POST') continue;
    // What another server sends proves itself by its signature: sign-off at the identity provider.
    assert.equal(level, path === '/logout/back-channel/{provider}' ? 'server' : 'csrf', path);
    if (program !== 'login') assert.ok(!['public', 'signed-in'].includes(right), line);
  }
});

const token = async (person) => (await person.get('logout')).forms.find(({ action }) => action === `${prefix}logout`).fields.csrf;

test('a failed step is started again by lead and admin alone', async () => {
  for (const login of ['auditor', 'service', 'compliance', 'it', 'applicant']) {
    const person = await signedIn(login);
    const csrf = await token(person);
    const answer = await person.post('staff/tickets/T-0000-0000/incident/retry', { csrf });
    assert.equal(answer.status, 403, login);
  }
  for (const login of ['lead', 'admin']) {
    const person = await signedIn(login);
    const csrf = await token(person);
    const answer = await person.post('staff/tickets/T-0000-0000/incident/retry', { csrf });
    assert.equal(answer.status, 404, `${login} may, there is no such ticket`);
  }
});
