const LEVELS: Readonly<Record<number, { readonly name: string; readonly colour: number }>> = {
  20: { name: 'DEBUG', colour: 90 },
  30: { name: 'INFO ', colour: 32 },
  40: { name: 'WARN ', colour: 33 },
  50: { name: 'ERROR', colour: 31 },
};

interface LogLine {
  readonly level: number;
  readonly time: number;
  readonly msg?: string;
  readonly err?: { readonly message?: string; readonly stack?: string };
  readonly [field: string]: unknown;
}

/** One JSON log line as a person reads it: `10:30:00 INFO  window finished  stream=trace read=120`. */
export function formatLogLine(line: string, colour: boolean): string {
  const { level, time, msg, err, ...fields } = JSON.parse(line) as LogLine;
  const { name, colour: code } = LEVELS[level] ?? { name: String(level), colour: 0 };
  const paint = (text: string, ansi: number) => (colour ? `\u001B[${ansi}m${text}\u001B[0m` : text);
  const pairs = Object.entries(fields).map(([key, value]) => {
    return `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`;
  });
  const details = pairs.length === 0 ? '' : `  ${paint(pairs.join(' '), 90)}`;
  const stack = err === undefined ? '' : `\n${err.stack ?? err.message ?? JSON.stringify(err)}`;
  return `${new Date(time).toISOString().slice(11, 19)} ${paint(name, code)} ${msg ?? ''}${details}${stack}\n`;
}
