import { fileURLToPath } from 'node:url';
import { execa, type Options, type ResultPromise } from 'execa';
import { onTestFinished } from 'vitest';
import { freshName, freshStoreUrl } from './fresh.js';
import { sharedStack } from './stack.js';

const binary = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
const buffered = { reject: false, stdin: 'ignore' } as const satisfies Options;

export interface Workspace {
  readonly topic: string;
  readonly group: string;
  readonly env: Readonly<Record<string, string>>;
  /** Runs the real binary to its end. */
  readonly mvs: (...args: string[]) => ResultPromise<typeof buffered>;
}

/** The binary as a user has it, in an environment with a topic, a group and a database of this test's own. */
export function workspace(changes: Record<string, string> = {}): Workspace {
  const { brokers, home } = sharedStack();
  const topic = freshName('topic');
  const group = freshName('group');
  const env = {
    MVS_BROKERS: brokers.join(','),
    MVS_STORE: freshStoreUrl(),
    MVS_TOPIC: topic,
    MVS_GROUP: group,
    MVS_HOME: home,
    NODE_ENV: 'production',
    ...changes,
  };
  const mvs = (...args: string[]): ResultPromise<typeof buffered> => {
    const child = execa(process.execPath, [binary, ...args], { ...buffered, env });
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await child;
    });
    return child;
  };
  return { topic, group, env, mvs };
}

/** What a command printed under `--json`. */
export function jsonOf(result: { readonly stdout: string }): unknown {
  return JSON.parse(result.stdout);
}
