import * as v from 'valibot';

const id = v.pipe(v.string(), v.nonEmpty());
const names = v.array(v.pipe(v.string(), v.nonEmpty()));

/** The content of a hierarchy.json. */
export const hierarchyJson = v.strictObject({
  /** For people: where it is from. */
  about: v.exactOptional(v.string()),
  /** The concept of each class, in the order of the labels. */
  classes: v.pipe(v.array(id), v.minLength(1)),
  /** The concepts that group a summary, from coarse to fine; without it, the depth in the hierarchy decides. */
  levels: v.exactOptional(v.array(v.array(id))),
  /** Irregular plurals, each with its singular. */
  irregular: v.exactOptional(v.record(v.string(), v.string())),
  concepts: v.record(
    id,
    v.strictObject({
      /** The first one is shown. The synonyms of its label are names of a class too. */
      names: v.exactOptional(names),
      /** Names that usually mean another concept. */
      rare: v.exactOptional(names),
      /** Shown to whoever asks for the concept. */
      note: v.exactOptional(v.string()),
      above: v.exactOptional(v.array(id)),
    }),
  ),
});

export type HierarchyContent = v.InferOutput<typeof hierarchyJson>;
