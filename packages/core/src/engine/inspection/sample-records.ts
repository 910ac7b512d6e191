import type { CallOptions, RecordPage, RecordProblem, Source } from '../../contracts/source.js';
import type { FieldRequest } from '../../contracts/stream-schema.js';
import type { Instant, Row } from '../../contracts/value.js';

/** The first look back. */
const FIRST_MS = 60_000;
/** A look back over more than this reaches to the first record. */
const MOST_MS = 100 * 365 * 24 * 3_600_000;

export interface SampleOptions extends CallOptions {
  readonly stream: string;
  readonly fields: readonly FieldRequest[];
  /** The most records. */
  readonly limit: number;
  /** The earliest event time; default: no limit. */
  readonly start?: Instant;
}

/** A record as the source returned it. */
export interface SampledRecord {
  readonly key: string;
  readonly row: Row;
  /** When the source learned of it. */
  readonly createdAt: Instant;
  /** Why the source could not read it. */
  readonly problem?: RecordProblem;
}

/** The records of a page. */
export function sampledIn({ rows, keys, createdAt, problems }: RecordPage): readonly SampledRecord[] {
  return keys.map((key, index) => {
    const problem = problems?.get(index);
    return { key, row: rows[index] ?? [], createdAt: createdAt[index] ?? 0, ...(problem && { problem }) };
  });
}

/**
 * Returns the newest records of a stream by event time, the newest first. Looks back in steps that grow while they find
 * too few records and are halved when they find too many, so that a busy stream and a quiet one cost a few reads.
 */
export async function* sampleRecords(
  source: Pick<Source, 'next' | 'now' | 'read'>,
  { stream, fields, limit, start = Number.NEGATIVE_INFINITY, signal }: SampleOptions,
): AsyncGenerator<SampledRecord> {
  const options = signal === undefined ? {} : { signal };
  let until = (await source.now(options)) + 1;
  let stepMs = FIRST_MS;
  for (let left = limit; left > 0 && until > start;) {
    const isLast = stepMs >= MOST_MS;
    const first = await source.next(stream, 'event', isLast ? start : Math.max(start, until - stepMs), options);
    if (first === undefined || first >= until) {
      if (isLast) return;
      until -= stepMs;
      stepMs *= 8;
      continue;
    }
    let from = first;
    let found = await recordsIn(from, left);
    while (found === 'too many') {
      from = Math.max(from + 1, Math.floor((from + until) / 2));
      found = await recordsIn(from, left);
    }
    yield* found.slice(-left).toReversed();
    left -= found.length;
    stepMs = (until - from) * (found.length * 4 < limit ? 4 : 1);
    until = from;
  }

  /** The records from `from` on, in their order. A millisecond cannot be halved: of it, as many as are wanted. */
  async function recordsIn(from: Instant, wanted: number): Promise<readonly SampledRecord[] | 'too many'> {
    const most = Math.max(1_000, wanted * 4);
    const records: SampledRecord[] = [];
    const window = { stream, axis: 'event', from, until, revisitMs: 0 } as const;
    for await (const page of source.read({ window, fields }, options)) {
      records.push(...sampledIn(page));
      if (records.length <= most) continue;
      if (until - from > 1) return 'too many';
      break;
    }
    return records;
  }
}
