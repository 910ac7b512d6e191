/** A JSON Schema of draft 7, the one that editors understand best: as plain data, to be written as JSON. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}
