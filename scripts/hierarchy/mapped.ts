import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Synset, WordNet } from './wordnet.js';

/** A synset, and one of its words for readers: `n02084071 dog`. */
type Reference = string;

/** What a class is: a synset, perhaps with more names, or something that WordNet lacks, with the synset above it. */
type Meant =
  | Reference
  | { readonly is: Reference; readonly names: readonly string[] }
  | { readonly names: readonly string[]; readonly above: Reference };

/** The synsets of labels, as a file beside this one says. What WordNet lacks is added to it. */
export async function mappedSynsets(
  file: string,
  labels: readonly string[],
  wordnet: WordNet,
): Promise<{ readonly classes: string[]; readonly wordnet: WordNet }> {
  const text = await readFile(path.join(import.meta.dirname, file), 'utf8');
  const meant = new Map(Object.entries(JSON.parse(text) as Record<string, Meant>));
  const synsets = new Map(wordnet.synsets);
  const classes = labels.map((label) => {
    const one = meant.get(label);
    if (one === undefined) throw new Error(`${file} does not have ${label}`);
    if (typeof one === 'string') return find(one, wordnet).id;
    if ('is' in one) {
      const { id, synset } = find(one.is, wordnet);
      synsets.set(id, { ...synset, words: [...synset.words, ...one.names] });
      return id;
    }
    const id = label.toLowerCase();
    synsets.set(id, { words: one.names, above: [find(one.above, wordnet).id] });
    return id;
  });
  if (meant.size !== labels.length) throw new Error(`${file} has classes that are no labels`);
  return { classes, wordnet: { ...wordnet, synsets } };
}

function find(reference: Reference, { synsets }: WordNet): { readonly id: string; readonly synset: Synset } {
  const [, id = '', word = ''] = /^(n\d{8}) (.+)$/.exec(reference) ?? [];
  const synset = synsets.get(id);
  if (synset?.words.includes(word)) return { id, synset };
  throw new Error(`WordNet has no synset ${reference}`);
}
