export interface RequestLimits<T> {
  readonly bytes: number;
  readonly bytesOf: (item: T) => number;
  /** Default: no limit. */
  readonly items?: number;
}

/** Divides items into requests, in order. An item that is larger than a request may be gets its own. */
export function* inRequests<T>(
  all: readonly T[],
  { bytes: maxBytes, bytesOf, items: maxItems = Infinity }: RequestLimits<T>,
): Generator<readonly T[]> {
  let from = 0;
  let bytes = 0;
  for (const [index, item] of all.entries()) {
    if (index > from && (bytes + bytesOf(item) > maxBytes || index - from >= maxItems)) {
      yield all.slice(from, index);
      [from, bytes] = [index, 0];
    }
    bytes += bytesOf(item);
  }
  if (from < all.length) yield all.slice(from);
}
