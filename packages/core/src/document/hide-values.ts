/** Shorter values occur in any sentence by chance, so they are replaced only where a message quotes them. */
const MIN_LENGTH = 4;

/** The text with every value (a key of `names`) replaced by its name. Replacements are not searched again. */
export function hideValues(text: string, names: ReadonlyMap<string, string>): string {
  const values = [...names.keys()].filter((value) => value !== '').toSorted((a, b) => b.length - a.length);
  if (values.length === 0) return text;
  const patterns = values.map((value) => {
    const literal = value.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`);
    return value.length < MIN_LENGTH ? String.raw`(?<=["'\x60])${literal}(?=["'\x60])` : literal;
  });
  return text.replaceAll(new RegExp(patterns.join('|'), 'gu'), (value) => names.get(value) ?? value);
}
