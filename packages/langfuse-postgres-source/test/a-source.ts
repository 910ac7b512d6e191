import type { FieldValue, ReadRequest, RecordPage, Source, Window } from '@sluice/core/source';
import { langfusePostgresSource } from '@sluice/langfuse-postgres-source';
import { anAdapterContext } from '@sluice/testkit';
import { ReadingPace } from '@sluice/postgres';

const openSources: Source[] = [];

/** A server has so many connections, and this file's users have many tests. */
afterEach(async () => {
  await Promise.allSettled(openSources.splice(0).map((source) => source.close()));
});

/** A source with the options of a pipeline file, which are parsed as there. Closed after the test. */
export function aSource(url: string, options: object = {}): Source {
  const config = langfusePostgresSource.config.parse({ url, ...options });
  const source = langfusePostgresSource.create(config, anAdapterContext());
  openSources.push(source);
  return source;
}

/** A window of every record of a stream by its event time. */
export function everything(stream: string, window: Partial<Window> = {}): Window {
  return { stream, axis: 'event', from: Date.UTC(1900, 0), until: Date.UTC(12_000, 0), revisitMs: 0, ...window };
}

export async function pagesOf(source: Source, request: ReadRequest): Promise<RecordPage[]> {
  const pages: RecordPage[] = [];
  for await (const page of source.read(request)) pages.push(page);
  return pages;
}

/** What a window gives, as `part key`, in order. */
export async function placesOf(source: Source, window: Window, after?: string): Promise<string[]> {
  const pages = await pagesOf(source, { window, fields: [{ field: 'id' }], ...(after === undefined ? {} : { after }) });
  return pages.flatMap((page) => page.keys.map((key) => `${page.part} ${key}`));
}

/** The asked fields of every record of a window, by key. */
export async function valuesOf(
  source: Source,
  window: Window,
  names: readonly string[],
): Promise<Map<string, Record<string, FieldValue>>> {
  const pages = await pagesOf(source, { window, fields: names.map((field) => ({ field })) });
  return new Map(
    pages.flatMap((page) =>
      page.rows.map((row, index) => [
        page.keys[index] ?? '',
        Object.fromEntries(names.map((name, position) => [name, row[position] ?? null])),
      ]),
    ),
  );
}

/** The pace of a source that no statement is too slow for. */
export function aPace(pageSize: number): ReadingPace {
  return new ReadingPace({ pageSize, statementTimeoutMs: 60_000, monotonicMs: () => 0, onSlower: () => {} });
}
