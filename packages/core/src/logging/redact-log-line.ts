import { holdsKnownSecret, redactKnownSecrets } from './known-secrets.js';

function redact(value: unknown): unknown {
  if (typeof value === 'string') return redactKnownSecrets(value);
  if (Array.isArray(value)) return value.map(redact);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [redactKnownSecrets(key), redact(child)]));
}

/** Whether a secret needs escapes in JSON and so may hide from a search in the line: then every string is looked at. */
const ESCAPED = /\\["\\bfnrtu]/u;

/**
 * A log line without known secrets. It stays valid JSON: only its strings change, never the digits of its numbers.
 */
export function redactLogLine(line: string): string {
  if (!holdsKnownSecret(line) && !ESCAPED.test(line)) return line;
  return `${JSON.stringify(redact(JSON.parse(line)))}\n`;
}
