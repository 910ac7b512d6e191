import type { ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';

/** Lets this process end although the child and the pipe to it are open. */
export function letProcessEnd(child: ChildProcess, pipe: Readable | Writable | null): void {
  child.unref();
  if (pipe instanceof Socket) pipe.unref();
}
