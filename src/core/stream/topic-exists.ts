import { MvsError } from '../base/errors.js';

/** @param subscriber the group that has a subscription now, whether new or old */
export function topicExists(topic: string, subscriber: string | undefined): MvsError {
  const state =
    subscriber === undefined ? 'Nothing was changed' : `The group ${subscriber} has a subscription to it`;
  return new MvsError('TOPIC_EXISTS', `the topic ${topic} already exists`, {
    hint: `${state}. Add --if-not-exists to accept that, or give another name.`,
  });
}
