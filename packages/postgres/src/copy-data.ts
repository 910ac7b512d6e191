import type { Connection } from 'pg';
import type { GrowingBuffer } from './growing-buffer.js';
import type { MessageCheck } from './message-check.js';

const COPY_DATA = 0x64;
/** The type and the length. */
const HEADER_BYTES = 5;
const EMPTY: Buffer = Buffer.alloc(0);

const BY_CONNECTION = new WeakMap<Connection, CopyData>();

/**
 * Takes the rows of a COPY out of what a server sends, and leaves the other messages to pg: its parser makes an object and
 * a buffer for each row.
 */
export class CopyData {
  #into: GrowingBuffer | undefined;
  /** How much of the present message has not arrived. */
  #leftBytes = 0;
  #isRow = false;
  /** A header that has arrived in part. */
  #held = EMPTY;
  readonly #messages: MessageCheck;

  static of(connection: Connection): CopyData | undefined {
    return BY_CONNECTION.get(connection);
  }

  /** `messages`: what looks at the same bytes before. */
  constructor(connection: Connection, messages: MessageCheck) {
    this.#messages = messages;
    BY_CONNECTION.set(connection, this);
  }

  /** From now on rows are gathered here, unless a message is under way: then they are left to pg, like everything else. */
  gather(into: GrowingBuffer): void {
    if (this.#messages.isBetween) this.#into = into;
  }

  end(): void {
    this.#into = undefined;
  }

  /** `parse` gets what is left to pg, in order. */
  take(chunk: Buffer, parse: (bytes: Buffer) => void): void {
    const into = this.#into;
    if (into === undefined) {
      parse(chunk);
      return;
    }
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = EMPTY;
    // All at once, and then each row over the header before it: a copy per row would need an object per row.
    const start = into.length;
    into.append(bytes);
    into.length = start;
    let at = 0;
    while (at < bytes.length) {
      if (this.#leftBytes === 0) {
        if (bytes.length - at < HEADER_BYTES) {
          this.#held = bytes.subarray(at);
          return;
        }
        this.#isRow = bytes[at] === COPY_DATA;
        this.#leftBytes = 1 + bytes.readUInt32BE(at + 1);
        if (this.#isRow) {
          this.#leftBytes -= HEADER_BYTES;
          at += HEADER_BYTES;
        }
      }
      const end = Math.min(at + this.#leftBytes, bytes.length);
      this.#leftBytes -= end - at;
      if (this.#isRow) {
        into.bytes.copyWithin(into.length, start + at, start + end);
        into.length += end - at;
      } else {
        parse(bytes.subarray(at, end));
        // The end of this COPY, and perhaps the beginning of another one.
        if (this.#into !== into) {
          if (end < bytes.length) this.take(bytes.subarray(end), parse);
          return;
        }
      }
      at = end;
    }
  }
}
