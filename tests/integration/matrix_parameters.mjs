// What stands in the addresses of the pages, for whom. A page with a parameter that is not here makes the matrix fail.
//
// Key: the pattern up to and with the parameter, or method and pattern of one page. Value: (actor, world, session) => { own, foreign, state, may, denied }
//   own      values whose records the actor may reach, if the right is there: each is tried
//   foreign  values whose records the actor may not reach: 404 with every right (or `denied`)
//   may      for pages of everybody: the rights of which one is needed for the record; without any, own is foreign
//   denied   status for a foreign record where it is not 404, and why the actor knows of it anyway
// A value is text, or { value, state }: then the session of that state's company asks (companies' people have one each).
const states = ['draft', 'submitted', 'released', 'completed', 'board'];
const NO_REQUEST = 'R-0000-0000';
const NO_TICKET = 'T-0000-0000';
const NO_NUMBER = '999999999';

/**
 * Records by state: own ones asked for from their own company, foreign ones by somebody of the company without any. What is for
 * the board alone is foreign to all others of its company.
 */
const ofCompany = (what, nothing) => (actor, world) => {
  const at = (state, from = state) => ({ value: what(world.companies[state]), state: from });
  if (actor.side === 'staff' || actor.side === null) return { own: states.map((state) => at(state)), foreign: [] };
  const seen = states.filter((state) => state !== 'board' || actor.rights.has('board-read'));
  return {
    own: seen.map((state) => at(state)),
    foreign: [...states.filter((state) => !seen.includes(state)).map((state) => at(state)), ...states.map((state) => at(state, 'empty')), { value: nothing, state: 'draft' }],
  };
};
/** Records that staff see: what was submitted. A draft is the customer's own. */
const ofStaff = (what, nothing, seen) => (actor, world) => ({
  own: seen.map((state) => what(world.companies[state])),
  foreign: [...states.filter((state) => !seen.includes(state)).map((state) => what(world.companies[state])), nothing].filter(Boolean),
});
const fixed = (own, foreign) => () => ({ own, foreign });

export const PARAMETERS = {
  // login: asked by nginx alone, from outside there is no such page
  '/-auth/{right}': fixed(['signed-in', 'request-read', 'ticket-read'], ['no-such-right']),
  // Which providers there are says the configuration; their own tests know some.
  '/login/provider/{provider}': fixed(['no-such-provider'], []),
  '/logout/provider/{provider}': fixed(['no-such-provider'], []),
  '/logout/back-channel/{provider}': fixed(['no-such-provider'], []),
  // requests
  '/requests/new/{action}': fixed(['change', 'add', 'terminate', 'ask'], ['no-such-action']),
  '/requests/{reference}': ofCompany((company) => company.request, NO_REQUEST),
  '/requests/{reference}/answers/{form}': fixed(['address', 'details'], ['no-such-form']),
  '/requests/{reference}/documents/{slot}': fixed(['proof'], ['no-such-slot']),
  // uploads
  '/documents/{reference}': ofCompany((company) => company.request, NO_REQUEST),
  '/documents/{reference}/{slot}': fixed(['proof'], ['no-such-slot']),
  '/documents/{public_id}': (actor, world) => {
    const places = actor.side === 'staff' ? ofStaff((company) => company.document, '0'.repeat(32), ['submitted', 'released', 'completed', 'board']) : ofCompany((company) => company.document, '0'.repeat(32));
    return { ...places(actor, world), may: ['request-read', 'intake-read', 'ticket-read'] };
  },
  // dashboard
  '/staff/intake/{reference}': ofStaff((company) => company.request, NO_REQUEST, ['submitted', 'released', 'completed', 'board']),
  '/staff/intake/{reference}/slots/{slot}': fixed(['proof'], ['no-such-slot']),
  '/staff/definitions/{type}/{version}': fixed(['1'], ['999', 'first']),
  '/staff/definitions/{type}': fixed(['change-of-address'], ['no-such-type']),
  '/staff/tickets/{reference}': ofStaff((company) => company.ticket, NO_TICKET, ['released', 'completed']),
  '/staff/tickets/{reference}/slots/{slot}': fixed(['proof'], ['no-such-slot']),
  // Why it is due when it is: whoever reads tickets.
  'GET /staff/sub-tickets/{reference}/due': (actor, { companies: { released, completed } }) =>
    ({ own: [released.sub.compliance, completed.sub.it], foreign: [`${NO_TICKET}-1`] }),
  '/staff/sub-tickets/{reference}': (actor, { companies: { released, completed } }) => {
    // Everybody with the right sees all tickets; work is for one's own team, or for all with ticket-assign.
    const all = actor.rights.has('ticket-assign');
    return {
      own: [released.sub.compliance, completed.sub.compliance, ...(all ? [released.sub.it] : [])],
      foreign: all ? [`${NO_TICKET}-1`] : [released.sub.it, completed.sub.it],
      denied: all ? 404 : 403,
    };
  },
  // account: a person of the own company, one of another, one of the staff
  '/account/people/{person}': (actor, { companies, staffPerson }) => ({
    own: ['draft', 'released'].map((state) => ({ value: companies[state].person, state })),
    foreign: [{ value: companies.released.person, state: 'empty' }, { value: staffPerson, state: 'draft' }, { value: NO_NUMBER, state: 'draft' }],
  }),
  '/account/companies/{company}': (actor, { companies }) => ({ own: [companies.released.reference], foreign: ['M-0000'] }),
  '/account/companies/{company}/people/{person}': (actor, { companies, staffPerson }) => ({ own: [companies.released.person], foreign: [companies.draft.person, staffPerson, NO_NUMBER] }),
  '/account/persons/{person}': (actor, { companies, staffPerson }) => ({ own: [companies.released.person, staffPerson], foreign: [NO_NUMBER] }),
  // login: one's own sessions
  '/profile/sessions/{session}': (actor, world) => {
    const own = Object.entries(actor.at).map(([state, { second }]) => ({ value: second, state }));
    // What is no live session of one's own is over: the list is shown again, whoever's it was.
    return { own: own.slice(0, 1), denied: 303, foreign: [world.otherSession, NO_NUMBER].map((value) => ({ value, state: own[0]?.state })) };
  },
};

/**
 * Pages of everybody that lead on to what the person may see: who has nothing to see gets 403. Path to whether the actor has.
 */
export const CROSSROADS = {
  '/': (actor) => actor.side === 'staff' || actor.rights.has('request-read'),
  '/staff': (actor, rights) => ['intake-read', 'ticket-read'].some((right) => rights.has(right)),
};

/** What a form gets into a required field that the page did not fill: by the field's type. */
export const sample = ({ name, type, choices }) => {
  if (choices) return choices[0];
  if (type === 'int') return '1';
  if (type === 'day') return new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
  if (type === 'bool') return '1';
  if (/(^|_)key$/.test(name)) return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return 'Matrix';
};

const ROLES = { roles: 'coordinator,readonly', seen: 'coordinator' };
const INVITED = { name: 'Mara Matrix', email: 'mara@example.org', language: 'de', directory: 'main', login: 'mara-matrix', 'role-readonly': '1' };
/** Forms that show their fields only after a choice, or have rules of their own: what to send. */
export const FIELDS = {
  '/account/people/{person}/roles': ROLES,
  '/account/companies/{company}/people/{person}/roles': ROLES,
  '/account/people/invite': INVITED,
  '/account/companies/{company}/people/invite': INVITED,
};

/** Programs whose pages a member of the staff in the support view sees as the company does. */
export const PORTAL = ['requests', 'uploads'];
