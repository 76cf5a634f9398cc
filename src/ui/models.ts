import type { ListedModel, ModelDetails } from '../core/models/catalog.js';
import type { VerifiedModel } from '../core/models/verify.js';
import { plural } from '../core/base/text.js';
import { shellWord } from '../core/base/shell.js';
import { renderTable, type Cell } from './table.js';
import { bytes } from './units.js';

export function renderModels(models: readonly ListedModel[]): string {
  const rows = models.map(({ name, kind, here, bytes: size, engines, problem }) => [
    name,
    kind,
    problem === null ? (here ? 'yes' : 'no') : 'broken',
    bytes(size),
    enginesOf(engines),
  ]);
  const broken = models.flatMap(({ problem }) => (problem === null ? [] : [`\n${problem}`]));
  return [renderTable(['MODEL', 'KIND', 'HERE', 'SIZE', 'RUNS ON'], rows), ...broken].join('\n');
}

export function renderModel(model: ModelDetails): string {
  const { input, resize } = model;
  const facts: [string, Cell][] = [
    ['model', `${model.name} (${model.kind}${model.here ? '' : ', not downloaded'})`],
    ['size', bytes(model.bytes)],
    ['runs on', enginesOf(model.engines)],
    ['input', `${input.width}×${input.height} ${input.colorOrder}`],
    ['mean, std', `${input.mean.join(' ')}, ${input.std.join(' ')}`],
    ['resize', `${resize.mode}, fraction ${resize.fraction}, ${resize.kernel}`],
    ['output', outputOf(model)],
    ['labels', model.labels],
    ['top-1', model.top1 === null ? null : `${model.top1} % as published`],
    ['licence', model.license],
    ['address', model.address],
  ];
  const sums = model.checksums.map(({ file, sha256 }) => [file, sha256]);
  return `${renderTable(['', ''], facts).trimStart()}\n\n${renderTable(['FILE', 'SHA256'], sums)}`;
}

export function renderVerifiedModels(models: readonly VerifiedModel[]): string {
  return models
    .flatMap(({ name, files, problems, pull }) => {
      if (problems.length === 0) return [`${name}: ${plural(files, 'file')}, all checksums match`];
      return [
        ...problems.map((problem) => `${name}: ${problem}`),
        pull === null
          ? '  It is bundled: reinstall mvs.'
          : `  Download it again with "mvs models:pull ${shellWord(pull)}".`,
      ];
    })
    .join('\n');
}

function outputOf({ output, detect }: ModelDetails): string {
  if (detect === null) return output;
  const { form, minScore, maxOverlap, maxObjects } = detect;
  return `objects (${form}): score ≥ ${minScore}, overlap ≤ ${maxOverlap}, at most ${maxObjects}`;
}

function enginesOf(engines: readonly string[]): string {
  return engines.length === 0 ? 'no engine here' : engines.join(', ');
}
