// Live regions: elements with data-live and an id are refreshed from the page they stand on.
const INTERVAL_MS = 4000;
const LONGEST_INTERVAL_MS = 60000;
// Without any sign of a person for so long, an open page stops asking.
const AWAY_MS = 15 * 60 * 1000;

/** The page at `url` as a document, or null when the server is not well. */
async function fetchPage(url) {
  try {
    const response = await fetch(url, {
      credentials: 'same-origin',
      headers: { Accept: 'text/html', 'X-Kontor-Live': '1' },
    });
    if (response.redirected || response.status === 401 || response.status === 404) return 'gone';
    if (!response.ok) return null;
    return new DOMParser().parseFromString(await response.text(), 'text/html');
  } catch {
    return null;
  }
}

/** Replacing a region must not take focus, a half-typed answer or an opened part from the person. */
function busy(region, typedIn) {
  return (
    region.contains(region.ownerDocument.activeElement) ||
    typedIn.has(region) ||
    region.querySelector('details[open]') !== null
  );
}

/**
 * Poll while there is a live region and somebody may be looking.
 * @param {Document} doc
 * @param {{announce: (element: HTMLElement) => void}} options announce fills the status element
 */
export function startLive(doc, { announce }) {
  const regions = () => [...doc.querySelectorAll('[data-live][id]')];
  if (regions().length === 0) return;

  const typedIn = new WeakSet();
  let seenAt = Date.now();
  let interval = INTERVAL_MS;

  for (const type of ['pointermove', 'pointerdown', 'keydown', 'scroll', 'focusin']) {
    doc.addEventListener(type, () => { seenAt = Date.now(); }, { passive: true });
  }
  doc.addEventListener('input', (event) => {
    const region = event.target.closest('[data-live][id]');
    if (region) typedIn.add(region);
  });

  const swap = (fresh) => {
    let changed = false;
    for (const region of regions()) {
      const next = fresh.getElementById(region.id);
      // The hidden token of a form inside is the same for the whole session, so a plain comparison does.
      if (!next || next.innerHTML === region.innerHTML || busy(region, typedIn)) continue;
      region.replaceWith(doc.adoptNode(next));
      changed = true;
    }
    const status = doc.getElementById('live-status');
    if (changed && status) announce(status);
  };

  const tick = async () => {
    const idle = doc.hidden || Date.now() - seenAt > AWAY_MS;
    if (!idle && regions().some((region) => !busy(region, typedIn))) {
      const page = await fetchPage(doc.location.href.split('#')[0]);
      if (page === 'gone') return;
      interval = page ? INTERVAL_MS : Math.min(interval * 2, LONGEST_INTERVAL_MS);
      if (page) swap(page);
    }
    setTimeout(tick, interval);
  };
  setTimeout(tick, interval);
}
