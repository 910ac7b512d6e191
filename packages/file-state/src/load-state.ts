import { open } from 'node:fs/promises';
import {
  type DeadLetter,
  StateError,
  EMPTY_STATE,
  type PipelineState,
  DigestBook,
  applyCommit,
  type AppliedCommit,
  type DeadLetterChange,
  storageError,
  storedCommit,
  storedDeadLetter,
  storedSnapshot,
  type Commit,
  type Snapshot,
  type StoredRange,
} from '@sluice/core';
import { decodeLine } from './checksummed-line.js';
import { readIfPresent, type StatePaths } from './state-files.js';

export interface LoadedState {
  readonly state: PipelineState;
  readonly digests: DigestBook;
  readonly deadLetters: LoadedDeadLetters;
  /** Where the journal's last whole line ends. */
  readonly journalBytes: number;
  /** Bytes of a last line that was never completely written. */
  readonly tornBytes: number;
}

interface LoadedDeadLetters {
  /** Those in the file. */
  readonly stored: StoredRange;
  /** Open ones of the commits in the journal. */
  readonly recent: readonly DeadLetter[];
}

const NO_SNAPSHOT: Snapshot = {
  format: 1,
  state: EMPTY_STATE,
  deadLetters: { from: 0, until: 0, closed: [] },
  digests: {},
};

/**
 * Reads a pipeline's state, with or without a writer at work. The journal comes first: a compaction in between leaves
 * lines that the newer snapshot covers already, never a gap.
 */
export async function loadState(paths: StatePaths): Promise<LoadedState> {
  try {
    const journal = await readIfPresent(paths.journal);
    const snapshot = readSnapshot(paths, await readIfPresent(paths.snapshot));
    return replay(paths, journal, snapshot);
  } catch (error) {
    throw storageError('read', paths.directory, error);
  }
}

function readSnapshot(paths: StatePaths, content: Buffer): Snapshot {
  if (content.length === 0) return NO_SNAPSHOT;
  const snapshot = storedSnapshot.safeParse(decodeLine(content.toString('utf8').trimEnd())?.entry);
  if (snapshot.success) return snapshot.data;
  throw new StateError(
    `${paths.snapshot}:1 is damaged, or written by another version. Put the folder ${paths.directory} back from a ` +
      `backup; without one, move the folder away: the pipeline then starts from its beginning, and the destination ` +
      `recognises what it has already`,
  );
}

function replay(paths: StatePaths, journal: Buffer, snapshot: Snapshot): LoadedState {
  let { state } = snapshot;
  const digests = new DigestBook();
  for (const [stream, hours] of Object.entries(snapshot.digests))
    digests.apply({ kind: 'add', stream, digests: hours });
  const deadLetters = new ReplayedDeadLetters(snapshot.deadLetters);
  let offset = 0;
  for (let line = 1; offset < journal.length; line++) {
    const end = journal.indexOf(0x0a, offset);
    const next = end === -1 ? journal.length : end + 1;
    const decoded = end === -1 ? undefined : decodeLine(journal.toString('utf8', offset, end));
    if (decoded === undefined && next === journal.length) break;
    if (decoded === undefined) throw damaged(paths, line, 'is damaged');
    const commit = storedCommit.safeParse(decoded.entry).data;
    if (commit === undefined) throw writtenByAnotherVersion(paths, line);
    if (commit.revision > state.revision) {
      if (commit.revision !== state.revision + 1) throw damaged(paths, line, 'does not follow the line before it');
      const applied = apply(paths, line, state, commit);
      state = applied.state;
      for (const change of applied.digestChanges) digests.apply(change);
      for (const change of applied.deadLetterChanges) deadLetters.apply(change);
    }
    offset = next;
  }
  return {
    state,
    digests,
    deadLetters: deadLetters.loaded(),
    journalBytes: offset,
    tornBytes: journal.length - offset,
  };
}

/** The dead letters while the journal is read again. */
class ReplayedDeadLetters {
  #from: number;
  readonly #until: number;
  #recent: DeadLetter[] = [];
  #closed: Set<string>;

  constructor({ from, until, closed }: StoredRange) {
    this.#from = from;
    this.#until = until;
    this.#closed = new Set(closed);
  }

  apply(change: DeadLetterChange): void {
    if (change.kind === 'add') for (const letter of change.deadLetters) this.#recent.push(letter);
    else if (change.kind === 'close') for (const id of change.ids) this.#closed.add(id);
    else [this.#from, this.#recent, this.#closed] = [this.#until, [], new Set()];
  }

  loaded(): LoadedDeadLetters {
    const recentIds = new Set(this.#recent.map(({ id }) => id));
    return {
      stored: {
        from: this.#from,
        until: this.#until,
        closed: [...this.#closed].filter((id) => !recentIds.has(id)),
      },
      recent: this.#recent.filter(({ id }) => !this.#closed.has(id)),
    };
  }
}

function apply(paths: StatePaths, line: number, state: PipelineState, commit: Commit): AppliedCommit {
  try {
    return applyCommit(state, commit.changes);
  } catch (error) {
    throw damaged(
      paths,
      line,
      `does not fit what comes before it (${error instanceof Error ? error.message : String(error)})`,
    );
  }
}

function damaged(paths: StatePaths, line: number, what: string): StateError {
  return new StateError(
    `${paths.journal}:${line} ${what}. Everything before it is intact: keep a copy of the folder, then delete line ` +
      `${line} and all after it; what they recorded is exported again, and the destination recognises it`,
  );
}

function writtenByAnotherVersion(paths: StatePaths, line: number): StateError {
  return new StateError(
    `${paths.journal}:${line} is intact, but this version does not know what it says: use the version that wrote it, ` +
      'or a newer one',
  );
}

/** The open dead letters in the file, in the order in which they came. */
export async function* storedDeadLetters(
  paths: StatePaths,
  { from, until, closed }: StoredRange,
): AsyncGenerator<DeadLetter> {
  if (from >= until) return;
  const passedOver = new Set(closed);
  for await (const { letter } of storedLines(paths, { from, until })) if (!passedOver.has(letter.id)) yield letter;
}

/** The same range without the closed ones at its beginning, so that what is closed is forgotten in time. */
export async function withoutClosedHead(paths: StatePaths, { from, until, closed }: StoredRange): Promise<StoredRange> {
  const left = new Set(closed);
  let start = from;
  if (left.size > 0 && from < until) {
    for await (const { letter, bytes } of storedLines(paths, { from, until })) {
      if (!left.delete(letter.id)) break;
      start += bytes;
    }
  }
  return { from: start, until, closed: [...left] };
}

async function* storedLines(
  paths: StatePaths,
  { from, until }: Pick<StoredRange, 'from' | 'until'>,
): AsyncGenerator<{ readonly letter: DeadLetter; readonly bytes: number }> {
  const handle = await open(paths.deadLetters, 'r').catch((error: unknown) => {
    throw storageError('read', paths.deadLetters, error);
  });
  try {
    const lines = handle.readLines({ start: from, end: until - 1, encoding: 'utf8', autoClose: false });
    for await (const line of lines) {
      const letter = storedDeadLetter.safeParse(decodeLine(line)?.entry);
      if (!letter.success) throw new StateError(`${paths.deadLetters} is damaged after byte ${from}`);
      yield { letter: letter.data, bytes: Buffer.byteLength(line) + 1 };
    }
  } finally {
    await handle.close();
  }
}
