// Every shipped request type in a browser: the first completed play of each type (tests/play), by the links and buttons of
// the pages alone. tests/integration/request-types.test.mjs walks the other plays and looks at the database.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { launch } from '../harness/browser.mjs';
import * as play from '../harness/play.mjs';
import { Look } from './look.mjs';
import { walk } from './play.mjs';

const browser = await launch();
after(() => browser.close());
const look = new Look(browser);

for (const [n, folder] of play.shipped().entries()) {
  // Every other one in German, customer and staff.
  const language = n % 2 === 0 ? 'de' : 'en';
  const definition = play.definitionOf(folder);
  const script = play.playsOf(definition.key).find(({ end }) => end === 'completed');
  assert.ok(script, `${definition.key} can be completed`);
  test(`${definition.key} (${language}): ${script.description}`, () => walk(look, definition, script, { language }));
}
test('the pages are valid HTML', () => look.finish());
