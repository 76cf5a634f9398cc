import type { Collection, Document } from 'mongodb';
import type { FrameDocument } from './mongo-documents.js';
import type { LabelSummary } from './port.js';

type Row = Omit<LabelSummary, 'label' | 'classIndex'> & {
  readonly _id: Pick<LabelSummary, 'label' | 'classIndex'>;
};

/** Sums up the records of a video in one pass: databases read each of them once, and that is what takes the time. */
export async function summarise(collection: Collection<FrameDocument>): Promise<LabelSummary[]> {
  const group: Document = {
    _id: { label: '$label', classIndex: '$classIndex' },
    count: { $sum: 1 },
    meanConfidence: { $avg: '$confidence' },
    firstFrame: { $min: '$frame' },
    lastFrame: { $max: '$frame' },
    firstTime: { $min: '$time' },
    lastTime: { $max: '$time' },
  };
  const stages = [{ $group: group }, { $sort: { count: -1, firstFrame: 1 } }];
  const rows = await collection.aggregate<Row>(stages).toArray();
  return rows.map(({ _id, ...row }) => ({ ..._id, ...row }));
}
