import type {
  SchedulerDefinition,
  SinkDefinition,
  SourceDefinition,
  StateStoreDefinition,
} from '../contracts/definition.js';
import type { Mapper } from '../contracts/mapper.js';
import type { Schedule } from '../contracts/scheduler.js';
import type { Instant } from '../contracts/value.js';

/** An adapter that a pipeline uses, with its validated options: what its `create` takes. */
export interface Configured<Definition> {
  readonly type: string;
  readonly definition: Definition;
  readonly config: unknown;
}

/** What the first run backfills, by event time. `text` is what the file contains: state is bound to it. */
export type Start =
  | { readonly kind: 'beginning' | 'now'; readonly text: string }
  | { readonly kind: 'date'; readonly text: string; readonly at: Instant };

/** An absent limit means the sink's own limit, or none. */
export interface DeliveryOptions {
  readonly maxEvents?: number | undefined;
  readonly maxBytes?: number | undefined;
  readonly maxInFlight?: number | undefined;
  readonly maxEventsPerSecond?: number;
  /** In 0..1. */
  readonly maxDeadLetterShare: number;
  /** How long a single run tries without progress; absent: without limit. */
  readonly giveUpAfterMs?: number;
}

/** One of several sinks of a pipeline. `pipeline` is its name, with that of the entry of `foreach`. */
export interface Branch {
  readonly pipeline: string;
  readonly sink: string;
}

/** A pipeline file without errors, with defaults filled in; of one with several sinks, a branch. */
export interface PipelineConfig {
  /** The name of its state: that of the pipeline, of the entry of `foreach`, and of the sink: `orders.acme.archive`. */
  readonly name: string;
  /** Present in a pipeline with several sinks: which one this is. */
  readonly branch?: Branch;
  /** The entry of `foreach` that it was made for. */
  readonly member?: string;
  /** The pipeline file, as an absolute path. */
  readonly file: string;
  readonly source: Configured<SourceDefinition>;
  readonly sink: Configured<SinkDefinition>;
  readonly state: Configured<StateStoreDefinition>;
  readonly mapper: Mapper;
  readonly params: Readonly<Record<string, unknown>>;
  readonly schedule: Schedule;
  /** What wakes the pipeline; absent: the process itself. */
  readonly scheduler?: Configured<SchedulerDefinition>;
  readonly start: Start;
  readonly settleMs: number;
  readonly revisitMs: number;
  readonly maxWindowMs: number;
  readonly delivery: DeliveryOptions;
  /** Whether a dead letter keeps the personal data of its record and event. */
  readonly deadLetters: { readonly personalData: 'keep' | 'omit' };
}
