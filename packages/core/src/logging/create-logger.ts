import { pino } from 'pino';
import type { Logger } from '../contracts/logger.js';
import type { Redactor } from '../contracts/redactor.js';
import { redactLogLine } from './redact-value.js';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly redactor: Redactor;
  /** Receives each line of JSON, redacted. Default: stderr, because stdout is for results. */
  readonly write?: ((line: string) => void) | undefined;
}

/**
 * A logger that writes no secret. A `Secret` prints itself redacted, and a line that still contains the text of one (a
 * driver's error that quotes a connection string) is redacted before it is written.
 */
export function createLogger({ level, redactor, write = writeToStderr() }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: pino.stdSerializers.err, error: pino.stdSerializers.err },
    },
    { write: (line: string) => write(redactLogLine(line, redactor)) },
  );
}

/** What waits while stderr cannot be written; more is dropped. */
const MOST_UNWRITTEN_BYTES = 16 * 1_048_576;

function writeToStderr(): (line: string) => void {
  const destination = pino.destination({ dest: 2, sync: true, maxLength: MOST_UNWRITTEN_BYTES });
  // Losing the log must not stop an export.
  destination.on('error', () => undefined);
  return (line) => void destination.write(line);
}
