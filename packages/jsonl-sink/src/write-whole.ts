/** Writes bytes until all of them are written: where a disk becomes full, a write takes a part of them. */
export async function writeWhole(
  length: number,
  writeFrom: (written: number) => Promise<{ readonly bytesWritten: number }>,
): Promise<void> {
  for (let written = 0; written < length;) written += (await writeFrom(written)).bytesWritten;
}
