import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Log } from '../base/log.js';
import { isExecutable } from '../extract/build.js';

/** How to start each player at a time, those first that seek most exactly. */
const players = {
  mpv: (file: string, time: string) => [`--start=${time}`, file],
  vlc: (file: string, time: string) => [`--start-time=${time}`, file],
  ffplay: (file: string, time: string) => ['-ss', time, file],
} as const;

type PlayerName = keyof typeof players;

interface PlayerCommand {
  readonly command: readonly string[];
  /** False if none of the players that mvs knows is on the PATH. */
  readonly installed: boolean;
}

/** The command that plays a file from a time, in seconds, with the first player on the PATH. */
export async function playerCommand(
  file: string,
  seconds: number,
  env: NodeJS.ProcessEnv,
): Promise<PlayerCommand> {
  const names = Object.keys(players) as PlayerName[];
  const folders = (env.PATH ?? '').split(path.delimiter).filter(Boolean);
  for (const name of names)
    if (await isIn(folders, name)) return { command: of(name, file, seconds), installed: true };
  return { command: of('mpv', file, seconds), installed: false };
}

function of(name: PlayerName, file: string, seconds: number): string[] {
  return [name, ...players[name](file, String(Math.round(seconds * 1000) / 1000))];
}

async function isIn(folders: readonly string[], name: string): Promise<boolean> {
  const program = process.platform === 'win32' ? `${name}.exe` : name;
  for (const folder of folders) if (await isExecutable(path.join(folder, program))) return true;
  return false;
}

/** Starts a player, which goes on when mvs has ended. */
export function play([program = '', ...args]: readonly string[], log: Log): void {
  const player = spawn(program, args, { detached: true, stdio: 'ignore' });
  player.on('error', ({ message }) => {
    log.warn(message);
  });
  player.unref();
}
