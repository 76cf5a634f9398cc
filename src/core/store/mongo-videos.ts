import type { Collection, Db } from 'mongodb';
import { z } from 'zod';
import { totalsSchema } from '../codec.js';
import { MvsError } from '../errors.js';
import type { EndOfVideo, Sampling } from '../frame.js';
import { isDuplicateKey } from './mongo-errors.js';
import type { VideoInfo } from './port.js';

/** Reserved by `videoNameProblem`: no video's own collection can have this name. */
const collectionName = 'mvs.videos';
/** Samplings that this process has registered; beyond this many, old ones are asked for again. */
const maxKnown = 10_000;

const rate = z.string().regex(/^[1-9]\d{0,14}$/);
/** A video as the bookkeeping collection keeps it: what is read there decides what is called complete. */
const videoDocument = z.object({
  _id: z.string(),
  fingerprint: z.string(),
  /** By sampling rate: a video may be produced again with another `--every`. */
  begun: z.record(rate, z.literal(true)).default({}),
  ends: z.record(rate, totalsSchema).default({}),
});
type VideoDocument = z.input<typeof videoDocument> & { readonly firstSeen: Date };

/** The bookkeeping of videos: which content a name belongs to, what was begun and what came to its end. */
export class MongoVideos {
  readonly #collection: Collection<VideoDocument>;
  readonly #known = new Set<string>();

  constructor(db: Db) {
    this.#collection = db.collection(collectionName);
  }

  /** @returns true on the first sight of this sampling by this process. */
  async claim(sampling: Sampling): Promise<boolean> {
    const { video, fingerprint, every } = sampling;
    const key = keyOf(sampling);
    if (this.#known.has(key)) return false;
    await this.#note(sampling, { [`begun.${every}`]: true });
    const owner = await this.#collection.findOne({ _id: video });
    if (owner?.fingerprint !== fingerprint) {
      throw new MvsError('VIDEO_CONFLICT', `the name ${video} belongs to a video with other content`, {
        hint: 'Produce the file under another name with --name.',
      });
    }
    const [oldest] = this.#known;
    if (this.#known.size >= maxKnown && oldest !== undefined) this.#known.delete(oldest);
    this.#known.add(key);
    return true;
  }

  /** As if this process had not seen the sampling. */
  forget(sampling: Sampling): void {
    this.#known.delete(keyOf(sampling));
  }

  async finish({ video, fingerprint, every, ...totals }: EndOfVideo): Promise<void> {
    const set = { [`begun.${every}`]: true, [`ends.${every}`]: totals };
    await this.#note({ video, fingerprint }, set);
  }

  /** Changes nothing where the name belongs to other content: then the upsert meets the document of the other. */
  async #note(content: Omit<Sampling, 'every'>, set: Record<string, unknown>): Promise<void> {
    const filter = { _id: content.video, fingerprint: content.fingerprint };
    const setOnInsert = { firstSeen: new Date() };
    try {
      await this.#collection.updateOne(filter, { $set: set, $setOnInsert: setOnInsert }, { upsert: true });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      // Two consumers saw the same video at the same moment: the other one's document is there now.
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

function keyOf({ video, fingerprint, every }: Sampling): string {
  return [video, fingerprint, every].join('\0');
}

function toInfo(document: VideoDocument): VideoInfo {
  const parsed = videoDocument.safeParse(document);
  if (!parsed.success) {
    const what = `what ${collectionName} says of ${JSON.stringify(document._id)} cannot be read`;
    throw new MvsError('BAD_RECORD', `${what}: ${z.prettifyError(parsed.error)}`, {
      hint: 'Somebody else has written there. Remove that document and produce the video again.',
    });
  }
  const { _id: video, fingerprint, begun, ends } = parsed.data;
  const samplings = Object.keys(begun).map((rate) => {
    const every = Number(rate);
    const totals = ends[rate];
    return { every, end: totals && { video, fingerprint, every, ...totals } };
  });
  return { video, fingerprint, samplings };
}
