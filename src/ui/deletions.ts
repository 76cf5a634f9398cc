import type { DeletionOptions } from '../core/operate/delete-results.js';
import type { Deletion } from '../core/operate/delete-topic.js';
import type { DeletedVideo } from '../core/operate/delete-videos.js';
import { plural } from '../core/base/text.js';
import type { StorePlace } from '../core/store/address.js';
import { harmless } from './units.js';

interface DeletedTopic {
  readonly topic: string;
  readonly messages: number;
}

/** The confirmation before a topic is deleted: what would be lost, and what is kept. */
export function renderSurvey(
  { topic, messages, readers, deadLetters }: Deletion,
  withDeadLetters: boolean,
  server: string,
): string {
  const reading =
    readers.length > 0 ? ` Consumers of ${readers.map(harmless).join(', ')} are reading it now.` : '';
  const letters = deadLetters ? `${plural(deadLetters.messages, 'dead letter')} in ${deadLetters.topic}` : '';
  const lost = `${topic} at ${server} with ${plural(messages, 'message')}`;
  if (!deadLetters) return `Delete ${lost}?${reading}`;
  if (withDeadLetters) return `Delete ${lost}, and ${letters}?${reading}`;
  return `Delete ${lost}? The ${letters} are kept.${reading}`;
}

export function renderDeleted(deleted: readonly DeletedTopic[], left: DeletedTopic | undefined): string {
  const lines = deleted.map(
    ({ topic, messages }) => `deleted topic ${topic} with ${plural(messages, 'message')}`,
  );
  const stays = left
    ? [
        `kept ${left.topic} with ${plural(left.messages, 'dead letter')}; delete it with "mvs topic:delete ${left.topic}"`,
      ]
    : [];
  return [...lines, ...stays].join('\n');
}

/** The confirmation before records are deleted. */
export function renderVideosSurvey(
  videos: readonly DeletedVideo[],
  place: StorePlace,
  version?: string,
): string {
  const counted = version === undefined ? videos : videos.filter(({ records }) => records > 0);
  const shown = counted.slice(0, maxNamed).map(({ video, records }) => `${nameOf(video)} (${records})`);
  const more = counted.length > maxNamed ? ` and ${counted.length - maxNamed} more` : '';
  const named = shown.length === 0 ? '' : `: ${shown.join(', ')}${more}`;
  const by = version === undefined ? '' : ` by the model version ${version}`;
  const records = `${plural(sumOf(counted), 'record')} of ${plural(counted.length, 'video')}${by}`;
  return `Delete ${records}${named}, from the database ${place.database} at ${place.server}?`;
}

/** Before the results of the first version of a database are deleted. */
export const readersWarning =
  'programs that read the collections of the videos without mvs find no records there afterwards';

/** Says that a deletion waits to see whether a version is still in use. */
export function sayWait(say: (text: string) => void): Pick<DeletionOptions, 'onWait'> {
  return {
    onWait: (ms) => {
      say(
        `the version was used a moment ago; waiting ${Math.ceil(ms / 1000)} s to make sure that no consumer is storing results of it`,
      );
    },
  };
}

/** @param forgotten the version, if nothing of it is left */
export function renderDeletedResults(videos: readonly DeletedVideo[], forgotten: string | undefined): string {
  const results = renderEach(
    videos,
    ({ video, records }) => `deleted ${plural(records, 'record')} of ${nameOf(video)}`,
  );
  if (forgotten === undefined) return results;
  const lines = videos.length === 0 ? [] : [results];
  return [...lines, `the database has no results of ${forgotten} any more`].join('\n');
}

export function renderDeletedVideos(videos: readonly DeletedVideo[]): string {
  return renderEach(
    videos,
    ({ video, records }) => `deleted ${nameOf(video)} with ${plural(records, 'record')}`,
  );
}

function renderEach(videos: readonly DeletedVideo[], lineOf: (video: DeletedVideo) => string): string {
  if (videos.length === 0) return 'nothing was deleted';
  const sum = `${plural(sumOf(videos), 'record')} of ${plural(videos.length, 'video')} deleted`;
  return [...videos.map(lineOf), ...(videos.length === 1 ? [] : [sum])].join('\n');
}

const maxNamed = 10;

function sumOf(videos: readonly DeletedVideo[]): number {
  return videos.reduce((sum, { records }) => sum + records, 0);
}

/** A name may contain spaces. */
function nameOf(video: string): string {
  return /^[\w.-]+$/.test(video) ? video : JSON.stringify(video);
}
