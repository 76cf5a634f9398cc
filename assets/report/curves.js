import { element, percent } from './words.js';

/** The numbers of objects of each version that is a detector. */
export function countsOf({ counts, comparison }) {
  return [
    ['A', counts],
    ['B', comparison?.other.counts],
  ].flatMap(([side, found]) => (found ? [{ side, ...found }] : []));
}

const meanOf = (values) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/** The confidence along a video and, with a detector, the number of objects. */
export function charts(video) {
  const { curve, comparison } = video;
  const confidences = [
    { side: 'A', curve },
    ...(comparison ? [{ side: 'B', curve: comparison.other.curve }] : []),
  ];
  const said = `Confidence along the video, ${percent(meanOf(curve))} on average`;
  const confidence = chart(
    'confidence',
    'Confidence',
    ['100 %', '50 %', '0 %'],
    curves(confidences, 1, said),
  );
  const counts = countsOf(video);
  if (counts.length === 0) return [confidence];
  const highest = counts.flatMap((each) => each.curve).reduce((x, y) => Math.max(x, y), 1);
  const top = Math.ceil(highest);
  const means = counts.map((each) => meanOf(each.curve).toFixed(1)).join(' and ');
  const numbers = curves(
    counts,
    top,
    `Objects per frame along the video, ${means} on average, up to ${highest}`,
  );
  return [confidence, chart('counts', 'Objects per frame', [top, top / 2, 0].map(String), numbers)];
}

/** Curves with their title and scale. */
function chart(kind, title, marks, drawn) {
  const texts = marks.map((text) => element('span', {}, text));
  const scale = element('div', { class: 'scale', 'aria-hidden': 'true' }, element('b', {}, title), ...texts);
  return element('div', { class: kind }, scale, drawn);
}

/** Values along the video, 0 at the bottom and the highest at the top; dashed for version B. */
function curves(all, top, said) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', 'curve');
  svg.setAttribute('viewBox', '0 0 1000 100');
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', said);
  const marks = [2, 50, 98].map((y) => {
    const mark = document.createElementNS(svg.namespaceURI, 'line');
    for (const [key, value] of Object.entries({ x1: 0, x2: 1000, y1: y, y2: y }))
      mark.setAttribute(key, value);
    return mark;
  });
  const path = ({ side, curve }) => {
    const line = document.createElementNS(svg.namespaceURI, 'path');
    const x = (i) => (curve.length < 2 ? 0 : (i / (curve.length - 1)) * 1000).toFixed(1);
    const at = (value, i) => `${i === 0 ? 'M' : 'L'}${x(i)} ${(98 - (value / top) * 96).toFixed(1)}`;
    line.setAttribute('class', side.toLowerCase());
    line.setAttribute('d', curve.map(at).join(''));
    return line;
  };
  svg.append(...marks, ...all.map(path));
  return svg;
}
