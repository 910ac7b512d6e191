/** A JSON Schema of draft 7, which editors support best, as plain data. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}
