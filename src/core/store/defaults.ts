/** The database of the program that mvs succeeds; where an address names none, and of the local stack. */
export const defaultDatabase = 'video-stream-records';

/** How records are laid out: a collection for each video, as that program has it, or one for all, which can be sharded. */
export const storeLayouts = ['collection-per-video', 'single'] as const;
export type StoreLayout = (typeof storeLayouts)[number];
