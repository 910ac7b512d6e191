import type { JsonValue } from '@sluice/core/adapter';

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/iu;

/**
 * What ClickHouse reads of a property for a column `Nullable(Float64)`, by `JSONExtract`: a number, a text of a number, and
 * a boolean as 0 or 1. Measured with ClickHouse 26.7.
 */
export function numberColumn(value: JsonValue | undefined): number | null {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'string' && NUMBER.test(value) ? Number(value) : null;
}

/** The same for `Nullable(Int64)`: the decimals are cut off. */
export function integerColumn(value: JsonValue | undefined): number | null {
  const number = numberColumn(value);
  return number === null ? null : Math.trunc(number);
}

/** The same for `Nullable(String)`: a text as it is, anything else as JSON. */
export function textColumn(value: JsonValue | undefined): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The JSON of a property, for a column of content. */
export function rawColumn(value: JsonValue | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
