import * as v from 'valibot';

const output = v.pipe(v.string(), v.nonEmpty());
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
/** The order of the four numbers of a box. */
const box = v.picklist(['xyxy', 'yxyx', 'xywh', 'cxcywh']);
/** What they are measured in: 0–1 of the input, or its pixels. */
const unit = v.picklist(['fraction', 'pixels']);
/** What makes scores between 0 and 1 of the network's numbers. */
const activation = v.picklist(['none', 'sigmoid', 'softmax']);
/** The number of the first class, which has the first label. */
const firstClass = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1));

/** @param maxOverlap the usual one: 1 for networks that suppress overlapping boxes themselves */
const limits = (maxOverlap: number) => ({
  /** Objects with a lower score are left out. */
  minScore: v.optional(share, 0.4),
  /** Of two boxes of one class that overlap more (intersection over union), the better one is kept. */
  maxOverlap: v.optional(share, maxOverlap),
  /** The most objects of a picture, best first. */
  maxObjects: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)), 100),
});

/** What a detector returns, by the name of its form: `output` in a model.yaml with `task: detect`. */
export const detectOutput = v.variant('form', [
  /** Boxes, classes and scores, after suppression (TensorFlow's detection models). */
  v.strictObject({
    form: v.literal('ssd'),
    boxes: output,
    classes: output,
    scores: output,
    /** The number of valid boxes; without it, all are. */
    count: v.exactOptional(output),
    box: v.optional(box, 'yxyx'),
    unit: v.optional(unit, 'fraction'),
    firstClass: v.optional(firstClass, 0),
    ...limits(1),
  }),
  /** One row for each object: four numbers of the box, score, class. */
  v.strictObject({
    form: v.literal('rows'),
    rows: v.exactOptional(output),
    box: v.optional(box, 'xyxy'),
    unit: v.optional(unit, 'pixels'),
    firstClass: v.optional(firstClass, 0),
    ...limits(1),
  }),
  /** A box and the scores of all classes for each candidate. */
  v.strictObject({
    form: v.literal('candidates'),
    boxes: output,
    scores: output,
    box: v.optional(box, 'xyxy'),
    unit: v.optional(unit, 'fraction'),
    activation: v.optional(activation, 'none'),
    /** The place of a class that means "no object". */
    background: v.optional(v.picklist(['none', 'first', 'last']), 'none'),
    ...limits(0.5),
  }),
  /** The same from a transformer: a softmax with "no object" as the last class, and hardly any duplicates. */
  v.strictObject({
    form: v.literal('detr'),
    boxes: v.optional(output, 'pred_boxes'),
    scores: v.optional(output, 'logits'),
    ...limits(1),
  }),
  /** YOLOv8 and later: a column for each candidate, with centre, size and the scores of all classes. */
  v.strictObject({
    form: v.literal('yolo'),
    columns: v.exactOptional(output),
    ...limits(0.5),
  }),
  /** YOLOv3–v7: a row for each candidate, with centre, size, the probability of any object, and the scores of all classes. */
  v.strictObject({
    form: v.literal('yolov5'),
    rows: v.exactOptional(output),
    ...limits(0.5),
  }),
  /** The same, with centre and size relative to the cells of grids. */
  v.strictObject({
    form: v.literal('yolox'),
    rows: v.exactOptional(output),
    /** Pixels of the input per cell, one number for each grid. */
    strides: v.optional(
      v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(1))), v.minLength(1), v.readonly()),
      [8, 16, 32],
    ),
    ...limits(0.5),
  }),
  /** A map of scores for each class, whose peaks are the centres of objects. */
  v.strictObject({
    form: v.literal('centernet'),
    heatmap: output,
    sizes: output,
    offsets: v.exactOptional(output),
    layout: v.optional(v.picklist(['nchw', 'nhwc']), 'nchw'),
    activation: v.optional(v.picklist(['none', 'sigmoid']), 'none'),
    ...limits(1),
  }),
]);

export type DetectOutput = v.InferOutput<typeof detectOutput>;
export type DetectForm = DetectOutput['form'];
/** The settings of one form. */
export type OutputOf<F extends DetectForm> = Extract<DetectOutput, { form: F }>;
export type BoxFormat = v.InferOutput<typeof box>;
export type BoxUnit = v.InferOutput<typeof unit>;
export type Activation = v.InferOutput<typeof activation>;

/** The networks' names of the outputs that a form needs, in order; undefined if its only output may have any name. */
export function outputNames(settings: DetectOutput): readonly string[] | undefined {
  switch (settings.form) {
    case 'ssd': {
      const { boxes, classes, scores, count } = settings;
      return [boxes, classes, scores, ...(count === undefined ? [] : [count])];
    }
    case 'candidates':
    case 'detr':
      return [settings.boxes, settings.scores];
    case 'centernet': {
      const { heatmap, sizes, offsets } = settings;
      return [heatmap, sizes, ...(offsets === undefined ? [] : [offsets])];
    }
    case 'yolo':
      return settings.columns === undefined ? undefined : [settings.columns];
    default:
      return settings.rows === undefined ? undefined : [settings.rows];
  }
}
