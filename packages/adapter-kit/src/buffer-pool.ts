/** As many as zlib compresses at a time: https://nodejs.org/api/cli.html#uv_threadpool_sizesize */
const MOST_FREE = 4;
const STEP_BYTES = 1_048_576;

/**
 * Buffers that are used again. The first write to each page of a new buffer interrupts the process: for a body of 4 MiB,
 * that costs several times as much as to copy the body.
 */
export class BufferPool {
  readonly #free: Buffer[] = [];

  /** A buffer of at least so many bytes, with any content. */
  take(bytes: number): Buffer {
    const free = this.#free.pop();
    if (free !== undefined && free.length >= bytes) return free;
    return Buffer.allocUnsafeSlow(Math.ceil(bytes / STEP_BYTES) * STEP_BYTES);
  }

  /** Takes a buffer back that nobody reads or writes any more. */
  give(buffer: Buffer): void {
    if (this.#free.length < MOST_FREE) this.#free.push(buffer);
  }
}
