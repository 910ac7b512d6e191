import { readFileSync, writeFileSync } from 'node:fs';
import { decodeText } from '@sluice/core/document';

const MARK = '\uFEFF';
/** `MARK` in UTF-8, and in both forms of UTF-16. */
const [UTF_8, UTF_16_LE, UTF_16_BE] = [Buffer.from(MARK), Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];

/** Changes the text of a file. Its encoding, its byte order mark and its line ends stay as they are. */
export function rewriteFile(path: string, change: (text: string) => string): void {
  const bytes = readFileSync(path);
  const before = decodeText(bytes);
  const after = change(before);
  if (after === before) return;
  const isOfWindows = before.includes('\r\n') && !/(?<!\r)\n/u.test(before);
  writeFileSync(path, encoded(isOfWindows ? after.replaceAll(/\r?\n/gu, '\r\n') : after, bytes));
}

/** The text in the encoding of the bytes before. */
function encoded(text: string, before: Buffer): Buffer {
  const begins = (mark: Buffer): boolean => before.subarray(0, mark.length).equals(mark);
  if (begins(UTF_16_LE)) return Buffer.from(MARK + text, 'utf16le');
  if (begins(UTF_16_BE)) return Buffer.from(MARK + text, 'utf16le').swap16();
  return Buffer.from(begins(UTF_8) ? MARK + text : text);
}
