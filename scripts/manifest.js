// Writes oclif.manifest.json. With it, a command loads only its own module, and `mvs --help` none.
import { rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Plugin } from '@oclif/core';

const root = fileURLToPath(new URL('..', import.meta.url));
const file = new URL('../oclif.manifest.json', import.meta.url);
await rm(file, { force: true });
const plugin = new Plugin({ root, ignoreManifest: true, errorOnManifestCreate: true });
await plugin.load();
await writeFile(file, `${JSON.stringify(plugin.manifest, null, 2)}\n`);
