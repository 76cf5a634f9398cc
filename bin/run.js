#!/usr/bin/env node
import process from 'node:process';
import { execute } from '@oclif/core';

// kafkajs 2.2.4 sets timers in the past; they fire at once, as it means them to, but Node 24 warns about it.
const emitWarning = process.emitWarning.bind(process);
process.emitWarning = (warning, ...options) => {
  if (options[0] !== 'TimeoutNegativeWarning') emitWarning(warning, ...options);
};

await execute({ dir: import.meta.url });
// Everything is closed and written; a client that still tries to reach a broker that is away holds nobody up.
process.exit();
