import { SluiceError, type CheckResult, type Redactor } from '@sluice/core/adapter';

/** What was found in one part of a pipeline. */
export interface CheckSection {
  /** `source langfuse-postgres`. */
  readonly part: string;
  readonly results: readonly CheckResult[];
}

/** Whether a run would fail for what was found. */
export function isBad({ results }: CheckSection): boolean {
  return results.some(({ outcome }) => outcome === 'bad');
}

/** Checks one part. What it throws becomes a finding, so that the other parts are checked too. */
export async function checkSection(
  part: string,
  check: () => Promise<readonly CheckResult[]>,
  signal: AbortSignal,
): Promise<CheckSection> {
  try {
    return { part, results: await check() };
  } catch (error) {
    signal.throwIfAborted();
    const message = error instanceof Error ? error.message : String(error);
    const fix =
      error instanceof SluiceError
        ? 'correct what the message names'
        : 'this is a bug in Sluice or in an adapter; report it';
    return { part, results: [{ name: 'check', outcome: 'bad', message, fix }] };
  }
}

export function withoutSecrets({ part, results }: CheckSection, redactor: Redactor): CheckSection {
  return {
    part,
    results: results.map((result) => ({
      ...result,
      message: redactor.redact(result.message),
      ...(result.fix === undefined ? {} : { fix: redactor.redact(result.fix) }),
    })),
  };
}
