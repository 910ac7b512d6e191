import type { Difference, LangfuseField, LangfuseStreamName } from '@sluice/langfuse-records';

/** What a field's expression may refer to besides the record `r`; joined only when a requested field needs it. */
export type Join = 'trace' | 'totals';

/** Object keys and list positions below a `json` field. */
export type JsonPath = readonly (string | number)[];

/** How SQL reads a field. */
export interface FieldReading extends Difference {
  /** Uses the aliases `r`, `trace` and `totals`. Its text is that of `PageText`. A `json` field reads a part of itself. */
  readonly expression: string | ((path: JsonPath) => string);
  /** The columns of the record's own table that the expression and its join read. */
  readonly columns: readonly string[];
  readonly join?: Join;
  /** The columns of the joined trace that the expression reads. */
  readonly traceColumns?: readonly string[];
  /** Whether an empty or blank text means that there is no value. */
  readonly blankIsNull?: boolean;
}

/** How SQL reads every field of a stream. */
export type FieldReadings<Name extends LangfuseStreamName> = Readonly<Record<LangfuseField<Name>, FieldReading>>;

/** A column that always has a value. */
export function column(name: string): FieldReading {
  return { expression: `r.${name}`, columns: [name] };
}

/** A text for which Langfuse also writes an empty one when there is none. */
export function text(name: string): FieldReading {
  return { expression: `nullIf(r.${name}, '')`, columns: [name] };
}

export function timestamp(name: string): FieldReading {
  return { expression: `toString(r.${name}, 'UTC')`, columns: [name] };
}

export function list(name: string): FieldReading {
  return { expression: `toJSONString(r.${name})`, columns: [name] };
}

export function boolean(name: string): FieldReading {
  return { expression: `if(r.${name}, 't', 'f')`, columns: [name] };
}

export function absent(reason: string): FieldReading {
  return { expression: () => 'NULL', columns: [], absent: reason };
}

/** From one time to another in seconds; null if one of them is. */
export function seconds(start: string, end: string): string {
  return `(toUnixTimestamp64Milli(${end}) - toUnixTimestamp64Milli(${start})) / 1000`;
}
