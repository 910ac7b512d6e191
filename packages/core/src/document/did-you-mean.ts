import { closest, distance } from 'fastest-levenshtein';

const MAX_LENGTH = 100;
const MAX_KNOWN = 500;
const MAX_SHOWN = 40;

/** The known name that was probably meant, whatever its case, if one is near. */
export function closestName(written: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || known.length > MAX_KNOWN || written.length > MAX_LENGTH) return undefined;
  const lower = written.toLowerCase();
  const near = closest(
    lower,
    known.map((name) => name.toLowerCase()),
  );
  const allowed = Math.max(written.length > 3 ? 2 : 1, Math.floor(written.length / 3));
  return distance(lower, near) <= allowed ? known.find((name) => name.toLowerCase() === near) : undefined;
}

/** The help for an unknown name: the one that was probably meant, or else the known ones. */
export function didYouMean(written: string, known: readonly string[]): string | undefined {
  const near = closestName(written, known);
  if (near !== undefined) return `did you mean \`${near}\`?`;
  if (known.length === 0) return undefined;
  const shown = known.slice(0, MAX_SHOWN).map((name) => `\`${name}\``);
  return `known: ${shown.join(', ')}${known.length > shown.length ? ', …' : ''}`;
}

/** The known name that differs by one or two letters; names that differ only in their digits are meant to. */
export function similarName(written: string, known: readonly string[]): string | undefined {
  const withoutDigits = (name: string): string => name.replaceAll(/\d+/gu, '0');
  return known.find((name) => {
    const allowed = name.length < 8 ? 1 : 2;
    if (name === written || name.length < 5 || Math.abs(name.length - written.length) > allowed) return false;
    return withoutDigits(name) !== withoutDigits(written) && distance(name, written) <= allowed;
  });
}
