// Forms whose questions depend on answers (data-form-live): after a change the server says what the page asks now.
// Without this the page comes back after saving, with the further questions.
const QUIET_MS = 250;

/** The page for what is typed now, or null when the server is not well or the session has ended. */
async function fetchPage(form, signal) {
  const body = new URLSearchParams(new FormData(form));
  body.set('kontor-refresh', '1');
  try {
    const response = await fetch(form.action, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { Accept: 'text/html' },
      body,
      signal,
    });
    if (response.redirected || !response.ok) return null;
    return new DOMParser().parseFromString(await response.text(), 'text/html');
  } catch {
    return null;
  }
}

const fieldsOf = (region) => new Map([...region.querySelectorAll('[data-field]')].map((field) => [field.dataset.field, field]));

/** Questions that went away: who takes an answer back finds what was typed. */
const gone = new Map();

/** Put `next` where it stands on the fresh page: behind the field before it, else at the front of its group. */
function insert(next, region, present) {
  const kept = gone.get(next.dataset.field);
  const place = kept?.dataset.state === next.dataset.state ? kept : next.cloneNode(true);
  for (let before = next.previousElementSibling; before; before = before.previousElementSibling) {
    const mine = before.dataset.field && present.get(before.dataset.field);
    if (mine) return mine.after(place);
  }
  const group = next.parentElement.dataset.fields;
  const parent = group === region.dataset.fields ? region : region.querySelector(`[data-fields="${group}"]`);
  return parent?.prepend(place);
}

/** Bring `region` to what `fresh` shows; what is typed stays where the question is the same. True if something changed. */
function update(region, fresh) {
  const wanted = fieldsOf(fresh);
  let changed = false;
  for (const [name, field] of fieldsOf(region)) {
    if (wanted.has(name)) continue;
    field.remove();
    gone.set(name, field);
    changed = true;
  }
  for (const [name, next] of wanted) {
    const present = fieldsOf(region);
    const mine = present.get(name);
    if (mine && mine.dataset.state === next.dataset.state) continue;
    const focused = mine?.contains(document.activeElement) ? document.activeElement.id : '';
    if (mine) mine.replaceWith(next.cloneNode(true));
    else insert(next, region, present);
    if (focused) document.getElementById(focused)?.focus();
    changed = true;
  }
  return changed;
}

/**
 * @param {Document} doc
 * @param {{announce: (element: HTMLElement) => void}} options announce fills the status element
 */
export function startForms(doc, { announce }) {
  const region = doc.querySelector('[data-form-live]');
  const form = region?.closest('form');
  if (!form) return;
  let timer = 0;
  let running = null;

  const refresh = async () => {
    running?.abort();
    running = new AbortController();
    const { signal } = running;
    const page = await fetchPage(form, signal);
    const fresh = page?.getElementById(region.id);
    if (signal.aborted || !fresh) return;
    for (const name of ['kontor-shown', 'kontor-numbers']) {
      const next = page.querySelector(`input[name="${name}"]`);
      if (next) form.elements.namedItem(name).value = next.value;
    }
    const status = doc.getElementById('live-status');
    if (update(region, fresh) && status) announce(status);
  };
  form.addEventListener('change', () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, QUIET_MS);
  });
  // What is being sent is not to be overtaken by what was only looked at.
  form.addEventListener('submit', () => {
    clearTimeout(timer);
    running?.abort();
  });
}
