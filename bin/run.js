#!/usr/bin/env node
import process from 'node:process';

const { hideSecrets } = await import(new URL('../dist/ui/hide-secrets.js', import.meta.url).href);
hideSecrets();

// kafkajs 2.2.4 sets timers in the past, which fire at once, as it means them to; and it hangs up again and again on a socket
// that is still connecting. Node warns about both, and nobody can do anything about it.
const harmless = /TimeoutNegativeWarning|connect listeners added to \[Socket\]/;
const emitWarning = process.emitWarning.bind(process);
process.emitWarning = (warning, ...options) => {
  if (!harmless.test(`${options[0]} ${warning}`)) emitWarning(warning, ...options);
};

// Loaded last: command lines can be read by others until then.
const { execute } = await import('@oclif/core');
await execute({ dir: import.meta.url });
// Everything is closed and written; a client that still tries to reach a broker that is away holds nobody up.
process.exit();
