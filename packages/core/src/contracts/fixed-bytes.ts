const WORD_BYTES = 4;

/** Bytes that many events have in common, ready to be copied four at a time: see `TextOutput.append`. */
export class FixedBytes {
  /** The bytes, filled up with zeros; the first of a word is its lowest. */
  readonly words: Int32Array;
  /** In bytes. */
  readonly length: number;

  /** Of a text, in UTF-8. */
  constructor(bytes: Uint8Array | string) {
    const given = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
    this.length = given.length;
    this.words = new Int32Array(Math.ceil(given.length / WORD_BYTES));
    this.set(given);
  }

  /** Puts others in their place, of which there must be as many. */
  set(bytes: Uint8Array): void {
    const { words, length } = this;
    words.fill(0);
    for (let at = 0; at < length; at += 1) {
      words[at >> 2] = (words[at >> 2] ?? 0) | ((bytes[at] ?? 0) << ((at & 3) * 8));
    }
  }
}
