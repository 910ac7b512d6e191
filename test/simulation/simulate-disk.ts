import { mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { FileStateStore } from '@sluice/file-state';
import type { Logger } from '@sluice/core/adapter';
import {
  StateError,
  type DeadLetter,
  type PipelineState,
  type StateChange,
  type StateReader,
  type StateWriter,
} from '@sluice/core/state';
import { manualRuntime, MemoryStateStore } from '@sluice/testkit';
import { someCommit } from './some-commits.js';

const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => SILENT };
const ROUNDS = 4;
const STOPPED = 'the machine stops during a compaction';
const STREAMS = ['note', 'stream-0', 'stream-1', 'stream-2'];

/** A file of which a power cut keeps what was synced, and any part of the rest. */
interface OpenedFile {
  readonly path: string;
  writtenBytes: number;
  syncedBytes: number;
}

/**
 * Runs the file state store on a disk that loses what was not synced, and that fails in the middle of a compaction. After
 * it, every commit must be there, and only whole commits: the same state, dead letters and digests as in memory. Returns
 * what is wrong.
 */
export async function simulateDisk(seed: number): Promise<readonly string[]> {
  const { random } = manualRuntime({ seed });
  const directory = mkdtempSync(join(tmpdir(), 'sluice-disk-'));
  const opened = new Map<string, OpenedFile>();
  const context = { logger: SILENT, runtime: { now: () => 0 } };
  const options = {
    compactAtBytes: 1500,
    openFile: async (path: string) => openFile(path, opened),
    replaceFile: async (path: string, _: string, text: string) => {
      const choice = random();
      // The machine stops when the new file is half written, or when it has just taken the place of the old one.
      const isCut = choice < 0.1;
      writeFileSync(`${path}.new`, isCut ? text.slice(0, Math.floor(random() * text.length)) : text);
      if (!isCut) renameSync(`${path}.new`, path);
      if (!isCut) opened.delete(path);
      if (choice < 0.2) throw new StateError(STOPPED);
    },
  };
  const violations: string[] = [];
  const memory = await new MemoryStateStore().acquire('notes');
  /** The last commit if it failed: it may have been stored or not. */
  let unsure: readonly StateChange[] | undefined;
  try {
    for (let round = 0; round < ROUNDS && violations.length === 0; round += 1) {
      const writer = await new FileStateStore(directory, context, options).acquire('notes');
      const { revision } = await writer.read();
      if (unsure !== undefined && revision > (await memory.read()).revision) await memory.commit(unsure);
      const difference = await differenceOf(writer, memory);
      if (difference !== undefined) violations.push(`after a power cut, ${difference} differ from what was committed`);
      else unsure = await commitSome(writer, memory, random);
      await writer.release();
      for (const { path, syncedBytes, writtenBytes } of opened.values()) {
        truncateSync(path, syncedBytes + Math.floor(random() * (writtenBytes - syncedBytes)));
      }
      opened.clear();
    }
  } catch (error) {
    violations.push(`the state on disk cannot be used: ${String(error)}`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  return violations;
}

/** Makes the same commits to both. Returns the last one if the disk failed. */
async function commitSome(
  writer: StateWriter,
  memory: StateWriter,
  random: () => number,
): Promise<readonly StateChange[] | undefined> {
  const commits = 1 + Math.floor(random() * 12);
  for (let commit = 0; commit < commits; commit += 1) {
    const changes = someCommit(await memory.read(), await lettersOf(memory), random);
    try {
      await writer.commit(changes);
    } catch (error) {
      if (error instanceof StateError && error.message === STOPPED) return changes;
      throw error;
    }
    await memory.commit(changes);
  }
  return undefined;
}

/** What differs between two states, in a word. */
async function differenceOf(found: StateReader, expected: StateReader): Promise<string | undefined> {
  if (!isDeepStrictEqual(await found.read(), jsonOf(await expected.read()))) return 'the ledger and its counts';
  if (!isDeepStrictEqual(await lettersOf(found), await lettersOf(expected))) return 'the dead letters';
  const digests = ({ digests: read }: StateReader) =>
    Promise.all(STREAMS.map((name) => read(name, -Infinity, Infinity)));
  return isDeepStrictEqual(await digests(found), await digests(expected)) ? undefined : 'the digests';
}

/** As a file gives it back. */
function jsonOf(state: PipelineState): PipelineState {
  return JSON.parse(JSON.stringify(state));
}

async function lettersOf(reader: StateReader): Promise<readonly DeadLetter[]> {
  const letters: DeadLetter[] = [];
  for await (const letter of reader.deadLetters()) letters.push(letter);
  return letters;
}

async function openFile(path: string, opened: Map<string, OpenedFile>) {
  const file = await open(path, 'a', 0o600);
  const known: OpenedFile = { path, writtenBytes: 0, syncedBytes: 0 };
  opened.set(path, known);
  return {
    appendFile: async (text: string) => {
      await file.appendFile(text);
      known.writtenBytes += Buffer.byteLength(text);
    },
    datasync: async () => {
      known.syncedBytes = known.writtenBytes;
    },
    truncate: async (bytes: number) => {
      await file.truncate(bytes);
      known.writtenBytes = bytes;
    },
    close: async () => file.close(),
  };
}
