/**
 * Knows the secrets of one Sluice instance and takes them out of what is written: log lines, errors, findings, results.
 * Every instance has its own, so that two in one process know nothing of each other's secrets.
 */
export interface Redactor {
  /** Makes a secret known, also as clients quote it: percent-encoded, and for an address its password alone. */
  add(secret: string): void;
  /** The text with `[redacted]` in place of every known secret. */
  redact(text: string): string;
  /** The text with asterisks in place of every known secret, so that its columns stay where they are. */
  mask(text: string): string;
}
