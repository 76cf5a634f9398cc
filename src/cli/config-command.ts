import { BaseCommand } from './base-command.js';
import type { Configuration } from '../config/apply.js';

/** The base of commands about settings. They must work even if the selected profile no longer exists. */
export abstract class ConfigCommand<T> extends BaseCommand<T> {
  protected override settings(): Promise<Configuration> {
    return Promise.resolve({ files: [], profile: undefined, known: new Map() });
  }
}
