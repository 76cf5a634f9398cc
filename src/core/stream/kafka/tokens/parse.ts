import * as v from 'valibot';
import type { Token } from './source.js';

/** RFC 6750. */
const shape = /^[\w.~+/-]+=*$/;
/** Of a token that does not say how long it is good: long enough for all connections of a start. */
const unknownLifeMs = 60_000;
/** More seconds than this since 1970 are milliseconds. */
const latestSecond = 1e11;

const text = v.nullish(v.string());
const time = v.nullish(v.union([v.number(), v.string()]));
/** An answer of OAuth (RFC 6749), and what `az account get-access-token` and others print in its place. */
const answer = v.object({
  access_token: text,
  accessToken: text,
  expires_in: time,
  expires_on: time,
  expires_at: time,
  expires: time,
});
const claims = v.object({ exp: v.number() });

/**
 * A token as a command prints it: alone, in quotes, or as JSON with `access_token` and, maybe, `expires_in` (seconds) or a time
 * (`expires`, `expires_at`, `expires_on`: seconds or milliseconds since 1970, or ISO 8601). A JWT says itself when it expires.
 * @returns undefined where this is no token.
 */
export function parseToken(output: string, now: number): Token | undefined {
  const printed = output.trim();
  const content = unlessBroken(() => JSON.parse(printed));
  const json = v.safeParse(answer, content);
  const alone = typeof content === 'string' ? content : printed;
  const value = json.success ? (json.output.access_token ?? json.output.accessToken) : alone;
  if (value == null || !shape.test(value)) return undefined;
  const stated = json.success ? statedExpiry(json.output, now) : undefined;
  return { value, expiresAt: stated ?? ownExpiry(value) ?? now + unknownLifeMs };
}

function statedExpiry(stated: v.InferOutput<typeof answer>, now: number): number | undefined {
  const seconds = Number(stated.expires_in ?? Number.NaN);
  if (Number.isFinite(seconds)) return now + seconds * 1000;
  return millisecondsOf(stated.expires_on ?? stated.expires_at ?? stated.expires);
}

function millisecondsOf(moment: number | string | null | undefined): number | undefined {
  if (moment == null) return undefined;
  const number = Number(moment);
  if (Number.isFinite(number)) return number > latestSecond ? number : number * 1000;
  const parsed = Date.parse(String(moment));
  return Number.isNaN(parsed) ? undefined : parsed;
}

/** When a JWT expires. */
function ownExpiry(value: string): number | undefined {
  const body = value.split('.')[1] ?? '';
  const found = v.safeParse(
    claims,
    unlessBroken(() => JSON.parse(Buffer.from(body, 'base64url').toString())),
  );
  return found.success ? found.output.exp * 1000 : undefined;
}

function unlessBroken(parse: () => unknown): unknown {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
