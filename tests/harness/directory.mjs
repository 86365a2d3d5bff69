// Changes in the demo's directory while slapd runs, as its administrator.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { password, port, run } from './stack.mjs';

const suffix = 'dc=example,dc=org';
export const customerDn = (login) => `uid=${login},ou=customers,ou=people,${suffix}`;
export const staffDn = (login) => `uid=${login},ou=staff,ou=people,${suffix}`;
export const roleDn = (role) => `cn=${role},ou=roles,ou=groups,${suffix}`;
export const teamDn = (team) => `cn=${team},ou=teams,ou=groups,${suffix}`;

const modify = (ldif) => execFileSync('ldapmodify', ['-x', '-H', `ldaps://127.0.0.1:${port + 1}`, '-D', `cn=administrator,${suffix}`, '-w', password],
  { input: `${ldif}\n`, env: { ...process.env, LDAPTLS_CACERT: join(run, 'etc/tls/ca.crt') } });

/** directoryChange(dn, 'replace: mail', 'mail: a@b') */
export const directoryChange = (dn, ...lines) => modify([`dn: ${dn}`, 'changetype: modify', ...lines].join('\n'));
export const directoryRemove = (dn) => modify(`dn: ${dn}\nchangetype: delete`);
/** directoryRename(dn, 'uid=new') */
export const directoryRename = (dn, rdn) => modify(`dn: ${dn}\nchangetype: modrdn\nnewrdn: ${rdn}\ndeleteoldrdn: 1`);
/** Many entries, as lists of lines, in one go; LMDB lets a second process write. */
export const directoryAdd = (entries) => execFileSync('slapadd', ['-q', '-f', join(run, 'var/slapd/slapd.conf')],
  { input: entries.map((lines) => lines.join('\n')).join('\n\n') });
/** Into a group, out of it. A group keeps at least one member. */
export const enterGroup = (group, dn) => directoryChange(group, 'add: member', `member: ${dn}`);
export const leaveGroup = (group, dn) => directoryChange(group, 'delete: member', `member: ${dn}`);
