// The queue says at a glance what to do next: by due time, with what is late, what is due today and what waits for the
// customer; each line has one department and at most one owner.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signedIn } from '../harness/client.mjs';
import { newCompany, newPeople, quote } from '../harness/people.mjs';
import { sql } from '../harness/stack.mjs';
import * as story from '../harness/story.mjs';

const JSON_VIEW = { headers: { accept: 'application/json' } };
const berlinDay = (instant) => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin' }).format(instant);

test('late, due today and later lines, in this order and marked', async () => {
  const [service, compliance, lead] = await Promise.all(['service', 'compliance', 'lead'].map((login) => signedIn(login)));
  const released = async () => {
    const { anna: login } = newPeople(newCompany(), { anna: 'applicant' });
    const reference = await story.submitted(await signedIn(login));
    await story.accept(service, reference);
    await story.release(service, reference);
    return story.subTicketOf(story.ticketOf(reference), 'compliance');
  };
  const [late, today, later] = [await released(), await released(), await released()];
  const due = (sub, when) => sql(`UPDATE sub_ticket SET due_at = UTC_TIMESTAMP(6) + INTERVAL ${when} WHERE reference = ${quote(sub)}`);
  due(late, '-3 DAY');
  due(today, '10 MINUTE');
  due(later, '5 DAY');

  const lines = async (client, view) => {
    const answer = await client.get(`staff/queue?view=${view}`, JSON_VIEW);
    assert.equal(answer.status, 200);
    return answer.json.lines;
  };
  const queue = await lines(compliance, 'team');
  const place = (sub) => queue.findIndex(({ reference }) => reference === sub);
  assert.ok(place(late) >= 0 && place(late) < place(today) && place(today) < place(later), 'in the order of due times');
  const marks = (sub) => (({ overdue, due_today: dueToday }) => ({ overdue, dueToday }))(queue[place(sub)]);
  assert.deepEqual(marks(late), { overdue: true, dueToday: false });
  assert.deepEqual(marks(today), { overdue: false, dueToday: berlinDay(Date.now() + 600_000) === berlinDay(Date.now()) });
  assert.deepEqual(marks(later), { overdue: false, dueToday: false });
  const page = await compliance.get('staff/queue?view=team');
  assert.match(page.plain.slice(page.plain.indexOf(late) - 200, page.plain.indexOf(late)), /Overdue/);

  for (const line of queue) assert.equal(line.team, 'Compliance', 'the own department alone');
  assert.ok(queue.every(({ owner }) => !owner || !owner.includes(',')));
  const everywhere = await lines(lead, 'all');
  assert.ok(everywhere.every(({ team }) => team), 'nothing without a department');
  assert.ok(everywhere.some(({ team }) => team !== 'Compliance'));

  const ticket = queue[place(late)].ticket_reference;
  await story.take(compliance, ticket, late);
  assert.deepEqual((await lines(compliance, 'mine')).filter(({ reference }) => [late, today, later].includes(reference)).map(({ reference }) => reference), [late]);
});
