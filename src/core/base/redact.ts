const mask = '***';
/** A shorter one is no secret, and masking it would garble every text. */
const shortest = 4;

/** Of MongoDB's URLs up to the last @, because a password that somebody forgot to encode may hold any character. */
const mongoUserinfo = /\b(mongodb(?:\+srv)?:\/\/)\S*@/gi;
const userinfo = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#]*@/gi;
/** Of addresses of the web and of cameras the whole query: a presigned URL is signed there, by many names, and cameras log in there. */
const webQuery = /\b((?:https?|rtsps?):\/\/[^\s?#"']*)\?[^\s"']*/gi;
const secretOption =
  /([?&](?:authMechanismProperties|[^=&\s]*(?:password|secret|token)[^=&\s]*)=)[^&\s"']*/gi;

const known = new Set<string>();

/** From now on this value is masked wherever it stands. */
export function keepSecret(value: string): void {
  if (value.length >= shortest) known.add(value);
}

/** For what expires and is renewed for ever, as tokens are. */
export function forgetSecret(value: string): void {
  known.delete(value);
}

/** The password in a MongoDB URL, as it stands there and decoded: errors may quote it alone. */
export function keepSecretOf(url: string): void {
  const password = /mongodb(?:\+srv)?:\/\/[^:]*:(.*)@/is.exec(url)?.[1];
  if (password === undefined) return;
  keepSecret(password);
  try {
    keepSecret(decodeURIComponent(password));
  } catch {
    // Not encoded: kept as it stands.
  }
}

/** The one place where credentials are taken out of what people or programs get to read. */
export function redact(text: string): string {
  const visible = text
    .replace(mongoUserinfo, `$1${mask}@`)
    .replace(userinfo, `$1${mask}@`)
    .replace(webQuery, `$1?${mask}`)
    .replace(secretOption, `$1${mask}`);
  const longestFirst = [...known].sort((a, b) => b.length - a.length);
  return longestFirst.reduce((shown, secret) => shown.replaceAll(secret, mask), visible);
}
