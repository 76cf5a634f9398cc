import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

declare module 'vitest' {
  interface ProvidedContext {
    /** The program of Google's fake of Pub/Sub; empty where it cannot be built. */
    pubsubFake: string;
  }
}

const folder = fileURLToPath(new URL('../production/fakes/pubsub', import.meta.url));
const builder = fileURLToPath(new URL('../../scripts/build-go.sh', import.meta.url));

/** Builds the fake once, and returns its file, or '' where it cannot be built. The first time it needs Go and its module proxy. */
export async function buildPubsubFake(cache: string): Promise<string> {
  const sources = await Promise.all(
    ['go.mod', 'go.sum', 'main.go'].map((name) => readFile(join(folder, name))),
  );
  const hash = createHash('sha256').update(Buffer.concat(sources)).digest('hex').slice(0, 12);
  const program = join(cache, `pubsub-fake-${hash}`);
  if (await exists(program)) return program;
  await mkdir(cache, { recursive: true });
  const unfinished = `${program}.${process.pid}`;
  const built = await execa(builder, [folder, unfinished], { reject: false, timeout: 300_000 });
  if (built.failed) {
    const why = built.message?.trim().split('\n').at(-1) ?? '';
    console.warn(`SKIPPED: the tests of Pub/Sub. Its fake needs Go and the Go module proxy: ${why}`);
    return '';
  }
  // Another run may be doing the same.
  await rename(unfinished, program);
  return program;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
