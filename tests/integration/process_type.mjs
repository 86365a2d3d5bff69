// Request types of tests, made of a few lines: a process as harness/bpmn.mjs writes it, one form, German texts. And the way
// of a request of such a type: released, worked on, finished.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signedIn } from '../harness/client.mjs';
import { processOf, textOf, userTask, xml } from '../harness/bpmn.mjs';
import { newCompany, newPeople, quote } from '../harness/people.mjs';
import { kontorctl, prefix, sql, sqlValue, until } from '../harness/stack.mjs';
import * as story from '../harness/story.mjs';

// ---- types -----------------------------------------------------------------------------------------

const properties = (values) => xml('zeebe:properties', {},
  ...Object.entries(values).map(([name, value]) => xml('zeebe:property', { name: `kontor:${name}`, value })));

/** A step of a department: person('it', { phase: 'Looking' }) */
export const person = (team, { name, ...more } = {}, options = {}) => userTask({
  ...options,
  attributes: { name: name ?? `Step of ${team}` },
  extensions: [
    xml('zeebe:userTask'), xml('zeebe:assignmentDefinition', { candidateGroups: team }),
    ...(Object.keys(more).length ? [properties(more)] : []),
  ],
});
/** Kontor properties of any other element: { ...task(), ...marked({ phase: 'X' }) } */
export const marked = (values) => ({ extensions: [properties(values)] });

const FIELDS = [
  { type: 'textfield', id: 'Field_word', key: 'word', label: 'Word', validate: { required: true, maxLength: 100 } },
  { type: 'number', id: 'Field_number', key: 'number', label: 'Number', validate: { min: 0, max: 100 } },
];

const folders = [];
/**
 * Publish the type: `nodes` and `flows` of its process, further processes of the file, and what else is in its folder. The
 * key is unique in this run, so that tests can run again on the same stack.
 */
export async function publishType(key, nodes, flows, { others = [], files = {} } = {}) {
  const folder = join(mkdtempSync(join(tmpdir(), 'kontor-type-')), key);
  folders.push(join(folder, '..'));
  mkdirSync(folder);
  const text = textOf([
    processOf(`Process_${key.replaceAll('-', '_')}`, nodes, flows, {
      attributes: { name: `Type ${key}` },
      extensions: [properties({ action: 'add', object: key, summary: `Summary of ${key}.`, intakeTeam: 'service', intakePhase: 'Intake', forms: 'words' })],
    }), ...others]);
  const sentences = new Set([`Type ${key}`, `Summary of ${key}.`, 'Intake', 'Words', ...FIELDS.map(({ label }) => label)]);
  for (const [, name] of text.matchAll(/<bpmn:(?:userTask|serviceTask) [^>]*?name="([^"]*)"/g)) sentences.add(name);
  for (const [, value] of text.matchAll(/name="kontor:(?:phase|customerStep|customerReason)" value="([^"]*)"/g)) sentences.add(value);
  const po = ['msgid ""\nmsgstr ""\n"Language: de\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n',
    ...[...sentences].map((one) => `msgid "${one}"\nmsgstr "${one} (de)"\n`)].join('\n');
  const form = { schemaVersion: 17, type: 'default', id: 'words', executionPlatform: 'Camunda Cloud', properties: { title: 'Words' }, components: FIELDS };
  const all = { 'process.bpmn': text, 'words.form': JSON.stringify(form), 'de.po': po, ...files };
  for (const [name, content] of Object.entries(all)) writeFileSync(join(folder, name), content);
  const { stdout } = await kontorctl('publish', folder).catch(({ stderr }) => assert.fail(stderr));
  sql(`UPDATE request_type SET active = TRUE WHERE request_type = ${quote(key)}`);
  assert.match(stdout, new RegExp(key));
  return folder;
}
/** Other tests expect the shipped types alone. */
export function withdrawTypes(...keys) {
  sql(`UPDATE request_type SET active = FALSE WHERE request_type IN (${keys.map(quote).join(',')})`);
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

// ---- requests --------------------------------------------------------------------------------------

const staff = {};
export const member = async (login) => staff[login] ??= await signedIn(login);

/** A request of a new company, released. */
export class Case {
  static async begin(type, { word = 'word', number = '1' } = {}) {
    const people = newPeople(newCompany(), { anna: 'applicant' });
    const one = new Case();
    one.anna = await signedIn(people.anna);
    const overview = await story.fill(one.anna, 'requests/new/add', `${prefix}requests`, { request_type: type });
    one.reference = /R-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(overview.url)[0];
    await story.fill(one.anna, `requests/${one.reference}/answers/words`, 'answers/words', { word, number });
    await story.submit(one.anna, one.reference);
    one.id = sqlValue(`SELECT id FROM request WHERE reference = ${quote(one.reference)}`);
    return one;
  }
  static async released(type, answers) {
    const one = await Case.begin(type, answers);
    await one.release();
    return one;
  }
  async release() {
    await story.release(await member('service'), this.reference);
    this.ticket = story.ticketOf(this.reference);
  }
  get state() { return story.stateOf(this.reference); }
  get phase() { return story.statusOf(this.reference).phase; }
  get departments() { return story.statusOf(this.reference).department_keys; }
  /** Sub-tickets as 'activation team state subject'. */
  get tasks() {
    return sql(`SELECT s.* FROM sub_ticket s JOIN ticket t ON t.id = s.ticket_id WHERE t.reference = ${quote(this.ticket)} ORDER BY s.id`);
  }
  open(element) {
    return this.tasks.filter((one) => one.is_open === '1' && one.activation.startsWith(`${element}#`));
  }
  jobs(kind) {
    return sql(`SELECT * FROM job WHERE request_id = ${this.id} AND kind = ${quote(kind)} ORDER BY id`);
  }
  get incidents() {
    return sql(`SELECT * FROM incident WHERE request_id = ${this.id} AND is_open = 1 ORDER BY id`);
  }
  get subscriptions() {
    return sql(`SELECT * FROM subscription WHERE request_id = ${this.id} ORDER BY id`);
  }
  /** The first open sub-ticket of the element is taken and completed by the lead. */
  async complete(element, changes) {
    const lead = await member('lead');
    const [sub] = this.open(element);
    assert.ok(sub, `${element} is open: ${this.tasks.map(({ activation, state }) => `${activation} ${state}`)}`);
    await story.take(lead, this.ticket, sub.reference);
    await story.complete(lead, sub.reference, changes);
    return sub.reference;
  }
  /** Time passes for it: its timers are due now. */
  due() {
    sql(`UPDATE job SET available_at = UTC_TIMESTAMP(6) WHERE request_id = ${this.id} AND kind = 'timer' AND state = 'queued'`);
  }
  async until(probe, what, seconds = 10) {
    return until(() => probe(this), { seconds, what });
  }
  ended(state = 'completed') {
    return this.until(() => this.state === state, `${this.reference} ${state}`);
  }
}
