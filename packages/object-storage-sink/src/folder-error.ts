import { RefusedError, SluiceError, TransientError } from '@sluice/core/adapter';

/** Only a person can change these. */
const REFUSED = /^(?:EACCES|EPERM|EROFS|EISDIR|ENOTDIR|EEXIST|ENOENT|ELOOP|ENAMETOOLONG)$/u;

/** Pure: what an error of the file system means. A full disk (ENOSPC, EDQUOT) is transient: no file is there by halves. */
export function folderError(error: unknown, folder: string): Error {
  if (error instanceof SluiceError) return error;
  const { code } = error instanceof Error && 'code' in error ? error : { code: undefined };
  if (typeof code !== 'string') return error instanceof Error ? error : new Error(String(error));
  const message = `cannot write to ${folder}: ${code}`;
  return REFUSED.test(code) ? new RefusedError('restricted', message) : new TransientError(message);
}
