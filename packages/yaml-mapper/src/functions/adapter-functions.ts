import type { JsonValue, MappingFunction } from '@sluice/core/adapter';
import type { FieldType } from '@sluice/core/source';
import { jsonToSend, textsOrNull } from '../compile/runtime-values.js';
import type { FunctionDefinition } from './function-definition.js';
import { FUNCTIONS } from './functions.js';

/** The functions of the language, and those that adapters add. */
export function functionsWith(added: readonly MappingFunction[]): ReadonlyMap<string, FunctionDefinition> {
  const valid = added.filter(({ name }) => /^[A-Za-z][A-Za-z\d]*$/u.test(name) && name !== 'convert');
  return new Map([...valid.map((each) => [each.name, definitionOf(each)] as const), ...FUNCTIONS]);
}

/** Whatever the function does, it gets its own copies of the values, and its result has its type or is null. */
function definitionOf(added: MappingFunction): FunctionDefinition {
  const { name, doc, parameters, result, unit } = added;
  return {
    name,
    doc,
    example: [`${name}(…)`, null],
    parameters: parameters.map((each) => ({ name: each.name, types: [each.type] })),
    result,
    nullable: true,
    ...(unit && result === 'number' && { unit }),
    evaluate: (...values: NonNullable<JsonValue>[]) => {
      const copies = values.map(ownCopy).filter((copy) => copy !== null);
      return copies.length < values.length ? null : ofType(added.evaluate(...copies), result);
    },
  };
}

/** Null for a number that no double holds. */
function ownCopy(value: NonNullable<JsonValue>): JsonValue {
  return typeof value === 'object' ? structuredClone(jsonToSend(value)) : value;
}

function ofType(value: unknown, type: FieldType): JsonValue {
  switch (type) {
    case 'text':
      return typeof value === 'string' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'number':
    case 'timestamp':
      return typeof value === 'number' && Number.isFinite(value) ? value : null;
    case 'text[]':
      return textsOrNull(value);
    case 'json':
    default:
      return jsonToSend(value);
  }
}
