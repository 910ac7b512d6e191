import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** When the connection of the next COMMIT is cut, or that it goes silent instead. */
export type Cut = 'before the server has it' | 'after the server has done it' | 'never: it goes silent';

/** Forwards traffic between a client and Postgres, and cuts the connection when a test says so. */
export interface CuttingProxy {
  /** The same database through the proxy. */
  readonly url: string;
  /** Cuts the connection at the next COMMIT of a transaction that has written, this many times. */
  cutNext(cut: Cut, times?: number): void;
  /** How many connections were cut. */
  readonly cuts: number;
  /** From now on, drops all traffic without an error. */
  swallow(isSwallowing: boolean): void;
  close(): Promise<void>;
}

const COMMIT = Buffer.from('COMMIT;');
const WRITING = Buffer.from('UPDATE "');

export async function aCuttingProxy(databaseUrl: string): Promise<CuttingProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let next: { readonly cut: Cut; times: number } | undefined;
  let cuts = 0;
  let isSwallowing = false;

  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    let hasWritten = false;
    let isCut = false;
    let isSilent = false;
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end).on('close', () => {
        sockets.delete(socket);
        if (!isSilent) end();
      });
    }
    client.on('data', (data) => {
      if (isSwallowing || isSilent) return;
      hasWritten ||= data.includes(WRITING);
      const cut = hasWritten && data.includes(COMMIT) && next !== undefined && next.times > 0 ? next.cut : undefined;
      if (cut !== undefined && next !== undefined) {
        next.times -= 1;
        cuts += 1;
        isSilent = cut === 'never: it goes silent';
        if (isSilent) return;
        isCut = true;
        if (cut === 'before the server has it') return end();
      }
      upstream.write(data);
    });
    upstream.on('data', (data) => {
      if (isSwallowing || isSilent) return;
      // The answer to the COMMIT: the server has done it, but the client does not learn of it.
      if (isCut) end();
      else client.write(data);
    });
  });
  server.unref().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    cutNext: (cut, times = 1) => {
      next = { cut, times };
    },
    get cuts() {
      return cuts;
    },
    swallow: (value) => {
      isSwallowing = value;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
