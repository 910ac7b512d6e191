import { statSync, type Stats } from 'node:fs';
import { TransientError } from '@sluice/core/adapter';
import { SourceDriftError } from '@sluice/core/source';

/** Undefined where there is nothing. */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return undefined;
    throw fileFailure(path, error);
  }
}

/** Reads of a path, which must be there. */
export function translated<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw fileFailure(path, error);
  }
}

/** Without its record the window would be wrong: what vanishes while it is read is looked for again. */
function fileFailure(path: string, cause: unknown): Error {
  const code = codeOf(cause);
  if (code === 'ENOENT') return new TransientError(`${path} no longer exists`, { cause });
  return new SourceDriftError(`${path} cannot be read (${code}): let the user of this process read it`, { cause });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
