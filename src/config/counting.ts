import { MvsError } from '../core/base/errors.js';
import type { Setting } from './settings.js';
import { readSwitch } from './switches.js';
import type { FlagForms } from './typed.js';
import { variable } from '../core/base/variable.js';

/** Above all ranks of files. */
const [typedRank, variableRank] = [-2, -1];
/** Flags of which one counts: how frames are chosen. */
const samplings = ['every', 'fps', 'keyframes', 'scene'] as const;

type Said = Map<string, Setting>;

/**
 * What counts for each flag that has a variable: what was typed, else the variable, else what files and presets say. Flags that say the
 * same thing in two ways are settled here too, by where each stands: files cannot exclude each other.
 * @throws MvsError USAGE where the command line contradicts itself
 */
export function whatCounts(
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

/** A profile's sampling takes the place of another one that its file says. Two of one rank stay, and are refused where they are used. */
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
 * The address of a stream counts more than brokers and topic, unless these stand higher: then they take the place of its parts.
 * @throws MvsError USAGE where one command line says both, and not the same
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
      hint: 'Give one of them: --stream names the servers and the topic.',
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
