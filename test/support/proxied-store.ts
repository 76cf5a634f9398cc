import { onTestFinished } from 'vitest';
import { mongoProtocol } from '../chaos/support/protocols.js';
import { TcpProxy } from '../chaos/support/tcp-proxy.js';
import { freshStoreUrl } from './fresh.js';

/** A database of this test's own behind a proxy that can break what goes through it: the requests of who takes `url`. */
export async function proxiedStore(): Promise<{ url: string; direct: string; proxy: TcpProxy }> {
  const direct = freshStoreUrl();
  const url = new URL(direct);
  const proxy = await TcpProxy.listen(mongoProtocol);
  onTestFinished(() => {
    proxy[Symbol.dispose]();
  });
  proxy.target = Number(url.port);
  url.port = String(proxy.port);
  return { url: url.href, direct, proxy };
}
