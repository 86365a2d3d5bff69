// Other parts of the site behind Kontor's sign-on: nginx asks the gate. What is not let in stays out, whatever the site's
// own configuration does with errors; who is let in is told to the back end by us alone.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Client, signedIn } from '../harness/client.mjs';
import { newCompany, newPeople, quote } from '../harness/people.mjs';
import { hold, log, origin, password, pidOf, port, prefix, release, run, sql, sqlValue, until } from '../harness/stack.mjs';
import { guardedSite } from './guarded_site.mjs';

const SESSION = `__Host-kontor-${port}`;
const SECRET = 'the secret of the house';
const company = newCompany({ name: 'Weiße Möwe & Söhne "GmbH"' });
const people = newPeople(company, { anna: 'applicant', karl: 'coordinator', zoe: 'readonly' });
const extra = join(run, 'etc/kontor/kontor.conf.d/gate.conf');
let site;
const clients = {};

const restartGate = async () => {
  await hold('gate');
  await release('gate');
  await until(async () => (await fetch(`${origin}${prefix}healthz/gate`)).status === 200, { what: 'the gate' });
};

before(async () => {
  mkdirSync(join(run, 'etc/kontor/kontor.conf.d'), { recursive: true });
  writeFileSync(extra, '[site]\nreturn_paths = /wiki/ /echo/\n');
  await restartGate();
  site = await guardedSite(3, ({ ports, root, snippets, http, fastcgi }) => {
    const guard = (right) => `include ${snippets}/kontor-guard-${right}.conf;`;
    // A site that hides every error behind a friendly page with status 200, and lets its programs' errors be hidden too.
    const hostile = `root ${root}; error_page 401 402 403 404 500 502 503 504 =200 /friendly.html; fastcgi_intercept_errors on; proxy_intercept_errors on;
      location = /friendly.html { return 200 "friendly"; }`;
    return `
      server { listen 127.0.0.1:${ports[0]}; ${hostile}
        include ${snippets}/kontor.conf;
        location /wiki/ { ${guard('signed-in')} index index.html; alias ${root}/wiki/; }
        location /staff-files/ { ${guard('ticket-read')} alias ${root}/wiki/; }
        location /admin-files/ { ${guard('admin')} alias ${root}/wiki/; }
        location /people/ { ${guard('company-people')} alias ${root}/wiki/; }
        location /nowhere/ { auth_request /-auth/no-such-right; alias ${root}/wiki/; }
        location /public-right/ { auth_request /-auth/public; alias ${root}/wiki/; }
        location /echo/http { ${guard('signed-in')} client_max_body_size 8m; proxy_pass http://${http}; }
        location /echo/fastcgi { ${guard('signed-in')} client_max_body_size 8m; include /etc/nginx/fastcgi_params; fastcgi_pass ${fastcgi}; }
        location /staff-echo/ { ${guard('ticket-read')} proxy_pass http://${http}; }
        location /half/ { ${guard('signed-in')} location /half/open/ { auth_request off; proxy_pass http://${http}; } }
      }
      server { listen 127.0.0.1:${ports[1]}; ${hostile}
        location /wiki/ { ${guard('signed-in')} try_files $uri /index.html; }
        location / { try_files $uri /index.html; }
      }
      server { listen 127.0.0.1:${ports[2]}; root ${root};
        include ${snippets}/kontor.conf;
        ${guard('ticket-read')}
        location /wiki/ { alias ${root}/wiki/; }
      }`;
  });
  mkdirSync(join(site.root, 'wiki'));
  writeFileSync(join(site.root, 'index.html'), 'for everybody');
  for (const name of ['wiki/index.html', 'wiki/page.html']) writeFileSync(join(site.root, name), SECRET);
  for (const name of [...Object.values(people), 'compliance', 'admin', 'auditor']) clients[name] = await signedIn(name);
});
after(async () => {
  await site?.stop();
  rmSync(extra, { force: true });
  await restartGate();
});

const at = (path, server = 0) => `http://localhost:${site.ports[server]}${path}`;
const open = (client, path, { server = 0, method = 'GET', ...options } = {}) => client.request(method, at(path, server), options);
const header = (answer, name) => answer.json.headers.filter(([key]) => key === name).map(([, value]) => value);
const param = (answer, name) => answer.json.params.filter(([key]) => key === name).map(([, value]) => value);
const stays = (answer, what) => {
  assert.ok(!answer.text.includes(SECRET) && !answer.text.includes('"headers"') && !answer.text.includes('"params"'), `${what}: let in with ${answer.status}`);
  assert.ok(answer.status >= 300, `${what}: ${answer.status}`);
};

test('a guarded file: not signed in to the sign-on, with the right the file, without it 403 in their language', async () => {
  const nobody = await open(new Client(), '/wiki/page.html');
  stays(nobody, 'nobody');
  assert.equal(nobody.status, 303);
  assert.equal(nobody.location, `${prefix}login?return_to=${encodeURIComponent(`/-guard/back?to=${encodeURIComponent('/wiki/page.html')}`)}`);
  for (const path of ['/wiki/page.html', '/wiki/']) {
    const page = await open(clients[people.anna], path);
    assert.deepEqual([page.status, page.text], [200, SECRET], path);
  }
  for (const [path, allowed] of [['/staff-files/page.html', ['compliance', 'admin', 'auditor']], ['/admin-files/page.html', ['admin']], ['/people/page.html', [people.karl]]]) {
    for (const [name, client] of Object.entries(clients)) {
      const page = await open(client, path);
      if (allowed.includes(name)) assert.deepEqual([page.status, page.text], [200, SECRET], `${name} ${path}`);
      else {
        stays(page, `${name} ${path}`);
        assert.equal(page.status, 403, `${name} ${path}`);
        assert.equal(page.h1, 'You may not do this');
      }
    }
  }
  const german = await open(clients[people.anna], '/admin-files/page.html', { headers: { 'accept-language': 'de' } });
  assert.equal(german.status, 403);
});

test('JSON clients get 401 and 403 as problems, not pages', async () => {
  const headers = { accept: 'application/json' };
  const nobody = await open(new Client(), '/wiki/page.html', { headers });
  assert.equal(nobody.status, 401);
  assert.equal(nobody.json.type, 'urn:kontor:problem:auth');
  const wrong = await open(clients[people.anna], '/admin-files/page.html', { headers });
  assert.equal(wrong.status, 403);
  assert.equal(wrong.json.type, 'urn:kontor:problem:denied');
});

test('sign-on leads back to the guarded page with its query, and nowhere else', async () => {
  const client = new Client();
  const guarded = await open(client, '/wiki/page.html?a=1&b=%26+x');
  assert.equal(guarded.status, 303);
  const login = await client.get(new URL(guarded.location, origin).pathname + new URL(guarded.location, origin).search);
  const signed = await client.submit(login, { login: people.anna, password }, `${prefix}login`);
  assert.equal(signed.status, 303);
  const back = await client.get(signed.location);
  assert.equal(back.status, 303);
  assert.equal(back.location, '/wiki/page.html?a=1&b=%26+x');
  assert.equal((await open(client, back.location)).text, SECRET);
  // Not listed in return_paths: to the first page.
  const other = await open(new Client(), '/staff-files/page.html');
  assert.equal(other.location, `${prefix}login`);
  const bad = ['//evil.example/wiki/', 'https://evil.example/wiki/', '/\\evil.example/', '/wiki/../staff', '/wiki/%2e%2e/', '/staff-files/', '/wiki', 'javascript:alert(1)', '\\\\evil.example\\wiki\\'];
  for (const to of bad) {
    const answer = await client.get(`-guard/back?to=${encodeURIComponent(to)}`);
    assert.equal(answer.status, 303, to);
    assert.equal(answer.location, prefix, to);
  }
  assert.equal((await client.get('-guard/back')).location, prefix);
  // What a form was sent to is not opened as a page.
  const post = await open(new Client(), '/wiki/page.html', { method: 'POST', body: 'x=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } });
  assert.deepEqual([post.status, post.location], [303, `${prefix}login`]);
});

test('the back end learns who it is under our names, and nothing that the browser says', async () => {
  const forged = {
    'X-Kontor-Person': '1', 'X-Kontor-Login': 'admin', 'X-Kontor-Name': 'Admin', 'X-Kontor-Side': 'staff', 'X-Kontor-Company': 'M-1001',
    'X-Kontor-Rights': 'admin', 'X-Kontor-Language': 'xx', 'X_Kontor_Login': 'admin', 'x-kontor-login': 'admin2', 'Remote-User': 'admin', 'X-Remote-User': 'admin',
    'X-Forwarded-User': 'admin', 'KONTOR-LOGIN': 'admin', 'KONTOR_LOGIN': 'admin', 'X-Kontor-Guarded-Uri': '/evil',
  };
  const anna = clients[people.anna];
  const id = sqlValue(`SELECT id FROM person WHERE login = ${quote(people.anna)}`);
  const expected = {
    person: id, login: people.anna, name: encodeURIComponent(`Petra ${people.anna}`), side: 'customer', company: company.reference,
    rights: 'signed-in,request-read,request-edit,request-submit', language: 'en',
  };
  for (const headers of [{}, forged]) {
    const proxied = await open(anna, '/echo/http', { headers });
    const cgi = await open(anna, '/echo/fastcgi', { headers });
    assert.deepEqual([proxied.status, cgi.status], [200, 200]);
    for (const [name, value] of Object.entries(expected)) {
      assert.deepEqual(header(proxied, `x-kontor-${name}`), [value], name);
      assert.deepEqual(param(cgi, `KONTOR_${name.toUpperCase()}`), [value], name);
      assert.deepEqual(param(cgi, `HTTP_X_KONTOR_${name.toUpperCase()}`).filter(Boolean), [], name);
    }
    for (const name of ['remote-user', 'x-remote-user', 'x-forwarded-user', 'x_kontor_login']) assert.deepEqual(header(proxied, name), [], name);
  }
  const staff = await open(clients.compliance, '/staff-echo/');
  assert.deepEqual(header(staff, 'x-kontor-side'), ['staff']);
  assert.deepEqual(header(staff, 'x-kontor-company'), [], 'staff have no company');
  // A location inside that takes the guard away has no identity, not the browser's.
  const half = await open(new Client(), '/half/open/', { headers: forged });
  assert.deepEqual(half.json.headers.filter(([name]) => name.startsWith('x-kontor-')).filter(([name]) => name !== 'x-kontor-guarded-uri'), []);
});

test('in the support view the gate knows the member of staff, not the company', async () => {
  const lead = await signedIn('lead');
  const page = await lead.get(`account/companies/${company.reference}/support`);
  assert.equal((await lead.submit(page, { reason: 'gate' }, '/support')).status, 303);
  const view = await lead.get('');
  assert.equal(view.status, 200);
  const answer = await open(lead, '/staff-echo/');
  assert.deepEqual([header(answer, 'x-kontor-side'), header(answer, 'x-kontor-login'), header(answer, 'x-kontor-company')], [['staff'], ['lead'], []]);
  assert.match(header(answer, 'x-kontor-rights')[0], /ticket-work/);
  await lead.submit(view, {}, 'account/support/end');
});

test('names in any script arrive whole and as plain bytes', async () => {
  const login = people.zoe;
  const names = ['Zoë Łukasiewicz-Öztürk', '王小明', 'A\tB', 'x'.repeat(200), '🙂'.repeat(200)];
  for (const name of names) {
    sql(`UPDATE person SET display_name = ${quote(name)} WHERE login = ${quote(login)}`);
    const answer = await open(clients[login], '/echo/http');
    assert.equal(answer.status, 200, name);
    const [value] = header(answer, 'x-kontor-name');
    assert.match(value, /^[\w.~%-]+$/);
    assert.ok(name.startsWith(decodeURIComponent(value)) && value.length <= 1200, value);
    if (name.length < 100) assert.equal(decodeURIComponent(value), name);
  }
});

test('the session cookie goes to no back end; the site\'s own cookies do', async () => {
  const client = new Client();
  const mine = clients[people.anna];
  const cookies = (list) => open(client, '/echo/http', { headers: { cookie: list.join('; ') } });
  const session = `${SESSION}=${mine.cookie(SESSION)}`;
  for (const [list, left] of [
    [[session], undefined],
    [['wiki=1', session, 'theme=dark'], 'wiki=1; theme=dark'],
    [[session, `__Host-kontor-notice-${port}=x`, 'a=b'], 'a=b'],
    [['a=b', `__Host-kontor-parked-${port}=x`, 'c=d', session, `__Host-kontor-pre-${port}=y`], 'a=b; c=d'],
    [['a=b', '__Host-kontor-1=x', '__Host-kontor-2=x', '__Host-kontor-3=x', '__Host-kontor-4=x', session], undefined],
  ]) {
    const proxied = await cookies(list);
    assert.equal(proxied.status, 200);
    assert.equal(header(proxied, 'cookie').join('|').replace(/;\s*$/, ''), left ?? '');
    const cgi = await open(client, '/echo/fastcgi', { headers: { cookie: list.join('; ') } });
    assert.equal(param(cgi, 'HTTP_COOKIE').join('|').replace(/;\s*$/, ''), left ?? '');
  }
});

test('every method is guarded; an upload of 5 MiB passes, and what is over the location\'s own limit does not', async () => {
  const anna = clients[people.anna];
  const body = Buffer.alloc(5 << 20, 65);
  for (const path of ['/echo/http', '/echo/fastcgi']) {
    const sent = await open(anna, path, { method: 'POST', body });
    assert.deepEqual([sent.status, sent.json.body], [200, body.length], path);
    assert.equal((await open(anna, path, { method: 'POST', body: Buffer.alloc(9 << 20) })).status, 413, path);
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const refused = await open(new Client(), path, { method, body: ['POST', 'PUT', 'PATCH'].includes(method) ? body : undefined });
      stays(refused, `${method} ${path}`);
      assert.equal(refused.status, 303, `${method} ${path}`);
    }
  }
  const head = await open(anna, '/wiki/page.html', { method: 'HEAD' });
  assert.deepEqual([head.status, head.text, head.headers.get('content-length')], [200, '', String(SECRET.length)]);
  const refused = await open(new Client(), '/wiki/page.html', { method: 'HEAD' });
  assert.equal(refused.status, 303);
  assert.equal((await open(anna, '/echo/http', { method: 'POST', body: 'x' })).json.method, 'POST');
});

test('a session that has ended, was idle, or whose company has ended lets nobody in; the answer changes no cookie', async () => {
  const login = newPeople(company, { ute: 'applicant' }).ute;
  const client = await signedIn(login);
  const row = `token_sha256 = x'${createHash('sha256').update(client.cookie(SESSION)).digest('hex')}'`;
  const open200 = async () => assert.equal((await open(client, '/wiki/page.html')).status, 200);
  const refused = async (what, status = 303) => {
    const answer = await open(client, '/wiki/page.html');
    stays(answer, what);
    assert.equal(answer.status, status, what);
  };
  const page = await open(client, '/wiki/page.html?lang=de');
  assert.deepEqual([page.status, page.headers.getSetCookie()], [200, []]);
  // The gate is a sign of life, once a minute.
  sql(`UPDATE session SET last_seen_at = NOW(6) - INTERVAL 5 MINUTE WHERE ${row}`);
  await open200();
  await until(() => Number(sqlValue(`SELECT last_seen_at > NOW(6) - INTERVAL 1 MINUTE FROM session WHERE ${row}`)), { what: 'last_seen_at' });
  // A page that asks by itself is none.
  sql(`UPDATE session SET last_seen_at = NOW(6) - INTERVAL 5 MINUTE WHERE ${row}`);
  assert.equal((await open(client, '/wiki/page.html', { headers: { 'x-kontor-live': '1' } })).status, 200);
  assert.equal(sqlValue(`SELECT last_seen_at < NOW(6) - INTERVAL 4 MINUTE FROM session WHERE ${row}`), '1');
  sql(`UPDATE session SET last_seen_at = NOW(6) - INTERVAL 31 MINUTE WHERE ${row}`);
  await refused('idle');
  sql(`UPDATE session SET last_seen_at = NOW(6) WHERE ${row}`);
  await open200();
  sql(`UPDATE company SET state = 'suspended' WHERE id = ${company.id}`);
  await refused('a company that is suspended', 403);
  sql(`UPDATE company SET state = 'active' WHERE id = ${company.id}`);
  await open200();
  sql(`UPDATE session SET ended_at = NOW(6) WHERE ${row}`);
  await refused('ended');
  const garbage = new Client();
  for (const token of ['x', 'A'.repeat(43), "' OR 1=1 --", 'A'.repeat(3000)]) {
    garbage.setCookie(SESSION, token);
    assert.equal((await open(garbage, '/wiki/page.html')).status, 303, token.slice(0, 20));
  }
});

test('a right that does not exist is the operator\'s mistake: closed to everybody and in the log', async () => {
  for (const path of ['/nowhere/page.html', '/public-right/page.html']) {
    for (const client of [new Client(), clients.admin]) {
      const answer = await open(client, path);
      assert.ok(!answer.text.includes(SECRET), path);
    }
  }
  for (const right of ['no-such-right', 'public']) assert.match(log('gate'), new RegExp(`"level":"error".*a guard asks for the right \\\\"${right}\\\\"`));
});

test('the gate cannot be asked from outside, and a guard in a server block without it is closed', async () => {
  for (const path of ['/-auth/signed-in', '/-auth/admin', '/-auth/', '/-auth/signed-in?x=1', '//-auth/signed-in']) {
    const answer = await clients.admin.request('GET', `${origin}${path}`);
    assert.equal(answer.status, 404, path);
    for (const name of answer.headers.keys()) assert.doesNotMatch(name, /^x-kontor-(person|login|name|rights)/);
  }
  for (const client of [new Client(), clients.admin]) {
    const answer = await open(client, '/wiki/page.html', { server: 1 });
    assert.ok(!answer.text.includes(SECRET));
    assert.equal(answer.status, 503);
  }
});

test('a whole server block may be guarded: Kontor\'s own pages stay open for signing on', async () => {
  const nobody = new Client();
  for (const path of ['/login', '/static-nothing', '/accessibility']) {
    const answer = await open(nobody, path, { server: 2 });
    assert.ok(!answer.text.includes(SECRET), path);
  }
  assert.equal((await open(nobody, '/login', { server: 2 })).status, 200);
  assert.equal((await open(nobody, '/accessibility', { server: 2 })).status, 200);
  assert.equal((await open(nobody, '/wiki/page.html', { server: 2 })).status, 303);
  assert.equal((await open(clients[people.anna], '/wiki/page.html', { server: 2 })).status, 403);
  assert.equal((await open(clients.compliance, '/wiki/page.html', { server: 2 })).text, SECRET);
});

test('a gate or a database that is away closes, whatever the site does with errors', async () => {
  const closed = async (what) => {
    for (const client of [new Client(), clients.admin]) {
      for (const [path, server] of [['/wiki/page.html', 0], ['/staff-files/page.html', 0], ['/echo/http', 0], ['/echo/fastcgi', 0], ['/wiki/page.html', 2]]) {
        const answer = await open(client, path, { server });
        stays(answer, `${what} ${path}`);
        assert.ok(answer.status === 503 || answer.status === 303, `${what} ${path}: ${answer.status}`);
      }
    }
    assert.equal((await open(clients.admin, '/wiki/page.html')).status, 503, what);
  };
  await hold('gate');
  try {
    await closed('gate away');
  } finally {
    await release('gate');
  }
  await until(async () => (await open(clients.admin, '/wiki/page.html')).status === 200, { what: 'the gate' });
  await hold('mariadb');
  try {
    await closed('database away');
  } finally {
    await release('mariadb');
  }
  await until(async () => (await open(clients.admin, '/wiki/page.html')).status === 200, { seconds: 30, what: 'the database' });
});

test('sign-ons that wait for a directory that hangs do not keep guarded pages waiting', async () => {
  const tries = [];
  const forget = () => sql('DELETE FROM login_throttle; DELETE FROM circuit_breaker');
  forget();
  const slapd = pidOf('slapd');
  const waiting = await Promise.all(Array.from({ length: 8 }, async () => {
    const client = new Client();
    return [client, await client.get('login')];
  }));
  // True when no process of the login program answers even its own page.
  const busy = () => Promise.race([new Client().get('login').then(() => false), new Promise((resolve) => { setTimeout(resolve, 300, true); })]);
  process.kill(slapd, 'SIGSTOP');
  try {
    let isBusy = false;
    for (const [client, page] of waiting) {
      if (isBusy) break;
      tries.push(client.submit(page, { login: people.anna, password }, `${prefix}login`));
      isBusy = await busy();
    }
    assert.ok(isBusy, 'the login program is busy');
    const began = Date.now();
    const pages = await Promise.all(Array.from({ length: 50 }, () => open(clients.admin, '/wiki/page.html')));
    assert.ok(pages.every(({ status }) => status === 200));
    assert.ok(Date.now() - began < 1000, `50 guarded pages took ${Date.now() - began} ms`);
  } finally {
    process.kill(slapd, 'SIGCONT');
    await Promise.all(tries);
    forget();
  }
});

test('the gate costs one statement', () => {
  const lines = log('gate').split('\n').filter((line) => line.includes('/-auth/{right} 204'));
  assert.ok(lines.length > 20);
  for (const line of lines) assert.match(line, /statements=1\+0/);
  assert.ok(!readFileSync(join(run, 'log/gate.log'), 'utf8').includes(people.anna), 'no names in the log');
});
