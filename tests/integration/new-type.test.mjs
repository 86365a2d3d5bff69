// A request type that nobody has foreseen, added by data alone (types/berth-permit): other forms, other departments,
// another way through the process, no documents. It is published, offered, filled in, released and finished.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { signedIn } from '../harness/client.mjs';
import { newCompany, newPeople } from '../harness/people.mjs';
import * as play from '../harness/play.mjs';
import { kontorctl, prefix, sql, until } from '../harness/stack.mjs';
import * as story from '../harness/story.mjs';
import { walk } from './play.mjs';

const folder = join(import.meta.dirname, 'types/berth-permit');
const BERTH = { request_type: 'berth-permit' };
// Other tests expect the shipped types alone.
const offer = (active) => sql(`UPDATE request_type SET active = ${active} WHERE request_type = 'berth-permit'`);
after(() => offer(false));

test('published while all programs run, it is offered, walked through and finished', async () => {
  const people = newPeople(newCompany(), { anna: 'applicant', rita: 'readonly' });
  const [anna, rita, service, clearing, credit] = await Promise.all([people.anna, people.rita, 'service', 'clearing', 'credit'].map((login) => signedIn(login)));
  assert.ok(!(await anna.get('requests/new/add')).text.includes('berth-permit'), 'not offered before');

  assert.match((await kontorctl('publish', folder)).stdout, /berth-permit/);
  offer(true); // on a stack where this test ran before
  assert.ok((await anna.get('')).links.some(({ href }) => href?.endsWith('requests/new/add')));
  assert.ok((await anna.get('requests/new/add')).text.includes('berth-permit'), 'offered at once');
  assert.ok(!(await rita.get('')).links.some(({ href }) => href?.endsWith('requests/new/add')), 'not to who may not');
  const choice = await anna.get('requests/new/add?lang=de');
  assert.match(choice.plain, /Liegeplatzgenehmigung.*Beantragen Sie einen Liegeplatz in unserem Hafen\./);

  const overview = await story.fill(anna, 'requests/new/add?lang=en', `${prefix}requests`, BERTH);
  const reference = /R-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(overview.url)[0];
  assert.match(overview.plain, /Your ship/);

  const path = `requests/${reference}/answers/berth`;
  const wrong = await anna.submit(await anna.get(path), { shipName: '', draught: '21', quay: 'west' }, 'answers/berth');
  assert.equal(wrong.status, 422);
  assert.deepEqual(wrong.errors.map(({ field }) => field).sort(), ['draught', 'quay', 'shipName']);
  await story.fill(anna, path, 'answers/berth', { shipName: 'Adler von Lübeck', draught: '12', quay: 'north', pilot: 'true' });
  const check = await anna.get(`requests/${reference}/check`);
  assert.match(check.plain, /Name of the ship.*Adler von Lübeck.*Draught in metres.*12.*Quay.*North quay.*We need a pilot.*Yes/);
  await story.submit(anna, reference);
  const phase = async (client, wanted) => until(async () => (await client.get(`requests/${reference}`)).plain.includes(wanted), { seconds: 5, what: wanted });
  await phase(anna, 'Harbour office');

  await story.release(service, reference);
  const ticket = story.ticketOf(reference);
  const team = story.subTicketOf(ticket, 'clearing');
  await phase(anna, 'Looking at the quay');
  assert.match((await clearing.get('staff/queue?view=team')).plain, new RegExp(team));
  assert.match((await clearing.get(`staff/tickets/${ticket}?lang=de`)).plain, /Liegeplatz prüfen.*Name des Schiffs.*Nordkai/);
  await clearing.get('staff/queue?lang=en');
  await story.take(clearing, ticket, team);
  await story.complete(clearing, team);

  // A deep ship: the condition of the definition has opened the other department's part.
  await phase(anna, 'Sounding');
  const sounding = story.subTicketOf(ticket, 'credit');
  await story.take(credit, ticket, sounding);
  await story.complete(credit, sounding);
  await phase(anna, 'Moored');
  assert.equal(story.stateOf(reference), 'completed');
  assert.match((await anna.get(`requests/${reference}/confirmation`)).plain, /Berth permit.*Adler von Lübeck/);
});

test('a shallow ship goes the other way', async () => {
  const people = newPeople(newCompany(), { anna: 'applicant' });
  const [anna, service, clearing] = await Promise.all([people.anna, 'service', 'clearing'].map((login) => signedIn(login)));
  const overview = await story.fill(anna, 'requests/new/add', `${prefix}requests`, BERTH);
  const reference = /R-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(overview.url)[0];
  await story.fill(anna, `requests/${reference}/answers/berth`, 'answers/berth', { shipName: 'Kogge', draught: '3', quay: 'south' });
  await story.submit(anna, reference);
  await story.release(service, reference);
  const ticket = story.ticketOf(reference);
  const team = story.subTicketOf(ticket, 'clearing');
  await story.take(clearing, ticket, team);
  await story.complete(clearing, team);
  await until(() => story.stateOf(reference) === 'completed', { seconds: 5, what: 'completed' });
  assert.equal(sql(`SELECT COUNT(*) AS count FROM sub_ticket s JOIN ticket t ON t.id = s.ticket_id WHERE t.reference = '${ticket}'`)[0].count, '1');
});

test('a type with a list, a decision table, a sub-ticket for each row and a timer is data, too', async (t) => {
  const path = join(import.meta.dirname, 'types/regatta');
  await kontorctl('publish', path);
  const active = (now) => sql(`UPDATE request_type SET active = ${now} WHERE request_type = 'regatta'`);
  active(true); // on a stack where this test ran before
  try {
    for (const script of play.playsOf('regatta')) await t.test(script.description, () => walk(play.definitionOf(path), script));
  } finally {
    active(false);
  }
});
