const mask = '***';
/** Masking a shorter one would garble every text. */
const shortest = 4;

/** In MongoDB URLs, everything up to the last @ is masked, because a password that was not encoded may contain any character. */
const mongoUserinfo = /\b(mongodb(?:\+srv)?:\/\/)\S*@/gi;
const userinfo = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#]*@/gi;
/** In URLs of the web and of cameras, the whole query is masked: it holds signatures of presigned URLs and logins of cameras. */
const webQuery = /\b((?:https?|rtsps?):\/\/[^\s?#"']*)\?[^\s"']*/gi;
const secretOption =
  /([?&](?:authMechanismProperties|[^=&\s]*(?:password|secret|token)[^=&\s]*)=)[^&\s"']*/gi;

const known = new Set<string>();

/** Masks this value everywhere from now on. */
export function keepSecret(value: string): void {
  if (value.length >= shortest) known.add(value);
}

/** For values that are renewed again and again, such as tokens. */
export function forgetSecret(value: string): void {
  known.delete(value);
}

/** The password in a MongoDB URL, encoded and decoded, because errors may quote it alone. */
export function keepSecretOf(url: string): void {
  const password = /mongodb(?:\+srv)?:\/\/[^:]*:(.*)@/is.exec(url)?.[1];
  if (password === undefined) return;
  keepSecret(password);
  try {
    keepSecret(decodeURIComponent(password));
  } catch {
    // Not percent-encoded: used unchanged.
  }
}

/** The only place where credentials are removed from output. */
export function redact(text: string): string {
  const visible = text
    .replace(mongoUserinfo, `$1${mask}@`)
    .replace(userinfo, `$1${mask}@`)
    .replace(webQuery, `$1?${mask}`)
    .replace(secretOption, `$1${mask}`);
  const longestFirst = [...known].sort((a, b) => b.length - a.length);
  return longestFirst.reduce((shown, secret) => shown.replaceAll(secret, mask), visible);
}
