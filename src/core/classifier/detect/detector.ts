import { MvsError } from '../../base/errors.js';
import { noObject, type DetectedObject, type Prediction } from '../../frames/frame.js';
import type { OutputPart } from '../engine.js';
import { sizeOf } from '../outputs.js';
import type { Model } from '../model.js';
import { wrongLabels } from '../wrong-labels.js';
import { BestCandidates } from './best.js';
import { WrongShape, type Candidate, type Corners, type Decoder, type Parts } from './candidate.js';
import { candidates, detr } from './forms/candidates.js';
import { centernet } from './forms/centernet.js';
import { rows } from './forms/rows.js';
import { ssd } from './forms/ssd.js';
import { yolo, yolov5, yolox } from './forms/yolo.js';
import type { DetectOutput } from './settings.js';
import { suppress } from './suppress.js';

/** The part of the input that shows the picture, as fractions: letterboxing leaves bars beside it. */
export interface Shown {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Turns the outputs of a network for one picture, one after the other, into its objects, best first. */
export type Detect = (row: Float32Array, shown: Shown) => DetectedObject[];

/** @throws MvsError MODEL_INVALID if the outputs do not fit the form in the model.yaml */
export function detector(model: Model, settings: DetectOutput, parts: readonly OutputPart[]): Detect {
  const decoder = decoderOf(model, settings, parts);
  const { classes } = decoder;
  const { labels } = model;
  if (classes !== undefined && classes !== model.labels.length) throw wrongLabels(model, classes);
  const lengths = parts.map(sizeOf);
  const best = new BestCandidates();
  return (row, shown) => {
    let start = 0;
    const values = lengths.map((length) => row.subarray(start, (start += length)));
    return suppress(candidatesOf(decoder, values, shown, best), settings).map(
      ({ classIndex, score, box }) => ({
        label: labels[classIndex] ?? String(classIndex),
        classIndex,
        confidence: score,
        box,
      }),
    );
  };
}

/** The best candidates that are in the picture: others must not count for the most candidates or objects. */
function* candidatesOf(
  decoder: Decoder,
  values: Parts,
  shown: Shown,
  best: BestCandidates,
): Generator<Candidate & Visible> {
  const boxes = new Map<number, Visible | undefined>();
  const boxAt = (box: number) => {
    if (!boxes.has(box)) boxes.set(box, inPicture(decoder.cornersOf(values, box), shown));
    return boxes.get(box);
  };
  best.clear();
  decoder.decode(values, (classIndex, score, box) => {
    // Networks of half precision overflow.
    if (!best.takes(score) || score === Infinity || !Number.isSafeInteger(classIndex)) return;
    if (boxAt(box)) best.add(classIndex, score, box);
  });
  for (const { classIndex, score, box } of best.bestFirst()) {
    const visible = boxAt(box);
    if (visible) yield { classIndex, score, ...visible };
  }
}

function decoderOf({ name, input }: Model, settings: DetectOutput, parts: readonly OutputPart[]): Decoder {
  try {
    switch (settings.form) {
      case 'ssd':
        return ssd(settings, parts, input);
      case 'rows':
        return rows(settings, parts, input);
      case 'candidates':
        return candidates(settings, parts, input);
      case 'detr':
        return detr(settings, parts, input);
      case 'yolo':
        return yolo(settings, parts, input);
      case 'yolov5':
        return yolov5(settings, parts, input);
      case 'yolox':
        return yolox(settings, parts, input);
      case 'centernet':
        return centernet(settings, parts);
    }
  } catch (error) {
    if (!(error instanceof WrongShape)) throw error;
    const shapes = parts.map((part) => `${part.name} n×${part.shape.join('×')}`).join(', ');
    throw new MvsError(
      'MODEL_INVALID',
      `the outputs of network ${name} (${shapes}) do not have the form "${settings.form}": ${error.message}`,
      {
        cause: error,
        hint: 'Name the form of its outputs in model.yaml; docs/detection.md describes all forms.',
      },
    );
  }
}

interface Visible {
  readonly corners: Corners;
  /** Relative to the picture, and cut at its edges. */
  readonly box: DetectedObject['box'];
}

/** Undefined if nothing is left of the box: it is in the bars, or not made of numbers. */
function inPicture(corners: Corners, { left, top, width, height }: Shown): Visible | undefined {
  if (!corners.every(Number.isFinite)) return undefined;
  const inside = (edge: number, from: number, size: number) => Math.min(1, Math.max(0, (edge - from) / size));
  const box = boxOf([
    inside(corners[0], left, width),
    inside(corners[1], top, height),
    inside(corners[2], left, width),
    inside(corners[3], top, height),
  ]);
  return box[2] > 0 && box[3] > 0 ? { corners, box } : undefined;
}

/** A hundred thousandth of a frame is a tenth of a pixel of the largest pictures. */
const digits = 1e5;

function boxOf([left, top, right, bottom]: Corners): DetectedObject['box'] {
  const round = (value: number) => Math.round(value * digits) / digits;
  return [round(left), round(top), round(right - left), round(bottom - top)];
}

/** The k best classes of the objects of a picture, best first; at least one prediction. */
export function predictionsOf(objects: readonly DetectedObject[], topK: number): Prediction[] {
  const best = new Map<number, Prediction>();
  for (const { label, classIndex, confidence } of objects) {
    if (best.has(classIndex)) continue;
    if (best.size === topK) break;
    best.set(classIndex, { label, classIndex, confidence });
  }
  return best.size === 0 ? [noObject] : [...best.values()];
}
