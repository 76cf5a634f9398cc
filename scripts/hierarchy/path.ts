/** From below the nearest of these concepts down to a class. */
export function pathTo(
  id: string,
  concepts: Readonly<Record<string, { readonly above?: readonly string[] }>>,
  ends: ReadonlySet<string>,
): string[] {
  let paths = [[id]];
  while (paths.length > 0) {
    const next: string[][] = [];
    for (const path of paths) {
      for (const each of concepts[path[0] ?? '']?.above ?? []) {
        if (ends.has(each)) return path;
        next.push([each, ...path]);
      }
    }
    paths = next;
  }
  return [];
}
