import { countsOf } from './curves.js';
import { element, paint, percent, short } from './words.js';

/** More colours look alike. */
const maxLegend = 8;

function keyOfColour(label) {
  const key = element('span', { class: 'key' });
  paint(key, label);
  return key;
}

/** The colours of the most frequent labels. */
export function legend({ labels, stored, comparison }) {
  const other = comparison?.other ?? { labels: [], stored: 1 };
  const counts = new Map();
  const count = (versions, side) => {
    for (const { label, count } of versions) {
      const known = counts.get(label) ?? { A: 0, B: 0 };
      known[side] += count;
      counts.set(label, known);
    }
  };
  count(labels, 'A');
  count(other.labels, 'B');
  const all = [...counts].sort(([, x], [, y]) => y.A + y.B - x.A - x.B);
  const shown = all.slice(0, maxLegend);
  const entries = shown.map(([label, { A, B }]) => {
    const shares = [A / Math.max(1, stored), ...(comparison ? [B / Math.max(1, other.stored)] : [])];
    return element('li', {}, keyOfColour(label), `${short(label)} ${shares.map(percent).join(' → ')}`);
  });
  const others = all.length - shown.length;
  if (others > 0) entries.push(element('li', {}, `${others} more ${others === 1 ? 'label' : 'labels'}`));
  return element(
    'ul',
    { class: 'legend', 'aria-label': 'Labels, with their share of the frames' },
    ...entries,
  );
}

/** The most frequent objects of a detector, in the colours of their boxes. */
export function objectLegend(video) {
  return countsOf(video).map(({ side, classes }) => {
    const name = `Objects${video.comparison ? ` in ${side}` : ''}`;
    const shown = classes
      .slice(0, maxLegend)
      .map(({ label, count }) => element('li', {}, keyOfColour(label), `${short(label)} ${count}`));
    const others = classes.length - shown.length;
    const more = others > 0 ? `${others} more ${others === 1 ? 'class' : 'classes'}` : '';
    const rest = classes.length === 0 ? 'none' : more;
    return element(
      'ul',
      { class: 'legend', 'aria-label': `${name}, with their number` },
      element('li', {}, `${name}:`),
      ...shown,
      ...(rest === '' ? [] : [element('li', {}, rest)]),
    );
  });
}
