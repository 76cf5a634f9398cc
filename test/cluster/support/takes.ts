import { expect, vi } from 'vitest';
import type { Trial } from '../../chaos/support/trial.js';
import type { Cluster } from './cluster.js';
import { clipFrames } from './material.js';

/** Publishes the clip again and again, each time as another video, at the speed of a camera. */
export class Takes {
  /** What went wrong, for each command that did not exit with 0. */
  readonly failures: string[] = [];
  readonly #trial: Trial<Cluster>;
  readonly #clip: string;
  readonly #args: readonly string[];
  readonly #done: Promise<void>;
  #stopping = false;

  constructor(trial: Trial<Cluster>, clip: string, args: readonly string[]) {
    this.#trial = trial;
    this.#clip = clip;
    this.#args = args;
    this.#done = this.#produce();
  }

  /** Waits until so many more messages have come into the topic. */
  async flow(messages: number): Promise<void> {
    const { arena, topic } = this.#trial;
    const enough = (await arena.client.written(topic)) + messages;
    const flowing = async (): Promise<void> => {
      expect(await arena.client.written(topic)).toBeGreaterThanOrEqual(enough);
    };
    await vi.waitFor(flowing, { timeout: 120_000, interval: 20 });
  }

  /** Waits until the last of them has been published. */
  async end(): Promise<void> {
    this.#stopping = true;
    await this.#done;
  }

  async #produce(): Promise<void> {
    for (let take = 1; !this.#stopping; take += 1) {
      const name = `take-${take}`;
      this.#trial.expectFrames(name, clipFrames);
      const args = ['--name', name, '--every', '1', '--realtime', '--json', ...this.#args];
      const { exitCode, stderr } = await this.#trial.mvs('produce', this.#clip, ...args);
      if (exitCode !== 0) this.failures.push(`${name}: exit code ${String(exitCode)}: ${stderr}`);
    }
  }
}
