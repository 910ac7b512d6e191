import { ExactNumber } from '../contracts/exact-number.js';
import type { JsonValue } from '../contracts/value.js';

/** A double holds any fifteen digits. Written out, the pattern is ten times as fast as with a count. */
const LONG_NUMBER = new RegExp(String.raw`[\d.]`.repeat(16));

/** Any digit before an e, which is cheap to look for, and one that can be part of a number. */
const DIGIT_AND_E = /\d[eE]/;
const EXPONENT = /(?:^|[:[,])\s*-?[\d.]+[eE]/;

const QUOTE_OR_NUMBER = /"|-?\d[\d.]*(?:[eE][+-]?\d+)?/g;

const COLON = /\s*:/y;

/** PostgreSQL's JSON never contains this character. A string of ClickHouse's that begins with it gets another one. */
const MARK = '\u0000';
const MARKED = String.raw`"\u0000`;

/** JSON whose numbers keep their value: those that no double holds become an `ExactNumber`. */
export function parseJson(text: string): JsonValue {
  const mayBeInexact = LONG_NUMBER.test(text) || (DIGIT_AND_E.test(text) && EXPONENT.test(text));
  if (!mayBeInexact) return JSON.parse(text);
  let isExact = true;
  let marked = '';
  let end = 0;
  for (const [token, at] of stringsAndNumbers(text)) {
    marked += text.slice(end, at);
    end = at + token.length;
    if (token.startsWith(MARKED)) marked += isKey(text, end) ? token : MARKED + token.slice(1);
    else if (token.startsWith('"') || isHeldExactly(token)) marked += token;
    else {
      isExact = false;
      marked += JSON.stringify(MARK + token);
    }
  }
  marked += text.slice(end);
  // Also refuses what only its marks make JSON, such as a number with a zero in front.
  const rounded: JsonValue = JSON.parse(text);
  if (isExact) return rounded;
  return JSON.parse(marked, (_key, part: unknown) => {
    if (typeof part !== 'string' || !part.startsWith(MARK)) return part;
    const rest = part.slice(MARK.length);
    return rest.startsWith(MARK) ? rest : new ExactNumber(rest);
  });
}

/** Not by one regular expression: for millions of escapes in a string, that would exhaust the stack. */
function* stringsAndNumbers(text: string): Generator<readonly [token: string, at: number]> {
  let at = 0;
  for (;;) {
    QUOTE_OR_NUMBER.lastIndex = at;
    const found = QUOTE_OR_NUMBER.exec(text);
    if (found === null) return;
    const token = found[0] === '"' ? text.slice(found.index, endOfString(text, found.index)) : found[0];
    yield [token, found.index];
    at = found.index + token.length;
  }
}

/** Behind the quotation mark that is not escaped. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; at += 1) {
    at = text.indexOf('"', at);
    if (at === -1) return text.length;
    let backslashes = 0;
    while (text[at - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return at + 1;
  }
}

/** Whether the string that ends here is the name of a member. */
function isKey(text: string, end: number): boolean {
  COLON.lastIndex = end;
  return COLON.test(text);
}

/**
 * Whether the number that JavaScript reads and writes has the same digits. A whole number must be the double as well, not
 * only its shortest text: 1e23 is not.
 */
function isHeldExactly(text: string): boolean {
  const value = Number(text);
  if (!Number.isFinite(value)) return false;
  const [digits, exponent] = significant(text);
  const [readDigits, readExponent] = significant(String(value));
  if (digits !== readDigits || (digits !== '' && exponent !== readExponent)) return false;
  return exponent < 0 || BigInt(value) === BigInt(digits || '0') * 10n ** BigInt(exponent);
}

/** The digits from the first to the last that is not zero, and the power of ten that they count. */
function significant(text: string): readonly [digits: string, exponent: number] {
  const [, whole = '', fraction = '', power = '0'] = /^(-?\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^(-?)0+/, '$1');
  const trimmed = digits.replace(/0+$/, '');
  const isZero = trimmed === '' || trimmed === '-';
  return isZero ? ['', 0] : [trimmed, Number(power) - fraction.length + (digits.length - trimmed.length)];
}
