import { z } from 'zod';

const pixels = z.int().min(1).max(4096);
const channels = z.tuple([z.number(), z.number(), z.number()]);
const divisors = channels.refine((std) => std.every((x) => x !== 0), 'must not contain 0');

/** The description of a network as people write it. Strict, so that a misspelt key is an error and not a default. */
export const modelYaml = z.strictObject({
  name: z.string().min(1),
  input: z.strictObject({
    width: pixels,
    height: pixels,
    colorOrder: z.enum(['rgb', 'bgr']),
    mean: channels,
    std: divisors,
  }),
  resize: z.strictObject({
    mode: z.enum(['crop', 'squash']),
    fraction: z.number().gt(0).max(1).default(1),
    kernel: z.enum(['nearest', 'linear', 'cubic', 'lanczos3']).default('cubic'),
  }),
  output: z.enum(['probabilities', 'logits']),
  labels: z.string().min(1),
  files: z
    .strictObject({ onnx: z.string().min(1).exactOptional(), tfjs: z.string().min(1).exactOptional() })
    .default({}),
});

export type ModelYaml = z.infer<typeof modelYaml>;

/** Keras' ResNet50, the network that people bring most often. */
export const exampleYaml = `  name: resnet50
  input: { width: 224, height: 224, colorOrder: bgr, mean: [103.939, 116.779, 123.68], std: [1, 1, 1] }
  resize: { mode: squash, kernel: linear }
  output: probabilities
  labels: labels.json
  files: { onnx: resnet50.onnx }`;

/** All problems in one line: `input.width: expected number, received string; …`. */
export function describeProblems(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': '))
    .join('; ');
}
