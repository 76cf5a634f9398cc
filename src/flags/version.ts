import { Flags } from '@oclif/core';

/** Which results a command reads: consumers may have stored those of several networks. */
export const versionFlags = {
  model: Flags.string({
    description: 'model whose results are read, as "mvs models:list" shows it [default: the active one]',
    helpValue: 'NAME[@DIGEST]',
  }),
};
