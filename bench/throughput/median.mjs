/** The middle one, or the mean of the two in the middle; undefined for none. */
export function median(numbers) {
  const known = numbers.filter((number) => number !== undefined).toSorted((first, second) => first - second);
  const middle = known.length / 2;
  return Number.isInteger(middle) ? meanOf(known[middle - 1], known[middle]) : known[Math.floor(middle)];
}

function meanOf(first, second) {
  return first === undefined ? undefined : (first + second) / 2;
}
