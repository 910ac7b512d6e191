import type { Branch, DeliveryOptions, Start } from '../config/pipeline-config.js';
import type { Logger } from '../contracts/logger.js';
import type { Mapper } from '../contracts/mapper.js';
import type { Observer } from '../contracts/observation.js';
import type { Runtime } from '../contracts/runtime.js';
import type { Sink } from '../contracts/sink.js';
import type { Source } from '../contracts/source.js';
import type { StateStore } from '../contracts/state-store.js';

/** A pipeline that is ready to run. */
export interface Pipeline {
  /** The name of its state. */
  readonly name: string;
  /** Present in a pipeline with several sinks: which one this is. */
  readonly branch?: Branch;
  readonly source: Source;
  readonly mapper: Mapper;
  readonly sink: Sink;
  readonly state: StateStore;
  readonly start: Start;
  readonly settleMs: number;
  readonly revisitMs: number;
  readonly maxWindowMs: number;
  readonly delivery: DeliveryOptions;
  /** By stream, the fields that dead letters leave out; they leave out events as well. Absent: nothing is left out. */
  readonly leftOutOfDeadLetters?: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What the engine needs from its caller. */
export interface EngineContext {
  readonly runtime: Runtime;
  readonly logger: Logger;
}

/** The same within a run, whose logger names the pipeline and the run. */
export interface RunContext extends EngineContext {
  readonly observe: Observer;
}
