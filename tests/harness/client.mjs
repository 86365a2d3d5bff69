// A person without JavaScript: cookies, forms, redirects by hand. For integration tests.
import assert from 'node:assert/strict';
import * as html from './html.mjs';
import { origin, password, prefix, url } from './stack.mjs';

/** What came back. `text` is the body; helpers parse it when asked. */
class Answer {
  constructor(response, body, address) {
    this.status = response.status;
    this.headers = response.headers;
    this.bytes = body;
    this.url = address;
  }
  get text() { return this.bytes.toString('utf8'); }
  get json() { return JSON.parse(this.text); }
  get location() { return this.headers.get('location'); }
  get plain() { return html.text(this.text); }
  get h1() { return html.first(this.text, 'h1'); }
  get forms() { return html.forms(this.text); }
  get links() { return html.links(this.text); }
  get errors() { return html.errors(this.text); }
  /**
   * The form whose action ends in `action` (below the prefix), or the only form of the page's own. Of several, the one of
   * the request type in `fields`.
   */
  form(action, { request_type } = {}) {
    const own = this.forms.filter((form) => form.method === 'post' && !form.action.endsWith('/logout'));
    let found = action === undefined ? own : this.forms.filter((form) => form.action.endsWith(action));
    if (request_type) found = found.filter((form) => form.fields.request_type === request_type);
    assert.equal(found.length, 1, `one form ${action ?? ''} on ${this.url}, found ${found.length}`);
    return found[0];
  }
}

export class Client {
  #cookies = new Map();

  constructor({ language = 'en' } = {}) {
    this.language = language;
  }

  /** Value of a cookie, for tests of sessions. */
  cookie(name) { return this.#cookies.get(name); }
  cookieNames() { return [...this.#cookies.keys()]; }
  setCookie(name, content) { this.#cookies.set(name, content); }
  clearCookies() { this.#cookies.clear(); }

  /** One request, no redirect followed. `path`: below the prefix, or absolute from the origin with a leading '/'. */
  async request(method, path, { body, headers = {} } = {}) {
    const address = path.startsWith('http') ? path : path.startsWith('/') ? origin + path : url(path);
    const all = { 'accept-language': this.language, accept: 'text/html', ...headers };
    if (this.#cookies.size > 0) all.cookie = [...this.#cookies].map(([name, content]) => `${name}=${content}`).join('; ');
    if (method !== 'GET' && method !== 'HEAD') all.origin ??= origin;
    const response = await fetch(address, { method, body, headers: all, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [, name, content] = /^([^=]+)=([^;]*)/.exec(line);
      if (/;\s*max-age=0(;|$)/i.test(line)) this.#cookies.delete(name);
      else this.#cookies.set(name, content);
    }
    return new Answer(response, Buffer.from(await response.arrayBuffer()), address);
  }

  get(path, options) { return this.request('GET', path, options); }

  /** POST of a form's fields (application/x-www-form-urlencoded). */
  post(path, fields, options = {}) {
    const body = new URLSearchParams(fields).toString();
    return this.request('POST', path, { body, ...options, headers: { 'content-type': 'application/x-www-form-urlencoded', ...options.headers } });
  }

  /** Send a form of `answer` with some of its fields changed. */
  submit(answer, changes = {}, action = undefined) {
    const form = answer.form(action, changes);
    return this.post(form.action || new URL(answer.url).pathname, { ...form.fields, ...changes });
  }

  /** Send the upload form of `answer`: file = { name, type, content }. */
  upload(answer, field, file, action = undefined) {
    const form = answer.form(action);
    assert.equal(form.enctype, 'multipart/form-data');
    const body = new FormData();
    for (const [name, content] of Object.entries(form.fields)) if (name !== field) body.append(name, content);
    body.append(field, new Blob([file.content], { type: file.type }), file.name);
    return this.request('POST', form.action, { body });
  }

  /** Follow redirects of an answer until a page comes. */
  async follow(answer) {
    let page = answer;
    for (let hops = 0; [301, 302, 303].includes(page.status); hops++) {
      assert.ok(hops < 5, `too many redirects at ${page.url}`);
      page = await this.get(new URL(page.location, page.url).pathname + new URL(page.location, page.url).search);
    }
    return page;
  }

  /** Sign in; answers the page that comes then. */
  async login(name, word = password) {
    const page = await this.get(`login?lang=${this.language}`);
    const answer = await this.submit(page, { login: name, password: word }, `${prefix}login`);
    return this.follow(answer);
  }
}

/** A signed-in client. */
export async function signedIn(name, options) {
  const client = new Client(options);
  const page = await client.login(name);
  assert.equal(page.status, 200, `${name} is signed in`);
  return client;
}
