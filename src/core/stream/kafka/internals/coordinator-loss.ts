import { causesOf } from '../../../base/errors.js';
import { internalModule } from './kafkajs.js';

interface ConsumerGroup {
  heartbeat(options: object): Promise<void>;
}

const { prototype } = internalModule('consumer/consumerGroup.js') as { readonly prototype: ConsumerGroup };

/** One lost connection is no reason to look for another coordinator. */
const patienceMs = 1_000;

const failingSince = new WeakMap<ConsumerGroup, number>();
const beat = Reflect.get<ConsumerGroup, 'heartbeat'>(prototype, 'heartbeat');

/**
 * kafkajs looks for the coordinator of its group only when it joins, and sends heartbeats to a dead one until it gives up. It then joins as
 * a new member, and the group waits for the old one until its session ends. So a coordinator that cannot be reached is reported as one
 * that is not the coordinator any more: kafkajs then looks for the new one, and joins as the member that it is.
 */
prototype.heartbeat = async function (this: ConsumerGroup, options: object): Promise<void> {
  try {
    await beat.call(this, options);
    failingSince.delete(this);
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    const since = failingSince.get(this) ?? Date.now();
    failingSince.set(this, since);
    if (Date.now() - since < patienceMs) throw error;
    failingSince.delete(this);
    const message = 'the coordinator of the group cannot be reached';
    throw Object.assign(new Error(message, { cause: error }), {
      type: 'NOT_COORDINATOR_FOR_GROUP',
      retriable: true,
    });
  }
};

function isUnreachable(error: unknown): boolean {
  return causesOf(error).some(
    (cause) =>
      cause instanceof Error && /^KafkaJS(Connection|ConnectionClosed|RequestTimeout)Error$/.test(cause.name),
  );
}
