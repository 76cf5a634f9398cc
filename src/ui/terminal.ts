import { ok, warning, type Check } from '../core/base/check.js';

/** False for TERM=dumb, as in editors and some CI systems: such a terminal shows escape sequences as they are. */
export function isSmart(): boolean {
  return process.env.TERM !== 'dumb';
}

/** True if text on stderr can be replaced, as live lines are. */
export function canRedraw(stream: { readonly isTTY: boolean }): boolean {
  return stream.isTTY && isSmart();
}

/** The properties of the output. */
export function checkTerminal(): Check {
  const { stdout, env } = process;
  if (!stdout.isTTY) return ok('terminal', 'none: plain lines, no colours');
  const size = `${stdout.columns}×${stdout.rows}, ${2 ** stdout.getColorDepth()} colours`;
  const locale = env.LC_ALL ?? env.LC_CTYPE ?? env.LANG ?? '';
  if (process.platform === 'win32' || /utf-?8/i.test(locale)) return ok('terminal', `${size}, UTF-8`);
  return warning(
    'terminal',
    `${size}, and its locale is not UTF-8`,
    'Run "export LC_ALL=C.UTF-8". Otherwise marks and names may look wrong.',
  );
}

/** True if a program can open a window for the user. */
export function hasDesktop(): boolean {
  const { platform, env, stdout } = process;
  return (
    stdout.isTTY &&
    (platform === 'darwin' || platform === 'win32' || Boolean(env.DISPLAY ?? env.WAYLAND_DISPLAY))
  );
}
