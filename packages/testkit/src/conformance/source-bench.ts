import type { Axis, FieldRequest, ReadRequest, RecordPage, Source, StreamSchema, Window } from '@sluice/core/source';

/** A source with some records, created for every test. */
export interface SourceUnderTest {
  readonly source: Source;
  readonly schema: StreamSchema;
  /** The creation and event times of all records of the stream are in `[from, until)`. */
  readonly from: number;
  readonly until: number;
  /**
   * The keys of all records of the stream: at least five. The first two are created at different times, and later ones at
   * one time, so many that a page ends between two of them.
   */
  readonly keys: readonly string[];
  /** Changes a record at a time, as the source sees it. */
  change?(key: string, at: number): Promise<void>;
  /** Changes only what a record takes values from, at a time, as the source sees it. */
  changeCause?(key: string, at: number): Promise<void>;
  /**
   * How many statements, transactions or files the source holds open at this moment, asked while the consumer of a page is
   * busy. Required; `none` for a source that cannot hold one, such as an API whose every page is one request.
   */
  readonly openReads?: (() => Promise<number>) | 'none';
  dispose(): Promise<void>;
}

export interface DescribeSourceOptions {
  readonly name: string;
  /** Whether the source can tell which records changed; requires `SourceUnderTest.change`. Default: false. */
  readonly changes?: boolean;
  /** Whether records take values from others; requires `SourceUnderTest.changeCause`. Default: false. */
  readonly derives?: boolean;
  /** Creates the source without opening it, every time with the same records. */
  create(): Promise<SourceUnderTest>;
}

/** A source under test with what every test needs. */
export interface SourceBench extends SourceUnderTest {
  /** Every field of the stream. */
  readonly fields: readonly FieldRequest[];
  /** A window over all records, unless it has other bounds. */
  readonly windowOn: (axis: Axis, bounds?: Partial<Window>) => Window;
  readonly read: (window: Window, request?: Partial<ReadRequest>) => Promise<readonly RecordPage[]>;
}

export function sourceBench(subject: SourceUnderTest): SourceBench {
  const { source, schema, from, until } = subject;
  const fields = Object.keys(schema.fields).map((field) => ({ field }));
  return {
    ...subject,
    fields,
    windowOn: (axis, bounds = {}) => ({ stream: schema.name, axis, from, until, revisitMs: 0, ...bounds }),
    read: (window, request = {}) => collect(source.read({ window, fields, ...request })),
  };
}

export async function collect(pages: AsyncIterable<RecordPage>): Promise<readonly RecordPage[]> {
  const collected: RecordPage[] = [];
  for await (const page of pages) collected.push(page);
  return collected;
}

export function keysOf(pages: readonly RecordPage[]): readonly string[] {
  return pages.flatMap((page) => page.keys);
}

/** Every record of some pages as `part key`. */
export function placesOf(pages: readonly RecordPage[]): readonly string[] {
  return pages.flatMap(({ part, keys }) => keys.map((key) => `${part} ${key}`));
}

/** The creation time of every record, by key. */
export async function creationTimes(bench: SourceBench): Promise<ReadonlyMap<string, number>> {
  const pages = await bench.read(bench.windowOn('change'));
  return new Map(pages.flatMap(({ keys, createdAt }) => keys.map((key, index) => [key, createdAt[index] ?? 0])));
}
