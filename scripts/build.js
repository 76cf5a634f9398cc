// Writes dist/: each file of src/ as JavaScript, and assembly/ as WebAssembly. The types are checked by `npm run types`, which takes a
// hundred times as long.
import { mkdirSync, statSync } from 'node:fs';
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

// Compiling takes two seconds, so it happens only after a change.
const wasm = `${root}dist/core/classifier/jpeg/pictures.wasm`;
const changed = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const sources = globSync(['assembly/*.ts', 'scripts/build.js', 'package.json'], {
  cwd: root,
  absolute: true,
});
if (sources.some((file) => changed(file) > changed(wasm))) {
  mkdirSync(`${root}dist/core/classifier/jpeg`, { recursive: true });
  // Imported only here, because loading it takes a second.
  const { default: asc } = await import('assemblyscript/asc');
  const options = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--baseDir', root];
  const { error, stderr } = await asc.main(['assembly/index.ts', ...options, '--outFile', wasm]);
  if (error !== null) throw new Error(`assembly/ cannot be compiled: ${error.message}\n${stderr.toString()}`);
}
