import { createLogUpdate } from 'log-update';
import type { Log } from '../../core/base/log.js';
import { drawBelow } from '../stderr.js';
import { renderLines, renderTotal } from './lines.js';
import type { Tally } from './tally.js';

const redrawMs = 200;
/** Off a terminal, where each one stays. */
const lineMs = 3_000;

/** `lines` are redrawn in place on the terminal, `log` is a line every few seconds. */
export type ProgressStyle = 'lines' | 'log' | 'nothing';

/** Shows what `tally` counts while `work` runs. */
export async function withLive<T>(
  tally: Tally,
  how: ProgressStyle,
  log: Log,
  work: () => Promise<T>,
): Promise<T> {
  if (how === 'nothing') return work();
  using _ = how === 'lines' ? draw(tally) : tell(tally, log);
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

/** Nothing new, no line: a consumer that waits for a day says so once. */
function tell(tally: Tally, log: Log): Disposable {
  let told = 0;
  const timer = setInterval(() => {
    const { total } = tally;
    if (total.done === told) return;
    told = total.done;
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
