import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { expect } from 'vitest';

const ajv = new Ajv({ strict: false });
formats.default(ajv);
const validators = new Map<string, ValidateFunction>();

function validatorOf(name: string): ValidateFunction {
  const known = validators.get(name);
  if (known) return known;
  const file = new URL(`../../docs/schemas/${name.replaceAll(':', '-')}.json`, import.meta.url);
  const validator = ajv.compile(JSON.parse(readFileSync(file, 'utf8')) as object);
  validators.set(name, validator);
  return validator;
}

/** Holds what a command printed under `--json` to its published schema, or to that of an error. */
export function mustFitSchema(args: readonly string[], stdout: string): void {
  const [command] = args;
  if (command === undefined || !args.includes('--json') || stdout === '') return;
  // A document a line.
  const texts = command === 'lag' && args.includes('--watch') ? stdout.trim().split('\n') : [stdout];
  for (const text of texts) {
    const printed = JSON.parse(text) as object;
    const validate = validatorOf('error' in printed ? 'error' : command);
    validate(printed);
    expect(validate.errors ?? [], `mvs ${args.join(' ')} prints what docs/schemas does not say`).toEqual([]);
  }
}
