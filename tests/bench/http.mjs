// One request over a socket of its own, to the byte: fetch() hides what nginx adds.
import { connect } from 'node:net';
import { port } from '../harness/stack.mjs';

/** { status, head: [[name, value]...], body } of METHOD path. */
export function exchange(method, path, { headers = {}, body = '' } = {}) {
  return new Promise((resolve, reject) => {
    const all = { Host: `localhost:${port}`, Connection: 'close', ...headers };
    if (method === 'POST') all['Content-Length'] = Buffer.byteLength(body);
    const lines = [`${method} ${path} HTTP/1.1`, ...Object.entries(all).map(([name, value]) => `${name}: ${value}`)];
    const chunks = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.once('error', reject);
    socket.once('end', () => {
      const answer = Buffer.concat(chunks);
      const split = answer.indexOf('\r\n\r\n');
      const [status, ...head] = answer.subarray(0, split).toString('latin1').split('\r\n');
      resolve({
        status: Number(status.split(' ')[1]),
        head: head.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
        body: answer.subarray(split + 4),
      });
    });
  });
}
/** The answer without what nginx puts in itself and what only test builds say. */
export const ownHead = (answer) => answer.head.filter(([name]) => !['server', 'date', 'connection', 'x-kontor-statements'].includes(name.toLowerCase()));
