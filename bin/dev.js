#!/usr/bin/env -S node --import tsx
// Runs the commands from src/ without a build; inference workers still come from dist/.
const path = require('node:path');

async function main() {
  const { hideSecrets } = await import('../src/ui/hide-secrets.ts');
  hideSecrets();
  const { execute } = await import('@oclif/core');
  await execute({ development: true, dir: path.dirname(__dirname) });
}

void main();
