import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigError } from '@sluice/core/adapter';
import { foreignRequest } from './foreign-request.js';
import type { ListenAddress } from './listen-address.js';
import type { Readiness } from './readiness.js';

/** What the server answers, read for every request. */
export interface Monitored {
  readonly readiness: () => Readiness;
  readonly metrics: () => Promise<string>;
  readonly metricsType: string;
}

const TEXT = 'text/plain; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Serves `/healthz`, `/readyz` and `/metrics`. Nothing can be changed through it. */
export class MonitoringServer {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(address: ListenAddress, monitored: Monitored): Promise<MonitoringServer> {
    const server = createServer((request, response) => {
      const refusal = foreignRequest(request, { listen: address.host, bound: addressOf(server) });
      if (refusal !== undefined) {
        send(response, { status: 403, type: TEXT, body: `forbidden: ${refusal}\n` });
        return;
      }
      answerTo(request.method ?? '', pathOf(request.url ?? '/'), monitored).then(
        (answer) => send(response, answer),
        () => send(response, { status: 500, type: TEXT, body: 'the metrics cannot be read\n' }),
      );
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(cannotListen(address, error)));
      server.listen(address.port, address.host, resolve);
    });
    return new MonitoringServer(server);
  }

  /** Without a trailing slash; with the actual port when 0 was asked for. */
  get url(): string {
    const address = addressOf(this.#server);
    const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
    return `http://${host}:${address.port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    this.#server.closeAllConnections();
    await closed;
  }
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the monitoring server is not listening');
  return address;
}

/** Without the query. What is no URL, such as `//`, is the path of nothing. */
function pathOf(target: string): string {
  return URL.canParse(target, 'http://localhost') ? new URL(target, 'http://localhost').pathname : target;
}

async function answerTo(method: string, path: string, monitored: Monitored): Promise<Answer> {
  if (method !== 'GET' && method !== 'HEAD')
    return { status: 405, type: TEXT, body: 'method not allowed; use GET or HEAD\n' };
  switch (path) {
    case '/healthz':
      return { status: 200, type: TEXT, body: 'ok\n' };
    case '/readyz': {
      const readiness = monitored.readiness();
      const body = `${JSON.stringify(readiness, null, 2)}\n`;
      return { status: readiness.status === 'ok' ? 200 : 503, type: JSON_TYPE, body };
    }
    case '/metrics':
      return { status: 200, type: monitored.metricsType, body: await monitored.metrics() };
    default:
      return { status: 404, type: TEXT, body: 'not found; try /healthz, /readyz or /metrics\n' };
  }
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

function cannotListen({ host, port }: ListenAddress, error: NodeJS.ErrnoException): Error {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: 'the address is in use',
    EACCES: 'this user may not use the port',
    EADDRNOTAVAIL: 'the address does not belong to this machine',
    ENOTFOUND: 'unknown host',
  };
  const reason = reasons[error.code ?? ''] ?? error.message;
  return new ConfigError([], `cannot listen on ${host}:${port}: ${reason}; choose another address`);
}
