import { canonical, anyMs, reach, type Reached } from './reachability.js';
import {
  findCoordinator,
  viewCluster,
  type Cluster,
  type ClusterView,
  type TopicView,
} from './internals/cluster.js';
import { describeLeaderless, describeOutage, type Leaderless, type Servers } from '../servers.js';

/** Which brokers there are, and what is missing of those that do not answer. */
export interface Standing extends Servers {
  /** The addresses that were given, those that answer first. */
  readonly given: readonly string[];
  /** What the brokers say of their own addresses, where none of these can be reached from here. */
  readonly advertisedInVain: readonly string[];
  /** The brokers that answer, by id. */
  readonly present: ReadonlySet<number>;
}

export interface Question {
  readonly brokers: readonly string[];
  /** All topics where it is empty. */
  readonly topic: string;
}

const besideMs = 1_000;

/** Looks at all brokers that are given and all that the cluster knows of. @param given where the former have been asked already */
export async function lookAtCluster(
  cluster: Cluster,
  { brokers, topic }: Question,
  given?: Reached,
): Promise<Standing> {
  const [view, reached] = await Promise.all([
    viewCluster(cluster, topic === '' ? [] : [topic]),
    given ?? reach(brokers),
  ]);
  const seen = new Set([...reached.answering, ...reached.silent]);
  const others = view.brokers.map(({ address }) => address).filter((address) => !seen.has(address));
  const isKnown = view.brokers.some(({ address }) => reached.answering.includes(address));
  // Once a broker has answered under its own name, the others get no more than a second.
  return assess(view, reached, await reach(others, isKnown ? besideMs : anyMs));
}

export function assess(view: ClusterView, given: Reached, others: Reached): Standing {
  const answering = new Set([...given.answering, ...others.answering].map(canonical));
  const answers = ({ address }: { readonly address: string }) => answering.has(canonical(address));
  const registered = new Set(view.brokers.map(({ address }) => canonical(address)));
  const present = new Set(view.brokers.filter(answers).map(({ nodeId }) => nodeId));
  const gone = unregistered(
    view,
    given.silent.filter((address) => !registered.has(canonical(address))),
  );
  const silent = view.brokers.filter((broker) => !answers(broker)).map(({ address }) => address);
  return {
    known: [...view.brokers.map(({ address }) => address), ...gone],
    unreachable: [...silent, ...gone],
    given: [...given.answering, ...given.silent],
    advertisedInVain: present.size === 0 ? silent : [],
    leaderless: view.topics.flatMap((topic) => leaderlessOf(topic, present)),
    present,
  };
}

function leaderlessOf({ topic, partitions }: TopicView, present: ReadonlySet<number>): Leaderless[] {
  const lost = partitions.filter(({ leader }) => !present.has(leader)).map(({ partition }) => partition);
  return lost.length === 0 ? [] : [{ topic, partitions: lost.sort((a, b) => a - b) }];
}

/**
 * Brokers that the cluster has struck off: they are among the addresses that were given, or hold replicas, or both. The two cannot
 * be matched, so the longer list counts.
 */
function unregistered({ brokers, topics }: ClusterView, silent: readonly string[]): string[] {
  const ids = new Set(topics.flatMap(({ partitions }) => partitions.flatMap(({ replicas }) => replicas)));
  for (const { nodeId } of brokers) ids.delete(nodeId);
  const names = [...ids].sort((a, b) => a - b).map((id) => `broker ${id}`);
  if (silent.length === 0) return names;
  const rest = Math.max(0, names.length - silent.length);
  return [...silent, ...Array.from({ length: rest }, () => 'one of unknown address')];
}

/** What keeps questions about a topic and a group from being answered. */
export interface Missing {
  /** The parts that the question needs. */
  readonly parts: readonly string[];
  /** How many brokers do not answer, and which. */
  readonly outage: string | undefined;
}

export async function whatIsMissing(cluster: Cluster, question: Question, group?: string): Promise<Missing> {
  const [standing, coordinator] = await Promise.all([
    lookAtCluster(cluster, question),
    group === undefined ? undefined : findCoordinator(cluster, group),
  ]);
  const headless = describeLeaderless(standing.leaderless);
  const isLost = group !== undefined && !standing.present.has(coordinator ?? -1);
  return {
    parts: [
      ...(headless === undefined ? [] : [headless]),
      ...(isLost ? [`the coordinator of the group ${group} is unavailable`] : []),
    ],
    outage: describeOutage(standing),
  };
}
