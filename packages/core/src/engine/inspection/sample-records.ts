import { HOUR_MS } from '../../contracts/digest.js';
import type { CallOptions, Source } from '../../contracts/source.js';
import type { FieldRequest } from '../../contracts/stream-schema.js';
import type { Instant, Row } from '../../contracts/value.js';

/** How far to look back, step by step: most streams have enough records in the first. */
const STEPS_MS = [HOUR_MS, 24 * HOUR_MS, 7 * 24 * HOUR_MS, 30 * 24 * HOUR_MS, 365 * 24 * HOUR_MS];

export interface SampleOptions extends CallOptions {
  readonly stream: string;
  readonly fields: readonly FieldRequest[];
  /** The most records. */
  readonly limit: number;
  /** The earliest event time; default: no limit. */
  readonly start?: Instant;
}

export interface SampledRecord {
  readonly key: string;
  readonly row: Row;
}

/** Returns records of a stream by event time: first from the last hour, then from further back until there are enough. */
export async function* sampleRecords(
  source: Pick<Source, 'next' | 'now' | 'read'>,
  { stream, fields, limit, start = Number.NEGATIVE_INFINITY, signal }: SampleOptions,
): AsyncGenerator<SampledRecord> {
  const options = signal === undefined ? {} : { signal };
  const now = await source.now(options);
  const starts = [...STEPS_MS.map((step) => Math.max(start, now - step)), start];
  let [left, until] = [limit, now];
  for (const from of starts) {
    if (left === 0 || from >= until) continue;
    const first = await source.next(stream, 'event', from, options);
    if (first !== undefined && first < until) {
      const window = { stream, axis: 'event', from: first, until, revisitMs: 0 } as const;
      for await (const page of source.read({ window, fields }, options)) {
        const taken = page.rows.slice(0, left);
        left -= taken.length;
        for (const [index, row] of taken.entries()) yield { key: page.keys[index] ?? '', row };
        if (left === 0) break;
      }
    }
    until = from;
  }
}
