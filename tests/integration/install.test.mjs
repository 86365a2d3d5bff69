// Kontor outside its own demo: installed with `make install DESTDIR=` into a site whose nginx, MariaDB, directory and
// mail relay it did not make, by the steps of README.md, mounted at /portal/ over TLS.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isRoot } from '../harness/directories.mjs';
import { root as top, until } from '../harness/stack.mjs';
import { Site, names } from './site.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const site = new Site('/portal/');
let failed = false;
const step = (name, body, options = {}) =>
  test(name, options, async (t) => {
    if (failed) return t.skip('an earlier step failed');
    try {
      return await body(t);
    } catch (error) {
      failed = true;
      throw error;
    }
  });

/** Status, headers and body of one request over TLS (curl: this process does not know the site's certificate). */
function fetchPage(path, { port = site.port, args = [] } = {}) {
  const output = execFileSync('curl', ['-s', '-i', '--http1.1', '--max-time', '20', '--cacert', site.ca, ...args, `https://localhost:${port}${path}`],
    { encoding: 'utf8', maxBuffer: 1 << 26 });
  const end = output.indexOf('\r\n\r\n');
  return { status: Number(/^HTTP\/1.1 (\d+)/.exec(output)[1]), head: output.slice(0, end), body: output.slice(end + 4) };
}

before(async () => {
  await site.ports();
});
after(async () => {
  await site.stop({ keep: failed });
  if (failed) console.error(`the site's files and logs are in ${site.root}`);
});

step('make install DESTDIR= writes below DESTDIR alone, and no at-sign name is left', async () => {
  const staged = await site.install();
  assert.deepEqual(staged, [site.root.split('/')[1]], 'one top folder: that of the prefix');
  const left = execFileSync('bash', ['-c', 'grep -rIl "@[a-z_]\\+@" "$1"/etc "$1"/usr/lib "$1"/usr/share/kontor/pages || true', 'x', site.root], { encoding: 'utf8' });
  assert.equal(left, '');
  for (const name of ['usr/bin/kontorctl', 'usr/libexec/kontor/kontor-login', 'usr/share/man/man8/kontorctl.8', 'etc/nginx/snippets/kontor.conf', 'etc/kontor/kontor.conf']) {
    assert.ok(existsSync(site.path(name)), name);
  }
  assert.equal(statSync(site.path('usr/share/kontor/templates')).mode & 0o777, 0o755);
});

step('users and folders', async () => {
  await site.users();
  assert.ok(existsSync(site.path('var/lib/kontor/store')));
  assert.ok(existsSync(site.path('run/kontor/scan')));
});

step('database and directory: the schema, the account and the grants of README.md', async () => {
  site.certificates();
  site.secrets();
  await site.mariadb();
  await site.slapd();
  site.mailRelay();
  site.operatorAccount();
  site.configure(`staff_origin = https://localhost:${site.staffPort}\n`);
  await site.ctl('--check-config');
  const before = await site.ctl('doctor').then(() => assert.fail('doctor finds nothing wrong with an empty schema'), (error) => error.stdout);
  assert.match(before, /PROBLEM schema: never migrated/);
  assert.match(site.fill(), /^change-of-address version 1$/m);
  const again = await site.ctl('publish', site.path('usr/share/kontor/processes/change-of-address/'));
  assert.match(again.stdout, /version 1 unchanged/);
});

step('every statement is prepared as the account that runs it', async () => {
  await site.ctl('statements', '--sources', join(top, 'modules/lib/store'));
});

step('the shipped snippet in the own TLS server block', async () => {
  site.nginxConf(site.serverBlock(site.port, 'include snippets/kontor.conf;'));
  await site.startAll();
  await site.nginx();
  for (const program of ['login', 'requests', 'uploads', 'dashboard', 'account']) {
    await until(() => fetchPage(`/portal/healthz/${program}`).status === 200, { what: program });
  }
});

step('doctor finds nothing wrong', async () => {
  const { stdout } = await site.ctl('doctor').catch((error) => assert.fail(error.stdout + error.stderr));
  assert.doesNotMatch(stdout, /PROBLEM/);
});

step('the house keeps its own locations, and they do not catch ours', () => {
  assert.match(fetchPage('/').body, /The house/);
  assert.equal(fetchPage('/anything').status, 200);
  assert.equal(fetchPage('/static/house.txt').status, 410);
  assert.equal(fetchPage('/static/old.css').status, 418);
  const bare = fetchPage('/portal');
  assert.equal(bare.status, 301);
  assert.match(bare.head, /location: \S*\/portal\/\r/i);
  assert.equal(fetchPage('/portal/x.php').status, 404, "the house's expression does not catch a path of ours");
  assert.match(fetchPage('/portal/x.php').body, /Haus-Portal/);
  assert.equal(fetchPage('/internal/documents/ab/cd').status, 404);
  const manifest = JSON.parse(readFileSync(site.path('usr/share/kontor/static/manifest.json'), 'utf8'));
  const style = fetchPage(`/portal/static/${manifest['kontor.css']}`);
  assert.equal(style.status, 200);
  assert.match(style.head, /content-type: text\/css/i);
  const login = fetchPage('/portal/login', { args: ['-H', 'Accept-Encoding: gzip'] });
  assert.equal(login.status, 200);
  assert.doesNotMatch(login.head, /content-encoding/i, 'pages are not compressed, whatever the house does');
  assert.equal(fetchPage('/portal/login', { args: ['-X', 'POST', '-d', 'x'.repeat(70_000)] }).status, 413);
  assert.match(fetchPage('/portal/accessibility').body, /portal@haus\.test/);
});

/** Run a file of tests in a process of its own that knows this site. */
async function tell(t, file, origin) {
  const env = {
    ...process.env, KONTOR_ORIGIN: origin, PORT: String(site.port), RUN: site.root, PREFIX_PATH: site.prefix,
    NODE_EXTRA_CA_CERTS: site.ca, SITE_NAMES: JSON.stringify(names),
  };
  delete env.NODE_TEST_CONTEXT;
  const { code, output } = await new Promise((resolve) => {
    execFile(process.execPath, ['--test', '--test-reporter=spec', join(here, file)], { env, maxBuffer: 1 << 26 },
      (error, stdout, stderr) => resolve({ code: error?.code ?? 0, output: stdout + stderr }));
  });
  for (const line of output.split('\n')) if (/^\s*[✔✖]/.test(line)) t.diagnostic(line.trim());
  assert.equal(code, 0, output);
}

step('the story, from sign-in to confirmation', (t) => tell(t, 'install_story.mjs', `https://localhost:${site.port}`));

step("customers' and staff's pages in two server blocks", async (t) => {
  const snippets = (...parts) => parts.map((part) => `include snippets/kontor-${part}.conf;`).join('\n        ');
  site.nginxConf(site.serverBlock(site.port, snippets('static', 'login', 'customers', 'files'))
    + site.serverBlock(site.staffPort, snippets('static', 'login', 'staff', 'files')));
  await site.reloadNginx();
  await until(() => fetchPage('/portal/staff/queue').status === 404, { what: "no staff's pages at the customers' host" });
  assert.equal(fetchPage('/portal/').status, 303);
  assert.equal(fetchPage('/portal/staff/queue', { port: site.staffPort }).status, 303);
  assert.match(fetchPage('/portal/requests/new/change', { port: site.staffPort }).body, /The house/, "no customers' pages at staff's host");
  await tell(t, 'install_staff.mjs', `https://localhost:${site.staffPort}`);
});

step('stored documents: the folder above lets in those who may read, the group of the store may change', () => {
  assert.equal(execFileSync('stat', ['-c', '%a %U:%G', site.path('var/lib/kontor')], { encoding: 'utf8' }).trim(), '750 root:kontor-files');
  const folders = execFileSync('find', [site.path('var/lib/kontor/store'), '-type', 'd', '-printf', '%m %g\n'], { encoding: 'utf8' }).trim().split('\n');
  assert.deepEqual([...new Set(folders)].filter((line) => line !== '2775 kontor-store'), []);
  const files = execFileSync('find', [site.path('var/lib/kontor/store'), '-type', 'f', '-printf', '%m %u %g\n'], { encoding: 'utf8' }).trim().split('\n');
  assert.deepEqual([...new Set(files)], ['644 kontor-uploads kontor-store']);
}, { skip: isRoot ? false : 'needs root' });

step('the data hold together, the audit chain verifies', async () => {
  await site.ctl('invariants').catch(({ stdout, stderr }) => assert.fail(stdout + stderr));
  await until(() => site.ctl('verify'), { what: 'audit chain' });
  assert.equal(site.sql("SELECT COUNT(*) FROM outbox WHERE state <> 'sent'", names.schema).trim(), '0');
});

step('make uninstall leaves the configuration and the documents', async () => {
  await site.uninstall();
  const left = execFileSync('find', [site.path('usr'), site.path('etc'), '-iname', '*kontor*', '-not', '-type', 'd'], { encoding: 'utf8' }).trim();
  assert.equal(left, site.conf);
  assert.ok(existsSync(site.path('var/lib/kontor/store')));
});

step('no sanitizer finding', () => {
  assert.deepEqual(site.findings(), []);
});
