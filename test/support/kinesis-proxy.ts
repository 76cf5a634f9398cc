import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** An answer of Kinesis, or one that a test makes up. */
export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export interface Call {
  /** Such as `PutRecords`. */
  readonly action: string;
  readonly body: Record<string, unknown>;
  /** Asks Kinesis, with this body. */
  readonly pass: (body?: Record<string, unknown>) => Promise<Answer>;
}

/** Sees each request before Kinesis does. Undefined lets it pass. */
export type Rule = (call: Call) => Promise<Answer> | undefined;

/** What Kinesis says of an error. */
export function refusal(type: string, status = 400): Promise<Answer> {
  return Promise.resolve({ status, body: { __type: type, message: `made up: ${type}` } });
}

/** Stands before the fake for one test. @returns its address */
export async function proxyBefore(endpoint: string, rule: Rule): Promise<string> {
  const server = createServer((incoming, outgoing) => {
    void answerTo(endpoint, incoming, rule)
      .catch(() => ({ status: 502, body: {} }))
      .then(({ status, body }) => {
        outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
        outgoing.end(JSON.stringify(body));
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function answerTo(endpoint: string, incoming: IncomingMessage, rule: Rule): Promise<Answer> {
  const [, action = ''] = String(incoming.headers['x-amz-target']).split('.');
  const body = JSON.parse((await buffer(incoming)).toString()) as Record<string, unknown>;
  const pass = (changed = body): Promise<Answer> => ask(endpoint, incoming, changed);
  return (await rule({ action, body, pass })) ?? pass();
}

/** The fake looks at no signature, so the body may be another one. */
async function ask(endpoint: string, { headers }: IncomingMessage, body: object): Promise<Answer> {
  const text = JSON.stringify(body);
  const asking = request(endpoint, {
    method: 'POST',
    headers: { ...headers, 'content-length': Buffer.byteLength(text) },
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    asking.on('response', resolve).on('error', reject);
  });
  asking.end(text);
  const answer = await answered;
  const got = (await buffer(answer)).toString();
  return { status: answer.statusCode ?? 502, body: JSON.parse(got || '{}') as Record<string, unknown> };
}
