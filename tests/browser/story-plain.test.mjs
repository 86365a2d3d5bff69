// The main story without JavaScript, in English, on a telephone.
import { after, test } from 'node:test';
import { launch } from '../harness/browser.mjs';
import { story } from './story.mjs';

const browser = await launch();
after(() => browser.close());

test('the story without JavaScript, in English, 360 px', (t) => story(t, browser, { language: 'en', javaScript: false, width: 360 }));
