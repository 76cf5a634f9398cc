import { expect, onTestFinished, vi } from 'vitest';
import type { Trial } from '../../chaos/support/trial.js';
import type { Cluster } from './cluster.js';
import { clipFrames } from './material.js';

/** Publishes the clip again and again, each time as another video, at the speed of a camera. */
export class Takes {
  /** What went wrong, for each command that did not exit with 0. */
  readonly failures: string[] = [];
  readonly #trial: Trial<Cluster>;
  readonly #args: readonly string[];
  readonly #done: Promise<void>;
  #stopping = false;
  #count = 0;

  /** @param args of `mvs produce`, but for the name */
  constructor(trial: Trial<Cluster>, prefix: string, args: readonly string[]) {
    this.#trial = trial;
    this.#args = args;
    this.#done = this.#produce(prefix);
    onTestFinished(() => {
      this.#stopping = true;
    });
  }

  /** Waits until so many more messages have come into the topic. */
  async flow(messages: number): Promise<void> {
    const { arena, topic } = this.#trial;
    await arena.untilWritten(topic, messages);
  }

  /** Waits until another one begins. */
  async next(): Promise<void> {
    const before = this.#count;
    const begun = (): void => {
      expect(this.#count).toBeGreaterThan(before);
    };
    await vi.waitFor(begun, { timeout: 120_000, interval: 20 });
  }

  /** Waits until the last of them has been published. */
  async end(): Promise<void> {
    this.#stopping = true;
    await this.#done;
  }

  async #produce(prefix: string): Promise<void> {
    while (!this.#stopping) {
      this.#count += 1;
      const name = `${prefix}-${this.#count}`;
      this.#trial.expectFrames(name, clipFrames);
      const { exitCode, stderr } = await this.#trial.mvs(...this.#args, '--name', name);
      if (exitCode !== 0) this.failures.push(`${name}: exit code ${String(exitCode)}: ${stderr}`);
    }
  }
}
