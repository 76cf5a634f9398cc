import { objectsIn, pictureOf } from './pictures.js';
import { clock, element, nameOf, paint, percent, points } from './words.js';

/** The versions, how far they agree, and the frames that only one of them has. */
export function agreement({ a, b, compared, changed, agreement: share, meanConfidenceChange, videos }) {
  const found =
    compared === 0
      ? 'no frame has results of both'
      : `${percent(share)} of ${compared} frames have the same label, ${changed} changed · confidence ${points(meanConfidenceChange)} on average`;
  const [{ onlyA, onlyB }] = videos;
  const only = [
    ['A', onlyA],
    ['B', onlyB],
  ].flatMap(([name, { count, frames }]) =>
    count > 0 ? [` · ${count} ${count === 1 ? 'frame' : 'frames'} only in ${name}: ${runs(frames)}`] : [],
  );
  return element(
    'p',
    { class: 'facts' },
    ...[element('b', {}, 'A'), ` ${a} · `, element('b', {}, 'B'), ` ${b}`],
    element('br'),
    found,
    ...only,
  );
}

const maxRuns = 5;

function runs(frames) {
  const shown = frames.slice(0, maxRuns).map(({ from, to }) => (from === to ? from : `${from}–${to}`));
  return [...shown, ...(frames.length > maxRuns ? ['…'] : [])].join(', ');
}

/** Shows one frame of a segment, with what is known of it. */
export function show({ video }, segment, frame, chart) {
  for (const band of chart.querySelectorAll('.band'))
    band.setAttribute('aria-pressed', String(band.segment === segment));
  const { label, from, to, firstTime, lastTime, firstFrame, lastFrame, frames } = segment;
  const placed = (what) =>
    firstFrame === lastFrame
      ? `${clock(firstTime)}, frame ${firstFrame}`
      : `${clock(firstTime)} to ${clock(lastTime)}, frames ${firstFrame} to ${lastFrame} (${frames} ${what})`;
  const said =
    label === undefined
      ? `${from} (A) → ${to} (B): ${placed('compared')}, confidence ${points(segment.meanConfidenceChange)}`
      : `${label}: ${placed('classified')}, ${percent(segment.meanConfidence)} confidence`;
  frame.replaceChildren(...pictureOf(video, segment), element('span', {}, said, ...pictured(segment)));
}

/** Which frame of a detector is in the picture. */
function pictured({ shown }) {
  if (!shown) return [];
  return [element('br'), `The picture is frame ${shown.frame}: ${objectsIn(shown)}`];
}

/** Segments along the video, each as a button. */
function timeline(name, segments, { length, step, isWhole }, select) {
  const bands = element('div', { class: 'bands', role: 'group', 'aria-label': name });
  segments.forEach((segment, i) => {
    const { firstTime, lastTime, meanConfidence } = segment;
    const next = segments[i + 1]?.firstTime ?? length;
    // Up to the next one, unless there is something between them.
    const end = isWhole && next - lastTime < 3 * step ? next : lastTime + step;
    const said = [
      nameOf(segment),
      `${clock(firstTime)} to ${clock(lastTime)}`,
      ...(meanConfidence === undefined ? [] : [percent(meanConfidence)]),
    ].join(', ');
    const band = element(
      'button',
      { class: 'band', type: 'button', title: said, 'aria-label': said, 'aria-pressed': 'false' },
      nameOf(segment),
    );
    paint(band, segment.label ?? '');
    band.style.left = `${(firstTime / length) * 100}%`;
    band.style.width = `${(Math.max(Math.min(end, length) - firstTime, 0) / length) * 100}%`;
    band.segment = segment;
    band.addEventListener('click', () => select(segment));
    bands.append(band);
  });
  // Arrow keys go from band to band, as in a toolbar.
  bands.addEventListener('keydown', ({ key, target }) => {
    const next = { ArrowRight: 'nextElementSibling', ArrowLeft: 'previousElementSibling' }[key];
    target[next]?.focus();
  });
  return bands;
}

/** One timeline, or those of two versions with their differences between them. */
export function timelines(video, select) {
  const { video: name, segments, comparison, duration, stored } = video;
  const all = [...segments, ...(comparison?.other.segments ?? [])];
  const length = Math.max(duration ?? 0, ...all.map(({ lastTime }) => lastTime), 0.001);
  const scale = { length, step: length / Math.max(1, stored, comparison?.other.stored ?? 0), isWhole: true };
  if (!comparison) return { length, parts: [timeline(`Timeline of ${name}`, segments, scale, select)] };
  const marks = timeline(`Changes in ${name}`, comparison.segments, { ...scale, isWhole: false }, select);
  marks.classList.add('marks');
  const ofVersion = (side, shown) =>
    element(
      'div',
      { class: 'side' },
      element('b', { 'aria-hidden': 'true' }, side),
      timeline(`Timeline of ${name}, version ${side}`, shown, scale, select),
    );
  return { length, parts: [ofVersion('A', segments), marks, ofVersion('B', comparison.other.segments)] };
}

/** Pictures of changed segments. */
export function gallery({ video, comparison }) {
  const pictured = comparison.segments.filter(({ thumbnail }) => thumbnail);
  const figures = pictured.map((segment) =>
    element(
      'figure',
      {},
      ...pictureOf(video, segment),
      element(
        'figcaption',
        {},
        `${nameOf(segment)} · ${clock(segment.firstTime)} to ${clock(segment.lastTime)}`,
      ),
    ),
  );
  return element(
    'div',
    { class: 'gallery', role: 'group', 'aria-label': `Pictures of changes in ${video}` },
    ...figures,
  );
}
