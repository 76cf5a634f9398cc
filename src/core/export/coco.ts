import { namesOf } from '../answers/ask.js';
import { framesOf } from '../answers/frames.js';
import { shownVersion } from '../answers/videos.js';
import { openSpool } from '../base/spool-lines.js';
import type { Box, Size } from '../frames/frame.js';
import { objectChooser } from '../store/object-filter.js';
import type { FrameQuery, RecordStore } from '../store/port.js';
import { FolderNames, pictureName } from './folder-names.js';

/** Frames of a detector as a dataset of COCO, with the objects that fit the question. */
export class CocoDataset {
  readonly #store: RecordStore;
  readonly #question: FrameQuery & { readonly video?: string };
  readonly #unknown = new Map<string, number>();
  /** Undefined if it is unknown. */
  readonly #sizes = new Map<string, Size | undefined>();
  #images = 0;

  constructor(store: RecordStore, question: FrameQuery & { readonly video?: string }) {
    this.#store = store;
    this.#question = question;
  }

  get images(): number {
    return this.#images;
  }

  /** How many frames of which video were left out, because their size in pixels is not known. */
  get unknown(): ReadonlyMap<string, number> {
    return this.#unknown;
  }

  /**
   * The document, piece by piece. Images have the file names that `exportHits` gives to the pictures. The annotations, which follow all
   * images, are kept on disk meanwhile: they would not belong to the same frames if these were read twice while a consumer stores more.
   * @throws MvsError NO_SUCH_VIDEO, DISK_FULL, CONFIG
   */
  async *text(): AsyncGenerator<string> {
    const videos = await namesOf(this.#store, this.#question.video);
    const choose = objectChooser(this.#question);
    const folders = new FolderNames();
    const categories = new Map<number, string>();
    await using spool = await openSpool('the annotations');
    let annotations = 0;
    const info = { description: 'Made by "mvs query"', modelVersion: shownVersion(this.#store) };
    yield `{"info":${JSON.stringify(info)},"licenses":[],\n"images":[`;
    for await (const record of framesOf(this.#store, videos, this.#question)) {
      const { video, frame, time } = record;
      // In the order of `exportHits`, also for videos that are left out.
      const folder = folders.of(video);
      const size = await this.#sizeOf(video);
      if (!size) {
        this.#unknown.set(video, (this.#unknown.get(video) ?? 0) + 1);
        continue;
      }
      const image = { id: (this.#images += 1), file_name: `${folder}/${pictureName(frame)}` };
      yield element(image.id, { ...image, ...size, video, frame, time });
      for (const { label, classIndex, confidence, box } of choose(record)) {
        categories.set(classIndex, label);
        const what = { id: (annotations += 1), image_id: image.id, category_id: categoryId(classIndex) };
        const annotation = { ...what, ...placeOf(box, size), iscrowd: 0, score: confidence };
        await spool.add(element(annotations, annotation));
      }
    }
    yield '\n],\n"annotations":[';
    yield* spool.read();
    const named = [...categories].sort(([a], [b]) => a - b);
    const list = named.map(([index, name]) => ({ id: categoryId(index), name }));
    yield `\n],\n"categories":${JSON.stringify(list)}}\n`;
  }

  /** The end-of-video message says it. */
  async #sizeOf(video: string): Promise<Size | undefined> {
    if (this.#sizes.has(video)) return this.#sizes.get(video);
    const { samplings = [] } = (await this.#store.video(video)) ?? {};
    const { width = 0, height = 0 } = samplings.findLast(({ end }) => end)?.end ?? {};
    const size = width > 0 && height > 0 ? { width, height } : undefined;
    this.#sizes.set(video, size);
    return size;
  }
}

/** COCO counts from 1. A class has the same number in every file. */
function categoryId(classIndex: number): number {
  return classIndex + 1;
}

function placeOf(
  [x, y, width, height]: Box,
  size: Size,
): { readonly bbox: readonly number[]; readonly area: number } {
  // Both edges are rounded: rounded sizes would reach beyond the picture, which some programs refuse.
  const side = (from: number, length: number, pixels: number): readonly [number, number] => {
    const near = rounded(from * pixels);
    return [near, rounded(rounded((from + length) * pixels) - near)];
  };
  const [left, wide] = side(x, width, size.width);
  const [top, high] = side(y, height, size.height);
  return { bbox: [left, top, wide, high], area: rounded(wide * high) };
}

/** Boxes are stored with five decimals, and more digits of a pixel would only look exact. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Of an array, on a line of its own. */
function element(position: number, value: object): string {
  return `${position === 1 ? '' : ','}\n${JSON.stringify(value)}`;
}
