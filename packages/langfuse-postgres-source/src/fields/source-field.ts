import type { FieldSchema } from '@sluice/core/source';

/** What a field's expression may refer to besides the record `r`; joined only when a requested field needs it. */
export type Join = 'trace' | 'project' | 'prompt' | 'totals' | 'totals-with-cost';

/** A field of a stream, and how SQL reads it. */
export interface SourceField extends FieldSchema {
  /** Uses the aliases `r`, `trace`, `project`, `prompt` and `totals`. */
  readonly expression: string;
  /** The columns of the record's own table that the expression and its join read. */
  readonly columns: readonly string[];
  readonly join?: Join;
  /** Whether an empty or blank text means that there is no value. */
  readonly blankIsNull?: boolean;
}

export type Traits = Partial<Omit<SourceField, 'type' | 'doc' | 'expression' | 'columns'>>;

/** A column of the record's own table. It is never null and never changes unless the traits say otherwise. */
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

/** The SQL whose text is that of `PageText`. */
export function expressionOf(type: FieldSchema['type'], name: string): string {
  if (type === 'text[]') return `array_to_json(COALESCE(${name}, '{}'))`;
  return name;
}

export const NULLABLE: Traits = { nullable: true, changeable: true };
export const CHANGEABLE: Traits = { changeable: true };

/** A column of the row that `<join>_id` refers to, in the record's project. */
export function joined(join: 'project' | 'prompt', type: FieldSchema['type'], name: string, doc: string): SourceField {
  const columns = [...new Set([`${join}_id`, 'project_id'])];
  return expressed(type, `${join}.${name}`, columns, doc, { ...NULLABLE, join });
}

export const PROJECT_NAME = joined('project', 'text', 'name', 'The project’s name.');
