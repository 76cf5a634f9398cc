import type { Size } from '../frames/frame.js';
import type { ModelServer } from './serving/address.js';

/** What a network expects and where its files are. Read from a `model.yaml` beside them. */
export interface Model {
  readonly name: string;
  readonly input: {
    /** Width and height of the input in pixels. */
    readonly width: number;
    readonly height: number;
    readonly colorOrder: 'rgb' | 'bgr';
    /** Per channel in the order of `colorOrder`, on 0–255 values: (x − mean) / std. */
    readonly mean: readonly [number, number, number];
    readonly std: readonly [number, number, number];
    /** Channels first or last; without it the network says so itself. */
    readonly layout?: 'nchw' | 'nhwc';
  };
  readonly resize: {
    /** `crop`: the centre square of `fraction` of the shorter side; `squash`: the whole picture, aspect ignored. */
    readonly mode: 'crop' | 'squash';
    readonly fraction: number;
    readonly kernel: 'nearest' | 'linear' | 'cubic' | 'lanczos3';
  };
  /** `logits` get a softmax. */
  readonly output: 'probabilities' | 'logits';
  readonly labels: readonly string[];
  /** Predictions to keep of each picture where nothing else is asked for. */
  readonly topK?: number;
  /** Absolute paths of the files, by format. */
  readonly files: { readonly onnx?: string; readonly tfjs?: string };
  /** Who runs the network, where it is not run here. */
  readonly server?: ModelServer;
}

/** What a picture is brought to before it is cropped: of one that covers more, the network sees nothing more. */
export function usefulSize({ input, resize }: Model): Size {
  const { width, height } = input;
  if (resize.mode === 'squash') return { width, height };
  return { width: Math.round(width / resize.fraction), height: Math.round(height / resize.fraction) };
}
