import { fstatSync, write } from 'node:fs';
import type { Writable } from 'node:stream';
import { promisify } from 'node:util';
import { RefusedError, type CheckResult } from '@sluice/core/adapter';
import type { LineOutput } from './line-output.js';
import { outputError } from './output-error.js';
import { writeWhole } from './write-whole.js';

const writeAt = promisify(write);

/**
 * Writes lines to a stream that belongs to the process, such as stdout, and never closes it. When the reader goes away
 * (EPIPE), nothing more can be delivered, and the pipeline pauses. So it does when a write fails, on a full disk for
 * example: part of a line may be left, and cannot be cut from a stream.
 */
export class StreamOutput implements LineOutput {
  readonly name: string;
  readonly #stream: Writable;
  #failure: Error | undefined;
  readonly #onError = (error: Error): void => {
    this.#failure ??= error;
  };

  constructor(stream: Writable, name: string) {
    this.#stream = stream;
    this.name = name;
  }

  async open(): Promise<void> {
    // Without a listener a broken pipe would end the process with a stack trace.
    this.#stream.on('error', this.#onError);
  }

  async check(): Promise<CheckResult> {
    if (this.#stream.writable) return { name: 'output', outcome: 'good', message: `lines go to ${this.name}` };
    return { name: 'output', outcome: 'bad', message: `${this.name} is closed`, fix: 'connect it to a reader' };
  }

  async write(lines: Buffer): Promise<void> {
    if (this.#failure !== undefined) throw this.#translated(this.#failure);
    const file = fileOf(this.#stream);
    const done =
      file === undefined
        ? writeTo(this.#stream, lines)
        : writeWhole(lines.length, (written) => writeAt(file, lines, written, lines.length - written, null));
    await done.catch((error: Error) => {
      this.#failure ??= error;
      throw this.#translated(error);
    });
  }

  async close(): Promise<void> {
    this.#stream.off('error', this.#onError);
    // An error can still arrive after the last write, and the stream outlives this sink.
    this.#stream.once('error', () => {});
  }

  #translated(error: Error): Error {
    const isGone = 'code' in error && (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED');
    if (isGone) return new RefusedError('restricted', `the reader of ${this.name} has gone away`);
    const { message } = outputError(error, this.name);
    return 'code' in error ? new RefusedError('restricted', message) : error;
  }
}

/** The descriptor of a regular file that a stream writes to. Node's stream takes a part of a write for the whole. */
function fileOf(stream: Writable): number | undefined {
  const descriptor = 'fd' in stream && typeof stream.fd === 'number' ? stream.fd : undefined;
  return descriptor !== undefined && fstatSync(descriptor).isFile() ? descriptor : undefined;
}

function writeTo(stream: Writable, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(bytes, (error) => {
      if (error === null || error === undefined) resolve();
      else reject(error);
    });
  });
}
