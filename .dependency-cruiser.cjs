/** Layers: commands → ui, core; ui → core types; core → nothing above it. No cycles anywhere. */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'core-knows-no-terminal',
      comment: 'Core modules know nothing of oclif, terminals or flags.',
      severity: 'error',
      from: { path: '^src/core' },
      to: {
        path: '^src/(commands|ui|base-command|flags|metrics)|node_modules/(@oclif|ora|cli-table3|prom-client)',
      },
    },
    {
      name: 'ui-renders-data-only',
      severity: 'error',
      from: { path: '^src/ui' },
      to: { path: '^src/(commands|base-command|flags)' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
