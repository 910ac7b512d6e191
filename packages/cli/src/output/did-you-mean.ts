import { distance } from 'fastest-levenshtein';

/** The known name that is closest to a misspelt one, if any is close enough to have been meant. */
export function closest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const each of known) {
    const far = distance(name, each);
    if (far < least) [best, least] = [each, far];
  }
  return best;
}
