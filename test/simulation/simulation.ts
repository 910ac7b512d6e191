import type { Source, Window } from '@sluice/core/source';
import type { StateStore, WindowPurpose } from '@sluice/core/state';
import type { Pipeline } from '@sluice/core/engine';
import { manualRuntime, memorySource, MemoryState, MemoryStateStore } from '@sluice/testkit';
import { checkDelivered, checkDigestsKept, checkLedger } from './check-end.js';
import { checkReport, checkStatus } from './check-status.js';
import { Destination } from './destination.js';
import type { DataFault, Fault, FaultKind, Step } from './faults.js';
import { MOST_HELD_MS, NOTE_STREAMS, noteSchema } from './notes.js';
import {
  accept,
  backfill,
  discard,
  repair,
  repairAtRest,
  replay,
  replaySome,
  rewind,
  run,
  type Ended,
  type Operation,
} from './operations.js';
import { Oracle } from './oracle.js';
import { BEGINNING, MAX_DEAD_LETTER_SHARE, MINUTE, type Scenario } from './scenario.js';
import { SimulatedClock } from './simulated-clock.js';
import { simulatedMapper } from './simulated-mapper.js';
import { SimulatedProcess } from './simulated-process.js';
import { simulatedSink } from './simulated-sink.js';
import { simulatedSource } from './simulated-source.js';
import { simulatedSharedStore } from './simulated-shared-store.js';
import { simulatedStore } from './simulated-store.js';
import { StateNetwork } from './state-network.js';
import { WorkerRecord, type PipelineIdentity } from './worker-record.js';
import { World } from './world.js';

/** The result of a seed. */
export interface SimulationResult {
  readonly violations: readonly string[];
  /** The faults that happened. */
  readonly faults: readonly Fault[];
  readonly dataFaults: ReadonlyMap<DataFault, number>;
  /** What happened between workers that share the pipeline. */
  readonly sharedEvents: Oracle['workers']['seen'];
  /** How many workers share the pipeline; 0 where one at a time has all of it. */
  readonly sharingWorkers: number;
  /** The most of them that held a lease at once. */
  readonly mostAtOnce: number;
  readonly records: number;
  readonly windows: number;
}

/** What a worker does instead of a run, by the shares up to which it is chosen. */
const OPERATIONS: readonly (readonly [below: number, Operation])[] = [
  [0.11, replaySome],
  [0.18, repair],
  [0.23, backfill],
  [0.27, discard],
  [0.34, rewind],
  [0.38, accept],
];

/** What reaches a step that is seldom reached. */
const OPERATION_OF: Readonly<Partial<Record<Step, Operation>>> = {
  get: replay,
  replay,
  discard,
  'open-backfill': backfill,
  'close-backfill': backfill,
  rewind,
  accept,
  digest: repair,
  remember: repair,
};

const PARTS_OF_IDENTITY = ['source', 'start', 'sink'] as const;

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
  readonly #memory = new MemoryState();
  readonly #store: MemoryStateStore;
  readonly #network: StateNetwork;
  readonly #wrongSource: Source;
  readonly #happened: Fault[] = [];
  #pending: readonly Fault[];
  #isHealed = false;
  #windows = 0;
  /** How often source, start or sink was renamed in the pipeline file. */
  readonly #renamed = { source: 0, start: 0, sink: 0 };

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#random = manualRuntime({ seed: scenario.seed + 1_000_000 }).random;
    this.#pending = scenario.faults;
    this.#destination = new Destination({
      clock: this.#clock,
      random: this.#random,
      maxBytes: scenario.destinationMaxBytes,
      onIngest: (event) => this.#oracle.ingested(event, this.#clock.nowMs),
      onDataFault: (fault) => this.#oracle.covered(fault),
    });
    this.#world = new World(scenario, this.#clock, this.#random, () => this.#destination.held.size > 0);
    this.#oracle = new Oracle(this.#world.notes, scenario, () => this.#clock.nowMs);
    this.#network = new StateNetwork(this.#clock, this.#random);
    const runtime = { now: () => this.#clock.nowMs };
    this.#store = new MemoryStateStore({ runtime, leaseMs: scenario.leaseMs }, this.#memory);
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
      sharedEvents: oracle.workers.seen,
      sharingWorkers: this.#scenario.isShared ? this.#scenario.workers : 0,
      mostAtOnce: oracle.workers.mostAtOnce,
      records: this.#world.size,
      windows: this.#windows,
    };
  }

  async #course(): Promise<void> {
    const { workers, isShared, wrongSourceFirst } = this.#scenario;
    if (wrongSourceFirst) await this.#attempt(run, this.#wrongSource);
    const loops = Array.from({ length: workers }, (_, index) => this.#work(index));
    await Promise.all([...loops, this.#change()]);
    await this.#heal();
    // Nothing else is missing than what no window can have seen. A repair finds it.
    const { backfills } = await this.#parts().reader.read();
    if (backfills.length > 0) await this.#untilDone(backfill);
    const last = Array.from({ length: isShared ? workers : 1 }, (_, index) => index);
    await Promise.all(last.map(async (index) => this.#untilDone(run, index)));
    await checkDelivered(this.#parts(), { after: 'the last run' });
    await checkDigestsKept(this.#parts());
    await this.#untilDone(repairAtRest);
    await checkDigestsKept(this.#parts());
    await checkDelivered(this.#parts(), { after: 'the repair' });
    await this.#untilDone(replay);
    await checkDelivered(this.#parts(), { after: 'the replay' });
    await checkLedger(this.#parts());
    await checkStatus(this.#parts());
  }

  /** A worker that runs the pipeline repeatedly, as cron does, and sometimes does what a person would. */
  async #work(index: number): Promise<void> {
    const { durationMs, isShared } = this.#scenario;
    await this.#clock.sleep(isShared ? index * this.#random() * 10_000 : index * 90_000);
    // Those that share the pipeline rest for less long, so that they meet.
    const [least, span] = isShared ? [1, 4] : [8, 8];
    let last: Ended | undefined;
    while (this.#clock.nowMs < BEGINNING + durationMs) {
      const operation = last?.failure?.name === 'ConfigError' ? accept : this.#anyOperation();
      if (operation === repair) await checkDigestsKept(this.#parts());
      last = await this.#attempt(operation, this.#world.database, index);
      const died = last === undefined;
      await this.#clock.sleep(died ? 6000 + this.#random() * 3 * MINUTE : (least + this.#random() * span) * MINUTE);
    }
  }

  #anyOperation(): Operation {
    const choice = this.#random();
    const waiting = this.#pending.find(({ step }) => OPERATION_OF[step] !== undefined);
    const isForced = waiting !== undefined && this.#random() < 0.2;
    const operation =
      (isForced ? OPERATION_OF[waiting.step] : OPERATIONS.find(([below]) => choice < below)?.[1]) ?? run;
    // Usually a run fails first, and its message says what to do.
    if (operation === accept) {
      const part = PARTS_OF_IDENTITY[Math.floor(this.#random() * PARTS_OF_IDENTITY.length)] ?? 'source';
      this.#renamed[part] += 1;
      if (this.#random() < 0.5) return run;
    }
    return operation;
  }

  /** Changes at the source, independent of the workers. */
  async #change(): Promise<void> {
    const { durationMs, records } = this.#scenario;
    const changes = records / 4;
    for (let index = 0; index < changes; index += 1) {
      await this.#clock.sleep((durationMs / changes) * this.#random() * 2);
      this.#world.change();
      if (this.#random() < 0.1) this.#world.insertTooLate();
    }
    while (this.#world.size < records) this.#world.insertLately();
  }

  /** Ends all faults and lets time pass. */
  async #heal(): Promise<void> {
    this.#isHealed = true;
    this.#destination.heal();
    this.#network.heal();
    const { settleMs, holds } = this.#scenario;
    await this.#clock.sleep(settleMs + 10 * MINUTE + (holds ? MOST_HELD_MS : 0));
  }

  async #untilDone(operation: Operation, worker = 0): Promise<void> {
    let last: Ended | undefined;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      last = await this.#attempt(operation, this.#world.database, worker);
      if (last?.outcome === 'done') return;
      if (last?.failure?.name === 'ConfigError') await this.#attempt(accept, this.#world.database);
      // An invalid record that comes alone, before anything was accepted, may also mean a wrong destination: the
      // pipeline waits for a person.
      const { binding } = await this.#parts().reader.read();
      if (last?.cause === 'refused-request' && !binding?.sink) this.#world.dropPoison();
      await this.#clock.sleep(2 * MINUTE);
    }
    this.#oracle.fail(`the healed pipeline does not finish: ${last?.outcome} ${String(last?.failure)}`);
  }

  /** Runs one process from start to end. Returns how it ended; undefined when it died. */
  async #attempt(operation: Operation, database: Source, worker = 0): Promise<Ended | undefined> {
    const [clock, random, oracle] = [this.#clock, this.#random, this.#oracle];
    const process = new SimulatedProcess({
      clock,
      random,
      takeFault: (step) => this.#takeFault(step),
      onStep: (step) => this.#onStep(step),
      onViolation: (message) => oracle.fail(message),
      clockAheadMs: this.#scenario.clocksAheadMs[worker] ?? 0,
    });
    const record = new WorkerRecord(this.#identity(database));
    const pipeline = this.#pipeline(process, record, database);
    const { context } = process;
    const work = operation({ pipeline, context, signal: process.stop.signal, record, random });
    const result = await Promise.race([work, process.death.then(() => undefined)]);
    // Without an expiry, the lease ends with the process.
    if (result === undefined && this.#scenario.leaseMs === Number.POSITIVE_INFINITY) await process.writer?.release();
    // One that was frozen until others had taken over reports on what they have left.
    if (result?.wrong !== undefined && oracle.isHolder(record)) oracle.fail(result.wrong);
    if (result?.report) checkReport(result.report, result.outcome, record, oracle);
    if (result?.failure?.name === 'ConfigError' && !oracle.hasBeenForeign(record)) oracle.fail(String(result.failure));
    return result;
  }

  #pipeline(process: SimulatedProcess, record: WorkerRecord, database: Source): Pipeline {
    const [scenario, clock, random, oracle] = [this.#scenario, this.#clock, this.#random, this.#oracle];
    const { maxInFlight, maxBytes, maxEventsPerSecond, giveUpAfterMs, start, settleMs, revisitMs, maxWindowMs } =
      scenario;
    const destination = this.#destination;
    return {
      name: 'notes',
      source: simulatedSource({ database, process, clock, random, record }),
      mapper: simulatedMapper(process, oracle, scenario),
      sink: simulatedSink(scenario, { process, clock, random, destination, oracle, record }),
      state: this.#stateOf(process, record),
      start: { ...start, text: record.identity.start },
      settleMs,
      revisitMs,
      maxWindowMs,
      delivery: {
        maxDeadLetterShare: MAX_DEAD_LETTER_SHARE,
        ...(maxInFlight === undefined ? {} : { maxInFlight }),
        ...(maxBytes === undefined ? {} : { maxBytes }),
        ...(maxEventsPerSecond === undefined ? {} : { maxEventsPerSecond }),
        ...(giveUpAfterMs === undefined ? {} : { giveUpAfterMs }),
      },
    };
  }

  #stateOf(process: SimulatedProcess, record: WorkerRecord): StateStore {
    const onPlan = (purpose: WindowPurpose, window: Window) => this.#onPlan(purpose, window);
    const parts = { process, clock: this.#clock, oracle: this.#oracle, record, onPlan };
    const { isShared, leaseMs } = this.#scenario;
    if (!isShared) return simulatedStore({ ...parts, store: this.#store });
    const shared = { memory: this.#memory, pipeline: 'notes', leaseMs, network: this.#network };
    return simulatedSharedStore({ ...parts, ...shared });
  }

  /** As in the pipeline file now. */
  #identity(database: Source): PipelineIdentity {
    const { source, start, sink } = this.#renamed;
    return {
      source: `${database.identity().fingerprint} ${source}`,
      start: `${this.#scenario.start.text}${' '.repeat(start)}`,
      sink: `destination ${sink}`,
    };
  }

  #takeFault(step: Step): FaultKind | undefined {
    if (this.#isHealed) return undefined;
    const nowMs = this.#clock.nowMs - BEGINNING;
    const fault = this.#pending.find((each) => each.step === step && each.afterMs <= nowMs);
    if (fault === undefined) return undefined;
    this.#pending = this.#pending.filter((each) => each !== fault);
    this.#happened.push(fault);
    if (fault.fault === 'slow-state') this.#network.slowDown();
    return fault.fault;
  }

  /** Lets records change at any step. */
  #onStep(step: Step): void {
    // Workers that wait for one another do these so often that nothing else would happen.
    if (this.#scenario.isShared && (step === 'refresh' || step === 'renew')) return;
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
      streams: NOTE_STREAMS,
      nowMs: this.#clock.nowMs,
      destination: this.#destination,
      oracle: this.#oracle,
    };
  }
}
