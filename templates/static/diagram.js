// A drawing wider than its region begins where the process stands, until a person has scrolled it.

/** In the middle of its region, if it is not to be seen anyway. */
function showPosition(view) {
  const item = view.querySelector('.k-bpmn__item--stop, .k-bpmn__item--now');
  if (!item) return;
  const [inner, outer] = [item.getBoundingClientRect(), view.getBoundingClientRect()];
  if (inner.left >= outer.left && inner.right <= outer.right) return;
  view.scrollLeft += (inner.left + inner.right - outer.left - outer.right) / 2;
}

/** Also for drawings that a live region brings later. */
export function startDiagrams(doc) {
  const known = new WeakSet();
  const ours = [];
  const theirs = [];
  const place = () => {
    doc.querySelectorAll('.k-bpmn__view').forEach((view, i) => {
      if (known.has(view)) return;
      known.add(view);
      if (theirs[i] === undefined) showPosition(view);
      else view.scrollLeft = theirs[i];
      ours[i] = view.scrollLeft;
      view.addEventListener('scroll', () => {
        if (view.scrollLeft !== ours[i]) theirs[i] = view.scrollLeft;
      }, { passive: true });
    });
  };
  if (!doc.querySelector('.k-bpmn__view')) return;
  place();
  new MutationObserver(place).observe(doc.body, { childList: true, subtree: true });
}
