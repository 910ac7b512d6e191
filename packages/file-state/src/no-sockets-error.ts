import { StateError, errorCode } from '@sluice/core';

/** What file systems without sockets or hard links answer: FAT, network shares, folders shared with a virtual machine. */
const NOT_SUPPORTED = new Set(['ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EPERM']);

/** Says what to do when a lock cannot be made because of the file system; any other error is given back as it is. */
export function noSocketsError(directory: string, cause: unknown): unknown {
  const code = errorCode(cause);
  if (code === undefined || !NOT_SUPPORTED.has(code)) return cause;
  const message =
    `cannot lock ${directory}: its file system has no sockets or hard links, or does not permit them (${code}); ` +
    'network shares, FAT and some folders shared with a virtual machine are like that. Point the option `directory` ' +
    'of `state` to a folder on a local disk, in a container to a volume';
  return new StateError(message, { cause });
}
