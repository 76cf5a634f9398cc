import type { Publisher } from './port.js';

/** The `publish` of a lane: a second call during the first would break the order, and is a mistake of the caller. */
export function oneAtATime(publish: Publisher['publish']): Publisher['publish'] {
  let busy = false;
  return async (messages) => {
    if (busy) throw new Error('a publisher takes one publish at a time');
    busy = true;
    try {
      await publish(messages);
    } finally {
      busy = false;
    }
  };
}
