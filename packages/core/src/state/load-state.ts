import { open } from 'node:fs/promises';
import type { DeadLetter } from '../contracts/dead-letter.js';
import { StateError } from '../contracts/errors.js';
import { EMPTY_STATE, type PipelineState } from '../contracts/state-store.js';
import { applyCommit } from './apply-change.js';
import { decodeLine } from './checksummed-line.js';
import { readIfPresent, type StatePaths } from './state-files.js';
import { storageError } from './storage-error.js';
import { storedCommit, storedDeadLetter, storedSnapshot, type Commit, type Snapshot } from './stored-schema.js';

export interface LoadedState {
  readonly state: PipelineState;
  readonly snapshot: Snapshot;
  /** Dead letters of the commits in the journal. */
  readonly recentDeadLetters: readonly DeadLetter[];
  /** Where the journal's last whole line ends. */
  readonly journalBytes: number;
  /** Bytes of a last line that was never completely written. */
  readonly tornBytes: number;
}

const NO_SNAPSHOT: Snapshot = { format: 1, state: EMPTY_STATE, deadLetters: { from: 0, until: 0 } };

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
  let letters: DeadLetter[] = [];
  let { from } = snapshot.deadLetters;
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
      state = apply(paths, line, state, commit);
      for (const change of commit.changes) {
        if (change.type === 'advance') for (const letter of change.deadLetters) letters.push(letter);
        if (change.type === 'bind') [letters, from] = [[], snapshot.deadLetters.until];
      }
    }
    offset = next;
  }
  return {
    state,
    snapshot: { ...snapshot, deadLetters: { from, until: snapshot.deadLetters.until } },
    recentDeadLetters: letters,
    journalBytes: offset,
    tornBytes: journal.length - offset,
  };
}

function apply(paths: StatePaths, line: number, state: PipelineState, commit: Commit): PipelineState {
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

/** The open dead letters that the snapshot covers, in the order in which they came. */
export async function* storedDeadLetters(
  paths: StatePaths,
  { from, until }: Snapshot['deadLetters'],
): AsyncGenerator<DeadLetter> {
  if (from >= until) return;
  const handle = await open(paths.deadLetters, 'r').catch((error: unknown) => {
    throw storageError('read', paths.deadLetters, error);
  });
  try {
    const lines = handle.readLines({ start: from, end: until - 1, encoding: 'utf8', autoClose: false });
    for await (const line of lines) {
      const letter = storedDeadLetter.safeParse(decodeLine(line)?.entry);
      if (!letter.success) throw new StateError(`${paths.deadLetters} is damaged after byte ${from}`);
      yield letter.data;
    }
  } finally {
    await handle.close();
  }
}
