import { expect } from 'vitest';
import { judge } from '../../chaos/support/judge.js';
import type { Measured } from '../../chaos/support/table.js';
import { Trial } from '../../chaos/support/trial.js';
import { jsonOf, type Running } from '../../support/mvs.js';
import type { Cluster } from './cluster.js';
import { short } from './form.js';
import type { Material } from './material.js';
import { Standstill } from './standstill.js';
import { Takes } from './takes.js';

/** What all scenarios share. */
export interface Stage {
  readonly cluster: Cluster;
  readonly material: Material;
}

/** Beside all other tests everything takes longer; consumers that stay with a dead coordinator take longer still. */
const longestStandstill = short ? 45 : 20;

/** What is allowed, in seconds, while a scenario runs and at its end. */
interface Limits {
  /** Without a stored record: a killed broker may cost so much. */
  readonly standstill?: number;
  /** Until all is settled, from when all has been published. */
  readonly settle?: number;
  /** False where the topic has been deleted with what was in it. */
  readonly allInTopic?: boolean;
}

/** One scenario: a topic on all brokers, commands at work on it, and the judgement at its end. */
export class Scenario {
  readonly cluster: Cluster;
  readonly material: Material;
  readonly trial: Trial<Cluster>;
  readonly #takes: Takes[] = [];
  readonly #consumers: Running[] = [];
  readonly #standstill: Standstill;

  private constructor({ cluster, material }: Stage, trial: Trial<Cluster>) {
    this.cluster = cluster;
    this.material = material;
    this.trial = trial;
    this.#standstill = new Standstill(trial);
  }

  static async start(stage: Stage, { partitions = 6 } = {}): Promise<Scenario> {
    return new Scenario(stage, await Trial.start(stage.cluster, { partitions }));
  }

  static async withoutTopic(stage: Stage): Promise<Scenario> {
    return new Scenario(stage, await Trial.withoutTopic(stage.cluster));
  }

  /** Starts a consumer that has to work to the end. */
  consume(...args: string[]): void {
    this.#consumers.push(this.trial.mvs(...this.consumeArgs, ...args));
  }

  get consumeArgs(): string[] {
    return ['consume', '--threads', '3'];
  }

  get produceArgs(): string[] {
    return ['produce', this.material.clip, '--every', '1', '--realtime', '--json'];
  }

  /** Starts to publish, under names that begin with this. */
  produce(prefix = 'take', ...args: string[]): Takes {
    const takes = new Takes(this.trial, prefix, [...this.produceArgs, ...args]);
    this.#takes.push(takes);
    return takes;
  }

  /**
   * Lets everything come to its end, and judges by the database, by `mvs verify` and by what Kafka's own client finds.
   * @param injected how many times the fault happened
   */
  async conclude(
    fault: string,
    injected: number,
    { standstill = longestStandstill, settle = 120, allInTopic = true }: Limits = {},
  ): Promise<void> {
    const { trial } = this;
    for (const takes of this.#takes) await takes.end();
    // What has not been settled by then is in the row, with the rest.
    await trial.untilSettled(1000 * settle).catch(() => undefined);
    const measured = { standstill: await this.#standstill.end(), ...(await this.#inTopic()) };
    for (const consumer of this.#consumers) consumer.kill('SIGTERM');
    const ended = await Promise.all(this.#consumers);
    await judge(trial, fault, injected, measured);
    if (allInTopic) expect(measured.inTopic, "frames that Kafka's client finds").toBe(trial.expected.size);
    for (const takes of this.#takes) expect(takes.failures, 'mvs produce').toEqual([]);
    for (const { exitCode, stderr } of ended) expect({ exitCode }, stderr).toEqual({ exitCode: 0 });
    const verified = await trial.mvs('verify', '--json', ...this.#videos);
    expect(verified, verified.stdout).toMatchObject({ exitCode: 0 });
    expect(jsonOf(verified)).toMatchObject({ accepted: true });
    expect(measured.standstill, 'seconds without a stored record').toBeLessThan(standstill);
  }

  get #videos(): Set<string> {
    return new Set([...this.trial.expected].map((frame) => frame.slice(0, frame.lastIndexOf(':'))));
  }

  async #inTopic(): Promise<Measured> {
    const messages = await this.cluster.client.messages(this.trial.topic);
    const frames = messages.filter(({ type }) => type === 'frame');
    const found = new Set(frames.map(({ video, frame }) => `${video}:${frame}`));
    return { inTopic: [...this.trial.expected].filter((frame) => found.has(frame)).length };
  }
}
