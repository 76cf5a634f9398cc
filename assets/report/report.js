/* Runs in the page and draws its data. Names and labels are inserted as text, never as markup. */
import { agreement, gallery, show, timelines } from './timelines.js';
import { search } from './search.js';
import { clock, element, hue, labelsOf, percent, points, short } from './words.js';

const summary = document.getElementById('summary');
const box = document.getElementById('search');
const rows = [];
/** Repeated in each cell where the screen is too narrow for columns. */
const headsOf = (id) => Array.from(document.querySelectorAll(`#${id} th`), ({ textContent }) => textContent);
const heads = { table: headsOf('table'), changes: headsOf('changes') };
/** More colours cannot be told apart. */
const maxLegend = 8;

function facts(video) {
  const { stored, expected, complete, deadLettered, damaged, updated, modelVersion, comparison } = video;
  const verdict = element(
    'span',
    { class: complete ? 'good' : 'bad' },
    complete ? '✓ complete' : expected === null ? '… end not seen yet' : '✗ incomplete',
  );
  const others = [
    deadLettered > 0 ? `${deadLettered} dead-lettered` : '',
    damaged ? 'source damaged' : '',
    updated ? `last stored ${new Date(updated).toLocaleString()}` : '',
    modelVersion && !comparison ? `model ${modelVersion}` : '',
  ].filter(Boolean);
  return element(
    'p',
    { class: 'facts' },
    verdict,
    ` · ${stored} of ${expected ?? '?'} frames · `,
    others.join(' · '),
  );
}

function leftOut(count, shown, what) {
  const left = count - shown;
  return left > 0
    ? [element('p', { class: 'hint' }, `The longest ${shown} ${what}; ${left} shorter ones are left out.`)]
    : [];
}

/** Adds a row to a table. The last two cells are numbers. */
function addRow(table, video, segment, cells) {
  const numbers = cells.length - 2;
  const row = element(
    'tr',
    {},
    ...cells.map((text, i) =>
      element('td', { ...(i < numbers ? {} : { class: 'number' }), 'data-head': heads[table][i] }, text),
    ),
  );
  rows.push({ row, video, labels: labelsOf(segment) });
  document.querySelector(`#${table} tbody`).append(row);
}

function draw(video) {
  const { comparison, segments } = video;
  const frame = element('div', { class: 'frame' });
  const chart = element('div', { class: 'chart' });
  const select = (segment) => show(video, segment, frame, chart);
  const { length, parts } = timelines(video, select);
  chart.append(
    ...parts,
    element('div', { class: 'confidence' }, scale(), curve(video)),
    element(
      'div',
      { class: 'axis', 'aria-hidden': 'true' },
      element('span', {}, clock(0)),
      element('span', {}, clock(length)),
    ),
  );
  const article = element(
    'article',
    { 'aria-label': video.video },
    element('h2', {}, video.video),
    facts(video),
    ...(comparison ? [agreement(comparison)] : []),
    legend(video),
    chart,
    ...leftOut(video.segmentCount, segments.length, 'segments'),
    ...(comparison ? leftOut(comparison.segmentCount, comparison.segments.length, 'changes') : []),
    frame,
    ...(comparison ? [gallery(video)] : []),
  );
  article.video = video;
  const [first] = [...(comparison?.segments ?? []), ...segments];
  if (first) select(first);
  // From now on, a reader is interested in what changes.
  frame.setAttribute('aria-live', 'polite');
  document.getElementById('videos').append(article);
  for (const segment of segments) {
    const { label, firstTime, lastTime, meanConfidence, frames } = segment;
    const cells = [
      video.video,
      clock(firstTime),
      clock(lastTime),
      label,
      percent(meanConfidence),
      String(frames),
    ];
    addRow('table', video, segment, cells);
  }
  for (const segment of comparison?.segments ?? []) {
    const { from, to, firstTime, lastTime, meanConfidenceChange, frames } = segment;
    const cells = [
      video.video,
      clock(firstTime),
      clock(lastTime),
      from,
      to,
      points(meanConfidenceChange),
      String(frames),
    ];
    addRow('changes', video, segment, cells);
  }
  if (comparison) for (const hidden of document.querySelectorAll('.comparing')) hidden.hidden = false;
}

/** The colours of the most frequent labels. */
function legend({ labels, stored, comparison }) {
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
    const key = element('span', { class: 'key' });
    key.style.setProperty('--hue', hue(label));
    const shares = [A / Math.max(1, stored), ...(comparison ? [B / Math.max(1, other.stored)] : [])];
    return element('li', {}, key, `${short(label)} ${shares.map(percent).join(' → ')}`);
  });
  const others = all.length - shown.length;
  if (others > 0) entries.push(element('li', {}, `${others} more ${others === 1 ? 'label' : 'labels'}`));
  return element(
    'ul',
    { class: 'legend', 'aria-label': 'Labels, with their share of the frames' },
    ...entries,
  );
}

/** The scale of the confidence curve. */
function scale() {
  const marks = ['100 %', '50 %', '0 %'].map((text) => element('span', {}, text));
  return element('div', { class: 'scale', 'aria-hidden': 'true' }, element('b', {}, 'Confidence'), ...marks);
}

/** Confidence along the video, 0 at the bottom and 1 at the top; dashed for version B. */
function curve({ curve: confidences, comparison }) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', 'curve');
  svg.setAttribute('viewBox', '0 0 1000 100');
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('role', 'img');
  const mean = confidences.reduce((sum, point) => sum + point, 0) / Math.max(1, confidences.length);
  svg.setAttribute('aria-label', `Confidence along the video, ${percent(mean)} on average`);
  const marks = [2, 50, 98].map((y) => {
    const mark = document.createElementNS(svg.namespaceURI, 'line');
    for (const [key, value] of Object.entries({ x1: 0, x2: 1000, y1: y, y2: y }))
      mark.setAttribute(key, value);
    return mark;
  });
  const path = (all, side) => {
    const line = document.createElementNS(svg.namespaceURI, 'path');
    const x = (i) => (all.length < 2 ? 0 : (i / (all.length - 1)) * 1000).toFixed(1);
    const at = (point, i) => `${i === 0 ? 'M' : 'L'}${x(i)} ${(98 - point * 96).toFixed(1)}`;
    line.setAttribute('class', side);
    line.setAttribute('d', all.map(at).join(''));
    return line;
  };
  svg.append(...marks, path(confidences, 'a'));
  if (comparison) svg.append(path(comparison.other.curve, 'b'));
  return svg;
}

/** Keeps the rows and videos that fit the search, and dims the bands that do not. */
function filter() {
  const bands = [...document.querySelectorAll('article')].flatMap(({ video }) =>
    (video.comparison?.other.segments ?? []).map((segment) => ({ video, labels: labelsOf(segment) })),
  );
  const isEmpty = box.value.trim() === '';
  const fitsLabel = search(box.value, [...rows, ...bands]);
  const fits = (video, segment) => labelsOf(segment).some((label) => fitsLabel(video, label));
  let found = 0;
  for (const { row, video, labels } of rows) {
    row.hidden = !labels.some((label) => fitsLabel(video, label));
    if (!row.hidden) found++;
  }
  for (const article of document.querySelectorAll('article')) {
    const { video, segments, comparison } = article.video;
    const all = [...segments, ...(comparison?.other.segments ?? [])];
    article.hidden =
      !isEmpty &&
      !video.toLowerCase().includes(box.value.trim().toLowerCase()) &&
      !all.some((segment) => fits(article.video, segment));
    for (const band of article.querySelectorAll('.band'))
      band.classList.toggle('dim', !isEmpty && !fits(article.video, band.segment));
  }
  document.getElementById('found').textContent = isEmpty ? '' : `${found} of ${rows.length} segments`;
}

const blocks = document.querySelectorAll('script.video');
summary.textContent = `${blocks.length} ${blocks.length === 1 ? 'video' : 'videos'}, created by mvs on ${new Date(summary.dataset.generatedAt).toLocaleString()}`;
for (const block of blocks) {
  draw(JSON.parse(block.textContent));
  // Its text would be held besides.
  block.remove();
}
box.addEventListener('input', filter);
