import type { Instant } from '@sluice/core/adapter';
import { memorySource, type MemoryRecord, type MemorySource } from '@sluice/testkit';
import { type Scenario, BEGINNING, HOUR, MINUTE } from './scenario.js';
import { NOTE_STREAMS, noteSchema, valuesOf, type Note, type NoteKind } from './notes.js';
import type { SimulatedClock } from './simulated-clock.js';

const HISTORY_MS = 6 * HOUR;

/** The source's records and their changes while the pipeline runs. */
export class World {
  readonly database: MemorySource;
  readonly notes: ReadonlyMap<string, Map<string, Note>> = new Map(NOTE_STREAMS.map((name) => [name, new Map()]));
  readonly #scenario: Scenario;
  readonly #clock: SimulatedClock;
  readonly #random: () => number;
  readonly #hasArrived: () => boolean;
  readonly #all: Note[] = [];

  /** `hasArrived`: whether the destination has accepted an event. */
  constructor(scenario: Scenario, clock: SimulatedClock, random: () => number, hasArrived: () => boolean) {
    this.#hasArrived = hasArrived;
    this.#scenario = scenario;
    this.#clock = clock;
    this.#random = random;
    this.database = memorySource({
      streams: NOTE_STREAMS.map((name) => ({ schema: noteSchema(name), records: [] })),
      pageSize: scenario.pageSize,
      asText: scenario.asText,
    });
    this.#beginHistory();
  }

  get size(): number {
    return this.#all.length;
  }

  all(): readonly Note[] {
    return this.#all;
  }

  /** Makes one random change. */
  change(): void {
    const choice = this.#random();
    if (choice < 0.55) this.insertLately();
    else if (choice < 0.83) this.#update();
    else if (choice < 0.9) this.#updateLate();
    else this.#delete();
  }

  /** Adds a record created just now or, after a long write, earlier; some have an event time long ago. */
  insertLately(): void {
    const { clock, random } = { clock: this.#clock, random: this.#random };
    const lateMs = random() < 0.5 ? 0 : random() * (this.#scenario.settleMs - 1000);
    const createdAt = Math.floor(clock.nowMs - lateMs);
    const backdatedMs = random() < 0.2 ? random() * 24 * HOUR : 0;
    this.insert(createdAt, Math.floor(createdAt - backdatedMs));
  }

  /** Adds a record that was written longer ago than any window waits for: only `verify` can find it. */
  insertTooLate(): void {
    const createdAt = Math.floor(this.#clock.nowMs - (1.2 + this.#random() * 4) * HOUR);
    this.insert(createdAt, createdAt, { isTooLate: true });
  }

  insert(
    createdAt: Instant,
    eventTime: Instant,
    as: { readonly stream?: string; readonly kind?: NoteKind; readonly isTooLate?: true } = {},
  ): void {
    const { kind = this.#kind(), isTooLate = false } = as;
    const stream = NOTE_STREAMS.find((name) => name === as.stream) ?? (this.#random() < 0.5 ? 'trace' : 'score');
    const trace = stream === 'score' && this.#random() < 0.7 ? this.#anyTrace() : undefined;
    const number = this.notes.get(stream)?.size ?? 0;
    const note: Note = {
      stream,
      number,
      key: `${stream}-${String(number).padStart(4, '0')}`,
      createdAt,
      eventTime,
      updatedAt: createdAt,
      versions: [{ kind, user: trace?.versions.at(-1)?.user ?? this.#user() }],
      leastVersion: 0,
      traceKey: trace?.key,
      isTooLate,
      isDeleted: false,
    };
    this.notes.get(stream)?.set(note.key, note);
    this.#all.push(note);
    this.#store(note);
  }

  /** Half of the records exist before the pipeline starts. The first two are at the two ends of a window. */
  #beginHistory(): void {
    const { records, maxWindowMs } = this.#scenario;
    const first = BEGINNING - HISTORY_MS;
    this.insert(first, first, { stream: 'trace', kind: 'plain' });
    this.insert(first, first + maxWindowMs, { stream: 'trace', kind: 'plain' });
    for (let index = 2; index < records / 2; index += 1) {
      const createdAt = Math.floor(BEGINNING - this.#random() * HISTORY_MS);
      const backdatedMs = this.#random() < 0.1 ? this.#random() * 24 * HOUR : 0;
      this.insert(createdAt, Math.max(first, Math.floor(createdAt - backdatedMs)));
    }
  }

  /** Changes a record that is young enough for `revisit`, as are the records that take values from it. */
  #update(): void {
    const { revisitMs, settleMs } = this.#scenario;
    const earliest = this.#clock.nowMs - revisitMs;
    const note = this.#any((each) => each.createdAt >= earliest);
    if (note === undefined) return;
    const derived = note.stream === 'trace' ? this.#scoresOf(note.key) : [];
    if (derived.some(({ createdAt }) => createdAt < earliest)) return;
    const lateMs = this.#random() < 0.5 ? 0 : this.#random() * (settleMs - 1000);
    note.updatedAt = Math.max(note.updatedAt, note.createdAt, Math.floor(this.#clock.nowMs - lateMs));
    const { user = '' } = note.versions.at(-1) ?? {};
    const newUser = note.traceKey === undefined && this.#random() < 0.3 ? this.#user() : user;
    note.versions.push({ kind: this.#kind(), user: newUser });
    note.leastVersion = note.versions.length - 1;
    this.#store(note);
    for (const score of derived) {
      score.versions.push({ kind: score.versions.at(-1)?.kind ?? 'plain', user: newUser });
      score.leastVersion = score.versions.length - 1;
      this.#store(score);
    }
  }

  /** A change that comes too late to be followed must not hide the previous one. */
  #updateLate(): void {
    const { nowMs } = this.#clock;
    const earliest = nowMs - this.#scenario.revisitMs;
    const note = this.#any(
      ({ createdAt, updatedAt, stream, key }) =>
        createdAt < earliest &&
        updatedAt > nowMs - 40 * MINUTE &&
        (stream === 'score' || this.#scoresOf(key).length === 0),
    );
    const last = note?.versions.at(-1);
    if (note === undefined || last === undefined) return;
    note.updatedAt = Math.floor(nowMs);
    note.versions.push(last);
    this.#store(note);
  }

  /** Deletes the records that the destination refuses. */
  dropPoison(): void {
    for (const note of this.#all) {
      if (note.isDeleted || note.versions.at(-1)?.kind !== 'poison') continue;
      note.isDeleted = true;
      this.database.remove(note.stream, note.key);
    }
  }

  /** A trace is deleted with its scores: without it, nothing shows that they changed. */
  #delete(): void {
    const note = this.#any(() => true);
    if (note === undefined) return;
    for (const each of [note, ...(note.stream === 'trace' ? this.#scoresOf(note.key) : [])]) {
      each.isDeleted = true;
      this.database.remove(each.stream, each.key);
    }
  }

  #store(note: Note): void {
    const { key, createdAt, eventTime, updatedAt, traceKey } = note;
    const record: MemoryRecord = { key, createdAt, eventTime, updatedAt, values: valuesOf(note) };
    const causes = traceKey === undefined ? {} : { causes: [{ stream: 'trace', key: traceKey }] };
    this.database.put(note.stream, { ...record, ...causes });
  }

  #any(isWanted: (note: Note) => boolean): Note | undefined {
    const wanted = this.#all.filter((note) => !note.isDeleted && isWanted(note));
    return wanted[Math.floor(this.#random() * wanted.length)];
  }

  #anyTrace(): Note | undefined {
    return this.#any(({ stream }) => stream === 'trace');
  }

  #scoresOf(traceKey: string): readonly Note[] {
    return this.#all.filter((note) => note.traceKey === traceKey && !note.isDeleted);
  }

  #user(): string {
    return `user-${Math.floor(this.#random() * 5)}`;
  }

  #kind(): NoteKind {
    const share = this.#random();
    // If the destination has accepted nothing yet and refuses the only event, the pipeline rightly pauses.
    const isAlone = this.#scenario.start.kind !== 'beginning' && !this.#hasArrived();
    if (isAlone) return share < 0.05 ? 'filtered' : 'plain';
    return KINDS.find(([below]) => share < below)?.[1] ?? 'plain';
  }
}

const KINDS: readonly (readonly [below: number, NoteKind])[] = [
  [0.015, 'unmappable'],
  [0.025, 'unencodable'],
  [0.033, 'unassembled'],
  [0.043, 'poison'],
  [0.056, 'rejected'],
  [0.066, 'too-large'],
  [0.1, 'filtered'],
  [0.15, 'double'],
];
