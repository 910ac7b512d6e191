import { z } from 'zod';
import type { Path } from '../document/tree.js';

type Schema = z.core.$ZodType;

/** The schemas that a value at a path may have to meet: several where there are alternatives, none where it is unknown. */
export function schemasAt(schema: Schema, path: Path): readonly Schema[] {
  const wrapped = innerSchema(schema);
  if (wrapped !== undefined) return schemasAt(wrapped, path);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => schemasAt(option, path));
  const [key, ...rest] = path;
  if (key === undefined) return [schema];
  const next = childSchema(schema, key);
  return next === undefined ? [] : schemasAt(next, rest);
}

/** The keys that a schema knows at a path. */
export function knownKeys(schema: Schema, path: Path): readonly string[] {
  return schemasAt(schema, path).flatMap((each) => (each instanceof z.ZodObject ? Object.keys(each.shape) : []));
}

export function childSchema(schema: Schema, key: string | number): Schema | undefined {
  if (schema instanceof z.ZodObject) return Object.entries(schema.shape).find(([name]) => name === key)?.[1];
  if (schema instanceof z.ZodArray) return schema.element;
  if (schema instanceof z.ZodRecord) return schema.valueType;
  return undefined;
}

/** The schema inside a default, an optional or a transformation. */
export function innerSchema(schema: Schema): Schema | undefined {
  if (schema instanceof z.ZodPipe) return schema.in;
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly ||
    schema instanceof z.ZodCatch
  ) {
    return schema.unwrap();
  }
  return undefined;
}
