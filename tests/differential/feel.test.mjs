// FEEL by Kontor and by npm feelin, the engine of the bpmn.io editors: each expression of tests/unit/feel/expressions.txt
// has the same value, or stands in feel-differences.txt with feelin's value and why the specification is followed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ours, same, theirs } from './feel.mjs';

// As tests/unit/feel/test_expressions.c has it.
const CONTEXT = { a: 1, b: 'x', l: [1, 2, 3], c: { d: 4, 'e f': 5 }, people: [{ name: 'A', age: 3 }, { name: 'B', age: 30 }] };
const lines = (path) => readFileSync(join(import.meta.dirname, path), 'utf8').split('\n').filter(Boolean);

test('feelin agrees, but for what was reviewed', () => {
  const reviewed = new Map(lines('feel-differences.txt').map((line) => {
    const [expression, value, reason] = line.split('\t');
    assert.ok(reason, `a reason for ${expression}`);
    return [expression, JSON.parse(value)];
  }));
  const expressions = lines('../unit/feel/expressions.txt').map((line) => line.split('\t')[0]);
  const values = ours(expressions, CONTEXT);
  const found = [];
  const used = new Set();
  expressions.forEach((expression, i) => {
    const other = theirs(expression, CONTEXT);
    if (same(values[i], other)) return;
    if (!reviewed.has(expression) || !same(reviewed.get(expression), other)) {
      found.push(`${expression}: Kontor ${JSON.stringify(values[i])}, feelin ${JSON.stringify(other)}`);
    }
    used.add(expression);
  });
  assert.deepEqual(found, [], 'differences that nobody has reviewed');
  assert.deepEqual([...reviewed.keys()].filter((expression) => !used.has(expression)), [], 'reviewed, and no difference any more');
});
