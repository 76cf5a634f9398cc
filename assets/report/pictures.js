import { clock, element, nameOf, paint, short } from './words.js';

/** Objects of a frame in words, best first. */
export const objectsIn = ({ objects }) => objects.map(named).join(', ') || 'no objects';
const named = ({ label, confidence }) => `${short(label)} ${Math.round(confidence * 100)} %`;

/** A box as it lies in the frame, whatever the size of the picture. */
function boxOf(object) {
  const [left, top, width, height] = object.box;
  const drawn = element('div', { class: 'box' }, element('span', {}, named(object)));
  paint(drawn, object.label);
  for (const [side, share] of Object.entries({ left, top, width, height }))
    drawn.style[side] = `${share * 100}%`;
  // Labels stay in the picture.
  drawn.classList.toggle('below', top < 0.1);
  drawn.classList.toggle('end', left + width / 2 > 0.5);
  return drawn;
}

/** The picture of a segment, with the boxes of a detector over it; none if there is no picture. */
export function pictureOf(video, segment) {
  const { thumbnail, firstTime, shown } = segment;
  if (!thumbnail) return [];
  const said = `${nameOf(segment)} at ${clock(firstTime)} of ${video}`;
  const alt = shown ? `${said}: ${objectsIn(shown)}` : said;
  const image = element('img', { src: `data:image/jpeg;base64,${thumbnail}`, alt });
  if (!shown) return [image];
  // The best ones on top.
  const boxes = shown.objects.map(boxOf).reverse();
  return [
    element(
      'div',
      { class: 'picture' },
      image,
      element('div', { class: 'boxes', 'aria-hidden': 'true' }, ...boxes),
    ),
  ];
}
