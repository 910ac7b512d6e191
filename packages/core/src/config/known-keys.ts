import { z } from 'zod';
import type { Path } from '../document/source-tree.js';

type Schema = z.core.$ZodType;

/** What a schema holds under a key, or undefined when it knows no such key. */
function child(schema: Schema, key: string | number): Schema | undefined {
  if (schema instanceof z.ZodObject) return Object.entries(schema.shape).find(([name]) => name === key)?.[1];
  if (schema instanceof z.ZodArray) return schema.element;
  if (schema instanceof z.ZodRecord) return schema.valueType;
  return undefined;
}

/** The schema that a default, an optional or a transformation is made of. */
function inner(schema: Schema): Schema | undefined {
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

/** The keys that a schema knows at a path, for "did you mean". */
export function knownKeys(schema: Schema, path: Path): readonly string[] {
  const wrapped = inner(schema);
  if (wrapped !== undefined) return knownKeys(wrapped, path);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => knownKeys(option, path));
  const [key, ...rest] = path;
  if (key === undefined) return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  const next = child(schema, key);
  return next === undefined ? [] : knownKeys(next, rest);
}
