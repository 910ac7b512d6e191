import { z } from 'zod';

const LEVELS: Readonly<Record<number, { readonly name: string; readonly colour: number }>> = {
  20: { name: 'DEBUG', colour: 90 },
  30: { name: 'INFO ', colour: 32 },
  40: { name: 'WARN ', colour: 33 },
  50: { name: 'ERROR', colour: 31 },
};

const logLine = z.looseObject({
  level: z.number(),
  time: z.number(),
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
  const { name, colour: code } = LEVELS[level] ?? { name: String(level), colour: 0 };
  const paint = (text: string, ansi: number) => (colour ? `\u001B[${ansi}m${text}\u001B[0m` : text);
  const pairs = Object.entries(fields).map(([key, value]) => {
    return `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`;
  });
  const details = pairs.length === 0 ? '' : `  ${paint(pairs.join(' '), 90)}`;
  const stack = err === undefined ? '' : `\n${textOf(err)}`;
  return `${new Date(time).toISOString().slice(11, 19)} ${paint(name, code)} ${msg ?? ''}${details}${stack}\n`;
}
