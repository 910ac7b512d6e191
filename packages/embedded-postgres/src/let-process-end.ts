import type { ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';

/** Neither the child nor the pipe to it keeps this process alive. */
export function letProcessEnd(child: ChildProcess, pipe: Readable | Writable | null): void {
  child.unref();
  if (pipe instanceof Socket) pipe.unref();
}
