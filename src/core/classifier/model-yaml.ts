import * as v from 'valibot';
import { detectOutput } from './detect/settings.js';

const text = v.pipe(v.string(), v.nonEmpty());
const pixels = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4096));
const channel = v.pipe(v.number(), v.finite());
const channels = v.strictTuple([channel, channel, channel]);
const divisors = v.pipe(
  channels,
  v.check((std) => std.every((x) => x !== 0), 'must not contain 0'),
);

const kernel = v.optional(v.picklist(['nearest', 'linear', 'cubic', 'lanczos3']), 'cubic');
const gray = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255));

const common = {
  name: text,
  input: v.strictObject({
    width: pixels,
    height: pixels,
    colorOrder: v.picklist(['rgb', 'bgr']),
    mean: channels,
    std: divisors,
    layout: v.exactOptional(v.picklist(['nchw', 'nhwc'])),
  }),
  labels: text,
  /** What its classes are (docs/finding.md). It does not change the output, so it is not part of the version. */
  hierarchy: v.exactOptional(text),
  topK: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000))),
  files: v.optional(v.strictObject({ onnx: v.exactOptional(text), tfjs: v.exactOptional(text) }), {}),
  server: v.exactOptional(text),
};

/** The content of the model.yaml of a classifier. Strict, so that a misspelt key is an error and not ignored. */
export const modelYaml = v.strictObject({
  ...common,
  task: v.exactOptional(v.literal('classify')),
  resize: v.strictObject({
    mode: v.picklist(['crop', 'squash']),
    fraction: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1)), 1),
    kernel,
  }),
  output: v.picklist(['probabilities', 'logits']),
});

/** The content of the model.yaml of a detector. It sees whole pictures, because what it does not see would be missing in its results. */
export const detectorYaml = v.strictObject({
  ...common,
  task: v.literal('detect'),
  resize: v.pipe(
    v.variant('mode', [
      v.strictObject({ mode: v.literal('squash'), kernel }),
      v.strictObject({
        mode: v.literal('letterbox'),
        kernel,
        bars: v.optional(gray, 114),
        align: v.optional(v.picklist(['center', 'corner']), 'center'),
      }),
    ]),
    v.transform((resize) => ({ ...resize, fraction: 1 })),
  ),
  output: detectOutput,
});

export type ModelYaml = v.InferOutput<typeof modelYaml> | v.InferOutput<typeof detectorYaml>;

/** The schema for the task that the content names. */
export function schemaFor(content: unknown): typeof modelYaml | typeof detectorYaml {
  return v.is(v.object({ task: v.literal('detect') }), content) ? detectorYaml : modelYaml;
}

/** Keras' ResNet50, a common choice. */
export const exampleYaml = `  name: resnet50
  input: { width: 224, height: 224, colorOrder: bgr, mean: [103.939, 116.779, 123.68], std: [1, 1, 1] }
  resize: { mode: squash, kernel: linear }
  output: probabilities
  labels: labels.json
  files: { onnx: resnet50.onnx }`;
