import type { EventDescription, MappedEvent, Receipt, Sink } from '@sluice/core/sink';
import { createSharedDatabase } from '@sluice/embedded-postgres';
import { anAdapterContext } from '@sluice/testkit';
import { Client } from 'pg';
import { postgresSink } from '#src/definition.js';

const clients: Client[] = [];

/** A database with a connection of its superuser, shared by the tests of a file. */
export async function aDatabase(): Promise<{ readonly url: string; readonly client: Client }> {
  const url = await createSharedDatabase('events');
  const client = new Client(url);
  await client.connect();
  clients.push(client);
  return { url, client };
}

export interface SinkOptions {
  readonly url: string;
  readonly table?: string;
  readonly statementTimeoutSeconds?: number;
  readonly connectTimeoutSeconds?: number;
}

export function aSink(events: readonly EventDescription[], options: SinkOptions): Sink {
  return postgresSink.create(postgresSink.config.parse(options), anAdapterContext({ events }));
}

/** What `--print-ddl` prints. */
export function ddlOf(events: readonly EventDescription[], options: SinkOptions): string {
  return postgresSink.ddl?.(postgresSink.config.parse(options), anAdapterContext({ events })).join('\n') ?? '';
}

/** Encodes and sends events as one request. */
export async function send(sink: Sink, events: readonly MappedEvent[]): Promise<Receipt> {
  const encoded = events.map((event) => {
    const encoding = sink.encode(event);
    if (encoding.kind === 'rejected') throw new Error(encoding.detail);
    return encoding.event;
  });
  return sink.send({ events: encoded }, { attempt: 1 });
}

after(async () => {
  await Promise.allSettled(clients.map((client) => client.end()));
});
