/** The database of the program that mvs succeeds; where an address names none, and of the local stack. */
export const defaultDatabase = 'video-stream-records';
