import type { HourDigest } from '../contracts/digest.js';
import type { DigestChange } from '../contracts/leased-state.js';
import type { Instant } from '../contracts/value.js';
import { addHourDigests } from './hour-digest.js';

/** The digests of a pipeline in memory, for stores that do not keep them in a database. */
export class DigestBook {
  readonly #streams = new Map<string, Map<Instant, HourDigest>>();

  apply(change: DigestChange): void {
    if (change.kind === 'clear-all') this.#streams.clear();
    else if (change.kind === 'clear') {
      const hours = this.#hours(change.stream);
      for (const hour of hours.keys()) if (hour >= change.from) hours.delete(hour);
    } else if (change.kind === 'replace') this.#hours(change.stream).set(change.digest.hour, change.digest);
    else for (const digest of change.digests) this.#add(this.#hours(change.stream), digest);
  }

  list(stream: string, from: Instant, until: Instant): readonly HourDigest[] {
    const digests = [...(this.#streams.get(stream)?.values() ?? [])];
    return digests.filter(({ hour }) => hour >= from && hour < until).toSorted((a, b) => a.hour - b.hour);
  }

  /** By stream, without streams that have none. */
  within(from: Instant, until: Instant): Readonly<Record<string, readonly HourDigest[]>> {
    const lists = [...this.#streams.keys()].map((stream) => [stream, this.list(stream, from, until)] as const);
    return Object.fromEntries(lists.filter(([, digests]) => digests.length > 0));
  }

  #hours(stream: string): Map<Instant, HourDigest> {
    const hours = this.#streams.get(stream) ?? new Map<Instant, HourDigest>();
    this.#streams.set(stream, hours);
    return hours;
  }

  #add(hours: Map<Instant, HourDigest>, digest: HourDigest): void {
    const known = hours.get(digest.hour);
    hours.set(digest.hour, known === undefined ? digest : addHourDigests(known, digest));
  }
}
