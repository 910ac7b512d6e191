import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StateError, applyCommit, EMPTY_STATE, storedCommit, type PipelineState } from '@sluice/core/state';
import { decodeLine } from './checksummed-line.js';
import { DeadLetterLog } from './dead-letter-log.js';
import { DIGEST_FILE, DigestFiles } from './digest-files.js';
import { readIfPresent, type StatePaths } from './state-files.js';
import { isMissing, storageError } from './storage-error.js';
import {
  DEAD_LETTER_FILE,
  FIRST_DEAD_LETTER_FILE,
  NO_DEAD_LETTERS,
  storedSnapshot,
  type FormerSnapshot,
  type Snapshot,
  type StoredRange,
} from './stored-snapshot.js';

export interface LoadedState {
  readonly state: PipelineState;
  readonly digests: DigestFiles;
  readonly deadLetters: DeadLetterLog;
  /** Where the journal's last whole line ends. */
  readonly journalBytes: number;
  /** Bytes of a last line that was not completely written. */
  readonly tornBytes: number;
}

const NO_SNAPSHOT: Snapshot = {
  format: 2,
  state: EMPTY_STATE,
  deadLetters: NO_DEAD_LETTERS,
  digestFiles: [],
};

/**
 * Reads a pipeline's state, also while a writer changes it. The journal comes first: after a compaction in between, the
 * newer snapshot covers some of its lines already, and no commit is missing.
 */
export async function loadState(paths: StatePaths): Promise<LoadedState> {
  try {
    const journal = await readIfPresent(paths.journal);
    const stored = await readIfPresent(paths.snapshot);
    if (journal.length + stored.length === 0) await assertNew(paths);
    const snapshot = readSnapshot(paths, stored);
    await assertWhole(paths, snapshot.deadLetters);
    return replay(paths, journal, snapshot);
  } catch (error) {
    throw storageError('read', paths.directory, error);
  }
}

function readSnapshot({ snapshot, directory }: StatePaths, content: Buffer): Snapshot | FormerSnapshot {
  if (content.length === 0) return NO_SNAPSHOT;
  const decoded = decodeLine(content.toString('utf8').trimEnd());
  const { data } = storedSnapshot.safeParse(decoded?.entry);
  if (data !== undefined) return data;
  if (decoded !== undefined) throw writtenByAnotherVersion(snapshot, 1);
  throw new StateError(
    `${snapshot}:1 is damaged; put the folder ${directory} back from a backup, or move it away: the pipeline then starts ` +
      'from its beginning, and the destination recognises what it already has',
  );
}

/** A journal is emptied only when there is a snapshot: what a compaction has left beside an empty one is a part of a folder. */
async function assertNew({ directory, snapshot }: StatePaths): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  const left = names.find((name) => DIGEST_FILE.test(name) || DEAD_LETTER_FILE.test(name));
  if (left === undefined) return;
  throw new StateError(
    `${snapshot} is missing, but ${left} is there; put the folder ${directory} back from a backup, or move it away: the ` +
      'pipeline then starts from its beginning, and the destination recognises what it already has',
  );
}

/** A file only grows: one that is shorter than a snapshot says, or missing, is a part of another copy of the folder. */
async function assertWhole({ directory }: StatePaths, { file, from, until }: StoredRange): Promise<void> {
  if (from === until) return;
  const path = join(directory, file ?? FIRST_DEAD_LETTER_FILE);
  const { size } = await stat(path).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
    return { size: 0 };
  });
  if (size >= until) return;
  throw new StateError(
    `${path} has ${size} of ${until} bytes: dead letters are missing; put its folder back from a backup that was made ` +
      'while no process wrote',
  );
}

function replay(paths: StatePaths, journal: Buffer, snapshot: Snapshot | FormerSnapshot): LoadedState {
  let { state } = snapshot;
  const digests = digestsOf(paths, snapshot);
  const deadLetters = new DeadLetterLog(paths.directory, snapshot.deadLetters);
  let offset = 0;
  for (let line = 1; offset < journal.length; line++) {
    const end = journal.indexOf(0x0a, offset);
    const next = end === -1 ? journal.length : end + 1;
    const decoded = end === -1 ? undefined : decodeLine(journal.toString('utf8', offset, end));
    if (decoded === undefined && next === journal.length) break;
    if (decoded === undefined) throw damaged(paths, line, 'is damaged');
    const stored = storedCommit.safeParse(decoded.entry).data;
    if (stored === undefined) throw writtenByAnotherVersion(paths.journal, line);
    if (stored.revision > state.revision) {
      if (stored.revision !== state.revision + 1) throw damaged(paths, line, 'does not follow the line before it');
      const commit = orDamaged(paths, line, () => applyCommit(state, stored));
      ({ state } = commit);
      for (const change of commit.digestChanges) digests.apply(change);
      for (const change of commit.deadLetterChanges) deadLetters.apply(change);
    }
    offset = next;
  }
  return { state, digests, deadLetters, journalBytes: offset, tornBytes: journal.length - offset };
}

function digestsOf({ directory }: StatePaths, snapshot: Snapshot | FormerSnapshot): DigestFiles {
  if (snapshot.format === 2) return new DigestFiles(directory, snapshot.digestFiles);
  const files = new DigestFiles(directory, []);
  for (const [stream, digests] of Object.entries(snapshot.digests)) files.apply({ kind: 'add', stream, digests });
  return files;
}

function orDamaged<T>(paths: StatePaths, line: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw damaged(paths, line, `does not fit the lines before it (${reason})`);
  }
}

function damaged({ journal }: StatePaths, line: number, what: string): StateError {
  return new StateError(
    `${journal}:${line} ${what}, but everything before it is intact; keep a copy of the folder, then delete line ${line} ` +
      'and all after it: what they recorded is exported again, and the destination recognises it',
  );
}

function writtenByAnotherVersion(path: string, line: number): StateError {
  return new StateError(
    `${path}:${line} is intact, but a newer version wrote it; use the version that wrote it, or a newer one`,
  );
}
