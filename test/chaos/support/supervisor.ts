import { onTestFinished } from 'vitest';
import type { Running } from '../../support/mvs.js';

/** Starts a command again whenever it ends, as systemd or Kubernetes would, until it is told to stop. */
export class Supervisor {
  readonly #start: () => Running;
  readonly #supervising: Promise<void>;
  #running: Running;
  #stopping = false;

  constructor(start: () => Running) {
    this.#start = start;
    this.#running = start();
    this.#supervising = this.#supervise();
    onTestFinished(() => this.stop());
  }

  kill(signal: NodeJS.Signals): void {
    this.#running.kill(signal);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#running.kill('SIGTERM');
    await this.#supervising;
  }

  async #supervise(): Promise<void> {
    for (;;) {
      await this.#running;
      if (this.#stopping) return;
      this.#running = this.#start();
    }
  }
}
