import { createSharedDatabase } from '@sluice/embedded-postgres';
import type { FieldValue, ReadRequest, RecordPage, Source, Window } from '@sluice/core/source';
import { anAdapterContext } from '@sluice/testkit';
import { Client } from 'pg';
import { postgresSource } from '#src/definition.js';

/** A database of its own for one file of tests, in the shared server. */
export interface TestDatabase {
  readonly url: string;
  readonly client: Client;
}

const clients: Client[] = [];
const sources: Source[] = [];

export async function aDatabase(): Promise<TestDatabase> {
  const url = await createSharedDatabase('tables');
  const client = new Client(url);
  client.on('error', () => {});
  await client.connect();
  clients.push(client);
  return { url, client };
}

/** A source with the options of a pipeline file, which are parsed as there. Closed after the test. */
export function aSource(url: string, streams: object, options: object = {}): Source {
  const config = postgresSource.config.parse({ url, streams, ...options });
  const source = postgresSource.create(config, anAdapterContext());
  sources.push(source);
  return source;
}

/** A window of every record of a stream. */
export function everything(stream: string, window: Partial<Window> = {}): Window {
  return { stream, axis: 'change', from: Date.UTC(1900, 0), until: Date.UTC(9000, 0), revisitMs: 0, ...window };
}

export async function pagesOf(source: Source, request: ReadRequest): Promise<RecordPage[]> {
  const pages: RecordPage[] = [];
  for await (const page of source.read(request)) pages.push(page);
  return pages;
}

/** What a window gives, as `part key`, in order. */
export async function placesOf(source: Source, window: Window, field: string): Promise<string[]> {
  const pages = await pagesOf(source, { window, fields: [{ field }] });
  return pages.flatMap((page) => page.keys.map((key) => `${page.part} ${key}`));
}

/** The asked fields of every record of a stream, in order. */
export async function rowsOf(
  source: Source,
  stream: string,
  names: readonly string[],
): Promise<readonly FieldValue[][]> {
  const pages = await pagesOf(source, { window: everything(stream), fields: names.map((field) => ({ field })) });
  return pages.flatMap(({ rows }) => rows.map((row) => [...row]));
}

/** Of other connections to the database. */
export async function openTransactions(client: Client): Promise<number> {
  const { rows } = await client.query<{ readonly open: number }>(
    `SELECT count(*)::int AS open FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'`,
  );
  return rows[0]?.open ?? Number.NaN;
}

afterEach(async () => {
  await Promise.allSettled(sources.splice(0).map((source) => source.close()));
});
after(async () => {
  await Promise.allSettled(clients.splice(0).map((client) => client.end()));
});
