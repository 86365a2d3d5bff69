// Builds build/static: style sheet, script and fonts with a hash of their content in the name,
// precompressed for nginx (gzip_static), and manifest.json from plain to hashed name; then the
// static pages of nginx in build/static/pages. Usage: node templates/static/build.mjs OUT_DIR
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import * as esbuild from 'esbuild';
import * as sass from 'sass';
import { writeStaticPages } from './pages.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const modules = join(root, 'node_modules');
const out = process.argv[2];
if (!out) throw new Error('usage: node build.mjs OUT_DIR');

const FONTS = [
  'source-sans-3-latin-wght-normal.woff2',
  'source-sans-3-latin-ext-wght-normal.woff2',
].map((name) => join(modules, '@fontsource-variable/source-sans-3/files', name));

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const manifest = {};

/** Write one asset under its hashed name; text also compressed. */
function put(name, content, { compress = false } = {}) {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
  const dot = name.lastIndexOf('.');
  const hashed = `${name.slice(0, dot)}.${hash}${name.slice(dot)}`;
  writeFileSync(join(out, hashed), content);
  if (compress) writeFileSync(join(out, `${hashed}.gz`), gzipSync(content, { level: 9 }));
  manifest[name] = hashed;
}

for (const font of FONTS) put(basename(font), readFileSync(font));

let css = sass.compile(join(here, 'kontor.scss'), {
  loadPaths: [modules],
  style: 'compressed',
  quietDeps: true,
}).css;
for (const [name, hashed] of Object.entries(manifest)) css = css.replaceAll(name, hashed);
put('kontor.css', css, { compress: true });

const js = await esbuild.build({
  entryPoints: [join(here, 'kontor.js')],
  nodePaths: [modules],
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2020',
  legalComments: 'inline',
  write: false,
});
put('kontor.js', Buffer.from(js.outputFiles[0].contents), { compress: true });

writeFileSync(join(out, 'favicon.svg'), readFileSync(join(here, 'favicon.svg')));
writeStaticPages(join(root, 'templates/pages/static'), join(out, 'pages'), manifest);
// Last: its presence says that the build is whole.
writeFileSync(join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
console.log(`  ASSETS ${readdirSync(out).length - 2} files, ${Object.values(manifest).join(' ')}`);
