import { pino } from 'pino';
import type { Logger } from '../contracts/logger.js';
import { formatLogLine } from './format-log-line.js';
import { redactLogLine } from './redact-log-line.js';

type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export interface LoggerOptions {
  /** Default: `info`. */
  readonly level?: LogLevel;
  /** Lines for people in place of JSON. */
  readonly pretty?: boolean;
  /** Colours in pretty lines. */
  readonly colour?: boolean;
  /** Where lines go; stderr unless told, because stdout is for results. */
  readonly destination?: { write(line: string): void };
}

/**
 * The process's logger. Secrets are redacted twice: a `Secret` prints itself redacted, and whatever line still holds
 * the text of one (a driver's error that quotes a connection string) is cleaned before it is written.
 */
export function createLogger(options: LoggerOptions = {}): Logger {
  const destination = options.destination ?? pino.destination({ dest: 2, sync: true });
  const write = (line: string) => {
    const clean = redactLogLine(line);
    destination.write(options.pretty === true ? formatLogLine(clean, options.colour ?? false) : clean);
  };
  return pino(
    {
      level: options.level ?? 'info',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: pino.stdSerializers.err, error: pino.stdSerializers.err },
    },
    { write },
  );
}
