// What the tests of second factors share: an authenticator app, and a login program with a configuration of its own.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '../harness/client.mjs';
import { attributes } from '../harness/html.mjs';
import { quote } from '../harness/people.mjs';
import { password, pidOf, prefix, run, sql, sqlValue, until } from '../harness/stack.mjs';

// ---- an authenticator app (RFC 6238) ----------------------------------------------------------------

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
export function fromBase32(text) {
  let bits = '';
  for (const letter of text.replaceAll(' ', '')) bits += ALPHABET.indexOf(letter).toString(2).padStart(5, '0');
  return Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
}
/** The code of `secret` (base32) so many steps of 30 s from now. */
export function code(secret, steps = 0) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const mac = createHmac('sha1', fromBase32(secret)).update(counter).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
/** Six digits that no step near now has. */
export function wrongCode(secret) {
  const near = new Set(Array.from({ length: 80 }, (_, i) => code(secret, i - 40)));
  for (let i = 111_111; ; i++) if (!near.has(String(i))) return String(i);
}

// ---- pages ---------------------------------------------------------------------------------------------

/** The offered secret of a set-up page: { secret, link, path, viewBox }. */
export function offered(page) {
  const [, svg, path] = /(<svg class="k-qr"[^>]*>)(<path\b[^>]*>)/.exec(page.text);
  return {
    secret: /id="secret">([A-Z2-7 ]+)</.exec(page.text)[1],
    link: page.links.map(({ href }) => href).find((href) => href.startsWith('otpauth:')),
    path: attributes(path.replace('/>', ' >')).d,
    viewBox: attributes(svg).viewbox,
  };
}
/** The recovery codes on a page. */
export const codesOn = (page) => [...page.text.matchAll(/<li>([0-9A-Z]{4}(?:-[0-9A-Z]{4}){5})<\/li>/g)].map((match) => match[1]);

/** The password of a sign-on: the answer to the form. `base`: path of the site, "/" or "/strict/". */
export async function enterPassword(client, login, base = prefix) {
  const page = await client.get(`${base}login?lang=${client.language}`);
  return client.submit(page, { login, password }, `${base}login`);
}
/** The page that asks for the second factor, after the right password. */
export async function askedForCode(client, login, base = prefix) {
  const answer = await enterPassword(client, login, base);
  assert.equal(answer.status, 303);
  const page = await client.follow(answer);
  assert.equal(page.status, 200);
  assert.match(page.url, /login\/second-factor$/);
  return page;
}
/** Send a code: the answer to the form. */
export function enterCode(client, page, digits, field = 'code') {
  const path = new URL(page.url).pathname;
  const { fields } = page.forms.find((form) => form.action === path && form.method === 'post');
  return client.post(path, { csrf: fields.csrf, return_to: fields.return_to ?? '', [field]: digits });
}
/** Password and code: the answer to the code. */
export async function signOn(client, login, digits, { field, base } = {}) {
  return enterCode(client, await askedForCode(client, login, base), digits, field);
}

/** A second factor for somebody who has none, set up in their profile: { secret, codes, client }. */
export async function withSecondFactor(login) {
  const client = new Client();
  await client.follow(await enterPassword(client, login));
  const page = await client.get('profile/second-factor/setup');
  assert.equal(page.status, 200, page.plain.slice(0, 300));
  const { secret } = offered(page);
  const done = await client.submit(page, { code: code(secret) }, 'second-factor/setup');
  assert.equal(done.status, 200, done.plain);
  passTime(login);
  return { secret, codes: codesOn(done), client };
}

// ---- the database ------------------------------------------------------------------------------------------

export const personOf = (login) => sqlValue(`SELECT id FROM person WHERE login = ${quote(login)}`);
/** As if the last code had been used ten minutes ago. */
export const passTime = (login) => sql(`UPDATE second_factor SET last_counter = last_counter - 20 WHERE person_id = ${personOf(login)}`);
export const liveSessions = (login) => Number(sqlValue(`SELECT COUNT(*) FROM session WHERE person_id = ${personOf(login)} AND ended_at IS NULL`));
export const pending = (login) => Number(sqlValue(`SELECT COUNT(*) FROM pending_sign_on WHERE person_id = ${personOf(login)} AND expires_at > UTC_TIMESTAMP(6)`));
export const events = (login) => sql(`SELECT action FROM audit_event WHERE object = 'person:${personOf(login)}' AND action LIKE 'second_factor.%' ORDER BY id`).map((row) => row.action);

// ---- another login program ----------------------------------------------------------------------------------

const isRoot = process.getuid() === 0;
const idOf = (option, name) => Number(execFileSync('id', [option, name], { encoding: 'utf8' }));
/** A file that the login program alone may read. */
export function secretFile(path, text, mode = 0o400) {
  rmSync(path, { force: true });
  writeFileSync(path, text);
  if (isRoot) chownSync(path, idOf('-u', 'kontor-login'), idOf('-g', 'kontor-login'));
  chmodSync(path, mode);
}
const program = join(run, 'usr/libexec/kontor/kontor-login');
const environment = { ...process.env, ASAN_OPTIONS: 'abort_on_error=1:detect_leaks=0' };

/** kontor.conf of the stack with other values: { prefix: '/strict/', required_for: 'lead' }; answers its path. */
export function otherConf(name, values) {
  const seen = new Set();
  const text = readFileSync(join(run, 'etc/kontor/kontor.conf'), 'utf8').replace(/^(\w+) =.*$/gm, (line, key) => {
    if (!(key in values) || seen.has(key)) return line;
    seen.add(key);
    return `${key} = ${values[key]}`;
  });
  assert.deepEqual([...seen].sort(), Object.keys(values).sort(), 'keys of the configuration');
  const path = join(run, 'etc/kontor', `${name}.conf`);
  writeFileSync(path, text);
  return path;
}
/** Exit status of --check-config, and what it said. */
export function checkConf(path) {
  const become = isRoot ? ['setpriv', '--reuid=kontor-login', '--regid=kontor-login', '--init-groups'] : ['env'];
  try {
    execFileSync(become[0], [...become.slice(1), program, '--check-config', '--config', path], { env: environment, stdio: 'pipe' });
    return { status: 0, text: '' };
  } catch (error) {
    return { status: error.status, text: String(error.stderr) };
  }
}

/**
 * Two processes of kontor-login, and of kontor-account, with a configuration of their own, at /<name>/ of the same
 * host; answers stop().
 */
export async function startOther(name, values) {
  const conf = otherConf(name, { prefix: `/${name}/`, ...values });
  const extra = join(run, 'etc/nginx/extra', `${name}.conf`);
  const log = openSync(join(run, 'log', `${name}.log`), 'a');
  const children = [];
  const locations = [];
  const start = async (program, path) => {
    const user = `kontor-${program}`;
    const socket = join(run, 'kontor', `${name}-${program}.sock`);
    const drop = isRoot ? ['-U', user, '-G', 'kontor-web', '-u', user, '-g', user] : [];
    rmSync(socket, { force: true });
    children.push(spawn('spawn-fcgi', ['-n', '-s', socket, '-M', '0660', ...drop, '--',
      '/usr/bin/multiwatch', '-f', '2', '-s', 'TERM', '--', join(run, 'usr/libexec/kontor', user), '--config', conf],
    { env: environment, stdio: ['ignore', log, log] }));
    locations.push(`location ^~ ${path} {
    include ${run}/etc/nginx/snippets/kontor-location.conf;
    fastcgi_pass unix:${socket};
}
`);
    await until(() => existsSync(socket), { what: socket });
  };
  const stop = () => {
    rmSync(extra, { force: true });
    process.kill(pidOf('nginx'), 'SIGHUP');
    for (const child of children) {
      child.kill('SIGTERM');
      child.unref();
    }
  };
  try {
    await start('login', `/${name}/`);
    await start('account', `/${name}/account/`);
    mkdirSync(join(run, 'etc/nginx/extra'), { recursive: true });
    writeFileSync(extra, locations.join(''));
    process.kill(pidOf('nginx'), 'SIGHUP');
    await until(async () => (await new Client().get(`/${name}/login`)).status === 200, { what: `/${name}/login` });
    await until(async () => (await new Client().get(`/${name}/account/people`)).status === 303, { what: `/${name}/account/people` });
  } catch (error) {
    stop();
    throw error;
  }
  return stop;
}
