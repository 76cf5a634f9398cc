#!/usr/bin/env node
const path = require('path');

// In syntax that old versions of Node can read, which then fail with an error of some library.
const [needed, found] = [require('../package.json').engines.node.replace('>=', ''), process.versions.node];
const [[major, minor], [thisMajor, thisMinor]] = [needed, found].map((version) =>
  version.split('.').map(Number),
);
if (thisMajor < major || (thisMajor === major && thisMinor < minor)) {
  console.error(`error: mvs needs Node ${needed} or later, and this is Node ${found}`);
  console.error('  Install a newer one, for example from https://nodejs.org.');
  process.exit(69);
}

// From Node 22.1 on: a command starts 0.05 s sooner when it does not compile its modules again.
const { enableCompileCache } = require('module');
if (enableCompileCache) enableCompileCache();

// CommonJS, because it runs before libuv starts its threads, as no ES module does; and they are as many as there are cores to
// decode pictures: more would take the cores from inference, fewer would let it wait.
if (!process.env.UV_THREADPOOL_SIZE)
  process.env.UV_THREADPOOL_SIZE = String(Math.max(2, require('os').availableParallelism()));

// A heap that grows before all of it is marked: buffers of frames count as heap, so that a consumer would mark it for every 15 MB of them.
require('v8').setFlagsFromString('--heap-growing-percent=300');

// It would load semver, a twentieth of a start, to compare this Node with oclif's lowest version, which is below that of mvs.
process.env.OCLIF_DISABLE_ENGINE_WARNING = '1';

async function main() {
  const { hideSecrets } = await import('../dist/ui/hide-secrets.js');
  hideSecrets();
  if (process.argv[2] === '__complete') {
    const { answerCompletion } = await import('../dist/cli/completion/answer.js');
    await answerCompletion(process.argv.slice(3), path.dirname(__dirname));
    process.exit();
  }
  // Loaded last: command lines can be read by others until then.
  const [{ main: runCommand }, { finishOutput, guardOutput }] = await Promise.all([
    import('../dist/cli/main.js'),
    import('../dist/ui/output.js'),
  ]);
  guardOutput();
  await runCommand(process.argv.slice(2), path.dirname(__dirname));
  await finishOutput();
  // A client that still tries to reach an unavailable broker would keep the process running.
  process.exit();
}

void main();
