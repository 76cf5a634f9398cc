/** The database if the address names none, and that of the local stack. The predecessor of mvs used the same name. */
export const defaultDatabase = 'video-stream-records';

/** A collection for each video, as in the predecessor, or one for all videos, which can be sharded. */
export const storeLayouts = ['collection-per-video', 'single'] as const;
export type StoreLayout = (typeof storeLayouts)[number];

/** While results of a model version are stored, its last use is noted at least this often. */
export const notedEveryMs = 5_000;
