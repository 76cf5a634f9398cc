import { MvsError } from '../base/errors.js';
import { assets, type Layout } from './layout.js';
import type { Runner, Site, Unfit, Way } from './site.js';
import type { ServerName } from './types.js';

const portVariable = { kafka: 'MVS_KAFKA_PORT', mongodb: 'MVS_MONGO_PORT' } as const;

/** A service of compose.yaml, in a Compose project for this home. Docker manages the process; the data is in a named volume. */
export function inDocker(name: ServerName): Way {
  return {
    provider: 'docker',
    async prepare(site): Promise<Runner | Unfit> {
      if (!(await engineRuns())) return { unfit: 'no Docker engine with Compose runs here' };
      site.step(`Fetching the image of ${name}, once`);
      const pulled = await compose(
        site.layout,
        ['pull', '--quiet', '--policy', 'missing', name],
        site.signal,
      );
      site.checkAborted();
      if (pulled.failed) return { unfit: `Docker could not fetch the image of ${name}: ${pulled.reason}` };
      return {
        dataDir: `docker volume ${volumeOf(site.layout, name)}`,
        logFile: `docker compose -p ${projectOf(site.layout)} logs ${name}`,
        start: (port) => startService(site, name, port),
      };
    },
  };
}

/** Asks the engine, because a Docker client without an engine is common. */
export async function engineRuns(): Promise<boolean> {
  const { execa } = await import('execa');
  const options = { reject: false, timeout: 5_000, stdin: 'ignore' } as const;
  const [engine, plugin] = await Promise.all([
    execa('docker', ['info', '--format', '{{.ServerVersion}}'], options),
    execa('docker', ['compose', 'version'], options),
  ]);
  return !engine.failed && engine.stdout.trim() !== '' && !plugin.failed;
}

/** @throws MvsError STACK_UNAVAILABLE if the container does not become healthy. */
async function startService(site: Site, name: ServerName, port: number): Promise<undefined> {
  const env = { [portVariable[name]]: String(port) };
  const started = await compose(site.layout, ['up', '--detach', '--wait', name], site.signal, env);
  site.checkAborted();
  if (started.failed) {
    throw new MvsError('STACK_UNAVAILABLE', `Docker could not start ${name}: ${started.reason}`, {
      hint: `Read its log: docker compose -p ${projectOf(site.layout)} logs ${name}`,
    });
  }
}

/** Stops a service. Its volume is kept unless `wipe` is set. */
export async function removeService(layout: Layout, name: ServerName, wipe: boolean): Promise<void> {
  const removed = await compose(layout, ['rm', '--stop', '--force', name]);
  if (removed.failed) {
    throw new MvsError('STACK_UNAVAILABLE', `Docker could not stop ${name}: ${removed.reason}`, {
      hint: 'Start the Docker engine, then try again.',
    });
  }
  if (!wipe) return;
  const { execa } = await import('execa');
  const volumes = name === 'mongodb' ? [name, 'mongodb-config'] : [name];
  await execa('docker', ['volume', 'rm', '--force', ...volumes.map((volume) => volumeOf(layout, volume))]);
}

function projectOf(layout: Layout): string {
  return `mvs-${layout.id}`;
}

function volumeOf(layout: Layout, name: string): string {
  return `${projectOf(layout)}_${name}`;
}

async function compose(
  layout: Layout,
  args: readonly string[],
  signal?: AbortSignal,
  env: Record<string, string> = {},
): Promise<{ failed: boolean; reason: string }> {
  const { execa } = await import('execa');
  const child = await execa('docker', ['compose', '-p', projectOf(layout), '-f', assets.compose, ...args], {
    reject: false,
    stdin: 'ignore',
    env,
    ...(signal ? { cancelSignal: signal } : {}),
  });
  return { failed: child.failed, reason: child.stderr.trim().split('\n').at(-1) ?? 'no reason given' };
}
