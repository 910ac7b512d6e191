import { fstatSync, statSync } from 'node:fs';

const NAMED = /^\/(?:dev\/|proc\/(?<process>self|\d+)\/)(?:(?<name>stdout|stderr)|fd\/(?<number>[12]))$/u;

/** Which stream of this process a path is: by the system's names, or as a link to the pipe or terminal of stdout. */
export function standardStream(path: string): 'stdout' | 'stderr' | undefined {
  const { process: owner = 'self', name, number } = NAMED.exec(path)?.groups ?? {};
  const isOwn = owner === 'self' || owner === String(process.pid);
  if (isOwn && (name !== undefined || number !== undefined)) {
    return name === 'stderr' || number === '2' ? 'stderr' : 'stdout';
  }
  try {
    const [found, stdout] = [statSync(path), fstatSync(1)];
    const isSame = !found.isFile() && found.dev === stdout.dev && found.ino === stdout.ino;
    return isSame ? 'stdout' : undefined;
  } catch {
    return undefined;
  }
}
