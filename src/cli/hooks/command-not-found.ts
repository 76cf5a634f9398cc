import type { Hook } from '@oclif/core';
import { noSuchCommand } from '../no-such-command.js';

const hook: Hook.CommandNotFound = async function ({ id, argv, config }) {
  await noSuchCommand(id, argv ?? [], config);
};

export default hook;
