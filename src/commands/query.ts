import { Args } from '@oclif/core';
import { FormatCommand } from '../cli/format-command.js';
import { ask, isFiltered, type Answer } from '../core/answers/ask.js';
import { askingFlags, questionOf } from '../flags/asking.js';
import { homeFlags, storeFlags } from '../flags/index.js';
import { versionFlags } from '../flags/version.js';
import { mustHaveObjects } from '../open/objects.js';
import { openQuestion } from '../open/question.js';
import { openResults } from '../open/store.js';
import { renderAnswer } from '../ui/frames.js';
import { explain, noMatch } from '../ui/meanings.js';
import { mustTakeBytes } from '../ui/parquet.js';
import { StoredPredictions } from '../ui/predictions.js';
import { streamAnswer } from '../ui/streamed.js';

export default class Query extends FormatCommand<Answer | undefined> {
  static override summary = 'Show what is in a video, search all videos, or list them.';
  static override examples = [
    '<%= config.bin %> query',
    '<%= config.bin %> query cat',
    '<%= config.bin %> query cat --frames',
    '<%= config.bin %> query --label dog --not-label poodle',
    '<%= config.bin %> query cat --level 1',
    '<%= config.bin %> query cat --label tabby --min-confidence 0.5 --from 0:01 --to 75f --sort=-confidence',
    '<%= config.bin %> query cat --format csv > cat.csv',
    '<%= config.bin %> query street --label person --min-count 2 --area 0.5,0,0.5,1',
    '<%= config.bin %> query --format parquet > frames.parquet',
    '<%= config.bin %> query --label person --format coco > people.json',
  ];
  static override args = {
    video: Args.string({
      ignoreStdin: true,
      description: 'name of the video: its file name without the extension',
    }),
  };
  static override flags = { ...askingFlags, ...versionFlags, ...homeFlags, ...storeFlags };

  async run(): Promise<Answer | undefined> {
    const { args, flags } = await this.parse(Query);
    const format = this.jsonEnabled() ? 'json' : flags.format;
    const asked = questionOf(flags, args.video, format);
    if (format === 'parquet') mustTakeBytes();
    const log = this.createLog(flags);
    await using store = await openResults(flags, log);
    if (format === 'coco') mustHaveObjects(store, '--format coco');
    const { question, ...understood } = await openQuestion(store, asked, flags, log);
    explain(understood, log);
    const nothing = noMatch(understood, question.near, flags.model);
    if (format !== 'json' && format !== 'table') {
      const { objects } = flags;
      this.reportFailures(await streamAnswer(store, question, { format, objects, nothing }, log));
      return undefined;
    }
    const { answer, timeline } = await ask(store, question);
    if ('frames' in answer) new StoredPredictions(question, answer.frames).warn(log);
    this.print(renderAnswer(answer, timeline, { filtered: isFiltered(question), nothing }));
    return answer;
  }
}
