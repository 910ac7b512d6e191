/**
 * Of UTF-8. Mixpanel's pages say 255 characters (import-events) and 255 bytes (data-type): what has 255 bytes is within
 * both.
 */
export const MAX_TEXT_BYTES = 255;
const MARK = '…';
const MARK_BYTES = Buffer.byteLength(MARK);

/** Pure: a text that Mixpanel keeps whole: the text itself, or its beginning and `…`. Never cuts within a character. */
export function cutText(text: string): string {
  // No UTF-16 unit takes more than three bytes.
  if (text.length * 3 <= MAX_TEXT_BYTES) return text;
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_TEXT_BYTES) return text;
  let end = MAX_TEXT_BYTES - MARK_BYTES;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end) + MARK;
}
