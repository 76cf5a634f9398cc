import { status } from '@grpc/grpc-js';
import { expect, it, onTestFinished, vi } from 'vitest';
import { away, broken, classify, openTiny, refused, rows, scores } from '../../support/serving/tiny.js';
import { fail, floats, good, openTinyGrpc, type Answer } from '../../support/serving/tiny-grpc.js';
import { closedPort } from '../../support/web.js';

const unlessEmpty =
  (answer: Answer): Answer =>
  (asked) =>
    (asked.empty ? good : answer)(asked);

it.each<[string, Answer, object]>([
  ['UNAVAILABLE', fail(status.UNAVAILABLE), away],
  ['RESOURCE_EXHAUSTED', fail(status.RESOURCE_EXHAUSTED), away],
  ['NOT_FOUND', fail(status.NOT_FOUND), away],
  [
    'INTERNAL, whatever it speaks of',
    fail(status.INTERNAL, 'cannot read the certificate of the repository'),
    away,
  ],
  ['INVALID_ARGUMENT', unlessEmpty(fail(status.INVALID_ARGUMENT)), refused],
  ['INVALID_ARGUMENT for an empty picture too', fail(status.INVALID_ARGUMENT), away],
  ['PERMISSION_DENIED', fail(status.PERMISSION_DENIED), { code: 'CONFIG' }],
  ['UNAUTHENTICATED', fail(status.UNAUTHENTICATED), { code: 'CONFIG' }],
  ['a row too few', ({ count }) => floats(rows(count - 1, scores).flat()), away],
  ['another output', () => ({ outputs: { other: { dtype: 1, float_val: scores } } }), away],
  ['another type', () => ({ outputs: { o: { dtype: 3, float_val: [1, 2, 3, 4, 5, 6] } } }), away],
  ['half a number', () => ({ outputs: { o: { dtype: 1, tensor_content: Buffer.alloc(23) } } }), away],
  ['NaN', ({ count }) => floats(rows(count, [NaN, 1, 1]).flat()), broken],
  [
    'infinite scores of one picture',
    unlessEmpty(({ count }) => floats(rows(count, [Infinity, 1, 1]).flat())),
    refused,
  ],
])('%s', async (_, next, error) => {
  const { engine, answer } = await openTinyGrpc();
  answer(next);
  await expect(classify(engine, 2, 1)).rejects.toMatchObject(error);
  answer(good);
  await classify(engine);
});

it('a connection that leads nowhere any more is left for a new one', async () => {
  const { engine, swallow } = await openTinyGrpc({ timeoutMs: 500 });
  await classify(engine);
  swallow();
  await expect(classify(engine)).rejects.toMatchObject(away);
  await classify(engine);
});

it('a request beyond the limit of the server goes in parts', async () => {
  const { engine } = await openTinyGrpc({ most: 300 });
  expect(await classify(engine, 16, 1)).toHaveLength(16 * 3);
});

it('metadata that cannot be read are those of a server that is not well', async () => {
  await expect(openTinyGrpc({ metadata: Buffer.from('<html>') })).rejects.toMatchObject(away);
});

it('a server that is not there is told without the words of grpc-js', async () => {
  const port = await closedPort();
  await expect(openTiny(`grpc://127.0.0.1:${port}/tiny`)).rejects.toThrow(
    new RegExp(`tiny does not answer: connect ECONNREFUSED 127.0.0.1:${port}$`),
  );
});

it('requests go past the proxies of the environment', async () => {
  vi.stubEnv('grpc_proxy', `http://127.0.0.1:${await closedPort()}`);
  for (const name of ['no_grpc_proxy', 'no_proxy']) vi.stubEnv(name, '');
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const { engine } = await openTinyGrpc();
  expect(await classify(engine)).toHaveLength(2 * 3);
});
