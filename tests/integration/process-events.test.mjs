// The engine in rows: timers, messages, signals, errors, escalations, event sub-processes and parallel instances of invented
// request types, walked through the pages and the worker. Time passes by moving a timer's row to now.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  boundaryEvent, callActivity, catchEvent, condition, end, error, escalation, eventBasedGateway, eventSubProcess, exclusiveGateway, message,
  multiInstance, parallelGateway, processOf, publish, receiveTask, scriptTask, sendTask, serviceTask, signal, start, subProcess, terminate,
  throwEvent, timer, xml,
} from '../harness/bpmn.mjs';
import { kontorctl, sql, sqlValue } from '../harness/stack.mjs';
import { signedIn } from '../harness/client.mjs';
import * as story from '../harness/story.mjs';
import { Case, marked, member, person, publishType, withdrawTypes } from './process_type.mjs';

const PREFIX = 'probe';
const TYPES = {
  reminder: [{
    s: start(), work: person('it', { phase: 'Working' }), remind: boundaryEvent('work', timer({ cycle: 'R3/P1D' }), { interrupting: false }),
    hurry: person('service', { name: 'Remind the department' }), late: boundaryEvent('work', timer({ duration: 'P30D' })),
    manage: person('management', { phase: 'With the management' }), e: end(), e2: end(), e3: end(),
  }, ['s -> work -> e', 'remind -> hurry -> e2', 'late -> manage -> e3']],
  soon: [{
    s: start(), wait: { ...catchEvent(timer({ duration: 'PT1S' })), ...marked({ phase: 'A moment' }) }, e: end(),
  }, ['s -> wait -> e']],
  asking: [{
    s: start(), ask: throwEvent(publish('question', '=word'), { inputs: { answer: '=number * 2' } }),
    work: person('it'), e: end(),
  }, ['s -> ask -> work -> e']],
  answering: [{
    s: start(), hear: receiveTask('question', '=word', { outputs: { heard: '=answer' } }),
    work: person('it', { subject: '="heard " + string(heard)' }), e: end(),
  }, ['s -> hear -> work -> e']],
  calling: [{ s: start(), call: throwEvent(signal('all hands'), { inputs: { by: '=word' } }), work: person('it'), e: end() }, ['s -> call -> work -> e']],
  echo: [{
    s: start(), call: throwEvent(signal('echo')), work: person('it'), e: end(),
    hear: eventSubProcess({ heard: start(signal('echo'), { interrupting: false }), note: person('service'), done: end() }, ['heard -> note -> done']),
  }, ['s -> call -> work -> e']],
  standby: [{
    s: start(), work: person('it'), woken: boundaryEvent('work', signal('all hands'), { outputs: { waker: '=by' } }),
    act: person('service', { subject: '=waker' }), e: end(), e2: end(),
  }, ['s -> work -> e', 'woken -> act -> e2']],
  scoped: [{
    s: start(), work: person('it'), e: end(), sub: eventSubProcess({
      begin: start(message('stop', '=word'), {}), tidy: person('service', { name: 'Tidy up' }), done: end(),
    }, ['begin -> tidy -> done']),
  }, ['s -> work -> e']],
  stopping: [{ s: start(), stop: sendTask('stop', '=word'), e: end() }, ['s -> stop -> e']],
  many: [{
    s: start(), check: person('it', { subject: '=item' }, {
      loop: multiInstance({ each: '=["North", "South", "East"]', item: 'item', until: '=numberOfCompletedInstances >= 2' }),
    }), e: end(),
  }, ['s -> check -> e']],
  rising: [{
    s: start(), body: subProcess({
      begin: start(), first: person('it'), raise: throwEvent(escalation('too-long')), second: person('it'), done: end(),
    }, ['begin -> first -> raise -> second -> done']),
    over: boundaryEvent('body', escalation('too-long'), { interrupting: false }), look: person('management'), e: end(), e2: end(),
  }, ['s -> body -> e', 'over -> look -> e2']],
  killing: [{
    s: start(), split: parallelGateway(), one: person('it'), two: person('service'), stop: end(terminate()), e: end(),
  }, ['s -> split', 'split -> one -> stop', 'split -> two -> e']],
  either: [{
    s: start(), which: eventBasedGateway(), hear: catchEvent(message('answer', '=word')), late: catchEvent(timer({ duration: 'P1D' })),
    heard: person('it'), missed: person('service'), e: end(), e2: end(),
  }, ['s -> which', 'which -> hear -> heard -> e', 'which -> late -> missed -> e2']],
  kept: [{
    s: start(), leave: sendTask('note', '=word', { timeToLive: 'PT1H' }), e: end(),
  }, ['s -> leave -> e']],
  finding: [{ s: start(), work: person('it'), find: receiveTask('note', '=word'), e: end() }, ['s -> work -> find -> e']],
  refusing: [{
    s: start(), work: person('it'), e: end(undefined, marked({ outcome: 'declined', customerReason: 'The word is taken.', phase: 'Refused' })),
  }, ['s -> work -> e']],
  stuck: [{
    s: start(), which: exclusiveGateway(), a: person('it'), b: person('service'), j: exclusiveGateway(), e: end(),
  }, ['s -> which', 'which -> a: =if word = "bad" then null else true', 'which -> b: default', 'a -> j', 'b -> j', 'j -> e']],
  calls: [{ s: start(), call: callActivity('Called', { down: true, up: true }), e: end() }, ['s -> call -> e']],
  clearing: [{
    s: start(), check: { ...serviceTask(), extensions: [xml('zeebe:taskDefinition', { type: 'obligation.check' })] },
    owing: boundaryEvent('check', error('open-obligations')), ask: person('service'), e: end(), e2: end(),
  }, ['s -> check -> e', 'owing -> ask -> e2']],
  strict: [{
    s: start(), check: { ...serviceTask(), extensions: [xml('zeebe:taskDefinition', { type: 'obligation.check' })] }, e: end(),
  }, ['s -> check -> e']],
  leaving: [{
    s: start(), check: { ...serviceTask(), extensions: [xml('zeebe:taskDefinition', { type: 'obligation.check' })] },
    over: boundaryEvent('check', timer({ duration: 'P1D' })), late: person('service'), e: end(), e2: end(),
  }, ['s -> check -> e', 'over -> late -> e2']],
  endless: [{
    s: start(), work: person('it'), round: scriptTask('n', '=1'), which: exclusiveGateway(), e: end(),
  }, ['s -> work -> round -> which', 'which -> round: =n = 1', 'which -> e: default']],
  'endless-first': [{
    s: start(), round: scriptTask('n', '=1'), which: exclusiveGateway(), e: end(),
  }, ['s -> round -> which', 'which -> round: =n = 1', 'which -> e: default']],
  'endless-later': [{
    s: start(), work: person('it'), over: boundaryEvent('work', timer({ duration: 'P1D' })), round: scriptTask('n', '=1'),
    which: exclusiveGateway(), e: end(), e2: end(),
  }, ['s -> work -> e', 'over -> round -> which', 'which -> round: =n = 1', 'which -> e2: default']],
  'soon-later': [{
    s: start(), work: person('it'), over: boundaryEvent('work', timer({ duration: 'P1D' })), late: person('service'), e: end(), e2: end(),
  }, ['s -> work -> e', 'over -> late -> e2']],
  waiting: [{
    s: start(), work: person('it'), ready: catchEvent(condition('=work.outcome = "approved"')), e: end(),
  }, ['s -> work -> ready -> e']],
};
const OTHERS = {
  calls: [processOf('Called', { s2: start(), work: person('it', { subject: '=word' }), e2: end() }, ['s2 -> work -> e2'])],
};
const key = (name) => `${PREFIX}-${name}`;
const begin = (name, answers) => Case.released(key(name), answers);
/** One word for each test, so that messages of one do not reach another. */
let words = 0;
const newWord = () => `w${process.pid}n${++words}`;
before(async () => {
  for (const [name, [nodes, flows]] of Object.entries(TYPES)) {
    await publishType(key(name), nodes, flows, { others: OTHERS[name] });
  }
}, { timeout: 120_000 });
after(() => withdrawTypes(...Object.keys(TYPES).map(key)));

test('a timer that repeats beside a step, and one that ends it', async () => {
  const one = await begin('reminder');
  assert.equal(one.phase, 'Working');
  const queued = () => one.jobs('timer').filter(({ state }) => state === 'queued');
  assert.equal(queued().length, 2);
  for (let round = 1; round <= 3; round++) {
    sql(`UPDATE job SET available_at = UTC_TIMESTAMP(6) WHERE request_id = ${one.id} AND state = 'queued' AND token LIKE '%:remind'`);
    await one.until(() => one.open('hurry').length === round, `reminder ${round}`);
  }
  assert.deepEqual(queued().map(({ token }) => token.split(':')[1]), ['late'], 'three times, no more');
  assert.equal(one.departments, 'it,service');
  one.due();
  await one.until(() => one.open('manage').length === 1, 'the management');
  const [work] = one.tasks;
  assert.equal(work.state, 'cancelled');
  assert.equal(one.phase, 'With the management');
  assert.ok(sqlValue(`SELECT COUNT(*) FROM history WHERE object = 'sub_ticket' AND object_id = ${work.id} AND new_value = 'cancelled'`) === '1');
  for (let i = 0; i < 3; i++) await one.complete('hurry');
  await one.complete('manage');
  await one.ended();
  assert.deepEqual(one.incidents, []);
});

test('the step is done in time: its timers go with it', async () => {
  const one = await begin('reminder');
  await one.complete('work');
  await one.ended();
  assert.deepEqual([...new Set(one.jobs('timer').map(({ state }) => state))], ['cancelled']);
});

test('a timer of the process itself, by the clock', async () => {
  const one = await begin('soon');
  assert.equal(one.phase, 'A moment');
  await one.ended();
});

test('a worker that was away for a year: a cycle happens once and goes on from now', async () => {
  const one = await begin('reminder');
  sql(`UPDATE process_instance SET state = JSON_SET(state, '$.tokens[1].waits[0].due', CAST(JSON_VALUE(state, '$.tokens[1].waits[0].due') AS SIGNED) - 31536000000000) WHERE request_id = ${one.id}`);
  sql(`UPDATE job SET available_at = available_at - INTERVAL 1 YEAR WHERE request_id = ${one.id} AND token LIKE '%:remind'`);
  await one.until(() => one.open('hurry').length === 1, 'the reminder');
  await new Promise((resolve) => setTimeout(resolve, 1500));
  assert.equal(one.open('hurry').length, 1);
  const next = sqlValue(`SELECT TIMESTAMPDIFF(MINUTE, UTC_TIMESTAMP(6), available_at) FROM job WHERE request_id = ${one.id} AND state = 'queued' AND token LIKE '%:remind'`);
  assert.ok(Number(next) >= 1438 && Number(next) <= 1440, `next in ${next} minutes`);
});

test('a message reaches the request that waits for this key, and no other', async () => {
  const word = newWord();
  const [hit, other] = [await begin('answering', { word }), await begin('answering', { word: newWord() })];
  assert.equal(hit.subscriptions.length, 1);
  const asking = await begin('asking', { word, number: '21' });
  await hit.until(() => hit.open('work').length === 1, 'the answer');
  assert.equal(hit.open('work')[0].subject, 'heard 42');
  assert.deepEqual(hit.subscriptions, []);
  assert.equal(other.open('work').length, 0);
  assert.equal(asking.open('work').length, 1);
  // Of one type, one instance: a second message does not come back to the first.
  const second = await begin('answering', { word });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  assert.equal(second.open('work').length, 0, 'what was said before is gone');
});

test('a message that is kept waits for who comes later', async () => {
  const word = newWord();
  const left = await begin('kept', { word });
  await left.ended();
  const late = await begin('finding', { word });
  await late.complete('work');
  await late.ended();
});

test('a kept message is found behind a hundred that others of the type have taken', async () => {
  const word = newWord();
  const old = await begin('kept', { word });
  await old.ended();
  sql(`INSERT INTO process_message (request_id, token, name, correlation, payload, delivered, published_at, expires_at)
         SELECT m.request_id, CONCAT('copy#', n.seq), m.name, m.correlation, m.payload, ',${key('finding')}', m.published_at, m.expires_at
         FROM process_message m JOIN seq_1_to_120 n WHERE m.request_id = ${old.id};
       UPDATE process_message SET delivered = ',${key('finding')}' WHERE request_id = ${old.id}`);
  await (await begin('kept', { word })).ended();
  const one = await begin('finding', { word });
  await one.complete('work');
  await one.ended();
});

test('a signal reaches all that wait, but not who threw it and not who comes later', async () => {
  const standby = [await begin('standby'), await begin('standby'), await begin('standby')];
  await begin('calling', { word: 'the mate' });
  for (const one of standby) {
    await one.until(() => one.open('act').length === 1, 'it is woken');
    assert.equal(one.open('act')[0].subject, 'the mate');
    assert.equal(one.tasks[0].state, 'cancelled');
  }
  const later = await begin('standby');
  await new Promise((resolve) => setTimeout(resolve, 1000));
  assert.equal(later.open('work').length, 1);
});

test('who throws a signal and waits for it hears it once, all others as well', async () => {
  const one = await begin('echo');
  assert.equal(one.open('note').length, 1, 'in the step that threw it');
  const two = await begin('echo');
  await one.until(() => one.open('note').length === 2, 'the other one');
  await new Promise((resolve) => setTimeout(resolve, 1500));
  assert.deepEqual([one.open('note').length, two.open('note').length], [2, 1]);
});

test('an event sub-process takes over, and what ran is cancelled', async () => {
  const word = newWord();
  const one = await begin('scoped', { word });
  await (await begin('stopping', { word })).ended();
  await one.until(() => one.open('tidy').length === 1, 'tidying');
  assert.equal(one.tasks[0].state, 'cancelled');
  await one.complete('tidy');
  await one.ended();
});

test('one sub-ticket for each of a list, until two of three are done', async () => {
  const one = await begin('many');
  assert.deepEqual(one.open('check').map(({ subject }) => subject), ['North', 'South', 'East']);
  await one.complete('check');
  assert.equal(one.state, 'released');
  await one.complete('check');
  await one.ended();
  assert.deepEqual(one.tasks.map(({ state }) => state), ['done', 'done', 'cancelled']);
});

test('an escalation does not interrupt', async () => {
  const one = await begin('rising');
  await one.complete('first');
  assert.deepEqual([one.open('second').length, one.open('look').length], [1, 1]);
  await one.complete('second');
  await one.complete('look');
  await one.ended();
});

test('terminate ends everything at once', async () => {
  const one = await begin('killing');
  await one.complete('one');
  await one.ended();
  assert.deepEqual(one.tasks.map(({ state }) => state), ['done', 'cancelled']);
});

test('what comes first decides: the other event is no longer waited for', async () => {
  const one = await begin('either', { word: newWord() });
  assert.deepEqual([one.subscriptions.length, one.jobs('timer').length], [1, 1]);
  one.due();
  await one.until(() => one.open('missed').length === 1, 'the timer');
  assert.deepEqual(one.subscriptions, []);
});

test('a process of the same file is called, with its variables', async () => {
  const one = await begin('calls', { word: 'deep' });
  assert.equal(one.open('work')[0].subject, 'deep');
  await one.complete('work');
  await one.ended();
});

test('a condition that has become true', async () => {
  const one = await begin('waiting');
  await one.complete('work');
  await one.ended();
});

test('an end that declines: request, ticket, reason and mail say so', async () => {
  const one = await begin('refusing');
  await one.complete('work');
  await one.ended('declined');
  assert.equal(sqlValue(`SELECT state FROM ticket WHERE reference = '${one.ticket}'`), 'declined');
  assert.equal(one.phase, 'Refused');
  assert.equal(sqlValue(`SELECT COUNT(*) FROM outbox WHERE request_id = ${one.id} AND template = 'request-declined'`), '1');
  const page = await one.anna.get(`requests/${one.reference}?lang=de`);
  assert.match(page.plain, /The word is taken\. \(de\)/);
});

test('what cannot go on is an incident that staff see and try again', async () => {
  const one = await begin('stuck', { word: 'bad' });
  const [incident] = one.incidents;
  assert.match(incident.reason, /neither true nor false/);
  const lead = await signedIn('lead');
  const list = await lead.get('staff/incidents?lang=en');
  assert.match(list.plain, new RegExp(`${one.ticket}.*which`));
  const page = await lead.get(`staff/tickets/${one.ticket}?lang=en`);
  assert.match(page.plain, /The process cannot go on.*neither true nor false/);
  const again = async () => lead.submit(await lead.get(`staff/tickets/${one.ticket}?lang=en`), {}, 'incident/retry');
  const answer = await again();
  assert.equal(answer.status, 303);
  assert.match((await lead.follow(answer)).plain, /can still not go on/);
  assert.equal(one.incidents.length, 1);
  assert.notEqual(one.incidents[0].id, incident.id, 'the old one is closed, and by whom is kept');
  assert.ok(sqlValue(`SELECT closed_by FROM incident WHERE id = ${incident.id}`));
  const it = await signedIn('it');
  assert.ok(!(await it.get(`staff/tickets/${one.ticket}`)).forms.some(({ action }) => action.includes('incident')), 'only who may');
  assert.match((await it.get('staff/incidents')).plain, new RegExp(one.ticket), 'all of the staff read it');
  // The cause is removed.
  sql(`UPDATE process_instance SET state = REPLACE(state, '"bad"', '"good"') WHERE request_id = ${one.id}`);
  await again();
  assert.deepEqual(one.incidents, []);
  assert.equal(one.open('a').length, 1);
  // The form of the page that was open all the time.
  const late = await lead.submit(page, {}, 'incident/retry');
  assert.match((await lead.follow(late)).plain, /already done/);
});

const owe = (one) => sql(`INSERT INTO obligation (company_id, kind, reference, text_en, text_de, opened_at)
  SELECT company_id, 'payment', 'INV-1', 'Invoice 1', 'Rechnung 1', UTC_TIMESTAMP(6) FROM request WHERE id = ${one.id}`);
/** Released with a debt: the service meets it. */
async function indebted(type) {
  const one = await Case.begin(key(type));
  owe(one);
  await one.release();
  return one;
}

test('the list of incidents goes on on the next page, and is empty in words', async () => {
  const lead = await signedIn('lead');
  const one = await begin('many');
  sql(`INSERT INTO incident (request_id, kind, token, reason, opened_at) SELECT ${one.id}, 'failed', '', CONCAT('probe ', seq), UTC_TIMESTAMP(6) FROM seq_1_to_120`);
  const seen = new Set();
  let page = await lead.get('staff/incidents?lang=en');
  for (let pages = 1; ; pages++) {
    for (const [found] of page.plain.matchAll(/probe \d+/g)) seen.add(found);
    const next = page.links.find(({ text }) => text === 'Next page');
    if (!next) break;
    assert.ok(pages < 10);
    page = await lead.get(next.href);
  }
  assert.equal(seen.size, 120);
  sql(`UPDATE incident SET is_open = NULL, closed_at = UTC_TIMESTAMP(6) WHERE request_id = ${one.id}`);
  const others = sql('SELECT id FROM incident WHERE is_open = 1').map(({ id }) => id);
  if (others.length === 0) assert.match((await lead.get('staff/incidents?lang=de')).plain, /Nichts steht still/);
});

test('an error of a service is caught at its border', async () => {
  const free = await begin('clearing');
  await free.ended();
  const one = await indebted('clearing');
  await one.until(() => one.open('ask').length === 1, 'the error is caught');
  assert.deepEqual(one.incidents, []);
});

test('an error that nobody catches waits for staff; tried again it is done', async () => {
  const one = await indebted('strict');
  await one.until(() => one.incidents.length === 1, 'the incident');
  assert.deepEqual([one.incidents[0].kind, one.incidents[0].reason, one.incidents[0].about], ['stuck', 'The company has open obligations: {0}.', 'INV-1']);
  assert.equal(one.jobs('service_task')[0].state, 'failed');
  const lead = await signedIn('lead');
  sql(`UPDATE obligation o JOIN request r ON r.company_id = o.company_id SET o.closed_at = UTC_TIMESTAMP(6) WHERE r.id = ${one.id}`);
  await lead.submit(await lead.get(`staff/tickets/${one.ticket}`), {}, 'incident/retry');
  await one.ended();
  assert.deepEqual(one.incidents, []);
});

test('what an incident is about is void: the incident is over, its job is cancelled', async () => {
  const one = await indebted('leaving');
  await one.until(() => one.incidents.length === 1, 'the incident');
  one.due();
  await one.until(() => one.open('late').length === 1, 'the way round it');
  assert.deepEqual(one.incidents, []);
  assert.equal(one.jobs('service_task')[0].state, 'cancelled');
  await kontorctl('invariants').catch(({ stdout }) => assert.fail(stdout));
});

test('a job that is given up is an incident, too', async () => {
  const one = await begin('soon-later');
  // What no program understands: somebody has changed the stored state.
  const version = (from, to) => sql(`UPDATE process_instance SET state = REPLACE(state, '"version":${from}', '"version":${to}') WHERE request_id = ${one.id}`);
  version(2, 1);
  one.due();
  await one.until(() => one.incidents.length === 1, 'the timer is parked');
  assert.deepEqual(one.incidents.map(({ kind, reason, token }) => [kind, reason, token.split(':')[1]]), [['failed', 'INPUT: a state of another version', 'over']]);
  version(1, 2);
  const lead = await signedIn('lead');
  await lead.submit(await lead.get(`staff/tickets/${one.ticket}`), {}, 'incident/retry');
  await one.until(() => one.open('late').length === 1, 'the timer is done');
  assert.deepEqual(one.incidents, []);
});

test('a step without an end writes nothing and says so', async () => {
  const one = await begin('endless');
  const [sub] = one.open('work');
  const lead = await member('lead');
  await story.take(lead, one.ticket, sub.reference);
  const imprint = () => JSON.stringify(sql(`SELECT i.version, s.state, (SELECT COUNT(*) FROM decision WHERE request_id = ${one.id}) AS decisions
    FROM process_instance i JOIN sub_ticket s ON s.instance_id = i.id WHERE i.request_id = ${one.id}`));
  const before = imprint();
  const page = await lead.get(`staff/sub-tickets/${sub.reference}/complete?lang=en`);
  const answer = await lead.submit(page, { outcome: 'approved' }, 'complete');
  const after = answer.status === 303 ? await lead.follow(answer) : answer;
  assert.match(after.plain, /would go round without an end/);
  assert.equal(imprint(), before);
});

test('at the release, and by a timer, it is the same', async () => {
  const one = await Case.begin(key('endless-first'));
  const service = await member('service');
  await story.waitForState(one.reference, 'submitted');
  const answer = await service.submit(await service.get(`staff/intake/${one.reference}/release?lang=en`), {}, 'release');
  const after = answer.status === 303 ? await service.follow(answer) : answer;
  assert.match(after.plain, /would go round without an end/);
  assert.equal(one.state, 'submitted');
  const two = await begin('endless-later');
  two.due();
  await two.until(() => two.incidents.length === 1, 'the incident');
  assert.match(two.incidents[0].reason, /^LIMITED: more than 10000 activations without a wait/);
  assert.deepEqual(two.tasks.map(({ state }) => state), ['open'], 'nothing was done');
});

test('two people complete one step at once: one wins, the other is told', async () => {
  const one = await begin('waiting');
  const [sub] = one.open('work');
  const lead = await member('lead');
  await story.take(lead, one.ticket, sub.reference);
  const path = `staff/sub-tickets/${sub.reference}/complete?lang=en`;
  const forms = [];
  for (const client of [lead, await signedIn('lead')]) forms.push([client, await client.get(path)]);
  const told = await Promise.all(forms.map(async ([client, page]) => {
    const answer = await client.submit(page, { outcome: 'approved' }, 'complete');
    assert.equal(answer.status, 303);
    return (await client.follow(answer)).plain;
  }));
  assert.equal(told.filter((text) => text.includes('already done')).length, 1, 'the other one is told');
  await one.ended();
  assert.equal(sqlValue(`SELECT COUNT(*) FROM decision WHERE request_id = ${one.id} AND kind = 'sub_ticket'`), '1');
});

test('a definition published while instances run: they go their own way to the end', async () => {
  const one = await begin('soon-later');
  await publishType(key('soon-later'), { s: start(), other: person('service'), e: end() }, ['s -> other -> e']);
  const two = await begin('soon-later');
  assert.deepEqual([one.open('work').length, two.open('other').length], [1, 1]);
  one.due();
  await one.until(() => one.open('late').length === 1, 'the timer of the old version');
  await one.complete('late');
  await two.complete('other');
  await Promise.all([one.ended(), two.ended()]);
});
