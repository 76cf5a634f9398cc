import type { Collection, Db } from 'mongodb';
import * as v from 'valibot';
import { totalsSchema, listsItsFrames } from '../frames/totals.js';
import { MvsError } from '../base/errors.js';
import type { EndOfVideo, VideoRun } from '../frames/frame.js';
import { problemsOf } from '../base/problems.js';
import { everyOf, isSamplingKey, samplingKey } from '../frames/sampling.js';
import { isDuplicateKey } from './mongo-errors.js';
import type { VideoInfo } from './port.js';

/** Reserved by `collectionNameOf`: no collection of a video can have this name. */
const collectionName = 'mvs.videos';
/** The number of registered samplings that this process remembers. Older ones are looked up again. */
const maxKnown = 10_000;

const field = v.pipe(
  v.string(),
  v.check((text) => isSamplingKey(samplingOf(text)), 'no such sampling'),
);
/** A video in the bookkeeping collection, which decides whether the video is complete. */
const videoDocument = v.object({
  _id: v.string(),
  fingerprint: v.string(),
  /** By sampling: a video may be produced again with another one. */
  begun: v.optional(v.record(field, v.literal(true)), {}),
  ends: v.optional(v.record(field, totalsSchema), {}),
});
type VideoDocument = v.InferInput<typeof videoDocument> & { readonly firstSeen: Date };

/** The bookkeeping of videos: the content of each name, and the samplings that have begun and ended. */
export class MongoVideos {
  readonly #collection: Collection<VideoDocument>;
  readonly #known = new Set<string>();

  constructor(db: Db) {
    this.#collection = db.collection(collectionName);
  }

  async claim(run: VideoRun): Promise<void> {
    const { video, fingerprint } = run;
    const key = keyOf(run);
    if (this.#known.has(key)) return;
    await this.#note(run, { [`begun.${fieldOf(run)}`]: true });
    const owner = await this.#collection.findOne({ _id: video });
    if (owner?.fingerprint !== fingerprint) {
      throw new MvsError('VIDEO_CONFLICT', `the name ${video} belongs to a video with different content`, {
        hint: 'Produce the file under another name with --name.',
      });
    }
    const [oldest] = this.#known;
    if (this.#known.size >= maxKnown && oldest !== undefined) this.#known.delete(oldest);
    this.#known.add(key);
  }

  async finish(end: EndOfVideo): Promise<void> {
    const { video, fingerprint, sampling: _sampling, ...totals } = end;
    const field = fieldOf(end);
    await this.#note({ video, fingerprint }, { [`begun.${field}`]: true, [`ends.${field}`]: totals });
  }

  /** Changes nothing where the name belongs to other content: then the upsert meets the document of the other. */
  async #note(content: Omit<VideoRun, 'sampling'>, set: Record<string, unknown>): Promise<void> {
    const filter = { _id: content.video, fingerprint: content.fingerprint };
    const setOnInsert = { firstSeen: new Date() };
    try {
      await this.#collection.updateOne(filter, { $set: set, $setOnInsert: setOnInsert }, { upsert: true });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      // Two consumers saw the same video at the same moment, so the document of the other one exists now.
      await this.#collection.updateOne(filter, { $set: set });
    }
  }

  async list(): Promise<VideoInfo[]> {
    return (await this.#collection.find().sort({ _id: 1 }).toArray()).map(toInfo);
  }

  async find(video: string): Promise<VideoInfo | undefined> {
    const found = await this.#collection.findOne({ _id: video });
    return found ? toInfo(found) : undefined;
  }

  async remove(video: string): Promise<void> {
    await this.#collection.deleteOne({ _id: video });
    for (const key of this.#known) if (key.startsWith(`${video}\0`)) this.#known.delete(key);
  }
}

function keyOf({ video, fingerprint, sampling }: VideoRun): string {
  return [video, fingerprint, sampling].join('\0');
}

/** A name of a field, without dots: `5` for `every=5`, as it was when there was no other sampling, and `fps=0,5`. */
function fieldOf({ sampling }: Pick<VideoRun, 'sampling'>): string {
  return String(everyOf(sampling) ?? sampling.replace('.', ','));
}

function samplingOf(field: string): string {
  return /^\d+$/.test(field) ? samplingKey({ every: Number(field) }) : field.replace(',', '.');
}

function toInfo(document: VideoDocument): VideoInfo {
  const parsed = v.safeParse(videoDocument, document);
  if (!parsed.success) throw unreadable(document, problemsOf(parsed.issues));
  const { _id: video, fingerprint, begun, ends } = parsed.output;
  const samplings = Object.keys(begun).map((field) => {
    const sampling = samplingOf(field);
    const totals = ends[field];
    if (totals && !listsItsFrames(sampling, totals))
      throw unreadable(document, `which frames ${sampling} keeps`);
    return { sampling, end: totals && { video, fingerprint, sampling, ...totals } };
  });
  return { video, fingerprint, samplings };
}

function unreadable({ _id: video }: VideoDocument, why: string): MvsError {
  const what = `the entry of ${JSON.stringify(video)} in ${collectionName} cannot be read`;
  return new MvsError('BAD_RECORD', `${what}: ${why}`, {
    hint: 'Another program has written there. Remove that document and produce the video again.',
  });
}
