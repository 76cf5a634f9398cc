/** JSON does not escape U+007F–U+009F, but some terminals interpret them: U+009B begins a control sequence like ESC [. */
export function escapeControls(json: string): string {
  return json.replaceAll(/[\u007f-\u009f]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
}

/** Quotes a name for a message. Control characters, such as a newline in a file name, are escaped. */
export function quoted(name: string): string {
  return escapeControls(JSON.stringify(name));
}
