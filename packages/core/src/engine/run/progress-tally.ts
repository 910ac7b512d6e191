/** The progress of a run, for display. Counts are those of this run, over all its streams. */
export interface RunProgress {
  readonly recordsRead: number;
  readonly eventsFinal: number;
  /** About how many records the run reads in all; absent when nothing is known about it. */
  readonly expectedRecords?: number;
}

/** Adds up what a run has read and delivered, and tells who watches. */
export class ProgressTally {
  readonly #onProgress: ((progress: RunProgress) => void) | undefined;
  /** By stream, about how many records are left. */
  readonly #left = new Map<string, number>();
  #records = 0;
  #events = 0;

  constructor(onProgress?: (progress: RunProgress) => void) {
    this.#onProgress = onProgress;
  }

  /** Whether estimates are worth asking for. */
  get isWatched(): boolean {
    return this.#onProgress !== undefined;
  }

  /** About how many records of a stream are left. A later estimate replaces an earlier one. */
  expect(stream: string, records: number | undefined): void {
    if (records !== undefined) this.#left.set(stream, records);
  }

  add(stream: string, { records, events }: { readonly records: number; readonly events: number }): void {
    this.#records += records;
    this.#events += events;
    const left = this.#left.get(stream);
    if (left !== undefined) this.#left.set(stream, Math.max(0, left - records));
    const expected = this.#left.size === 0 ? undefined : this.#records + sum(this.#left.values());
    this.#onProgress?.({
      recordsRead: this.#records,
      eventsFinal: this.#events,
      ...(expected === undefined ? {} : { expectedRecords: expected }),
    });
  }
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
