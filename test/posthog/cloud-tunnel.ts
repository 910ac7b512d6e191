import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

/** A proxy through which host names lead to receivers on this machine: `us.i.posthog.com` is then a simulator. */
export interface CloudTunnel {
  readonly environment: Readonly<Record<string, string>>;
  stop(): void;
}

export async function startCloudTunnel(
  receivers: Readonly<Record<string, { readonly url: string }>>,
): Promise<CloudTunnel> {
  const server = createServer();
  server.on('connect', (request, client) => {
    const receiver = receivers[(request.url ?? '').split(':')[0] ?? ''];
    if (receiver === undefined) {
      client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      return;
    }
    const upstream = connect(Number(new URL(receiver.url).port), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
    client.on('error', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('the tunnel is not running');
  return {
    environment: { HTTP_PROXY: `http://127.0.0.1:${address.port}` },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
