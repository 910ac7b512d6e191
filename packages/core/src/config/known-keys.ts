import type { z } from 'zod';
import type { Path } from './source-tree.js';

interface Def {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly innerType?: z.core.$ZodType;
  readonly in?: z.core.$ZodType;
  readonly element?: z.core.$ZodType;
  readonly valueType?: z.core.$ZodType;
  readonly options?: readonly z.core.$ZodType[];
}

/** The keys that a schema knows at a path, for "did you mean". */
export function knownKeys(schema: z.core.$ZodType, path: Path): readonly string[] {
  const def = schema._zod.def as unknown as Def;
  const inner = def.innerType ?? def.in;
  if (inner !== undefined) return knownKeys(inner, path);
  if (def.options !== undefined) return def.options.flatMap((option) => knownKeys(option, path));
  const [key, ...rest] = path;
  if (key === undefined) return Object.keys(def.shape ?? {});
  const child = def.shape?.[key] ?? def.element ?? def.valueType;
  return child === undefined ? [] : knownKeys(child, rest);
}
