import { BaseCommand } from './base-command.js';

/** A command with `--format`. */
export abstract class FormatCommand<T> extends BaseCommand<T> {
  /** `--format json` means `--json`, even if the flags cannot be parsed. */
  override jsonEnabled(): boolean {
    return super.jsonEnabled() || / (?:--format|-o)[= ]?json( |$)/.test(` ${this.argv.join(' ')}`);
  }
}
