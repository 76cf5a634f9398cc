import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (name: string): string => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');

it('npm ci runs no script of onnxruntime-node, which would download CUDA', () => {
  const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, object> };
  const pack = JSON.parse(read('package.json')) as { allowScripts: Record<string, boolean> };
  expect(lock.packages['node_modules/onnxruntime-node']).toBeDefined();
  // For npm 10, which knows of a script only from this mark (decision 36), and for npm 11.
  expect(lock.packages['node_modules/onnxruntime-node']).not.toHaveProperty('hasInstallScript');
  expect(pack.allowScripts).toMatchObject({ 'onnxruntime-node': false });
});

it('.npmrc has only keys that npm knows: it warns of others on each command', () => {
  const keys = Array.from(read('.npmrc').matchAll(/^\s*([^#;\s=]+)\s*=/gm), ([, key]) => key);
  expect(keys.sort()).toEqual(['audit', 'fund', 'omit-lockfile-registry-resolved']);
});
