import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Instant } from '@sluice/core/adapter';
import { DigestBook, StateError, storedDigest, type DigestChange, type HourDigest } from '@sluice/core/state';
import { z } from 'zod';
import { decodeLine, encodeLine } from './checksummed-line.js';
import { readIfPresent, type replaceFile } from './state-files.js';

const storedMonth = z.record(z.string(), z.array(storedDigest));

/** The name of a file with one checksummed line: the digests of a month of UTC by stream, as of a revision. */
export const DIGEST_FILE = /^digests-(?<year>-?\d+)-(?<month>\d{2})\.(?<revision>\d+)\.json$/u;

/**
 * The digests of a pipeline: a file for each month, and the changes of the journal. A compaction writes only the months
 * that have changed, under new names, and reading a few hours reads only their month: neither grows with the years.
 */
export class DigestFiles {
  readonly #directory: string;
  /** Names by month. */
  readonly #files: ReadonlyMap<number, string>;
  /** Of the journal. */
  readonly #recent: DigestChange[] = [];

  /** `names` are those of the snapshot. */
  constructor(directory: string, names: readonly string[]) {
    this.#directory = directory;
    this.#files = new Map(names.map((name) => [monthOfName(name), name]));
  }

  apply(change: DigestChange): void {
    this.#recent.push(change);
  }

  /** In order, with every change that was applied before the call. */
  async list(stream: string, from: Instant, until: Instant): Promise<readonly HourDigest[]> {
    const recent = [...this.#recent];
    const months = [...this.#files.keys()].filter((month) => month >= monthOf(from) && month <= monthOf(until));
    return (await this.#book(months, recent)).list(stream, from, until);
  }

  /** Writes the months that the journal has changed. Returns the names for the next snapshot. */
  async store(revision: number, replace: typeof replaceFile): Promise<readonly string[]> {
    const files = new Map(this.#files);
    const changed = this.#changedMonths();
    const book = await this.#book(changed, this.#recent);
    for (const month of changed) {
      const digests = book.within(startOf(month), startOf(month + 1));
      if (Object.keys(digests).length === 0) files.delete(month);
      else {
        const name = nameOf(month, revision);
        await replace(join(this.#directory, name), this.#directory, encodeLine(digests));
        files.set(month, name);
      }
    }
    return [...files].toSorted(([a], [b]) => a - b).map(([, name]) => name);
  }

  /** Removes the files that neither this snapshot nor `next` names. Somebody may still read those of this one. */
  async removeOthers(next: readonly string[]): Promise<void> {
    const named = new Set([...this.#files.values(), ...next]);
    const others = (await readdir(this.#directory)).filter((name) => DIGEST_FILE.test(name) && !named.has(name));
    for (const name of others) await rm(join(this.#directory, name), { force: true });
  }

  #changedMonths(): Iterable<number> {
    const months = new Set<number>();
    for (const change of this.#recent) {
      if (change.kind === 'add') for (const { hour } of change.digests) months.add(monthOf(hour));
      else if (change.kind === 'replace') months.add(monthOf(change.digest.hour));
      else {
        const first = change.kind === 'clear' ? monthOf(change.from) : Number.NEGATIVE_INFINITY;
        for (const month of this.#files.keys()) if (month >= first) months.add(month);
      }
    }
    return months;
  }

  async #book(months: Iterable<number>, changes: readonly DigestChange[]): Promise<DigestBook> {
    const book = new DigestBook();
    for (const month of months) {
      const name = this.#files.get(month);
      if (name === undefined) continue;
      for (const [stream, digests] of Object.entries(await this.#read(name))) {
        book.apply({ kind: 'add', stream, digests });
      }
    }
    for (const change of changes) book.apply(change);
    return book;
  }

  async #read(name: string): Promise<Readonly<Record<string, readonly HourDigest[]>>> {
    const path = join(this.#directory, name);
    const content = await readIfPresent(path);
    const { data } = storedMonth.safeParse(decodeLine(content.toString('utf8').trimEnd())?.entry);
    if (data !== undefined) return data;
    throw new StateError(`${path} is damaged or missing; put its folder back from a backup`);
  }
}

/** The first and the last moment that a date can be. */
const MAX_DATE = 8.64e15;

/** Counted from the year 0. */
function monthOf(at: Instant): number {
  const date = new Date(Math.min(Math.max(at, -MAX_DATE), MAX_DATE));
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** Beyond the last month that a date can be, the last moment. */
function startOf(month: number): Instant {
  const start = new Date(0).setUTCFullYear(Math.floor(month / 12), month - 12 * Math.floor(month / 12), 1);
  return Number.isNaN(start) ? Number.POSITIVE_INFINITY : start;
}

function nameOf(month: number, revision: number): string {
  const year = Math.floor(month / 12);
  return `digests-${year}-${String(month - 12 * year + 1).padStart(2, '0')}.${revision}.json`;
}

function monthOfName(name: string): number {
  const { year, month } = DIGEST_FILE.exec(name)?.groups ?? {};
  return Number(year) * 12 + Number(month) - 1;
}
