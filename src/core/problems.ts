import { getDotPath, type BaseIssue } from 'valibot';

/** What is wrong with checked data, in one line: `input.width: Invalid type: …; labels: …`. */
export function problemsOf(issues: readonly BaseIssue<unknown>[], whole?: string): string {
  return issues
    .map((issue) =>
      [getDotPath(issue) ?? whole, issue.message].filter((part) => part !== undefined).join(': '),
    )
    .join('; ');
}
