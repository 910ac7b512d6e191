import { z } from 'zod';
import type { SourceDefinition } from '../contracts/definition.js';
import type { JsonSchema } from './accept-variables.js';

/** The JSON Schema of the schema files of a source, for editors, made from the schema that the loader uses. */
export function schemaFileJsonSchema({ type, described }: SourceDefinition): JsonSchema {
  const file = z.strictObject({
    sluice: z.literal(1).describe('The version of the format.'),
    source: z.literal(type).describe('The type of the source.'),
    doc: z.string().optional().describe('One line for people.'),
    streams: (described?.schema ?? z.unknown()).describe('The streams by name.'),
  });
  const made = z.toJSONSchema(file, { target: 'draft-7', io: 'input', unrepresentable: 'any' });
  return { title: 'Sluice schema file', ...Object.fromEntries(Object.entries(made)) };
}
