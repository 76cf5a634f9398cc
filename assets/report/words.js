/** Seconds as 1:23.4 or 1:02:03.4. */
export function clock(seconds) {
  const tenths = Math.round(seconds * 10);
  const hours = Math.floor(tenths / 36000);
  const minutes = Math.floor(tenths / 600) % 60;
  const rest = ((tenths % 600) / 10).toFixed(1).padStart(4, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

export const percent = (fraction) => `${(fraction * 100).toFixed(1)} %`;
/** ImageNet names a class by all its synonyms: "tabby, tabby cat". */
export const short = (label) => label.split(',', 1)[0];
export const points = (difference) => `${difference > 0 ? '+' : ''}${(difference * 100).toFixed(1)} points`;
/** What the search looks at: of a detector, the labels of all objects. A changed segment has two labels. */
export const labelsOf = ({ label, from, to, shows = label === undefined ? [from, to] : [label] }) => shows;
export const nameOf = ({ label, from, to }) =>
  label === undefined ? `${short(from)} → ${short(to)}` : short(label);

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Gives an element the colour of a label: grey where a detector found nothing. */
export function paint(painted, label) {
  painted.style.setProperty('--hue', hue(label));
  painted.classList.toggle('quiet', label === 'nothing');
}

/** The same for a label in every video. */
function hue(label) {
  let hash = 0;
  for (const letter of label) hash = (hash * 31 + letter.codePointAt(0)) >>> 0;
  return (hash * 137) % 360;
}
