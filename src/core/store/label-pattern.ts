/** What `--label` takes: the text anywhere in any synonym of a class, whatever the case. */
export function labelPattern(text: string): RegExp {
  return new RegExp(text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`), 'i');
}
