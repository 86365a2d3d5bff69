// wrk and what it says at its end.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { origin } from '../harness/stack.mjs';
import { folder } from './data.mjs';

const REPORT = `done = function(summary, latency, requests)
  local e = summary.errors
  io.stderr:write(string.format('{"requests":%d,"us":%d,"errors":%d,"p50":%d,"p95":%d,"p99":%d}', summary.requests, summary.duration,
    e.connect + e.read + e.write + e.status + e.timeout, latency:percentile(50), latency:percentile(95), latency:percentile(99)))
end
`;

/** Drive `path` for some seconds; `request`: Lua that makes each request. { requests, us, errors, p50, p95, p99 } */
export async function wrk(path, { concurrency, seconds, headers = {}, request = '' }) {
  const file = join(folder, `wrk-${process.pid}.lua`);
  const lines = Object.entries({ Host: new URL(origin).host, ...headers }).map(([name, value]) => `wrk.headers[${JSON.stringify(name)}] = ${JSON.stringify(value)}\n`);
  writeFileSync(file, lines.join('') + request + REPORT);
  const child = spawn('wrk', ['-t1', `-c${concurrency}`, `-d${seconds}s`, '--latency', '-s', file, origin + path], { stdio: ['ignore', 'ignore', 'pipe'] });
  let text = '';
  child.stderr.on('data', (chunk) => { text += chunk; });
  const status = await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
  assert.equal(status, 0, text);
  const result = JSON.parse(text.trim().split('\n').at(-1));
  assert.equal(result.errors, 0, `${path}: ${result.errors} failed requests`);
  return result;
}
