import type { CallOptions, Source } from '../../contracts/source.js';

/** Records by their keys, by stream. */
export interface KeysByStream {
  readonly keys: ReadonlyMap<string, readonly string[]>;
  /** How many more belong to the key. Streams without any are absent. */
  readonly more: readonly MoreRecords[];
}

/** How many records of a stream belong to a key besides those that are shown. */
export interface MoreRecords {
  readonly stream: string;
  readonly count: number;
}

/** The most keys of `Source.get`, less the key itself. */
const MOST_RELATED = 999;

/** The key in every stream that can have it, and the first records of each stream that belong to it. */
export async function recordsOfKey(
  source: Pick<Source, 'related'>,
  asked: {
    readonly key: string;
    /** The stream of the key, then those that may have its record too; undefined: whichever has it. */
    readonly streams: readonly string[] | undefined;
    readonly among: readonly string[];
    readonly limit: number;
  },
  options: CallOptions,
): Promise<KeysByStream> {
  const { key, streams, among } = asked;
  const stream = streams?.[0];
  const limit = Math.min(asked.limit, MOST_RELATED);
  const request = { key, among, limit, ...(stream === undefined ? {} : { stream }) };
  const related = (await source.related?.(request, options)) ?? [];
  const keysOf = (each: string): readonly string[] => {
    const own = streams === undefined || streams.includes(each) ? [key] : [];
    const others = related.find((found) => found.stream === each)?.keys ?? [];
    return [...new Set([...own, ...others])];
  };
  return {
    keys: new Map(among.map((each) => [each, keysOf(each)])),
    more: related.flatMap(({ stream: each, keys, total }) =>
      total > keys.length ? [{ stream: each, count: total - keys.length }] : [],
    ),
  };
}
