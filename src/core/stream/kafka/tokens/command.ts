import { messageOf, MvsError } from '../../../base/errors.js';
import { parseToken } from './parse.js';
import { runCommand } from './run-command.js';
import type { Token } from './source.js';

/** Less than kafkajs waits for a connection (16 s), and `mvs up` for an answer (10 s). */
const limitMs = 8_000;
const longestReason = 300;
/** Where a command has none of these, a shell would do nothing but split it into words. */
const needsShell = /[|&;<>()$`\\"'*?[\]#~=%!{}\n]/;
const hint =
  'Run the command of --sasl-token-command (MVS_SASL_TOKEN_COMMAND) yourself and look at what it says.';

/**
 * Runs a command that prints a token. Neither the command nor its stdout is part of an error, because both may hold secrets; the
 * last line of its stderr is, without tokens that are marked as such.
 * @throws MvsError CONFIG where it fails, takes too long, or prints something else.
 */
export async function tokenOfCommand(command: string): Promise<Token> {
  // A life counts from the moment when the token was made, which may be long before the command has ended.
  const askedAt = Date.now();
  const shell = needsShell.test(command);
  const isEnough = (stdout: string): boolean => parseToken(stdout, askedAt) !== undefined;
  const words = shell ? [command] : command.trim().split(/\s+/);
  const { exitCode, stdout, stderr } = await runCommand(words, { shell, limitMs, isEnough }).catch(
    (error: unknown) => {
      throw failed(messageOf(error));
    },
  );
  if (exitCode !== 0) throw failed(`ends with exit code ${exitCode}${lastLineOf(stderr)}`);
  const token = parseToken(stdout, askedAt);
  if (token === undefined) {
    throw new MvsError('CONFIG', 'the token command prints no token', {
      hint: 'It has to print the token alone, or JSON with "access_token" and "expires_in".',
    });
  }
  if (token.expiresAt > Date.now()) return token;
  throw failed('prints a token that has expired');
}

function failed(how: string): MvsError {
  return new MvsError('CONFIG', `the token command ${how}`, { hint });
}

function lastLineOf(stderr: string): string {
  const line = stderr.trim().split('\n').at(-1)?.slice(0, longestReason);
  return line ? `: ${line.replaceAll(/\b(Bearer|Basic)\s+\S+/gi, '$1 ***')}` : '';
}
