import path from 'node:path';

/** How users start mvs here: `mvs` once it is installed, `node bin/run.js` in a checkout. */
export function programName(script = process.argv[1] ?? '', folder = process.cwd()): string {
  // On Windows, an installed command runs the file of its package.
  const inCheckout = path.basename(script) === 'run.js' && !script.split(path.sep).includes('node_modules');
  if (!inCheckout) return 'mvs';
  const file = path.relative(folder, script);
  return `node ${/^[\w./\\-]+$/.test(file) ? file : JSON.stringify(file)}`;
}
