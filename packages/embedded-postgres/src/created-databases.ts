import { Socket } from 'node:net';
import { Client, escapeIdentifier } from 'pg';

/** The databases that were created in one server. */
export interface CreatedDatabases {
  /** Creates a database, as a copy of the one at `template`, and returns its URL. */
  create(name: string, template?: string): Promise<string>;
  dropAll(): Promise<void>;
}

/** How the server copies the template's files. Default: the server's. */
export type CopyStrategy = 'FILE_COPY';

export function createdDatabases(serverUrl: string, strategy?: CopyStrategy): CreatedDatabases {
  const names: string[] = [];
  const execute = executor(serverUrl);
  return {
    create: async (name, template) => {
      const options = [
        ...(template === undefined ? [] : [`TEMPLATE ${escapeIdentifier(databaseName(template))}`]),
        ...(strategy === undefined ? [] : [`STRATEGY ${strategy}`]),
      ];
      await execute(`CREATE DATABASE ${[escapeIdentifier(name), ...options].join(' ')}`);
      names.push(name);
      const url = new URL(serverUrl);
      url.pathname = `/${encodeURIComponent(name)}`;
      return url.href;
    },
    dropAll: async () => {
      for (const name of names) await execute(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`);
    },
  };
}

function databaseName(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}

/**
 * Executes statements one after another on a connection that stays open, because a new one costs as much as copying a
 * small database. It keeps neither this process nor the server from ending.
 */
function executor(serverUrl: string): (text: string) => Promise<void> {
  let open: { readonly client: Client; readonly socket: Socket } | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const connect = async (): Promise<NonNullable<typeof open>> => {
    const socket = new Socket();
    const client = new Client({ connectionString: serverUrl, stream: () => socket });
    const forget = (): void => {
      if (open?.client === client) open = undefined;
    };
    client.on('error', forget).on('end', forget);
    await client.connect();
    return { client, socket };
  };
  const execute = async (text: string): Promise<void> => {
    const { client, socket } = (open ??= await connect());
    socket.ref();
    try {
      await client.query(text);
    } finally {
      socket.unref();
    }
  };
  return (text) => {
    const executed = last.then(() => execute(text));
    last = executed.catch(() => undefined);
    return executed;
  };
}
