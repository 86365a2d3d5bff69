// What every page must be: looked at by a person of the story wherever the story stops.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkHtml, checkNoSidewaysScroll, person } from '../harness/browser.mjs';
import { root, url } from '../harness/stack.mjs';

const AXE = readFileSync(join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

const runAxe = (page) =>
  page.evaluate(async (tags) => {
    const { violations } = await globalThis.axe.run(document, { runOnly: { type: 'tag', values: tags } });
    return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).join(' | ')}`);
  }, TAGS);

/** Looks at pages of one test file; finish() hands all of them to the Nu checker at once. */
export class Look {
  #sources = {};
  #bench = new Map();

  constructor(browser) {
    this.browser = browser;
  }

  /**
   * A signed-in person (as harness/browser's person()) whose pages can be looked at: { page, close, ... , look }.
   * options: those of person(), and words (true): false for a page that holds both languages.
   * look(name, { status = 200 }) checks the page as it stands, and that nothing sticks out at 360 px.
   */
  async person(options = {}) {
    const one = await person(this.browser, { ...options, login: undefined });
    const settings = { javaScript: true, language: 'en', ...options };
    let last = null;
    one.page.on('response', (response) => {
      const request = response.request();
      if (!request.isNavigationRequest() || response.frame() !== one.page.mainFrame()) return;
      if (response.status() >= 300 && response.status() < 400) return;
      last = { status: response.status(), text: response.text().catch(() => '') };
    });
    one.seen = new Set();
    one.look = async (name, expected = {}) => {
      await this.#look(one.page, last, settings, name, expected);
      await this.#checkLinks(one.page, (expected.status ?? 200) < 400 ? one.seen : null, name);
    };
    /** Status of the last page. */
    one.status = () => last.status;
    one.signIn = async (login, password) => {
      // Said aloud, since people keep the language that somebody chose for them in an earlier test.
      await one.page.goto(url(`login?lang=${settings.language}`));
      await one.page.fill('[name=login]', login);
      await one.page.fill('[name=password]', password);
      await one.page.click('main button[type=submit]');
      await one.page.waitForURL((address) => !address.pathname.endsWith('/login'));
    };
    return one;
  }

  /** Scripts are off in some contexts, so axe gets the served page in a context of its own. */
  async #axeOnCopy(source, viewport) {
    const key = viewport.width;
    if (!this.#bench.has(key)) {
      const context = await this.browser.newContext({ bypassCSP: true, viewport });
      const page = await context.newPage();
      await page.route('**/*.js', (route) => route.abort());
      await page.goto(url('accessibility'));
      this.#bench.set(key, page);
    }
    const page = this.#bench.get(key);
    await page.setContent(source);
    await page.evaluate(AXE);
    return runAxe(page);
  }

  async #look(page, last, { javaScript, language, width = 1280, height = 900, words = true }, name, { status = 200 } = {}) {
    const where = `${name} (${language}, ${width} px, ${page.url()})`;
    assert.equal(last?.status, status, `status of ${where}`);
    const source = await last.text;
    this.#sources[`${name}-${language}-${width}`] = source;
    assert.ok(source.includes(`<html lang="${language}"`), `language of ${where}`);
    assert.match(await page.title(), /\S.* – Kontor$/, where);
    assert.equal(await page.locator('h1').count(), 1, `one h1 on ${where}`);
    assert.match(await page.locator('h1').textContent(), /\S/, where);
    if (words) await this.#checkWords(page, language, where);
    if (javaScript) await page.evaluate(AXE);
    const found = javaScript ? await runAxe(page) : await this.#axeOnCopy(source, { width, height });
    assert.deepEqual(found, [], `axe on ${where}`);
    await page.setViewportSize({ width: 360, height: 740 });
    await checkNoSidewaysScroll(page);
    await page.setViewportSize({ width, height });
    if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, `${name}-${language}-${width}.png`), fullPage: true });
  }

  /** No key, code or placeholder where a person reads, and no sentence of the other language. */
  async #checkWords(page, language, where) {
    const body = page.locator('body');
    const text = (await body.innerText()).replace(/\s+/g, ' ');
    assert.doesNotMatch(text, /\{\d\}|\{\{|\bundefined\b|\bnull\b|waiting_for_customer|in_progress|change-of-address|register-extract|application\/pdf/, where);
    assert.doesNotMatch(text, /\baddress\.[a-z]|houseNumber|postalCode|effectiveDate/, where);
    const foreign = language === 'de'
      ? /\b(Request|Company data|Sign out|Submitted|Working on it|Effective from|Documents|Country|Street|Draft|since|January|March|May|October|December)\b/
      : /\b(Antrag|Unternehmensdaten|Abmelden|Eingereicht|Wirksam|Unterlagen|Straße|Land|Entwurf|seit|Januar|März|Mai|Oktober|Dezember)\b/;
    assert.doesNotMatch(text, foreign, where);
  }

  /** A link into the page has its target; a link to a page of ours opens (each once per person; not from error pages). */
  async #checkLinks(page, seen, name) {
    const links = await page.$$eval('a[href]', (all) => all.map((a) => ({
      href: a.href.split('#')[0],
      missing: a.href.split('#')[0] === location.href.split('#')[0] && a.hash !== '' && !document.getElementById(a.hash.slice(1)) ? a.hash : '',
      own: a.origin === location.origin,
    })));
    assert.deepEqual(links.filter(({ missing }) => missing).map(({ missing }) => missing), [], `links without target on ${name}`);
    if (!seen) return;
    for (const { href, own } of links) {
      // The choice of the language is a link that changes something: smoke.test.mjs has it.
      if (!own || seen.has(href) || /[?&]lang=/.test(href)) continue;
      seen.add(href);
      const answer = await page.context().request.get(href, { maxRedirects: 0 });
      assert.ok(answer.status() < 400, `${href} on ${name}: ${answer.status()}`);
    }
  }

  async finish() {
    for (const page of this.#bench.values()) await page.context().close();
    await checkHtml(this.#sources);
  }
}
