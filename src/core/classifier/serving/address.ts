import { MvsError } from '../../base/errors.js';
import type { ServedEngineName } from '../port.js';

/** The address and protocol of a served model. */
export interface ServerAddress {
  readonly engine: ServedEngineName;
  readonly transport: 'rest' | 'grpc';
  readonly secure: boolean;
  /** `host:port`; `host` alone means port 80 or 443 over HTTP, and 443 over gRPC, even without TLS (grpc-js). */
  readonly host: string;
  /** REST: the path before `v1` or `v2`, for example behind an ingress: empty, or `/…`. */
  readonly prefix: string;
  readonly model: string;
  /** Undefined means the server's current version. */
  readonly version?: string;
  /** The server's name for a version; TensorFlow Serving only. */
  readonly label?: string;
  /** For messages. */
  readonly url: string;
}

/** Credentials for a server, and the time limit. */
export interface ServerAccess {
  /** Milliseconds until a request fails. */
  readonly timeoutMs: number;
  /** Sent as `authorization: Bearer …`. */
  readonly token?: string | undefined;
  /** PEM. */
  readonly ca?: string | undefined;
  /** The client's, PEM. */
  readonly client?: { readonly certificate: string; readonly key: string } | undefined;
}

/** Everything that a worker needs to reach the server of a model. */
export interface ModelServer {
  readonly address: ServerAddress;
  readonly access: ServerAccess;
}

const schemes = /^(https?|grpcs?):\/\//i;
/** TensorFlow Serving's `v1/models/NAME[/versions/V|/labels/L]`, the Open Inference Protocol's `v2/models/NAME[/versions/V]`. */
const restPath = /^(.*)\/(v1|v2)\/models\/([^/:]+)(?:\/(versions|labels)\/([^/:]+))?\/?$/;
/** A file to download, in a folder of any name. */
const modelFile = /(\.onnx|\/model\.(yaml|json))$/;
const grpcPath = /^\/([^/]+)(?:\/(versions|labels)\/([^/]+))?\/?$/;

const hint =
  'Give http(s)://host:8501/v1/models/NAME or grpc(s)://host:8500/NAME (TensorFlow Serving), or ' +
  'http(s)://host:8000/v2/models/NAME (KServe v2); a version follows the name: /versions/3.';

/** Whether this is the URL of a served model, and not that of a file. */
export function isServerUrl(model: string): boolean {
  if (!schemes.test(model) || !URL.canParse(model)) return false;
  const { protocol, pathname } = new URL(model);
  return protocol.startsWith('grpc') || (restPath.test(pathname) && !modelFile.test(pathname));
}

/** @throws MvsError MODEL_INVALID if it is not the address of a served model */
export function parseServerUrl(text: string): ServerAddress {
  if (!schemes.test(text) || !URL.canParse(text)) throw wrong('it is not the address of a served model');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.search !== '') {
    throw new MvsError(
      'MODEL_INVALID',
      `${shown(url)}: the address of a model must not contain user, password or query`,
      {
        hint: 'Set a token in the variable MVS_SERVING_TOKEN, or its file with --serving-token-file.',
      },
    );
  }
  const secure = url.protocol === 'https:' || url.protocol === 'grpcs:';
  const common = { secure, host: url.host, url: shown(url) };
  if (url.protocol.startsWith('grpc')) {
    const [, model, kind, value] = grpcPath.exec(url.pathname) ?? [];
    if (model === undefined) throw wrong(`${shown(url)} names no model`);
    mustBeNumber(kind, value, url);
    return {
      engine: 'tf-serving',
      transport: 'grpc',
      prefix: '',
      ...common,
      ...named(url, model, kind, value),
    };
  }
  const [, prefix = '', api, model, kind, value] = restPath.exec(url.pathname) ?? [];
  if (model === undefined) throw wrong(`${shown(url)} names no model`);
  if (api === 'v2' && kind === 'labels') throw wrong(`${shown(url)}: KServe v2 has versions, but no labels`);
  const engine = api === 'v1' ? 'tf-serving' : 'kserve';
  if (api === 'v1') mustBeNumber(kind, value, url);
  return { engine, transport: 'rest', prefix, ...common, ...named(url, model, kind, value) };
}

function named(url: URL, model: string, kind?: string, value = ''): Pick<ServerAddress, 'model'> {
  try {
    const name = { model: decodeURIComponent(model) };
    if (kind === undefined) return name;
    return { ...name, [kind === 'labels' ? 'label' : 'version']: decodeURIComponent(value) };
  } catch {
    throw wrong(`${shown(url)} is not properly encoded`);
  }
}

/** Versions of TensorFlow Serving are numbers; names for them are labels. */
function mustBeNumber(kind: string | undefined, value: string | undefined, url: URL): void {
  if (kind === 'versions' && !/^\d+$/.test(value ?? '')) {
    throw wrong(`${shown(url)}: a version of TensorFlow Serving is a number; a name goes as /labels/NAME`);
  }
}

function shown({ protocol, host, pathname }: URL): string {
  return `${protocol}//${host}${pathname}`;
}

function wrong(why: string): MvsError {
  return new MvsError('MODEL_INVALID', why, { hint });
}
