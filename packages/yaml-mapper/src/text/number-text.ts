import type { TextOutput } from '@sluice/core/text';

const [MINUS, POINT, ZERO, NINE] = [0x2d, 0x2e, 0x30, 0x39];

const NUMBER = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/iu;

/** A double holds any decimal number of so many digits. */
const EXACT_DIGITS = 15;

/** JavaScript writes a number with an exponent if it has more zeros behind the point. */
const MAX_ZEROS = 5;

/** Appends a number as JavaScript writes it. `textOf` writes the unusual ones. Declines what is not a finite number. */
export function writeNumber(
  from: Uint8Array,
  start: number,
  end: number,
  output: TextOutput,
  textOf: (value: number) => string,
): void {
  const until = endOfShortNumber(from, start, end);
  if (until > start) output.copy(from, start, until);
  else if (until === start) output.write('0');
  else {
    const text = Buffer.from(from.buffer, from.byteOffset + start, end - start).toString('latin1');
    const value = NUMBER.test(text) ? Number(text) : Number.NaN;
    if (Number.isFinite(value)) output.write(textOf(value));
    else output.decline();
  }
}

/**
 * Where the digits end that JavaScript writes for the number, which are a part of the given ones: the zeros at the end of
 * a fraction are cut. `start` if it is zero; -1 if JavaScript may write other digits.
 */
function endOfShortNumber(from: Uint8Array, start: number, end: number): number {
  const first = from[start] === MINUS ? start + 1 : start;
  const point = endOfDigits(from, first, end);
  if (point === first) return -1;
  let last = point;
  if (point < end) {
    if (from[point] !== POINT || point + 1 === end || endOfDigits(from, point + 1, end) !== end) return -1;
    last = end;
    while (from[last - 1] === ZERO) last -= 1;
    if (last === point + 1) last = point;
  }
  if (from[first] !== ZERO) return last - first - (last > point ? 1 : 0) > EXACT_DIGITS ? -1 : last;
  if (point - first > 1) return -1;
  if (last === point) return start;
  let significant = point + 1;
  while (from[significant] === ZERO) significant += 1;
  return significant - point - 1 > MAX_ZEROS || last - significant > EXACT_DIGITS ? -1 : last;
}

function endOfDigits(from: Uint8Array, start: number, end: number): number {
  let index = start;
  while (index < end && (from[index] ?? 0) >= ZERO && (from[index] ?? 0) <= NINE) index += 1;
  return index;
}
