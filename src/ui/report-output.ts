import { once } from 'node:events';
import { MvsError } from '../core/base/errors.js';
import { openOutput, type Output } from '../core/base/output-file.js';
import { stdoutClosed } from './stdout.js';

/** The file of `--out`, or stdout for `-`. @throws MvsError DISK_FULL, CONFIG, USAGE if stdout already has the JSON */
export async function openReportOutput(out: string, json: boolean): Promise<Output> {
  if (out !== '-') return openOutput(out);
  if (!json) return stdoutOutput();
  throw new MvsError('USAGE', '--out - and --json would both write to stdout', {
    hint: 'Give a file to --out.',
  });
}

/** An error of stdout is reported at the end of the process. */
function stdoutOutput(): Output {
  return {
    write: async (text) => {
      const closed = stdoutClosed();
      if (!process.stdout.write(text))
        await once(process.stdout, 'drain', { signal: closed }).catch(() => undefined);
    },
    finish: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
