import { redact } from '../core/base/redact.js';
import type { Probe } from './probe.js';
import { plain, type Page } from './server.js';

/** Liveness and readiness of the process. */
export class Health {
  readonly #stopping: AbortSignal;
  readonly #servers = new Map<string, Probe<unknown>>();
  #waitingFor: string | undefined = 'starting';
  #stuck: () => boolean = () => false;

  /** @param stopping aborts when the process receives a signal to end */
  constructor(stopping: AbortSignal) {
    this.#stopping = stopping;
  }

  /** Sets the servers that must answer, and what else must happen before the work begins. */
  needs(servers: Readonly<Record<string, Probe<unknown>>>, waitingFor?: string): void {
    for (const [name, probe] of Object.entries(servers)) this.#servers.set(name, probe);
    this.#waitingFor = waitingFor;
  }

  begins(stuck: () => boolean): void {
    this.#waitingFor = undefined;
    this.#stuck = stuck;
  }

  /** 200 while there is progress or a good reason to wait. An unavailable server is one, because a restart would not help. */
  live(): Page {
    if (this.#stuck())
      return plain(503, 'messages are waiting, and restarting the client has not helped yet');
    return plain(200, 'ok');
  }

  /** 200 while frames can be processed. */
  async ready(): Promise<Page> {
    if (this.#stopping.aborted) return plain(503, 'stopping');
    if (this.#waitingFor !== undefined) return plain(503, this.#waitingFor);
    const problems = await Promise.all(
      [...this.#servers].map(async ([name, probe]) => {
        const answer = await probe.ask();
        return 'problem' in answer ? [`${name}: ${redact(answer.problem)}`] : [];
      }),
    );
    return problems.flat().length > 0 ? plain(503, problems.flat().join('\n')) : plain(200, 'ready');
  }
}
