import { runPipeline, SharedSource, type RunResult } from '@sluice/core/engine';
import {
  manualRuntime,
  MemoryState,
  MemoryStateStore,
  recordingLogger,
  recordingSink,
  type ManualRuntime,
  type RecordingSink,
} from '@sluice/testkit';
import { expect } from 'chai';
import { aNote, aPipeline, DAY, memoryNotes, MINUTE, NOW, notes } from './a-pipeline.js';

/** What a request to each sink takes: one is so much slower that its workers have other windows. */
const LATENCY_MS = { a: 50, b: 400 };

interface Processes {
  readonly runtime: ManualRuntime;
  readonly memory: MemoryState;
  put(count: number): readonly string[];
  /** A run of every branch in every process. */
  run(processes: number): Promise<readonly RunResult[]>;
  /** What a destination has accepted of all processes. */
  ids(name: string): readonly string[];
}

/** Processes that share a pipeline with two sinks; each reads the source once for both, where they have the same window. */
function someProcesses(records = notes(1500)): Processes {
  const runtime = manualRuntime({ startAt: NOW });
  const memory = new MemoryState();
  const logger = recordingLogger();
  const inMemory = memoryNotes(records, { now: () => runtime.now(), pageSize: 25 });
  const source = { ...inMemory, estimate: async () => 2_000_000 };
  const delivery = { maxDeadLetterShare: 0.05, maxEvents: 25, maxInFlight: 2 };
  const sinks: { readonly name: string; readonly sink: RecordingSink }[] = [];

  function runBranch(shared: SharedSource, name: keyof typeof LATENCY_MS): Promise<RunResult> {
    const sink = recordingSink({
      destination: name,
      answer: async () => {
        await runtime.sleep(LATENCY_MS[name]);
        return undefined;
      },
    });
    sinks.push({ name, sink });
    const { pipeline } = aPipeline({ source, sink, runtime, delivery, maxWindowMs: 365 * DAY });
    const branch = {
      ...pipeline,
      name: `notes.${name}`,
      source: shared.branch({ name, streams: pipeline.mapper.streams }),
      state: new MemoryStateStore({ runtime, leaseMs: 10_000, isShared: true }, memory),
    };
    return runPipeline(branch, { runtime, logger }, { signal: new AbortController().signal });
  }

  return {
    runtime,
    memory,
    put: (count) => {
      const added = Array.from({ length: count }, (_, each) => aNote(`later-${each}`, runtime.now() + each * MINUTE));
      for (const note of added) inMemory.put('note', note);
      return added.map(({ key }) => key);
    },
    run: (processes) =>
      Promise.all(
        Array.from({ length: processes }, () => new SharedSource(() => source, { runtime, logger })).flatMap(
          (shared) => [runBranch(shared, 'a'), runBranch(shared, 'b')],
        ),
      ),
    ids: (name) =>
      sinks.filter((each) => each.name === name).flatMap(({ sink }) => sink.accepted.map(({ id }) => String(id))),
  };
}

describe('several workers of a pipeline with several sinks', () => {
  it('give every sink every record once, in the first backfill and in slices, none waiting long for the other sink', async () => {
    const processes = someProcesses();
    const all = notes(1500).map(({ key }) => key);
    const outcomes = async () => new Set((await processes.run(3)).map(({ outcome }) => outcome));
    expect(await outcomes()).to.deep.equal(new Set(['done']));
    for (const sink of ['a', 'b']) expect(processes.ids(sink).toSorted(), sink).to.deep.equal(all.toSorted());
    // Three workers of the slow sink need four seconds at least, and a read can wait for it for five.
    expect(processes.runtime.now() - NOW).to.be.within(4000, 12_000);

    const later = processes.put(1200);
    processes.runtime.advance(DAY);
    expect(await outcomes()).to.deep.equal(new Set(['done']));
    for (const sink of ['a', 'b']) {
      expect(processes.ids(sink).toSorted(), sink).to.deep.equal([...all, ...later].toSorted());
      const { windows } = await new MemoryStateStore({}, processes.memory).reader(`notes.${sink}`).read();
      expect(windows.filter(({ purpose }) => purpose === 'following')).to.have.length(1);
    }
  });
});
