import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** What a server does with a connection: it gets the socket and, after the request for TLS, each message. */
export type Answering = (socket: Socket, message: Buffer) => void;

export interface FakeServer {
  readonly port: number;
  /** Connections that the other side has not closed. */
  readonly open: ReadonlySet<Socket>;
  close(): Promise<void>;
}

/** A server that declines TLS, as PostgreSQL does, and then answers as it is told. `onOpen`: before it is asked anything. */
export async function fakeServer(answer: Answering, onOpen?: (socket: Socket) => void): Promise<FakeServer> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined).on('close', () => open.delete(socket));
    onOpen?.(socket);
    socket.on('data', (data) => {
      if (onOpen === undefined && isTlsRequest(data)) socket.write('N');
      else answer(socket, data);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    open,
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function isTlsRequest(data: Buffer): boolean {
  return data.length === 8 && data.readInt32BE(4) === 80_877_103;
}

/** A message of PostgreSQL's protocol. */
export function message(type: string, body: Buffer | string): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(Buffer.byteLength(body) + 4, 1);
  return Buffer.concat([head, Buffer.from(body)]);
}

/** The request for a way to prove the password, such as 3 for clear text. */
export function authentication(kind: number, more = ''): Buffer {
  const body = Buffer.alloc(4);
  body.writeInt32BE(kind);
  return message('R', Buffer.concat([body, Buffer.from(more)]));
}

export function fatal(code: string, text: string): Buffer {
  return message('E', `SFATAL\0VFATAL\0C${code}\0M${text}\0\0`);
}
