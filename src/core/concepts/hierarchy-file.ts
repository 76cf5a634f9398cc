import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { messageOf, MvsError } from '../base/errors.js';
import { groupBy } from '../base/group-by.js';
import { problemsOf } from '../base/problems.js';
import { withoutMark } from '../base/text.js';
import { hierarchyJson, type HierarchyContent } from './content.js';
import { Hierarchy } from './hierarchy.js';

/** @throws MvsError MODEL_INVALID */
export async function readHierarchy(file: string, labels: readonly string[]): Promise<Hierarchy> {
  try {
    return parseHierarchy(await readFile(file, 'utf8'), labels, file);
  } catch (cause) {
    if (cause instanceof MvsError) throw cause;
    throw invalid(file, messageOf(cause), cause);
  }
}

/**
 * @param from named in errors
 * @throws MvsError MODEL_INVALID
 */
export function parseHierarchy(text: string, labels: readonly string[], from: string): Hierarchy {
  const found = v.safeParse(v.pipe(v.string(), v.parseJson(), hierarchyJson), withoutMark(text));
  if (!found.success) throw invalid(from, problemsOf(found.issues));
  const { classes, levels = [], concepts } = found.output;
  if (classes.length !== labels.length)
    throw invalid(from, `it has ${classes.length} classes, but there are ${labels.length} labels`);
  const above = [...concepts.values()].flatMap((concept) => concept.above ?? []);
  const unknown = [...classes, ...levels.flat(), ...above].find((each) => !concepts.has(each));
  if (unknown !== undefined)
    throw invalid(from, `it does not describe the concept ${JSON.stringify(unknown)}`);
  const cyclic = inCycle(concepts);
  if (cyclic !== undefined) throw invalid(from, `the concept ${JSON.stringify(cyclic)} is above itself`);
  return new Hierarchy(found.output, labels);
}

/** A concept that is above itself. */
function inCycle(concepts: HierarchyContent['concepts']): string | undefined {
  const left = new Map(Array.from(concepts, ([id, { above = [] }]) => [id, new Set(above)]));
  const links = [...left].flatMap(([id, above]) => Array.from(above, (each) => ({ id, above: each })));
  const below = groupBy(links, ({ above }) => above);
  // From the top to the bottom. Only what is in a cycle, or below one, is never reached.
  const reached = [...left].flatMap(([id, above]) => (above.size === 0 ? [id] : []));
  for (const id of reached) {
    left.delete(id);
    for (const { id: each } of below.get(id) ?? []) {
      left.get(each)?.delete(id);
      if (left.get(each)?.size === 0) reached.push(each);
    }
  }
  // Upwards from one that is left, and always to one that is left, leads into a cycle.
  const seen = new Set<string>();
  let [id] = left.keys();
  while (id !== undefined && !seen.has(id)) {
    seen.add(id);
    [id] = left.get(id) ?? [];
  }
  return id;
}

/** What a database keeps for readers that do not have the network: the file, with the labels that its classes have. */
const keptJson = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ labels: v.pipe(v.array(v.string()), v.readonly()), hierarchy: v.string() }),
);
type Kept = v.InferOutput<typeof keptJson>;

/** @throws MvsError MODEL_INVALID */
export async function textToKeep(file: string, labels: readonly string[]): Promise<string> {
  await readHierarchy(file, labels);
  const kept: Kept = { labels, hierarchy: await readFile(file, 'utf8') };
  return JSON.stringify(kept);
}

/**
 * @param from named in errors
 * @throws MvsError MODEL_INVALID
 */
export function parseKept(text: string, from: string): Hierarchy {
  const found = v.safeParse(keptJson, text);
  if (!found.success) throw invalid(from, problemsOf(found.issues));
  return parseHierarchy(found.output.hierarchy, found.output.labels, from);
}

function invalid(from: string, why: string, cause?: unknown): MvsError {
  return new MvsError('MODEL_INVALID', `cannot read the hierarchy of ${from}: ${why}`, {
    cause,
    hint: 'docs/finding.md describes a hierarchy.json.',
  });
}
