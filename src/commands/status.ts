import { BaseCommand } from '../cli/base-command.js';
import { overview, type Overview } from '../core/operate/overview.js';
import { status, type ServerStatus } from '../core/stack/index.js';
import { classifierFlags } from '../flags/classifying.js';
import { groupFlags, securityOf, storeFlags, topicFlags } from '../flags/index.js';
import { overviewSources } from '../open/overview.js';
import { renderChecks } from '../ui/checks.js';
import { withProgress } from '../ui/progress.js';
import { renderServers } from '../ui/servers.js';
import { page } from '../ui/timeline.js';

interface Result extends Overview {
  readonly home: string;
  readonly servers: readonly ServerStatus[];
}

export default class Status extends BaseCommand<Result> {
  static override summary =
    'Show the state of everything on one page: servers, topic, group, records, engine.';
  static override description =
    'Says what to do next if something is missing. Exits with 1 if something required is missing; warnings do not count.';
  static override examples = ['<%= config.bin %> status', '<%= config.bin %> status --json'];
  static override flags = { ...topicFlags, ...groupFlags, ...storeFlags, ...classifierFlags };

  async run(): Promise<Result> {
    const { flags } = await this.parse(Status);
    const { home } = flags;
    const sources = overviewSources(flags, this.createLog(flags));
    const [servers, view] = await withProgress('checking', this.progressStyle(flags) === 'lines', () =>
      Promise.all([status(home, { ...flags, security: securityOf(flags) }), overview(sources)]),
    );
    this.print(`${renderChecks(view.checks, page())}\n\n${renderServers(servers, page().columns)}`);
    if (!view.healthy) process.exitCode = 1;
    return { home, servers, ...view };
  }
}
