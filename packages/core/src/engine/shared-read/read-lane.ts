import type { CallOptions, ReadRequest, RecordPage, Source } from '../../contracts/source.js';
import type { FieldRequest } from '../../contracts/stream-schema.js';
import type { EngineContext } from '../pipeline.js';
import { PageFeed } from './page-feed.js';
import { projectPage } from './projected-page.js';
import { columnsWithin, unionOfFields } from './requested-fields.js';
import { isLater, isSameWindow, type LastWindows } from './same-window.js';
import { untilAborted } from './until-aborted.js';

/** How many pages of a stream are kept for the slowest branch. */
const PAGES_AHEAD = 4;
/** How long the others wait for a branch that takes no page. */
const PATIENCE_MS = 5000;

/** A branch that reads a stream. */
export interface LaneReader {
  /** For the log. */
  readonly name: string;
  readonly fields: readonly FieldRequest[];
}

interface Position {
  /** The last windows that it has asked for. */
  readonly asked: LastWindows;
  /** Where a read has failed that it shared: it will try again from there. */
  readonly failed?: Pick<ReadRequest, 'window' | 'after'>;
  /** Whether it was left behind, and has not caught up since: nobody waits for it. */
  readonly isBehind: boolean;
}

const NOWHERE: Position = { asked: {}, isBehind: false };

/** The reads of one stream by the branches of a pipeline. Equal ones become one. */
export class ReadLane {
  readonly #stream: string;
  readonly #source: Pick<Source, 'read'>;
  readonly #context: EngineContext;
  readonly #positions = new Map<LaneReader, Position>();
  readonly #feeds = new Set<PageFeed>();
  readonly #waiting = new Set<() => void>();
  /** The last windows that any branch has asked for. */
  #latest: LastWindows = {};

  constructor(stream: string, source: Pick<Source, 'read'>, context: EngineContext) {
    this.#stream = stream;
    this.#source = source;
    this.#context = context;
  }

  add(reader: LaneReader): void {
    this.#positions.set(reader, NOWHERE);
  }

  /** Nobody waits for it any more. */
  remove(reader: LaneReader): void {
    this.#positions.delete(reader);
    for (const feed of this.#feeds) if (feed.isReserved(reader)) void this.#leave(feed, reader);
  }

  /** The pages that a branch would read alone. One that was left behind continues from its last page. */
  async *read(reader: LaneReader, request: ReadRequest, { signal }: CallOptions = {}): AsyncGenerator<RecordPage> {
    let last: RecordPage | undefined;
    for (;;) {
      const after = cursorAfter(last, request);
      const feed = this.#feedFor(reader, { ...request, ...afterOf(after) });
      const { fields } = feed.request;
      const projection = { fields: request.fields, columns: columnsWithin(request.fields, fields) ?? [] };
      try {
        while (feed.has(reader)) {
          signal?.throwIfAborted();
          const taken = feed.take(reader);
          if (taken.kind === 'end') return;
          if (taken.kind === 'failed') {
            this.#failed(reader, { ...request, ...afterOf(cursorAfter(last, request)) });
            throw taken.error;
          }
          if (taken.kind === 'page') {
            last = taken.page;
            this.#wake();
            yield projectPage(taken.page, projection, fields.length);
          } else if (await this.#hasRoom(feed, reader, signal)) await untilAborted(feed.pull(reader), signal);
        }
      } finally {
        await this.#leave(feed, reader);
      }
    }
  }

  #failed(reader: LaneReader, failed: Pick<ReadRequest, 'window' | 'after'>): void {
    this.#positions.set(reader, { ...this.#positionOf(reader), failed });
  }

  /** A read that has what follows the cursor, or a new one. */
  #feedFor(reader: LaneReader, request: ReadRequest): PageFeed {
    const { window, after } = request;
    const { asked, isBehind } = this.#positionOf(reader);
    const latest = this.#latest[window.axis];
    const hasCaughtUp = latest === undefined || latest.from <= window.from;
    const joined = [...this.#feeds]
      .toReversed()
      .find(
        (feed) =>
          isSameWindow(feed.request.window, window) &&
          columnsWithin(request.fields, feed.request.fields) !== undefined &&
          feed.join(reader, after),
      );
    const last = { ...asked, [window.axis]: window };
    this.#positions.set(reader, { asked: last, isBehind: isBehind && joined === undefined && !hasCaughtUp });
    if (hasCaughtUp) this.#latest = { ...this.#latest, [window.axis]: window };
    // It will not ask for what comes before.
    for (const feed of this.#feeds) {
      if (feed.isReserved(reader) && !isLater(feed.request.window, last)) void this.#leave(feed, reader);
    }
    return joined ?? this.#begin(reader, request);
  }

  /** Begins a read, and keeps a place in it for every branch that is likely to ask for the same. */
  #begin(reader: LaneReader, request: ReadRequest): PageFeed {
    const { isBehind: isAlone } = this.#positionOf(reader);
    const expected = [...this.#positions].filter(
      ([other, position]) => other !== reader && !isAlone && isExpected(position, request),
    );
    const fields = unionOfFields([request.fields, ...expected.map(([other]) => other.fields)]);
    const feed = new PageFeed(this.#source, { ...request, fields });
    this.#feeds.add(feed);
    feed.join(reader, request.after);
    for (const [other] of expected) feed.reserve(other);
    return feed;
  }

  /** Waits until no other branch of a read has too many pages before it. Whoever stands still is left behind. */
  async #hasRoom(feed: PageFeed, reader: LaneReader, signal: AbortSignal | undefined): Promise<boolean> {
    const { runtime } = this.#context;
    const begunMs = runtime.monotonicMs();
    for (;;) {
      const slow = [...this.#positions.keys()].filter(
        (other) => other !== reader && feed.has(other) && this.#kept(other) >= PAGES_AHEAD,
      );
      if (slow.length === 0) return feed.has(reader);
      const leftMs = PATIENCE_MS - (runtime.monotonicMs() - begunMs);
      if (leftMs <= 0) for (const other of slow) this.#leaveBehind(other);
      else await this.#changed(leftMs, signal);
    }
  }

  #positionOf(reader: LaneReader): Position {
    return this.#positions.get(reader) ?? NOWHERE;
  }

  #kept(reader: LaneReader): number {
    return [...this.#feeds].reduce((sum, feed) => sum + feed.kept(reader), 0);
  }

  #leaveBehind(reader: LaneReader): void {
    this.#context.logger.info(
      { branch: reader.name, stream: this.#stream },
      'a sink is not taking records; the others continue, and it reads on its own until it has caught up',
    );
    this.#positions.set(reader, { ...this.#positionOf(reader), isBehind: true });
    for (const feed of this.#feeds) void this.#leave(feed, reader);
  }

  async #leave(feed: PageFeed, reader: LaneReader): Promise<void> {
    const left = feed.leave(reader);
    if (feed.isSpent) for (const other of feed.readers) if (feed.isReserved(other)) void feed.leave(other);
    if (feed.readers.length === 0) this.#feeds.delete(feed);
    this.#wake();
    await left;
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Waits until a branch has taken a page or left, at most `ms`. */
  async #changed(ms: number, signal: AbortSignal | undefined): Promise<void> {
    const cancel = new AbortController();
    let wake = (): void => undefined;
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    this.#waiting.add(wake);
    const slept = this.#context.runtime.sleep(ms, cancel.signal).catch(() => undefined);
    try {
      await untilAborted(Promise.race([woken, slept]), signal);
    } finally {
      this.#waiting.delete(wake);
      cancel.abort();
    }
  }
}

function afterOf(after: string | undefined): Pick<ReadRequest, 'after'> {
  return after === undefined ? {} : { after };
}

function cursorAfter(last: RecordPage | undefined, { after }: ReadRequest): string | undefined {
  return last?.cursors.at(-1) ?? after;
}

/** Whether a branch is likely to make the same request soon. */
function isExpected({ asked, failed, isBehind }: Position, { window, after }: ReadRequest): boolean {
  if (isBehind) return false;
  if (isLater(window, asked)) return true;
  return failed !== undefined && isSameWindow(failed.window, window) && failed.after === after;
}
