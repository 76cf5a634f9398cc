/**
 * Who may import whom. The steps of the pipeline stand in src/core, each in a folder of its own; a step imports `base`, `frames` and what
 * is named here, and nothing imports in both directions.
 */
const steps = {
  base: [],
  frames: [],
  concepts: [],
  source: [],
  extract: ['source'],
  produce: ['source', 'extract', 'stream'],
  // Kinesis keeps the leases of its shards in the database of the records.
  stream: ['store'],
  classifier: [],
  store: [],
  consume: ['stream', 'classifier', 'store'],
  answers: ['concepts', 'store'],
  stack: ['store', 'stream'],
  models: ['classifier', 'stack'],
  report: ['answers', 'concepts', 'extract', 'source', 'store'],
  export: ['answers', 'extract', 'source', 'store'],
  operate: ['source', 'extract', 'stream', 'classifier', 'store', 'consume', 'answers', 'stack'],
};
const shared = { base: [], frames: ['base'] };

/** Above core: what each folder may import besides core. */
const shell = {
  flags: [],
  // A preset is a set of flags with values.
  config: ['flags'],
  ui: ['config'],
  metrics: [],
  open: ['flags'],
  cli: ['config', 'flags', 'ui'],
  commands: ['cli', 'config', 'flags', 'metrics', 'open', 'ui'],
};

const names = Object.keys(steps);
const stepRules = names.map((step) => {
  const allowed = [step, ...(shared[step] ?? ['base', 'frames']), ...steps[step]];
  return {
    name: `${step}-imports-its-own`,
    severity: 'error',
    from: { path: `^src/core/${step}/` },
    to: { path: '^src/', pathNot: `^src/core/(${allowed.join('|')})/` },
  };
});
const shellRules = Object.entries(shell).map(([folder, imports]) => ({
  name: `${folder}-imports-its-own`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^src/', pathNot: `^src/(${['core', folder, ...imports].join('|')})/` },
}));

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    ...stepRules,
    ...shellRules,
    {
      name: 'run-is-the-only-file-beside-the-steps',
      comment: 'It produces and consumes at once.',
      severity: 'error',
      from: {},
      to: { path: '^src/core/[^/]+$', pathNot: '^src/core/run\\.ts$' },
    },
    {
      name: 'no-unknown-step',
      severity: 'error',
      from: {},
      to: { path: '^src/core/[^/]+/', pathNot: `^src/core/(${names.join('|')})/` },
    },
    {
      name: 'core-knows-no-terminal',
      comment: 'Core modules know nothing of oclif, terminals or flags.',
      severity: 'error',
      from: { path: '^src/core' },
      to: { path: '^src/(?!core/)|node_modules/(@oclif|ora|cli-table3|prom-client)' },
    },
    {
      name: 'leases-are-the-only-use-of-a-database-in-streams',
      severity: 'error',
      from: { path: '^src/core/stream/', pathNot: '^src/core/stream/kinesis/' },
      to: { path: '^src/core/store/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
