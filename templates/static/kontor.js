// The one script of every page. Nothing depends on it: see templates/README.md, "Script".
import {
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  NotificationBanner,
  PasswordInput,
  Radios,
  SkipLink,
  createAll,
} from 'govuk-frontend';
import { startDiagrams } from './diagram.js';
import { startForms } from './form.js';
import { guardSubmit } from './submit.js';
import { startLive } from './live.js';

const body = document.body;
const text = body.dataset;

body.classList.add('js-enabled', 'govuk-frontend-supported');

createAll(SkipLink);
createAll(ErrorSummary);
createAll(NotificationBanner);
createAll(Radios);
createAll(Checkboxes);
createAll(CharacterCount);
createAll(PasswordInput, {
  i18n: {
    showPassword: text.textShow,
    hidePassword: text.textHide,
    showPasswordAriaLabel: text.textShowPassword,
    hidePasswordAriaLabel: text.textHidePassword,
    passwordShownAnnouncement: text.textPasswordShown,
    passwordHiddenAnnouncement: text.textPasswordHidden,
  },
});

for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => globalThis.print());
}

guardSubmit(document);
startDiagrams(document);

const announce = (element) => {
  element.textContent = text.textUpdated ?? '';
};
startLive(document, { announce });
startForms(document, { announce });
