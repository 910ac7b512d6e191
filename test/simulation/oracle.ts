import type { Instant } from '@sluice/core/adapter';
import type { MappedEvent } from '@sluice/core/sink';
import { keySums } from '@sluice/core/source';
import {
  addCounts,
  hourOf,
  NO_COUNTS,
  type Counts,
  type DeadLetter,
  type HourDigest,
  type LedgerWindow,
  type PipelineState,
  type StateChange,
} from '@sluice/core/state';
import type { DataFault } from './faults.js';
import { MAX_DEAD_LETTER_SHARE } from './scenario.js';
import type { Note } from './notes.js';
import type { ReadEntry, WorkerRecord } from './worker-record.js';

type Plan = Extract<StateChange, { readonly type: 'plan' }>;
type Advance = Extract<StateChange, { readonly type: 'advance' }>;

/** The outcome of a record in the digests. */
type DigestedOutcome = 'delivered' | 'filtered' | 'deadLettered';

/** Knows what must be true at every step from its own observations, and checks the engine's numbers against them. */
export class Oracle {
  readonly violations: string[] = [];
  readonly dataFaults = new Map<DataFault, number>();
  readonly #notes: ReadonlyMap<string, ReadonlyMap<string, Note>>;
  #holder: WorkerRecord | undefined;
  /** The newest version that was ingested, by event name and record. */
  readonly #ingested = new Map<string, number>();
  readonly #totals = new Map<string, Counts>();
  /** By stream and hour, every digested record with its outcome. */
  readonly #digests = new Map<string, Map<Instant, Map<string, DigestedOutcome>>>();
  /** The same for unfinished repairs. */
  readonly #repairs = new Map<number, Map<string, DigestedOutcome>>();

  constructor(notes: ReadonlyMap<string, ReadonlyMap<string, Note>>) {
    this.#notes = notes;
  }

  fail(message: string): void {
    this.violations.push(message);
  }

  covered(fault: DataFault): void {
    this.dataFaults.set(fault, (this.dataFaults.get(fault) ?? 0) + 1);
  }

  /** Called when the destination has ingested an event. */
  ingested(event: MappedEvent): void {
    const { id, stream, version, user } = event;
    const known = this.#notes.get(String(stream))?.get(String(id))?.versions[Number(version)];
    if (known?.user !== user) this.fail(`an event was sent that comes from no record: ${JSON.stringify(event)}`);
    const name = JSON.stringify([event.event, id]);
    const newest = this.#ingested.get(name) ?? -1;
    if (Number(version) < newest) {
      this.fail(`version ${Number(version)} of ${name} arrived after version ${newest}`);
    }
    this.#ingested.set(name, Math.max(newest, Number(version)));
  }

  /** Called when a worker got the lease: no other may commit from now on. */
  acquired(record: WorkerRecord): void {
    this.#holder = record;
  }

  /** Called when a commit has taken effect, even if it looks failed to the worker. */
  committed(record: WorkerRecord, changes: readonly StateChange[], before: PipelineState): void {
    if (record !== this.#holder) this.fail('a worker committed after another had taken over');
    const planned = new Map(before.windows.map((window) => [window.id, window]));
    for (const change of changes) {
      if (change.type === 'bind') this.#forget();
      else if (change.type === 'bind-sink') this.#bound();
      else if (change.type === 'plan') {
        this.#planned(change, before);
        planned.set(change.id, { ...change, status: 'open', segments: [], plannedAt: 0 });
      } else if (change.type === 'advance') this.#advanced(record, change, planned.get(change.id));
      else if (change.type === 'finish') this.#finished(record, planned.get(change.id));
    }
  }

  totals(stream: string): Counts {
    return this.#totals.get(stream) ?? NO_COUNTS;
  }

  /** The expected digests of the ledger. */
  digests(stream: string): readonly HourDigest[] {
    const hours = [...(this.#digests.get(stream) ?? [])].filter(([, keys]) => keys.size > 0);
    return hours
      .toSorted(([a], [b]) => a - b)
      .map(([hour, keys]) => {
        const digest = { hour, delivered: 0, filtered: 0, deadLettered: 0, sums: keySums(keys.keys()) };
        for (const outcome of keys.values()) digest[outcome] += 1;
        return digest;
      });
  }

  /** The keys in the digest of an hour. */
  digestedKeys(stream: string, hour: Instant): ReadonlySet<string> {
    return new Set(this.#digests.get(stream)?.get(hour)?.keys());
  }

  /** A new binding starts again; only the totals stay. */
  #forget(): void {
    this.#digests.clear();
    this.#repairs.clear();
  }

  /** Windows of a stream follow one another without a gap. */
  #planned({ id, purpose, window }: Plan, { windows, binding }: PipelineState): void {
    if (purpose !== 'following') return;
    const others = windows.filter((each) => each.purpose === purpose && each.window.stream === window.stream);
    const end = others.reduce((latest, each) => Math.max(latest, each.window.until), binding?.handover ?? 0);
    if (window.from !== end) this.fail(`window ${id} begins at ${window.from}, not where the previous one ends`);
    if (others.some(({ status }) => status === 'open')) this.fail(`window ${id} was planned while another was open`);
  }

  #bound(): void {
    if (this.#ingested.size === 0) this.fail('the sink was bound before it had accepted anything');
  }

  #advanced(record: WorkerRecord, change: Advance, window: LedgerWindow | undefined): void {
    const { id, cursor, deadLetters, counts } = change;
    if (window === undefined) return this.fail(`window ${id} was advanced without being planned`);
    const { stream } = window.window;
    const where = window.purpose === 'replay' ? { get: stream } : window.window;
    const entries = record.take(where, counts.read, cursor ?? '');
    if (entries === undefined) {
      return this.fail(`the cursor of window ${id} is not after the ${counts.read} records that it counts`);
    }
    if (deadLetters.length > 0 && record.isSuspicious(MAX_DEAD_LETTER_SHARE)) {
      this.fail(`window ${id} has ${deadLetters.length} new dead letters although their share was too large`);
    }
    for (const entry of entries) this.#checkFinished(record, entry, deadLetters);
    this.#checkCounts(id, counts, entries, deadLetters);
    this.#totals.set(stream, addCounts(this.totals(stream), counts));
    this.#digest(window, entries, deadLetters);
    return undefined;
  }

  /** The cursor may pass a record only when each of its events was accepted or is a dead letter. */
  #checkFinished(record: WorkerRecord, entry: ReadEntry, deadLetters: readonly DeadLetter[]): void {
    if (deadLetters.some(({ key }) => key === entry.key)) return;
    if (entry.kind === 'unmappable') this.fail(`the cursor passed ${entry.key} before its dead letter was durable`);
    const missing = entry.events.find((event) => !record.isAccepted(event));
    if (missing !== undefined) this.fail(`the cursor passed an event that was not accepted: ${missing}`);
  }

  #checkCounts(id: number, counts: Counts, entries: readonly ReadEntry[], deadLetters: readonly DeadLetter[]): void {
    const produced = entries.reduce((sum, { events }) => sum + events.length, 0);
    const deadRecords = entries.filter(({ kind }) => kind === 'unmappable').length;
    const deadEvents = deadLetters.length - deadRecords;
    const filtered = entries.filter(({ kind }) => kind === 'filtered').length;
    const expected = {
      read: entries.length,
      mapped: entries.length - filtered - deadRecords,
      filtered,
      deadLetteredRecords: deadRecords,
      produced,
      accepted: produced - deadEvents,
      deadLetteredEvents: deadEvents,
    };
    for (const [name, value] of Object.entries(expected)) {
      const counted = counts[name as keyof typeof expected];
      if (counted !== value) this.fail(`window ${id} counts ${name} ${counted} instead of ${value}`);
    }
  }

  #digest({ id, purpose }: LedgerWindow, entries: readonly ReadEntry[], deadLetters: readonly DeadLetter[]): void {
    const dead = new Set(deadLetters.map(({ key }) => key));
    const part = purpose === 'first-backfill' ? 'event' : 'created';
    if (purpose === 'replay' || purpose === 'backfill') return;
    for (const entry of entries) {
      if (entry.part !== part) continue;
      const keys = purpose === 'repair' ? this.#repair(id) : this.#hour(entry.stream, hourOf(entry.createdAt));
      if (keys.has(entry.key)) this.fail(`${entry.key} was read twice in a part where every record comes once`);
      keys.set(entry.key, outcomeOf(entry, dead));
    }
  }

  #finished(record: WorkerRecord, window: LedgerWindow | undefined): void {
    if (window === undefined || window.purpose === 'replay') return;
    const left = record.left(window.window);
    if (left > 0) this.fail(`window ${window.id} was finished with ${left} records before its end`);
    if (window.purpose !== 'repair') return;
    const { stream, from } = window.window;
    this.#hours(stream).set(from, this.#repair(window.id));
  }

  #hour(stream: string, hour: Instant): Map<string, DigestedOutcome> {
    const keys = this.#hours(stream).get(hour) ?? new Map<string, DigestedOutcome>();
    this.#hours(stream).set(hour, keys);
    return keys;
  }

  #hours(stream: string): Map<Instant, Map<string, DigestedOutcome>> {
    const hours = this.#digests.get(stream) ?? new Map<Instant, Map<string, DigestedOutcome>>();
    this.#digests.set(stream, hours);
    return hours;
  }

  #repair(id: number): Map<string, DigestedOutcome> {
    const keys = this.#repairs.get(id) ?? new Map<string, DigestedOutcome>();
    this.#repairs.set(id, keys);
    return keys;
  }
}

function outcomeOf({ key, kind }: ReadEntry, dead: ReadonlySet<string>): DigestedOutcome {
  if (dead.has(key)) return 'deadLettered';
  return kind === 'filtered' ? 'filtered' : 'delivered';
}
