import * as v from 'valibot';

const id = v.pipe(v.string(), v.nonEmpty());

/** An object whose keys are names. A Map, because `v.record` drops some, such as "constructor". */
function byName<T extends v.GenericSchema>(value: T) {
  return v.pipe(
    v.custom<object>(
      (input) => typeof input === 'object' && input !== null && !Array.isArray(input),
      'must be an object',
    ),
    v.transform((object) => new Map<string, unknown>(Object.entries(object))),
    v.map(id, value),
  );
}

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
  irregular: v.exactOptional(byName(v.string())),
  concepts: byName(
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
