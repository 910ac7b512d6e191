/**
 * A name or a literal as JavaScript source. Text enters generated code only through here: the result is always one
 * literal of printable ASCII.
 */
export function quoteCode(value: string | number | boolean | null): string {
  if (typeof value === 'number')
    return Number.isFinite(value) ? `(${Object.is(value, -0) ? '-0' : String(value)})` : 'null';
  if (typeof value !== 'string') return String(value);
  let quoted = '"';
  for (let index = 0; index < value.length; index += 1) {
    const unit = value.charCodeAt(index);
    const isPlain = unit >= 0x20 && unit <= 0x7e && unit !== 0x22 && unit !== 0x5c;
    quoted += isPlain ? value.charAt(index) : `\\u${unit.toString(16).padStart(4, '0')}`;
  }
  return `${quoted}"`;
}
