// Without imports: this file is also part of the page of a report.

/** What stands for irregular plurals: `geese` → `goose`. */
export type Irregular = ReadonlyMap<string, string>;

/**
 * Without case. Unicode has two forms of `é`, which look the same.
 * @public for assets/report/search.js
 */
export function folded(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

/** The form in which names are compared: `T-shirt` and `t shirt` are one name. */
export function keyOf(name: string): string {
  return folded(name)
    .replaceAll(/[\s_-]+/g, ' ')
    .trim();
}

/** The rules of WordNet's own look-up (morphy) for nouns, and that of "knives" for words that it lists one by one. */
const endings = [
  ['ves', 'f'],
  ['ves', 'fe'],
  ['ies', 'y'],
  ['ches', 'ch'],
  ['shes', 'sh'],
  ['ses', 's'],
  ['xes', 'x'],
  ['zes', 'z'],
  ['men', 'man'],
  ['s', ''],
] as const;

/** A word, and what it may be the plural of. Only names that exist count, so a wrong guess does no harm. */
function formsOfWord(word: string, irregular: Irregular): string[] {
  const known = irregular.get(word);
  // Most names: a query reads thousands of them.
  if (known === undefined && !word.endsWith('s') && !word.endsWith('men')) return [word];
  // "glass" and "bus" are not plurals.
  const guesses = /(?:ss|us|is)$/.test(word) ? [] : endings.filter(([plural]) => word.endsWith(plural));
  return [
    word,
    ...(known === undefined ? [] : [known]),
    ...guesses.map(([plural, singular]) => word.slice(0, -plural.length) + singular),
  ];
}

/** A key and its singular forms: that of its last word, and of the first one in "birds of prey". */
export function formsOf(key: string, irregular: Irregular): string[] {
  const space = key.lastIndexOf(' ') + 1;
  const last = formsOfWord(key.slice(space), irregular).map((form) => key.slice(0, space) + form);
  if (!key.includes(' of ')) return last;
  const [, head, rest] = /^(\S+)( of .*)$/.exec(key) ?? [];
  if (head === undefined || rest === undefined) return last;
  return [...last, ...formsOfWord(head, irregular).map((form) => form + rest)];
}

/**
 * Hyphens belong to a word: "man" is no word of "man-eating shark". Marks do too: they are the vowels of many scripts.
 * @public for assets/report/search.js
 */
export function wordsOf(text: string): string[] {
  return folded(text).match(/[\p{L}\p{N}\p{M}]+(?:['’-][\p{L}\p{N}\p{M}]+)*/gu) ?? [];
}

/** Whether a label has these words in this order, the last one in singular or plural. */
export function hasWords(label: string, text: string, irregular: Irregular): boolean {
  const [all, wanted] = [wordsOf(label), wordsOf(text)];
  const last = wanted.pop();
  if (last === undefined) return false;
  const forms = new Set(formsOfWord(last, irregular));
  return all.some(
    (word, at) =>
      formsOfWord(word, irregular).some((form) => forms.has(form)) &&
      at >= wanted.length &&
      wanted.every((each, n) => each === all[at - wanted.length + n]),
  );
}

/** Whether a text has characters that are in no word: `C++`, `🐈`, `+`. */
export function hasSymbols(text: string): boolean {
  return /[^\p{L}\p{N}\p{M}\s'’_-]/u.test(text);
}

/** Whether a label, or one of its synonyms, is this text. */
export function isNamed(label: string, text: string): boolean {
  return [label, ...synonymsOf(label)].some((name) => keyOf(name) === keyOf(text));
}

export function isPattern(text: string): boolean {
  return /[*?]/.test(text);
}

/** Whether a label or one of its synonyms fits a pattern: `*` is any text, `?` any character. */
export function patternOf(text: string): (label: string) => boolean {
  const pattern = charactersOf(text);
  return (label) => [label, ...synonymsOf(label)].some((name) => fits(charactersOf(name), pattern));
}

/** Without case: `ς` is `Σ` too. */
function charactersOf(text: string): string[] {
  return Array.from(text.normalize('NFC'), (character) => character.toLowerCase().toUpperCase());
}

/** Only the last `*` is tried again with more text. A regular expression tries all, which takes minutes with many of them. */
function fits(name: readonly string[], pattern: readonly string[]): boolean {
  let [at, part, star, next] = [0, 0, -1, 0];
  while (at < name.length) {
    if (pattern[part] === '*') [star, next] = [part++, at];
    else if (pattern[part] === '?' || pattern[part] === name[at]) [at, part] = [at + 1, part + 1];
    else if (star >= 0) [at, part] = [++next, star + 1];
    else return false;
  }
  return pattern.slice(part).every((each) => each === '*');
}

/** ImageNet names a class by all its synonyms: "tabby, tabby cat". */
export function synonymsOf(label: string): string[] {
  return label.split(/, */);
}
