import { connect, createServer, type Server } from 'node:net';

/** Listens on a unix domain socket. The server does not keep the process alive. */
export async function listenOn(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((connection) => connection.destroy());
    server.unref();
    server.once('error', reject);
    server.listen({ path, exclusive: true }, () => resolve(server));
  });
}

/**
 * Whether a process listens there. The kernel answers, not the process: a frozen process still listens, a killed one does
 * not, and no process id is involved that another process could have been given since.
 */
export async function isListening(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const connection = connect({ path });
    connection.once('connect', () => {
      connection.destroy();
      resolve(true);
    });
    connection.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(false);
      // The backlog of a frozen process can be full; ECONNRESET comes from one that has stopped listening just now.
      else if (error.code === 'EAGAIN' || error.code === 'ECONNRESET') resolve(true);
      else reject(error);
    });
  });
}
