import { getDotPath, type BaseIssue } from 'valibot';

/** Messages repeat what was received, which may be as long as anybody likes. */
const maxLength = 300;

/** What is wrong with checked data, in one line: `input.width: Invalid type: …; labels: …`. */
export function problemsOf(issues: readonly BaseIssue<unknown>[], whole?: string): string {
  const all = issues
    .map((issue) =>
      [getDotPath(issue) ?? whole, issue.message].filter((part) => part !== undefined).join(': '),
    )
    .join('; ');
  return all.length > maxLength ? `${all.slice(0, maxLength)}…` : all;
}
