import type { Instant } from '@sluice/core/adapter';
import type { MappedEvent, Receipt } from '@sluice/core/sink';
import type { RecordPage, Window, WindowPart } from '@sluice/core/source';
import { addCounts, NO_COUNTS, type Counts, type DeadLetter } from '@sluice/core/state';
import { eventsOf, isOpen, NOTE_FIELDS, type NoteKind } from './notes.js';

/** A record as a worker read it. */
export interface ReadEntry {
  readonly stream: string;
  readonly key: string;
  readonly createdAt: Instant;
  readonly part: WindowPart;
  readonly cursor: string;
  readonly kind: NoteKind;
  /** Whether it is not final. */
  readonly isOpen: boolean;
  /** The events that it makes, as text. */
  readonly events: readonly string[];
}

/** The fingerprints of source and sink, and the start, in the pipeline file of a worker. */
export interface PipelineIdentity {
  readonly source: string;
  readonly start: string;
  readonly sink: string;
}

/** What a person asked a worker to do to the state. */
export interface Intent {
  /** Which dead letters to replay. */
  readonly replays?: (letter: DeadLetter) => boolean;
  /** The ids of the dead letters to discard. */
  readonly discards?: readonly string[];
  /** The revision that the person saw: a change of the binding or a rewind is made to no other. */
  readonly revision?: number;
}

/** Records what one worker read and was answered, independently of the engine: its commits are checked against it. */
export class WorkerRecord {
  readonly identity: PipelineIdentity;
  intent: Intent = {};
  /** Whether its pipeline file did not match the state when it got the lease. */
  isForeign: boolean | undefined;
  /** Whether it has not matched the state at some time since it joined others. */
  wasForeign = false;
  /** Whether it joined others before the state was bound to a sink. */
  beganUnbound = false;
  /** The records of the dead letters to replay, and how many dead letters they have. */
  wantedRecords: ReadonlySet<string> = new Set();
  wantedLetters = 0;
  /** The counts of its commits, by stream, and how many of them took effect although it was not told so. */
  readonly committed = new Map<string, Counts>();
  lostCommits = 0;
  requests = 0;
  readonly #reads = new Map<string, ReadEntry[]>();
  /** By window, the cursor of the last record that was taken. */
  readonly #taken = new Map<string, string>();
  /** The windows that were read to their end. */
  readonly #ended = new Set<string>();
  readonly #accepted = new Set<string>();
  readonly #rejected = new Set<string>();
  /** Whether each outcome was a dead letter, in order. */
  readonly #outcomes: boolean[] = [];
  /** How many of the outcomes the engine knows for certain. */
  #known = 0;

  constructor(identity: PipelineIdentity) {
    this.identity = identity;
  }

  nothingWanted(): void {
    this.wantedRecords = new Set();
    this.wantedLetters = 0;
  }

  readBegins(window: Window, after: string | undefined): void {
    this.#ended.delete(keyOf(window));
    const known = this.#reads.get(keyOf(window)) ?? [];
    const behind = after === undefined ? 0 : known.findLastIndex(({ cursor }) => cursor === after) + 1;
    this.#reads.set(keyOf(window), known.slice(0, behind));
  }

  pageRead(window: Window, page: RecordPage): void {
    this.#reads.get(keyOf(window))?.push(...entriesOf(window.stream, page));
  }

  readEnds(window: Window): void {
    this.#ended.add(keyOf(window));
  }

  getBegins(stream: string): void {
    this.#reads.set(`get ${stream}`, []);
  }

  pageGot(stream: string, page: RecordPage): void {
    this.#reads.get(`get ${stream}`)?.push(...entriesOf(stream, page));
  }

  /** Takes the next records of a window that were read; undefined when they do not end at the cursor. */
  take(window: Window | { readonly get: string }, count: number, cursor: string): readonly ReadEntry[] | undefined {
    const key = 'get' in window ? `get ${window.get}` : keyOf(window);
    const entries = this.#reads.get(key) ?? [];
    if (count === 0) return [];
    const found = [entries, this.#withoutCopies(key)].find((each) => each[count - 1]?.cursor === cursor);
    if (found === undefined) return undefined;
    this.#reads.set(key, found.slice(count));
    this.#taken.set(key, cursor);
    return found.slice(0, count);
  }

  /** A record that came twice is not read again from the cursor behind its first copy. */
  #withoutCopies(key: string): readonly ReadEntry[] {
    const entries = this.#reads.get(key) ?? [];
    const first = entries.findIndex(({ cursor }) => cursor !== this.#taken.get(key));
    return first === -1 ? [] : entries.slice(first);
  }

  /** How many records of a window were read but not taken. */
  left(window: Window): number {
    return this.#withoutCopies(keyOf(window)).length;
  }

  hasReadToItsEnd(window: Window): boolean {
    return this.#ended.has(keyOf(window));
  }

  count(stream: string, counts: Counts): void {
    this.committed.set(stream, addCounts(this.committed.get(stream) ?? NO_COUNTS, counts));
  }

  answered(events: readonly MappedEvent[], { outcomes }: Receipt): void {
    for (const [index, event] of events.entries()) {
      const outcome = outcomes[index];
      if (outcome?.kind === 'accepted') this.#accepted.add(JSON.stringify(event));
      if (outcome?.kind === 'rejected') this.#rejected.add(JSON.stringify(event));
      if (outcome?.kind === 'accepted' || outcome?.kind === 'rejected') this.#outcomeTold(outcome.kind === 'rejected');
    }
  }

  rejectedUnsent(): void {
    this.#outcomeTold(true);
  }

  isAccepted(event: string): boolean {
    return this.#accepted.has(event);
  }

  isRejected(event: string): boolean {
    return this.#rejected.has(event);
  }

  /** Whether too many of the last 1,000 outcomes are dead letters for another one to be allowed. */
  isSuspicious(maxShare: number): boolean {
    return [this.#known, this.#outcomes.length].every((count) => {
      const recent = this.#outcomes.slice(Math.max(0, count - 1000), count);
      return recent.length >= 100 && recent.filter(Boolean).length / recent.length > maxShare;
    });
  }

  /** The engine learns of it somewhat later: in between, it may know it or not. */
  #outcomeTold(isDead: boolean): void {
    this.#outcomes.push(isDead);
    setImmediate(() => (this.#known += 1));
  }
}

function keyOf({ stream, axis, from, until, olderOnly }: Window): string {
  return `${stream} ${axis} ${from} ${until} ${olderOnly === true}`;
}

function entriesOf(stream: string, { part, rows, keys, createdAt, cursors }: RecordPage): readonly ReadEntry[] {
  return rows.map((row, index): ReadEntry => {
    const values = Object.fromEntries(NOTE_FIELDS.map((field, position) => [field, row[position] ?? null]));
    const kind = String(values['kind']) as NoteKind;
    const makesEvents = kind !== 'filtered' && kind !== 'unmappable';
    return {
      stream,
      key: keys[index] ?? '',
      createdAt: createdAt[index] ?? 0,
      part,
      cursor: cursors[index] ?? '',
      kind,
      isOpen: isOpen(values),
      events: makesEvents ? eventsOf(stream, values).map((event) => JSON.stringify(event)) : [],
    };
  });
}
