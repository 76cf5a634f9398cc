/** The pattern of `--label`: the text anywhere in any synonym of a class, ignoring case. */
export function labelPattern(text: string): RegExp {
  return new RegExp(text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`), 'i');
}
