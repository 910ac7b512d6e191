/** What a unit measures. Only units of the same dimension can be converted into each other. */
type Dimension = 'money' | 'time' | 'tokens' | 'size';

/** Every unit a number can carry, with its dimension and its factor to the dimension's first unit. */
export const UNITS = {
  usd: { dimension: 'money', factor: 1, doc: 'United States dollars' },
  cents: { dimension: 'money', factor: 0.01, doc: 'hundredths of a United States dollar' },
  s: { dimension: 'time', factor: 1, doc: 'seconds' },
  ms: { dimension: 'time', factor: 0.001, doc: 'milliseconds' },
  min: { dimension: 'time', factor: 60, doc: 'minutes' },
  h: { dimension: 'time', factor: 3600, doc: 'hours' },
  d: { dimension: 'time', factor: 86_400, doc: 'days of 24 hours' },
  tokens: { dimension: 'tokens', factor: 1, doc: 'tokens of a language model' },
  bytes: { dimension: 'size', factor: 1, doc: 'bytes' },
} as const satisfies Record<string, { dimension: Dimension; factor: number; doc: string }>;

export type Unit = keyof typeof UNITS;
