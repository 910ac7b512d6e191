import type { FixedBytes } from './fixed-bytes.js';

/** An event that is longer goes by the object path. */
const MAX_EVENT_BYTES = 32 * 1024;

const CHUNK_BYTES = 1024 * 1024;

/** What is copied four bytes at a time may end with three that belong to nothing; what follows overwrites them. */
const WORD_BYTES = 4;

const EMPTY = Buffer.alloc(0);
const NO_VIEW: DataView = new DataView(EMPTY.buffer, 0, 0);

/** Where events are written as JSON in UTF-8, one after another. */
export class TextOutput {
  /** The event being written is in it, from `start` to `length`. */
  bytes: Buffer = EMPTY;
  start = 0;
  length = 0;
  /** Whether the event cannot be written as text. Then the record is mapped to an event, which decides what becomes of it. */
  isDeclined = false;
  /** The same bytes as `bytes`. */
  #view = NO_VIEW;
  /** What was copied from last. */
  #from: Uint8Array = EMPTY;
  #fromView = NO_VIEW;
  /** Where the uuid of the event begins; set by the sink. Its 36 characters are hyphenated, in lower case. */
  uuidStart = 0;
  readonly #newBytes: () => Buffer;

  /** `newBytes`: gives a buffer of 1 MiB. */
  constructor(newBytes: () => Buffer = () => Buffer.allocUnsafeSlow(CHUNK_BYTES)) {
    this.#newBytes = newBytes;
  }

  /** Begins an event behind the ones before it. */
  begin(): void {
    if (this.bytes.length - this.length < MAX_EVENT_BYTES + WORD_BYTES) {
      this.bytes = this.#newBytes();
      this.#view = viewOf(this.bytes);
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

  /** Whether there is room for this many bytes. If not, the event is declined and must not be continued. */
  hasRoom(bytes: number): boolean {
    if (this.length - this.start + bytes <= MAX_EVENT_BYTES) return true;
    this.isDeclined = true;
    return false;
  }

  /** Appends bytes that are JSON already. */
  append({ words, length }: FixedBytes): void {
    if (!this.hasRoom(length)) return;
    const view = this.#view;
    let at = this.length;
    for (let index = 0; index < words.length; index += 1, at += WORD_BYTES) view.setInt32(at, words[index] ?? 0, true);
    this.length += length;
  }

  /** Appends a part of some bytes that is JSON already. */
  copy(from: Uint8Array, start: number, end: number): void {
    if (!this.hasRoom(end - start)) return;
    if (from !== this.#from) {
      this.#from = from;
      this.#fromView = viewOf(from);
    }
    const [view, fromView] = [this.#view, this.#fromView];
    let at = this.length;
    let index = start;
    const lastWord = Math.min(end - 1, from.length - WORD_BYTES);
    for (; index <= lastWord; index += WORD_BYTES, at += WORD_BYTES) {
      view.setInt32(at, fromView.getInt32(index, true), true);
    }
    for (; index < end; index += 1, at += 1) view.setUint8(at, from[index] ?? 0);
    this.length += end - start;
  }

  /** Appends text that is JSON already. */
  write(text: string): void {
    if (this.hasRoom(text.length * 3)) this.length += this.bytes.write(text, this.length, 'utf8');
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
