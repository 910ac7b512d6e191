import type { Redactor } from '../contracts/redactor.js';

/** A JSON value with every known secret taken out of its strings and keys. Numbers keep their digits. */
export function redactValue(value: unknown, redactor: Redactor): unknown {
  if (typeof value === 'string') return redactor.redact(value);
  if (Array.isArray(value)) return value.map((each) => redactValue(each, redactor));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [redactor.redact(key), redactValue(child, redactor)]),
  );
}

/** Whether a secret needs escapes in JSON and so may hide from a search in the line: then every string is searched. */
const ESCAPED = /\\["\\bfnrtu]/u;

/** A log line without known secrets. It stays valid JSON: only its strings change, never the digits of its numbers. */
export function redactLogLine(line: string, redactor: Redactor): string {
  if (redactor.redact(line) === line && !ESCAPED.test(line)) return line;
  return `${JSON.stringify(redactValue(JSON.parse(line), redactor))}\n`;
}
