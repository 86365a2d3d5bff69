// Every role x every page x own and foreign records, by GET, POST, as page and as JSON. What is expected follows from the
// table role x right (`kontorctl rights`) and from the right of each page (`kontorctl routes`): there is no second list.
//
//   no session                 303 to the sign-in page, as JSON 401
//   right missing              403, whatever the address names
//   right there, record own    the page: 200, 303, 409 or 422; 404 where the page does not exist in the record's state, but not
//                              in every state
//   record foreign             404, or what matrix_parameters.mjs says
//   refused                    no row of any table has changed
//
// A new page needs no entry, a new parameter one in matrix_parameters.mjs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { forms as formsOf, links as linksOf } from '../harness/html.mjs';
import * as stack from '../harness/stack.mjs';
import { quiet, waitForState } from '../harness/story.mjs';
import { pdf } from './journey.mjs';
import { READ_MARKS, ask, assertSame, changed, checksums, clear, each, keep, newActors, newWorld, routes, send, table } from './matrix.mjs';
import { CROSSROADS, FIELDS, PARAMETERS, PORTAL, sample } from './matrix_parameters.mjs';

let world;
let actors;
before(async () => {
  world = await newWorld();
  await waitForState(world.companies.completed.request, 'completed');
  await quiet();
  actors = newActors(world);
  // Both write rows of their own accord.
  for (const part of ['worker', 'login-sync']) await stack.hold(part);
});
after(async () => {
  for (const part of ['worker', 'login-sync']) await stack.release(part);
  await clear(world);
});

const none = (wrong, total) => assert.ok(wrong.length === 0, `${wrong.length}${total ? ` of ${total} answers` : ''}:\n${wrong.sort().join('\n')}`);
const nameOf = (route) => `${route.method} ${route.path}`;
const JSON_TYPE = 'application/json';
const DONE = [200, 303, 409, 422];

/** Rights of an actor on a page: in the support view those of the company in its programs, of the staff elsewhere. */
function rightsOn(actor, route) {
  if (actor.side !== 'support') return actor.rights;
  return PORTAL.includes(route.program) ? actor.rights : actor.staffRights;
}
const staffRights = new Set(Object.values(table).filter((row) => row.staff).flatMap((row) => row.rights).filter((right) => right !== 'signed-in'));
const has = (actor, route) => route.right === 'public' ||
  (rightsOn(actor, route).has(route.right) && (CROSSROADS[route.path]?.(actor, rightsOn(actor, route)) ?? true));

/** The parameters of a page for an actor: [[{ value, state }...]...], one list each; `how` is own or foreign. */
function lookUp(route, actor) {
  const found = [];
  for (const { index, 0: mark } of route.path.matchAll(/\{\w+\}/g)) {
    const key = route.path.slice(0, index + mark.length);
    const rule = PARAMETERS[nameOf(route)] ?? PARAMETERS[key];
    assert.ok(rule, `No entry for ${key} (${nameOf(route)}) in PARAMETERS of tests/integration/matrix_parameters.mjs: ` +
      'add what stands there for each actor, own records and foreign ones.');
    found.push({ mark, ...rule(actor, world) });
  }
  return found;
}
/** Every address of a page for an actor: [{ path, session, foreign, status }]. */
function addresses(route, actor) {
  const parts = lookUp(route, actor);
  const starts = [{ path: route.path, state: undefined, foreign: false, status: 404 }];
  const take = (base, mark, entry, more) => {
    const { value, state } = typeof entry === 'object' ? entry : { value: entry };
    return { ...base, path: base.path.replace(mark, encodeURIComponent(value)), state: state ?? base.state, ...more };
  };
  const list = parts.reduce((bases, { mark, own, foreign, denied = 404, may }) => bases.flatMap((base) => [
    ...own.map((entry) => take(base, mark, entry, may && !may.some((right) => actor.rights.has(right)) ? { foreign: true, status: 404 } : {})),
    // What is foreign in one place need not be combined with what is foreign in another.
    ...(base.foreign ? [] : foreign.map((entry) => take(base, mark, entry, { foreign: true, status: denied }))),
  ]), starts);
  return list.map((one) => ({ ...one, session: actor.at.staff ?? actor.at[one.state ?? 'empty'] }));
}
/** Without the right one address of each kind is enough: the answer is given before anybody looks at the record. */
const few = (list) => [list.find((one) => !one.foreign), list.find((one) => one.foreign)].filter(Boolean);

/** Status that must come, or null: one of DONE. */
function refusal(actor, route, address, accept) {
  if (route.right === 'public') return null;
  if (actor.side === null) return accept === JSON_TYPE ? 401 : 303;
  if (!has(actor, route)) return 403;
  if (actor.side === 'support' && route.method === 'POST' && PORTAL.includes(route.program)) return 403;
  return address.foreign ? address.status : null;
}
const pages = (method) => routes.filter((route) => route.method === method);

test('the table and the pages are all there, every parameter is known', () => {
  assert.ok(routes.length >= 44 && Object.keys(table).length === 11, `${routes.length} pages, ${Object.keys(table)}`);
  for (const route of routes) for (const actor of actors) lookUp(route, actor);
  for (const { right } of routes) {
    assert.ok(['public', 'signed-in'].includes(right) || Object.values(table).some((row) => row.rights.includes(right)), `${right} is a right that no role has`);
  }
});

const pathOf = (action, page) => new URL(action || page, stack.url(page.slice(1))).pathname.slice(stack.prefix.length - 1);
const patterns = routes.map((route) => ({ route, pattern: new RegExp(`^${route.path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')}$`) }));
const routeOf = (method, path) => patterns.find((one) => one.route.method === method && one.pattern.test(path))?.route;
/** Links and forms of a page that lead where the actor has no right: what one may not do is not offered. */
function vain(actor, page, answer, forms) {
  const targets = [...linksOf(answer.text).map(({ href }) => ['GET', href]), ...forms.map(({ action }) => ['POST', action])];
  const found = new Set();
  for (const [method, target] of targets) {
    if (!target || /^(mailto:|#|https?:)/.test(target)) continue;
    const path = pathOf(target, page);
    const route = routeOf(method, path);
    // The site's name leads to one's own start, wherever that is.
    if (!route || CROSSROADS[route.path]) continue;
    if (!(has(actor, route) || (actor.staffRights?.has(route.right)))) found.add(`${method} ${path}`);
  }
  return [...found];
}

/** Forms that pages showed: "actor path" to the fields of the form. */
const shown = new Map();

test('GET: who has the right sees the page, nobody else does, and no row changes', async () => {
  const before = checksums(READ_MARKS);
  const wrong = [];
  const seen = new Map();
  const jobs = [];
  for (const route of pages('GET')) {
    for (const actor of actors) {
      const list = addresses(route, actor);
      for (const address of has(actor, route) ? list : few(list)) {
        for (const accept of ['text/html', JSON_TYPE]) jobs.push({ route, actor, address, accept });
      }
    }
  }
  // Public pages are nobody's: what they do with a session is for their own tests.
  await each(jobs.filter(({ route, actor }) => route.right !== 'public' || actor.side === null), async ({ route, actor, address, accept }) => {
    const answer = await ask(address.session, 'GET', address.path, { accept });
    const want = refusal(actor, route, address, accept);
    const label = `${actor.name}: GET ${address.path} (${route.path}${address.foreign ? ', foreign' : ''}, ${accept}): ${answer.status}`;
    if (want !== null) {
      if (answer.status !== want) wrong.push(`${label}, not ${want}`);
      else if (want === 303 && !/\/login(\?|$)/.test(answer.location)) wrong.push(`${label} to ${answer.location}`);
      else if (accept === JSON_TYPE && !answer.type.startsWith('application/problem+json')) wrong.push(`${label} as ${answer.type}`);
    } else {
      if (route.right === 'public' ? answer.status >= 500 : ![...DONE, 404].includes(answer.status)) wrong.push(label);
      if (DONE.includes(answer.status)) seen.set(`${nameOf(route)} ${actor.name}`, true);
      if (accept === JSON_TYPE && answer.status === 200 && !route.path.startsWith('/documents/')) {
        if (!answer.type.startsWith(JSON_TYPE) || !/Accept/.test(answer.vary)) wrong.push(`${label} as ${answer.type}, Vary: ${answer.vary}`);
        // The subject of a sub-ticket is what it is about, that of an identity is nobody's business.
        const found = /.{20}<(p|a|span|div)\b|"(csrf|password|\w*sha256|subject)":/.exec(answer.text.replaceAll(/"work":\[[^\]]*\]/g, ''));
        if (found) wrong.push(`${label} with ${found[0]}`);
      }
      if (answer.status === 200 && answer.type.startsWith('text/html')) {
        const forms = formsOf(answer.text).filter(({ method }) => method === 'post');
        for (const form of forms) {
          const path = pathOf(form.action, address.path);
          shown.set(`${actor.name} ${path}`, form.fields);
          shown.set(`${actor.name} ${routeOf('POST', path)?.path}`, form.fields);
        }
        for (const target of vain(actor, address.path, answer, forms)) wrong.push(`${label} offers ${target}`);
        if (address.session && !forms.some(({ action }) => action === `${stack.prefix}logout`)) wrong.push(`${label}: nothing to sign out with`);
      }
    }
  });
  for (const route of pages('GET').filter(({ right }) => right !== 'public')) {
    for (const actor of actors.filter((one) => has(one, route) && lookUp(route, one).every(({ may }) => !may || may.some((right) => one.rights.has(right))))) {
      if (!seen.has(`${nameOf(route)} ${actor.name}`)) wrong.push(`${actor.name} has ${route.right} and never sees ${route.path}`);
    }
  }
  none(wrong, jobs.length);
  assertSame(before, READ_MARKS, 'GET');
});

/** Fields for a POST: as the page that this actor saw shows them, and what is still missing by type. */
function fieldsFor(route, actor, address) {
  const form = shown.get(`${actor.name} ${address.path}`) ?? shown.get(`${actor.name} ${route.path}`) ?? {};
  const fields = Object.fromEntries(Object.entries(form).filter(([name, value]) => name !== 'csrf' && value !== ''));
  for (const field of route.fields) if (field.required && !(field.name in fields)) fields[field.name] = sample(field);
  Object.assign(fields, FIELDS[route.path]);
  if (route.path === '/documents/{reference}/{slot}') Object.assign(fields, { kind: 'register-extract', issued_on: sample({ type: 'day' }).replace(/^\d{4}/, '2020'), file: pdf() });
  return fields;
}
const posts = () => pages('POST').filter((route) => route.right !== 'public');

test('POST: without the right, on foreign records and without a session nothing changes', async () => {
  const wrong = [];
  let total = 0;
  for (const actor of actors) {
    const jobs = [];
    for (const route of posts()) {
      const list = addresses(route, actor);
      for (const address of has(actor, route) ? list : few(list)) {
        for (const json of [false, true]) {
          const accept = json ? JSON_TYPE : 'text/html';
          const want = refusal(actor, route, address, accept);
          if (want !== null && !(json && route.stream)) jobs.push({ route, address, json, accept, want });
        }
      }
    }
    const walk = async ({ route, address, json, accept, want }) => {
      const answer = await send(address.session, address.path, fieldsFor(route, actor, address), { accept, json, multipart: route.stream });
      const label = `${actor.name}: POST ${address.path} (${route.path}${address.foreign ? ', foreign' : ''}${json ? ', JSON' : ''}): ${answer.status}`;
      if (answer.status !== want) wrong.push(`${label}, not ${want}`);
      else if (want === 303 && actor.side === null && !/\/login(\?|$)/.test(answer.location)) wrong.push(`${label} to ${answer.location}`);
    };
    total += jobs.length;
    // That staff looked at a board matter is written also where the document they meant is not there.
    const sums = () => checksums(['access_log']);
    const before = sums();
    await each(jobs, walk);
    if (changed(before, sums()).length > 0) {
      // Once more, one by one, to say which.
      for (const job of jobs) {
        const one = sums();
        await walk(job);
        const tables = changed(one, sums());
        if (tables.length > 0) wrong.push(`${actor.name}: POST ${job.address.path} was refused and changed ${tables}`);
      }
      wrong.push(`${actor.name}: refused POSTs changed ${changed(before, sums())}`);
    }
  }
  none(wrong, total);
});

// ---- what is allowed -------------------------------------------------------------------------------------

/** A form with a file has at most 100 parts. */
const PARTS = 80;
const columns = () => [...new Set(stack.sql("SELECT DISTINCT column_name AS name FROM information_schema.columns WHERE table_schema = 'kontor'").map(({ name }) => name))];
/** Every column of the database as a field, with what an attacker would like to have there. */
function forbidden(own) {
  const wishes = new Map([['state', 'completed'], ['role', 'coordinator'], ['visibility', 'company'], ['language', 'xx']]);
  const wish = (name) => (/_id$|^id$/.test(name) ? String(world.companies.empty.id) : wishes.get(name) ?? '1');
  const names = ['rights', 'is_admin', '__proto__', 'constructor', '_method', 'login[]', 'company', ...columns()];
  return names.filter((name) => !own.has(name)).map((name) => [name, wish(name)]);
}
/** Effects without what differs from one run to the next: times, random references and keys. Ids do not. */
const plain = (effects) => effects.map((line) => line
  .replace(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?/g, 'TIME').replace(/\b1[78]\d{14}\b/g, 'TIME').replace(/[A-Z]-[0-9A-Z]{4}-[0-9A-Z]{4}(-\d+)?/g, 'REFERENCE')
  .replace(/"(creation_key|form_key|unique_key|\w*sha256|\w*token\w*|trace_id|secret)": "(\\.|[^"\\])*"/g, '"$1": #').replace(/[0-9a-f]{32,}/g, 'HEX').replace(/[\w-]{43}/g, 'TOKEN')).sort();

/** Who does what may be done; of what everybody may do two of them, one of a company and one of the staff. */
function doers(route) {
  const able = actors.filter((one) => one.side !== 'support' && has(one, route));
  return route.right === 'signed-in' ? ['company', 'staff'].map((side) => able.find((one) => one.side === side)).filter(Boolean) : able;
}
/** The first of an actor's own records on which the POST is done, or at least understood. */
async function firstGood(route, actor, own, state, wrong) {
  let good;
  for (const [index, address] of own.entries()) {
    const fields = fieldsFor(route, actor, address);
    const answer = await send(address.session, address.path, fields, { multipart: route.stream });
    const effects = state.undo({ effects: true });
    if (![...DONE, 404].includes(answer.status)) wrong.push(`${actor.name}: POST ${address.path}: ${answer.status}`);
    if (DONE.includes(answer.status) && (good === undefined || answer.status === 303)) good = { index, address, fields, status: answer.status, effects };
    if (answer.status === 303) break;
  }
  if (good === undefined) wrong.push(`${actor.name} has ${route.right}, and POST ${route.path} is never anything but 403 or 404`);
  return good;
}
/** The same form with fields that it does not have: the same answer and the same rows. */
async function withOthers(route, good, state, wrong) {
  const others = forbidden(new Set([...Object.keys(good.fields), ...route.fields.map(({ name }) => name), 'csrf']));
  const more = Object.fromEntries([...others.slice(0, route.stream ? PARTS : undefined), ...Object.entries(good.fields)]);
  for (const json of route.stream ? [false] : [false, true]) {
    const answer = await send(good.address.session, good.address.path, more, { json, accept: json ? JSON_TYPE : 'text/html', multipart: route.stream });
    const effects = state.undo({ effects: true });
    const label = `${nameOf(route)} with fields that it does not have${json ? ' (JSON)' : ''}`;
    if (answer.status !== good.status) wrong.push(`${label}: ${answer.status}, without ${good.status}`);
    else try { assert.deepEqual(plain(effects), plain(good.effects)); } catch (error) { wrong.push(`${label}: ${error.message}`); }
  }
}

test('POST with the right on own records is done; fields that the form does not have change nothing', async (t) => {
  const wrong = [];
  const never = [];
  const state = keep();
  try {
    for (const route of posts()) {
      let good;
      for (const actor of doers(route)) {
        const own = addresses(route, actor).filter((address) => !address.foreign);
        if (good === undefined) {
          good = await firstGood(route, actor, own, state, wrong);
          if (good !== undefined) await withOthers(route, good, state, wrong);
          if (good !== undefined && good.status !== 303) never.push(`${nameOf(route)}: ${good.status}`);
          continue;
        }
        const address = own[good.index];
        const answer = await send(address.session, address.path, fieldsFor(route, actor, address), { multipart: route.stream });
        state.undo();
        if (!DONE.includes(answer.status)) wrong.push(`${actor.name} has ${route.right}, and POST ${address.path} (${route.path}) is ${answer.status}`);
      }
    }
  } finally {
    state.undo();
    state.drop();
  }
  none(wrong);
  // Forms that need more than their page shows; their own tests fill them.
  t.diagnostic(`understood, and not done with what the page shows: ${never.join(', ')}`);
  assert.ok(never.length <= posts().length / 4, `too many are never done: ${never.join(', ')}`);
});

test('the auditor reads what staff read and changes nothing', () => {
  const auditor = new Set(table.auditor.rights);
  const staff = (route) => staffRights.has(route.right);
  // A page that is nothing but the form of a change has the right of the change.
  const forms = new Set(routes.filter(({ method }) => method === 'POST').map(({ path }) => path));
  for (const route of routes.filter(staff)) {
    if (route.method === 'POST') assert.ok(!auditor.has(route.right), nameOf(route));
    else if (!forms.has(route.path)) assert.ok(auditor.has(route.right), `${nameOf(route)} wants ${route.right}`);
  }
});

test('a page that wants a fresh proof of who is there sends an old session to step-up, and changes nothing', async () => {
  const wrong = [];
  const jobs = [];
  for (const route of routes.filter((one) => one.step_up)) {
    for (const actor of actors.filter((one) => one.side !== 'support' && has(one, route))) {
      const [address] = addresses(route, actor).filter((one) => !one.foreign);
      for (const accept of ['text/html', JSON_TYPE]) jobs.push({ route, actor, address, accept });
    }
  }
  const sessions = [...new Set(jobs.map(({ address }) => address.session.where))];
  const age = (minutes) => sessions.length > 0 && stack.sql(`UPDATE session SET confirmed_at = UTC_TIMESTAMP(6) - INTERVAL ${minutes} MINUTE, created_at = UTC_TIMESTAMP(6) - INTERVAL ${minutes} MINUTE WHERE ${sessions.join(' OR ')}`);
  age(61);
  const before = checksums(['parked_post']);
  await each(jobs, async ({ route, actor, address, accept }) => {
    const fields = fieldsFor(route, actor, address);
    const answer = route.method === 'GET' ? await ask(address.session, 'GET', address.path, { accept }) : await send(address.session, address.path, fields, { accept, multipart: route.stream });
    const good = accept === JSON_TYPE ? answer.status === 403 || answer.status === 401 : answer.status === 303 && /\/login\/step-up/.test(answer.location);
    if (!good) wrong.push(`${actor.name}: ${nameOf(route)} (${accept}): ${answer.status} ${answer.location}`);
  });
  assertSame(before, ['parked_post'], 'a session without fresh proof');
  age(0);
  none(wrong);
});
