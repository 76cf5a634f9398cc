import { MvsError } from '../../base/errors.js';
import type { ModelServer } from './address.js';
import { failure, faultOfStatus, noAnswer } from './failures.js';

/** Far more than the scores of a batch need: a longer answer is not from a model server. */
const maxAnswerBytes = 64 * 1024 * 1024;
const maxReasonLength = 300;

export interface HttpRequest {
  readonly path: string;
  readonly body?: Uint8Array | string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly body: Buffer;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** One server over HTTP, with persistent connections. */
export interface Http extends AsyncDisposable {
  /** GET, or POST if there is a body. @throws MvsError of `failures.ts` for any status but 2xx */
  send(request: HttpRequest): Promise<HttpAnswer>;
}

export async function openHttp({ address, access }: ModelServer): Promise<Http> {
  const { Agent, request } = await import('undici');
  const { ca, client, token, timeoutMs } = access;
  const agent = new Agent({
    maxResponseSize: maxAnswerBytes,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: {
      timeout: timeoutMs,
      ...(ca === undefined ? {} : { ca }),
      ...(client === undefined ? {} : { cert: client.certificate, key: client.key }),
    },
  });
  const origin = `${address.secure ? 'https' : 'http'}://${address.host}`;
  const login = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return {
    async send({ path, body, headers, signal }) {
      try {
        const method = body === undefined ? 'GET' : 'POST';
        const answer = await request(`${origin}${address.prefix}${path}`, {
          ...{ method, signal, dispatcher: agent },
          ...(body === undefined ? {} : { body }),
          headers: { ...login, ...headers },
        });
        const content = Buffer.from(await answer.body.arrayBuffer());
        const { statusCode } = answer;
        if (statusCode >= 200 && statusCode < 300) return { body: content, headers: answer.headers };
        throw failure(faultOfStatus(statusCode), address, `answers ${statusCode}${reasonIn(content)}`);
      } catch (error) {
        if (error instanceof MvsError) throw error;
        throw noAnswer(address, signal.aborted ? signal.reason : error);
      }
    },
    // Not `close`, which waits for requests in progress.
    [Symbol.asyncDispose]: () => agent.destroy(),
  };
}

/** Both protocols answer errors with `{"error": "…"}`; the answer of a proxy may be anything. */
function reasonIn(body: Buffer): string {
  const text = body.toString('utf8', 0, 4096).trim();
  const { error } = objectIn(text) as { error?: unknown };
  const reason = typeof error === 'string' ? error : text;
  return reason === '' ? '' : `: ${reason.replace(/\s+/g, ' ').slice(0, maxReasonLength)}`;
}

function objectIn(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
