// Versions of request types: published together or not at all, with what they change; other versions for new requests;
// running instances that stay on their version, or follow by a plan. The type is a copy of types/berth-permit.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { signedIn } from '../harness/client.mjs';
import { newCompany, newPeople } from '../harness/people.mjs';
import { kontorctl, prefix, root, run as runFolder, sql, sqlValue, until } from '../harness/stack.mjs';
import * as story from '../harness/story.mjs';
import * as fault from './fault.mjs';

const TYPE = 'ferry-slip';
const SOURCE = join(import.meta.dirname, 'types/berth-permit');
const scratch = mkdtempSync(join(tmpdir(), 'kontor-versions-'));
after(() => {
  rmSync(scratch, { recursive: true });
  sql(`UPDATE request_type SET active = FALSE WHERE request_type IN ('${TYPE}', 'pilot-boat', 'ferry-tide')`);
});

let made = 0;
/** A folder of the type; `edits`: { 'process.bpmn': [[from, to], ...] }. What is not found is a slip of the test. */
function folder(edits = {}, key = TYPE) {
  const path = join(scratch, String(++made), key);
  mkdirSync(join(path, '..'), { recursive: true });
  cpSync(SOURCE, path, { recursive: true });
  const object = [['kontor:object" value="berth"', `kontor:object" value="${key}"`]];
  for (const [name, changes] of Object.entries({ ...edits, 'process.bpmn': [...object, ...(edits['process.bpmn'] ?? [])] })) {
    let text = readFileSync(join(path, name), 'utf8');
    for (const [from, to] of changes) {
      assert.ok(text.includes(from), `${name}: ${from}`);
      text = text.replaceAll(from, to);
    }
    writeFileSync(join(path, name), text);
  }
  return path;
}
/** What a command says and how it ends: { code, stdout, stderr }. */
const run = (...args) => kontorctl(...args).then((done) => ({ code: 0, ...done }), ({ code, stdout, stderr }) => ({ code, stdout, stderr }));
const publish = async (...args) => {
  const done = await run('publish', ...args);
  assert.equal(done.code, 0, done.stderr);
  return done.stdout;
};
const plan = (content) => {
  const path = join(scratch, `plan-${++made}.json`);
  writeFileSync(path, JSON.stringify(content));
  return path;
};
const inForce = (type = TYPE) => Number(sqlValue(`SELECT d.version FROM request_type t JOIN process_definition d ON d.id = t.definition_id WHERE t.request_type = '${type}'`));
const versions = (type = TYPE) => Number(sqlValue(`SELECT COUNT(*) FROM process_definition WHERE request_type = '${type}'`));
const versionOf = (reference) => Number(sqlValue(`SELECT d.version FROM request r JOIN process_definition d ON d.id = r.definition_id WHERE r.reference = '${reference}'`));

let staff;
before(async () => {
  staff = Object.fromEntries(await Promise.all(['service', 'clearing', 'credit', 'lead'].map(async (login) => [login, await signedIn(login)])));
});
const customer = async () => signedIn(newPeople(newCompany(), { anna: 'applicant' }).anna);
async function begin(anna, type = TYPE) {
  const overview = await story.fill(anna, 'requests/new/add?lang=en', `${prefix}requests`, { request_type: type });
  return /R-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(overview.url)[0];
}
async function filled(anna, draught = '3', type = TYPE) {
  const reference = await begin(anna, type);
  await story.fill(anna, `requests/${reference}/answers/berth`, 'answers/berth', { shipName: 'Kogge', draught, quay: 'south' });
  return reference;
}
/** A request that runs; its ticket. */
async function running(anna, draught, type) {
  const reference = await filled(anna, draught, type);
  await story.submit(anna, reference);
  await story.release(staff.service, reference);
  return { reference, ticket: story.ticketOf(reference) };
}
async function work(team, ticket) {
  const sub = story.subTicketOf(ticket, team);
  await story.take(staff[team], ticket, sub);
  await story.complete(staff[team], sub);
}

test('several definitions become versions together or not at all', async () => {
  const good = folder({}, 'pilot-boat');
  const bad = folder({ 'process.bpmn': [['candidateGroups="credit"', 'candidateGroups="harbour-master"']] });
  const refused = await run('publish', good, bad);
  assert.equal(refused.code, 65);
  assert.match(refused.stderr, /ferry-slip\/process\.bpmn: unknown team "harbour-master"/);
  assert.equal(versions() + versions('pilot-boat'), 0, 'nothing of either');

  const typed = folder({ 'process.bpmn': [['value="Sounding" />', 'value="Sounding" /><zeebe:property name="kontor:type" value="no-such-type" />']] });
  const unknown = await run('publish', typed);
  assert.equal(unknown.code, 65);
  assert.match(unknown.stderr, /unknown type of sub-tickets "no-such-type"/);
  const timed = folder({ 'process.bpmn': [['value="Sounding" />', 'value="Sounding" /><zeebe:property name="kontor:due" value="P1D" /><zeebe:property name="kontor:calendar" value="lunar" />']] });
  assert.match((await run('publish', timed)).stderr, /unknown business calendar "lunar"/);
  assert.equal(versions(), 0);

  const dry = await run('publish', '--dry-run', good, folder());
  assert.equal(dry.code, 0);
  assert.match(dry.stdout, /pilot-boat version 1\nferry-slip version 1\nnothing was published/);
  assert.equal(versions() + versions('pilot-boat'), 0);

  assert.equal(await publish(good, folder()), 'pilot-boat version 1\nferry-slip version 1\n');
  assert.equal(await publish(folder()), 'ferry-slip version 1 unchanged\n');
  assert.equal(sqlValue(`SELECT COUNT(*) FROM audit_event WHERE action = 'definition.published' AND object = '${TYPE} 1' AND detail LIKE '%"by"%'`), '1');
  assert.equal((await run('publish', join(scratch, 'nowhere'))).code, 66);
  assert.equal((await run('publish', '--migrate', plan({}), good, folder())).code, 64, 'a plan is for one');
});

test('a version can be looked at and written out byte by byte', async () => {
  const shown = await run('show', 'change-of-address');
  assert.match(shown.stdout, /^change-of-address version \d+\nsha256 [0-9a-f]{64}\ntitle Change of address\n/);
  const target = join(scratch, 'written');
  assert.equal((await run('show', 'change-of-address', '--files', target)).code, 0);
  const source = join(root, 'templates/processes/change-of-address');
  for (const name of readdirSync(target).filter((entry) => entry.includes('.'))) {
    assert.ok(readFileSync(join(target, name)).equals(readFileSync(join(source, name))), name);
  }
  const bpmn = (await run('show', 'change-of-address', '--file', 'process.bpmn')).stdout;
  assert.equal(bpmn, readFileSync(join(source, 'process.bpmn'), 'utf8'), 'with its diagram');
  assert.ok(bpmn.includes('bpmndi:BPMNShape'));
  assert.equal((await run('show', 'change-of-address', '--files', target)).code, 73, 'nothing is overwritten');
  assert.equal((await run('show', 'change-of-address', '--file', 'no.form')).code, 65);
  assert.equal((await run('show', 'no-such-type')).code, 65);
  assert.equal((await run('show', 'change-of-address', '999')).code, 65);
  assert.equal((await run('show', 'change-of-address', 'first')).code, 64);
  assert.equal((await run('list', 'x')).code, 64);
});

test('published while requests run: new ones get the new version at once, all others keep theirs', async () => {
  await publish(folder());
  const [old, draft] = [await customer(), await customer()];
  const { reference, ticket } = await running(old, '15');
  const begun = await filled(draft, '15');

  const second = folder({
    'process.bpmn': [['name="Sound the depth"', 'name="Sound it twice"'], ['value="Sounding"', 'value="Sounding again"']],
    'berth.form': [['"label": "We need a pilot"', '"label": "Send us a pilot"']],
    'de.po': [['"Sound the depth"', '"Sound it twice"'], ['"Sounding"', '"Sounding again"'], ['"We need a pilot"', '"Send us a pilot"']],
  });
  const said = await publish('--dry-run', second);
  assert.equal(inForce(), 1);
  for (const line of ['  ~ berth.form: 1 lines more, 1 less', '  ~ process: elements: Task_Sound: name: "Sound the depth" -> "Sound it twice"', '  version 1: 1 running']) {
    assert.ok(said.includes(`${line}\n`), `${line} in ${said}`);
  }
  assert.match(said, /~ forms: berth: components: Field_pilot: label: "We need a pilot" -> "Send us a pilot"/);
  assert.match(said, /- texts: de: We need a pilot .*\n/);
  assert.match(await publish(second), /^ferry-slip version 2\n/);

  const fresh = await customer();
  const latest = await begin(fresh);
  assert.match((await fresh.get(`requests/${latest}/answers/berth`)).plain, /Send us a pilot/, 'no program was started again');
  assert.match((await draft.get(`requests/${begun}/answers/berth`)).plain, /We need a pilot/, 'a draft keeps its questions');
  await story.submit(draft, begun);
  assert.deepEqual([versionOf(reference), versionOf(begun), versionOf(latest)], [1, 1, 2]);

  await work('clearing', ticket);
  assert.match((await staff.credit.get(`staff/tickets/${ticket}?lang=en`)).plain, /Sound the depth/);
  await work('credit', ticket);
  await story.waitForState(reference, 'completed');
  const list = (await run('list')).stdout;
  assert.match(list, /ferry-slip version 2 since \S+, 0 running\n  \* 2 published \S+, 0 running, 1 not released\n    1 published \S+, 0 running, 1 not released\n/);
});

test('rolled back, new requests get the version of before, and it is recorded', async () => {
  assert.equal(inForce(), 2);
  assert.equal((await run('rollback', TYPE)).stdout, 'ferry-slip version 1\n');
  assert.equal(versionOf(await begin(await customer())), 1);
  assert.equal(sqlValue(`SELECT COUNT(*) FROM audit_event WHERE action = 'definition.rolled_back' AND object = '${TYPE} 1'`), '1');
  const further = await run('rollback', TYPE);
  assert.deepEqual([further.code, inForce()], [65, 1], 'there is none before the first');
  assert.equal((await run('rollback', TYPE, '9')).code, 65);
  assert.equal((await run('rollback', TYPE, 'x')).code, 64);
  assert.equal((await run('rollback', 'no-such-type')).code, 65);
  assert.equal((await run('rollback', TYPE, '2')).stdout, 'ferry-slip version 2\n');
  assert.equal((await run('rollback', TYPE, '2')).stdout, 'ferry-slip version 2 unchanged\n');
});

test('the newest files again after a rollback are no new version, and in force', async () => {
  const newest = join(scratch, 'again', TYPE);
  mkdirSync(join(newest, '..'));
  assert.equal((await run('show', TYPE, '2', '--files', newest)).code, 0);
  await run('rollback', TYPE, '1');
  assert.match(await publish(newest), /^ferry-slip version 2\n/);
  assert.deepEqual([inForce(), versions()], [2, 2]);
});

const RENAMED = { 'process.bpmn': [['Task_Check', 'Task_Survey'], ['Task_Sound', 'Task_Lead'], ['name="Check the berth"', 'name="Survey the berth"']], 'de.po': [['"Check the berth"', '"Survey the berth"']] };

test('running instances follow by a plan, each as a whole, and go on from where they stood', async () => {
  await publish(folder());
  const [anna, berta] = [await customer(), await customer()];
  const first = await running(anna, '15');
  const second = await running(berta, '15');
  await work('clearing', second.ticket);
  const next = folder(RENAMED);
  const before = versions();

  const refused = await run('publish', '--migrate', plan({}), next);
  assert.equal(refused.code, 65);
  assert.match(refused.stderr, new RegExp(`${first.reference}: Task_Check: it stands there, and the new version has no such element`));
  assert.match(refused.stderr, new RegExp(`${second.reference}: Task_Sound: it stands there`));
  assert.match(refused.stderr, /not every instance can follow; nothing was published/);
  assert.equal(versions(), before);
  for (const wrong of [{ elements: { Task_Check: 'Nowhere' } }, { elements: { Task_Chek: 'Task_Survey' } }]) {
    const answer = await run('publish', '--migrate', plan(wrong), next);
    assert.deepEqual([answer.code, versions()], [65, before], JSON.stringify(wrong));
  }
  assert.equal((await run('publish', '--migrate', plan([]), next)).code, 65);
  assert.equal((await run('publish', '--migrate', join(scratch, 'no-plan'), next)).code, 66);

  const good = plan({ elements: { Task_Check: 'Task_Survey', Task_Sound: 'Task_Lead' } });
  const dry = await publish('--dry-run', '--migrate', good, next);
  assert.match(dry, new RegExp(`${first.reference}: Task_Check goes on as Task_Survey`));
  assert.equal(versions(), before);
  assert.match(await publish('--migrate', good, next), /2 instances moved, 0 stay where they are\n$/);
  assert.deepEqual([versionOf(first.reference), versionOf(second.reference)], [before + 1, before + 1]);
  assert.match(await publish('--migrate', good, next), /0 instances moved, 0 stay/, 'who has arrived is left alone');

  const page = await staff.lead.get(`staff/tickets/${first.ticket}?lang=en`);
  assert.match(page.plain, /Survey the berth/);
  assert.match((await staff.lead.get(`staff/tickets/${first.ticket}/history`)).plain, new RegExp(`Version of the request type ${before} ${before + 1} `));
  assert.equal(sqlValue(`SELECT COUNT(*) FROM audit_event WHERE action = 'ticket.migrated' AND object = '${first.ticket}'`), '1');
  assert.match(sqlValue("SELECT detail FROM audit_event WHERE action = 'definition.migration' ORDER BY id LIMIT 1"), /"Task_Check": ?"Task_Survey"/);
  await work('clearing', first.ticket);
  await work('credit', first.ticket);
  await work('credit', second.ticket);
  await story.waitForState(first.reference, 'completed');
  await story.waitForState(second.reference, 'completed');
  assert.match((await run('invariants')).stdout, /no contradiction/);
});

/** The type with a reminder at its first step, and a message that it waits for beside. */
const WAITING = {
  'process.bpmn': [
    ['<bpmn:startEvent id="Start">\n      <bpmn:outgoing>Flow_Check</bpmn:outgoing>', '<bpmn:startEvent id="Start">\n      <bpmn:outgoing>Flow_Fork</bpmn:outgoing>'],
    ['<bpmn:sequenceFlow id="Flow_Check" sourceRef="Start"', `<bpmn:parallelGateway id="Fork" />
      <bpmn:sequenceFlow id="Flow_Fork" sourceRef="Start" targetRef="Fork" />
      <bpmn:intermediateCatchEvent id="Message_Pilot" name="Pilot on board"><bpmn:messageEventDefinition id="m" messageRef="Message" /></bpmn:intermediateCatchEvent>
      <bpmn:sequenceFlow id="Flow_Pilot" sourceRef="Fork" targetRef="Message_Pilot" />
      <bpmn:endEvent id="End_Pilot" />
      <bpmn:sequenceFlow id="Flow_On" sourceRef="Message_Pilot" targetRef="End_Pilot" />
      <bpmn:boundaryEvent id="Timer_Late" name="Late" attachedToRef="Task_Check" cancelActivity="false"><bpmn:timerEventDefinition id="t"><bpmn:timeDuration xsi:type="bpmn:tFormalExpression">PT9H</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>
      <bpmn:userTask id="Task_Remind" name="Ask the quay"><bpmn:extensionElements><zeebe:userTask /><zeebe:assignmentDefinition candidateGroups="credit" /></bpmn:extensionElements></bpmn:userTask>
      <bpmn:sequenceFlow id="Flow_Late" sourceRef="Timer_Late" targetRef="Task_Remind" />
      <bpmn:endEvent id="End_Late" />
      <bpmn:sequenceFlow id="Flow_Asked" sourceRef="Task_Remind" targetRef="End_Late" />
      <bpmn:sequenceFlow id="Flow_Check" sourceRef="Fork"`],
    ['</bpmn:process>', '</bpmn:process>\n  <bpmn:message id="Message" name="pilot"><bpmn:extensionElements><zeebe:subscription correlationKey="=request.reference" /></bpmn:extensionElements></bpmn:message>'],
  ],
  'de.po': [['msgid "Quay"', 'msgid "Ask the quay"\nmsgstr "Am Kai nachfragen"\n\nmsgid "Quay"']],
};
const tokens = (table, reference) => sql(`SELECT w.token FROM ${table} w JOIN request r ON r.id = w.request_id WHERE r.reference = '${reference}'${table === 'job' ? " AND w.state = 'queued' AND w.kind = 'timer'" : ''}`).map(({ token }) => token.replaceAll(/#\d+/g, ''));

test('what a running instance waits for goes with it, and comes true in the new version', async () => {
  const tide = 'ferry-tide'; // it never ends
  await publish(folder(WAITING, tide));
  const { reference, ticket } = await running(await customer(), '3', tide);
  assert.deepEqual([tokens('job', reference), tokens('subscription', reference)], [['Task_Check:Timer_Late'], ['Message_Pilot:Message_Pilot']]);
  const renamed = (edits) => ({ ...WAITING, 'process.bpmn': [...WAITING['process.bpmn'], ...edits] });
  const elements = { Task_Check: 'Task_Survey', Timer_Late: 'Timer_Due', Message_Pilot: 'Message_Boarded' };
  const next = folder(renamed(Object.entries(elements)), tide);
  assert.equal((await run('publish', '--migrate', plan({ elements: { Task_Check: 'Task_Survey', Message_Pilot: 'Message_Boarded' } }), next)).code, 65, 'a timer that is gone has to be named');
  assert.match(await publish('--migrate', plan({ elements }), next), /1 instances moved/);
  assert.deepEqual([tokens('job', reference), tokens('subscription', reference)], [['Task_Survey:Timer_Due'], ['Message_Boarded:Message_Boarded']]);

  sql(`UPDATE job w JOIN request r ON r.id = w.request_id SET w.available_at = UTC_TIMESTAMP(6) WHERE r.reference = '${reference}' AND w.kind = 'timer'`);
  await until(() => story.subTicketOf(ticket, 'credit'), { seconds: 10, what: 'the reminder by the new version' });
  assert.match((await staff.lead.get(`staff/tickets/${ticket}?lang=en`)).plain, /Ask the quay/);

  // Without the message: what was waited for is dropped by name.
  const without = folder(renamed([...Object.entries(elements), ['<bpmn:intermediateCatchEvent id="Message_Boarded" name="Pilot on board"><bpmn:messageEventDefinition id="m" messageRef="Message" /></bpmn:intermediateCatchEvent>', '<bpmn:userTask id="Message_Boarded" name="Ask the quay"><bpmn:extensionElements><zeebe:userTask /><zeebe:assignmentDefinition candidateGroups="it" /></bpmn:extensionElements></bpmn:userTask>']]), tide);
  const other = await run('publish', '--migrate', plan({}), without);
  assert.equal(other.code, 65);
  assert.match(other.stderr, /Message_Boarded cannot go on as Message_Boarded: that is another kind of element/);
  assert.match((await run('invariants')).stdout, /no contradiction/);
});

test('who lacks what the new version requires stays, and nothing is published', async () => {
  await publish(folder());
  const { reference } = await running(await customer());
  const asks = folder({ 'berth.form': [['{ "type": "checkbox"', '{ "type": "textfield", "id": "Field_port", "key": "homePort", "label": "Home port", "validate": { "required": true } },\n    { "type": "checkbox"']], 'de.po': [['msgid "Quay"', 'msgid "Home port"\nmsgstr "Heimathafen"\n\nmsgid "Quay"']] });
  const before = versions();
  const refused = await run('publish', '--migrate', plan({}), asks);
  assert.equal(refused.code, 65);
  assert.match(refused.stderr, new RegExp(`${reference}: form berth, homePort: `));
  assert.deepEqual([versions(), versionOf(reference)], [before, inForce()]);
  // Without a plan it is a version for those to come.
  assert.match(await publish(asks), new RegExp(`version ${inForce() - 1}: 1 running`));
});

test('two migrations at the same time move each instance once', async () => {
  await publish(folder());
  const many = [];
  for (let i = 0; i < 4; i++) many.push(await running(await customer()));
  const next = folder(RENAMED);
  await publish(next);
  const good = plan({ elements: { Task_Check: 'Task_Survey', Task_Sound: 'Task_Lead' } });
  const [one, two] = await Promise.all([run('publish', '--migrate', good, next), run('publish', '--migrate', good, next)]);
  assert.deepEqual([one.code, two.code], [0, 0], one.stderr + two.stderr);
  const count = ({ stdout }) => Number(/(\d+) instances moved/.exec(stdout)[1]);
  assert.ok(count(one) + count(two) >= 4);
  for (const { reference } of many) {
    assert.equal(versionOf(reference), inForce());
    assert.equal(sqlValue(`SELECT COUNT(*) FROM history h JOIN request r ON r.id = h.request_id WHERE r.reference = '${reference}' AND h.field = 'definition'`), '1');
  }
  assert.match((await run('invariants')).stdout, /no contradiction/);
});

test('killed between any two statements, each instance is on one version, and the same command goes on', { skip: !fault.available }, async () => {
  await publish(folder());
  const references = [];
  for (let i = 0; i < 2; i++) references.push((await running(await customer())).reference);
  const next = folder(RENAMED);
  await publish(next);
  const good = plan({ elements: { Task_Check: 'Task_Survey', Task_Sound: 'Task_Lead' } });
  const ctl = (n) => {
    fault.arm('kill', 'ctl', n);
    return new Promise((resolve) => {
      execFile(join(runFolder, 'usr/bin/kontorctl'), ['--config', join(runFolder, 'etc/kontor/kontor.conf'), 'publish', '--migrate', good, next],
        { env: { ...process.env, KONTOR_FAULT_FILE: join(runFolder, 'fault/instruction') } }, (error) => resolve(error?.signal ?? 'ended'));
    });
  };
  /** Request, instance, its tokens and the sub-ticket say the same. */
  const whole = () => sql(`SELECT r.reference, r.definition_id = i.definition_id AS same, d.version, i.state LIKE '%"Task_Survey"%' AS moved, s.activation LIKE 'Task_Survey#%' AS named
    FROM request r JOIN process_instance i ON i.request_id = r.id JOIN process_definition d ON d.id = i.definition_id JOIN sub_ticket s ON s.instance_id = i.id
    WHERE r.reference IN (${references.map((one) => `'${one}'`)})`);
  let kills = 0;
  for (let n = 1; n < 120; n++) {
    const end = await ctl(n);
    fault.disarm();
    for (const { reference, same, version, moved, named } of whole()) {
      const there = Number(version) === inForce() ? '1' : '0';
      assert.deepEqual([same, moved, named], ['1', there, there], `${reference}, killed at ${n}`);
    }
    if (end === 'ended') break;
    kills++;
  }
  assert.ok(kills > 20, `${kills} places`);
  for (const reference of references) assert.equal(versionOf(reference), inForce());
  assert.match((await run('invariants')).stdout, /no contradiction/);
});

test('a retired type is not offered, and its requests go on', async () => {
  const anna = await customer();
  const { reference, ticket } = await running(anna);
  const fresh = await customer();
  const form = (await fresh.get('requests/new/add')).forms.find(({ fields }) => fields.request_type === TYPE);
  assert.equal((await run('retire', TYPE)).stdout, 'ferry-slip is no longer on the start page\n');
  const late = await fresh.post(form.action, form.fields);
  assert.ok(late.status >= 400, `a form of before: ${late.status}`);
  assert.ok(!(await fresh.get('requests/new/add')).text.includes(TYPE));
  assert.match((await run('list')).stdout, /ferry-slip .* \(retired\)/);
  assert.match(await publish(folder()), /\(retired: not on the start page\)/, 'a new version does not bring it back');
  await work('clearing', ticket);
  await story.waitForState(reference, 'completed');
  assert.equal((await run('activate', TYPE)).stdout, 'ferry-slip is on the start page\n');
  await until(async () => (await fresh.get('requests/new/add')).text.includes(TYPE), { seconds: 5, what: 'offered again' });
  assert.equal((await run('retire', 'no-such-type')).code, 65);
  assert.deepEqual(sql(`SELECT action FROM audit_event WHERE object LIKE '${TYPE}%' AND action IN ('definition.retired', 'definition.activated') ORDER BY id`).map(({ action }) => action), ['definition.retired', 'definition.activated']);
});

test('what an earlier Kontor compiled is compared by its content', async () => {
  const before = versions();
  sql(`UPDATE process_definition d JOIN request_type t ON t.definition_id = d.id SET d.format = 1, d.compiled = '{"format":1}' WHERE t.request_type = '${TYPE}'`);
  try {
    const said = await publish('--dry-run', folder({ 'berth.form': [['"max": 20', '"max": 25']] }));
    assert.match(said, /~ forms: berth: components: Field_draught: validate: max: 20 -> 25\n/);
    assert.doesNotMatch(said, /\+ forms/);
  } finally {
    assert.match((await run('publish', '--refresh')).stdout, /1 definitions compiled again/);
  }
  assert.equal(versions(), before);
});

test('a stored definition that is not taken any more keeps no other from going on', async () => {
  const of = (type) => `SELECT definition_id FROM request_type WHERE request_type = '${type}'`;
  const format = (type) => sqlValue(`SELECT format FROM process_definition WHERE id = (${of(type)})`);
  const present = format('change-of-address');
  const ids = [TYPE, 'change-of-address'].map((type) => Number(sqlValue(of(type))));
  sql(`UPDATE process_definition SET format = 1 WHERE id IN (${ids});
       UPDATE process_definition_file SET content = REPLACE(content, '"berth"', '"company"') WHERE definition_id = ${ids[0]} AND path = 'berth.form'`);
  const done = await run('publish', '--refresh');
  sql(`UPDATE process_definition_file SET content = REPLACE(content, '"company"', '"berth"') WHERE definition_id = ${ids[0]} AND path = 'berth.form'`);
  const again = await run('publish', '--refresh');
  assert.equal(done.code, 65);
  assert.match(done.stdout, /1 definitions compiled again/);
  assert.match(done.stderr, new RegExp(`stored definition/${TYPE}/\\d+/berth.form:`));
  assert.equal(format('change-of-address'), present);
  assert.match(again.stdout, /1 definitions compiled again/);
  assert.equal(format(TYPE), present);
});

test('staff see types, versions and each process; a process without a diagram is a list', async () => {
  const list = await staff.lead.get('staff/definitions?lang=en');
  assert.equal(list.status, 200);
  assert.match(list.plain, /Change of address/);
  const drawn = await staff.lead.get('staff/definitions/change-of-address/1');
  assert.match(drawn.text, /<svg class="k-bpmn__drawing" role="img"/);
  assert.match(drawn.plain, /Check identity and sanctions lists.*\(Compliance\)/);
  assert.ok(!/k-bpmn__item--(now|done)/.test(drawn.text), 'nothing runs here');
  const listed = await staff.lead.get(`staff/definitions/${TYPE}/1`);
  assert.ok(!listed.text.includes('k-bpmn'));
  assert.match(listed.plain, /Check the berth.*Sound the depth/);
  for (const nowhere of [`${TYPE}/99999`, `${TYPE}/first`, 'no-such-type/1']) {
    assert.equal((await staff.lead.get(`staff/definitions/${nowhere}`)).status, 404, nowhere);
  }
});
