// Chromium with everything that a page must not do reported: CSP violations, script errors, failed requests.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { password, root, url } from './stack.mjs';

const VNU = join(root, 'node_modules/vnu-jar/build/dist/vnu.jar');

/** One browser per test file: `const browser = await launch(); after(() => browser.close());` */
export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-dev-shm-usage'],
  });

/**
 * A person with a browser: { page, context, problems, close }. `problems` collects what went wrong on any page;
 * close() fails the test when there are some.
 * options: javaScript (true), width (1280), height, language ('en'), login (account name)
 */
export async function person(browser, { javaScript = true, width = 1280, height = 900, language = 'en', login } = {}) {
  const context = await browser.newContext({
    javaScriptEnabled: javaScript,
    viewport: { width, height },
    locale: language,
    extraHTTPHeaders: { 'accept-language': language },
    acceptDownloads: true,
    // Only the demo's identity provider is behind TLS, and its CA is nobody's.
    ignoreHTTPSErrors: true,
  });
  const problems = [];
  const page = await context.newPage();
  // Works with scripts off as well: Chromium reports violations on the console.
  page.on('console', (message) => {
    if (/Content.Security.Policy/i.test(message.text())) problems.push(`CSP: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`script: ${error.message}`));
  page.on('response', (response) => {
    if (response.status() >= 500) problems.push(`${response.status()} ${response.url()}`);
  });
  const close = async () => {
    await context.close();
    assert.deepEqual(problems, []);
  };
  if (login) {
    await page.goto(url(`login?lang=${language}`));
    await page.fill('[name=login]', login);
    await page.fill('[name=password]', password);
    await page.click('main button[type=submit]');
    await page.waitForURL((address) => !address.pathname.endsWith('/login'));
  }
  return { page, context, problems, close };
}

/** Nothing sticks out sideways: no horizontal scrolling of the page. */
export async function checkNoSidewaysScroll(page) {
  const [content, view] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(content <= view, `${page.url()} is ${content} px wide in a window of ${view} px`);
}

/** Nu HTML checker on pages as served: { name: html }. One Java start for all of them. */
export async function checkHtml(pages) {
  const folder = mkdtempSync(join(tmpdir(), 'kontor-vnu-'));
  try {
    for (const [name, source] of Object.entries(pages)) writeFileSync(join(folder, `${name}.html`), source);
    const output = await new Promise((resolve) => {
      execFile('java', ['-jar', VNU, '--format', 'gnu', '--errors-only', folder], { maxBuffer: 1 << 24 }, (error, stdout, stderr) => resolve(stderr + stdout));
    });
    assert.equal(output.replaceAll(`file:${folder}/`, '').trim(), '', 'Nu HTML checker');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
