// A person who signs on by an identity provider: the browser's part at the provider, and the configuration of further
// providers for a test. The provider itself: tests/stack/provider.mjs (certified), evil_provider.mjs (not at all).
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { forms } from './html.mjs';
import { hold, origin, password, pidOf, port, prefix, release, run, until } from './stack.mjs';

export const ca = () => readFileSync(join(run, 'etc/tls/ca.crt'));
export const providerPort = port + 3;
export const issuer = (name) => `https://localhost:${providerPort}/${name}`;

/** One https request with the demo's CA; no redirect followed. */
export function ask(address, { method = 'GET', headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest(address, { method, headers: { accept: 'text/html', ...headers }, ca: ca() }, async (incoming) => {
      const pieces = [];
      for await (const piece of incoming) pieces.push(piece);
      resolve({ status: incoming.statusCode, headers: incoming.headers, text: Buffer.concat(pieces).toString('utf8') });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Somebody's browser at the provider: cookies by path, redirects followed while they stay there. */
export class ProviderBrowser {
  #cookies = [];

  async request(address, options = {}) {
    const { pathname } = new URL(address);
    const cookie = this.#cookies.filter(({ path }) => pathname.startsWith(path)).map(({ name, value }) => `${name}=${value}`).join('; ');
    const answer = await ask(address, { ...options, headers: { ...options.headers, ...(cookie ? { cookie } : {}) } });
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      const path = /;\s*path=([^;]*)/i.exec(line)?.[1] ?? '/';
      const expires = /;\s*expires=([^;]*)/i.exec(line)?.[1];
      this.#cookies = this.#cookies.filter((one) => one.name !== name || one.path !== path);
      if (!expires || new Date(expires) > new Date()) this.#cookies.push({ name, value, path });
    }
    return { ...answer, address };
  }

  /** Follow until a page comes, or a redirect leads out: { address } of the place outside. */
  async follow(answer) {
    for (let hops = 0; [301, 302, 303, 307].includes(answer.status); hops++) {
      assert.ok(hops < 10, `too many redirects at ${answer.address}`);
      const next = new URL(answer.headers.location, answer.address);
      if (next.origin !== new URL(answer.address).origin) return { outside: next.href };
      answer = await this.request(next.href);
    }
    return answer;
  }

  /** Send the page's only form with some fields. */
  submit(page, fields, extra = {}) {
    const form = forms(page.text)[0];
    const target = new URL(form.action || page.address, page.address).href;
    return this.request(target, {
      method: 'POST', body: new URLSearchParams({ ...form.fields, ...fields, ...extra }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  }

  /** From the address that Kontor gave to the address that leads back there, signing on if asked. */
  async signOn(address, login, { secondFactor = false, cancel = false, word = password } = {}) {
    let page = await this.follow(await this.request(address));
    if (page.outside) return page.outside;
    assert.match(page.text ?? '', /name="login"/, `the provider asks who is there: ${page.status} ${page.text}`);
    page = await this.follow(await this.submit(page, { login, password: word, ...(secondFactor ? { second_factor: 'yes' } : {}), ...(cancel ? { cancel: 'yes' } : {}) }));
    assert.ok(page.outside, `the provider lets ${login} go on: ${page.status} ${page.text}`);
    return page.outside;
  }
}

/** Address below the origin, as Client.get() takes it. */
export const here = (address) => {
  assert.ok(address.startsWith(origin), `${address} is ours`);
  return address.slice(origin.length);
};

/**
 * The whole way by a provider of the stack, from the button to the page behind. Answers the callback's answer; follow it with
 * client.follow(). options: those of ProviderBrowser.signOn(), browser, returnTo.
 */
export async function signOnBy(client, name, login, { browser = new ProviderBrowser(), returnTo, ...options } = {}) {
  const there = await client.get(`login/provider/${name}${returnTo ? `?return_to=${encodeURIComponent(returnTo)}` : ''}`);
  assert.equal(there.status, 303, there.plain);
  const back = await browser.signOn(there.location, login, options);
  return client.get(here(back));
}

/** Claims of people at the stack's provider, in addition to what it makes up: { login: { sub, groups, ... } } */
export function providerPeople(people) {
  const file = join(run, 'var/provider/people.json');
  const known = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  writeFileSync(file, JSON.stringify({ ...known, ...people }));
  chmodSync(file, 0o644);
}

// ---- further providers for a test -----------------------------------------------------------------------------------

const dropIn = (name) => join(run, 'etc/kontor/kontor.conf.d', `${name}.conf`);

/** End kontor-login and let it come back with the configuration as it is now. */
export async function restartLogin() {
  const before = pidOf('login');
  await hold('login');
  await release('login');
  await until(() => pidOf('login') !== before && fetch(`${origin}${prefix}healthz/login`).then((answer) => answer.ok), { seconds: 20, what: 'kontor-login is back' });
}

/** Lines of configuration for the time of a test file; the programs that read them have to be restarted. Answers how to take them away. */
export function addConfiguration(name, lines) {
  mkdirSync(join(run, 'etc/kontor/kontor.conf.d'), { recursive: true });
  writeFileSync(dropIn(name), lines);
  return () => rmSync(dropIn(name), { force: true });
}

/** A section [provider.NAME] for the time of a test file; kontor-login has to be restarted. Answers how to take it away. */
export function addProvider(name, settings) {
  const all = { ca_file: join(run, 'etc/tls/ca.crt'), reach: 'loopback', client_id: 'kontor', ...settings };
  return addConfiguration(name, `[provider.${name}]\n${Object.entries(all).map(([key, value]) => `${key} = ${value}\n`).join('')}`);
}

