import { column, expressed, expressionOf, NULLABLE, type SourceField, type Traits } from './source-field.js';
import type { FieldType } from '@sluice/core/source';

type Attribute = readonly [name: string, type: FieldType, doc: string, traits?: Traits];

const ATTRIBUTES: readonly Attribute[] = [
  ['id', 'text', 'The trace’s id.', { changeable: false, nullable: false }],
  ['name', 'text', 'The trace’s name.'],
  ['user_id', 'text', 'The user of the trace; null if it is empty.', { personal: true, blankIsNull: true }],
  ['session_id', 'text', 'The session that the trace belongs to.'],
  ['release', 'text', 'The release of the application.'],
  ['version', 'text', 'The version of the trace.'],
  ['tags', 'text[]', 'The trace’s tags.', { nullable: false }],
  ['metadata', 'json', 'The trace’s metadata; any JSON value.', { personal: true }],
  ['timestamp', 'timestamp', 'When the trace started.', { nullable: false }],
];

function prefixed(fieldOf: (attribute: Attribute) => SourceField): Record<string, SourceField> {
  return Object.fromEntries(ATTRIBUTES.map((attribute) => [`trace.${attribute[0]}`, fieldOf(attribute)]));
}

/** The `trace.*` fields of the trace stream: the trace itself. */
export const OWN_TRACE_ATTRIBUTES = prefixed(([name, type, doc, traits]) =>
  column(type, quoted(name), doc, { ...NULLABLE, ...traits }),
);

/** The `trace.*` fields of generations and scores: null when there is no such trace in the record's project. */
export const JOINED_TRACE_ATTRIBUTES = prefixed(([name, type, doc, traits]) => {
  const value = expressionOf(type, `trace.${quoted(name)}`);
  const expression = type === 'text[]' ? `CASE WHEN trace.id IS NOT NULL THEN ${value} END` : value;
  const always = { nullable: true, changeable: true, join: 'trace' } as const;
  return expressed(type, expression, ['trace_id', 'project_id'], doc, { ...traits, ...always });
});

function quoted(name: string): string {
  return name === 'timestamp' ? '"timestamp"' : name;
}
