import type pg from 'pg';
import { CopyData } from './copy-data.js';
import { MessageCheck, NOT_POSTGRES } from './message-check.js';

/** Yes, no, and an error in the way of old servers. */
const ANSWERS_TO_TLS = /^(?:[SN]$|E)/s;

/**
 * What pg does not do by itself: an answer that it cannot read fails the connection, where the parser would throw into the
 * event loop. `isOther`: the server's answer to the request for TLS is not one of PostgreSQL's.
 */
export function watchAnswers(
  connection: pg.Connection,
  { isEncrypted, asksForTls }: { readonly isEncrypted: boolean; readonly asksForTls: boolean },
): { isOther(): boolean } {
  let first: string | undefined;
  const guard = (): void => {
    const { stream } = connection;
    const messages = new MessageCheck();
    const parsers = stream.listeners('data');
    const data = new CopyData(connection, messages);
    const parse = (bytes: Buffer): void => {
      for (const parser of parsers) parser.call(stream, bytes);
    };
    stream.removeAllListeners('data');
    stream.on('data', (chunk: Buffer) => {
      // What is left in the stream after a failure.
      if (stream.destroyed) return;
      try {
        messages.check(chunk);
        data.take(chunk, parse);
      } catch (error) {
        connection.emit('error', error instanceof RangeError ? new Error(NOT_POSTGRES, { cause: error }) : error);
        stream.destroy();
      }
    });
  };
  // By then pg listens to the stream: the one that it was made with, or the encrypted one over it.
  connection.once(isEncrypted ? 'sslconnect' : 'connect', guard);
  if (asksForTls) connection.stream.once('data', (chunk: Buffer) => (first = chunk.toString('latin1')));
  return { isOther: () => first !== undefined && !ANSWERS_TO_TLS.test(first) };
}
