import { MvsError } from '../core/base/errors.js';
import type { Setting } from './settings.js';
import { readSwitch } from './switches.js';
import type { FlagForms } from './typed.js';
import { variable } from '../core/base/variable.js';

/** Before all ranks of files. */
const [typedRank, variableRank] = [-2, -1];
/** Mutually exclusive flags that choose frames. */
const samplings = ['every', 'fps', 'keyframes', 'scene'] as const;

type Said = Map<string, Setting>;

/**
 * The effective value of each flag that has a variable: from the command line, else the variable, else files and presets. Flags that
 * conflict are resolved here too, by their precedence, because files cannot exclude each other.
 * @throws MvsError USAGE if the command line contradicts itself
 */
export function effectiveSettings(
  settings: ReadonlyMap<string, Setting>,
  flags: FlagForms,
  typed: ReadonlyMap<string, string>,
): ReadonlyMap<string, Setting> {
  const said: Said = new Map();
  for (const [name, { env }] of Object.entries(flags)) {
    if (env === undefined) continue;
    const text = typed.get(name) ?? variable(env);
    const given = typed.has(name)
      ? { from: 'the command line', rank: typedRank }
      : { from: env, rank: variableRank };
    const setting = text === undefined ? settings.get(name) : { text, ...given };
    if (setting) said.set(name, setting);
  }
  keepOneSampling(said);
  correctStream(said);
  return said;
}

function isTyped(stream: Setting, other: Setting | undefined): other is Setting {
  return stream.rank === typedRank && other?.rank === typedRank;
}

/** A sampling in a profile replaces another one in its file. Two of the same rank are kept, and refused later. */
function keepOneSampling(said: Said): void {
  const chosen = samplings.flatMap((name) => {
    const setting = said.get(name);
    const isOff = name === 'keyframes' && setting !== undefined && readSwitch(setting.text) === false;
    return setting === undefined || isOff ? [] : [{ name, rank: setting.rank }];
  });
  const best = Math.min(...chosen.map(({ rank }) => rank));
  for (const { name, rank } of chosen) if (rank !== best) said.delete(name);
}

/**
 * `--stream` overrides brokers and topic from the same or a lower-priority source. From a higher-priority source, they replace its parts.
 * @throws MvsError USAGE if they contradict each other on the command line
 */
function correctStream(said: Said): void {
  const [stream, brokers, topic] = ['stream', 'brokers', 'topic'].map((name) => said.get(name));
  if (!stream) return;
  const twice = [
    ...(isTyped(stream, topic) && !stream.text.endsWith(`/${topic.text}`) ? ['topic'] : []),
    ...(isTyped(stream, brokers) && !stream.text.startsWith(`kafka://${brokers.text}/`) ? ['brokers'] : []),
  ];
  if (twice.length > 0) {
    throw new MvsError('USAGE', `--stream and --${twice.join(' and --')} name different things`, {
      hint: 'Use only one of them. --stream names both the servers and the topic.',
    });
  }
  if (brokers && brokers.rank < stream.rank) {
    if (!stream.text.startsWith('kafka:')) return void said.delete('stream');
    said.set('stream', { ...stream, text: stream.text.replace(/\/\/[^/]*/, () => `//${brokers.text}`) });
  }
  if (topic && topic.rank < stream.rank) {
    const { text } = said.get('stream') ?? stream;
    said.set('stream', { ...stream, text: text.replace(/[^/]*$/, () => topic.text) });
  }
}
