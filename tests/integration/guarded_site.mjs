// Other parts of a site, behind Kontor's guard: an nginx of its own in front of the stack's programs, and back ends that
// answer with what they were told.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../harness/directories.mjs';
import { run, until } from '../harness/stack.mjs';

const listen = (server, ...where) => new Promise((resolve, reject) => {
  server.once('error', reject);
  server.listen(...where, () => resolve(server.address()));
});

/** HTTP: answers { method, url, headers: [[name, value], ...], body: bytes of it } as JSON. */
function httpEcho() {
  return createHttp((request, response) => {
    let body = 0;
    request.on('data', (chunk) => { body += chunk.length; });
    request.on('end', () => {
      const headers = [];
      for (let i = 0; i < request.rawHeaders.length; i += 2) headers.push([request.rawHeaders[i].toLowerCase(), request.rawHeaders[i + 1]]);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ method: request.method, url: request.url, headers, body }));
    });
  });
}

/** FastCGI (one request a connection): answers { params: [[name, value], ...], body } as JSON. */
function fastcgiEcho() {
  return createServer((socket) => {
    let bytes = Buffer.alloc(0);
    let params = Buffer.alloc(0);
    let body = 0;
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      for (;;) {
        if (bytes.length < 8) return;
        const [type, size, padding] = [bytes[1], bytes.readUInt16BE(4), bytes[6]];
        if (bytes.length < 8 + size + padding) return;
        const content = bytes.subarray(8, 8 + size);
        bytes = bytes.subarray(8 + size + padding);
        if (type === 4) params = Buffer.concat([params, content]);
        if (type === 5 && size > 0) body += size;
        if (type === 5 && size === 0) answer(socket, pairs(params), body);
      }
    });
  });
}
function pairs(bytes) {
  const result = [];
  const length = (at) => (bytes[at] < 128 ? [bytes[at], at + 1] : [bytes.readUInt32BE(at) & 0x7fffffff, at + 4]);
  for (let at = 0; at < bytes.length;) {
    const [name, afterName] = length(at);
    const [value, start] = length(afterName);
    result.push([bytes.toString('utf8', start, start + name), bytes.toString('utf8', start + name, start + name + value)]);
    at = start + name + value;
  }
  return result;
}
function answer(socket, params, body) {
  const text = Buffer.from(`Content-Type: application/json\r\n\r\n${JSON.stringify({ params, body })}`);
  const record = (type, content) => {
    const head = Buffer.from([1, type, 0, 1, content.length >> 8, content.length & 255, 0, 0]);
    return Buffer.concat([head, content]);
  };
  socket.end(Buffer.concat([record(6, text), record(6, Buffer.alloc(0)), record(3, Buffer.alloc(8))]));
}

/**
 * nginx with server blocks; `servers` is a function of { ports, snippets, root, http, fastcgi } that answers their text,
 * where ports has as many free ports as `count`. Answers { ports, root, log, stop }. Files of the site lie in `root`.
 */
export async function guardedSite(count, servers) {
  const folder = mkdtempSync(join(tmpdir(), 'kontor-guarded-'));
  execFileSync('chmod', ['0755', folder]);
  const root = join(folder, 'root');
  for (const name of ['tmp', 'root']) mkdirSync(join(folder, name));
  const http = httpEcho();
  const fastcgi = fastcgiEcho();
  const [httpAt, fastcgiAt] = await Promise.all([listen(http, 0, '127.0.0.1'), listen(fastcgi, 0, '127.0.0.1')]);
  for (const server of [http, fastcgi]) server.unref();
  const ports = await Promise.all(Array.from({ length: count }, freePort));
  const text = servers({ ports, root, snippets: join(run, 'etc/nginx/snippets'), http: `127.0.0.1:${httpAt.port}`, fastcgi: `127.0.0.1:${fastcgiAt.port}` });
  const conf = join(folder, 'nginx.conf');
  const log = join(folder, 'error.log');
  const temporary = ['client_body', 'fastcgi', 'proxy', 'scgi', 'uwsgi'].map((name) => `${name}_temp_path ${folder}/tmp/${name};`).join(' ');
  writeFileSync(conf, `${process.getuid() === 0 ? 'user kontor-web kontor-web;' : ''} worker_processes 1; daemon off; pid ${folder}/pid; error_log ${log};
    events { worker_connections 1024; }
    http { include /etc/nginx/mime.types; ${temporary} include ${run}/etc/nginx/conf.d/kontor.conf; access_log off; ${text} }\n`);
  execFileSync('nginx', ['-t', '-q', '-c', conf, '-e', log]);
  const nginx = spawn('nginx', ['-c', conf, '-e', log], { stdio: 'ignore' });
  // A test file that breaks off leaves no server behind.
  process.once('exit', () => nginx.kill('SIGTERM'));
  const gone = new Promise((resolve) => { nginx.once('exit', resolve); });
  await until(() => new Promise((resolve, reject) => {
    const socket = connect(ports[0], '127.0.0.1', () => { socket.destroy(); resolve(true); });
    socket.once('error', reject);
  }), { what: 'nginx' });
  const stop = async () => {
    nginx.kill('SIGTERM');
    await gone;
    http.close();
    fastcgi.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { ports, root, log: () => readFileSync(log, 'utf8'), stop };
}
