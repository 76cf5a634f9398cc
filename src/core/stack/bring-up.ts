import { isInterruption, messageOf, MvsError } from '../base/errors.js';
import { portOf } from './address.js';
import { firstThatFits, type Choice } from './choose.js';
import { beginLog } from './logs.js';
import { freePort, isTaken } from './ports.js';
import { findProcess, terminate } from './processes.js';
import { untilReady } from './readiness.js';
import type { ServerKind, Site } from './site.js';
import type { ServerRecord } from './state.js';

const STOP_GRACE_MS = 20_000;

/**
 * Ensures that a server runs and records its address.
 * @param askedPort 0 is the port of the last start or a free one; undefined the port of the last start or the usual one
 * @throws MvsError STACK_UNAVAILABLE and INTERRUPTED.
 */
export async function bringUp(
  site: Site,
  kind: ServerKind,
  askedPort: number | undefined,
): Promise<ServerRecord> {
  const record = (await joined(site, kind)) ?? (await found(site, kind, askedPort));
  note(site, kind, record);
  return record;
}

async function found(site: Site, kind: ServerKind, askedPort: number | undefined): Promise<ServerRecord> {
  const port = askedPort ?? (await usualPort(site, kind));
  return (await external(site, kind, port)) ?? (await started(site, kind, port));
}

/** A home that had a server of its own never adopts another one in its place. */
async function usualPort(site: Site, kind: ServerKind): Promise<number> {
  const { up, remembered, [kind.name]: known } = site.state;
  const adopted = up && known?.provider === 'external' ? portOf(known.address) : undefined;
  // It was asked for by its port. Until `down`, it is the server of this home.
  if (adopted !== undefined && (await isTaken(adopted))) return adopted;
  const { port } = remembered[kind.name];
  if (port === undefined) return kind.usualPort;
  if (containerPort(site, kind) === undefined && (await isTaken(port))) {
    const other = `choose one with ${kind.portFlag}, which also uses a ${kind.title} that runs there`;
    site.log.warn(`another program uses port ${port}, where ${kind.title} of ${site.home} was; ${other}`);
  }
  return 0;
}

function note(site: Site, kind: ServerKind, record: ServerRecord): void {
  site.state[kind.name] = record;
  const { provider } = record;
  if (provider !== 'external') site.state.remembered[kind.name] = { port: portOf(record.address), provider };
  site.save();
}

/** Returns the running server of an earlier `up`, even if that `up` was killed while it waited for the server. */
async function joined(site: Site, kind: ServerKind): Promise<ServerRecord | undefined> {
  const known = site.state[kind.name];
  const marks = kind.marks(site.layout);
  const pid = await findProcess(marks, known?.pid);
  if (pid === undefined) return undefined;
  if (!known || known.provider === 'external') {
    // Its port is unknown.
    await terminate(marks, STOP_GRACE_MS);
    return undefined;
  }
  const watch = { stillThere: async () => (await findProcess(marks, pid)) !== undefined };
  try {
    await untilReady(site, kind, known, watch);
    return { ...known, pid };
  } catch (error) {
    if (isInterruption(error)) throw error;
    site.log.warn(`${kind.title} (pid ${pid}) runs but is not usable; restarting it: ${messageOf(error)}`);
    await terminate(marks, STOP_GRACE_MS);
    return undefined;
  }
}

/**
 * Returns a server of another owner on the wanted port.
 * @throws MvsError STACK_UNAVAILABLE if it does not speak the protocol.
 */
async function external(site: Site, kind: ServerKind, port: number): Promise<ServerRecord | undefined> {
  const ours = site.state[kind.name]?.provider === 'docker';
  if (port === 0 || ours || !(await isTaken(port))) return undefined;
  const address = kind.addressOf(port);
  try {
    const version = await kind.answers(address);
    site.log.info(`Using the ${kind.title} that already runs on port ${port}`);
    return { provider: 'external', address, version };
  } catch (cause) {
    throw new MvsError('STACK_UNAVAILABLE', `port ${port} is in use by a program that is not ${kind.title}`, {
      hint: `Choose another port with ${kind.portFlag}, or stop that program.`,
      cause,
    });
  }
}

async function started(site: Site, kind: ServerKind, wantedPort: number): Promise<ServerRecord> {
  const { provider, runner } = await firstThatFits(site, kind);
  for (let attempt = 1; ; attempt += 1) {
    const port = containerPort(site, kind) ?? (wantedPort || (await portToTake(site, kind, attempt)));
    try {
      return await startOn(site, kind, { provider, runner, port });
    } catch (error) {
      // A free port may be taken before the server listens on it.
      const lostPort = wantedPort === 0 && attempt < 3 && (await isTaken(port));
      if (!lostPort || isInterruption(error)) throw error;
    }
  }
}

/** A container that may be running keeps its port, because Docker would replace it if the port changed. */
function containerPort(site: Site, kind: ServerKind): number | undefined {
  const known = site.state[kind.name];
  return known?.provider === 'docker' ? portOf(known.address) : undefined;
}

async function portToTake(site: Site, kind: ServerKind, attempt: number): Promise<number> {
  const { port } = site.state.remembered[kind.name];
  return port !== undefined && attempt === 1 && !(await isTaken(port)) ? port : freePort();
}

interface Plan extends Choice {
  readonly port: number;
}

async function startOn(
  site: Site,
  kind: ServerKind,
  { provider, runner, port }: Plan,
): Promise<ServerRecord> {
  site.checkAborted();
  site.step(`Starting ${kind.title}`);
  const { dataDir, logFile, version } = runner;
  const record: ServerRecord = { provider, address: kind.addressOf(port), dataDir, logFile, version };
  // Recorded before the start: if this process is killed now, the next `up` must know the port.
  note(site, kind, record);
  beginLog(site.layout, kind.name);
  const daemon = await runner.start(port);
  let end: string | undefined;
  void daemon?.ended.then((how) => (end = how));
  try {
    await untilReady(site, kind, record, {
      stillThere: () => Promise.resolve(end === undefined),
      end: () => end,
    });
  } catch (error) {
    if (daemon) await terminate(kind.marks(site.layout), STOP_GRACE_MS);
    throw error;
  }
  return { ...record, pid: daemon?.pid };
}
