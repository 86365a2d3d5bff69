// The main story with JavaScript, in German, on a wide screen.
import { after, test } from 'node:test';
import { launch } from '../harness/browser.mjs';
import { story } from './story.mjs';

const browser = await launch();
after(() => browser.close());

test('the story with JavaScript, in German, 1280 px', (t) => story(t, browser, { language: 'de', javaScript: true, width: 1280 }));
