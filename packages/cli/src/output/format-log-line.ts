import { painter } from '../terminal/colours.js';

const COLOURS = { debug: 'gray', info: 'green', warn: 'yellow', error: 'red' } as const;

interface LogLine {
  readonly level: keyof typeof COLOURS;
  readonly time: string;
  readonly msg: string;
  readonly err?: { readonly message?: string; readonly stack?: string };
  readonly [field: string]: unknown;
}

/** A JSON log line as a person reads it: `10:30:00 INFO  window finished  stream=trace read=120`. */
export function formatLogLine(line: string, colour: boolean): string {
  const { level, time, msg, err, ...fields }: LogLine = JSON.parse(line);
  const paint = painter(colour);
  const pairs = Object.entries(fields).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const details = pairs.length === 0 ? '' : `  ${paint(pairs.join(' '), 'gray')}`;
  const stack = err === undefined ? '' : `\n${err.stack ?? err.message ?? JSON.stringify(err)}`;
  return `${time.slice(11, 19)} ${paint(level.toUpperCase().padEnd(5), COLOURS[level])} ${msg}${details}${stack}\n`;
}
