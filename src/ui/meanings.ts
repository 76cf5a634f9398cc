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
      log.info(`${JSON.stringify(text)} is ambiguous, and finds all of: ${listed(concepts)}`);
    else if (first && others.length > 0)
      log.info(
        `${JSON.stringify(text)} is taken for: ${described(first)}; also so called: ${listed(others)}`,
      );
    for (const { note } of concepts) if (note !== undefined) log.info(`${JSON.stringify(text)}: ${note}`);
  }
}

function listed(concepts: readonly MeantConcept[]): string {
  return concepts.map((concept) => `${described(concept)} (--label ${quoted(concept.choose)})`).join('; ');
}

/** `"crane", 1 class` */
function described({ names, classes }: MeantConcept): string {
  const count = classes === 1 ? '1 class' : `${classes} classes`;
  return `${names.slice(0, 3).join(', ')}, ${count}`;
}

/** For a shell. */
function quoted(text: string): string {
  return /^[\w:.-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
