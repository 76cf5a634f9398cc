import { lookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import { unlessAborted } from '../base/abort.js';
import { messageOf, MvsError } from '../base/errors.js';
import { openLocalProxy } from '../base/local-proxy.js';
import { quoted } from '../base/text.js';
import type { LiveInput } from '../source/live.js';
import type { Binary } from './build.js';
import { isLive, isNetwork, type ExtractInput } from './input.js';
import { isRawJpegs } from './raw-jpegs.js';

/** How a tool reaches its input. */
export interface Route extends AsyncDisposable {
  readonly input: ExtractInput;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Programs that are linked statically against glibc, such as the bundled ffmpeg and ffprobe, load the system's name service and crash if
 * that is of another version. If the folder of character sets does not exist, they work without these: they are loaded in the same way, for
 * every MPEG transport stream.
 */
export const toolEnvironment = { GCONV_PATH: '/nonexistent' };

/** How long to wait for one of several addresses of a camera. */
const connectMs = 5000;

/**
 * Names are resolved here if the tool cannot do it: those of HLS and RTSPS by a local proxy, so that the tool still sends them to
 * the server, and that of RTSP before, because RTSP knows no proxy.
 *
 * @throws MvsError SOURCE_UNAVAILABLE if the name of an RTSP server cannot be resolved; the signal's reason when it is aborted.
 */
export async function routeTo(input: ExtractInput, binary: Binary, signal?: AbortSignal): Promise<Route> {
  const direct = { input: await asItIs(input), env: {}, [Symbol.asyncDispose]: () => Promise.resolve() };
  if (!isNetwork(input) || (await resolvesNames(binary))) return direct;
  const url = new URL(input.address);
  if (url.protocol === 'rtsp:') {
    // A name service that does not answer takes up to a minute.
    const address = await unlessAborted(resolved(url, input), signal);
    return { ...direct, input: { ...input, address } };
  }
  const proxy = await openLocalProxy();
  return {
    input: { ...input, proxied: true },
    // An empty list would match a host with a dot at its end.
    env: { http_proxy: proxy.url, no_proxy: '-' },
    [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
  };
}

/** Names the container of a file that ffmpeg would not recognise. */
async function asItIs(input: ExtractInput): Promise<ExtractInput> {
  return !isLive(input) && (await isRawJpegs(input)) ? { ...input, container: 'mjpeg' } : input;
}

const answers = new Map<string, Promise<boolean>>();

/** Whether a tool can resolve host names. Does not run the bundled one of Linux, which cannot. */
export function resolvesNames({ path, bundled }: Binary): Promise<boolean> {
  if (bundled && process.platform === 'linux') return Promise.resolve(false);
  const answer = answers.get(path) ?? triedOut(path);
  answers.set(path, answer);
  return answer;
}

/** Nothing listens at port 1: to be refused there is to have resolved the name. */
async function triedOut(path: string): Promise<boolean> {
  const { execa } = await import('execa');
  const { signal, stderr } = await execa(path, ['-hide_banner', '-i', 'tcp://localhost:1'], {
    env: toolEnvironment,
    reject: false,
    stdin: 'ignore',
    timeout: 10_000,
  });
  return signal === undefined && !/Failed to resolve hostname/i.test(stderr);
}

async function resolved(url: URL, { input }: LiveInput): Promise<string> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) return url.href;
  const addresses = await lookup(host, { all: true }).catch((error: unknown) => {
    throw new MvsError('SOURCE_UNAVAILABLE', `${quoted(input)} cannot be reached (${messageOf(error)})`, {
      retriable: true,
      hint: 'Check the name in the address, and that this machine can resolve it.',
    });
  });
  const first = addresses[0]?.address ?? host;
  const address = addresses.length > 1 ? await answering(host, Number(url.port || 554), first) : first;
  const numeric = new URL(url);
  numeric.hostname = isIP(address) === 6 ? `[${address}]` : address;
  return numeric.href;
}

/** The address of a host that accepts a connection first: a camera may answer at one of them only. */
async function answering(host: string, port: number, otherwise: string): Promise<string> {
  const socket = connect({ host, port, autoSelectFamily: true, timeout: connectMs });
  try {
    return await new Promise<string>((resolve) => {
      const giveUp = (): void => {
        resolve(otherwise);
      };
      socket.once('connect', () => {
        resolve(socket.remoteAddress ?? otherwise);
      });
      socket.once('error', giveUp);
      socket.once('timeout', giveUp);
    });
  } finally {
    socket.destroy();
  }
}
