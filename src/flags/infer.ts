import type { Interfaces } from '@oclif/core';

/**
 * What oclif makes of a group of flags, without its own `json`. A flag without a default may be missing: a command that has only some of
 * the flags of a group passes what it has.
 */
export type Infer<T> = Given<Omit<Interfaces.InferredFlags<T>, 'json'>>;

/** Properties that may be undefined may be left out as well. */
type Given<T> = { readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  readonly [K in keyof T as undefined extends T[K] ? K : never]?: T[K];
};
