// kontorctl feel: an expression and its value as JSON, or many, one request a line. What FEEL itself means is held by
// tests/unit/feel; here is what the command does with it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { tried } from '../harness/bpmn.mjs';
import { run } from '../harness/stack.mjs';

const feel = (...args) => tried('feel', ...args);
const gives = async (expr, value, ...options) =>
  assert.deepEqual(await feel(...options, expr), { code: 0, stdout: `${value}\n`, stderr: '' }, expr);
const refuses = async (code, problem, ...args) => {
  const answer = await feel(...args);
  assert.deepEqual([answer.code, answer.stdout], [code, '']);
  assert.match(answer.stderr, problem);
};

/** The answers to these lines, each parsed. */
function batch(lines) {
  const child = spawn(join(run, 'usr/bin/kontorctl'), ['feel', '--batch']);
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stdin.end(lines);
  return new Promise((resolve) => child.on('close',
    (code) => resolve({ code, answers: stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line)) })));
}
const requests = (...list) => list.map((request) => `${JSON.stringify(request)}\n`).join('');

test('values of every type as JSON', async () => {
  await gives('1 + 1', '2');
  await gives('1 / 3', '0.3333333333333333333333333333333333');
  await gives('0.1 + 0.2', '0.3');
  await gives('12345678901234567890123456789012345 = 1', 'false');
  await gives('"a" + "b"', '"ab"');
  await gives('"\\"€😀\\n"', '"\\"€😀\\n"');
  await gives('true and null', 'null');
  await gives('[1, "a", null, [true]]', '[1,"a",null,[true]]');
  await gives('{a: 1, "b c": {d: []}}', '{"a":1,"b c":{"d":[]}}');
  await gives('date("2026-01-01")', '"2026-01-01"');
  await gives('date and time("2026-01-01T10:00:00@Europe/Berlin")', '"2026-01-01T10:00:00@Europe/Berlin"');
  await gives('duration("PT90M")', '"PT1H30M"');
});
test('what FEEL does not define is null, and no error', async () => {
  await gives('1 / 0', 'null');
  await gives('nothing', 'null');
  await gives('"a" * 2', 'null');
  await gives('[1][5]', 'null');
});
test('--context: names of any kind, also inside of lists and contexts', async () => {
  await gives('a.b + list[2]', '5', '--context', '{"a":{"b":2},"list":[1,3]}');
  await gives('net-value * 2', '4', '--context', '{"net-value":2}');
  await gives('order.unit price + 1', '3', '--context', '{"order":{"unit price":2}}');
  await gives('sum(lines.net-value)', '5', '--context', '{"lines":[{"net-value":2},{"net-value":3}]}');
  await gives('größe', '"ß"', '--context', '{"größe":"ß"}');
  await gives('1', '1', '--context', 'null');
});
test('--context that is no JSON object is refused', async () => {
  await refuses(65, /^kontorctl: the context is no object\n$/, '--context', '[1]', '1');
  await refuses(65, /^kontorctl: JSON, byte 2: a name in quotes is missing\n$/, '--context', '{', '1');
  await refuses(65, /^kontorctl: JSON, byte /, '--context', '{"a":1}x', '1');
});
test('an expression that is wrong is refused, with the column', async () => {
  await refuses(65, /^kontorctl: column 4: the expression ends too early\n$/, '1 +');
  await refuses(65, /^kontorctl: column 1: the expression ends too early\n$/, '');
  await refuses(65, /^kontorctl: column 1: text without its closing quote\n$/, '"abc');
  await refuses(65, /^kontorctl: column 7: /, '1 + 2 ) + 3');
  await refuses(65, /^kontorctl: column \d+: /, 'if true then 1');
  await refuses(65, /^kontorctl: column \d+: /, `${'('.repeat(200)}1${')'.repeat(200)}`);
});
test('an expression that costs too much ends', async () => {
  await refuses(65, /^kontorctl: the expression costs too much\n$/, 'sum(for i in 1..1000000000 return i)');
  await refuses(65, /^kontorctl: the expression costs too much\n$/, '{f: function(n) f(n + 1), r: f(1)}.r');
  await refuses(65, /^kontorctl: column 1: the expression is too long\n$/, `${'1 + '.repeat(10000)}1`);
});
test('arguments that are wrong are a matter of usage', async () => {
  await refuses(64, /too few arguments/);
  await refuses(64, /too many arguments/, '1', '2');
  await refuses(64, /unknown option or missing value: --bogus/, '--bogus', '1');
  await refuses(64, /too many arguments/, '--batch', '1');
});

test('--batch: one answer a line, with the id of the request', async () => {
  const { code, answers } = await batch(requests({ id: 1, expr: '1 + 1' },
    { id: 'b', expr: 'a.b + x', context: { a: { b: 2 }, x: 3 } },
    { id: [1], expr: 'nothing' }, { expr: 'date("2026-01-01")' }));
  assert.equal(code, 0);
  assert.deepEqual(answers, [{ id: 1, value: 2 }, { id: 'b', value: 5 }, { id: [1], value: null },
    { id: null, value: '2026-01-01' }]);
});
test('--batch: a bad line is answered with its error, and the next ones go on', async () => {
  const { code, answers } = await batch(`not json\n\n[1]\n${requests(
    { id: 2 }, { id: 3, expr: 7 }, { id: 4, expr: '1 +' }, { id: 5, expr: 'sum(for i in 1..1000000000 return i)' },
  )}{"id": 6, "expr": "1"}`);
  assert.equal(code, 0);
  assert.deepEqual(answers, [
    { id: null, error: 'JSON, byte 1: no number' }, { id: null, error: 'the context is no object' },
    { id: 2, error: 'expr is missing' },
    { id: 3, error: 'expr is missing' }, { id: 4, error: 'column 4: the expression ends too early' },
    { id: 5, error: 'the expression costs too much' },
    { id: 6, value: 1 },
  ]);
});
test('--batch: 1,000 lines in their order, and nothing of one line is left for the next', async () => {
  const line = (id) => (id % 2 ? { id, expr: 'x * x', context: { x: id } } : { id, expr: 'x' });
  const { answers } = await batch(requests(...Array.from({ length: 1000 }, (_, id) => line(id))));
  assert.deepEqual(answers, Array.from({ length: 1000 }, (_, id) => ({ id, value: id % 2 ? id * id : null })));
});
test('--batch: a line of a megabyte, and no line at all', async () => {
  const text = 'x'.repeat(1 << 20);
  assert.deepEqual((await batch(requests({ id: 1, expr: 'string length(t)', context: { t: text } }))).answers,
    [{ id: 1, value: 1 << 20 }]);
  assert.deepEqual(await batch(''), { code: 0, answers: [] });
});
