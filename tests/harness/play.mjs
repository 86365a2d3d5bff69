// Plays: how one request of a type goes from the start page to its end, as data (tests/play/<type>/*.json). What
// the pages must show - phases, steps, departments, in both languages - comes from the definition itself.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { quote } from './people.mjs';
import { kontorctl, root, sql, sqlValue } from './stack.mjs';
import { day } from './story.mjs';

// ---- definitions -----------------------------------------------------------------------------------

const UNESCAPE = { '#34': '"', '#38': '&', '#60': '<', '#62': '>', amp: '&', lt: '<', gt: '>', quot: '"' };
const unescape = (text) => text?.replace(/&(#?\w+);/g, (whole, name) => UNESCAPE[name] ?? whole);
const attribute = (tag, name) => unescape(new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1]);
const property = (xml, name) => unescape(new RegExp(`<zeebe:property name="kontor:${name}" value="([^"]*)"`).exec(xml)?.[1]);
const unquote = (line) => JSON.parse(line.slice(line.indexOf('"')));

/** msgid to msgstr; a text may go over several lines. */
function germanOf(folder) {
  const german = new Map();
  for (const entry of readFileSync(join(folder, 'de.po'), 'utf8').split(/\n\s*\n/)) {
    const texts = { msgid: '', msgstr: '' };
    let part;
    for (const line of entry.split('\n')) {
      part = /^(msgid|msgstr)/.exec(line)?.[1] ?? part;
      if (/^(msgid |msgstr |")/.test(line)) texts[part] += unquote(line);
    }
    if (texts.msgid) german.set(texts.msgid, texts.msgstr);
  }
  return german;
}

/** What a play needs to know of a definition: { key, title, action, forms, tasks, ends, german(text) }. */
export function definitionOf(folder) {
  const xml = readFileSync(join(folder, 'process.bpmn'), 'utf8');
  const head = xml.slice(0, xml.indexOf('<bpmn:startEvent'));
  const all = (tag) => [...xml.matchAll(new RegExp(`<bpmn:${tag}((?:\\s[^>]*)?)>([\\s\\S]*?)</bpmn:${tag}>`, 'g'))]
    .map(([, start, body]) => ({ id: attribute(start, 'id'), name: attribute(start, 'name'), body }));
  const german = germanOf(folder);
  return {
    key: basename(folder),
    title: attribute(/<bpmn:process\s[^>]*>/.exec(xml)[0], 'name'),
    action: property(head, 'action'),
    intakePhase: property(head, 'intakePhase'),
    forms: property(head, 'forms').split(',').map((id) => id.trim()),
    tasks: Object.fromEntries(all('userTask').map(({ id, name, body }) => [id, { name, phase: property(body, 'phase'), step: property(body, 'customerStep') }])),
    /** What its drawing says. */
    names: [...new Set([...xml.matchAll(/<bpmn:(?!process|error|message|signal|escalation)\w+\s[^>]*>/g)].map(([tag]) => attribute(tag, 'name')).filter(Boolean))],
    declines: all('endEvent').filter(({ body }) => property(body, 'outcome') === 'declined').map(({ body }) => property(body, 'customerReason')),
    german: (text) => german.get(text) ?? text,
  };
}

/** Folders of all shipped types, and a play's text with its days: "{today}", "{today+30}". */
export const shipped = () => readdirSync(join(root, 'templates/processes'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory()).map(({ name }) => join(root, 'templates/processes', name));
const withDays = (text) => text.replace(/\{today([+-]\d+)?\}/g, (_, offset) => day(Number(offset ?? 0)));
/** The plays of a type: [{ name, ...play }]. `where`: folder with its plays. */
export function playsOf(key, where = join(root, 'tests/play', key)) {
  assert.ok(existsSync(where), `${key} has no play in ${where}`);
  return readdirSync(where).filter((name) => name.endsWith('.json')).sort()
    .map((name) => ({ name: name.slice(0, -5), ...JSON.parse(withDays(readFileSync(join(where, name), 'utf8'))) }));
}

// ---- what is on record -----------------------------------------------------------------------------

const SINCE = 'CURDATE() - INTERVAL 1 YEAR';
/** Put on record what the play's company has: `register` of a play. */
export function furnish(company, register = {}) {
  const insert = (table, columns, rows) => {
    if (rows.length) sql(`INSERT INTO ${table} (company_id, ${columns}, valid_from, recorded_at) VALUES ${rows.map((row) => `(${company.id}, ${row.map(quote).join(', ')}, ${SINCE}, NOW(6))`).join(', ')}`);
  };
  const { memberships = [], entitlements = {}, board = [], clearing = {}, attributes = {} } = register;
  insert('membership', 'exchange_key', memberships.map((exchange) => [exchange]));
  insert('entitlement', 'product_key, market_key, volume, unit', Object.entries(entitlements).map(([key, { volume, unit }]) => [...key.split('@'), volume, unit]));
  insert('board_member', 'name, `function`, birth_date', board.map((member) => [member.name, member.function, member.birthDate]));
  insert('clearing_access', 'house_key, member_name', Object.entries(clearing).map(([house, member]) => [house, member]));
  insert('company_attribute', 'attribute_key, value', Object.entries(attributes));
}

/** Everything that a request could change, in a form that can be compared. Of each thing the row that began last. */
export function recorded(company) {
  const rows = (table, key, ...columns) => Object.fromEntries(sql(`SELECT ${key} AS k, ${[...columns, 'ends_on'].map((column) => `\`${column}\``).join(', ')} FROM ${table} WHERE company_id = ${company.id} ORDER BY valid_from, id`)
    .map(({ k, ...row }) => [k, row]));
  const [{ name, state }] = sql(`SELECT name, state FROM company WHERE id = ${company.id}`);
  return {
    name, state,
    attributes: Object.fromEntries(sql(`SELECT attribute_key AS k, value AS v FROM company_attribute WHERE company_id = ${company.id} ORDER BY valid_from, recorded_at`).map(({ k, v }) => [k, v])),
    memberships: rows('membership', 'exchange_key'),
    entitlements: rows('entitlement', "CONCAT(product_key, '@', market_key)", 'volume', 'unit'),
    board: rows('board_member', 'name', 'function'),
    clearing: rows('clearing_access', 'house_key', 'member_name'),
  };
}
/** `before` with what the play says has changed: parts are merged, { ends_on: ... } into a row that is there. */
export function expected(before, after = {}) {
  const result = structuredClone(before);
  for (const [part, change] of Object.entries(after)) {
    if (typeof change !== 'object') result[part] = change;
    else for (const [key, row] of Object.entries(change)) result[part][key] = typeof row === 'object' ? { ends_on: null, ...result[part][key], ...row } : row;
  }
  return result;
}

// ---- what happens meanwhile ------------------------------------------------------------------------

const ACTS = {
  /** The operator opens, closes an obligation: { reference, kind, text, due }. */
  openObligation: (company, _, { reference, kind = 'payment', en, de }) => kontorctl('obligation', 'open', company.reference, reference, '--kind', kind, '--en', en, '--de', de),
  closeObligation: (company, _, reference) => kontorctl('obligation', 'close', company.reference, reference),
  /** A timer's time has come. */
  timer: (_, reference, event) => sql(`UPDATE job j JOIN request r ON r.id = j.request_id SET j.available_at = NOW(6) WHERE r.reference = ${quote(reference)} AND j.token LIKE ${quote(`%:${event}`)}`),
};
/** Carry out acts of a play: { closeObligation: "INV-1", timer: "Timer_1" }. */
export async function act(company, reference, acts = {}) {
  for (const [name, detail] of Object.entries(acts)) {
    assert.ok(ACTS[name], `a play knows no act "${name}"`);
    await ACTS[name](company, reference, detail);
  }
}

// ---- tickets ---------------------------------------------------------------------------------------

/** Sub-tickets of a request: [{ reference, task, subject, team, state, owner }]. */
export const subTickets = (request) => sql(`SELECT s.reference, SUBSTRING_INDEX(s.activation, '#', 1) AS task, s.subject, s.team_key AS team, s.state, s.owner_id AS owner
  FROM sub_ticket s JOIN ticket t ON t.id = s.ticket_id JOIN request r ON r.id = t.request_id WHERE r.reference = ${quote(request)} ORDER BY s.id`);
/** The open one of an entry of the play's `work`. */
export const openOne = (request, { task, subject }) =>
  subTickets(request).find((one) => one.task === task && (subject === undefined || one.subject === subject) && ['open', 'in_progress'].includes(one.state));
export const teamName = (team) => sql(`SELECT name_en AS en, name_de AS de FROM team WHERE team_key = ${quote(team)}`)[0];
export const incidents = (request) => sql(`SELECT i.kind, i.token, i.reason, i.about FROM incident i JOIN request r ON r.id = i.request_id WHERE r.reference = ${quote(request)} AND i.is_open = 1`);
export const requestOf = (company) => sqlValue(`SELECT reference FROM request WHERE company_id = ${company.id} ORDER BY id DESC LIMIT 1`);
