import { up } from '../../src/core/stack/index.js';
import { kafkaProtocol } from '../chaos/support/protocols.js';
import { TcpProxy } from '../chaos/support/tcp-proxy.js';
import { reservedPort } from './ports.js';
import { freshHome, sharedStack } from './stack.js';

export interface ProxiedKafka {
  /** Each of its clients speaks with the broker through the proxy. */
  readonly brokers: string[];
  /** Past the proxy. */
  readonly direct: string[];
  readonly proxy: TcpProxy;
}

/** A broker of its own behind a proxy that can break what goes through it. */
export async function startProxiedKafka(
  cleanUp: (work: () => Promise<void>) => unknown,
): Promise<ProxiedKafka> {
  const proxy = await TcpProxy.listen(kafkaProtocol);
  cleanUp(() => {
    proxy[Symbol.dispose]();
    return Promise.resolve();
  });
  proxy.target = await reservedPort();
  const { store } = sharedStack();
  const { brokers: direct } = await up({
    ...freshHome(cleanUp),
    ...{ store, kafka: 'java', kafkaPort: 0, mongoPort: 0, kafkaSettings: advertising(proxy) },
  });
  return { brokers: [`127.0.0.1:${proxy.port}`], direct, proxy };
}

/** A second listener, whose clients are sent to the proxy. */
export function advertising({ target, port }: TcpProxy): Record<string, string> {
  return {
    listeners: `PLAINTEXT://127.0.0.1:@PORT@,CONTROLLER://127.0.0.1:@CONTROLLER_PORT@,PROXIED://127.0.0.1:${target ?? 0}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:@PORT@,PROXIED://127.0.0.1:${port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXIED:PLAINTEXT',
  };
}
