/** What a server that speaks another protocol sends, or one whose bytes were changed on the way. */
export const NOT_POSTGRES = 'the answer is not of PostgreSQL’s protocol';

/** The types of message that a server sends: https://www.postgresql.org/docs/current/protocol-message-formats.html */
const TYPES = new Set(Buffer.from('123ACDEGHIKNRSTVWZcdnstv'));
const [ERROR, NOTICE] = Buffer.from('EN');
const HEADER_BYTES = 5;
/** Of errors and notices, which are also the only messages before the first query that could be long. */
const MAX_REPORT_BYTES = 1_048_576;
/** PostgreSQL allocates no more for one value. */
const MAX_MESSAGE_BYTES = 1_073_741_824;

/**
 * Looks at what a server sends before `pg` does: its parser trusts the server. A report without its end makes it loop for
 * ever, and it waits for as many bytes as a message announces.
 */
export class MessageCheck {
  /** Of the header, or of a report, as far as they have arrived. */
  #held: Buffer = Buffer.alloc(0);
  #skipBytes = 0;

  /** Whether the last message has arrived whole. */
  get isBetween(): boolean {
    return this.#skipBytes === 0 && this.#held.length === 0;
  }

  /** Throws when the bytes cannot be messages of PostgreSQL. */
  check(chunk: Buffer): void {
    let bytes = chunk;
    if (this.#held.length > 0) {
      bytes = Buffer.concat([this.#held, chunk]);
      this.#held = Buffer.alloc(0);
    }
    let at = Math.min(this.#skipBytes, bytes.length);
    this.#skipBytes -= at;
    while (at < bytes.length) {
      if (!TYPES.has(bytes[at] ?? 0)) throw new Error(NOT_POSTGRES);
      if (bytes.length - at < HEADER_BYTES) break;
      const isReport = bytes[at] === ERROR || bytes[at] === NOTICE;
      const length = bytes.readUInt32BE(at + 1);
      if (length < 4 || length > (isReport ? MAX_REPORT_BYTES : MAX_MESSAGE_BYTES)) throw new Error(NOT_POSTGRES);
      const end = at + 1 + length;
      if (isReport && end > bytes.length) break;
      if (isReport && !isWhole(bytes.subarray(at + HEADER_BYTES, end))) throw new Error(NOT_POSTGRES);
      this.#skipBytes = Math.max(0, end - bytes.length);
      at = Math.min(end, bytes.length);
    }
    if (at < bytes.length) this.#held = bytes.subarray(at);
  }
}

/** Fields of a letter and a text that ends with a zero each; then a zero. */
function isWhole(report: Buffer): boolean {
  let at = 0;
  while (at < report.length && report[at] !== 0) {
    const end = report.indexOf(0, at + 1);
    if (end === -1) return false;
    at = end + 1;
  }
  return at === report.length - 1;
}
