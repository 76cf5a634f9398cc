/* Runs in the page and draws its data. Names and labels are inserted as text, never as markup. */
import { charts, countsOf } from './curves.js';
import { legend, objectLegend } from './legends.js';
import { agreement, gallery, show, timelines } from './timelines.js';
import { search } from './search.js';
import { clock, element, labelsOf, percent, points } from './words.js';

const summary = document.getElementById('summary');
const box = document.getElementById('search');
const rows = [];
/** Repeated in each cell where the screen is too narrow for columns. */
const headsOf = (id) => Array.from(document.querySelectorAll(`#${id} th`), ({ textContent }) => textContent);
const heads = { table: headsOf('table'), changes: headsOf('changes') };

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
    ...charts(video),
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
    ...objectLegend(video),
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
  if (comparison) reveal('.comparing');
  if (countsOf(video).length > 0) reveal('.detecting');
}

/** Shows what only some reports have. */
function reveal(selector) {
  for (const hidden of document.querySelectorAll(selector)) hidden.hidden = false;
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
document.getElementById('show-boxes').addEventListener('change', ({ target }) => {
  document.body.classList.toggle('without-boxes', !target.checked);
});
