import { MvsError } from './errors.js';
import { quoted } from './text.js';

/** The same limit as fetch. */
const most = 20;

/**
 * Fetches an address and follows redirects. Unlike fetch, it calls `onAddress` before each request, which may throw.
 * Credentials are sent only to the server that they are for.
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
    `${quoted(input)} redirects too often, or to an address that mvs does not follow`,
    {
      hint: 'Check the address.',
    },
  );
}

/** Only web addresses: no local files, and no user or password chosen by the server. */
function nextOf(url: URL, location: string): URL | undefined {
  if (!URL.canParse(location, url.href)) return undefined;
  const next = new URL(location, url);
  next.username = '';
  next.password = '';
  return /^https?:$/.test(next.protocol) ? next : undefined;
}
