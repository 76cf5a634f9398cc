import type { KnowingDetector, Understanding } from '../core/answers/understand.js';
import type { Log } from '../core/base/log.js';
import { notFound } from '../core/base/nearest.js';
import { shellCommand, shellWord } from '../core/base/shell.js';
import type { MeantConcept } from '../core/concepts/meaning.js';

/** Says what a text of `--label` was taken for where that is not obvious, and what the network does not know. */
export function explain(understood: Understanding, log: Log): void {
  const { meanings, network, detector } = understood;
  for (const { text, concepts, others, classes } of meanings) {
    const [first, ...more] = concepts;
    if (classes.size === 0 && network !== undefined) log.warn(`${network} knows no ${JSON.stringify(text)}`);
    if (more.length > 0)
      log.info(`${JSON.stringify(text)} is ambiguous and finds all of these: ${listed(concepts)}`);
    else if (first && others.length > 0)
      log.info(`${JSON.stringify(text)} means ${named(first)}; it can also mean ${listed(others)}`);
    for (const { note } of concepts) if (note !== undefined) log.info(`${JSON.stringify(text)}: ${note}`);
  }
  if (detector && isHardlyKnown(understood)) log.info(described(detector));
}

/**
 * What to say where no frame matches. This is not an error: the question was answered.
 * @param near similar names to those that mean nothing
 * @param model as it was named for this question
 */
export function noMatch(
  understood: Understanding,
  near: readonly string[] | undefined,
  model: string | undefined,
): string {
  const { detector } = understood;
  const labels = shellCommand(['mvs', 'labels', ...(model === undefined ? [] : ['--model', model])]);
  // Otherwise it was said before.
  const more = detector && !isHardlyKnown(understood) ? `. ${described(detector)}` : '';
  return notFound('no frames match', `"${labels}" lists what the frames show${more}`, near ?? []);
}

/** True if the network knows nothing, or next to nothing, of a word that the detector knows. */
function isHardlyKnown({ meanings, detector }: Understanding): boolean {
  return meanings.some(
    ({ text, classes, concepts }) =>
      detector?.words.includes(text) === true &&
      (classes.size === 0 || concepts.some(({ note }) => note !== undefined)),
  );
}

function described({ name, words, stored }: KnowingDetector): string {
  const finds = `${name}, a detector, finds ${words.map((word) => JSON.stringify(word)).join(' and ')}`;
  return stored === undefined
    ? `${finds}: run "mvs relabel --model ${name}", then repeat this command with --model ${name}`
    : `${finds}: repeat this command with --model ${stored}`;
}

/** `crane (1 class, --label crane:bird)` */
function listed(concepts: readonly MeantConcept[]): string {
  return concepts.map((concept) => named(concept, `, --label ${shellWord(concept.choose)}`)).join('; ');
}

function named({ names, classes }: MeantConcept, more = ''): string {
  return `${names.slice(0, 3).join(', ')} (${classes === 1 ? '1 class' : `${classes} classes`}${more})`;
}
