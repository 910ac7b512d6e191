/** A JSON Schema of draft 7, which editors support best, as plain data. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** A text with a variable, whose value is known only when the pipeline file is loaded. */
export const VARIABLE: JsonSchema = { type: 'string', pattern: String.raw`\$\{[^}]*\}` };
const VARIABLE_REF: JsonSchema = { $ref: '#/definitions/variable' };

const ANNOTATIONS: readonly string[] = ['title', 'description', 'default', 'examples', '$comment'];
const LIMITS: readonly string[] = ['const', 'enum', 'pattern', 'format'];

/** The schema, which then also accepts `${NAME}` wherever it requires more than a text. */
export function acceptVariables(schema: JsonSchema): JsonSchema {
  const { type } = schema;
  const limited = type === 'number' || type === 'integer' || type === 'boolean';
  if (limited || LIMITS.some((keyword) => keyword in schema)) {
    const entries = Object.entries(schema);
    const annotations = entries.filter(([keyword]) => ANNOTATIONS.includes(keyword));
    const rules = entries.filter(([keyword]) => !ANNOTATIONS.includes(keyword));
    return { ...Object.fromEntries(annotations), anyOf: [Object.fromEntries(rules), VARIABLE_REF] };
  }
  return Object.fromEntries(Object.entries(schema).map(([keyword, value]) => [keyword, inside(keyword, value)]));
}

function inside(keyword: string, value: unknown): unknown {
  if (keyword === 'properties' && isSchema(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, isSchema(each) ? acceptVariables(each) : each]),
    );
  }
  if ((keyword === 'items' || keyword === 'additionalProperties') && isSchema(value)) return acceptVariables(value);
  if (keyword === 'anyOf' && Array.isArray(value))
    return value.map((each: unknown) => (isSchema(each) ? acceptVariables(each) : each));
  return value;
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
