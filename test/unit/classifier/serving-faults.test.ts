import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { away, broken, classify, refused, rows, scores } from '../../support/serving/tiny.js';
import { kserve, openTinyRest, sendBinary, tfRest } from '../../support/serving/tiny-rest.js';

const protocols = [
  ['TensorFlow Serving REST', tfRest],
  ['KServe v2', kserve],
] as const;
const says = (response: ServerResponse, status: number, error: string) =>
  response.writeHead(status).end(JSON.stringify({ error }));

describe.each(protocols)('%s', (_, protocol) => {
  it.each([404, 405, 408, 409, 412, 421, 425, 429, 499, 500, 502, 503, 504])(
    '%i says nothing about the pictures, and is waited for',
    async (status) => {
      const { engine, answer, good } = await openTinyRest(protocol);
      answer((response) => says(response, status, 'not now'));
      await expect(classify(engine)).rejects.toMatchObject(away);
      answer(good);
      expect([...(await classify(engine, 1))]).toEqual(scores.map(Math.fround));
    },
  );

  it.each([400, 422])('%i is the fault of the pictures where the server takes others', async (status) => {
    const { engine, answer, good } = await openTinyRest(protocol);
    answer((response, asked) => (asked.empty ? good(response, asked) : says(response, status, 'bad shape')));
    for (const count of [1, 5]) {
      await expect(classify(engine, count, 1)).rejects.toMatchObject({
        ...refused,
        message: expect.stringContaining(`answers ${status}: bad shape`) as string,
      });
    }
  });

  it('a server that refuses even an empty picture is waited for: old Tritons do while they load a model', async () => {
    const { engine, answer } = await openTinyRest(protocol);
    answer((response) => says(response, 400, 'Request for unknown model: tiny is not found'));
    for (const count of [1, 2]) await expect(classify(engine, count, 1)).rejects.toMatchObject(away);
  });

  it.each([1, 2, 3])('a server that is back after %i refusals has refused no picture', async (times) => {
    const { engine, answer, good } = await openTinyRest(protocol);
    let left: number = times;
    answer((response, asked) => (left-- > 0 ? says(response, 400, 'loading') : good(response, asked)));
    for (;;) {
      const outcome = await classify(engine, 2, 1).catch((error: unknown) => error);
      if (outcome instanceof Float32Array) break;
      expect(outcome).toMatchObject(away);
    }
  });

  it.each([400, 413])('%i for too many pictures at a time: fewer go from then on', async (status) => {
    const { engine, answer, good, asked } = await openTinyRest(protocol);
    answer((response, some) => (some.count > 4 ? says(response, status, 'too many') : good(response, some)));
    expect(await classify(engine, 16, 1)).toHaveLength(16 * 3);
    asked.length = 0;
    expect(await classify(engine, 16, 1)).toHaveLength(16 * 3);
    expect(asked).toEqual([4, 4, 4, 4]);
  });

  it('one picture that is too large for a proxy is a matter of configuration: all are of that size', async () => {
    const { engine, answer, good } = await openTinyRest(protocol);
    answer((response, asked) => (asked.empty ? good(response, asked) : says(response, 413, 'too large')));
    await expect(classify(engine, 2, 1)).rejects.toMatchObject({ code: 'CONFIG', retriable: false });
  });

  it.each([401, 403, 407])('%i is a matter of configuration', async (status) => {
    const { engine, answer } = await openTinyRest(protocol);
    answer((response) => response.writeHead(status).end());
    await expect(classify(engine)).rejects.toMatchObject({ code: 'CONFIG', retriable: false });
  });

  it.each([
    ['too few scores', rows(2, [0.5, 0.3])],
    ['a row too few', [scores]],
  ])('an answer with %s is waited for', async (_, short) => {
    const { engine, answer } = await openTinyRest(protocol);
    answer((response) => protocol.rows(response, short));
    await expect(classify(engine)).rejects.toMatchObject(away);
  });

  it('an answer without the output that was asked for is waited for', async () => {
    const { engine, answer } = await openTinyRest(protocol);
    answer(protocol.other);
    await expect(classify(engine)).rejects.toMatchObject(away);
  });

  it('scores that are no numbers, whatever the picture: the engine is broken, and tried again', async () => {
    const { engine, answer } = await openTinyRest(protocol);
    answer((response, { count }) => protocol.rows(response, rows(count, [NaN, 0.3, 0.2])));
    await expect(classify(engine)).rejects.toMatchObject(broken);
  });

  it('scores that are no numbers, of one picture: it is refused', async () => {
    const { engine, answer } = await openTinyRest(protocol);
    answer((response, { count, empty }) =>
      protocol.rows(response, rows(count, empty ? scores : [Infinity, NaN, 0.2])),
    );
    await expect(classify(engine, 1, 1)).rejects.toMatchObject(refused);
  });

  it('an answer that stops in its middle is given up in time', async () => {
    const { engine, answer, good } = await openTinyRest(protocol, 300);
    answer((response) => response.writeHead(200, { 'content-length': '1000' }).write('{'));
    await expect(classify(engine)).rejects.toMatchObject(away);
    answer(good);
    await classify(engine);
  });

  it('a connection that breaks off in the middle of an answer is waited for', async () => {
    const { engine, answer } = await openTinyRest(protocol);
    answer((response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('{');
      setImmediate(() => response.destroy());
    });
    await expect(classify(engine)).rejects.toMatchObject(away);
  });

  it('an answer beyond all measure is not read to its end', async () => {
    const { engine, answer } = await openTinyRest(protocol);
    answer((response) => {
      const chunk = Buffer.alloc(1 << 20, 32);
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', more).on('error', () => undefined);
      more();
    });
    await expect(classify(engine)).rejects.toMatchObject(away);
  });
});

it('scores with empty dimensions behind them, n×3×1×1, are rows also as JSON', async () => {
  const { engine, answer } = await openTinyRest(tfRest);
  answer((response) => response.end('{"predictions":[[[[0.5]],[[0.25]],[[0.125]]]]}'));
  expect([...(await classify(engine, 1))]).toEqual([0.5, 0.25, 0.125]);
});

it('a binary tensor that is cut off is waited for', async () => {
  const { engine, answer } = await openTinyRest(kserve);
  answer((response, { count }) => {
    sendBinary(response, 'o', rows(count, scores).flat(), 1);
  });
  await expect(classify(engine)).rejects.toMatchObject(away);
});
