import { SluiceError, StateUnavailableError } from '../contracts/errors.js';
import type { Logger } from '../contracts/logger.js';
import type { Observer } from '../contracts/observation.js';
import type { Invite, Scheduler, TickEnd } from '../contracts/scheduler.js';
import type { StateReader } from '../contracts/state-store.js';
import type { PipelineConfig } from '../config/pipeline-config.js';
import type { EngineContext, Pipeline } from '../engine/pipeline.js';
import { runPipeline } from '../engine/run/run-pipeline.js';
import { newRunId, type RunResult } from '../engine/run/with-lease.js';
import { nextTime } from '../scheduler/next-time.js';
import { heldElsewhere } from './held-elsewhere.js';
import type { PipelineMonitor } from './pipeline-monitor.js';
import { RestAfterBugs } from './rest-after-bugs.js';
import { runLog } from './run-log.js';

/** A pipeline to run on its schedule. */
export interface ServedPipeline {
  readonly config: Pick<PipelineConfig, 'name' | 'branch' | 'schedule' | 'settleMs' | 'mapper'>;
  readonly state: StateReader;
  /** Whether several workers can share its state: see `StateStore.join`. */
  readonly isShared: boolean;
  /** Makes the source, sink and state store of one run, which closes them. */
  readonly compose: (logger: Logger) => Pipeline;
}

interface ServedRunsOptions {
  /** Asks the current run to finish what is in flight and save the cursor. */
  readonly signal: AbortSignal;
  readonly monitor: PipelineMonitor;
  readonly observe: Observer;
}

/** How a run shares the pipeline with those of other processes. */
interface Sharing {
  readonly joins: boolean;
  readonly invite?: Invite;
}

/** The runs of a pipeline in one process, one after another. */
export class ServedRuns {
  readonly #pipeline: ServedPipeline;
  readonly #context: EngineContext & { readonly scheduler: Scheduler };
  readonly #options: ServedRunsOptions;
  readonly #logger: Logger;
  readonly #logEnd: ReturnType<typeof runLog>;
  readonly #isHeld: () => Promise<boolean>;
  readonly #rest: RestAfterBugs;
  readonly #complete = new AbortController();
  /** Whether a run has used the state. */
  #hadState = false;

  constructor(
    pipeline: ServedPipeline,
    context: EngineContext & { readonly scheduler: Scheduler },
    options: ServedRunsOptions,
  ) {
    this.#pipeline = pipeline;
    this.#context = context;
    this.#options = options;
    this.#logger = context.logger.child({ pipeline: pipeline.config.name });
    this.#logEnd = runLog(this.#logger);
    this.#isHeld = heldElsewhere(pipeline.state, this.#logger, pipeline);
    this.#rest = new RestAfterBugs(context.runtime);
  }

  /** Aborted when the source has ended: no further run is needed. */
  get complete(): AbortSignal {
    return this.#complete.signal;
  }

  /** A run at a scheduled time; none during the rest after a bug, or while another process has the state. */
  async tick(turnOver: AbortSignal | undefined, invite?: Invite): Promise<TickEnd> {
    if (this.#rest.isOn) return 'done';
    if (this.#context.scheduler.isShared && (await this.#isHeld())) return 'held';
    return this.#try(turnOver, { joins: false, ...(invite && { invite }) });
  }

  /** A run beside that of another process, while it has work for this one. */
  async join(turnOver: AbortSignal | undefined, invite?: Invite): Promise<void> {
    if (!this.#rest.isOn) await this.#try(turnOver, { joins: true, ...(invite && { invite }) });
  }

  /** Never throws: what ends a run as a bug is logged, and followed by a rest. */
  async #try(turnOver: AbortSignal | undefined, sharing: Sharing): Promise<TickEnd> {
    try {
      const { outcome, failure } = await this.#run(turnOver, sharing);
      this.#rest.over();
      if (outcome === 'stopped' || isStateAway(failure)) return 'interrupted';
      // Another process took the state after it was found free.
      return outcome === 'failed' && this.#context.scheduler.isShared && (await this.#isHeld()) ? 'held' : 'done';
    } catch (error) {
      this.#tellFailure(error);
      return 'done';
    }
  }

  async #run(turnOver: AbortSignal | undefined, sharing: Sharing): Promise<RunResult> {
    const { runtime, logger } = this.#context;
    const { signal, monitor, observe } = this.#options;
    const runId = newRunId(runtime);
    const ofRun = this.#logger.child({ run: runId });
    const { joins } = sharing;
    ofRun.info({}, joins ? 'joining the run of another process' : 'the run starts');
    const signals = turnOver === undefined ? [signal] : [signal, turnOver];
    const result = await withRunSignal(signals, (ofThisRun) => {
      const options = { signal: ofThisRun, runId, observe, staysUp: true, hadState: this.#hadState, ...sharing };
      return runPipeline(this.#pipeline.compose(ofRun), { runtime, logger }, options);
    });
    this.#hadState ||= result.outcome === 'done' || result.report.windows > 0;
    const isTurnOver = turnOver?.aborted === true && !signal.aborted;
    const now = runtime.now();
    const next = isStateAway(result.failure) ? now : nextTime(this.#pipeline.config.schedule, now);
    this.#logEnd(result, { next, isTurnOver, joins });
    if (!result.report.sourceEnded) return result;
    monitor.completed();
    ofRun.info({}, 'the source has ended; the pipeline is complete and will not run again');
    this.#complete.abort();
    return result;
  }

  /** An adapter that cannot even be made, such as one whose file is gone, is not a bug. */
  #tellFailure(error: unknown): void {
    const isBug = !(error instanceof SluiceError);
    const message = isBug ? String(error) : error.message;
    this.#options.monitor.observe({ kind: 'run-ended', outcome: isBug ? 'bug' : 'failed', durationMs: 0, message });
    const from = isBug ? this.#rest.begin() : this.#context.runtime.now();
    const next = new Date(nextTime(this.#pipeline.config.schedule, from)).toISOString();
    if (isBug) {
      this.#logger.error(
        { err: error, next },
        'a bug in Sluice or in an adapter ended the run; the pipeline will be tried again',
      );
    } else this.#logger.error({ error: message, next }, 'the run failed; the next run retries');
  }
}

/** The run continues as soon as the state answers: its next one waits for that. */
function isStateAway(failure: unknown): boolean {
  return failure instanceof StateUnavailableError;
}

/** Otherwise, what each run derives from the signals would stay in memory until the process ends. */
async function withRunSignal<T>(signals: readonly AbortSignal[], work: (own: AbortSignal) => Promise<T>): Promise<T> {
  const own = new AbortController();
  const listeners = signals.map((signal) => {
    const abort = () => own.abort(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    return { signal, abort };
  });
  try {
    return await work(own.signal);
  } finally {
    for (const { signal, abort } of listeners) signal.removeEventListener('abort', abort);
  }
}
