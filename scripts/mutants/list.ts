/** One way to break the code, and the tests that have to notice. */
export interface Mutant {
  readonly breaks: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly tests: readonly string[];
}

const log = ['test/contract/stream/stream-kafka-log.test.ts'];
const joining = ['test/unit/stream/kafkajs-joining.test.ts'];
const membership = ['test/unit/stream/membership.test.ts'];
const group = ['test/contract/stream/stream-kafka-group.test.ts'];
const publish = ['test/contract/stream/stream-kafka-publish.test.ts'];

/** Of the settle path, the publisher, the codec, the assignment of partitions, joining a group again, and model versions. */
export const mutants: readonly Mutant[] = [
  {
    breaks: 'settle: bad messages are settled before they are dead letters',
    file: 'src/core/consume/process-batch.ts',
    from: 'const bad: BadMessage[] = [];',
    to: 'const bad: BadMessage[] = [];\n  for (const each of batch) each.settle();',
    tests: ['test/integration/consume/poison.test.ts'],
  },
  {
    breaks: 'settle: bad messages become no dead letters',
    file: 'src/core/consume/process-batch.ts',
    from: 'await reject(bad, context);',
    to: '',
    tests: ['test/integration/consume/poison.test.ts'],
  },
  {
    breaks: 'settle: the position passes messages that are not settled',
    file: 'src/core/stream/progress.ts',
    from: 'if (!settled) {\n        this.#position = first;\n        return;\n      }',
    to: 'if (!settled) continue;',
    tests: ['test/unit/stream/progress.test.ts', 'test/unit/stream/assignment.test.ts'],
  },
  {
    breaks: 'assignment: commits go on after a rebalance',
    file: 'src/core/stream/assignment.ts',
    from: "this.#state = 'ended';",
    to: '',
    tests: ['test/unit/stream/assignment.test.ts'],
  },
  {
    breaks: 'assignment: a log that begins anew is read on',
    file: 'src/core/stream/kafka/group-commits.ts',
    from: 'return areLost;',
    to: 'return areLost && false;',
    tests: log,
  },
  {
    breaks: 'joining: more is handed out while a member settles',
    file: 'src/core/stream/kafka/membership.ts',
    from: 'assignment.close();',
    to: '',
    tests: membership,
  },
  {
    breaks: 'joining: a member does not wait for what it has taken',
    file: 'src/core/stream/kafka/membership.ts',
    from: 'await assignment.flush(heartbeatMs, true)',
    to: 'await assignment.flush(heartbeatMs, false)',
    tests: group,
  },
  {
    breaks: 'joining: a member that the group has given up settles on',
    file: 'src/core/stream/kafka/membership.ts',
    from: 'Date.now() >= deadline || !(await isWaitedFor(beat))',
    to: 'Date.now() >= deadline || ((await isWaitedFor(beat)) && !beat)',
    tests: membership,
  },
  {
    breaks: 'joining: kafkajs joins before the member has settled',
    file: 'src/core/stream/kafka/internals/before-joining.ts',
    from: '(await Promise.all(answers)).every(Boolean)',
    to: 'answers.every(Boolean)',
    tests: [...joining, ...group],
  },
  {
    breaks: 'joining: a frozen coordinator is waited for',
    file: 'src/core/stream/kafka/internals/before-joining.ts',
    from: 'Promise.race([answer, sleep(answerMs, false, { ref: false })])',
    to: 'Promise.race([answer, sleep(answerMs, true, { ref: false })])',
    tests: joining,
  },
  {
    breaks: 'joining: two fetches join one after the other',
    file: 'src/core/stream/kafka/internals/before-joining.ts',
    from: 'if (running) return running;',
    to: '',
    tests: joining,
  },
  {
    breaks: 'joining: heartbeats go on while a member joins',
    file: 'src/core/stream/kafka/internals/before-joining.ts',
    from: 'await joining.get(this)?.catch(() => undefined);',
    to: '',
    tests: joining,
  },
  {
    breaks: 'joining: a join that failed is not made up for',
    file: 'src/core/stream/kafka/internals/before-joining.ts',
    from: 'due.add(group);',
    to: '',
    tests: joining,
  },
  {
    breaks: 'joining: a member that stops joins again',
    file: 'src/core/stream/kafka/subscription.ts',
    from: 'return !queue.ended;',
    to: 'return true;',
    tests: group,
  },
  {
    breaks: 'joining: a late answer leads to a commit in the next generation',
    file: 'src/core/stream/kafka/held-partitions.ts',
    from: "if (assignment.ended) throw notHeldAnyMore('the group has rebalanced');",
    to: '',
    tests: ['test/unit/stream/held-partitions.test.ts'],
  },
  {
    breaks: 'joining: a late answer begins a partition in the next generation',
    file: 'src/core/stream/kafka/held-partitions.ts',
    from: 'if (!assignment.ended) await commitAs',
    to: 'await commitAs',
    tests: ['test/unit/stream/held-partitions.test.ts'],
  },
  {
    breaks: 'publisher: the order of a key is not kept in its partition',
    file: 'src/core/stream/kafka/lots.ts',
    from: 'message.ordered ? partitionOf(message, partitions) : inTurn()',
    to: 'inTurn()',
    tests: ['test/unit/stream/lots.test.ts'],
  },
  {
    breaks: 'publisher: answers of another log count',
    file: 'src/core/stream/kafka/acknowledged.ts',
    from: 'if (isOther) this.#log.startAnew();',
    to: '',
    tests: [...publish, ...log],
  },
  {
    breaks: 'publisher: what is missing at the end is confirmed',
    file: 'src/core/stream/kafka/acknowledged.ts',
    from: 'if (!short) return;',
    to: 'if (!short || short) return;',
    tests: log,
  },
  {
    breaks: 'publisher: messages that kafkajs drops count as sent',
    file: 'src/core/stream/kafka/publisher.ts',
    from: 'if (!isTaken) for (const lot of this.#toLots(messages)) await this.#send(lot);',
    to: '',
    tests: publish,
  },
  {
    breaks: 'codec: the time of a frame is rounded to seconds',
    file: 'src/core/stream/codec.ts',
    from: 'time: ms / 1000',
    to: 'time: Math.round(ms / 1000)',
    tests: ['test/unit/stream/codec.test.ts'],
  },
  {
    breaks: 'codec: a header that is not UTF-8 counts as missing',
    file: 'src/core/stream/codec.ts',
    from: 'if (unreadable) throw',
    to: 'if (unreadable && !unreadable) throw',
    tests: ['test/unit/stream/codec.test.ts', 'test/unit/stream/hostile-messages.test.ts'],
  },
  {
    breaks: 'versions: a second version is stored in the place of the first',
    file: 'src/core/store/mongo-versions.ts',
    from: "return primary === id ? '' : shortDigest(version.digest);",
    to: "return '';",
    tests: ['test/contract/store/store-mongo.test.ts'],
  },
  {
    breaks: 'versions: frames of other content with the same name are relabelled',
    file: 'src/core/operate/relabel/frames.ts',
    from: 'if (videos.get(content.video)?.fingerprint === content.fingerprint) yield',
    to: 'if (videos.has(content.video)) yield',
    tests: ['test/integration/operate/relabel.test.ts'],
  },
  {
    breaks: 'versions: one that lacks frames becomes active',
    file: 'src/core/operate/activate.ts',
    from: 'lacking: compared.filter(({ frames }) => frames > 0)',
    to: 'lacking: compared.filter(({ frames }) => frames < 0)',
    tests: ['test/integration/operate/model-versions.test.ts'],
  },
];
