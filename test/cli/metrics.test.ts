import type { ConsumeReport } from '../../src/ui/consumed.js';
import { readFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { parseExposition } from '../support/exposition.js';
import { lagOf, openStream, publish } from '../support/fresh.js';
import { get, originOf, valuesAt } from '../support/metrics.js';
import { jsonOf, workspace } from '../support/mvs.js';
import { messagesOf } from '../support/pipeline.js';
import { proxiedStore } from '../support/proxied-store.js';

const clip = fileURLToPath(new URL('../../videos/cat.webm', import.meta.url));

describe('the metrics of a consumer', () => {
  it('are what its report says, and end with it', async () => {
    const { topic, group, mvs, binary } = workspace();
    await mvs('topic:create', '--partitions', '2');
    const stream = await openStream(topic);
    const messages = await messagesOf('cat', 20);
    const bad = { key: null, value: Buffer.from('?'), headers: new Map(), ordered: false };
    await publish(stream, [...messages, ...messages, bad]);

    const consumer = binary('consume', '--metrics', '0', '--threads', '2', '--batch', '8', '--json');
    const origin = await originOf(consumer);
    expect(await get(`${origin}/readyz`)).toEqual({ status: 503, text: 'starting\n' });
    await vi.waitFor(async () => {
      expect(await get(`${origin}/readyz`)).toEqual({ status: 200, text: 'ready\n' });
    }, 60_000);
    const owners = (await lagOf(stream, group)).map(({ consumerId }) => consumerId);
    expect(owners).not.toContain(null);

    const values = await vi.waitFor(async () => {
      const now = await valuesAt(origin);
      expect(now).toMatchObject({
        mvs_frames_received_total: 40,
        mvs_dead_lettered_messages_total: 1,
        [`mvs_consumer_lag_messages{group="${group}",topic="${topic}",partition="0"}`]: 0,
        [`mvs_consumer_lag_messages{group="${group}",topic="${topic}",partition="1"}`]: 0,
      });
      return now;
    }, 60_000);
    consumer.kill('SIGTERM');
    const { stored, duplicates, models } = jsonOf(await consumer) as ConsumeReport;
    expect({ stored, duplicates }).toEqual({ stored: 20, duplicates: 20 });
    const labels = `{model_version="${String(models[0]?.modelVersion)}"}`;
    expect(labels).toMatch(/"tiny@[\da-f]{12}"/);
    expect(values).toMatchObject({
      [`mvs_frames_stored_total${labels}`]: stored,
      [`mvs_duplicate_frames_total${labels}`]: duplicates,
      mvs_frames_classified_total: 40,
      mvs_messages_received_total: 43,
      mvs_batch_size_sum: 43,
      mvs_frame_age_seconds_count: 40,
      'mvs_build_info{version="0.1.0",command="consume"}': 1,
    });
    for (const stage of ['receive', 'decode_infer', 'store', 'settle']) {
      expect(values[`mvs_stage_duration_seconds_sum{stage="${stage}"}`]).toBeGreaterThan(0);
    }
    await expect(get(`${origin}/healthz`)).rejects.toThrow('fetch failed');
  });

  it('call it alive and not ready while its database is away', async () => {
    const { url, proxy } = await proxiedStore();
    const { mvs, binary } = workspace({ MVS_STORE: url });
    await mvs('topic:create', '--partitions', '1');
    const origin = await originOf(binary('consume', '--metrics', '0', '--threads', '1'));
    const becomes = (status: number, text: RegExp): Promise<void> =>
      vi.waitFor(async () => {
        const ready = await get(`${origin}/readyz`);
        expect(ready).toEqual({ status, text: expect.stringMatching(text) as string });
      }, 60_000);
    await becomes(200, /^ready$/m);
    proxy.goAway();
    await becomes(503, /^database: /);
    expect(await get(`${origin}/healthz`)).toEqual({ status: 200, text: 'ok\n' });
    await proxy.comeBack();
    await becomes(200, /^ready$/m);
  });
});

describe('the metrics of a producer', () => {
  it('follow its work, and keep nobody from stopping it', async () => {
    const { mvs, binary } = workspace();
    await mvs('topic:create');
    const producer = binary('produce', clip, '--every', '1', '--realtime', '--metrics', '0');
    const origin = await originOf(producer);
    await vi.waitFor(async () => {
      const values = await valuesAt(origin);
      expect(values).toMatchObject({ mvs_videos_in_work: 1, mvs_videos_failed_total: 0 });
      expect(values.mvs_frames_published_total).toBeGreaterThan(0);
      expect(values.mvs_published_bytes_total).toBeGreaterThan(1000);
    }, 60_000);
    expect((await get(`${origin}/readyz`)).status).toBe(200);
    const slow = connect(Number(new URL(origin).port), '127.0.0.1').on('error', () => undefined);
    onTestFinished(() => void slow.destroy());
    slow.write('GET /metrics HTTP/1.1\r\n');
    producer.kill('SIGINT');
    const { exitCode, signal } = await producer;
    expect({ exitCode, signal }).toEqual({ exitCode: 130, signal: undefined });
  });
});

describe('the format', () => {
  it("is Prometheus' own; dashboard and documentation name all metrics of mvs, and no others", async () => {
    const { mvs, binary } = workspace();
    await mvs('topic:create');
    const producer = binary('produce', clip, '--realtime', '--metrics', '127.0.0.1:0');
    const { text } = await get(`${await originOf(producer)}/metrics`);
    producer.kill('SIGINT');
    const families = [...parseExposition(text)].filter(([name]) => name.startsWith('mvs_'));
    for (const [name, { type, help, samples }] of families) {
      expect({ name, help }).toEqual({ name, help: expect.stringMatching(/\.$/) as string });
      if (type === 'counter') expect(name).toMatch(/_total$/);
      for (const [series, value] of samples) {
        if (series.includes('le="+Inf"'))
          expect(
            samples.get(
              series
                .replace('_bucket', '_count')
                .replace(/le="\+Inf",?/, '')
                .replace('{}', ''),
            ),
          ).toBe(value);
      }
    }
    const names = new Set(families.map(([name]) => name));
    for (const file of ['grafana-dashboard.json', 'metrics.md']) {
      const used = (await readFile(new URL(`../../docs/${file}`, import.meta.url), 'utf8')).match(
        /\bmvs_\w+/g,
      );
      expect(
        new Set(used?.map((name) => (names.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '')))),
      ).toEqual(names);
    }
  });
});

describe('--metrics', () => {
  it('ends the command before any work where the port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    // There is not even a topic.
    const { exitCode, stderr } = await workspace().mvs('produce', clip, '--metrics', String(port));
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`--metrics cannot listen on 127.0.0.1:${port}: another program`);
  });

  it('keeps no command that fails from ending', async () => {
    const { exitCode, stderr } = await workspace().mvs('produce', clip, '--metrics', '0');
    expect(exitCode).toBe(69);
    expect(stderr).toContain('mvs topic:create');
  });

  it('refuses what is no address', async () => {
    const { exitCode, stderr } = await workspace().mvs('consume', '--metrics', 'localhost');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('"localhost" is not an address to listen on');
  });
});
