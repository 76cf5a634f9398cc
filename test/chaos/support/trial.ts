import { expect, inject, vi } from 'vitest';
import { silentLog } from '../../../src/core/base/log.js';
import { openKafka } from '../../../src/core/stream/kafka/index.js';
import type { PartitionLag } from '../../../src/core/stream/lag.js';
import type { FrameStream } from '../../../src/core/stream/port.js';
import { freshName, lagOf } from '../../support/fresh.js';
import { binaryIn, jsonOf, type Binary, type Environment, type Running } from '../../support/mvs.js';
import { frameNumbers, messagesOf } from '../../support/pipeline.js';
import { tinyDetectorIn, tinyNetwork } from '../../support/tiny-model.js';
import type { Arena } from './arena.js';
import { Database } from './database.js';
import type { Servers } from './servers.js';

const perRequest = 32;

/** A response to a fetch that brings no frame is smaller. */
export const emptyFetchBytes = 400;

/** The session timeout is short, so that a dead member is soon replaced. */
export const consumeArgs = ['consume', '--threads=2', '--batch=8', '--session-timeout=2000'] as const;

/** A network that takes its time, so that faults meet an inference. */
export const slowModel = ['--model=efficientnet-lite0', '--workers=1'] as const;
export const inferArgs = [...consumeArgs, ...slowModel] as const;

/** With a tiny detector beside it. */
export function twoModels(): readonly string[] {
  return [...slowModel, `--model=${tinyDetectorIn(inject('cache'))}`];
}

/** One test against the servers: a topic, a group and a database of its own, and the frames that have to be in it at the end. */
export class Trial<Ground extends Servers = Arena> {
  readonly arena: Ground;
  readonly topic = freshName('topic');
  /** Runs the binary; it reaches the servers only as they let it. */
  readonly mvs: Binary;
  readonly env: Environment;
  /** Frames, as "video:frame". */
  readonly expected = new Set<string>();
  /** Those of them that no network can classify. */
  readonly bad = new Set<string>();
  /** Dead letters that are no frames of these videos, named in the same way. */
  readonly strangers = new Set<string>();
  readonly #running = new Set<Running>();
  readonly group = freshName('group');
  readonly database: Database;

  private constructor(arena: Ground) {
    this.arena = arena;
    this.database = new Database(arena.store);
    this.env = {
      MVS_BROKERS: arena.reached.brokers.join(','),
      MVS_STORE: this.database.urlAt(arena.reached.store),
      MVS_TOPIC: this.topic,
      MVS_GROUP: this.group,
      MVS_HOME: arena.home,
      NODE_ENV: 'production',
      ...tinyNetwork(inject('cache')),
    };
    this.mvs = (...args) => this.mvsWith({}, ...args);
  }

  /** The binary in an environment that differs. */
  mvsWith(changes: Environment, ...args: string[]): Running {
    const running = binaryIn({ ...this.env, ...changes })(...args);
    this.#running.add(running);
    void running.finally(() => this.#running.delete(running));
    return running;
  }

  static async start<Ground extends Servers>(arena: Ground, { partitions = 3 } = {}): Promise<Trial<Ground>> {
    const trial = await Trial.withoutTopic(arena);
    const { replicationFactor } = arena;
    await trial.ask((stream) => stream.createTopic({ partitions, replicationFactor }));
    return trial;
  }

  static async withoutTopic<Ground extends Servers>(arena: Ground): Promise<Trial<Ground>> {
    await arena.heal();
    return new Trial(arena);
  }

  /** Asks the brokers themselves. */
  async ask<T>(question: (stream: FrameStream) => Promise<T>): Promise<T> {
    await using stream = await openKafka({ brokers: this.arena.brokers, topic: this.topic, log: silentLog });
    return await question(stream);
  }

  /**
   * Publishes a numbered set of frames, directly.
   * @param bad numbers of frames that are no pictures
   * @param jpeg instead of the usual small picture
   */
  async publish(
    video: string,
    frames: number,
    { bad = [], jpeg }: { bad?: readonly number[]; jpeg?: Buffer } = {},
  ): Promise<void> {
    const messages = await messagesOf(video, frames);
    const changed = messages.map((message, n) => {
      if (n === frames) return message;
      return { ...message, value: bad.includes(n + 1) ? Buffer.from('no picture') : (jpeg ?? message.value) };
    });
    await this.ask(async (stream) => {
      await using publisher = await stream.publisher();
      for (let n = 0; n < changed.length; n += perRequest) {
        await publisher.publish(changed.slice(n, n + perRequest));
      }
    });
    this.expectFrames(video, frames);
    for (const n of bad) this.bad.add(`${video}:${n}`);
  }

  expectFrames(video: string, frames: number): void {
    for (const n of frameNumbers(frames)) this.expected.add(`${video}:${n}`);
  }

  /** As "video:frame"; a frame that was stored twice is there twice. */
  async stored(): Promise<string[]> {
    return this.database.frames();
  }

  async lag(): Promise<readonly PartitionLag[]> {
    return this.ask((stream) => lagOf(stream, this.group));
  }

  /** What is committed of each partition. */
  async committed(): Promise<(number | null)[]> {
    return (await this.lag()).map(({ currentOffset }) => currentOffset);
  }

  async totalLag(): Promise<number> {
    return (await this.lag()).reduce((sum, { lag }) => sum + lag, 0);
  }

  async untilStored(count: number): Promise<void> {
    const enough = async (): Promise<void> => {
      expect(await this.database.count()).toBeGreaterThanOrEqual(count);
    };
    await vi.waitFor(enough, { timeout: 120_000, interval: 100 });
  }

  /** Waits until the consumers that run have done everything, by themselves. */
  async untilDone(): Promise<void> {
    await this.untilStored(this.expected.size - this.bad.size);
    await this.untilSettled(60_000);
  }

  /** Waits until the group has settled all that is in the topic. */
  async untilSettled(timeout: number): Promise<void> {
    const noLag = async (): Promise<void> => {
      expect(await this.totalLag()).toBe(0);
    };
    await vi.waitFor(noLag, { timeout, interval: 200 });
  }

  /** Consumes what is left, to the end. */
  async drain(...args: string[]): Promise<unknown> {
    const drained = await this.mvs(...consumeArgs, ...args, '--until-drained', '--json');
    expect(drained, drained.stderr).toMatchObject({ exitCode: 0 });
    return jsonOf(drained);
  }

  /** Kills what still runs. */
  async killAll(): Promise<void> {
    for (const running of this.#running) running.kill('SIGKILL');
    await Promise.all(this.#running);
  }

  /** Ends a command that runs until it is told to stop. */
  async end(running: Running): Promise<void> {
    running.kill('SIGTERM');
    const ended = await running;
    expect(ended, ended.stderr).toMatchObject({ exitCode: 0 });
  }
}
