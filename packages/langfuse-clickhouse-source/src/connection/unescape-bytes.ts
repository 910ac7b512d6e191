const [BACKSLASH, QUOTE, ZERO] = Buffer.from(`\\'0`);

/**
 * ClickHouse's TabSeparated as `PageText` wants it: ClickHouse also escapes a quote and a zero byte. Changes the buffer
 * and returns the part of it that is left.
 */
export function withoutFurtherEscapes(bytes: Buffer): Buffer {
  let from = firstFurtherEscape(bytes, 0);
  if (from === -1) return bytes;
  let to = from;
  while (from < bytes.length) {
    if (bytes[from] !== BACKSLASH) {
      bytes[to++] = bytes[from++] ?? 0;
      continue;
    }
    const escaped = bytes[from + 1];
    from += 2;
    if (escaped === QUOTE) bytes[to++] = QUOTE ?? 0;
    else if (escaped === ZERO) bytes[to++] = 0;
    else {
      bytes[to++] = BACKSLASH ?? 0;
      bytes[to++] = escaped ?? 0;
    }
  }
  return bytes.subarray(0, to);
}

function firstFurtherEscape(bytes: Buffer, start: number): number {
  for (let at = bytes.indexOf('\\', start); at !== -1; at = bytes.indexOf('\\', at + 2)) {
    const escaped = bytes[at + 1];
    if (escaped === QUOTE || escaped === ZERO) return at;
  }
  return -1;
}
