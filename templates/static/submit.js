// A second click on a submit button within this time is dropped. The server takes a form once
// anyway (idempotency key); this only spares the person the detour.
const QUIET_MS = 3000;

/**
 * Drop repeated submissions of one form. The button stays enabled: a disabled one would not be sent
 * as name=value and is silent for screen readers.
 * @param {Document} doc
 */
export function guardSubmit(doc) {
  const submittedAt = new WeakMap();
  doc.addEventListener('submit', (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== 'post') return;
    const before = submittedAt.get(form);
    if (before !== undefined && event.timeStamp - before < QUIET_MS) {
      event.preventDefault();
      return;
    }
    submittedAt.set(form, event.timeStamp);
  });
  // Back from the next page out of the browser's cache: the form may be sent again.
  globalThis.addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    for (const form of doc.forms) submittedAt.delete(form);
  });
}
