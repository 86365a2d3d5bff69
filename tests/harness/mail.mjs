// The mail sink: every mail is a file.
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, until } from './stack.mjs';

const folder = join(run, 'mail');

const quotedPrintable = (body) =>
  Buffer.from(
    body.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
const decodeWord = (text) =>
  text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind, content) =>
      kind.toLowerCase() === 'b'
        ? Buffer.from(content, 'base64').toString('utf8')
        : quotedPrintable(content.replaceAll('_', ' ')).toString('utf8'));

/** One mail: { file, headers (lower-case names, decoded), from, to (envelope), subject, text, raw }. */
function parse(file) {
  const raw = readFileSync(join(folder, file));
  const source = raw.toString('latin1');
  const end = source.search(/\r?\n\r?\n/);
  const headers = {};
  const to = [];
  for (const line of source.slice(0, end).replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const content = decodeWord(Buffer.from(line.slice(colon + 1).trim(), 'latin1').toString('utf8'));
    if (name === 'x-envelope-to') to.push(content);
    else headers[name] ??= content;
  }
  const body = source.slice(end).replace(/^\r?\n\r?\n/, '');
  const encoding = (headers['content-transfer-encoding'] ?? '7bit').toLowerCase();
  const bytes = encoding === 'quoted-printable' ? quotedPrintable(body)
    : encoding === 'base64' ? Buffer.from(body, 'base64') : Buffer.from(body, 'latin1');
  return { file, headers, from: headers['x-envelope-from'], to, subject: headers.subject ?? '', text: bytes.toString('utf8').replaceAll('\r\n', '\n'), raw };
}

/** All mails in order of arrival. */
export const mails = () => readdirSync(folder).filter((name) => /^\d.*\.eml$/.test(name)).sort().map(parse);
/** Mails to an address. */
export const mailsTo = (address) => mails().filter((mail) => mail.to.includes(address));
/** Wait for the first mail that `wanted` accepts. */
export const waitForMail = (wanted, options) => until(() => mails().find(wanted), { what: 'mail', ...options });
/** Make the sink answer 451 until accept() is called. */
export const refuse = () => writeFileSync(join(folder, 'refuse'), '');
export const accept = () => rmSync(join(folder, 'refuse'), { force: true });
