import * as v from 'valibot';
import { MvsError, messageOf } from '../core/base/errors.js';
import { problemsOf } from '../core/base/problems.js';

const scalar = v.union([v.string(), v.number(), v.boolean()]);
const value = v.union([scalar, v.array(scalar)]);
/** Values of flags by name. Values for one command are in a section with its name. */
const settings = v.record(v.string(), v.union([value, v.record(v.string(), value)]));
/** An empty file or profile is null in YAML. A list would pass as an object. */
const orNothing = v.pipe(
  v.unknown(),
  v.transform((content) => content ?? {}),
  v.check((content) => !Array.isArray(content), 'Invalid type: Expected flags by name but received a list'),
);
const file = v.pipe(
  orNothing,
  v.objectWithRest(
    {
      profile: v.optional(v.string()),
      profiles: v.optional(v.record(v.string(), v.pipe(orNothing, settings)), {}),
    },
    v.unknown(),
  ),
);

export type Value = v.InferOutput<typeof value>;
export type Settings = v.InferOutput<typeof settings>;

/** The form of a configuration file. The names of flags are checked elsewhere. */
export interface ConfigContent {
  /** For every profile. */
  readonly settings: Settings;
  readonly profiles: Readonly<Record<string, Settings>>;
  /** The default profile. */
  readonly profile: string | undefined;
}

/** @throws MvsError CONFIG naming the file and what is wrong with it */
export async function readConfig(path: string, parse: () => Promise<unknown>): Promise<ConfigContent> {
  try {
    const { profile, profiles, ...rest } = v.parse(file, await parse());
    return { profile, profiles, settings: v.parse(settings, rest) };
  } catch (cause) {
    const why = v.isValiError(cause) ? problemsOf(cause.issues, 'the file') : messageOf(cause);
    throw new MvsError('CONFIG', `cannot use ${path}: ${why.trim()}`, {
      cause,
      hint: 'Write flags by name, such as "topic: cameras", sections with the names of commands, and profiles. See docs/configuration.md.',
    });
  }
}
