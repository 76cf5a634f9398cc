/* What the words of the search mean: the same as in `--label`, and parts of words while they are typed. */

/** Without case. Unicode has two forms of `é`, which look the same. */
const folded = (text) => text.normalize('NFC').toLowerCase();

/** A space for each hyphen. */
const keyOf = (text) =>
  folded(text)
    .replaceAll(/[\s_-]+/g, ' ')
    .trim();

const endings = [
  ['ves', 'f'],
  ['ves', 'fe'],
  ['ies', 'y'],
  ['es', ''],
  ['men', 'man'],
  ['s', ''],
];

/** A word, and what it may be the plural of. Irregular plurals are in the data. */
function formsOf(key) {
  if (/(ss|us|is)$/.test(key)) return [key];
  const plural = endings.filter(([ending]) => key.endsWith(ending) && key.length > ending.length + 1);
  return [key, ...plural.map(([ending, singular]) => key.slice(0, -ending.length) + singular)];
}

/** Hyphens belong to a word. */
const wordsOf = (text) => folded(text).match(/[\p{L}\p{N}\p{M}]+(?:['’-][\p{L}\p{N}\p{M}]+)*/gu) ?? [];

/** Without case: `ς` is `Σ` too. */
const charactersOf = (text) =>
  Array.from(text.normalize('NFC'), (character) => character.toLowerCase().toUpperCase());

/** Only the last `*` is tried again with more text. A regular expression tries all, which takes minutes with many of them. */
function fitsPattern(name, pattern) {
  let [at, part, star, next] = [0, 0, -1, 0];
  while (at < name.length) {
    if (pattern[part] === '*') [star, next] = [part++, at];
    else if (pattern[part] === '?' || pattern[part] === name[at]) [at, part] = [at + 1, part + 1];
    else if (star >= 0) [at, part] = [++next, star + 1];
    else return false;
  }
  return pattern.slice(part).every((each) => each === '*');
}

/** Whether a label has these words in this order; with `begin`, words that begin so. */
function hasWords(label, text, begin) {
  const [all, wanted] = [wordsOf(label), wordsOf(text)];
  const fits = (word, part) =>
    begin ? word.startsWith(part) : formsOf(part).some((form) => formsOf(word).includes(form));
  return wanted.length > 0 && all.some((_, at) => wanted.every((part, n) => fits(all[at + n] ?? '', part)));
}

/** A label, and its synonyms. */
const namesOf = (label) => [label, ...label.split(/, */)];

/** Whether a text has characters that are in no word: `C++`, `🐈`, `+`. */
const hasSymbols = (text) => /[^\p{L}\p{N}\p{M}\s'’_-]/u.test(text);

/** Whether a label fits a text: a pattern, a concept, a name with symbols, or words. */
function labelFitter(text, { known, shown }, begin) {
  if (/[*?]/.test(text)) {
    const pattern = charactersOf(text);
    return (_, label) => namesOf(label).some((name) => fitsPattern(charactersOf(name), pattern));
  }
  const parts = text.split(':').map((part) => formsOf(keyOf(part)));
  if (parts.every((forms) => forms.some((form) => known.has(form)))) {
    return ({ concepts = [] }, label) =>
      parts.every((forms) =>
        concepts.some(
          ({ names, labels }) => labels.includes(label) && forms.some((form) => names.includes(form)),
        ),
      );
  }
  const isNamed = (label) => namesOf(label).some((name) => keyOf(name) === keyOf(text));
  const named = new Set(hasSymbols(text) ? [...shown].filter(isNamed) : []);
  if (named.size > 0) return (_, label) => named.has(label);
  const found = new Map();
  return (_, label) => {
    if (!found.has(label)) found.set(label, hasWords(label, text, begin));
    return found.get(label);
  };
}

/**
 * What fits a search: first the whole text, then each of its words, then what begins with them. The name of a video fits too.
 * @param rows each with its video and the labels that it shows
 * @returns whether a video with a label fits
 */
export function search(text, rows) {
  const whole = folded(text.trim());
  if (whole === '') return () => true;
  const known = new Set(rows.flatMap(({ video }) => (video.concepts ?? []).flatMap(({ names }) => names)));
  const shown = new Set(rows.flatMap(({ labels }) => labels));
  const fitter = (terms, begin) => {
    const fitters = terms.map((term) => [term, labelFitter(term, { known, shown }, begin)]);
    return (video, label) =>
      fitters.every(([term, fits]) => folded(video.video).includes(term) || fits(video, label));
  };
  const words = whole.split(/\s+/);
  const tries = [fitter([whole], false), fitter(words, false), fitter([whole], true), fitter(words, true)];
  const isUseful = (fits) => rows.some(({ video, labels }) => labels.some((label) => fits(video, label)));
  return tries.find(isUseful) ?? (() => false);
}
