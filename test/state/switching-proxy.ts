import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** An address that leads to one server after another, as that of a cluster does. */
export interface SwitchingProxy {
  /** A URL with this address instead of its own. */
  urlOf(url: string): string;
  /** Cuts all connections. Later ones reach the server of this URL; undefined: they are refused. */
  switchTo(url: string | undefined): void;
  close(): Promise<void>;
}

export async function aSwitchingProxy(firstUrl: string): Promise<SwitchingProxy> {
  const sockets = new Set<Socket>();
  let target: URL | undefined = new URL(firstUrl);
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  const server = createServer((client) => {
    if (target === undefined) return client.resetAndDestroy();
    const upstream = connect(Number(target.port), target.hostname);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(socket);
          other.destroy();
        });
      socket.pipe(other);
    }
    return undefined;
  });
  server.unref().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    urlOf: (url) => {
      const through = new URL(url);
      through.port = String(port);
      return through.href;
    },
    switchTo: (url) => {
      target = url === undefined ? undefined : new URL(url);
      cut();
    },
    close: async () => {
      cut();
      await new Promise((fulfil) => {
        server.close(fulfil);
      });
    },
  };
}
