import { atMost } from '../../base/abort.js';
import { causesOf, messageOf, MvsError } from '../../base/errors.js';
import { untilItWorks } from '../../base/retry.js';
import { closeGraceMs } from '../closing.js';
import { inRequests } from '../requests.js';
import { ask, once, type Connection } from './client.js';
import { ackDeadline } from './subscriptions.js';

/** In one request: 512 KB of ids of some 200 bytes. */
const idLimits = { bytes: 500_000, bytesOf: (id: string): number => id.length + 8, items: 1000 };
/** Google's own client extends for as long: what takes longer goes to another member. */
const maxHoldMs = 3_600_000;

/** The messages that a member has and the service keeps for it: extended in time, acknowledged once settled. */
export class HeldMessages implements AsyncDisposable {
  readonly #connection: Connection;
  readonly #subscription: string;
  readonly #deadlineSeconds: number;
  readonly #timer: NodeJS.Timeout;
  readonly #over = new AbortController();
  /** Since when, by acknowledgement id; until the acknowledgement has arrived. */
  readonly #held = new Map<string, number>();
  /** Those of them that a later member is to settle. */
  readonly #left = new Set<string>();
  #settled: string[] = [];
  #acknowledging: Promise<void> | undefined;

  /** @param deadlineSeconds by which what is held is extended */
  constructor(connection: Connection, subscription: string, deadlineSeconds: number) {
    this.#connection = connection;
    this.#subscription = subscription;
    this.#deadlineSeconds = deadlineSeconds;
    // Two requests may fail; what was given out before the deadline was raised may have had the shortest.
    const everyMs = (ackDeadline.min * 1000) / 3 / connection.clockRate;
    this.#timer = setInterval(() => void this.#extend(), everyMs).unref();
  }

  /** Messages that are to be settled here and are not yet, or whose acknowledgement has not arrived. */
  get size(): number {
    return this.#held.size - this.#left.size;
  }

  /** A message that arrives after the end, from a request that was under way, is given back. */
  add(id: string): void {
    if (this.#over.signal.aborted) void this.#modify([id], 0);
    else this.#held.set(id, performance.now());
  }

  /** Keeps it until the end, when it is given back: earlier it would come here again at once. */
  leave(id: string): void {
    if (this.#held.has(id)) this.#left.add(id);
  }

  settle(id: string): void {
    if (!this.#held.has(id)) return;
    this.#settled.push(id);
    this.#acknowledging ??= this.#acknowledgeAll();
  }

  async #acknowledgeAll(): Promise<void> {
    // The messages of a batch are settled together, and acknowledged in one request.
    await Promise.resolve();
    while (this.#settled.length > 0 && !this.#over.signal.aborted) {
      const [ids = []] = inRequests(this.#settled, idLimits);
      this.#settled = this.#settled.slice(ids.length);
      await this.#acknowledge(ids).catch((error: unknown) => {
        this.#connection.log.debug(`not acknowledged, so it will be delivered again: ${messageOf(error)}`);
      });
      for (const id of ids) this.#held.delete(id);
    }
    // In one step with the last look: what is settled in between would wait for the next message.
    this.#acknowledging = undefined;
  }

  /** An id that has expired is void: its message is delivered again, and found to be stored. */
  async #acknowledge(ids: readonly string[]): Promise<void> {
    const { subscriber, log } = this.#connection;
    let open = ids;
    const attempt = async (): Promise<void> => {
      const request = { subscription: this.#subscription, ackIds: [...open] };
      try {
        await ask('acknowledging what is stored', subscriber.acknowledge(request, once));
      } catch (error) {
        const again = toTryAgain(error, open);
        if (!again) throw error;
        open = again;
        if (again.length === 0) return;
        const message = `acknowledging what is stored: ${messageOf(error)}`;
        throw new MvsError('BROKER_UNAVAILABLE', message, { cause: error, retriable: true });
      }
    };
    await untilItWorks(attempt, { signal: this.#over.signal, log });
  }

  async #extend(): Promise<void> {
    const oldest = performance.now() - maxHoldMs;
    await this.#modify(
      [...this.#held].flatMap(([id, since]) => (since > oldest ? [id] : [])),
      this.#deadlineSeconds,
    );
  }

  async #modify(all: readonly string[], ackDeadlineSeconds: number): Promise<void> {
    const { subscriber, log } = this.#connection;
    for (const ids of inRequests(all, idLimits)) {
      const request = { subscription: this.#subscription, ackIds: [...ids], ackDeadlineSeconds };
      await subscriber.modifyAckDeadline(request, once).catch((error: unknown) => {
        log.debug(`the deadline of ${ids.length} messages stays as it is: ${messageOf(error)}`);
      });
    }
  }

  /** Acknowledges what is settled, and gives the rest back at once, as far as that takes seconds. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await atMost(closeGraceMs, Promise.resolve(this.#acknowledging));
    this.#over.abort();
    const left = [...this.#held.keys()];
    this.#held.clear();
    this.#left.clear();
    await atMost(closeGraceMs, this.#modify(left, 0));
  }
}

/** Which of the ids may still be acknowledged, if the error says so of each; every error of the client has room for that. */
function toTryAgain(error: unknown, ids: readonly string[]): readonly string[] | undefined {
  const reasons = new Map<string, unknown>(
    causesOf(error).flatMap((cause) =>
      'errorInfoMetadata' in cause ? Object.entries(cause.errorInfoMetadata ?? {}) : [],
    ),
  );
  if (!ids.some((id) => reasons.has(id))) return undefined;
  return ids.filter((id) => String(reasons.get(id)).startsWith('TRANSIENT_'));
}
