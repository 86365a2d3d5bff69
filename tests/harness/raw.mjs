// HTTP by hand, for what fetch refuses to send: paths and header bytes as they are, another source address, a client
// that goes away in the middle.
import { connect } from 'node:net';
import { port } from './stack.mjs';

/** Send `bytes` as they are; the answer { status, headers (lower case, all values of a name in an array), body }. */
export function exchange(bytes, { localAddress = '127.0.0.1', seconds = 15 } = {}) {
  return new Promise((resolve, reject) => {
    const chunks = [];
    const socket = connect({ port, host: '127.0.0.1', localAddress }, () => socket.write(bytes));
    socket.setTimeout(seconds * 1000, () => socket.destroy(new Error('no answer')));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', (error) => (chunks.length > 0 ? resolve(parse(Buffer.concat(chunks))) : reject(error)));
    socket.on('close', () => (chunks.length > 0 ? resolve(parse(Buffer.concat(chunks))) : reject(new Error('closed without an answer'))));
  });
}

function parse(bytes) {
  const end = bytes.indexOf('\r\n\r\n');
  const [first, ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const headers = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    (headers[line.slice(0, colon).toLowerCase()] ??= []).push(line.slice(colon + 1).trim());
  }
  let body = bytes.subarray(end + 4);
  if (headers['transfer-encoding']?.[0] === 'chunked') body = unchunk(body);
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(first)?.[1]), headers, body, text: body.toString('utf8') };
}
function unchunk(bytes) {
  const parts = [];
  for (let at = 0; ;) {
    const line = bytes.indexOf('\r\n', at);
    const size = Number.parseInt(bytes.subarray(at, line).toString('latin1'), 16);
    if (line < 0 || !size) return Buffer.concat(parts);
    parts.push(bytes.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}

/** One request; `path` and header values go out byte for byte (latin1). */
export function raw(method, path, { headers = {}, body, ...options } = {}) {
  const all = { Host: `localhost:${port}`, Connection: 'close', ...headers };
  if (body !== undefined) all['Content-Length'] ??= String(Buffer.byteLength(body));
  const head = `${method} ${path} HTTP/1.1\r\n${Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
  return exchange(Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body ?? '')]), options);
}

/** Cookies of a signed-in or signed-out harness client as a header value. */
export const cookieHeader = (client) => client.cookieNames().map((name) => `${name}=${client.cookie(name)}`).join('; ');
