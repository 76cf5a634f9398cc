/* Runs in the page and draws its data. Names and labels are inserted as text, never as markup. */
const summary = document.getElementById('summary');
const search = document.getElementById('search');
const rows = [];
/** Repeated in each cell where the screen is too narrow for columns. */
const heads = Array.from(document.querySelectorAll('#table th'), ({ textContent }) => textContent);
/** More colours cannot be told apart. */
const maxLegend = 8;

/** Seconds as 1:23.4 or 1:02:03.4. */
function clock(seconds) {
  const tenths = Math.round(seconds * 10);
  const hours = Math.floor(tenths / 36000);
  const minutes = Math.floor(tenths / 600) % 60;
  const rest = ((tenths % 600) / 10).toFixed(1).padStart(4, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

const percent = (fraction) => `${(fraction * 100).toFixed(1)} %`;
/** ImageNet names a class by all its synonyms: "tabby, tabby cat". */
const short = (label) => label.split(',', 1)[0];

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** The same colour for a label in every video. */
function hue(label) {
  let hash = 0;
  for (const letter of label) hash = (hash * 31 + letter.codePointAt(0)) >>> 0;
  return (hash * 137) % 360;
}

function facts(video) {
  const { stored, expected, complete, deadLettered, damaged, updated } = video;
  const verdict = element(
    'span',
    { class: complete ? 'good' : 'bad' },
    complete ? '✓ complete' : expected === null ? '… end not seen yet' : '✗ incomplete',
  );
  const others = [
    deadLettered > 0 ? `${deadLettered} dead-lettered` : '',
    damaged ? 'source damaged' : '',
    updated ? `last stored ${new Date(updated).toLocaleString()}` : '',
  ].filter(Boolean);
  return element(
    'p',
    { class: 'facts' },
    verdict,
    ` · ${stored} of ${expected ?? '?'} frames · `,
    others.join(' · '),
  );
}

/** Shows one frame of a segment, with what is known of it. */
function show(video, segment, frame, bands) {
  for (const band of bands.children) band.setAttribute('aria-pressed', String(band.segment === segment));
  const { label, firstTime, lastTime, firstFrame, lastFrame, meanConfidence, frames, thumbnail } = segment;
  const said = `${label}: ${clock(firstTime)} to ${clock(lastTime)}, frames ${firstFrame} to ${lastFrame} (${frames} classified), ${percent(meanConfidence)} confidence`;
  const picture = thumbnail
    ? [
        element('img', {
          src: `data:image/jpeg;base64,${thumbnail}`,
          alt: `${short(label)} at ${clock(firstTime)} of ${video.video}`,
        }),
      ]
    : [];
  frame.replaceChildren(...picture, element('span', {}, said));
}

function draw(video) {
  const length = Math.max(video.duration ?? 0, ...video.segments.map(({ lastTime }) => lastTime), 0.001);
  const step = length / Math.max(1, video.stored);
  const bands = element('div', { class: 'bands', role: 'group', 'aria-label': `Timeline of ${video.video}` });
  const frame = element('div', { class: 'frame' });
  video.segments.forEach((segment, i) => {
    const { label, firstTime, lastTime, meanConfidence } = segment;
    const next = video.segments[i + 1]?.firstTime ?? length;
    // Up to the next one, unless shorter ones between them are left out.
    const end = next - lastTime < 3 * step ? next : lastTime + step;
    const said = `${short(label)}, ${clock(firstTime)} to ${clock(lastTime)}, ${percent(meanConfidence)}`;
    const band = element(
      'button',
      { class: 'band', type: 'button', title: said, 'aria-label': said, 'aria-pressed': 'false' },
      short(label),
    );
    band.style.setProperty('--hue', hue(label));
    band.style.left = `${(firstTime / length) * 100}%`;
    band.style.width = `${(Math.max(end - firstTime, 0) / length) * 100}%`;
    band.segment = segment;
    band.addEventListener('click', () => show(video, segment, frame, bands));
    bands.append(band);
  });
  // Arrow keys go from band to band, as in a toolbar.
  bands.addEventListener('keydown', ({ key, target }) => {
    const next = { ArrowRight: 'nextElementSibling', ArrowLeft: 'previousElementSibling' }[key];
    target[next]?.focus();
  });
  const left = video.segmentCount - video.segments.length;
  const article = element(
    'article',
    { 'aria-label': video.video },
    element('h2', {}, video.video),
    facts(video),
    legend(video),
    element(
      'div',
      { class: 'chart' },
      bands,
      element('div', { class: 'confidence' }, scale(), curve(video)),
      element(
        'div',
        { class: 'axis', 'aria-hidden': 'true' },
        element('span', {}, clock(0)),
        element('span', {}, clock(length)),
      ),
    ),
    ...(left > 0
      ? [
          element(
            'p',
            { class: 'hint' },
            `The longest ${video.segments.length} segments; ${left} shorter ones are left out.`,
          ),
        ]
      : []),
    frame,
  );
  article.video = video;
  const [first] = video.segments;
  if (first) show(video, first, frame, bands);
  // From now on, a reader is interested in what changes.
  frame.setAttribute('aria-live', 'polite');
  document.getElementById('videos').append(article);
  for (const segment of video.segments) {
    const { label, firstTime, lastTime, meanConfidence, frames } = segment;
    const row = element(
      'tr',
      {},
      ...[video.video, clock(firstTime), clock(lastTime), label].map((text, i) =>
        element('td', { 'data-head': heads[i] }, text),
      ),
      ...[percent(meanConfidence), String(frames)].map((text, i) =>
        element('td', { class: 'number', 'data-head': heads[4 + i] }, text),
      ),
    );
    rows.push({ row, text: `${video.video} ${label}`.toLowerCase() });
    document.querySelector('#table tbody').append(row);
  }
}

/** The colours of the most frequent labels. */
function legend({ labels, stored }) {
  const shown = [...labels].sort((a, b) => b.count - a.count).slice(0, maxLegend);
  const entries = shown.map(({ label, count }) => {
    const key = element('span', { class: 'key' });
    key.style.setProperty('--hue', hue(label));
    return element('li', {}, key, `${short(label)} ${percent(count / stored)}`);
  });
  const others = labels.length - shown.length;
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

/** Confidence along the video, 0 at the bottom and 1 at the top. */
function curve({ curve: points }) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', 'curve');
  svg.setAttribute('viewBox', '0 0 1000 100');
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('role', 'img');
  const mean = points.reduce((sum, point) => sum + point, 0) / Math.max(1, points.length);
  svg.setAttribute('aria-label', `Confidence along the video, ${percent(mean)} on average`);
  const marks = [2, 50, 98].map((y) => {
    const mark = document.createElementNS(svg.namespaceURI, 'line');
    for (const [key, value] of Object.entries({ x1: 0, x2: 1000, y1: y, y2: y }))
      mark.setAttribute(key, value);
    return mark;
  });
  const path = document.createElementNS(svg.namespaceURI, 'path');
  const x = (i) => (points.length < 2 ? 0 : (i / (points.length - 1)) * 1000).toFixed(1);
  path.setAttribute(
    'd',
    points.map((point, i) => `${i === 0 ? 'M' : 'L'}${x(i)} ${(98 - point * 96).toFixed(1)}`).join(''),
  );
  svg.append(...marks, path);
  return svg;
}

/** Keeps the rows and videos that say all the words, and dims the bands that do not. */
function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (text) => words.every((word) => text.includes(word));
  let found = 0;
  for (const { row, text } of rows) {
    row.hidden = !fits(text);
    if (!row.hidden) found++;
  }
  for (const article of document.querySelectorAll('article')) {
    const { video, segments } = article.video;
    article.hidden =
      words.length > 0 &&
      !fits(video.toLowerCase()) &&
      !segments.some(({ label }) => fits(`${video} ${label}`.toLowerCase()));
    for (const band of article.querySelectorAll('.band')) {
      band.classList.toggle('dim', words.length > 0 && !fits(`${video} ${band.segment.label}`.toLowerCase()));
    }
  }
  document.getElementById('found').textContent =
    words.length === 0 ? '' : `${found} of ${rows.length} segments`;
}

const blocks = document.querySelectorAll('script.video');
summary.textContent = `${blocks.length} ${blocks.length === 1 ? 'video' : 'videos'}, created by mvs on ${new Date(summary.dataset.generatedAt).toLocaleString()}`;
for (const block of blocks) {
  draw(JSON.parse(block.textContent));
  // Its text would be held besides.
  block.remove();
}
search.addEventListener('input', filter);
