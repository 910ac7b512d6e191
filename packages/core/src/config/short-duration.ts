const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1000, 's'],
] as const;

/** A duration in the largest unit that divides it, as a pipeline file has it: `7d`, `36h`. */
export function shortDuration(ms: number): string {
  const [unitMs, unit] = UNITS.find(([each]) => ms % each === 0) ?? [1, 'ms'];
  return `${ms / unitMs}${unit}`;
}
