/* What the words of the search mean: the same as in `--label`, and parts of words while they are typed. */
import { folded, formsOf, hasSymbols, hasWords, isNamed, isPattern, keyOf, patternOf, wordsOf } from '#words';

/** Irregular plurals are in the data. */
const irregular = new Map();

/** Whether a label has words in this order that begin with these. */
function hasBeginnings(label, text) {
  const [all, wanted] = [wordsOf(label), wordsOf(text)];
  const fits = (part, word = '') => word.startsWith(part);
  return wanted.length > 0 && all.some((_, at) => wanted.every((part, n) => fits(part, all[at + n])));
}

/** Whether a label fits a text: a pattern, a concept, a name with symbols, or words. */
function labelFitter(text, { known, shown }, begin) {
  if (isPattern(text)) {
    const fits = patternOf(text);
    return (_, label) => fits(label);
  }
  const parts = text.split(':').map((part) => formsOf(keyOf(part), irregular));
  if (parts.every((forms) => forms.some((form) => known.has(form)))) {
    return ({ concepts = [] }, label) =>
      parts.every((forms) =>
        concepts.some(
          ({ names, labels }) => labels.includes(label) && forms.some((form) => names.includes(form)),
        ),
      );
  }
  const named = new Set(hasSymbols(text) ? [...shown].filter((label) => isNamed(label, text)) : []);
  if (named.size > 0) return (_, label) => named.has(label);
  const found = new Map();
  return (_, label) => {
    if (!found.has(label))
      found.set(label, begin ? hasBeginnings(label, text) : hasWords(label, text, irregular));
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
