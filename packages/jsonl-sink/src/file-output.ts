import { access, constants, open, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import pLimit from 'p-limit';
import { RefusedError, type CheckResult, type Logger } from '@sluice/core/adapter';
import { lastLineEnd } from './last-line-end.js';
import type { LineOutput } from './line-output.js';
import { outputError } from './output-error.js';
import { standardStream } from './standard-stream.js';
import { writeWhole } from './write-whole.js';

/**
 * Appends lines to a file that nothing else writes to. The file keeps whole lines only: what a crash left after the last
 * line feed is cut when the file is opened, and what a failed write left is cut before the next one. A write resolves after
 * `fsync`.
 */
export class FileOutput implements LineOutput {
  readonly name: string;
  readonly #logger: Logger;
  #file: FileHandle | undefined;
  /** The length of the file after the last write that succeeded. */
  #wholeBytes = 0;
  /** How many bytes a failed write left behind them. */
  #tornBytes = 0;
  /** One write at a time: each starts where the one before ended. */
  readonly #oneAtATime = pLimit(1);

  constructor(path: string, logger: Logger) {
    this.name = path;
    this.#logger = logger;
  }

  async open(): Promise<void> {
    await this.#translating(async () => {
      await assertRegular(this.name);
      await this.#file?.close();
      this.#file = await openExistingOrNew(this.name);
      this.#tornBytes = 0;
      const { size } = await this.#file.stat();
      this.#wholeBytes = await lastLineEnd(this.#file, size);
      if (this.#wholeBytes === size) return;
      this.#logger.warn(
        { path: this.name, bytes: size - this.#wholeBytes },
        'the last line is incomplete; it is cut, and its event is sent again',
      );
      await cut(this.#file, this.#wholeBytes);
    });
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

  async #append(lines: Buffer): Promise<void> {
    const file = this.#file;
    if (file === undefined) throw new Error('the file is not open');
    const { size } = await file.stat();
    if (this.#tornBytes > 0 && size === this.#wholeBytes + this.#tornBytes) await cut(file, this.#wholeBytes);
    // Emptied by a log rotation.
    else if (size < this.#wholeBytes) this.#wholeBytes = await lastLineEnd(file, size);
    this.#tornBytes = 0;
    await this.#assertAlone(file);
    await writeWhole(lines.length, async (written) => {
      const result = await file.write(lines, written);
      this.#tornBytes += result.bytesWritten;
      return result;
    });
    await file.datasync();
    this.#wholeBytes += lines.length;
    this.#tornBytes = 0;
    await this.#assertAlone(file);
  }

  /** Another process would cut these lines, or have its own cut, when the last one is incomplete. */
  async #assertAlone(file: FileHandle): Promise<void> {
    const { size } = await file.stat();
    if (size === this.#wholeBytes) return;
    throw new RefusedError(
      'restricted',
      `something else writes to ${this.name}, such as another pipeline or worker: give each its own path`,
    );
  }

  async #translating(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      throw outputError(error, this.name);
    }
  }
}

/** In append mode: where two processes write at the same moment, neither overwrites the lines of the other. */
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
