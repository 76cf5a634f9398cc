import { internalModule } from './kafkajs.js';

interface Broker extends MetadataBroker {
  metadata(topics?: readonly string[]): Promise<Metadata>;
}
export interface MetadataBroker {
  lookupRequest(key: number, definitions: unknown): (options: object) => Request;
  readonly connectionPool: { send(request: Request): Promise<unknown> };
}
interface Request {
  readonly request: object;
  readonly response: { decode(bytes: unknown): unknown; parse(answer: unknown): unknown };
}
interface Metadata {
  readonly brokers: readonly { readonly nodeId: number; readonly host: string; readonly port: number }[];
  readonly topicMetadata: readonly TopicMetadata[];
}
interface TopicMetadata {
  readonly topic: string;
  readonly topicErrorCode: number;
  readonly partitionMetadata: readonly {
    readonly partitionErrorCode: number;
    readonly partitionId: number;
    readonly leader: number;
    readonly replicas: readonly number[];
  }[];
}

const { requests } = internalModule('protocol/requests/index.js') as {
  readonly requests: { readonly Metadata: unknown };
};
const { prototype } = internalModule('broker/index.js') as { readonly prototype: Broker };
const metadataKey = 3;

/** What a broker says of topics, or of all where none is named, with what is wrong with them: kafkajs discards such an answer. */
export async function askMetadata(broker: MetadataBroker, topics: readonly string[]): Promise<Metadata> {
  const metadata = broker.lookupRequest(metadataKey, requests.Metadata);
  const { request, response } = metadata({ topics, allowAutoTopicCreation: false });
  const decode = (bytes: unknown) => response.decode(bytes);
  return (await broker.connectionPool.send({
    request,
    response: { decode, parse: (answer) => answer },
  })) as Metadata;
}

/**
 * Where kafkajs needs to know the brokers, it asks for all topics, and fails as long as any partition of any topic has no leader: a
 * producer would wait for a topic that it has nothing to do with. Topics with errors are left out of that answer.
 */
const ofTheseTopics = Reflect.get<Broker, 'metadata'>(prototype, 'metadata');
prototype.metadata = async function (this: Broker, topics = []) {
  if (topics.length > 0) return ofTheseTopics.call(this, topics);
  const answer = await askMetadata(this, topics);
  return { ...answer, topicMetadata: answer.topicMetadata.filter(isWell) };
};

function isWell({ topicErrorCode, partitionMetadata }: TopicMetadata): boolean {
  return topicErrorCode === 0 && partitionMetadata.every(({ partitionErrorCode: code }) => code === 0);
}
