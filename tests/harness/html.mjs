// Just enough HTML for tests of our own pages: forms with their values, links, text.

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };
export const decode = (text) =>
  text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, number, name) => {
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (number) return String.fromCodePoint(Number(number));
    return ENTITIES[name] ?? whole;
  });

/** Attributes of one start tag. */
export function attributes(tag) {
  const result = {};
  for (const [, name, , , quoted] of tag.matchAll(/([\w:-]+)(=("([^"]*)"))?(?=[\s/>])/g)) {
    if (!(name.toLowerCase() in result)) result[name.toLowerCase()] = decode(quoted ?? '');
  }
  return result;
}
const startTags = (html, name) => [...html.matchAll(new RegExp(`<${name}(\\s(?:[^>"]|"[^"]*")*)?>`, 'gi'))];

/** Text without tags, blanks collapsed. */
export const text = (html) =>
  decode(html.replace(/<(script|style)\b[\s\S]*?<\/\1>/gi, ' ').replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ').trim();

/**
 * Forms of a page: { action, method, enctype, fields, buttons, boxes }. boxes: all radio buttons and check boxes, with their `label`. fields: name to value as a browser would
 * send it untouched (unchecked boxes and buttons are left out; file inputs are ''); a name that occurs
 * more than once has its first value.
 */
export function forms(html) {
  return [...html.matchAll(/<form\b((?:[^>"]|"[^"]*")*)>([\s\S]*?)<\/form>/gi)].map(([, head, body]) => {
    const form = { fields: {}, buttons: [], boxes: [], ...pick(attributes(`${head} >`)) };
    const put = (name, content) => {
      if (name && !(name in form.fields)) form.fields[name] = content;
    };
    for (const [tag] of startTags(body, 'input')) {
      const input = attributes(tag);
      if (['checkbox', 'radio'].includes(input.type)) form.boxes.push(input);
      if (['checkbox', 'radio'].includes(input.type) && !('checked' in input)) continue;
      if (['submit', 'button', 'image'].includes(input.type)) form.buttons.push(input);
      else put(input.name, input.value ?? (['checkbox', 'radio'].includes(input.type) ? 'on' : ''));
    }
    for (const [, tag, content] of body.matchAll(/(<textarea\b(?:[^>"]|"[^"]*")*>)([\s\S]*?)<\/textarea>/gi)) {
      put(attributes(tag).name, decode(content).replace(/^\n/, ''));
    }
    for (const [, tag, content] of body.matchAll(/(<select\b(?:[^>"]|"[^"]*")*>)([\s\S]*?)<\/select>/gi)) {
      const options = startTags(content, 'option').map(([option]) => attributes(option));
      const chosen = options.find((option) => 'selected' in option) ?? options[0];
      put(attributes(tag).name, chosen?.value ?? '');
    }
    for (const [tag] of startTags(body, 'button')) form.buttons.push(attributes(tag));
    const labels = Object.fromEntries([...body.matchAll(/<label\b((?:[^>"]|"[^"]*")*)>([\s\S]*?)<\/label>/gi)].map(([, tag, content]) => [attributes(`${tag} >`).for, text(content)]));
    for (const box of form.boxes) box.label = labels[box.id];
    return form;
  });
}
const pick = ({ action = '', method = 'get', enctype = '', id = '' }) => ({ action, method: method.toLowerCase(), enctype, id });

/** Links: [{ href, text }]. */
export const links = (html) =>
  [...html.matchAll(/<a\b((?:[^>"]|"[^"]*")*)>([\s\S]*?)<\/a>/gi)].map(([, head, body]) => ({ href: attributes(`${head} >`).href, text: text(body) }));

/** Text of the first element with that tag name, or null. */
export const first = (html, name) => {
  const match = new RegExp(`<${name}\\b[^>]*>([\\s\\S]*?)</${name}>`, 'i').exec(html);
  return match ? text(match[1]) : null;
};

/** Sentences of the error summary: [{ field, text }]. */
export const errors = (html) => {
  const summary = /class="govuk-error-summary"[\s\S]*?<\/ul>/.exec(html)?.[0] ?? '';
  return links(summary).map(({ href, text: sentence }) => ({ field: href?.slice(1), text: sentence }));
};
