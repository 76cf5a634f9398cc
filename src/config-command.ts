import { BaseCommand } from './base-command.js';
import type { Setting } from './config/settings.js';

/** Of commands about the settings: they show and choose, and have to work where what is chosen is gone. */
export abstract class ConfigCommand<T> extends BaseCommand<T> {
  protected override takeSettings(): Promise<ReadonlyMap<string, Setting>> {
    return Promise.resolve(new Map());
  }
}
