import type { Runtime } from '../../contracts/runtime.js';

/** An id for the log lines of one run: eight hexadecimal digits. */
export function newRunId({ random }: Pick<Runtime, 'random'>): string {
  return Math.floor(random() * 2 ** 32)
    .toString(16)
    .padStart(8, '0');
}
