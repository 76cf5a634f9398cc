import type { Log } from '../core/base/log.js';
import type { Meaning, MeantConcept } from '../core/concepts/meaning.js';

/**
 * Says what a text of `--label` was taken for where that is not obvious, and what the network does not know.
 * @param network whose classes are known
 */
export function explain(meanings: readonly Meaning[], network: string | undefined, log: Log): void {
  for (const { text, concepts, others, classes } of meanings) {
    const [first, ...more] = concepts;
    if (classes.size === 0 && network !== undefined) log.warn(`${network} knows no ${JSON.stringify(text)}`);
    if (more.length > 0)
      log.info(`${JSON.stringify(text)} is ambiguous and finds all of these: ${listed(concepts)}`);
    else if (first && others.length > 0)
      log.info(`${JSON.stringify(text)} means ${named(first)}; it can also mean ${listed(others)}`);
    for (const { note } of concepts) if (note !== undefined) log.info(`${JSON.stringify(text)}: ${note}`);
  }
}

/** `crane (1 class, --label crane:bird)` */
function listed(concepts: readonly MeantConcept[]): string {
  return concepts.map((concept) => named(concept, `, --label ${quoted(concept.choose)}`)).join('; ');
}

function named({ names, classes }: MeantConcept, more = ''): string {
  return `${names.slice(0, 3).join(', ')} (${classes === 1 ? '1 class' : `${classes} classes`}${more})`;
}

/** For a shell. */
function quoted(text: string): string {
  return /^[\w:.-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
