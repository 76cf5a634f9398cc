/** JSON does not escape U+007F–U+009F, but some terminals interpret them: U+009B begins a control sequence like ESC [. */
export function escapeControls(json: string): string {
  return json.replaceAll(/[\u007f-\u009f]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
}

/** "1 video", "2 videos" */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A name for a message: its control characters (a newline in a file name) can't break the line. */
export function quoted(name: string): string {
  return escapeControls(JSON.stringify(name));
}

/** Seconds as "0:07.3" or "1:02:03.0". */
export function clock(seconds: number): string {
  const tenths = Math.round(seconds * 10);
  const hours = Math.floor(tenths / 36_000);
  const minutes = Math.floor(tenths / 600) % 60;
  const rest = (tenths % 600) / 10;
  const head = hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}` : String(minutes);
  return `${head}:${rest.toFixed(1).padStart(4, '0')}`;
}

/** Without the mark that Windows programs write at the beginning of a text: it belongs to no name, and JSON does not allow it. */
export function withoutMark(text: string): string {
  return text.replace(/^\ufeff/, '');
}
