import { createLogUpdate } from 'log-update';
import type { Log } from '../../core/base/log.js';
import { drawBelow } from '../stderr.js';
import { renderLines, renderTotal } from './lines.js';
import type { Tally } from './tally.js';

const redrawMs = 200;
/** The interval of log lines if there is no terminal. */
const lineMs = 3_000;

/** `lines` are redrawn in place on the terminal, `log` is a line every few seconds. */
export type ProgressStyle = 'lines' | 'log' | 'nothing';

/** Shows the counts of `tally` while `work` runs. */
export async function withLive<T>(
  tally: Tally,
  how: ProgressStyle,
  log: Log,
  work: () => Promise<T>,
): Promise<T> {
  if (how === 'nothing') return work();
  using _ = how === 'lines' ? draw(tally) : logProgress(tally, log);
  return await work();
}

function draw(tally: Tally): Disposable {
  const { stderr } = process;
  const update = createLogUpdate(stderr);
  const region = {
    draw: () => {
      update(renderLines(tally, { columns: stderr.columns, rows: stderr.rows }).join('\n'));
    },
    clear: () => {
      update.clear();
    },
  };
  const drawn = drawBelow(region);
  const timer = setInterval(region.draw, redrawMs);
  return {
    [Symbol.dispose]: () => {
      clearInterval(timer);
      drawn[Symbol.dispose]();
      update.clear();
      update.done();
    },
  };
}

/** Logs only if there is progress, so that an idle consumer does not fill the log. */
function logProgress(tally: Tally, log: Log): Disposable {
  let logged = 0;
  const timer = setInterval(() => {
    const { total } = tally;
    if (total.done === logged) return;
    logged = total.done;
    log.info(renderTotal(tally), {
      [tally.verb]: total.done,
      expected: total.expected,
      framesPerSecond: total.perSecond,
      bytes: total.bytes,
      videosEnded: total.ended,
    });
  }, lineMs);
  return {
    [Symbol.dispose]: () => {
      clearInterval(timer);
    },
  };
}
