import { RefusedError, TransientError } from '@sluice/core/adapter';

/** Only a person can fix these: the pipeline pauses and keeps its cursor. */
const NEEDS_A_PERSON = new Set(['EACCES', 'EPERM', 'EROFS', 'EISDIR', 'ENOTDIR', 'ENOENT', 'ELOOP', 'ENAMETOOLONG']);

/**
 * What an error of the file system means. A full disk (ENOSPC, EDQUOT) is transient: nothing was acknowledged, the torn
 * line is cut before the next write, and once there is room the same events are sent again, so nothing is lost.
 */
export function outputError(error: unknown, name: string): Error {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') {
    return error instanceof Error ? error : new Error(String(error));
  }
  const message = `cannot write to ${name}: ${error.code}`;
  return NEEDS_A_PERSON.has(error.code) ? new RefusedError('restricted', message) : new TransientError(message);
}
