import { MvsError } from './errors.js';
import { quoted } from './text.js';

/** As many as fetch itself follows. */
const most = 20;

/**
 * Fetches what an address leads to. Unlike fetch itself it tells each address before it is asked, and `onAddress` may throw.
 * Credentials go no further than the server that they are for.
 */
export async function fetchFollowing(
  start: URL,
  init: { readonly headers: Headers; readonly signal: AbortSignal },
  input: string,
  onAddress?: (url: URL) => void,
): Promise<Response> {
  const headers = new Headers(init.headers);
  let url = start;
  for (let hops = 0; hops <= most; hops++) {
    onAddress?.(url);
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    const location = response.headers.get('location');
    if (location === null || ![301, 302, 303, 307, 308].includes(response.status)) return response;
    await response.body?.cancel();
    const next = nextOf(url, location);
    if (next === undefined) break;
    if (next.origin !== url.origin) headers.delete('authorization');
    url = next;
  }
  throw new MvsError(
    'SOURCE_UNAVAILABLE',
    `${quoted(input)} leads nowhere: its redirects do not end at a file`,
    {
      hint: 'Check the address.',
    },
  );
}

/** Only the web: nothing on this machine, and no user or password of the server's choice. */
function nextOf(url: URL, location: string): URL | undefined {
  if (!URL.canParse(location, url.href)) return undefined;
  const next = new URL(location, url);
  next.username = '';
  next.password = '';
  return /^https?:$/.test(next.protocol) ? next : undefined;
}
