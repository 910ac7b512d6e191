import type { FileHandle } from 'node:fs/promises';

const LINE_FEED = 0x0a;
const CHUNK_BYTES = 65_536;

/** The length of the file's whole lines in bytes: everything up to the last line feed. Reads backwards from the end. */
export async function lastLineEnd(file: FileHandle, sizeBytes: number): Promise<number> {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  for (let end = sizeBytes; end > 0; end -= Math.min(CHUNK_BYTES, end)) {
    const start = Math.max(0, end - CHUNK_BYTES);
    const { bytesRead } = await file.read(chunk, 0, end - start, start);
    const found = chunk.subarray(0, bytesRead).lastIndexOf(LINE_FEED);
    if (found !== -1) return start + found + 1;
  }
  return 0;
}
