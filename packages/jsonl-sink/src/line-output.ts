import type { CheckResult } from '@sluice/core/adapter';

/** Where lines go. */
export interface LineOutput {
  /** `stdout`, or the file's path. */
  readonly name: string;
  open(): Promise<void>;
  check(): Promise<CheckResult>;
  /** Whole lines, each with its line feed. Resolves when they are as durable as the output can make them. */
  write(lines: Buffer): Promise<void>;
  close(): Promise<void>;
}
