import type { FieldValue, ReadRequest, RecordPage, Source, Window } from '@sluice/core/source';
import { langfuseClickHouseSource } from '@sluice/langfuse-clickhouse-source';
import { anAdapterContext } from '@sluice/testkit';

const openSources: Source[] = [];

afterEach(async () => {
  await Promise.allSettled(openSources.splice(0).map((source) => source.close()));
});

/** A source with the options of a pipeline file, which are parsed as there. Closed after the test. */
export function aSource(url: string, options: object = {}): Source {
  const config = langfuseClickHouseSource.config.parse({ url, ...options });
  const source = langfuseClickHouseSource.create(config, anAdapterContext());
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
