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
 * A JSON schema for what each command prints under `--json`, from the type that its class promises, and `error` for a failure.
 * Objects hold what is named and nothing else, so that a field that is gone or new shows.
 */
export function schemasOf(root: string, commands: readonly CommandFile[]): Map<string, Definition> {
  // Inside the project, where modules are found; gone before anybody looks.
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
    if (!generator) throw new Error('the types of the commands cannot be read');
    const schemas = commands.map(
      ({ id }, i) => [id, generator.getSchemaForSymbol(`PrintedResult${i}`)] as const,
    );
    return new Map([...schemas, ['error', generator.getSchemaForSymbol('PrintedError')]]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What every command prints instead when it fails. */
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
