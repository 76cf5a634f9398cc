/** The value of an environment variable. An empty one counts as unset, as in oclif, because compose files set `${NAME:-}`. */
export function variable(name: string): string | undefined {
  const text = process.env[name];
  return text === '' ? undefined : text;
}
