import type { FieldSchema } from '@sluice/core';
import { epochMs } from '../sql/sql.js';

/** What a field's expression may refer to besides the record `r`; joined only where a field is asked that needs it. */
export type Join = 'trace' | 'project' | 'price' | 'prompt' | 'totals' | 'totals-with-cost';

/** One field of a stream: what it is, and how SQL gives it. */
export interface SourceField extends FieldSchema {
  /** Over the aliases `r`, `trace`, `project`, `price`, `prompt` and `totals`. */
  readonly expression: string;
  /** The columns of the record's own table that the expression and its join read. */
  readonly columns: readonly string[];
  readonly join?: Join;
  /** Whether an empty text, or one of white space only, means that there is no value. */
  readonly blankIsNull?: boolean;
}

export type Traits = Partial<Omit<SourceField, 'type' | 'doc' | 'expression' | 'columns'>>;

/** A column of the record's own table that is never null and never changes, unless the traits say otherwise. */
export function column(type: FieldSchema['type'], name: string, doc: string, traits: Traits = {}): SourceField {
  return { ...expressed(type, expressionOf(type, `r.${name}`), [name], doc), ...traits };
}

export function expressed(
  type: FieldSchema['type'],
  expression: string,
  columns: readonly string[],
  doc: string,
  traits: Traits = {},
): SourceField {
  return { type, nullable: false, changeable: false, personal: false, doc, expression, columns, ...traits };
}

/** How a column of a type leaves the database: as text that `decode-value.ts` reads. */
export function expressionOf(type: FieldSchema['type'], name: string): string {
  if (type === 'timestamp') return epochMs(name);
  if (type === 'text[]') return `array_to_json(COALESCE(${name}, '{}'))`;
  return name;
}

export const NULLABLE: Traits = { nullable: true, changeable: true };
export const CHANGEABLE: Traits = { changeable: true };
