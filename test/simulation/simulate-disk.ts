import { truncateSync, mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { FileStateStore } from '@sluice/file-state';
import type { Logger } from '@sluice/core/adapter';
import type { PipelineState, StateChange } from '@sluice/core/state';
import { manualRuntime } from '@sluice/testkit';

const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => SILENT };
const ROUNDS = 3;

/** A file of which a power cut keeps what was synced, and any part of the rest. */
interface OpenedFile {
  readonly path: string;
  writtenBytes: number;
  syncedBytes: number;
}

/**
 * Runs the file state store on a disk that loses what was not synced. After a power cut, every commit must be there, and
 * only whole commits. Returns what is wrong.
 */
export async function simulateDisk(seed: number): Promise<readonly string[]> {
  const { random } = manualRuntime({ seed });
  const directory = mkdtempSync(join(tmpdir(), 'sluice-disk-'));
  const opened = new Map<string, OpenedFile>();
  const context = { logger: SILENT, runtime: { now: () => 0 } };
  const options = { compactAtBytes: 1500, openFile: async (path: string) => openFile(path, opened) };
  const violations: string[] = [];
  let promised: PipelineState | undefined;
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      const writer = await new FileStateStore(directory, context, options).acquire('notes');
      const found = await writer.read();
      if (promised !== undefined && !isDeepStrictEqual(found, promised)) {
        violations.push(
          `revision ${promised.revision} was committed, but ${found.revision} was found after a power cut`,
        );
      }
      const commits = 1 + Math.floor(random() * 12);
      for (let commit = 0; commit < commits; commit += 1) promised = await writer.commit(someChanges(commit));
      await writer.release();
      for (const { path, syncedBytes, writtenBytes } of opened.values()) {
        truncateSync(path, syncedBytes + Math.floor(random() * (writtenBytes - syncedBytes)));
      }
      opened.clear();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  return violations;
}

function someChanges(commit: number): readonly StateChange[] {
  return [
    { type: 'run-ended', run: { at: commit, outcome: 'failed', error: 'something' } },
    { type: 'backfilled', stream: `stream-${commit}` },
  ];
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
