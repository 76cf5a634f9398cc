/** Pub/Sub allows 1024 bytes for an attribute, and the key of a message is the name with the number of the frame. */
const maxBytes = 1000;

/**
 * Why a video cannot have this name, as the end of a sentence ("… is empty"); undefined if it can.
 * MongoDB's rules for the names of collections do not matter here: the store encodes a name where it has to.
 */
export function videoNameProblem(video: string): string | undefined {
  if (video === '') return 'is empty';
  // A name comes from the network, and a terminal would execute control sequences.
  if (/\p{Cc}/u.test(video)) return 'contains a control character';
  // It has no form in UTF-8, in which messages and the database keep names.
  if (/\p{Cs}/u.test(video)) return 'is not valid Unicode';
  const bytes = Buffer.byteLength(video, 'utf8');
  if (bytes > maxBytes) return `is ${bytes} bytes long; the limit is ${maxBytes}`;
  return undefined;
}
