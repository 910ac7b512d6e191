import { StateError } from '../contracts/errors.js';
import { errorCode } from './error-code.js';

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space',
  EDQUOT: 'the disk quota is used up; free some space',
  EROFS: 'the file system is read-only; mount it writable, or point the option `directory` elsewhere',
  EACCES: 'permission denied; let this user write there, or point the option `directory` elsewhere',
  EPERM: 'the operation is not permitted; let this user write there, or point the option `directory` elsewhere',
  ENOTDIR: 'a part of the path is a file; move it, or point the option `directory` elsewhere',
  EEXIST: 'a file is in the way; move it, or point the option `directory` elsewhere',
  EIO: 'the device reports an input/output error; check the disk',
};

/** What went wrong with a file of the state, and what to do about it. */
export function storageError(doing: string, path: string, cause: unknown): StateError {
  if (cause instanceof StateError) return cause;
  const reason = REASONS[errorCode(cause) ?? ''] ?? (cause instanceof Error ? cause.message : String(cause));
  return new StateError(`cannot ${doing} ${path}: ${reason}`, { cause });
}

export function isMissing(error: unknown): boolean {
  return errorCode(error) === 'ENOENT';
}
