import { MAX_DEPTH } from './clean-json.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** Whether a JSON value has more levels than PostHog's parser takes. */
export function isTooDeep(bytes: Buffer, start: number, end: number): boolean {
  // Each level takes two bytes, and only lists and objects have levels.
  if (end - start <= 2 * MAX_DEPTH || (bytes[start] !== OPENING_BRACKET && bytes[start] !== OPENING_BRACE))
    return false;
  let depth = 0;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfText(bytes, at, end);
    else if (byte === CLOSING_BRACKET || byte === CLOSING_BRACE) depth -= 1;
    else if ((byte === OPENING_BRACKET || byte === OPENING_BRACE) && (depth += 1) > MAX_DEPTH) return true;
  }
  return false;
}

function endOfText(bytes: Buffer, start: number, end: number): number {
  let at = start + 1;
  while (at < end && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}
