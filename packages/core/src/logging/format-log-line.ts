import { z } from 'zod';

const COLOURS: Readonly<Record<string, number>> = { debug: 90, info: 32, warn: 33, error: 31 };

const logLine = z.looseObject({
  level: z.string(),
  time: z.iso.datetime(),
  msg: z.string().optional(),
  err: z.unknown().optional(),
});
const loggedError = z.looseObject({ message: z.string().optional(), stack: z.string().optional() });

function textOf(error: unknown): string {
  const { stack, message } = loggedError.safeParse(error).data ?? {};
  return stack ?? message ?? JSON.stringify(error);
}

/** One JSON log line as a person reads it: `10:30:00 INFO  window finished  stream=trace read=120`. */
export function formatLogLine(line: string, colour: boolean): string {
  const { level, time, msg, err, ...fields } = logLine.parse(JSON.parse(line));
  const paint = (text: string, ansi: number) => (colour ? `\u001B[${ansi}m${text}\u001B[0m` : text);
  const pairs = Object.entries(fields).map(([key, value]) => {
    return `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`;
  });
  const details = pairs.length === 0 ? '' : `  ${paint(pairs.join(' '), 90)}`;
  const stack = err === undefined ? '' : `\n${textOf(err)}`;
  return `${time.slice(11, 19)} ${paint(level.toUpperCase().padEnd(5), COLOURS[level] ?? 0)} ${msg ?? ''}${details}${stack}\n`;
}
