// Numbers as people see them: 1.005 is 1005 thousandths, although the double is a little less.

interface Decimal {
  /** The digits without sign, point and exponent. */
  readonly digits: string;
  /** How many of them stand before the point; can be negative. */
  readonly point: number;
}

function decimalOf(value: number): Decimal {
  const [mantissa = '', exponent = '0'] = String(Math.abs(value)).split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return { digits: whole + fraction, point: whole.length + Number(exponent) };
}

/** Rounds to `places` decimal places, halves away from zero; negative places are tens, hundreds and so on. */
export function roundDecimal(value: number, places = 0): number {
  const kept = Math.trunc(places);
  if (kept >= 0 && Number.isInteger(value)) return value;
  const { digits, point } = decimalOf(value);
  const cut = point + kept;
  if (cut >= digits.length) return value;
  if (cut < 0) return 0;
  const rounded = BigInt(digits.slice(0, cut)) + (digits.charAt(cut) >= '5' ? 1n : 0n);
  if (rounded === 0n) return 0;
  const size = Number(`${rounded}e${-kept}`);
  return Number.isFinite(size) ? Math.sign(value) * size : value;
}

/** Converts between units: 0.29 times 100 is 29, and not 28.999999999999996. The factors are whole numbers. */
export function scaleDecimal(value: number, multiply: number, divide: number): number {
  const scaled = value * multiply;
  if (Number.isInteger(value) && Number.isSafeInteger(scaled)) return scaled / divide;
  if (!Number.isFinite(value)) return value;
  const { digits, point } = decimalOf(value);
  // Dividing by a power of ten moves the point; any other divisor is applied to the nearest double.
  const [shift, divisor] = /^10*$/u.test(String(divide)) ? [String(divide).length - 1, 1] : [0, divide];
  const product = BigInt(digits) * BigInt(multiply);
  return (Math.sign(value) * Number(`${product}e${point - digits.length - shift}`)) / divisor;
}

/** The digits of a number, never with an exponent. */
export function decimalText(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return text;
  const { digits, point } = decimalOf(value);
  const sign = value < 0 ? '-' : '';
  return point > 0 ? sign + digits.padEnd(point, '0') : `${sign}0.${'0'.repeat(-point)}${digits}`;
}

/** Whether the double has every digit of a number as it was written. */
export function isHeldExactly(written: string): boolean {
  const [, whole = '', fraction = '', exponent = '0'] =
    /^[+-]?(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/iu.exec(written.replaceAll('_', '')) ?? [];
  const value = Number(`${whole}.${fraction}0e${exponent}`);
  if (!Number.isFinite(value)) return false;
  const { digits, point } = decimalOf(value);
  const significant = (text: string) => text.replace(/^0+/u, '').replace(/0+$/u, '');
  const all = whole + fraction;
  if (significant(all) !== significant(digits)) return false;
  if (significant(all) === '') return true;
  const leading = (text: string) => /^0*/u.exec(text)?.[0].length ?? 0;
  return whole.length + Number(exponent) - leading(all) === point - leading(digits);
}
