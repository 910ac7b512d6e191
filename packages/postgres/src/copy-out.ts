import type { Connection, Submittable } from 'pg';
import { CopyData } from './copy-data.js';
import { GrowingBuffer } from './growing-buffer.js';
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
  readonly #copied: GrowingBuffer;
  #data: CopyData | undefined;
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
    this.#copied = new GrowingBuffer(Math.max(LEAST_BYTES, Math.ceil(expectedBytes * 1.25)));
    this.callback = (error, copied) => {
      if (copied === undefined) reject(error ?? new Error(NOT_POSTGRES));
      else resolve(copied);
    };
  }

  submit(connection: Connection): void {
    this.#data = CopyData.of(connection);
    this.#data?.gather(this.#copied);
    connection.query(this.#statement);
  }

  /** On a connection whose rows are not taken out before. */
  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    this.#copied.append(chunk);
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#tag = text;
  }

  handleReadyForQuery(): void {
    this.#data?.end();
    const rows = /^COPY (\d+)$/.exec(this.#tag)?.[1];
    this.callback(null, rows === undefined ? undefined : { bytes: this.#ownBytes(), rows: Number(rows) });
  }

  handleError(error: Error): void {
    this.#data?.end();
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
    const { bytes, length } = this.#copied;
    const copied = bytes.subarray(0, length);
    return length > bytes.length / 4 ? copied : Buffer.from(copied);
  }
}

function unexpected(): never {
  throw new Error(NOT_POSTGRES);
}
