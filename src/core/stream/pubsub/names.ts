import { MvsError } from '../../base/errors.js';
import type { PubSubConfig } from './client.js';

type Place = Pick<PubSubConfig, 'project' | 'topic'>;

export function topicPath({ project, topic }: Place): string {
  return `projects/${project}/topics/${topic}`;
}

/** How the subscriptions of all groups of a topic begin. */
export function subscriptionsOf({ project, topic }: Place): string {
  return `projects/${project}/subscriptions/${topic}+`;
}

/** Google takes no longer names. */
const maxLength = 255;

/** The subscription of a group: `topic+group`, with what a name may not hold as in a URL. @throws MvsError USAGE */
export function subscriptionPath(place: Place, group: string): string {
  const escaped = encodeURIComponent(group).replace(
    /[!*'()]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  if (place.topic.length + 1 + escaped.length > maxLength) {
    throw new MvsError('USAGE', `topic and group together are too long for a subscription name`, {
      hint: `Pub/Sub accepts ${maxLength} characters for "${place.topic}+" and the group.`,
    });
  }
  return subscriptionsOf(place) + escaped;
}
