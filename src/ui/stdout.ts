/** Aborts when nobody reads stdout any more, as behind `| head`: oclif goes on in silence, which has no end while we watch. */
export function stdoutClosed(): AbortSignal {
  const closed = new AbortController();
  process.stdout.once('error', () => {
    closed.abort();
  });
  return closed.signal;
}
