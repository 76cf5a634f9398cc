/** The servers of a stream, as they look from here. */
export interface Servers {
  /** The addresses of all known servers; another name if the address is unknown. */
  readonly known: readonly string[];
  /** Those of them that do not answer. */
  readonly unreachable: readonly string[];
  /** Partitions that no reachable server leads, of the topics that were looked at. */
  readonly leaderless: readonly Leaderless[];
}

export interface Leaderless {
  readonly topic: string;
  readonly partitions: readonly number[];
}

/** "2 of 3 brokers do not answer: a:9092, b:9092"; undefined where all of them do. */
export function describeOutage({
  known,
  unreachable,
}: Pick<Servers, 'known' | 'unreachable'>): string | undefined {
  if (unreachable.length === 0) return undefined;
  const verb = unreachable.length === 1 ? 'does' : 'do';
  const brokers = known.length === 1 ? 'broker' : 'brokers';
  return `${unreachable.length} of ${known.length} ${brokers} ${verb} not answer: ${unreachable.join(', ')}`;
}

/** How many topics are named at most. */
const named = 3;

/** "partitions 0, 2 of frames have no leader that answers"; undefined where there are none. */
export function describeLeaderless(leaderless: readonly Leaderless[]): string | undefined {
  if (leaderless.length === 0) return undefined;
  const list = leaderless.slice(0, named).map(({ topic, partitions }) => {
    return `${partitions.length === 1 ? 'partition' : 'partitions'} ${partitions.join(', ')} of ${topic}`;
  });
  const rest = leaderless.length - list.length;
  const isOne = leaderless.length === 1 && leaderless[0]?.partitions.length === 1;
  const subject = [...list, ...(rest > 0 ? [`partitions of ${rest} more topics`] : [])].join(' and ');
  return `${subject} ${isOne ? 'has' : 'have'} no leader that answers`;
}
