import type { CallOptions, Source } from '../../contracts/source.js';
import type { StreamMapper } from '../../contracts/mapper.js';
import type { Instant } from '../../contracts/value.js';
import type { EngineContext } from '../pipeline.js';
import { ReadLane, type LaneReader } from './read-lane.js';
import { untilAborted } from './until-aborted.js';

/** Times that branches ask for one after another must be equal, so that their windows are. */
const CLOCK_STEP_MS = 60_000;
/** For how long a time that one branch has read is that of the others as well. */
const CLOCK_KEPT_MS = 5000;

/** A sink of a pipeline with its mapping: what it reads. */
export interface ReadingBranch {
  /** For the log. */
  readonly name: string;
  readonly streams: readonly Pick<StreamMapper, 'stream' | 'fields'>[];
}

/**
 * One source for the branches of a pipeline: each gets its own `Source`, and what several of them read is read once.
 * The source is made and opened when the first branch needs it, and closed when the last one has closed.
 *
 * A branch that is slow, stands still, fails or ends neither stops the others nor takes a record from them; see `ReadLane`.
 */
export class SharedSource {
  readonly #create: () => Source;
  readonly #context: EngineContext;
  #session: Session | undefined;

  constructor(create: () => Source, context: EngineContext) {
    this.#create = create;
    this.#context = context;
  }

  /** The source of one run of a branch. The others expect it to read what they read until it is closed. */
  branch(branch: ReadingBranch): Source {
    this.#session ??= new Session(this.#create(), this.#context);
    const session = this.#session;
    const readers = session.add(branch);
    let isClosed = false;
    const { source } = session;
    const ended = source.ended?.bind(source);
    const estimate = source.estimate?.bind(source);
    const get = source.get?.bind(source);
    const related = source.related?.bind(source);
    const digest = source.digest?.bind(source);
    return {
      ...(source.givesText === undefined ? {} : { givesText: source.givesText }),
      identity: () => source.identity(),
      check: (call) => source.check(call),
      open: (call) => session.open(call),
      now: (call) => session.now(call),
      next: (stream, axis, from, call) => source.next(stream, axis, from, call),
      read: (request, call) => {
        const { stream } = request.window;
        const reader = readers.get(stream);
        return reader === undefined ? source.read(request, call) : session.lane(stream).read(reader, request, call);
      },
      ...(ended && { ended }),
      ...(estimate && { estimate }),
      ...(get && { get }),
      ...(related && { related }),
      ...(digest && { digest }),
      close: async () => {
        if (isClosed) return;
        isClosed = true;
        if (!session.remove(readers)) return;
        if (this.#session === session) this.#session = undefined;
        await session.close();
      },
    };
  }
}

type Readers = ReadonlyMap<string, LaneReader>;

/** The source from the first branch to the last. */
class Session {
  readonly source: Source;
  readonly #context: EngineContext;
  readonly #lanes = new Map<string, ReadLane>();
  readonly #branches = new Set<Readers>();
  readonly #closed = new AbortController();
  #opening: Promise<{ readonly error?: unknown }> | undefined;
  #clock: { readonly now: Instant; readonly readMs: number } | undefined;

  constructor(source: Source, context: EngineContext) {
    this.source = source;
    this.#context = context;
  }

  add({ name, streams }: ReadingBranch): Readers {
    const readers = new Map(streams.map(({ stream, fields }) => [stream, { name, fields }]));
    this.#branches.add(readers);
    for (const [stream, reader] of readers) this.lane(stream).add(reader);
    return readers;
  }

  /** Returns whether it was the last one. */
  remove(readers: Readers): boolean {
    for (const [stream, reader] of readers) this.lane(stream).remove(reader);
    this.#branches.delete(readers);
    return this.#branches.size === 0;
  }

  lane(stream: string): ReadLane {
    const known = this.#lanes.get(stream) ?? new ReadLane(stream, this.source, this.#context);
    this.#lanes.set(stream, known);
    return known;
  }

  /** Once for all branches; after a failure, the next call tries again. */
  async open({ signal }: CallOptions = {}): Promise<void> {
    this.#opening ??= this.#open();
    const opening = this.#opening;
    await untilAborted(opening, signal);
    const opened = await opening;
    if (!('error' in opened)) return;
    if (this.#opening === opening) this.#opening = undefined;
    throw opened.error;
  }

  async #open(): Promise<{ readonly error?: unknown }> {
    try {
      await this.source.open({ signal: this.#closed.signal });
      return {};
    } catch (error) {
      return { error };
    }
  }

  async now(call?: CallOptions): Promise<Instant> {
    const { runtime } = this.#context;
    const begunMs = runtime.monotonicMs();
    const known = this.#clock;
    if (known !== undefined && begunMs - known.readMs < CLOCK_KEPT_MS) return known.now;
    const read = await this.source.now(call);
    // Another branch may have had its answer meanwhile.
    if (this.#clock === known) {
      const now = Math.floor(read / CLOCK_STEP_MS) * CLOCK_STEP_MS;
      this.#clock = { now, readMs: runtime.monotonicMs() };
    }
    return this.#clock?.now ?? read;
  }

  close(): Promise<void> {
    this.#closed.abort(new Error('every branch has ended'));
    return this.source.close();
  }
}
