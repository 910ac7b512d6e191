import type { JsonValue } from '@sluice/core/adapter';
import type { StreamSchema } from '@sluice/core/source';
import type { SinkEventSchema } from '@sluice/core/config';
import type { CheckedMap, CheckedName, CheckedValue } from '../check/checked-event.js';
import type { Expression } from '../check/expression.js';
import { eventFieldsOf } from '../check/event-fields.js';
import { referencesOf } from '../check/references.js';
import { ownEntry } from '../own-entry.js';
import type { CatalogueField } from './catalogue.js';
import { expressionText, fieldPathText } from '../check/expression-text.js';

interface EventOfField {
  readonly stream: StreamSchema;
  readonly schema: SinkEventSchema;
  /** An example of a value, by `name` or `within.name`. */
  readonly exampleOf: (path: string) => JsonValue | undefined;
}

/** The values of one field of an event: one, or those in its map. */
export function describeField(field: CheckedValue | CheckedMap, event: EventOfField): readonly CatalogueField[] {
  if (field.kind === 'map') {
    return field.names.map((each) => ({
      within: field.name,
      ...describe(each, event, event.exampleOf(`${field.name}.${each.name}`)),
      omitted: each.expression.type.nullable && (field.nulls === 'omitted' || each.omitNull),
    }));
  }
  const { name, required, expression } = field;
  const nullable = expression.type.nullable && !required;
  const doc = field.doc ?? ownEntry(eventFieldsOf(event.schema), name)?.doc;
  return [{ ...describe({ ...field, doc }, event, event.exampleOf(name)), nullable, omitted: nullable }];
}

function describe(
  { name, doc, expression }: CheckedValue | CheckedName,
  { stream }: EventOfField,
  example: JsonValue | undefined,
): CatalogueField {
  const { type } = expression;
  const references = referencesOf(expression);
  const personal = references.filter(
    ({ field, revealed }) => revealed && ownEntry(stream.fields, field)?.personal === true,
  );
  const meaning = doc ?? meaningOf(expression, stream);
  return {
    name,
    type: type.name === 'invalid' ? 'null' : type.name,
    ...(type.unit && { unit: type.unit }),
    nullable: type.nullable,
    omitted: type.nullable,
    ...(meaning !== undefined && { meaning }),
    expression: expressionText(expression),
    fields: [...new Set(references.map(({ path }) => fieldPathText(path)))],
    personal: [...new Set(personal.map(({ path }) => fieldPathText(path)))],
    ...(expression.kind === 'literal' && { constant: expression.value }),
    ...(example !== undefined && { example }),
  };
}

/** The documentation of the record's field, if the value is computed from only one. */
function meaningOf(expression: Expression, stream: StreamSchema): string | undefined {
  const fields = [...new Set(referencesOf(expression).map(({ field }) => field))];
  const [only] = fields;
  return only === undefined || fields.length > 1 ? undefined : ownEntry(stream.fields, only)?.doc;
}
