import type { Document } from 'mongodb';
import { noObject } from '../frames/frame.js';
import type { VideoFrames } from './mongo-layout.js';
import type { LabelSummary, Progression, VideoSummary } from './port.js';

type Row = Omit<LabelSummary, 'label' | 'classIndex'> & {
  readonly _id: Pick<LabelSummary, 'label' | 'classIndex'>;
  readonly counted: number;
  readonly updated: Date;
};

/** Sums up the records of a video in one pass, because reading the records takes most of the time. */
export async function summarise(
  { collection, scope }: VideoFrames,
  count: Progression | undefined,
): Promise<VideoSummary> {
  const group: Document = {
    _id: { label: '$label', classIndex: '$classIndex' },
    count: { $sum: 1 },
    counted: { $sum: count ? { $cond: [isIn(count), 1, 0] } : 0 },
    meanConfidence: { $avg: '$confidence' },
    firstFrame: { $min: '$frame' },
    lastFrame: { $max: '$frame' },
    firstTime: { $min: '$time' },
    lastTime: { $max: '$time' },
    updated: { $max: '$processedAt' },
  };
  const stages = [{ $match: scope }, { $group: group }, { $sort: { count: -1, firstFrame: 1 } }];
  const rows = await collection.aggregate<Row>(stages).toArray();
  return {
    counted: rows.reduce((sum, row) => sum + row.counted, 0),
    updated: rows.reduce<Date | null>(
      (newest, { updated }) => (newest && newest > updated ? newest : updated),
      null,
    ),
    labels: rows.map(({ _id, counted: _counted, updated: _updated, ...row }) => ({ ..._id, ...row })),
  };
}

function isIn({ step, last }: Progression): Document {
  return { $and: [{ $eq: [{ $mod: ['$frame', step] }, 0] }, { $lte: ['$frame', last] }] };
}

/** All labels of the records. Those of a detector are the labels of its objects, which have an index, and the one of no object. */
export async function labelsIn(
  { collection, scope }: VideoFrames,
  { objects, top }: { readonly objects: boolean; readonly top: boolean },
): Promise<readonly string[]> {
  const fields = objects ? ['objects.label'] : ['label', ...(top ? ['top.label'] : [])];
  const found = await Promise.all(fields.map((field) => collection.distinct(field, scope)));
  return [...new Set([...(found as string[][]).flat(), ...(objects ? [noObject.label] : [])])];
}
