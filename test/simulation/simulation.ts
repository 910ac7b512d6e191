import type { Source, Window } from '@sluice/core/source';
import type { WindowPurpose } from '@sluice/core/state';
import {
  backfillPipeline,
  repairPipeline,
  replayDeadLetters,
  runPipeline,
  type EngineContext,
  type Pipeline,
  type RunOptions,
  type RunResult,
} from '@sluice/core/engine';
import { manualRuntime, memorySource, MemoryState, MemoryStateStore } from '@sluice/testkit';
import { checkDelivered, checkLedger } from './check-end.js';
import { Destination } from './destination.js';
import type { DataFault, Fault, FaultKind, Step } from './faults.js';
import { NOTE_STREAMS, noteSchema } from './notes.js';
import { Oracle } from './oracle.js';
import { BEGINNING, HOUR, MAX_DEAD_LETTER_SHARE, MINUTE, type Scenario } from './scenario.js';
import { SimulatedClock } from './simulated-clock.js';
import { simulatedMapper } from './simulated-mapper.js';
import { SimulatedProcess } from './simulated-process.js';
import { simulatedSink } from './simulated-sink.js';
import { simulatedSource } from './simulated-source.js';
import { simulatedStore } from './simulated-store.js';
import { WorkerRecord } from './worker-record.js';
import { World } from './world.js';

/** The result of a seed. */
export interface SimulationResult {
  readonly violations: readonly string[];
  /** The faults that happened. */
  readonly faults: readonly Fault[];
  readonly dataFaults: ReadonlyMap<DataFault, number>;
  readonly records: number;
  readonly windows: number;
}

type Action = (pipeline: Pipeline, context: EngineContext, options: RunOptions) => Promise<RunResult>;

const ATTRIBUTION = { by: 'ada@simulation' };
const replay: Action = (pipeline, context, options) =>
  replayDeadLetters(pipeline, context, { ...options, attribution: ATTRIBUTION, wanted: () => true });
/** Before the first backfill of the right source is complete there is nothing to export again, so a run is made instead. */
const backfill: Action = async (pipeline, context, options) => {
  const { backfilled, binding } = await pipeline.state.reader(pipeline.name).read();
  if (!binding?.sink || backfilled.length < NOTE_STREAMS.length) return runPipeline(pipeline, context, options);
  return backfillPipeline(pipeline, context, {
    signal: options.signal,
    attribution: ATTRIBUTION,
    from: BEGINNING - 2 * HOUR,
    until: BEGINNING + HOUR / 2,
    parallel: 2,
    nextRun: (after) => after + 15 * MINUTE,
  });
};
const repair: Action = (pipeline, context, options) =>
  repairPipeline(pipeline, context, { ...options, attribution: ATTRIBUTION });

/** How often the healed pipeline may fail until leftovers, such as a lease, have expired. */
const ATTEMPTS = 20;

/** Simulates one pipeline over some hours with its faults, and checks the result. */
export class Simulation {
  readonly #scenario: Scenario;
  readonly #random: () => number;
  readonly #clock = new SimulatedClock(BEGINNING);
  readonly #world: World;
  readonly #oracle: Oracle;
  readonly #destination: Destination;
  readonly #store: MemoryStateStore;
  readonly #wrongSource: Source;
  readonly #happened: Fault[] = [];
  #pending: readonly Fault[];
  #isHealed = false;
  #windows = 0;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#random = manualRuntime({ seed: scenario.seed + 1_000_000 }).random;
    this.#pending = scenario.faults;
    this.#destination = new Destination({
      clock: this.#clock,
      random: this.#random,
      maxBytes: scenario.destinationMaxBytes,
      onIngest: (event) => this.#oracle.ingested(event),
      onDataFault: (fault) => this.#oracle.covered(fault),
    });
    this.#world = new World(scenario, this.#clock, this.#random, () => this.#destination.held.size > 0);
    this.#oracle = new Oracle(this.#world.notes);
    const runtime = { now: () => this.#clock.nowMs };
    this.#store = new MemoryStateStore({ runtime, leaseMs: scenario.leaseMs }, new MemoryState());
    const streams = NOTE_STREAMS.map((name) => ({ schema: noteSchema(name), records: [] }));
    this.#wrongSource = memorySource({ streams, name: 'wrong' });
  }

  async run(): Promise<SimulationResult> {
    const oracle = this.#oracle;
    try {
      await this.#clock.run(this.#course(), () => oracle.violations.length > 0);
    } catch (error) {
      oracle.fail(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
    return {
      violations: oracle.violations,
      faults: this.#happened,
      dataFaults: oracle.dataFaults,
      records: this.#world.size,
      windows: this.#windows,
    };
  }

  async #course(): Promise<void> {
    const { workers, wrongSourceFirst } = this.#scenario;
    if (wrongSourceFirst) await this.#attempt(runPipeline, this.#wrongSource);
    const loops = Array.from({ length: workers }, (_, index) => this.#work(index));
    await Promise.all([...loops, this.#change()]);
    await this.#heal();
    const { backfills } = await this.#parts().reader.read();
    if (backfills.length > 0) await this.#untilDone(backfill);
    await this.#untilDone(runPipeline);
    await checkDelivered(this.#parts(), { afterReplay: false });
    await this.#untilDone(replay);
    await checkDelivered(this.#parts(), { afterReplay: true });
    await checkLedger(this.#parts());
  }

  /** A worker that runs the pipeline repeatedly, as cron does. */
  async #work(index: number): Promise<void> {
    const { durationMs } = this.#scenario;
    await this.#clock.sleep(index * 90_000);
    while (this.#clock.nowMs < BEGINNING + durationMs) {
      const choice = this.#random();
      let action: Action = runPipeline;
      if (choice < 0.15) action = replay;
      else if (choice < 0.25) action = repair;
      else if (choice < 0.31) action = backfill;
      const died = (await this.#attempt(action, this.#world.database)) === undefined;
      await this.#clock.sleep(died ? 6000 + this.#random() * 3 * MINUTE : (8 + this.#random() * 8) * MINUTE);
    }
  }

  /** Changes at the source, independent of the workers. */
  async #change(): Promise<void> {
    const { durationMs, records } = this.#scenario;
    const changes = records / 4;
    for (let index = 0; index < changes; index += 1) {
      await this.#clock.sleep((durationMs / changes) * this.#random() * 2);
      this.#world.change();
    }
    while (this.#world.size < records) this.#world.insertLately();
  }

  /** Ends all faults and lets time pass. */
  async #heal(): Promise<void> {
    this.#isHealed = true;
    this.#destination.heal();
    await this.#clock.sleep(this.#scenario.settleMs + 10 * MINUTE);
  }

  async #untilDone(action: Action): Promise<void> {
    let last: RunResult | undefined;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      last = await this.#attempt(action, this.#world.database);
      if (last?.outcome === 'done') return;
      // An invalid record that comes alone, before anything was accepted, may also mean a wrong destination: the
      // pipeline waits for a person.
      if (last?.cause === 'refused-request' && this.#destination.held.size === 0) this.#world.dropPoison();
      await this.#clock.sleep(2 * MINUTE);
    }
    this.#oracle.fail(`the healed pipeline does not finish: ${last?.outcome} ${String(last?.failure)}`);
  }

  /** Runs one process from start to end. Returns its result; undefined when it died. */
  async #attempt(action: Action, database: Source): Promise<RunResult | undefined> {
    const process = new SimulatedProcess({
      clock: this.#clock,
      random: this.#random,
      takeFault: (step) => this.#takeFault(step),
      onStep: () => this.#onStep(),
    });
    const record = new WorkerRecord();
    const [clock, random, oracle, destination] = [this.#clock, this.#random, this.#oracle, this.#destination];
    const pipeline: Pipeline = {
      name: 'notes',
      source: simulatedSource({ database, process, clock, random, record }),
      mapper: simulatedMapper(process, oracle),
      sink: simulatedSink(this.#scenario, { process, clock, random, destination, oracle, record }),
      state: simulatedStore({
        store: this.#store,
        process,
        clock,
        oracle,
        record,
        onPlan: (purpose, window) => this.#onPlan(purpose, window),
      }),
      start: this.#scenario.start,
      settleMs: this.#scenario.settleMs,
      revisitMs: this.#scenario.revisitMs,
      maxWindowMs: this.#scenario.maxWindowMs,
      delivery: { maxDeadLetterShare: MAX_DEAD_LETTER_SHARE },
    };
    const run = action(pipeline, process.context, { signal: process.stop.signal });
    const result = await Promise.race([run, process.death.then(() => undefined)]);
    // Without an expiry, the lease ends with the process.
    if (result === undefined && this.#scenario.leaseMs === Number.POSITIVE_INFINITY) await process.writer?.release();
    if (result?.failure?.name === 'ConfigError') oracle.fail(String(result.failure));
    return result;
  }

  #takeFault(step: Step): FaultKind | undefined {
    if (this.#isHealed) return undefined;
    const nowMs = this.#clock.nowMs - BEGINNING;
    const fault = this.#pending.find((each) => each.step === step && each.afterMs <= nowMs);
    if (fault === undefined) return undefined;
    this.#pending = this.#pending.filter((each) => each !== fault);
    this.#happened.push(fault);
    return fault.fault;
  }

  /** Lets records change at any step. */
  #onStep(): void {
    if (!this.#isHealed && this.#random() < 0.05) this.#world.change();
  }

  /** Sometimes adds a record at the end of a window, which belongs to the next one. */
  #onPlan(purpose: WindowPurpose, { stream, until }: Window): void {
    this.#windows += 1;
    if (!this.#isHealed && purpose === 'following' && this.#random() < 0.4)
      this.#world.insert(until, until, { stream, kind: 'plain' });
  }

  #parts() {
    return {
      reader: this.#store.reader('notes'),
      database: this.#world.database,
      notes: this.#world.all(),
      destination: this.#destination,
      oracle: this.#oracle,
    };
  }
}
