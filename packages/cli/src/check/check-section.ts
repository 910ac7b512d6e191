import { SluiceError, type CheckResult } from '@sluice/core/adapter';

/** What was found out about one part of a pipeline. */
export interface CheckSection {
  /** `source langfuse-postgres`. */
  readonly part: string;
  readonly results: readonly CheckResult[];
}

/** Looks at one part. Whatever it throws becomes its finding, so that every other part is looked at all the same. */
export async function checkSection(
  part: string,
  look: () => Promise<readonly CheckResult[]>,
  signal: AbortSignal,
): Promise<CheckSection> {
  try {
    return { part, results: await look() };
  } catch (error) {
    signal.throwIfAborted();
    const message = error instanceof Error ? error.message : String(error);
    const fix =
      error instanceof SluiceError
        ? 'correct what the message names'
        : 'this is a bug in Sluice or in an adapter: report it';
    return { part, results: [{ name: 'check', outcome: 'bad', message, fix }] };
  }
}

export function isBad({ results }: CheckSection): boolean {
  return results.some(({ outcome }) => outcome === 'bad');
}
