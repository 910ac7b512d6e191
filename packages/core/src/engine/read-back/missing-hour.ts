import type { MissingEvents } from '../../contracts/arrivals.js';
import { hourOf } from '../../contracts/digest.js';
import type { ExpectedEvent } from './expected-events.js';
import type { RecordRange } from './record-ranges.js';

/** Missing events of one name and hour, and how to find them again. */
export interface MissingHour {
  readonly events: MissingEvents;
  readonly found: readonly MissingRecords[];
}

/** The records of one stream and range that make missing events. */
export interface MissingRecords {
  readonly stream: string;
  readonly records: RecordRange;
  /** Of the events. */
  readonly ids: ReadonlySet<string>;
}

/** Collects the expected events of one name and hour. */
export class MissingBuilder {
  readonly #all = new Set<string>();
  readonly #missing = new Set<string>();
  readonly #found: (MissingRecords & { readonly ids: Set<string> })[] = [];
  #about: Pick<MissingEvents, 'hour' | 'event'> | undefined;

  add(expected: ExpectedEvent & { readonly stream: string }, isMissing: boolean): void {
    const { stream, records, id, event, time } = expected;
    this.#about ??= { hour: hourOf(time), event };
    this.#all.add(id);
    if (!isMissing) return;
    this.#missing.add(id);
    const last = this.#found.at(-1);
    if (last?.stream === stream && last.records === records) last.ids.add(id);
    else this.#found.push({ stream, records, ids: new Set([id]) });
  }

  /** Empty if nothing is missing. */
  built(): readonly MissingHour[] {
    const { size } = this.#missing;
    if (this.#about === undefined || size === 0) return [];
    return [{ events: { ...this.#about, expected: this.#all.size, missing: size }, found: this.#found }];
  }
}
