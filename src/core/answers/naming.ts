import type { GlimpsedFrame, LabelSummary } from '../store/port.js';

/** The concept that a frame shows, if it is not to be called by its label. */
export type NameOf = (frame: Pick<GlimpsedFrame, 'label' | 'classIndex' | 'top'>) => string | undefined;

/** Of a name that is no class. */
const noClass = -1;

/** Puts the name of a concept in the place of the label. */
export function renaming(nameOf: NameOf | undefined): (frame: GlimpsedFrame) => GlimpsedFrame {
  if (!nameOf) return (frame) => frame;
  return (frame) => {
    const name = nameOf(frame);
    return name === undefined ? frame : { ...frame, label: name, classIndex: noClass };
  };
}

/** Adds up the labels that have the same name. */
export function groupLabels(labels: readonly LabelSummary[], nameOf: NameOf): LabelSummary[] {
  const groups = new Map<string, LabelSummary>();
  for (const each of labels) {
    const name = nameOf(each);
    const key = name ?? `${each.classIndex}\0${each.label}`;
    const known = groups.get(key);
    const renamed = name === undefined ? each : { ...each, label: name, classIndex: noClass };
    groups.set(key, known ? sumOf(known, renamed) : renamed);
  }
  return [...groups.values()].sort((a, b) => b.count - a.count || a.firstFrame - b.firstFrame);
}

function sumOf(a: LabelSummary, b: LabelSummary): LabelSummary {
  const count = a.count + b.count;
  return {
    ...{ label: a.label, classIndex: a.classIndex, count },
    meanConfidence: (a.meanConfidence * a.count + b.meanConfidence * b.count) / count,
    firstFrame: Math.min(a.firstFrame, b.firstFrame),
    lastFrame: Math.max(a.lastFrame, b.lastFrame),
    firstTime: Math.min(a.firstTime, b.firstTime),
    lastTime: Math.max(a.lastTime, b.lastTime),
  };
}
