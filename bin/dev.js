#!/usr/bin/env -S node --import tsx
// Runs the commands from src/ without a build; inference workers still come from dist/.
import { execute } from '@oclif/core';
import { hideSecrets } from '../src/ui/hide-secrets.ts';

hideSecrets();

await execute({ development: true, dir: import.meta.url });
