import type { ArrivalRange, MissingEvents } from '../../contracts/arrivals.js';
import { hourOf } from '../../contracts/digest.js';
import type { ExpectedEvent } from './expected-events.js';

/** Missing events of one name and hour, and how to find them again. */
export interface MissingHour {
  readonly events: MissingEvents;
  /** The ids of the events, by the stream of their records. */
  readonly ids: ReadonlyMap<string, ReadonlySet<string>>;
  /** Of the event time of their records. */
  readonly range: ArrivalRange;
}

/** Collects the expected events of one name and hour. */
export class MissingBuilder {
  readonly #all = new Set<string>();
  readonly #ids = new Map<string, Set<string>>();
  #about: Pick<MissingEvents, 'hour' | 'event'> | undefined;

  add(stream: string, { id, event, time }: ExpectedEvent, isMissing: boolean): void {
    this.#about ??= { hour: hourOf(time), event };
    this.#all.add(id);
    if (!isMissing) return;
    const ofStream = this.#ids.get(stream) ?? new Set();
    this.#ids.set(stream, ofStream.add(id));
  }

  /** Empty if nothing is missing. */
  built(range: ArrivalRange): readonly MissingHour[] {
    const missing = new Set([...this.#ids.values()].flatMap((ids) => [...ids])).size;
    if (this.#about === undefined || missing === 0) return [];
    return [{ events: { ...this.#about, expected: this.#all.size, missing }, ids: this.#ids, range }];
  }
}
