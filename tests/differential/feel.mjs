// The same expression by both: Kontor's FEEL and npm feelin, as JSON values that can be compared.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FeelFunction, FeelRange, evaluate } from 'feelin';

const root = join(import.meta.dirname, '../..');
export const kontorctl = [process.env.KONTORCTL, 'build/release/bin/kontorctl', 'build/asan/bin/kontorctl']
  .filter(Boolean).map((path) => join(root, path)).find(existsSync);

/** What went wrong is one value: words of errors are each program's own. */
export const ERROR = 'an error';

/** A range is compared by what is in it, in expressions of its own: as a value each writes it in its own way. */
const RANGE = 'a range';

/** Values of Kontor, one for each expression. */
export function ours(expressions, context) {
  const input = expressions.map((expr, id) => `${JSON.stringify({ id, expr, context })}\n`).join('');
  const { stdout, status } = spawnSync(kontorctl, ['feel', '--batch'], { input, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`kontorctl feel --batch: ${status}`);
  const answers = stdout.trim().split('\n').map((line) => JSON.parse(line));
  return answers.map((answer) => ('error' in answer ? ERROR : range(answer.value)));
}

const range = (value) => (typeof value === 'string' && /^[([][^"]*\.\.[^"]*[)\]]$/.test(value) ? RANGE : value);

/** What feelin has of its own, as FEEL writes it. */
function plain(value) {
  if (value === undefined || value === null || Number.isNaN(value)) return null;
  if (['number', 'boolean', 'string'].includes(typeof value)) return value;
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof FeelRange) return RANGE;
  if (typeof value === 'function' || value instanceof FeelFunction) return 'function';
  // Dates, times and durations know their own text.
  if (value.constructor && value.constructor !== Object) return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

/** The value of feelin. */
export function theirs(expression, context) {
  try {
    return plain(evaluate(expression, structuredClone(context)).value);
  } catch {
    return ERROR;
  }
}

/** Numbers of feelin are doubles: they are compared as such, everything else as it is. */
export function same(a, b) {
  if (typeof a === 'number' && typeof b === 'number') return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
  const keys = Object.keys(a);
  return Array.isArray(a) === Array.isArray(b) && keys.length === Object.keys(b).length && keys.every((key) => key in b && same(a[key], b[key]));
}
