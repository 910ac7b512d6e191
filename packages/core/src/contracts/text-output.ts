/** An event that is longer goes by the object path. */
const MAX_EVENT_BYTES = 32 * 1024;

const CHUNK_BYTES = 1024 * 1024;

const EMPTY = Buffer.alloc(0);

/** Where events are written as JSON in UTF-8, one after another. */
export class TextOutput {
  /** The event being written is in it, from `start` to `length`. */
  bytes: Buffer = EMPTY;
  start = 0;
  length = 0;
  /** Whether the event cannot be written as text. Then the record is mapped to an event, which decides what becomes of it. */
  isDeclined = false;
  /** Where the uuid of the event begins; set by the sink. Its 36 characters are hyphenated, in lower case. */
  uuidStart = 0;
  readonly #newBytes: () => Buffer;

  /** `newBytes`: gives a buffer of 1 MiB. */
  constructor(newBytes: () => Buffer = () => Buffer.allocUnsafeSlow(CHUNK_BYTES)) {
    this.#newBytes = newBytes;
  }

  /** Begins an event behind the ones before it. */
  begin(): void {
    if (this.bytes.length - this.length < MAX_EVENT_BYTES) {
      this.bytes = this.#newBytes();
      this.length = 0;
    }
    this.start = this.length;
    this.isDeclined = false;
  }

  /** Ends the event, and leaves a byte behind it that belongs to none. */
  end(): void {
    this.length += 1;
  }

  /** Takes the event back. */
  discard(): void {
    this.length = this.start;
  }

  /** Gives up on the event; what is written of it is taken back later. */
  decline(): false {
    this.isDeclined = true;
    return false;
  }

  /** Whether so many bytes have room. If not, the event is declined and must not be continued. */
  hasRoom(bytes: number): boolean {
    if (this.length - this.start + bytes <= MAX_EVENT_BYTES) return true;
    this.isDeclined = true;
    return false;
  }

  /** Appends bytes that are JSON already. */
  append(bytes: Uint8Array): void {
    this.copy(bytes, 0, bytes.length);
  }

  /** Appends a part of some bytes that is JSON already. */
  copy(from: Uint8Array, start: number, end: number): void {
    if (!this.hasRoom(end - start)) return;
    const { bytes } = this;
    let at = this.length;
    // A call of `set` costs as much as forty steps of the loop.
    if (end - start > 40) {
      bytes.set(from.subarray(start, end), at);
      at += end - start;
    } else {
      for (let index = start; index < end; index += 1) bytes[at++] = from[index] ?? 0;
    }
    this.length = at;
  }

  /** Appends text that is JSON already. */
  write(text: string): void {
    if (this.hasRoom(text.length * 3)) this.length += this.bytes.write(text, this.length, 'utf8');
  }
}
