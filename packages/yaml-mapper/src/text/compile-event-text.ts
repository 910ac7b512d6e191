import type { FieldRequest } from '@sluice/core/source';
import {
  NULL_VALUE,
  TextOutput,
  type EventText,
  type EventTextMap,
  type EventTextValue,
  type WriteValue,
} from '@sluice/core/text';
import { valuesOf, type CheckedEvent, type CheckedMap, type CheckedValue } from '../check/checked-event.js';
import { fieldsAlwaysRead, fieldsIn, type FieldExpression } from './fields-read.js';
import { Scratch } from './scratch.js';
import { TextCompiler } from './text-compiler.js';

/** Compiles the event of a stream that has only one. Undefined if its fields would not be in the mapping's order. */
export function compileEventText(
  event: CheckedEvent,
  positionOf: (request: FieldRequest) => number,
): EventText | undefined {
  const uuid = event.fields.find((field): field is CheckedValue => field.kind === 'value' && field.name === 'uuid');
  if (uuid === undefined || event.fields.some(({ name }) => isIndex(name))) return undefined;
  const compiler = new TextCompiler({ positionOf, uuid: uuid.expression });
  const fields = [uuid, ...event.fields.filter((field) => field !== uuid)];
  return {
    event: event.name,
    includes: compileIncludes(event, positionOf, compiler),
    fields: fields.map((field) =>
      field.kind === 'value' ? compileField(field, compiler) : compileMap(field, compiler),
    ),
  };
}

function compileField({ name, expression, required }: CheckedValue, compiler: TextCompiler): EventTextValue {
  const write = compiler.value(expression);
  const writeRequired: WriteValue = (page, record, output) => write(page, record, output) || output.decline();
  return { kind: 'value', name, write: required || name === 'uuid' ? writeRequired : write };
}

function compileMap({ name, nulls, names }: CheckedMap, compiler: TextCompiler): EventTextMap {
  const indexes = names.filter((each) => isIndex(each.name)).toSorted((a, b) => Number(a.name) - Number(b.name));
  const ordered = [...indexes, ...names.filter((each) => !indexes.includes(each))];
  return {
    kind: 'map',
    name,
    nulls,
    names: ordered.map((each) => ({
      name: each.name,
      omitNull: each.omitNull,
      write: compiler.value(each.expression),
    })),
  };
}

/** Whether JavaScript puts a name before all others, whatever their order. */
function isIndex(name: string): boolean {
  return /^(?:0|[1-9]\d{0,9})$/u.test(name) && Number(name) < 2 ** 32 - 1;
}

/** The source has a problem with a record if one of its values cannot be read, even one that the event does not need. */
function compileIncludes(
  event: CheckedEvent,
  positionOf: (request: FieldRequest) => number,
  compiler: TextCompiler,
): EventText['includes'] {
  const values = event.fields.flatMap(valuesOf).map(({ expression }) => expression);
  const conditions = event.conditions.map(({ expression }) => expression);
  const fields = new Map<number, FieldExpression>();
  for (const field of [...values, ...conditions].flatMap(fieldsIn)) fields.set(positionOf(field.request), field);
  const read = new Set(values.flatMap(fieldsAlwaysRead).map(({ request }) => positionOf(request)));
  const required = [...fields].filter(([, { type }]) => !type.nullable).map(([column]) => column);
  const unread = [...fields].filter(([column, { type }]) => type.name !== 'text' && !read.has(column));
  const writers = unread.map(([, field]) => compiler.value(field));
  const tests = conditions.map((condition) => compiler.test(condition));
  const scratch = new Scratch();
  const verdict = new TextOutput();
  return (page, record) => {
    const first = record * page.columns;
    for (const column of required) if (page.starts[first + column] === NULL_VALUE) return false;
    verdict.isDeclined = false;
    for (const write of writers) scratch.write(write, page, record, verdict);
    for (const test of tests) if (!test(page, record, verdict)) return false;
    return !verdict.isDeclined;
  };
}
