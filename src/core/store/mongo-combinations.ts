import type { VideoFrames } from './mongo-layout.js';
import type { Combination } from './port.js';

interface Row {
  readonly _id: {
    readonly label: string;
    readonly classIndex: number;
    /** The label of each class among the objects, by its index. */
    readonly objects?: Readonly<Record<string, string>>;
  };
  readonly count: number;
}

/** One pass over the records. Few frames of a video show classes that no other frame shows together, so the answer is short. */
export async function* readCombinations(
  { collection, scope }: VideoFrames,
  withObjects: boolean,
): AsyncGenerator<Combination> {
  const best = { label: '$label', classIndex: '$classIndex' };
  const _id = withObjects ? ofObjects(best) : best;
  const stages = [{ $match: scope }, { $group: { _id, count: { $sum: 1 } } }];
  for await (const row of collection.aggregate<Row>(stages, { allowDiskUse: true })) {
    const { objects = {}, ...own } = row._id;
    const shown = Object.entries(objects).map(([index, label]) => ({ label, classIndex: Number(index) }));
    yield { classes: shown.length > 0 ? shown : [own], count: row.count };
  }
}

/** Documents, because not every server groups by arrays. What is best does not matter where there are objects. */
function ofObjects({ label, classIndex }: { readonly label: string; readonly classIndex: string }) {
  const objects = { $ifNull: ['$objects', []] };
  const isEmpty = { $eq: [{ $size: objects }, 0] };
  const pair = { k: { $toString: '$$one.classIndex' }, v: '$$one.label' };
  const pairs = { $map: { input: objects, as: 'one', in: pair } };
  return {
    label: { $cond: [isEmpty, label, ''] },
    classIndex: { $cond: [isEmpty, classIndex, 0] },
    // Without duplicates, and always in the same order.
    objects: { $arrayToObject: { $setUnion: [pairs, []] } },
  };
}
