import { access, constants, open, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import pLimit, { type LimitFunction } from 'p-limit';
import { RefusedError, type CheckResult, type Logger } from '@sluice/core/adapter';
import { lastLineEnd } from './last-line-end.js';
import type { LineOutput } from './line-output.js';
import { outputError } from './output-error.js';
import { standardStream } from './standard-stream.js';
import { writeWhole } from './write-whole.js';

/** What a write that failed may have left in the file. */
interface Remnant {
  /** The length of the file before the write. */
  readonly start: number;
  /** How many bytes are known to be written. */
  bytes: number;
}

/** By path: one write at a time, so that two pipelines with one file do not cut each other's lines. */
const turns = new Map<string, LimitFunction>();

function turnsOf(path: string): LimitFunction {
  const known = turns.get(path) ?? pLimit(1);
  turns.set(path, known);
  return known;
}

/**
 * Appends lines to a file, which others may write to or empty meanwhile. The file keeps whole lines only: what a crash left
 * after the last line feed is cut when the file is opened, and what a failed write left is cut before the next one. A write
 * resolves after `fsync`.
 */
export class FileOutput implements LineOutput {
  readonly name: string;
  readonly #logger: Logger;
  #file: FileHandle | undefined;
  #remnant: Remnant | undefined;
  readonly #oneAtATime: LimitFunction;

  constructor(path: string, logger: Logger) {
    this.name = path;
    this.#logger = logger;
    this.#oneAtATime = turnsOf(path);
  }

  open(): Promise<void> {
    return this.#oneAtATime(() => this.#translating(() => this.#open()));
  }

  async check(): Promise<CheckResult> {
    const name = 'output';
    try {
      const exists = await assertRegular(this.name);
      await access(exists ? this.name : dirname(this.name), constants.W_OK);
      return { name, outcome: 'good', message: `lines are appended to ${this.name}` };
    } catch (error) {
      const { message } = outputError(error, this.name);
      const fix =
        error instanceof RefusedError
          ? 'write the path of a file, or - for stdout'
          : 'create the folder and allow this user to write to it';
      return { name, outcome: 'bad', message, fix };
    }
  }

  write(lines: Buffer): Promise<void> {
    return this.#oneAtATime(() => this.#translating(() => this.#append(lines)));
  }

  async close(): Promise<void> {
    await this.#oneAtATime(async () => this.#file?.close());
    this.#file = undefined;
  }

  async #open(): Promise<void> {
    await assertRegular(this.name);
    await this.#file?.close();
    this.#file = await openExistingOrNew(this.name);
    this.#remnant = undefined;
    const bytes = await cutLastLine(this.#file);
    if (bytes === 0) return;
    this.#logger.warn(
      { path: this.name, bytes },
      'the last line is incomplete; it is cut, and its event is sent again',
    );
  }

  async #append(lines: Buffer): Promise<void> {
    const file = this.#file;
    if (file === undefined) throw new Error('the file is not open');
    await this.#cutRemnant(file);
    const remnant = { start: (await file.stat()).size, bytes: 0 };
    this.#remnant = remnant;
    try {
      await writeWhole(lines.length, async (written) => {
        const result = await file.write(lines, written);
        remnant.bytes += result.bytesWritten;
        return result;
      });
      await file.datasync();
    } catch (error) {
      // At once, before another pipeline writes behind it. Where that fails too, the next write tries again.
      await this.#cutRemnant(file).catch(() => {});
      throw error;
    }
    this.#remnant = undefined;
  }

  /** Cuts all that a failed write left, or only a torn line at the end if the file has changed since. */
  async #cutRemnant(file: FileHandle): Promise<void> {
    if (this.#remnant === undefined) return;
    const { start, bytes } = this.#remnant;
    const { size } = await file.stat();
    if (size !== start + bytes) await cutLastLine(file);
    else if (bytes > 0) await cut(file, start);
    this.#remnant = undefined;
  }

  async #translating(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      throw outputError(error, this.name);
    }
  }
}

/** In append mode, each write begins at the end that the file has then. */
async function openExistingOrNew(path: string): Promise<FileHandle> {
  const file = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND, 0o644);
  const folder = await open(dirname(path), 'r');
  try {
    // A new file survives a power cut only after its folder was synced.
    await folder.sync();
  } finally {
    await folder.close();
  }
  return file;
}

/** Cuts what stands after the last line feed. How many bytes that was. */
async function cutLastLine(file: FileHandle): Promise<number> {
  const { size } = await file.stat();
  const end = await lastLineEnd(file, size);
  if (end < size) await cut(file, end);
  return size - end;
}

async function cut(file: FileHandle, length: number): Promise<void> {
  await file.truncate(length);
  await file.datasync();
}

/** Whether the file exists. Throws `RefusedError` when it is something else, before it is opened: a pipe would wait. */
async function assertRegular(path: string): Promise<boolean> {
  const found = await stat(path).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (found === undefined) return false;
  // Lines of the log go to stderr: in one file, the two would write over each other.
  if (found.isFile() && standardStream(path) !== 'stderr') return true;
  const what = found.isDirectory() ? 'a folder' : 'not a regular file';
  throw new RefusedError('restricted', `${path} is ${what}; write path: - for stdout, or the path of a file`);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
