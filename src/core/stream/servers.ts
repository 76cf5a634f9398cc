/** The servers of a stream, as they look from here. */
export interface Servers {
  /** All that are known, by address; by another name where the address is unknown. */
  readonly known: readonly string[];
  /** Those of them that do not answer. */
  readonly unreachable: readonly string[];
}

/** "2 of 3 brokers do not answer: a:9092, b:9092"; undefined where all of them do. */
export function describeOutage({ known, unreachable }: Servers): string | undefined {
  if (unreachable.length === 0) return undefined;
  const verb = unreachable.length === 1 ? 'does' : 'do';
  const brokers = known.length === 1 ? 'broker' : 'brokers';
  return `${unreachable.length} of ${known.length} ${brokers} ${verb} not answer: ${unreachable.join(', ')}`;
}
