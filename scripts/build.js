// Writes dist/: each file of src/ as JavaScript. The types are checked by `npm run types`, which takes a hundred times as long.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { globSync } from 'tinyglobby';

const root = fileURLToPath(new URL('..', import.meta.url));
await build({
  absWorkingDir: root,
  entryPoints: globSync(['src/**/*.ts', '!**/*.d.ts'], { cwd: root }),
  outbase: 'src',
  outdir: 'dist',
  format: 'esm',
  // The oldest version that mvs supports.
  target: 'node20.19',
});
