import * as v from 'valibot';
import { messageOf } from '../../base/errors.js';
import { problemsOf } from '../../base/problems.js';
import type { ServerAddress } from './address.js';
import { failure } from './failures.js';

/**
 * Checks an answer against the schema of the protocol. Other answers may come from a proxy, or from a server that is starting.
 * @throws MvsError ENGINE_UNAVAILABLE, retriable
 */
export function answerAs<T extends v.GenericSchema>(
  schema: T,
  content: unknown,
  address: ServerAddress,
): v.InferOutput<T> {
  const checked = v.safeParse(schema, content);
  if (checked.success) return checked.output;
  throw failure('unavailable', address, `returns an unexpected answer: ${problemsOf(checked.issues)}`);
}

/** @throws MvsError ENGINE_UNAVAILABLE, retriable */
export function jsonAs<T extends v.GenericSchema>(
  schema: T,
  body: Buffer,
  address: ServerAddress,
): v.InferOutput<T> {
  let content: unknown;
  try {
    content = JSON.parse(body.toString());
  } catch (cause) {
    // TensorFlow Serving writes these, which are not valid JSON (api_rest, "JSON conformance").
    if (/[[,]\s*(NaN|-?Infinity)\b/.test(body.toString())) throw failure('broken', address, '', cause);
    throw failure('unavailable', address, `returns invalid JSON: ${messageOf(cause)}`, cause);
  }
  return answerAs(schema, content, address);
}
