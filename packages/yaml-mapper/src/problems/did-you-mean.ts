import { closest, distance } from 'fastest-levenshtein';

const MAX_LENGTH = 100;
const MAX_CANDIDATES = 500;

/** The candidate that the writer probably meant, or undefined when none is near. */
function nearest(found: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0 || candidates.length > MAX_CANDIDATES || found.length > MAX_LENGTH) return undefined;
  const lower = found.toLowerCase();
  const near = closest(
    lower,
    candidates.map((candidate) => candidate.toLowerCase()),
  );
  const allowed = Math.max(found.length > 3 ? 2 : 1, Math.floor(found.length / 3));
  return distance(lower, near) <= allowed
    ? candidates.find((candidate) => candidate.toLowerCase() === near)
    : undefined;
}

/** The sentence for `help`: the nearest candidate, else the list of what is allowed. */
export function didYouMean(found: string, candidates: readonly string[]): string | undefined {
  const candidate = nearest(found, candidates);
  if (candidate !== undefined) return `Did you mean \`${candidate}\`?`;
  if (candidates.length === 0) return undefined;
  const shown = candidates.slice(0, 40).map((name) => `\`${name}\``);
  return `Known: ${shown.join(', ')}${candidates.length > shown.length ? ', …' : ''}.`;
}
