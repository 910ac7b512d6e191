import type { Connection, Submittable } from 'pg';
import { NOT_POSTGRES } from './message-check.js';

/** The rows of a statement in COPY's text format: one line each, with the values between tabs. */
export interface CopiedRows {
  readonly bytes: Buffer;
  readonly rows: number;
}

const LEAST_BYTES = 65_536;

/** Runs `COPY (…) TO STDOUT` and gathers its answer in one buffer, where pg's own query drops it. */
export class CopyOut implements Submittable {
  readonly #statement: string;
  #bytes: Buffer;
  #length = 0;
  #tag = '';

  /** Told of the end. Public because pg wraps it, to end the time limit of the query. */
  callback: (error: Error | null, copied?: CopiedRows) => void;

  /** `expectedBytes`: how long the answer will probably be. */
  constructor(
    statement: string,
    expectedBytes: number,
    resolve: (copied: CopiedRows) => void,
    reject: (error: Error) => void,
  ) {
    this.#statement = statement;
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(LEAST_BYTES, Math.ceil(expectedBytes * 1.25)));
    this.callback = (error, copied) => {
      if (copied === undefined) reject(error ?? new Error(NOT_POSTGRES));
      else resolve(copied);
    };
  }

  submit(connection: Connection): void {
    connection.query(this.#statement);
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    const length = this.#length + chunk.length;
    if (length > this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(length, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(chunk, this.#length);
    this.#length = length;
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#tag = text;
  }

  handleReadyForQuery(): void {
    const rows = /^COPY (\d+)$/.exec(this.#tag)?.[1];
    this.callback(null, rows === undefined ? undefined : { bytes: this.#ownBytes(), rows: Number(rows) });
  }

  handleError(error: Error): void {
    this.callback(error);
  }

  /** What answers another statement breaks the connection, as everything does that pg cannot read. */
  handleRowDescription = unexpected;
  handleDataRow = unexpected;
  handleEmptyQuery = unexpected;
  handlePortalSuspended = unexpected;
  handleCopyInResponse = unexpected;

  /** A short answer does not hold on to the room for a long one. */
  #ownBytes(): Buffer {
    const bytes = this.#bytes.subarray(0, this.#length);
    return this.#length > this.#bytes.length / 4 ? bytes : Buffer.from(bytes);
  }
}

function unexpected(): never {
  throw new Error(NOT_POSTGRES);
}
