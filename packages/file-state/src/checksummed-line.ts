import { createHash } from 'node:crypto';

const LINE = /^\{"checksum":"(?<checksum>[0-9a-f]{16})","entry":(?<entry>.*)\}$/su;

function checksumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** JSON does not escape these, but Node's readline and other tools take them for the end of a line. */
const LINE_ENDS = /[\u2028\u2029]/gu;

/** A line of JSON with a checksum of its entry, and the newline. */
export function encodeLine(entry: unknown): string {
  const text = JSON.stringify(entry).replaceAll(LINE_ENDS, (end) => (end === '\u2028' ? '\\u2028' : '\\u2029'));
  return `{"checksum":"${checksumOf(text)}","entry":${text}}\n`;
}

/** The entry of a line without its newline; undefined when the line is not as it was written. */
export function decodeLine(line: string): { readonly entry: unknown } | undefined {
  const { checksum, entry } = LINE.exec(line)?.groups ?? {};
  if (checksum === undefined || entry === undefined || checksumOf(entry) !== checksum) return undefined;
  return { entry: JSON.parse(entry) as unknown };
}
