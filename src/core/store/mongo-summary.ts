import type { Collection, Document } from 'mongodb';
import type { FrameDocument } from './mongo-documents.js';
import type { LabelSummary, VideoInfo, VideoSummary } from './port.js';

type Row = Omit<LabelSummary, 'label' | 'classIndex'> & {
  readonly _id: Pick<LabelSummary, 'label' | 'classIndex'>;
  readonly kept: number;
  readonly updated: Date;
};

/** Sums up the records of a video in one pass: databases read each of them once, and that is what takes the time. */
export async function summarise(
  collection: Collection<FrameDocument>,
  { samplings }: VideoInfo,
): Promise<VideoSummary> {
  const kept = samplings.flatMap(({ end }): Document[] => {
    if (!end) return [];
    const multiple = { $eq: [{ $mod: ['$frame', end.every] }, 0] };
    return [{ $and: [multiple, { $lte: ['$frame', end.every * end.framesPublished] }] }];
  });
  const group: Document = {
    _id: { label: '$label', classIndex: '$classIndex' },
    count: { $sum: 1 },
    kept: { $sum: kept.length === 0 ? 0 : { $cond: [{ $or: kept }, 1, 0] } },
    meanConfidence: { $avg: '$confidence' },
    firstFrame: { $min: '$frame' },
    lastFrame: { $max: '$frame' },
    firstTime: { $min: '$time' },
    lastTime: { $max: '$time' },
    updated: { $max: '$processedAt' },
  };
  const stages = [{ $group: group }, { $sort: { count: -1, firstFrame: 1 } }];
  const rows = await collection.aggregate<Row>(stages).toArray();
  return {
    kept: rows.reduce((sum, row) => sum + row.kept, 0),
    updated: rows.reduce<Date | null>(
      (newest, { updated }) => (newest && newest > updated ? newest : updated),
      null,
    ),
    labels: rows.map(({ _id, kept: _kept, updated: _updated, ...row }) => ({ ..._id, ...row })),
  };
}
