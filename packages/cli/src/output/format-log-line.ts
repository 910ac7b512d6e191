import { onOneLine } from '../terminal/screen-text.js';
import { styled, theme } from '../terminal/theme.js';
import { indented } from './words.js';

const STYLES = { debug: 'quiet', info: 'ok', warn: 'warning', error: 'bad' } as const;

interface LogLine {
  readonly level: keyof typeof STYLES;
  readonly time: string;
  readonly msg: string;
  readonly err?: { readonly message?: string; readonly stack?: string };
  readonly [field: string]: unknown;
}

/** A JSON log line as a person reads it: `10:30:00 INFO  window finished  stream=trace read=120`. */
export function formatLogLine(line: string): string {
  const { level, time, msg, err, ...fields }: LogLine = JSON.parse(line);
  const pairs = Object.entries(fields).map(
    ([key, value]) => `${onOneLine(key)}=${typeof value === 'string' ? onOneLine(value) : JSON.stringify(value)}`,
  );
  const details = pairs.length === 0 ? '' : `  ${theme.quiet(pairs.join(' '))}`;
  const stack = err === undefined ? '' : `\n${indented(err.stack ?? err.message ?? JSON.stringify(err))}`;
  return `${time.slice(11, 19)} ${styled(STYLES[level], level.toUpperCase().padEnd(5))} ${msg}${details}${stack}\n`;
}
