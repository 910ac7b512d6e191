import { StateError } from '@sluice/core/state';
import { brokenLinkText } from './broken-link.js';

const MOVE =
  'or point `state.with.directory` elsewhere in the pipeline file: `state: { use: file, with: { directory: /var/lib/sluice } }`';

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space',
  EDQUOT: 'the disk quota is used up; free some space',
  EROFS: `the file system is read-only; mount it writable, ${MOVE}`,
  EACCES: `permission denied; let this user write there, ${MOVE}`,
  EPERM: `the operation is not permitted, perhaps because of \`chattr +i\`; permit it, ${MOVE}`,
  ENOTDIR: `a part of the path is a file; move it, ${MOVE}`,
  EEXIST: `a file is in the way; move it, ${MOVE}`,
  ELOOP: `a link leads to itself; correct it, ${MOVE}`,
  EIO: 'the device reports an input/output error; check the disk',
};

const READ_REASON = 'permission denied; let this user read it, or run the command as the user of the pipeline';

/** File systems without sockets or hard links answer this: FAT, network shares, folders shared with a virtual machine. */
const NO_SOCKETS = new Set(['ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EPERM']);

/** What went wrong with a file of the state, and what to do about it. */
export function storageError(doing: string, path: string, cause: unknown): StateError {
  if (cause instanceof StateError) return cause;
  return new StateError(`cannot ${doing} ${path}: ${reasonOf(doing, path, cause)}`, { cause });
}

function reasonOf(doing: string, path: string, cause: unknown): string {
  const code = errorCode(cause) ?? '';
  if (doing === 'read' && code === 'EACCES') return READ_REASON;
  const brokenLink = code === 'ENOTDIR' || code === 'EEXIST' ? brokenLinkText(path) : undefined;
  return brokenLink ?? REASONS[code] ?? (cause instanceof Error ? cause.message : String(cause));
}

/** Says what to do when the file system cannot hold a lock. Any other error is returned as it is. */
export function noSocketsError(directory: string, cause: unknown): unknown {
  const code = errorCode(cause) ?? '';
  if (!NO_SOCKETS.has(code)) return cause;
  const message =
    `cannot lock ${directory}: its file system has no sockets or hard links, or does not permit them (${code}), as on ` +
    'network shares, FAT and some folders shared with a virtual machine; point `state.with.directory` in the pipeline file to a folder on a ' +
    'local disk, in a container to a volume';
  return new StateError(message, { cause });
}

export function isMissing(error: unknown): boolean {
  return errorCode(error) === 'ENOENT';
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
