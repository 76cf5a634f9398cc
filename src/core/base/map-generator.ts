/** Maps the yielded values of a generator and keeps its return value. Ends it when the reader stops early. */
export async function* map<T, U, R>(
  items: AsyncGenerator<T, R, void>,
  change: (item: T) => U,
): AsyncGenerator<U, R, void> {
  try {
    for (;;) {
      const next = await items.next();
      if (next.done === true) return next.value;
      yield change(next.value);
    }
  } finally {
    await items.return(undefined as R);
  }
}
