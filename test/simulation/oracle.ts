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
import { LetterOracle, recordName } from './letter-oracle.js';
import { MAX_DEAD_LETTER_SHARE, type Scenario } from './scenario.js';
import { HeldOracle, isDigestedIn, type PassedEntry } from './held-oracle.js';
import { isOpen, MOST_HELD_MS, type Note } from './notes.js';
import { checkRewound, checkTouched, isForeign, rewoundFrom } from './operation-oracle.js';
import { checkSlices } from './slices-oracle.js';
import type { ReadEntry, WorkerRecord } from './worker-record.js';
import { WorkersOracle, type Committed } from './workers-oracle.js';

type Plan = Extract<StateChange, { readonly type: 'plan' }>;
type Rewind = Extract<StateChange, { readonly type: 'rewind' }>;
type Advance = Extract<StateChange, { readonly type: 'advance' }>;

/** The reasons of dead letters that have no request. */
const NEVER_SENT: ReadonlySet<string> = new Set(['mapping-failed', 'unencodable']);

/** The outcome of a record in the digests. */
type DigestedOutcome = 'delivered' | 'filtered' | 'deadLettered';

/** Knows what must be true at every step from its own observations, and checks the engine's numbers against them. */
export class Oracle {
  readonly violations: string[] = [];
  readonly dataFaults = new Map<DataFault, number>();
  readonly #notes: ReadonlyMap<string, ReadonlyMap<string, Note>>;
  readonly letters = new LetterOracle((message) => this.fail(message));
  readonly held: HeldOracle;
  readonly #holds: boolean;
  readonly #now: () => Instant;
  #holder: WorkerRecord | undefined;
  #binding: PipelineState['binding'];
  /** The newest version that was ingested, by event name and record. */
  readonly #ingested = new Map<string, number>();
  /** Whether the destination has ingested anything since the state was bound. */
  #hasIngested = false;
  readonly #totals = new Map<string, Counts>();
  /** By stream and hour, every digested record with its outcome. */
  readonly #digests = new Map<string, Map<Instant, Map<string, DigestedOutcome>>>();
  /** The same for unfinished repairs. */
  readonly #repairs = new Map<number, Map<string, DigestedOutcome>>();

  readonly workers: WorkersOracle;
  /** Those who have joined others. */
  readonly #joined = new Set<WorkerRecord>();

  constructor(
    notes: ReadonlyMap<string, ReadonlyMap<string, Note>>,
    { holds, leaseMs }: Pick<Scenario, 'holds' | 'leaseMs'>,
    now: () => Instant,
  ) {
    this.#now = now;
    this.workers = new WorkersOracle((message) => this.fail(message), { leaseMs });
    this.#notes = notes;
    this.#holds = holds;
    this.held = new HeldOracle(notes, (message) => this.fail(message));
  }

  fail(message: string): void {
    this.violations.push(message);
  }

  covered(fault: DataFault): void {
    this.dataFaults.set(fault, (this.dataFaults.get(fault) ?? 0) + 1);
  }

  /** Called when the destination has ingested an event. */
  ingested(event: MappedEvent, nowMs: Instant): void {
    const { id, stream, version, user } = event;
    const note = this.#notes.get(String(stream))?.get(String(id));
    const known = note?.versions[Number(version)];
    const isNotFinal =
      note !== undefined && isOpen({ number: note.number, version: Number(version), kind: known?.kind ?? '' });
    if (this.#holds && isNotFinal && nowMs < note.createdAt + MOST_HELD_MS) {
      this.fail(`${note.key} was sent before it was final`);
    }
    if (known?.user !== user) this.fail(`an event was sent that comes from no record: ${JSON.stringify(event)}`);
    const name = JSON.stringify([event.event, id]);
    const newest = this.#ingested.get(name) ?? -1;
    if (Number(version) < newest) {
      this.fail(`version ${Number(version)} of ${name} arrived after version ${newest}`);
    }
    this.#ingested.set(name, Math.max(newest, Number(version)));
    this.#hasIngested = true;
  }

  /** Called before a request is sent. */
  sending(record: WorkerRecord): void {
    // One that joined before a sink was bound learns of another sink with its next commit, which is refused.
    if (isForeign(record.identity, this.#binding) && !record.beganUnbound) {
      this.fail('a pipeline file that does not match the state was used');
    }
  }

  /** Called when a worker became one of several: whoever had the whole pipeline may commit no more. */
  joined(worker: number, record: WorkerRecord, atMs: Instant, clockAheadMs: number): void {
    this.#holder = undefined;
    record.isForeign = isForeign(record.identity, this.#binding);
    record.beganUnbound = this.#binding?.sink === undefined;
    this.#joined.add(record);
    this.workers.joined(worker, atMs, clockAheadMs);
  }

  /** Called when a worker got the whole pipeline: no other may commit from now on. */
  acquired(record: WorkerRecord): void {
    this.workers.acquired(this.#now());
    this.#holder = record;
    record.isForeign = isForeign(record.identity, this.#binding);
    const { replays } = record.intent;
    if (replays === undefined) return;
    record.wantedRecords = this.letters.recordsOf(replays);
    record.wantedLetters = this.letters.open.filter((letter) => record.wantedRecords.has(recordName(letter))).length;
  }

  /** Called when a commit has taken effect, even if it looks failed. `worker`: absent when it had the whole pipeline. */
  committed(record: WorkerRecord, commit: Committed, worker?: number): void {
    const { changes, before, after } = commit;
    if (worker === undefined && record !== this.#holder) this.fail('a worker committed after another had taken over');
    this.workers.committed(worker, commit, this.#now());
    const isOfForeign = isForeign(record.identity, before.binding);
    for (const message of checkTouched(changes, before, after, isOfForeign)) this.fail(message);
    const planned = new Map(before.windows.map((window) => [window.id, window]));
    const replayed: ReadEntry[] = [];
    const newLetters = new Set<string>();
    for (const change of changes) {
      if (change.type === 'bind') {
        this.#forget();
        record.nothingWanted(); // a state that begins anew has no dead letters
      }
      if (change.type === 'bind-sink') this.#bound();
      else if (change.type === 'plan') {
        this.#planned(change, changes, before, record);
        planned.set(change.id, { ...change, status: 'open', segments: [], plannedAt: 0 });
      } else if (change.type === 'advance') {
        const window = planned.get(change.id);
        const entries = this.#advanced(record, change, window);
        if (window?.purpose === 'replay') replayed.push(...entries);
        for (const { id } of change.deadLetters) newLetters.add(id);
      } else if (change.type === 'finish') this.#finished(record, planned.get(change.id));
      else if (change.type === 'close-dead-letters') {
        this.letters.closed(change, replayed, record, (id) => newLetters.has(id));
      } else if (change.type === 'rewind') this.#rewound(record, change, before, after);
      else if (change.type === 'accept') this.#accepted(record, before, after);
    }
    this.letters.checkCounted(after);
    this.held.check(after);
    this.#binding = after.binding;
    for (const each of this.#joined) each.wasForeign ||= this.#isForeignNow(each);
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

  /** How many records the digests of a stream have from an hour on. */
  recordsFrom(stream: string, from: Instant): number {
    const hours = [...(this.#digests.get(stream) ?? [])].filter(([hour]) => hour >= from);
    return hours.reduce((sum, [, keys]) => sum + keys.size, 0);
  }

  /** A new binding starts again; only the totals stay. */
  #forget(): void {
    this.#digests.clear();
    this.#repairs.clear();
    this.letters.clear();
    this.held.clear();
    this.#hasIngested = false;
  }

  #rewound(record: WorkerRecord, change: Rewind, before: PipelineState, after: PipelineState): void {
    for (const message of checkRewound(change, before, after)) this.fail(message);
    if (before.revision !== record.intent.revision) this.fail('a rewind was made to a state that nobody saw');
    if (change.to === 'start') return this.#forget();
    for (const stream of change.streams) {
      const from = rewoundFrom(before, stream, change.to);
      this.held.rewound(stream, from);
      for (const hour of this.#hours(stream).keys()) if (hour >= from) this.#hours(stream).delete(hour);
    }
    return undefined;
  }

  /** What was exported stays exported: only the names in the binding change. */
  #accepted({ identity, intent }: WorkerRecord, before: PipelineState, { binding }: PipelineState): void {
    if (before.revision !== intent.revision) this.fail('an acceptance was made to a state that nobody saw');
    const { handover, eventFrom } = before.binding ?? {};
    if (binding?.handover !== handover || binding?.eventFrom !== eventFrom) {
      this.fail('an acceptance changed from when on records are exported');
    }
    if (isForeign(identity, binding)) this.fail('an acceptance did not accept the pipeline file');
  }

  /** Whether it is still the last one that got the whole pipeline. */
  isHolder(record: WorkerRecord): boolean {
    return record === this.#holder;
  }

  /** Whether a worker's pipeline file has not matched the state at some time: it may have found so before others changed it. */
  hasBeenForeign(record: WorkerRecord): boolean {
    return record.isForeign !== false || record.wasForeign || this.#isForeignNow(record);
  }

  #isForeignNow(record: WorkerRecord): boolean {
    const { source, start } = record.identity;
    const isOther = this.#binding?.source.fingerprint !== source || this.#binding.start !== start;
    // Beside it, others can bind the state anew: until something is accepted, and after a rewind to the start.
    return isForeign(record.identity, this.#binding) || (isOther && this.#joined.has(record));
  }

  /** Windows are of the source that the state is bound to. Those of a stream follow one another without a gap. */
  #planned(
    { id, purpose, window }: Plan,
    changes: readonly StateChange[],
    { windows, binding }: PipelineState,
    { identity }: WorkerRecord,
  ): void {
    if (purpose !== 'following' && purpose !== 'first-backfill') return;
    const isOfBinding = binding?.source.fingerprint === identity.source && binding.start === identity.start;
    if (!isOfBinding || window.createdBefore !== binding.handover || window.eventFrom !== binding.eventFrom) {
      this.fail(`window ${id} is of another binding than that of the state`);
    }
    if (purpose === 'first-backfill') return;
    const others = windows.filter((each) => each.purpose === purpose && each.window.stream === window.stream);
    const end = others.reduce((latest, each) => Math.max(latest, each.window.until), binding?.handover ?? 0);
    if (others.some(({ status }) => status === 'open')) this.fail(`window ${id} was planned while another was open`);
    for (const message of checkSlices(changes, window.stream, end)) this.fail(`window ${id} ${message}`);
  }

  #bound(): void {
    if (!this.#hasIngested) this.fail('the sink was bound before it had accepted anything');
  }

  /** Returns the records that the cursor passed. */
  #advanced(record: WorkerRecord, change: Advance, window: LedgerWindow | undefined): readonly ReadEntry[] {
    const { id, cursor, deadLetters, counts } = change;
    if (window === undefined) {
      this.fail(`window ${id} was advanced without being planned`);
      return [];
    }
    const { stream } = window.window;
    const where = window.purpose === 'replay' || window.purpose === 'held' ? { get: stream } : window.window;
    const entries = record.take(where, counts.read, cursor ?? '');
    if (entries === undefined) {
      this.fail(`the cursor of window ${id} is not after the ${counts.read} records that it counts`);
      return [];
    }
    // A replay expects that what failed before fails again.
    if (window.purpose !== 'replay' && deadLetters.length > 0 && record.isSuspicious(MAX_DEAD_LETTER_SHARE)) {
      this.fail(`window ${id} has ${deadLetters.length} new dead letters although their share was too large`);
    }
    for (const { reason } of deadLetters) if (NEVER_SENT.has(reason)) record.rejectedUnsent();
    const isSettled = (entry: ReadEntry) => !this.#holds || this.#missing(record, entry, deadLetters) === undefined;
    const passed = this.held.passed(entries, change, window, isSettled);
    for (const entry of passed) if (!entry.isHeld) this.#checkFinished(record, entry, deadLetters);
    this.letters.added(deadLetters, entries, record, window.purpose === 'replay');
    this.#checkCounts(window, counts, passed, deadLetters);
    this.#totals.set(stream, addCounts(this.totals(stream), counts));
    record.count(stream, counts);
    this.#digest(window, passed, change);
    return entries;
  }

  /** The cursor may pass a record only when each of its events was accepted or is a dead letter. */
  #checkFinished(record: WorkerRecord, entry: ReadEntry, deadLetters: readonly DeadLetter[]): void {
    const own = deadLetters.filter(({ key }) => key === entry.key);
    if (entry.kind === 'unmappable' && own.length === 0) {
      this.fail(`the cursor passed ${entry.key} before its dead letter was durable`);
    }
    const missing = this.#missing(record, entry, deadLetters);
    if (missing !== undefined) this.fail(`the cursor passed an event that was not accepted: ${missing}`);
  }

  /** An event of the record without a final outcome. */
  #missing(record: WorkerRecord, { key, events }: ReadEntry, deadLetters: readonly DeadLetter[]): string | undefined {
    const own = deadLetters.filter((letter) => letter.key === key);
    const dead = new Set(own.map(({ event }) => JSON.stringify(event)));
    return events.find((event) => !record.isAccepted(event) && !dead.has(event));
  }

  #checkCounts(
    { id, purpose }: LedgerWindow,
    counts: Counts,
    entries: readonly PassedEntry[],
    deadLetters: readonly DeadLetter[],
  ): void {
    const sent = entries.filter(({ isHeld }) => !isHeld);
    const produced = eventsIn(sent);
    const deadRecords = entries.filter(({ kind }) => kind === 'unmappable').length;
    const deadEvents = deadLetters.length - deadRecords;
    const filtered = entries.filter(({ kind }) => kind === 'filtered').length;
    // What was held was not sent before.
    const known = sent.filter(({ was }) => was === undefined);
    const again = (part: string) => eventsIn(known.filter((entry) => entry.part === part));
    const isAgain = purpose === 'backfill' || purpose === 'repair';
    const expected = {
      read: entries.length,
      mapped: sent.length - filtered - deadRecords,
      filtered,
      deadLetteredRecords: deadRecords,
      held: entries.length - sent.length,
      produced,
      accepted: produced - deadEvents,
      deadLetteredEvents: deadEvents,
      changed: again('changed'),
      derived: again('derived'),
      replayed: purpose === 'replay' ? again('asked') : 0,
      backfilled: isAgain ? eventsIn(known) : 0,
    };
    const counted: Readonly<Record<string, unknown>> = { ...counts, ...counts.repeats };
    for (const [name, value] of Object.entries(expected)) {
      if (counted[name] !== value)
        this.fail(`window ${id} counts ${name} ${String(counted[name])} instead of ${value}`);
    }
  }

  #digest(
    { id, purpose }: LedgerWindow,
    entries: readonly PassedEntry[],
    { deadLetters, digests = [] }: Advance,
  ): void {
    const dead = new Set(deadLetters.map(({ key }) => key));
    const digested = entries.filter(
      (entry) => !entry.isHeld && (isDigestedIn(purpose, entry) || entry.was?.isDigested === true),
    );
    const ofHour = new Map(digests.map(({ hour, deadLettered }) => [hour, deadLettered]));
    // Which of two copies was rejected only the engine knows.
    const isUnclear = ({ key }: ReadEntry) => dead.has(key) && entries.filter((each) => each.key === key).length > 1;
    for (const entry of digested.toSorted((a, b) => Number(isUnclear(a)) - Number(isUnclear(b)))) {
      const hour = hourOf(entry.createdAt);
      const keys = purpose === 'repair' ? this.#repair(id) : this.#hour(entry.stream, hour);
      if (keys.has(entry.key)) this.fail(`${entry.key} was read twice in a part where every record comes once`);
      const deadLeft = ofHour.get(hour) ?? 0;
      const outcome = isUnclear(entry) && deadLeft <= 0 ? 'delivered' : outcomeOf(entry, dead);
      if (outcome === 'deadLettered') ofHour.set(hour, deadLeft - 1);
      keys.set(entry.key, outcome);
    }
  }

  #finished(record: WorkerRecord, window: LedgerWindow | undefined): void {
    if (window === undefined || window.purpose === 'replay' || window.purpose === 'held') return;
    // A gap in the history is planned and finished without being read.
    const mustBeRead = window.purpose === 'following' || window.purpose === 'repair';
    if (mustBeRead && !record.hasReadToItsEnd(window.window)) this.fail(`window ${window.id} was not read to its end`);
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

function eventsIn(entries: readonly ReadEntry[]): number {
  return entries.reduce((sum, { events }) => sum + events.length, 0);
}

function outcomeOf({ key, kind }: ReadEntry, dead: ReadonlySet<string>): DigestedOutcome {
  if (dead.has(key)) return 'deadLettered';
  return kind === 'filtered' ? 'filtered' : 'delivered';
}
