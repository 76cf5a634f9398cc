import { createHash } from 'node:crypto';
import type { WordNet } from './wordnet.js';

/** Where a label is not spelt as in WordNet. */
const spelling = new Map([['jelly fish', 'jellyfish']]);

/** Where several synsets with the same words lie between the neighbours of a class: that of ImageNet. */
const chosen = new Set(
  `n02815834 n02834397 n02879718 n02950826 n03045698 n03291819 n03478589 n03661043 n03782006 n03956157 n04111531 n04270147
  n04275548 n10148035 n12144580`.split(/\s+/),
);

/** Of ImageNet's list of synsets, one per line, as in timm 1.0.31 (data/_info/imagenet_synsets.txt). */
const listSha256 = '70002b0ff5de60a3a17a82dbfcff291931f96225ddf941ad2e182fc39e183d15';

/**
 * The synset of each class. A label is the list of its synset's words. Where several synsets have the same words (crane), the order
 * decides: ImageNet numbers its classes by ascending ids.
 */
export function imageNetSynsets(labels: readonly string[], { synsets }: WordNet): string[] {
  const byWords = new Map<string, string[]>();
  for (const [id, { words }] of synsets) {
    const text = words.join(', ');
    byWords.set(text, [...(byWords.get(text) ?? []), id]);
  }
  const ids: string[] = [];
  for (const label of labels) {
    const last = ids.at(-1) ?? '';
    const later = byWords.get(spelling.get(label) ?? label)?.filter((each) => each > last);
    const id = later?.find((each) => chosen.has(each)) ?? later?.[0];
    if (id === undefined) throw new Error(`no synset for ${label}`);
    ids.push(id);
  }
  const list = createHash('sha256')
    .update(`${ids.join('\n')}\n`)
    .digest('hex');
  if (list !== listSha256) throw new Error("these are not ImageNet's synsets");
  return ids;
}
