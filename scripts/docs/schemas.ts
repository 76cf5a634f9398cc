import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as TJS from 'typescript-json-schema';

type Definition = TJS.Definition;

/** A command and the file of its class. */
export interface CommandFile {
  /** `topic:create` */
  readonly id: string;
  readonly file: string;
}

/**
 * A JSON schema for the `--json` output of each command, from the type that its class declares, with `error` for a failure.
 * Objects allow no other fields, so that a removed or a new field is noticed.
 */
export function schemasOf(root: string, commands: readonly CommandFile[]): Map<string, Definition> {
  // Inside the project, so that modules are found. Removed at once.
  mkdirSync(path.join(root, 'dist'), { recursive: true });
  const folder = mkdtempSync(path.join(root, 'dist', 'schemas-'));
  try {
    const file = path.join(folder, 'results.ts');
    writeFileSync(file, [errorType(root), ...commands.map(resultType)].join('\n'));
    const config = path.join(root, 'tsconfig.json');
    const program = TJS.programFromConfig(config, [file]);
    const generator = TJS.buildGenerator(program, {
      ref: false,
      required: true,
      noExtraProps: true,
      strictNullChecks: true,
      ignoreErrors: true,
    });
    if (!generator) throw new Error('cannot read the types of the commands');
    const schemas = commands.map(
      ({ id }, i) => [id, generator.getSchemaForSymbol(`PrintedResult${i}`)] as const,
    );
    return new Map([...schemas, ['error', generator.getSchemaForSymbol('PrintedError')]]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The output of every command that fails. */
function errorType(root: string): string {
  const module = path.join(root, 'src/core/base/errors.js');
  return `import type { ErrorReport } from ${JSON.stringify(module)};
export type PrintedError = { readonly error: ErrorReport };`;
}

function resultType({ file }: CommandFile, i: number): string {
  const module = file.replace(/\.ts$/, '.js');
  return `import type Command${i} from ${JSON.stringify(module)};
export type PrintedResult${i} = Awaited<ReturnType<Command${i}['run']>>;`;
}
