import {
  ExactNumber,
  isRealDay,
  type FieldRequest,
  type FieldSchema,
  type FieldValue,
  type RecordProblem,
} from '@sluice/core/source';
import { z } from 'zod';
import type { FieldDescription } from './described.js';

const TEXTS = z.array(z.string().nullable());
/** Either a date, or a date and a time, with an optional zone. */
const ISO =
  /^(?<time>(?<day>[+-]?\d{4,6}-\d\d-\d\d)(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)?)(?<zone>Z|[+-]\d\d(?::?\d\d)?)?$/i;
const LATEST_MS = 8.64e15;

/** A field of a stream, and where it is in the objects. */
export interface JsonField {
  readonly name: string;
  readonly schema: FieldSchema;
  readonly description: FieldDescription;
  readonly path: readonly string[];
  /** The field that replaces a null. */
  readonly other?: JsonField | undefined;
}

/** The value of a field in an object, or why it has none. */
export function readValue(object: object, field: JsonField): FieldValue | RecordProblemOf {
  const raw = at(object, field.path);
  if (raw === undefined || raw === null) {
    if (field.other !== undefined) return readValue(object, field.other);
    return field.schema.nullable ? null : problem('is missing');
  }
  const isDigits = raw instanceof ExactNumber && field.schema.type !== 'json' && field.schema.type !== 'number';
  return READERS[field.schema.type](isDigits ? Number(raw.digits) : raw, field.description);
}

/** How the value of each type is read from JSON. Only `json` and `number` get an `ExactNumber`, the others its neighbour. */
const READERS: Readonly<
  Record<FieldSchema['type'], (raw: unknown, description: FieldDescription) => FieldValue | RecordProblemOf>
> = {
  json,
  text: (raw) => (typeof raw === 'string' ? raw : problem('is not a text')),
  boolean: (raw) => (typeof raw === 'boolean' ? raw : problem('is not true or false')),
  number: (raw) => {
    const value = raw instanceof ExactNumber ? Number(raw.digits) : raw;
    if (typeof value !== 'number' || !Number.isFinite(value)) return problem('is not a finite number');
    const isRounded = raw instanceof ExactNumber && Number.isInteger(value) && !Number.isSafeInteger(value);
    return isRounded ? problem('has more digits than a number holds') : value;
  },
  timestamp: (raw, { stored }) => timestampOf(raw, stored) ?? problem(`is not a time (${stored})`),
  'text[]': (raw) => {
    const texts = TEXTS.safeParse(raw).data;
    return texts === undefined ? problem('is not a list of texts') : texts.filter((text) => text !== null);
  },
};

/** Only the part of a `json` field that is asked for. */
export function partOf(value: FieldValue, { path = [] }: FieldRequest): FieldValue {
  if (path.length === 0) return value;
  return json(typeof value === 'object' && value !== null ? (at(value, path.map(String)) ?? null) : null);
}

export class RecordProblemOf implements RecordProblem {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

function problem(reason: string): RecordProblemOf {
  return new RecordProblemOf(reason);
}

function at(object: object, path: readonly string[]): unknown {
  let value: unknown = object;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return undefined;
    value = Object.getOwnPropertyDescriptor(value, key)?.value;
  }
  return value;
}

/** It comes from JSON. */
function json(value: unknown): FieldValue {
  return z.custom<FieldValue>().parse(value);
}

function timestampOf(raw: unknown, stored: FieldDescription['stored']): number | undefined {
  if (stored === 'text') {
    const { time, day = '', zone = 'Z' } = (typeof raw === 'string' ? ISO.exec(raw.trim())?.groups : undefined) ?? {};
    if (time === undefined || !isRealDay(day)) return undefined;
    const [, clock = '00:00'] = time.split(/[T ]/i);
    const parsed = Date.parse(`${day}T${clock.replace(',', '.')}${fullZone(zone)}`);
    return Number.isNaN(parsed) ? undefined : parsed;
  }
  if (typeof raw !== 'number') return undefined;
  const ms = Math.floor(stored === 'epoch-s' ? raw * 1000 : raw);
  return Math.abs(ms) <= LATEST_MS ? ms : undefined;
}

/** `+02` and `+0200` as JavaScript reads them. */
function fullZone(zone: string): string {
  const [, sign, hours, minutes = '00'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  return sign === undefined ? zone.toUpperCase() : `${sign}${hours}:${minutes}`;
}
