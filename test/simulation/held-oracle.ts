import { isDeepStrictEqual } from 'node:util';
import type { Instant } from '@sluice/core/adapter';
import type { HeldRecord, LedgerWindow, PipelineState, StateChange } from '@sluice/core/state';
import { MOST_HELD_MS, type Note } from './notes.js';
import { recordName } from './letter-oracle.js';
import type { ReadEntry } from './worker-record.js';

type Advance = Extract<StateChange, { readonly type: 'advance' }>;

/** A record that the cursor passed, and what it was held as before. */
export interface PassedEntry extends ReadEntry {
  readonly isHeld: boolean;
  readonly was: HeldRecord | undefined;
}

/** Knows which records are held, and that none is sent too early, lost or sent while it is held. */
export class HeldOracle {
  readonly #fail: (message: string) => void;
  readonly #notes: ReadonlyMap<string, ReadonlyMap<string, Note>>;
  readonly #held = new Map<string, HeldRecord>();

  constructor(notes: ReadonlyMap<string, ReadonlyMap<string, Note>>, fail: (message: string) => void) {
    this.#notes = notes;
    this.#fail = fail;
  }

  /** Takes the records of a commit in the order of reading. `isSettled`: whether every event of a record has a final outcome. */
  passed(
    entries: readonly ReadEntry[],
    { held = [], released = [] }: Advance,
    { purpose, window: { stream } }: LedgerWindow,
    isSettled: (entry: ReadEntry) => boolean,
  ): readonly PassedEntry[] {
    const now = new Set(held.map(({ key }) => key));
    const passed = entries.map((entry): PassedEntry => {
      const { key, createdAt } = entry;
      const was = this.#held.get(recordName(entry));
      const isHeld = entry.isOpen && (now.has(key) || !isSettled(entry));
      const isDigested = isDigestedIn(purpose, entry) || was?.isDigested === true;
      if (isHeld) {
        this.#held.set(recordName(entry), { stream, key, createdAt, until: createdAt + MOST_HELD_MS, isDigested });
      } else this.#held.delete(recordName(entry));
      return { ...entry, isHeld, was };
    });
    const read = new Set(entries.map(({ key }) => key));
    for (const key of released) {
      if (read.has(key)) continue;
      if (this.#notes.get(stream)?.get(key)?.isDeleted !== true) {
        this.#fail(`${key} is not held any more, but it is still in the source and was not read`);
      }
      this.#held.delete(recordName({ stream, key }));
    }
    return passed;
  }

  rewound(stream: string, from: Instant): void {
    for (const [name, record] of this.#held) {
      if (record.stream === stream && record.createdAt >= from) this.#held.delete(name);
    }
  }

  clear(): void {
    this.#held.clear();
  }

  check({ held }: PipelineState): void {
    const names = new Map(held.map((record) => [recordName(record), record]));
    if (names.size !== held.length) this.#fail('a record is held twice');
    for (const [name, record] of this.#held) {
      if (!isDeepStrictEqual(names.get(name), record)) this.#fail(`${name} is not held as it should be`);
    }
    for (const name of names.keys())
      if (!this.#held.has(name)) this.#fail(`${name} is held, but it was sent or is gone`);
  }
}

/** Whether a record counts in the digest of its hour when it is read in this part of a window. */
export function isDigestedIn(purpose: LedgerWindow['purpose'], { part }: ReadEntry): boolean {
  if (purpose === 'first-backfill') return part === 'event';
  return (purpose === 'following' || purpose === 'repair') && part === 'created';
}
