import { closest, distance } from 'fastest-levenshtein';

/** What to write in place of a name that nobody knows. */
export function didYouMean(name: string, known: readonly string[]): string {
  if (known.length === 0) return 'nothing is known here';
  const near = closest(name, [...known]);
  const suggestion = distance(name, near) <= Math.max(2, name.length / 3) ? `did you mean ${near}? ` : '';
  return `${suggestion}known here: ${known.join(', ')}`;
}
