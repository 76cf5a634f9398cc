import type { LabelTree } from '../core/answers/labels.js';
import { shellCommand } from '../core/base/shell.js';
import { notFound } from '../core/base/nearest.js';
import { withVersion } from './answers.js';
import { renderTableWithin } from './table.js';

/** A tree: what is below a concept is indented. */
export function renderLabels(
  { labels, modelVersion, didYouMean: near }: LabelTree,
  width: number,
  model: string | undefined,
): string {
  const all = shellCommand(['mvs', 'labels', '--all', ...(model === undefined ? [] : ['--model', model])]);
  if (near) return notFound('no concept or class has this name', `"${all}" lists all of them`, near);
  if (labels.length === 0)
    return withVersion('No frame is stored yet. Add --all to see what can be asked for.', modelVersion);
  const rows = labels.map(({ id, names, label, depth, classes, frames }) => [
    `${'  '.repeat(depth)}${label ?? names.slice(0, 3).join(', ')}`,
    frames,
    label === null ? classes : null,
    id,
  ]);
  const table = renderTableWithin(
    width,
    ['LABEL', 'FRAMES', 'CLASSES', 'ID'],
    rows,
    ['ID', 'CLASSES'],
    ['LABEL'],
  );
  return withVersion(table, modelVersion);
}
