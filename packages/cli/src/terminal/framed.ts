import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';
import { onOneLine } from './screen-text.js';
import { wrapped } from './wrapped.js';

/** The width of what stands left of a text in the frame of the questions. */
const FRAME_MARGIN = 3;

/** How many columns a text in the frame has. */
export function framedColumns({ columns }: Pick<WriteStream, 'columns'>): number {
  return Math.max(20, (columns || 80) - FRAME_MARGIN);
}

/** A question in the frame, whose further lines begin with its bar: the library breaks lines at column 0. */
export function framed(question: string, bar: string, output: Pick<WriteStream, 'columns'>): string {
  return wrapped(onOneLine(question), framedColumns(output)).replaceAll('\n', `\n${styleText('gray', bar)}  `);
}
