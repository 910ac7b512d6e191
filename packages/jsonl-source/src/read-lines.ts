import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { constants, gunzipSync } from 'node:zlib';
import { SourceDriftError } from '@sluice/core/source';
import { translated } from './file-failure.js';

/** A compressed file is taken as a whole: it has no places to begin at. */
const MAX_UNPACKED_BYTES = 256 * 1024 * 1024;
const MAX_LINE_BYTES = 64 * 1024 * 1024;
const CHUNK_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;

export interface Line {
  readonly text: string;
  /** In the file, or in what a compressed one contains. */
  readonly offset: number;
  readonly bytes: number;
  /** Whether a newline follows. */
  readonly isComplete: boolean;
}

/** The lines of a file from an offset on, in order. */
export function* readLines(path: string, from = 0): Generator<Line> {
  if (path.endsWith('.gz')) {
    const bytes = unpacked(path);
    yield* linesIn(bytes.subarray(from), from, true);
    return;
  }
  const file = opened(path);
  try {
    let held = Buffer.alloc(0);
    let offset = from;
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const length = readSync(file, chunk, 0, CHUNK_BYTES, offset + held.length);
      const bytes = Buffer.concat([held, chunk.subarray(0, length)]);
      const end = length === 0 ? bytes.length : bytes.lastIndexOf(NEWLINE) + 1;
      yield* linesIn(bytes.subarray(0, end), offset, length === 0);
      if (length === 0) return;
      offset += end;
      held = Buffer.from(bytes.subarray(end));
      if (held.length > MAX_LINE_BYTES)
        throw new SourceDriftError(`${path}: a line has more than ${MAX_LINE_BYTES} bytes`);
    }
  } finally {
    closeSync(file);
  }
}

/** Lines at known places of one file. */
export function readLinesAt(path: string, places: readonly Pick<Line, 'offset' | 'bytes'>[]): readonly string[] {
  if (path.endsWith('.gz')) {
    const bytes = unpacked(path);
    return places.map(({ offset, bytes: length }) => bytes.toString('utf8', offset, offset + length));
  }
  const file = opened(path);
  try {
    return places.map(({ offset, bytes: length }) => {
      const bytes = Buffer.allocUnsafe(length);
      return bytes.toString('utf8', 0, readSync(file, bytes, 0, length, offset));
    });
  } finally {
    closeSync(file);
  }
}

function* linesIn(bytes: Buffer, offset: number, isEnd: boolean): Generator<Line> {
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(NEWLINE, start);
    if (newline === -1 && !isEnd) return;
    const end = newline === -1 ? bytes.length : newline;
    yield {
      text: bytes.toString('utf8', start, end),
      offset: offset + start,
      bytes: end - start,
      isComplete: newline !== -1,
    };
    start = end + 1;
  }
}

/** The last one: pages of a window mostly come from one file. */
let unpackedLast: { readonly path: string; readonly packed: Buffer; readonly bytes: Buffer } | undefined;

function unpacked(path: string): Buffer {
  const packed = translated(path, () => readFileSync(path));
  if (unpackedLast?.path === path && unpackedLast.packed.equals(packed)) return unpackedLast.bytes;
  try {
    // A file that is being written ends in the middle.
    const finishFlush = constants.Z_SYNC_FLUSH;
    const bytes = gunzipSync(packed, { finishFlush, maxOutputLength: MAX_UNPACKED_BYTES });
    unpackedLast = { path, packed, bytes };
    return bytes;
  } catch (error) {
    const isLarge = error instanceof RangeError;
    const message = isLarge
      ? `contains more than ${MAX_UNPACKED_BYTES / 1024 / 1024} MiB: decompress it, and name the file without .gz`
      : 'is not a gzip file: remove it from `files`, or correct its name';
    throw new SourceDriftError(`${path} ${message}`, { cause: error });
  }
}

function opened(path: string): number {
  return translated(path, () => openSync(path, 'r'));
}
