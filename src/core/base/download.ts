import { STATUS_CODES } from 'node:http';
import { messageOf, MvsError } from './errors.js';
import { quoted } from './text.js';
import { fetchFollowing } from './follow-redirects.js';
import { mustFit, spool, type SpoolOptions, type TemporaryFile } from './temporary-file.js';
import { decoded, fileNameOf } from './web-address.js';
import { stalled, unlessStalled } from './stall.js';

/** The source of a download. */
export interface WebAddress {
  /** The address without secrets, for messages. */
  readonly input: string;
  readonly url: URL;
}

export interface DownloadOptions {
  /** Abort the download after this many milliseconds without a byte. */
  readonly stallMs: number;
  readonly signal: AbortSignal;
  /** Called with the content length, if the server sends it. An error that it throws ends the download. */
  readonly onLength?: (bytes: number) => void;
  /** Called with each address before it is requested, including redirects. An error that it throws ends the download. */
  readonly onAddress?: (url: URL) => void;
}

type Wait = <T>(work: Promise<T>) => Promise<T>;

/** Downloads a URL to a temporary file, which is removed when the result is disposed. Follows redirects. */
export async function download(
  source: WebAddress,
  options: DownloadOptions & SpoolOptions,
): Promise<TemporaryFile> {
  const extension = /\.\w{1,8}$/.exec(fileNameOf(source.url))?.[0] ?? '';
  const onLength = (bytes: number): void => {
    mustFit(source.input, bytes, options);
  };
  return spool(source.input, extension, options, () => contentOf(source, { ...options, onLength }));
}

/** The bytes behind a URL. @throws MvsError NO_INPUT, SOURCE_UNAVAILABLE; the signal's reason when it is aborted. */
export async function* contentOf(source: WebAddress, options: DownloadOptions): AsyncGenerator<Uint8Array> {
  const { input } = source;
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const wait: Wait = (work) =>
    unlessStalled(work, options.stallMs, () => stalled('SOURCE_UNAVAILABLE', input, options.stallMs));
  try {
    const [address, headers] = request(source.url);
    const answer = fetchFollowing(address, { headers, signal }, input, options.onAddress);
    const response = await wait(answer).catch((error: unknown) => {
      throw error instanceof MvsError ? error : unreachable(input, error);
    });
    if (!response.ok) throw refused(input, response.status);
    options.onLength?.(Number(response.headers.get('content-length') ?? 0));
    yield* body(input, response, wait);
  } catch (error) {
    options.signal.throwIfAborted();
    throw error;
  } finally {
    stop.abort();
  }
}

/** fetch refuses URLs with credentials. */
function request(url: URL): [URL, Headers] {
  const address = new URL(url);
  address.username = '';
  address.password = '';
  // Without compression, the content length is that of the file.
  const headers = new Headers({ 'accept-encoding': 'identity' });
  if (url.username || url.password) {
    const credentials = Buffer.from(`${decoded(url.username)}:${decoded(url.password)}`);
    headers.set('authorization', `Basic ${credentials.toString('base64')}`);
  }
  return [address, headers];
}

async function* body(input: string, { body: stream }: Response, wait: Wait): AsyncGenerator<Uint8Array> {
  if (!stream) return;
  let received = 0;
  const reader = (stream as ReadableStream<Uint8Array>).getReader();
  for (;;) {
    const next = await wait(reader.read()).catch((error: unknown) => {
      throw error instanceof MvsError ? error : cutOff(input, received, error);
    });
    if (next.done) return;
    received += next.value.byteLength;
    yield next.value;
  }
}

function refused(input: string, status: number): MvsError {
  const message = `${quoted(input)} answers ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd();
  if (status >= 500 || status === 408 || status === 429) {
    return new MvsError('SOURCE_UNAVAILABLE', message, { retriable: true, hint: 'Try again later.' });
  }
  const hints: Record<number, string> = {
    401: 'Put user and password into the URL: https://user:password@host/….',
    403: 'Check that you have access. A presigned URL may have expired: create a new one.',
  };
  return new MvsError('NO_INPUT', message, { hint: hints[status] ?? 'Check the address.' });
}

function cutOff(input: string, received: number, error: unknown): MvsError {
  const message = `The download of ${quoted(input)} was cut off after ${received} bytes (${reasonOf(error)})`;
  return new MvsError('SOURCE_UNAVAILABLE', message, { retriable: true, hint: 'Try again.' });
}

/** The error of fetch is not kept as the cause, because it may contain the whole URL. */
function unreachable(input: string, error: unknown): MvsError {
  const reason = reasonOf(error);
  if (reason === 'bad port') {
    return new MvsError('NO_INPUT', `The port of ${quoted(input)} is not allowed for downloads`, {
      hint: 'Ports of other services are blocked (fetch.spec.whatwg.org/#port-blocking). Serve the file on another port.',
    });
  }
  if (/CERT|ALTNAME|SIGNATURE|ISSUER/.test(codeOf(error))) {
    return new MvsError(
      'SOURCE_UNAVAILABLE',
      `The certificate of ${quoted(input)} is not trusted (${reason})`,
      {
        hint: 'Set NODE_EXTRA_CA_CERTS to the certificate file of the authority that signed it.',
      },
    );
  }
  return new MvsError('SOURCE_UNAVAILABLE', `${quoted(input)} cannot be reached (${reason})`, {
    retriable: true,
    hint: 'Check the address, and that the server runs and can be reached from here.',
  });
}

/** fetch reports only "fetch failed" and keeps the reasons, one for each address of the host, in the cause. */
function originOf(error: unknown): unknown {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return cause instanceof AggregateError && cause.errors.length > 0 ? cause.errors[0] : cause;
}

function codeOf(error: unknown): string {
  return (originOf(error) as NodeJS.ErrnoException).code ?? '';
}

/** The reason on one line. */
function reasonOf(error: unknown): string {
  return messageOf(originOf(error)).trim().replaceAll(/\s+/g, ' ');
}
