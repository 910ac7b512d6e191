import { addCounts, NO_COUNTS, type Counts } from '../../contracts/counts.js';
import type { Observation } from '../../contracts/observation.js';
import type { Runtime } from '../../contracts/runtime.js';
import type { Instant } from '../../contracts/value.js';
import type { MappingChange } from './mapping-change.js';

/** The result of a run. */
export interface RunReport {
  /** The field `run` of its log lines. */
  readonly runId: string;
  readonly pipeline: string;
  readonly startedAt: Instant;
  readonly durationMs: number;
  /** What was committed, by stream, in the mapping's order. */
  readonly streams: Readonly<Record<string, Counts>>;
  readonly windows: number;
  readonly requests: number;
  /** Bytes of encoded events handed to the sink, including retries. */
  readonly bytes: number;
  /**
   * Events of requests that failed and were sent again, once for each failure. What the destination had stored before the
   * failure, it has received twice. Absent: none.
   */
  readonly resentEvents?: number;
  /** New in this run. */
  readonly deadLetters: number;
  /** How many records are held after the run, until they are final. */
  readonly held: number;
  /** Present when the mapping is another one than when events were last sent. */
  readonly mappingChange?: MappingChange;
  /** Present when the source has ended and everything in it was exported. */
  readonly sourceEnded?: true;
}

/** Collects the report during a run. */
export class RunRecorder {
  readonly #runtime: Runtime;
  readonly #begunMs: number;
  readonly #begun: Pick<RunReport, 'runId' | 'pipeline' | 'startedAt'>;
  readonly #streams: Map<string, Counts>;
  held = 0;
  #windows = 0;
  #requests = 0;
  #bytes = 0;
  #resentEvents = 0;
  #sourceEnded = false;
  #mappingChange: MappingChange | undefined;

  constructor(runId: string, pipeline: string, streams: readonly string[], runtime: Runtime) {
    this.#runtime = runtime;
    this.#begun = { runId, pipeline, startedAt: runtime.now() };
    this.#begunMs = runtime.monotonicMs();
    this.#streams = new Map(streams.map((stream) => [stream, NO_COUNTS]));
  }

  get durationMs(): number {
    return Math.round(this.#runtime.monotonicMs() - this.#begunMs);
  }

  /** Counts the requests. */
  observe(observation: Observation): void {
    if (observation.kind !== 'request-ended') return;
    this.#requests += 1;
    this.#bytes += observation.bytes;
    const { outcome, events } = observation;
    if (outcome === 'transient' || outcome === 'unexpected') this.#resentEvents += events;
  }

  committed(stream: string, counts: Counts): void {
    this.#streams.set(stream, addCounts(this.#streams.get(stream) ?? NO_COUNTS, counts));
  }

  windowDone(): void {
    this.#windows += 1;
  }

  mappingChanged(change: MappingChange): void {
    this.#mappingChange = change;
  }

  sourceEnded(): void {
    this.#sourceEnded = true;
  }

  report(): RunReport {
    const counts = [...this.#streams.values()];
    return {
      ...this.#begun,
      durationMs: this.durationMs,
      streams: Object.fromEntries(this.#streams),
      windows: this.#windows,
      requests: this.#requests,
      bytes: this.#bytes,
      ...(this.#resentEvents === 0 ? {} : { resentEvents: this.#resentEvents }),
      deadLetters: counts.reduce((sum, each) => sum + each.deadLetteredRecords + each.deadLetteredEvents, 0),
      held: this.held,
      ...(this.#mappingChange === undefined ? {} : { mappingChange: this.#mappingChange }),
      ...(this.#sourceEnded ? { sourceEnded: true } : {}),
    };
  }
}
