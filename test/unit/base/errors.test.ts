import { describe, expect, it } from 'vitest';
import { firstErrorOf, messageOf, MvsError } from '../../../src/core/base/errors.js';
import { grpcReason } from '../../../src/core/base/grpc-message.js';

function failingToClose(name: string): AsyncDisposable {
  return { [Symbol.asyncDispose]: () => Promise.reject(new Error(`${name} cannot be closed`)) };
}

describe('an error', () => {
  it('is the first one where closing what was open failed too, each time', async () => {
    const first = new MvsError('CONFIG', 'no credentials');
    const work = async (): Promise<void> => {
      await using _outer = failingToClose('outer');
      await using _inner = failingToClose('inner');
      throw first;
    };
    const thrown: unknown = await work().catch((error: unknown) => error);
    expect(thrown).not.toBe(first);
    expect(firstErrorOf(thrown)).toBe(first);
    expect(messageOf(thrown)).toBe('no credentials');
  });

  it.each([[new Error('alone')], [new Error('outer', { cause: new Error('inner') })], ['text'], [undefined]])(
    'is what was thrown where nothing else failed: %s',
    (thrown) => {
      expect(firstErrorOf(thrown)).toBe(thrown);
    },
  );
});

describe('the reason of a gRPC error', () => {
  const wrapped = (details: string): Error =>
    Object.assign(new Error(`14 UNAVAILABLE: ${details}`), { details });

  it.each([
    [
      'No connection established. Last error: Error: connect ECONNREFUSED 127.0.0.1:1. Resolution note: ',
      'connect ECONNREFUSED 127.0.0.1:1',
    ],
    ['No connection established. Last error: read ECONNRESET', 'read ECONNRESET'],
    ['Resource not found (resource=t).', 'Resource not found (resource=t).'],
    ['', '14 UNAVAILABLE: '],
  ])('of "%s" is "%s"', (details, reason) => {
    expect(grpcReason(wrapped(details))).toBe(reason);
    if (details) expect(grpcReason(new Error('outer', { cause: wrapped(details) }))).toBe(reason);
  });

  it('of what is not of gRPC is its text', () => {
    expect(grpcReason(new Error('x Resolution note: '))).toBe('x Resolution note: ');
    expect(grpcReason('text')).toBe('text');
  });
});
