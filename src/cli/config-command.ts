import { BaseCommand } from './base-command.js';
import type { Configuration } from '../config/apply.js';

/** Of commands about the settings: they show and choose, and have to work where what is chosen is gone. */
export abstract class ConfigCommand<T> extends BaseCommand<T> {
  protected override settings(): Promise<Configuration> {
    return Promise.resolve({ files: [], profile: undefined, known: new Map() });
  }
}
