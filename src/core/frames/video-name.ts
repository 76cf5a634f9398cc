/** MongoDB allows 255 bytes for `database.collection`; this leaves room for the name of the database. */
const maxBytes = 180;

/**
 * Why a video cannot have this name, as the end of a sentence ("… is empty"); undefined if it can.
 * A video's name is the name of its collection, so MongoDB's rules for collections apply.
 */
export function videoNameProblem(video: string): string | undefined {
  if (video === '') return 'is empty';
  if (video.includes('$')) return 'contains a $, which MongoDB does not allow in a collection name';
  // A name comes from the network, and a terminal would execute control sequences.
  if (/\p{Cc}/u.test(video)) return 'contains a control character';
  if (/^(system|mvs)\./.test(video)) return 'begins with a reserved prefix (system. or mvs.)';
  if (video.startsWith('.') || video.endsWith('.')) return 'begins or ends with a dot';
  // The driver refuses it.
  if (video.includes('..')) return 'contains two dots in a row';
  const bytes = Buffer.byteLength(video, 'utf8');
  if (bytes > maxBytes) return `is ${bytes} bytes long; the limit is ${maxBytes}`;
  return undefined;
}
