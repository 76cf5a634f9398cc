/** Aborts when the reader of stdout has closed it, as with `| head`. Otherwise a watching command would continue silently forever. */
export function stdoutClosed(): AbortSignal {
  const closed = new AbortController();
  process.stdout.once('error', () => {
    closed.abort();
  });
  return closed.signal;
}
