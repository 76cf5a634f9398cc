/** What a variable of the environment says. An empty one says nothing, as for oclif: compose files set it to `${NAME:-}`. */
export function variable(name: string): string | undefined {
  const text = process.env[name];
  return text === '' ? undefined : text;
}
