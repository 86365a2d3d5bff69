// Companies and people of a test's own, so that tests do not share state. The demo has pages for neither, so
// rows and directory entries are made by hand here.
import { createHash, randomBytes } from 'node:crypto';
import { directoryAdd, enterGroup, roleDn, staffDn, teamDn } from './directory.mjs';
import { password, sql, sqlValue } from './stack.mjs';

export const quote = (text) => `'${String(text).replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
const unique = () => randomBytes(4).toString('hex');

const ssha = (word) => {
  const salt = randomBytes(8);
  return `{SSHA}${Buffer.concat([createHash('sha1').update(word).update(salt).digest(), salt]).toString('base64')}`;
};
const b64 = (text) => Buffer.from(text).toString('base64');

/**
 * A member company: { id, reference, name, address }. options: state ('active'), name
 * `address` is its master data: { street, house_number, postal_code, city, country }.
 */
export function newCompany({ state = 'active', name } = {}) {
  const reference = `M-${unique().toUpperCase()}`;
  const title = name ?? `Kontorhaus ${reference} GmbH`;
  const address = { street: `Alter Wall ${reference}`, house_number: '1', postal_code: '20095', city: 'Hamburg', country: 'DE' };
  sql(`INSERT INTO company (reference, name, state, created_at) VALUES (${quote(reference)}, ${quote(title)}, ${quote(state)}, NOW(6) - INTERVAL 1 YEAR)`);
  const id = sqlValue(`SELECT id FROM company WHERE reference = ${quote(reference)}`);
  const rows = Object.entries(address).map(([key, value]) => `(${id}, 'address.${key}', CURDATE() - INTERVAL 1 YEAR, ${quote(value)}, NOW(6) - INTERVAL 1 YEAR)`);
  sql(`INSERT INTO company_attribute (company_id, attribute_key, valid_from, value, recorded_at) VALUES ${rows.join(', ')}`);
  return { id, reference, name: title, address };
}

/** Somebody of a company whom Kontor knows before they first sign on: a person, their directory login, a role. */
export function invite(company, login, role, { issuer = 'ldap:main' } = {}) {
  sql(`INSERT INTO person (login, display_name, email, company_id, is_staff, created_at)
         VALUES (${quote(login)}, ${quote(`Petra ${login}`)}, ${quote(`${login}@example.org`)}, ${company.id}, 0, NOW(6));
       INSERT INTO identity (person_id, issuer, login_key, created_at) VALUES (LAST_INSERT_ID(), ${quote(issuer)}, ${quote(login.toLowerCase())}, NOW(6));
       INSERT INTO company_role (company_id, person_id, role, given_at)
         SELECT ${company.id}, person_id, ${quote(role)}, NOW(6) FROM identity WHERE issuer = ${quote(issuer)} AND login_key = ${quote(login.toLowerCase())}`);
}

/**
 * People of a company: newPeople(company, { anna: 'applicant', sven: 'signatory' }) puts them into the directory and
 * gives the roles; answers { anna: login, sven: login }. The login is the mail address before the '@'. A role of null
 * makes somebody without one; a company of null somebody who is linked to none. word: their password; null for an entry
 * with one that nobody can have.
 */
export function newPeople(company, roles, { word = password } = {}) {
  const end = unique();
  const logins = Object.fromEntries(Object.keys(roles).map((name) => [name, `${name}-${end}`]));
  directoryAdd(Object.values(logins).map((login) => [
    `dn: uid=${login},ou=customers,ou=people,dc=example,dc=org`, 'objectClass: inetOrgPerson', `uid: ${login}`,
    `cn:: ${b64(`Petra ${login}`)}`, `sn: ${login}`, `mail: ${login}@example.org`, ...(company ? [`o:: ${b64(company.reference)}`] : []),
    `userPassword: ${word === null ? '{SSHA}locked' : ssha(word)}`,
  ]));
  for (const [name, role] of Object.entries(roles)) {
    if (role) invite(company, logins[name], role);
  }
  return logins;
}

/**
 * Staff: newStaff({ roles: ['member'], teams: ['it'] }) is a new entry in those groups of the directory; answers the login.
 */
export function newStaff({ roles = [], teams = [] }) {
  const login = `staff-${unique()}`;
  directoryAdd([[`dn: ${staffDn(login)}`, 'objectClass: inetOrgPerson', `uid: ${login}`, `cn: Stella ${login}`, `sn: ${login}`,
    `mail: ${login}@example.org`, `userPassword: ${ssha(password)}`]]);
  for (const role of roles) enterGroup(roleDn(role), staffDn(login));
  for (const team of teams) enterGroup(teamDn(team), staffDn(login));
  return login;
}
