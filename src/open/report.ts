import { sidesFrom } from '../core/answers/compare.js';
import type { Log } from '../core/base/log.js';
import type { ReportOptions } from '../core/report/videos.js';
import type { RecordStore } from '../core/store/port.js';
import type { HomeFlags } from '../flags/index.js';
import type { Infer } from '../flags/infer.js';
import { reportOptions, type reportingFlags } from '../flags/reporting.js';
import { openHierarchy } from './hierarchy.js';

/** What a report shows, with what the classes are and the version of `--diff`. @throws MvsError NO_SUCH_MODEL, USAGE */
export async function openReport(
  store: RecordStore,
  flags: HomeFlags & Infer<typeof reportingFlags>,
  { signal, log }: { readonly signal: AbortSignal; readonly log: Log },
): Promise<ReportOptions> {
  const hierarchy = await openHierarchy(store, flags, log);
  const sides = flags.diff === undefined ? undefined : await sidesFrom(store, flags.diff);
  return { ...reportOptions(flags, signal), hierarchy, sides };
}
