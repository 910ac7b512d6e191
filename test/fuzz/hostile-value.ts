import { ExactNumber } from '@sluice/core/source';
import type { Choices } from './fuzz-target.js';

const SCALARS: readonly unknown[] = [
  null,
  true,
  '',
  'a',
  '__proto__',
  '\uD800',
  '\u0000',
  '😀'.repeat(1000),
  0,
  -0,
  1.005,
  1e21,
  1e-9,
  Number.MAX_VALUE,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  8.64e15,
  -1,
  9007199254740993n,
  Symbol('s'),
  new Date(0),
  () => 1,
  new ExactNumber('9007199254740993'),
];

/** What no source may deliver, and what it may. */
export function hostileValue(choices: Choices, depth = 0): unknown {
  if (depth > 4 || choices.below(3) > 0) return choices.of(SCALARS);
  const length = choices.below(5);
  const parts = Array.from({ length }, () => hostileValue(choices, depth + 1));
  if (choices.once(2)) return parts;
  return Object.fromEntries(
    parts.map((part, index) => [choices.of(['id', 'a', 'b', '__proto__', 'toJSON', `k${index}`]), part]),
  );
}
