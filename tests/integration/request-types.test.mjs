// Every shipped request type is walked through by the pages that exist, as its plays in tests/play say. Nothing here knows a
// type: a new folder in templates/processes is tested by this file, and must have a play.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signedIn } from '../harness/client.mjs';
import * as play from '../harness/play.mjs';
import { sqlValue } from '../harness/stack.mjs';
import { walk } from './play.mjs';

for (const folder of play.shipped()) {
  const definition = play.definitionOf(folder);
  const plays = play.playsOf(definition.key);
  test(`${definition.key} can be completed by a play`, () => assert.ok(plays.some(({ end }) => end === 'completed')));
  for (const reason of definition.declines) {
    test(`${definition.key}: a play is declined: ${reason}`, () => assert.ok(plays.some((script) => script.end === 'declined' && script.reason === reason)));
  }
  test(`${definition.key}: its drawing is read in both languages`, async () => {
    const lead = await signedIn('lead');
    const version = sqlValue(`SELECT d.version FROM request_type t JOIN process_definition d ON d.id = t.definition_id WHERE t.request_type = '${definition.key}'`);
    for (const language of ['de', 'en']) {
      const { plain } = await lead.get(`staff/definitions/${definition.key}/${version}?lang=${language}`);
      // Long words may be broken.
      const words = definition.names.flatMap((name) => (language === 'de' ? definition.german(name) : name).split(' ')).filter((word) => word.length < 12);
      assert.ok(words.length > 5);
      for (const word of words) assert.ok(plain.includes(word), `"${word}" in ${language}`);
    }
  });
  for (const script of plays) test(`${definition.key}/${script.name}: ${script.description}`, () => walk(definition, script));
}
