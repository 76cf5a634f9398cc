import { z } from 'zod';
import { MvsError, messageOf } from '../core/errors.js';

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const value = z.union([scalar, z.array(scalar)]);
/** Values of flags by name; those of one command only, under its name. */
const settings = z.record(z.string(), z.union([value, z.record(z.string(), value)]));
/** An empty file, or a profile without anything under it, is null in YAML. */
const orNothing = (content: unknown): unknown => content ?? {};
const file = z.preprocess(
  orNothing,
  z
    .object({
      profile: z.string().optional(),
      profiles: z.record(z.string(), z.preprocess(orNothing, settings)).default({}),
    })
    .catchall(z.unknown()),
);

export type Value = z.infer<typeof value>;
export type Settings = z.infer<typeof settings>;

/** A configuration file of the right form. Which flags there are is checked where they are known. */
export interface ConfigContent {
  /** For every profile. */
  readonly settings: Settings;
  readonly profiles: Readonly<Record<string, Settings>>;
  /** The profile that counts unless another one is chosen. */
  readonly profile: string | undefined;
}

/** @throws MvsError CONFIG naming the file and what is wrong with it */
export async function readConfig(path: string, parse: () => Promise<unknown>): Promise<ConfigContent> {
  try {
    const { profile, profiles, ...rest } = file.parse(await parse());
    return { profile, profiles, settings: settings.parse(rest) };
  } catch (cause) {
    const why = cause instanceof z.ZodError ? describe(cause) : messageOf(cause);
    throw new MvsError('CONFIG', `cannot use ${path}: ${why.trim()}`, {
      cause,
      hint: 'A file has flags by name, such as "topic: cameras", those of one command under its name, and profiles: docs/configuration.md.',
    });
  }
}

function describe({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`).join('; ');
}
