import type { Size } from '../frames/frame.js';
import type { DetectOutput } from './detect/settings.js';
import type { ModelServer } from './serving/address.js';

/** The input that a network expects, and the location of its files. Read from a `model.yaml` beside them. */
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
    /** Channels first or last; if undefined, taken from the network itself. */
    readonly layout?: 'nchw' | 'nhwc';
  };
  readonly resize: {
    /**
     * `crop`: the centre square of `fraction` of the shorter side; `squash`: the whole picture, aspect ignored; `letterbox`: the whole
     * picture, with bars beside it or below.
     */
    readonly mode: 'crop' | 'squash' | 'letterbox';
    readonly fraction: number;
    readonly kernel: 'nearest' | 'linear' | 'cubic' | 'lanczos3';
    /** The grey of the bars, 0–255. */
    readonly bars?: number;
    /** Where the picture is between them: in the middle, or in the upper left corner. */
    readonly align?: 'center' | 'corner';
  };
  /** `logits` get a softmax. */
  readonly output: 'probabilities' | 'logits';
  /** What a detector returns; a classifier has none. */
  readonly detect?: DetectOutput;
  readonly labels: readonly string[];
  /** The absolute path of a hierarchy.json for these labels. */
  readonly hierarchy?: string;
  /** The default number of predictions to keep for each picture. */
  readonly topK?: number;
  /** Absolute paths of the files, by format. */
  readonly files: { readonly onnx?: string; readonly tfjs?: string };
  /** The files of its description, if one of them was named: the version is that of all of them. */
  readonly described?: Model['files'];
  /** The server that runs the network, if it is not run here. */
  readonly server?: ModelServer;
}

/** The size of a picture before it is cropped. A larger picture has no advantage for the network. */
export function usefulSize({ input, resize }: Model): Size {
  const { width, height } = input;
  if (resize.mode !== 'crop') return { width, height };
  return { width: Math.round(width / resize.fraction), height: Math.round(height / resize.fraction) };
}
