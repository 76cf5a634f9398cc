import { execa } from 'execa';
import { MvsError } from '../../../errors.js';
import { parseToken } from './parse.js';
import type { Token } from './source.js';

/** Less than kafkajs waits for a connection (16 s), and `mvs up` for an answer (10 s). */
const limitMs = 8_000;
const longestReason = 300;
/** Where a command has none of these, a shell would do nothing but split it into words. */
const needsShell = /[|&;<>()$`\\"'*?[\]#~=%!{}\n]/;
const hint =
  'Run the command of --sasl-token-command (MVS_SASL_TOKEN_COMMAND) yourself and look at what it says.';

/**
 * Runs a command that prints a token. Neither the command nor what it prints is part of an error: both may hold secrets.
 * @throws MvsError CONFIG where it fails, takes too long, or prints something else.
 */
export async function tokenOfCommand(command: string): Promise<Token> {
  const shell = needsShell.test(command);
  const [file = '', ...args] = shell ? [command] : command.trim().split(/\s+/);
  const result = await execa(file, args, {
    shell,
    reject: false,
    stdin: 'ignore',
    timeout: limitMs,
    forceKillAfterDelay: 500,
    maxBuffer: 1024 * 1024,
    // Also under NODE_DEBUG=execa, which would print the token.
    verbose: 'none',
  });
  if (result.failed) throw new MvsError('CONFIG', `the token command ${reasonOf(result)}`, { hint });
  const now = Date.now();
  const token = parseToken(result.stdout, now);
  if (token === undefined) {
    throw new MvsError('CONFIG', 'the token command prints no token', {
      hint: 'It has to print the token alone, or JSON with "access_token" and "expires_in".',
    });
  }
  if (token.expiresAt > now) return token;
  throw new MvsError('CONFIG', 'the token command prints a token that has expired', { hint });
}

interface Failure {
  readonly timedOut: boolean;
  readonly code?: string | undefined;
  readonly signal?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly stderr: string;
}

function reasonOf({ timedOut, code, signal, exitCode, stderr }: Failure): string {
  if (timedOut) return `gives no token within ${limitMs / 1000} s`;
  if (exitCode === undefined) return `cannot be run (${signal ?? code ?? 'unknown reason'})`;
  const said = stderr.trim().split('\n').at(-1)?.slice(0, longestReason);
  return `ends with exit code ${exitCode}${said ? `: ${said}` : ''}`;
}
