import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { assets } from '../../../src/core/stack/layout.js';

interface Compose {
  readonly services: Readonly<
    Record<string, { readonly ports: readonly string[]; readonly network_mode?: string }>
  >;
}

it.each(Object.entries((parse(readFileSync(assets.compose, 'utf8')) as Compose).services))(
  'the container of %s is reachable from this machine only',
  (_, { ports, network_mode }) => {
    expect(ports.length).toBeGreaterThan(0);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    expect(network_mode).toBeUndefined();
  },
);
