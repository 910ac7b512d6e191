import type { Instant } from '@sluice/core/adapter';
import type {
  FieldRequest,
  FieldType,
  FieldValue,
  ReadRequest,
  RecordPage,
  Source,
  SourceEnd,
  StreamSchema,
} from '@sluice/core/source';
import { digestRecords } from './digest-records.js';
import {
  comparePositions,
  cursorOf,
  positionAfter,
  type MemoryPosition,
  type MemoryRecord,
} from './memory-position.js';
import { pageText } from './page-text.js';
import { selectRecords } from './select-records.js';

export interface MemoryStream {
  readonly schema: StreamSchema;
  readonly records: readonly MemoryRecord[];
}

export interface MemorySourceOptions {
  readonly streams: readonly MemoryStream[];
  /** The source's clock. Default: 1 ms after the latest record. */
  readonly now?: () => Instant;
  /** Default: 100. */
  readonly pageSize?: number;
  /** What `ended()` returns. Default: undefined. */
  readonly ended?: () => SourceEnd | undefined;
  /** The name in `identity()`; another name is another source. */
  readonly name?: string;
  /** Whether pages have their records as text as well. Default: true. */
  readonly asText?: boolean;
  /** Called before each page is returned; may wait, or throw what a source may throw. */
  readonly beforePage?: (request: ReadRequest, pageNumber: number) => Promise<void> | void;
}

/** A source in memory that meets the contract, for tests of the engine and of the conformance suites. */
export interface MemorySource extends Source {
  readonly reads: readonly ReadRequest[];
  /** Adds a record, or replaces the one with the same key. */
  put(stream: string, record: MemoryRecord): void;
  /** Deletes a record. */
  remove(stream: string, key: string): void;
}

export function memorySource(options: MemorySourceOptions): MemorySource {
  const name = options.name ?? 'memory';
  const pageSize = options.pageSize ?? 100;
  const records = new Map(
    options.streams.map(({ schema, records: initial }) => [
      schema.name,
      new Map(initial.map((record) => [record.key, record])),
    ]),
  );
  const reads: ReadRequest[] = [];

  function recordsOf(stream: string): Map<string, MemoryRecord> {
    const found = records.get(stream);
    if (found === undefined) throw new Error(`unknown stream ${stream} in ${name}`);
    return found;
  }

  function typesOf(stream: string, fields: readonly FieldRequest[]): readonly FieldType[] | undefined {
    if (options.asText === false) return undefined;
    const schema = options.streams.find((each) => each.schema.name === stream)?.schema;
    return fields.map(({ field }) => schema?.fields[field]?.type ?? 'json');
  }

  function latest(): Instant {
    const times = [...records.values()].flatMap((stream) =>
      [...stream.values()].map((record) => Math.max(record.createdAt, record.updatedAt ?? record.createdAt)),
    );
    return times.reduce((newest, time) => Math.max(newest, time), 0) + 1;
  }

  return {
    reads,
    givesText: options.asText !== false,
    put: (stream, record) => {
      recordsOf(stream).set(record.key, record);
    },
    remove: (stream, key) => {
      recordsOf(stream).delete(key);
    },
    identity: () => ({ description: `memory source ${name}`, fingerprint: `memory ${name}` }),
    open: async () => {},
    check: async () => [{ name: 'memory', outcome: 'good', message: 'always there' }],
    now: async () => options.now?.() ?? latest(),
    ended: async () => options.ended?.(),
    next: async (stream, axis, from, { createdBefore = Infinity } = {}) => {
      const times = [...recordsOf(stream).values()]
        .filter((record) => record.createdAt < createdBefore)
        .map((record) => (axis === 'event' ? (record.eventTime ?? record.createdAt) : record.createdAt))
        .filter((time) => time >= from);
      return times.length === 0 ? undefined : times.reduce((first, time) => Math.min(first, time));
    },
    estimate: async (window) => selectRecords(window, recordsOf(window.stream), recordsOf).length,
    read: (request, { signal } = {}) => {
      reads.push(request);
      return pages(request, signal);
    },
    get: ({ stream, keys, fields }, { signal } = {}) => {
      const found = keys.flatMap((key) => recordsOf(stream).get(key) ?? []);
      return inPages(found, fields, typesOf(stream, fields), signal);
    },
    digest: async (request) => digestRecords([...recordsOf(request.stream).values()], request),
    close: async () => {},
  };

  async function* inPages(
    found: readonly MemoryRecord[],
    fields: readonly FieldRequest[],
    types: readonly FieldType[] | undefined,
    signal?: AbortSignal,
  ): AsyncGenerator<RecordPage> {
    for (let start = 0; start < found.length; start += pageSize) {
      signal?.throwIfAborted();
      const page = found.slice(start, start + pageSize);
      const positions = page.map((record): MemoryPosition => ({ part: 'asked', time: record.createdAt, record }));
      yield { ...asPage(positions, fields, types), cursors: page.map(({ key }) => key) };
    }
  }

  async function* pages(request: ReadRequest, signal?: AbortSignal): AsyncGenerator<RecordPage> {
    const positions = selectRecords(request.window, recordsOf(request.window.stream), recordsOf)
      .toSorted(comparePositions)
      .filter(positionAfter(request.after));
    const types = typesOf(request.window.stream, request.fields);
    for (let start = 0, number = 1; start < positions.length; number += 1) {
      const first = positions[start];
      const page = positions.slice(start, start + pageSize).filter((position) => position.part === first?.part);
      await options.beforePage?.(request, number);
      signal?.throwIfAborted();
      yield asPage(page, request.fields, types);
      start += page.length;
    }
  }
}

/** `types`: of the fields; absent when the page has no text. */
function asPage(
  positions: readonly MemoryPosition[],
  fields: readonly FieldRequest[],
  types: readonly FieldType[] | undefined,
): RecordPage {
  const rows = positions.map(({ record }) => fields.map((field) => valueAt(record, field)));
  const keys = positions.map(({ record }) => record.key);
  const createdAt = positions.map(({ record }) => record.createdAt);
  const text = types && { text: pageText({ types, rows, keys, createdAt }) };
  return { part: positions[0]?.part ?? 'created', rows, keys, createdAt, cursors: positions.map(cursorOf), ...text };
}

function valueAt(record: MemoryRecord, request: FieldRequest): FieldValue {
  let value: FieldValue | undefined = record.values[request.field];
  for (const step of request.path ?? []) {
    if (value === null || typeof value !== 'object') return null;
    value = new Map<string, FieldValue>(Object.entries(value)).get(String(step));
    if (value === undefined) return null;
  }
  return value ?? null;
}
