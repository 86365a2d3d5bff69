// The pages that nginx serves alone. A source in templates/pages/static has two sections, German and
// English; the first line is a comment with the title. @prefix@, @site_name@ and @contact_mail@ are
// left in and filled by `make install` (PREFIX_PATH, SITE_NAME, CONTACT_MAIL).
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const TITLE = /^<!-- title: (.+?) -->\n/;

function frame(title, main, css) {
  return `<!DOCTYPE html>
<html lang="de" class="govuk-template">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="theme-color" content="#0b3c49">
<meta name="robots" content="noindex">
<link rel="icon" type="image/svg+xml" href="@prefix@favicon.svg">
<link rel="stylesheet" href="@prefix@static/${css}">
<title>${title} – @site_name@</title>
</head>
<body class="govuk-template__body k-body k-plain">
<header class="k-header">
<div class="k-container k-header__bar">
<a class="k-wordmark" href="@prefix@">
<svg class="k-wordmark__mark" viewBox="0 0 28 28" width="28" height="28" aria-hidden="true" focusable="false"><path fill="currentColor" d="M3 26V11h4V7h4V3h6v4h4v4h4v15h-7v-7a4 4 0 0 0-8 0v7z"/></svg>
<span>@site_name@</span>
</a>
</div>
</header>
<div class="k-container k-page">
<main class="govuk-main-wrapper k-both-languages" id="main-content">
${main.trim()}
</main>
</div>
<footer class="k-footer">
<div class="k-container k-footer__row">
<ul class="k-footer__list">
<li><a class="k-footer__link" href="@prefix@accessibility">Erklärung zur Barrierefreiheit · <span lang="en">Accessibility statement</span></a></li>
<li><a class="k-footer__link" href="mailto:@contact_mail@">@contact_mail@</a></li>
</ul>
</div>
</footer>
</body>
</html>
`;
}

/**
 * @param {string} from folder of the sources
 * @param {string} to folder for the pages
 * @param {Record<string, string>} manifest plain to hashed asset names
 */
export function writeStaticPages(from, to, manifest) {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from).filter((file) => file.endsWith('.html'))) {
    const source = readFileSync(join(from, name), 'utf8');
    const title = TITLE.exec(source);
    if (!title) throw new Error(`${name}: first line must be <!-- title: ... -->`);
    for (const language of ['de', 'en']) {
      if (!source.includes(`<section lang="${language}">`)) {
        throw new Error(`${name}: no section in "${language}"`);
      }
    }
    const page = frame(title[1], source.replace(TITLE, ''), manifest['kontor.css']);
    writeFileSync(join(to, name), page);
  }
}
