// Every shipped request type is walked through by the pages that exist, as its plays in tests/play say. Nothing here knows a
// type: a new folder in templates/processes is tested by this file, and must have a play.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as play from '../harness/play.mjs';
import { walk } from './play.mjs';

for (const folder of play.shipped()) {
  const definition = play.definitionOf(folder);
  const plays = play.playsOf(definition.key);
  test(`${definition.key} can be completed by a play`, () => assert.ok(plays.some(({ end }) => end === 'completed')));
  for (const reason of definition.declines) {
    test(`${definition.key}: a play is declined: ${reason}`, () => assert.ok(plays.some((script) => script.end === 'declined' && script.reason === reason)));
  }
  for (const script of plays) test(`${definition.key}/${script.name}: ${script.description}`, () => walk(definition, script));
}
