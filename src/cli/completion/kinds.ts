/** What can stand in a place of the command line. Names are looked up; the shell itself completes files and folders. */
export type Kind = 'files' | 'folders' | 'nothing' | NameKind | { readonly values: readonly string[] };

export type NameKind = 'videos' | 'labels' | 'topics' | 'models' | 'versions' | 'profiles' | 'commands';

/** By command and argument. Never commands, except where the argument is the name of one. */
const argumentKinds: Readonly<Record<string, Kind>> = {
  'produce videos': 'files',
  'run videos': 'files',
  'query video': 'videos',
  'labels text': 'labels',
  'report videos': 'videos',
  'export videos': 'videos',
  'open video': 'videos',
  'open position': 'nothing',
  'verify videos': 'videos',
  'relabel videos': 'videos',
  'videos:delete videos': 'videos',
  'results:delete videos': 'videos',
  'diff a': 'versions',
  'diff b': 'versions',
  'diff videos': 'videos',
  'topic:create topic': 'nothing',
  'topic:delete topic': 'topics',
  'topic:describe topic': 'topics',
  'dlq:show id': 'nothing',
  'dlq:discard ids': 'nothing',
  'dlq:replay ids': 'nothing',
  'models:activate version': 'versions',
  'models:pull model': 'models',
  'models:show name': 'models',
  'models:verify names': 'models',
  'config:show command': 'commands',
  'config:use profile': 'profiles',
  'help command': 'commands',
};

/** Of flags whose help does not say it, or says it for people only. */
const flagKinds: Readonly<Record<string, Kind>> = {
  topic: 'topics',
  model: 'models',
  'results:delete model': 'versions',
  'models:show with': 'versions',
  // Of a database.
  'query model': 'versions',
  'labels model': 'versions',
  'verify model': 'versions',
  'report model': 'versions',
  'export model': 'versions',
  'report diff': 'versions',
  label: 'labels',
  'not-label': 'labels',
  profile: 'profiles',
  sort: { values: ['frame', 'time', 'confidence', 'label'].flatMap((field) => [field, `-${field}`]) },
  'offsets:reset to': { values: ['earliest', 'latest'] },
  'topic:create retention': { values: ['forever', '12h', '7d'] },
};

const placeholders: Readonly<Record<string, Kind>> = { FILE: 'files', FOLDER: 'folders' };

/** Undefined if the argument is not in the table, which a test excludes. */
export function kindOfArgument(command: string, name: string): Kind | undefined {
  return argumentKinds[`${command} ${name}`];
}

export function kindOfFlag(command: string, name: string, helpValue: string | undefined): Kind {
  return flagKinds[`${command} ${name}`] ?? flagKinds[name] ?? placeholders[helpValue ?? ''] ?? 'nothing';
}
