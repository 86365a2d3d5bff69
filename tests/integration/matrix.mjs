// What the matrix walks: people of every role with sessions, records of their own and of others, and a state of the
// database that can be brought back. People and sessions are rows: no directory is asked.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { origin, port, prefix, run, sql, sqlValue } from '../harness/stack.mjs';
import { Journey, companies, leave, sessionOf } from './journey.mjs';

const tool = (...args) => execFileSync(join(run, 'usr/bin/kontorctl'), args, { encoding: 'utf8', maxBuffer: 1 << 26 });
/** Every page of every program: { program, method, path, right, level, step_up, stream, raw_fields, fields }. */
export const routes = JSON.parse(tool('routes', '--json', '--bin', join(run, 'usr/libexec/kontor')));
/** The table: role to { staff, rights, rights_for_one_market }. */
export const table = JSON.parse(tool('rights', '--json'));

// ---- sessions ---------------------------------------------------------------------------------------

const cookieName = `__Host-kontor-${port}`;
let count = 0;

/** A live session of a person: what signing in would have made. */
function openSession(personId, more = {}) {
  const token = randomBytes(32).toString('base64url');
  const hash = createHash('sha256').update(token).digest('hex');
  const extra = Object.entries(more);
  sql(`INSERT INTO session (token_sha256, person_id, created_at, confirmed_at, last_seen_at, expires_at${extra.map(([name]) => `, ${name}`).join('')})
       VALUES (UNHEX('${hash}'), ${personId}, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 1 HOUR${extra.map(([, value]) => `, ${value}`).join('')})`);
  return { id: sqlValue(`SELECT id FROM session WHERE token_sha256 = UNHEX('${hash}')`), token, csrf: createHmac('sha256', token).update('csrf').digest('base64url'), where: `token_sha256 = UNHEX('${hash}')` };
}

function newPerson({ companyId = null, name }) {
  const login = `matrix-${name}-${process.pid}-${++count}`;
  sql(`INSERT INTO person (login, display_name, email, company_id, is_staff, created_at)
       VALUES ('${login}', 'Matrix ${name}', '${login}@example.org', ${companyId ?? 'NULL'}, ${companyId ? 0 : 1}, UTC_TIMESTAMP(6));
       INSERT INTO identity (person_id, issuer, login_key, created_at) VALUES (LAST_INSERT_ID(), 'ldap:main', '${login}', UTC_TIMESTAMP(6))`);
  return Number(sqlValue(`SELECT id FROM person WHERE login = '${login}'`));
}

// ---- the records ------------------------------------------------------------------------------------

/** One company for each state of its request, and one (`empty`) that has none: the foreigner. */
export async function newWorld() {
  const states = ['draft', 'submitted', 'released', 'completed', 'board'];
  const clients = companies(states.length + 1, 'mx');
  const [intake, compliance, it] = ['service', 'compliance', 'it'].map((team) => sessionOf(staffOf(team)));
  const world = { companies: {}, journeys: [], otherSession: sqlValue('SELECT MAX(id) FROM session'), staffPerson: newPerson({ name: 'looked-at' }) };
  for (const [i, client] of clients.entries()) {
    const state = states[i] ?? 'empty';
    const person = sql(`SELECT id, company_id FROM person WHERE login = '${client.login_}'`)[0];
    const place = { state, id: Number(person.company_id), person: Number(person.id), reference: sqlValue(`SELECT reference FROM company WHERE id = ${person.company_id}`) };
    world.companies[state] = place;
    if (state === 'empty') continue;
    const journey = await new Journey(client).draft();
    await (await journey.upload()).done();
    if (state !== 'draft') await (await journey.submit()).done();
    if (['released', 'completed'].includes(state)) {
      await (await journey.accept(intake)).done();
      await (await journey.release(intake)).done();
      place.ticket = journey.ticket;
      place.sub = { compliance: journey.subTicket('compliance'), it: journey.subTicket('it') };
    }
    if (state === 'completed') {
      for (const [team, member] of [['compliance', compliance], ['it', it]]) {
        await (await journey.take(member, team)).done();
        await (await journey.complete(member, team)).done();
      }
    }
    if (state === 'board') sql(`UPDATE request SET visibility = 'board' WHERE id = ${journey.id}`);
    place.request = journey.reference;
    world.journeys.push(journey);
    place.document = sqlValue(`SELECT d.public_id FROM document d JOIN document_slot s ON s.id = d.slot_id WHERE s.request_id = ${journey.id} LIMIT 1`);
  }
  return world;
}
/** Nothing of ours stays with intake. */
export function clear(world) {
  sql(`UPDATE request SET visibility = 'company' WHERE id IN (${world.journeys.map(({ id }) => id)})`);
  return leave(world.journeys);
}
/** Somebody of the staff in a team, with the roles for intake and for work. */
function staffOf(team) {
  const id = newPerson({ name: team });
  sql(`INSERT INTO staff_role (person_id, role) VALUES (${id}, 'intake'), (${id}, 'member');
       INSERT INTO team_member (person_id, team_key) VALUES (${id}, '${team}')`);
  return sqlValue(`SELECT login FROM person WHERE id = ${id}`);
}

// ---- the people who walk ----------------------------------------------------------------------------

const TEAM = 'compliance';

/**
 * Everybody who walks: { name, role, side ('company', 'staff', null for nobody), rights (as the table says), at: state of the
 * own company to { session, person } }. Staff have one entry, `staff`.
 */
export function newActors(world) {
  const actors = [{ name: 'nobody', role: null, side: null, rights: new Set(), at: {} }];
  const company = (name, rights, grant) => {
    const actor = { name, side: 'company', rights: new Set(rights), at: {} };
    for (const place of Object.values(world.companies)) {
      const person = newPerson({ companyId: place.id, name: name.replaceAll(' ', '-') });
      if (grant) sql(`INSERT INTO company_role (company_id, person_id, role, market_key, given_at) VALUES (${place.id}, ${person}, '${grant.role}', '${grant.market ?? ''}', UTC_TIMESTAMP(6))`);
      actor.at[place.state] = { ...openSession(person), person, second: openSession(person).id };
    }
    actors.push(actor);
  };
  const staff = (name, rights, role) => {
    const person = newPerson({ name: name.replaceAll(' ', '-') });
    if (role) sql(`INSERT INTO staff_role (person_id, role) VALUES (${person}, '${role}')`);
    if (['member', 'lead'].includes(role)) sql(`INSERT INTO team_member (person_id, team_key) VALUES (${person}, '${TEAM}')`);
    actors.push({ name, side: 'staff', rights: new Set(rights), at: { staff: { ...openSession(person), person, second: openSession(person).id } } });
  };
  for (const [role, row] of Object.entries(table)) {
    if (row.staff) staff(role, row.rights, role);
    else {
      company(role, row.rights, { role });
      if (role === 'applicant') company('applicant for one market', row.rights_for_one_market, { role, market: 'power-de' });
    }
  }
  company('person without role', ['signed-in'], null);
  staff('staff without role', ['signed-in'], null);
  actors.push(supporter(world));
  return actors;
}

/** Staff who look at a company's portal: one session for each company looked at. */
function supporter(world) {
  const role = Object.keys(table).find((key) => table[key].staff && table[key].rights.includes('support-view'));
  const actor = { name: 'support view', side: 'support', rights: new Set(['signed-in', 'request-read']), staffRights: new Set(table[role].rights), at: {} };
  for (const place of Object.values(world.companies)) {
    const person = newPerson({ name: 'support' });
    sql(`INSERT INTO staff_role (person_id, role) VALUES (${person}, '${role}');
         INSERT INTO support_visit (company_id, person_id, reason, started_at, until_at) VALUES (${place.id}, ${person}, 'matrix', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 30 MINUTE)`);
    const visit = sqlValue(`SELECT MAX(id) FROM support_visit WHERE person_id = ${person}`);
    actor.at[place.state] = { person, second: openSession(person).id, ...openSession(person, { support_company_id: place.id, support_until: 'UTC_TIMESTAMP(6) + INTERVAL 30 MINUTE', support_visit_id: visit }) };
  }
  return actor;
}

// ---- the way in -------------------------------------------------------------------------------------

/** One request, no redirect followed: { status, location, type, text, csrf }. */
export async function ask(session, method, path, { accept = 'text/html', body, type } = {}) {
  const headers = { 'accept-language': 'en', accept };
  if (session) headers.cookie = `${cookieName}=${session.token}`;
  if (method === 'POST') headers.origin = origin;
  if (type) headers['content-type'] = type;
  const response = await fetch(origin + prefix + path.slice(1), { method, headers, body, redirect: 'manual' });
  return { status: response.status, location: response.headers.get('location') ?? '', type: response.headers.get('content-type') ?? '', vary: response.headers.get('vary') ?? '', text: await response.text() };
}
/** Send fields as a form, as JSON, or as a page with a file does. */
export function send(session, path, fields, { accept = 'text/html', json = false, multipart = false } = {}) {
  const all = { csrf: session?.csrf ?? 'none', ...fields };
  if (multipart) {
    const body = new FormData();
    for (const [name, value] of Object.entries(all)) {
      if (Buffer.isBuffer(value)) body.append(name, new Blob([value], { type: 'application/pdf' }), 'Nachweis.pdf');
      else body.append(name, value);
    }
    return ask(session, 'POST', path, { accept, body });
  }
  if (json) return ask(session, 'POST', path, { accept, body: JSON.stringify(all), type: 'application/json' });
  return ask(session, 'POST', path, { accept, body: new URLSearchParams(all).toString(), type: 'application/x-www-form-urlencoded' });
}

/** Run `work` on every item, a few at a time. */
export async function each(items, work, width = 6) {
  const queue = [...items];
  await Promise.all(Array.from({ length: width }, async () => {
    while (queue.length > 0) await work(queue.shift());
  }));
}

// ---- the state of the database ------------------------------------------------------------------------

// What anybody's visit writes. Of sessions see below.
const TRACES = ['audit_event', 'audit_seal', 'session', 'login_throttle', 'circuit_breaker', 'pending_sign_on'];
// What goes on without anybody's visit.
const ALONE = ['directory_sync'];
/** What reading a page may write, too. */
export const READ_MARKS = ['access_log', 'message_read'];

const allTables = () =>
  sql("SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'kontor' AND table_type = 'BASE TABLE'").map(({ name }) => name);
// What a session may not lose or gain by a request that was refused.
const SESSIONS = `SELECT COALESCE(SUM(CRC32(CONCAT_WS('|', id, person_id, expires_at, ended_at, renew, confirmed_at, second_factor, support_company_id, support_until))), 0) FROM session`;

/** Name of each table that differs from `before`. */
export const changed = (before, now) => Object.keys(now).filter((name) => now[name] !== before[name]);
/** A checksum of each table but `without`. */
export function checksums(without = []) {
  const tables = allTables().filter((name) => ![...TRACES, ...ALONE, ...without].includes(name));
  const rows = sql(`CHECKSUM TABLE ${tables.join(', ')}`);
  return { ...Object.fromEntries(rows.map(({ Table, Checksum }) => [Table.replace('kontor.', ''), Checksum])), session: sqlValue(SESSIONS) };
}

const COPY = 'kontor_matrix';
/** Remember everything: { undo, drop }. */
export function keep() {
  const tables = allTables().filter((name) => !ALONE.includes(name));
  // Nobody pulls the plug here.
  sql(`SET GLOBAL innodb_flush_log_at_trx_commit = 0; DROP DATABASE IF EXISTS ${COPY}; CREATE DATABASE ${COPY} CHARACTER SET utf8mb4;
    ${tables.map((name) => `CREATE TABLE ${COPY}.${name} SELECT * FROM ${name};`).join('\n')}`);
  // The next id of each table follows its last one, also after undo().
  const next = (names) => names.map((name) => `ALTER TABLE ${name} AUTO_INCREMENT = 1;`).join('\n');
  sql(next(tables));
  const sums = () => Object.fromEntries(sql(`CHECKSUM TABLE ${tables.join(', ')}`).map(({ Table, Checksum }) => [Table.replace('kontor.', ''), Checksum]));
  const before = sums();
  // Counters of the server: as long as they stand still nobody has written, and no table need be read.
  const writes = () => sqlValue("SELECT GROUP_CONCAT(variable_value ORDER BY variable_name) FROM information_schema.global_status WHERE variable_name IN ('HANDLER_WRITE', 'HANDLER_UPDATE', 'HANDLER_DELETE')");
  let seen = writes();
  const columns = {};
  for (const { t, c } of sql("SELECT table_name AS t, column_name AS c FROM information_schema.columns WHERE table_schema = 'kontor' ORDER BY table_name, ordinal_position")) (columns[t] ??= []).push(c);
  /** A row as one JSON text, bytes as they print. */
  const row = (name) => `JSON_OBJECT(${columns[name].map((column) => `'${column}', IF(${column} IS NULL, NULL, CONVERT(${column} USING utf8mb4))`).join(', ')})`;
  return {
    /**
     * Bring everything back, the next ids too. With `effects` it answers the rows that were not as they are kept:
     * "+table {...}" and "-table {...}", in order.
     */
    undo({ effects = false } = {}) {
      const found = [];
      if (writes() === seen) return found;
      const names = changed(before, sums());
      const told = effects ? names.filter((one) => !TRACES.includes(one)) : [];
      if (told.length > 0) {
        const rows = (mark, name, one, other) => `SELECT '${mark}${name}' AS '#', ${row(name)} AS it FROM (SELECT * FROM ${one}${name} EXCEPT SELECT * FROM ${other}${name}) x`;
        const all = told.flatMap((name) => [rows('+', name, '', `${COPY}.`), rows('-', name, `${COPY}.`, '')]);
        found.push(...sql(all.join(' UNION ALL ')).map((line) => `${line['#']} ${line.it}`));
      }
      if (names.length > 0) {
        sql(`SET foreign_key_checks = 0; START TRANSACTION;
          ${names.map((name) => `DELETE FROM ${name}; INSERT INTO ${name} SELECT * FROM ${COPY}.${name};`).join('\n')} COMMIT;
          ${next(names)}`);
      }
      seen = writes();
      return found.sort();
    },
    drop() { sql(`SET GLOBAL innodb_flush_log_at_trx_commit = 1; DROP DATABASE ${COPY}`); },
  };
}
export const assertSame = (before, without, what) => assert.deepEqual(changed(before, checksums(without)), [], `tables that ${what} changed`);
