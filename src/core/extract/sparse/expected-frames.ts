import { ChosenFrames } from '../chosen-frames.js';
import { Doubt } from './doubt.js';
import { markOf } from './packet-filter.js';
import type { Plan } from './plan.js';

/** Whether a frame of a plan turned out not to be needed, by its number. */
type LeavesOut = (frame: number) => boolean;

/** The marks of the frames that are decoded, in order of presentation. */
function* marksOf(plan: Plan, leavesOut: LeavesOut): Generator<number, void, void> {
  const { groups, order } = plan;
  for (const { first, last } of groups) {
    const frames = order.numbers.slice(first, last + 1).sort((one, other) => one - other);
    for (const frame of frames) if (!leavesOut(frame)) yield markOf(frame, plan);
  }
}

/** Compares the decoded frames with those that the plan expects: no frame is extracted behind one that is missing or in the wrong place. */
export class ExpectedFrames extends ChosenFrames {
  readonly #marks: Iterator<number, void, void>;
  #unexpected = false;

  constructor(plan: Plan, leavesOut: LeavesOut) {
    super();
    this.#marks = marksOf(plan, leavesOut);
  }

  override printed(level: string, value: number): void {
    if (level !== 'info') {
      super.printed(level, value);
      return;
    }
    this.#unexpected ||= this.#marks.next().value !== value;
    if (this.#unexpected) this.end();
    else if (value % 2 === 1) super.printed(level, value);
  }

  /** The number of the frame that came out with this time. @throws Doubt if it is not the next one of the plan */
  async frameAt(mark: number): Promise<number> {
    const next = await super.next(mark).catch(() => undefined);
    if (next !== mark) throw new Doubt('the decoded frames are not those of the index');
    return (mark - 1) / 2;
  }

  /** @throws Doubt if frames did not come out */
  mustBeComplete(): void {
    if (this.#unexpected || this.#marks.next().done !== true)
      throw new Doubt('the decoded frames are not those of the index');
  }
}
