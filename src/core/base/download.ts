import { STATUS_CODES } from 'node:http';
import { messageOf, MvsError } from './errors.js';
import { quoted } from './text.js';
import { fetchFollowing } from './follow-redirects.js';
import { mustFit, spool, type SpoolOptions, type TemporaryFile } from './temporary-file.js';
import { decoded, fileNameOf } from './web-address.js';
import { stalled, unlessStalled } from './stall.js';

/** What is downloaded. */
export interface WebAddress {
  /** As it may be shown: without its secrets. */
  readonly input: string;
  readonly url: URL;
}

export interface DownloadOptions {
  /** Milliseconds without a byte after which a download is given up. */
  readonly stallMs: number;
  readonly signal: AbortSignal;
  /** Told how many bytes will come, where the server says so. What it throws ends the download. */
  readonly onLength?: (bytes: number) => void;
  /** Told each address before it is asked: the first, and where that redirects to. What it throws ends the download. */
  readonly onAddress?: (url: URL) => void;
}

type Wait = <T>(work: Promise<T>) => Promise<T>;

/** Downloads a URL to a temporary file, which goes when the result is disposed. Redirects are followed. */
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
  // As it is: the length and the content that the server names are those of the file.
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
    401: 'Write user and password into the URL: https://user:password@host/….',
    403: 'Check that you may read it; a presigned URL may have expired, then make a new one.',
  };
  return new MvsError('NO_INPUT', message, { hint: hints[status] ?? 'Check the address.' });
}

function cutOff(input: string, received: number, error: unknown): MvsError {
  const message = `The download of ${quoted(input)} was cut off after ${received} bytes (${reasonOf(error)})`;
  return new MvsError('SOURCE_UNAVAILABLE', message, { retriable: true, hint: 'Try again.' });
}

/** What fetch throws is not handed on as a cause: it may hold the whole URL. */
function unreachable(input: string, error: unknown): MvsError {
  const reason = reasonOf(error);
  if (reason === 'bad port') {
    return new MvsError('NO_INPUT', `The port of ${quoted(input)} is not allowed for downloads`, {
      hint: 'Ports of other services are blocked (fetch.spec.whatwg.org/#port-blocking): serve it at another one.',
    });
  }
  if (/CERT|ALTNAME|SIGNATURE|ISSUER/.test(codeOf(error))) {
    return new MvsError(
      'SOURCE_UNAVAILABLE',
      `The certificate of ${quoted(input)} is not trusted (${reason})`,
      {
        hint: 'Name the file of the authority that signed it in NODE_EXTRA_CA_CERTS.',
      },
    );
  }
  return new MvsError('SOURCE_UNAVAILABLE', `${quoted(input)} cannot be reached (${reason})`, {
    retriable: true,
    hint: 'Check the address, and that its server runs and can be reached from here.',
  });
}

/** fetch says "fetch failed" and hides what happened behind it, once for every address of the host. */
function originOf(error: unknown): unknown {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return cause instanceof AggregateError && cause.errors.length > 0 ? cause.errors[0] : cause;
}

function codeOf(error: unknown): string {
  return (originOf(error) as NodeJS.ErrnoException).code ?? '';
}

/** In one line. */
function reasonOf(error: unknown): string {
  return messageOf(originOf(error)).trim().replaceAll(/\s+/g, ' ');
}
