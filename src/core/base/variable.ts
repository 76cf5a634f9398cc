/** The value of an environment variable. An empty one counts as not set, as in oclif: compose files set it to `${NAME:-}`. */
export function variable(name: string): string | undefined {
  const text = process.env[name];
  return text === '' ? undefined : text;
}
