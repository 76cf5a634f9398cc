import { getDotPath, type BaseIssue } from 'valibot';

/** Messages quote the received value, which may have any length. */
const maxLength = 300;

/** The problems of validated data on one line: `input.width: Invalid type: …; labels: …`. */
export function problemsOf(issues: readonly BaseIssue<unknown>[], whole?: string): string {
  const all = issues
    .map((issue) =>
      [getDotPath(issue) ?? whole, issue.message].filter((part) => part !== undefined).join(': '),
    )
    .join('; ');
  return all.length > maxLength ? `${all.slice(0, maxLength)}…` : all;
}
