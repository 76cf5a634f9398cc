import { Flags } from '@oclif/core';

/** Which results a command reads: consumers may have stored those of several networks. */
export const versionFlags = {
  model: Flags.string({
    description: 'model whose results are read, as "mvs models:list" shows it [default: the active one]',
    helpValue: 'NAME[@DIGEST]',
  }),
};

/** Which results a command deletes. There is no default. */
export const deletedVersionFlags = {
  model: Flags.string({
    description: 'version whose results are deleted, as "mvs models:list" shows it',
    helpValue: 'NAME[@DIGEST]',
    required: true,
  }),
};
