import { expect, it } from 'vitest';
import { silentLog } from '../../../src/core/base/log.js';
import { openKafka } from '../../../src/core/stream/kafka/index.js';
import { messagesOf } from '../../support/pipeline.js';
import type { Arena } from '../support/arena.js';
import { full, randomOf } from '../support/form.js';
import { judge } from '../support/judge.js';
import { readLog } from '../support/log-reader.js';
import type { Random } from '../support/random.js';
import { noteRow } from '../support/table.js';
import type { Rule } from '../support/tcp-proxy.js';
import { Trial } from '../support/trial.js';

const published = full ? 3000 : 400;
const lostEvery = 40;
const consumed = full ? 3000 : 300;
/** How often a response is lost, by what was asked. */
const chances: Readonly<Record<string, number>> = {
  fetch: 0.05,
  commit: 0.1,
  heartbeat: 0.1,
  join: 0.15,
  sync: 0.15,
  insert: 0.05,
};
const cutEveryMs = { least: 500, most: 3000 };

export function responsesLost(arena: () => Arena): void {
  it('publishes each message once though the broker’s answers get lost', async () => {
    const trial = await Trial.start(arena());
    const { kafka } = trial.arena;
    let answers = 0;
    let injected = 0;
    kafka.rule = ({ direction, kind }) => {
      if (direction !== 'response' || kind !== 'produce' || ++answers % lostEvery > 0) return 'pass';
      injected += 1;
      return 'drop';
    };
    const messages = await messagesOf('cat', published);
    await using stream = await openKafka({ ...proxied(trial), log: silentLog });
    await using publisher = await stream.publisher();
    for (const message of messages) await publisher.publish([message]);

    const log = await readLog(trial.arena.brokers, trial.topic);
    // The message that ends the video has no frame number.
    const inLog = log.map(({ headers }) => headers.frame ?? 'end');
    const row = {
      fault: 'produce responses lost (counted in the log)',
      injected,
      expected: messages.length,
      stored: new Set(inLog).size,
      deadLettered: 0,
      duplicated: inLog.length - new Set(inLog).size,
      lost: messages.length - new Set(inLog).size,
    };
    noteRow(row);
    expect(row).toMatchObject({ stored: messages.length, duplicated: 0, lost: 0 });
    expect(injected).toBeGreaterThanOrEqual(Math.floor(published / lostEvery));
  });

  it('stores each frame once though answers get lost and connections are cut at random', async () => {
    const trial = await Trial.start(arena());
    await trial.publish('cat', consumed);
    const random = randomOf(4);
    let injected = 0;
    const lose: Rule = ({ direction, kind }) => {
      if (direction !== 'response' || !random.chance(chances[kind] ?? 0)) return 'pass';
      injected += 1;
      return 'drop';
    };
    trial.arena.kafka.rule = lose;
    trial.arena.mongo.rule = lose;
    const stopCutting = cutAtRandom(trial.arena, random, (cut) => (injected += cut));
    try {
      await trial.drain();
    } finally {
      stopCutting();
    }
    await judge(trial, 'responses lost and connections cut while consuming', injected);
  });
}

function proxied({ arena, topic }: Trial): { brokers: string[]; topic: string } {
  return { brokers: [`127.0.0.1:${arena.kafka.port}`], topic };
}

function cutAtRandom({ kafka, mongo }: Arena, random: Random, onCut: (cut: number) => void): () => void {
  let timer: NodeJS.Timeout;
  const cutSoon = (): void => {
    timer = setTimeout(
      () => {
        onCut(random.pick([kafka, mongo]).cutAll());
        cutSoon();
      },
      random.between(cutEveryMs.least, cutEveryMs.most),
    );
  };
  cutSoon();
  return () => {
    clearTimeout(timer);
  };
}
