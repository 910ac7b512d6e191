import type { Instant } from '@sluice/core/adapter';
import { StateMovedError, type LedgerWindow, type PipelineState, type StateChange } from '@sluice/core/state';

/** What happens between workers that share a pipeline, apart from faults. */
export const SHARED_EVENTS = [
  'two windows of a stream at once',
  'window begun before the last one ended',
  'window of following in slices',
  'two slices at once',
  'window taken over',
  'change refused: another was faster',
  'change refused: the lease was over',
  'pace shared',
  'back-off shared',
  'ceiling shared',
  'clock ahead',
  'clock behind',
] as const;
type SharedEvent = (typeof SHARED_EVENTS)[number];

/** Rounding of times that are added up. */
const TOLERATED_MS = 0.01;

const NOT_QUIET = { untilMs: Number.NEGATIVE_INFINITY, toldMs: Number.NEGATIVE_INFINITY };

interface SharingWorker {
  readonly joinedMs: Instant;
  /** When its lease ends by the store's clock. */
  untilMs: Instant;
  /** Of its grants of the pace: how many events it may have begun to send, and from when on. */
  readonly grants: { readonly events: number; readonly fromMs: Instant }[];
  sent: number;
  /** Until when it must send nothing, as far as it has been told, and when it was told so. */
  quiet: { readonly untilMs: Instant; readonly toldMs: Instant };
  /** The lowest ceiling of a request that it has been told or has learned itself. */
  ceilingBytes: number;
}

/** The changes of a commit, and the state on both sides of it. */
export interface Committed {
  readonly changes: readonly StateChange[];
  readonly before: PipelineState;
  readonly after: PipelineState;
}

/**
 * Knows which workers share the pipeline and who works on which window, by the store's clock: a window is advanced only by
 * its claimant, no two living workers hold one, and windows of a stream that can hold the same record are done one after
 * another.
 */
export class WorkersOracle {
  readonly seen = new Map<SharedEvent, number>();
  /** The most workers that held a lease at the same time. */
  mostAtOnce = 0;
  readonly #fail: (message: string) => void;
  readonly #leaseMs: number;
  readonly #workers = new Map<number, SharingWorker>();
  /** The claimants of open windows. */
  readonly #claims = new Map<number, number>();
  /** The revision of the commit that planned each open window of following: of one commit, they are slices of one window. */
  readonly #plannedAt = new Map<number, number>();
  #nextGrantMs = Number.NEGATIVE_INFINITY;
  #lastGranted: number | undefined;
  /** Until when nobody may send, and who has asked for it. */
  #backOff: { readonly untilMs: Instant; readonly by: number } | undefined;
  /** Of the requests of all, as far as it was learned since somebody has lived all the time. */
  #ceilingBytes = Number.POSITIVE_INFINITY;

  constructor(fail: (message: string) => void, { leaseMs }: { readonly leaseMs: number }) {
    this.#fail = fail;
    this.#leaseMs = leaseMs;
  }

  happened(event: SharedEvent): void {
    this.seen.set(event, (this.seen.get(event) ?? 0) + 1);
  }

  joined(worker: number, atMs: Instant, clockAheadMs: number): void {
    if (clockAheadMs !== 0) this.happened(clockAheadMs > 0 ? 'clock ahead' : 'clock behind');
    // Two can join in one millisecond.
    const isOutOfOrder = [...this.#workers].some(
      ([other, { joinedMs }]) => other === worker || (joinedMs !== atMs && joinedMs < atMs !== other < worker),
    );
    if (isOutOfOrder) this.#fail(`worker ${worker} has the number of another, or one of an earlier time`);
    if (![...this.#workers.keys()].some((each) => this.isAlive(each, atMs))) this.#ceilingBytes = Infinity;
    this.#workers.set(worker, {
      joinedMs: atMs,
      untilMs: atMs + this.#leaseMs,
      grants: [],
      sent: 0,
      quiet: NOT_QUIET,
      ceilingBytes: Infinity,
    });
    const living = [...this.#workers.keys()].filter((each) => this.isAlive(each, atMs));
    this.mostAtOnce = Math.max(this.mostAtOnce, living.length);
  }

  /** Called when the lease of a worker was extended. */
  renewed(worker: number, atMs: Instant): void {
    const known = this.#of(worker);
    if (!this.isAlive(worker, atMs)) this.#fail(`worker ${worker} renewed a lease that was over`);
    known.untilMs = atMs + this.#leaseMs;
  }

  left(worker: number, atMs: Instant): void {
    const known = this.#of(worker);
    known.untilMs = Math.min(known.untilMs, atMs);
  }

  isAlive(worker: number, atMs: Instant): boolean {
    return atMs < this.#of(worker).untilMs;
  }

  /** Called when somebody got the whole pipeline. */
  acquired(atMs: Instant): void {
    const living = [...this.#workers.keys()].find((worker) => this.isAlive(worker, atMs));
    if (living !== undefined) this.#fail(`the whole pipeline was given away while worker ${living} lives`);
  }

  refused(worker: number, error: unknown, atMs: Instant): void {
    if (error instanceof StateMovedError) this.happened('change refused: another was faster');
    else if (!this.isAlive(worker, atMs)) this.happened('change refused: the lease was over');
  }

  /** `worker`: absent when the whole pipeline was held. */
  committed(worker: number | undefined, { changes, before, after }: Committed, atMs: Instant): void {
    if (worker !== undefined && !this.isAlive(worker, atMs)) {
      this.#fail(`a commit of worker ${worker} took effect after its lease had ended`);
    }
    const open = new Map(before.windows.filter(({ status }) => status === 'open').map((each) => [each.id, each]));
    for (const change of changes) {
      if (change.type === 'backfilled') this.#backfilled(change.stream, [...open.values()]);
      else if (change.type === 'plan') {
        const window: LedgerWindow = { ...change, status: 'open', segments: [], plannedAt: 0 };
        if (change.purpose === 'following') this.#plannedAt.set(change.id, after.revision);
        if (worker !== undefined) this.#planned(worker, window, [...open.values()], before, atMs);
        open.set(change.id, window);
      } else if (change.type === 'claim') {
        const window = open.get(change.id);
        if (window === undefined) this.#fail(`window ${change.id} was claimed, but it is not open`);
        else this.#claimed(change.worker, window, [...open.values()], atMs);
        if (change.worker !== worker) this.#fail(`worker ${worker} claimed window ${change.id} for another`);
      } else if (change.type === 'advance' || change.type === 'finish') {
        const claimant = this.#claims.get(change.id);
        if (worker !== undefined && claimant !== worker) {
          this.#fail(`worker ${worker} made an ${change.type} of window ${change.id}, which ${claimant} has claimed`);
        }
        if (change.type === 'finish') open.delete(change.id);
      }
    }
    this.#checkClaims(after);
  }

  /** Called when the state granted the sending of events. `fromMs`: from when on they may be sent. */
  granted(worker: number, events: number, fromMs: Instant, eventsPerSecond: number): void {
    if (fromMs < this.#nextGrantMs - TOLERATED_MS)
      this.#fail(`more than ${eventsPerSecond} events per second were granted`);
    this.#nextGrantMs = Math.max(this.#nextGrantMs, fromMs) + (events / eventsPerSecond) * 1000;
    this.#of(worker).grants.push({ events, fromMs });
    if (this.#lastGranted !== undefined && this.#lastGranted !== worker) this.happened('pace shared');
    this.#lastGranted = worker;
  }

  /** Called when a worker begins a request where workers share a pace. */
  sends(worker: number, events: number, nowMs: Instant): void {
    const known = this.#of(worker);
    known.sent += events;
    const due = known.grants.filter(({ fromMs }) => fromMs <= nowMs + TOLERATED_MS);
    const allowed = due.reduce((sum, grant) => sum + grant.events, 0);
    if (known.sent > allowed)
      this.#fail(`worker ${worker} has sent ${known.sent} events, where ${allowed} were granted`);
  }

  /** Called when the state has taken the wish of a worker that nobody sends anything until then. */
  backsOff(worker: number, untilMs: Instant): void {
    if (untilMs > (this.#backOff?.untilMs ?? Number.NEGATIVE_INFINITY)) this.#backOff = { untilMs, by: worker };
  }

  /** Called when the state has taken the ceiling that a worker has learned. */
  lowersCeiling(worker: number, bytes: number): void {
    this.#ceilingBytes = Math.min(this.#ceilingBytes, bytes);
    this.#of(worker).ceilingBytes = this.#ceilingBytes;
  }

  /** Called when the state tells a worker the limits of all. Returns what to call when the worker gets the answer. */
  tells(worker: number): (nowMs: Instant) => void {
    const told = this.#backOff;
    const ceilingBytes = this.#ceilingBytes;
    return (nowMs) => {
      const known = this.#of(worker);
      if (ceilingBytes < known.ceilingBytes) {
        known.ceilingBytes = ceilingBytes;
        this.happened('ceiling shared');
      }
      if (told === undefined || nowMs >= told.untilMs) return;
      known.quiet = { untilMs: told.untilMs, toldMs: nowMs };
      if (told.by !== worker) this.happened('back-off shared');
    };
  }

  /** Called when a worker begins a request. What it was told at this very moment can come too late. */
  begins(worker: number, nowMs: Instant): void {
    const { untilMs, toldMs } = this.#of(worker).quiet;
    if (toldMs < nowMs && nowMs < untilMs - TOLERATED_MS) {
      this.#fail(`worker ${worker} sent a request although another one had been asked to wait`);
    }
  }

  #planned(
    worker: number,
    window: LedgerWindow,
    open: readonly LedgerWindow[],
    before: PipelineState,
    atMs: Instant,
  ): void {
    const { id, claim } = window;
    const isLeft = claim === undefined && open.some((each) => this.#areSlices(each, window));
    if (isLeft) this.happened('window of following in slices');
    else if (claim === worker) this.#claims.set(id, worker);
    else this.#fail(`worker ${worker} planned window ${id} without claiming it`);
    const besides = open.find((each) => this.#areOneAfterAnother(each, window));
    if (besides !== undefined) {
      this.#fail(`window ${id} (${window.purpose}) began while window ${besides.id} (${besides.purpose}) was open`);
    }
    const overlapped = [...before.windows, ...open].find((each) => each.id !== id && overlap(each, window));
    if (overlapped !== undefined) this.#fail(`window ${id} overlaps window ${overlapped.id}`);
    const others = open.filter((each) => each.window.stream === window.window.stream);
    if (others.some((each) => this.#isHeldByOther(each, worker, atMs)))
      this.happened('two windows of a stream at once');
    if (others.some((each) => this.#claims.get(each.id) === worker && each.id !== id))
      this.happened('window begun before the last one ended');
  }

  #claimed(worker: number, window: LedgerWindow, open: readonly LedgerWindow[], atMs: Instant): void {
    const { id } = window;
    if (this.#isHeldByOther(window, worker, atMs)) {
      this.#fail(`worker ${worker} claimed window ${id}, which worker ${this.#claims.get(id)} holds`);
    }
    const besides = open.find(
      (each) => this.#areOneAfterAnother(each, window) && this.#isHeldByOther(each, worker, atMs),
    );
    if (besides !== undefined) {
      this.#fail(`worker ${worker} claimed window ${id} while another works on window ${besides.id} of its stream`);
    }
    const earlier = this.#claims.get(id);
    if (earlier !== undefined && earlier !== worker) this.happened('window taken over');
    if (open.some((each) => this.#areSlices(each, window) && this.#isHeldByOther(each, worker, atMs))) {
      this.happened('two slices at once');
    }
    this.#claims.set(id, worker);
  }

  #areSlices(a: LedgerWindow, b: LedgerWindow): boolean {
    const plannedAt = this.#plannedAt.get(a.id);
    return plannedAt !== undefined && plannedAt === this.#plannedAt.get(b.id);
  }

  /** Windows of the first backfill are disjoint, and slices of one window as well. All others are done one after another. */
  #areOneAfterAnother(a: LedgerWindow, b: LedgerWindow): boolean {
    if (a.id === b.id || a.window.stream !== b.window.stream || this.#areSlices(a, b)) return false;
    if (a.purpose === 'backfill' || b.purpose === 'backfill') return false;
    return a.purpose !== 'first-backfill' || b.purpose !== 'first-backfill';
  }

  #backfilled(stream: string, open: readonly LedgerWindow[]): void {
    const left = open.find(({ purpose, window }) => purpose === 'first-backfill' && window.stream === stream);
    if (left !== undefined) this.#fail(`the first backfill of ${stream} ended while its window ${left.id} was open`);
  }

  /** The state says who works on each window. */
  #checkClaims({ windows }: PipelineState): void {
    const open = new Map(windows.filter(({ status }) => status === 'open').map((each) => [each.id, each]));
    for (const id of this.#claims.keys()) if (!open.has(id)) this.#claims.delete(id);
    for (const { id, claim } of open.values()) {
      const expected = this.#claims.get(id);
      if (claim !== expected) this.#fail(`window ${id} has the claim of ${claim} instead of ${expected}`);
    }
  }

  #isHeldByOther({ id }: LedgerWindow, worker: number, atMs: Instant): boolean {
    const claimant = this.#claims.get(id);
    return claimant !== undefined && claimant !== worker && this.isAlive(claimant, atMs);
  }

  #of(worker: number): SharingWorker {
    const known = this.#workers.get(worker);
    if (known === undefined) throw new Error(`worker ${worker} never joined`);
    return known;
  }
}

/** Whether two windows of the first backfill, or two of following, have the same records at any moment. */
function overlap(a: LedgerWindow, b: LedgerWindow): boolean {
  const isOnce = a.purpose === 'first-backfill' || a.purpose === 'following';
  if (!isOnce || a.purpose !== b.purpose || a.window.stream !== b.window.stream) return false;
  if (a.window.from >= b.window.until || b.window.from >= a.window.until) return false;
  const haveBothCreated = a.window.olderOnly !== true && b.window.olderOnly !== true;
  const haveBothOlder = a.window.revisitMs > 0 && b.window.revisitMs > 0;
  return haveBothCreated || haveBothOlder;
}
