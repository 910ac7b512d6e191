import type { DeadLetter, PipelineState, StateReader, StateStore, StateWriter } from '@sluice/core/state';
import { afterEach, beforeEach, it } from 'mocha';

/** A new, empty store for every test. */
export interface StateStoreUnderTest {
  readonly store: StateStore;
  /** Another store over the same state, as another process would open it. */
  reopen(): Promise<StateStore>;
  dispose(): Promise<void>;
}

export interface DescribeStateStoreOptions {
  readonly name: string;
  create(): Promise<StateStoreUnderTest>;
  /**
   * Makes the lease on a pipeline of the newest store expire without its worker noticing, as if the worker were frozen.
   * Absent where a lease ends only with its process.
   */
  readonly expireLease?: (pipeline: string) => Promise<void>;
}

export const PIPELINE = 'pipeline-1';

/** What the parts of the suite work with. The store is a new one in every test. */
export interface StateStoreSubject {
  readonly store: StateStore;
  readonly reader: StateReader;
  readonly underTest: StateStoreUnderTest;
  /** Describes a test that begins with the lease. */
  test(title: string, run: (writer: StateWriter) => Promise<void>): void;
  /** Takes a lease that is released after the test, if the test does not release it. */
  acquire(from?: StateStore, pipeline?: string): Promise<StateWriter>;
  release(writer: StateWriter): Promise<void>;
  /** The state as another process reads it. */
  readElsewhere(): Promise<PipelineState>;
}

export function useStateStore(options: DescribeStateStoreOptions): StateStoreSubject {
  let underTest: StateStoreUnderTest;
  let held: StateWriter[] = [];
  beforeEach(async () => {
    underTest = await options.create();
    held = [];
  });
  afterEach(async () => {
    await Promise.all(held.map((writer) => writer.release()));
    await underTest.dispose();
  });
  async function acquire(from = underTest.store, pipeline = PIPELINE): Promise<StateWriter> {
    const writer = await from.acquire(pipeline);
    held.push(writer);
    return writer;
  }
  return {
    test: (title, run) => void it(title, async () => run(await acquire())),
    acquire,
    get store() {
      return underTest.store;
    },
    get reader() {
      return underTest.store.reader(PIPELINE);
    },
    get underTest() {
      return underTest;
    },
    release: async (writer) => {
      held = held.filter((other) => other !== writer);
      await writer.release();
    },
    readElsewhere: async () => (await underTest.reopen()).reader(PIPELINE).read(),
  };
}

export async function lettersOf(reader: StateReader): Promise<readonly DeadLetter[]> {
  const letters: DeadLetter[] = [];
  for await (const letter of reader.deadLetters()) letters.push(letter);
  return letters;
}

export async function idsOf(reader: StateReader): Promise<readonly string[]> {
  return (await lettersOf(reader)).map(({ id }) => id);
}

/** The error of a promise that must fail. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}
