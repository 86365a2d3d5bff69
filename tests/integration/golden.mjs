// Files in tests/golden that a test compares with. `make bless` (BLESS=1) writes them anew: look at the diff.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../harness/stack.mjs';

export const blessing = process.env.BLESS === '1';

/** `name`: file in tests/golden, or a path from the top of the tree. */
export function golden(name, text) {
  const path = name.includes('/') ? join(root, name) : join(root, 'tests/golden', name);
  if (blessing) writeFileSync(path, text);
  assert.equal(text, readFileSync(path, 'utf8'), `${name}; if the change is meant: make bless`);
}
