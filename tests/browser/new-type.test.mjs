// A request type that nobody has foreseen (integration/types/regatta): a list, a decision table, a sub-ticket for each row, a
// timer. It is added by data alone and finished in the browser.
import { join } from 'node:path';
import { after, test } from 'node:test';
import { launch } from '../harness/browser.mjs';
import * as play from '../harness/play.mjs';
import { kontorctl, root, sql } from '../harness/stack.mjs';
import { Look } from './look.mjs';
import { walk } from './play.mjs';

const browser = await launch();
const active = (now) => sql(`UPDATE request_type SET active = ${now} WHERE request_type = 'regatta'`);
// Other tests expect the shipped types alone.
after(() => {
  active(false);
  return browser.close();
});

test('added while all programs run, and finished', async () => {
  const folder = join(root, 'tests/integration/types/regatta');
  await kontorctl('publish', folder);
  active(true); // on a stack where this test ran before
  const look = new Look(browser);
  await walk(look, play.definitionOf(folder), play.playsOf('regatta').find(({ name }) => name === 'ocean'));
  await look.finish();
});
