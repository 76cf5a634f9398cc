import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** What `assembly/index.ts` exports. Pointers are offsets into its memory. */
export interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly width: WebAssembly.Global;
  readonly height: WebAssembly.Global;
  readonly components: WebAssembly.Global;
  readonly across: WebAssembly.Global;
  readonly down: WebAssembly.Global;
  memoryBegin(): number;
  open(from: number, length: number): number;
  setPart(size: number, fromX: number, toX: number, fromY: number, toY: number): void;
  planeSize(component: number): number;
  setPlane(component: number, at: number): void;
  decode(end: number, work: number): number;
  colours(x: number, y: number, columns: number, rows: number, to: number, stride: number): void;
  reduce(...parameters: readonly number[]): void;
  toPlanes(from: number, count: number, factors: number, to: number, plane: number): void;
  toRow(from: number, count: number, factors: number, to: number): void;
  toPixels(from: number, count: number, factors: number, to: number, pixel: number, colour: number): void;
}

let compiled: WebAssembly.Module | undefined;

/** A new instance, with memory of its own. @throws if this machine or build cannot run it */
export function instantiate(): Exports {
  // Built by `npm run build`, also when this file runs as TypeScript: `imports` of package.json says where.
  compiled ??= new WebAssembly.Module(readFileSync(createRequire(import.meta.url).resolve('#pictures')));
  const { exports } = new WebAssembly.Instance(compiled, {
    env: {
      abort: () => {
        throw new Error('the JPEG decoder failed');
      },
    },
  });
  return exports as Exports;
}

const page = 65_536;

/** Makes the memory at least this large. Views of it are lost then. */
export function reserve({ memory }: Exports, bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / page));
}
