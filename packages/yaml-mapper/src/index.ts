export { PROBLEM_CODES, type Code } from './problems/problem-codes.js';
export { FUNCTIONS } from './functions/functions.js';
export { signatureOf } from './functions/function-definition.js';
export { lintMapping } from './lint-mapping.js';
export { createYamlMappingLanguage } from './language.js';
export { checkMapping } from './check/check-mapping.js';
export type { CheckedMapping } from './check/checked-mapping.js';
export { mappingFileOf } from './mapping-tests/find-tests.js';
export type { TestResult } from './mapping-tests/judge-result.js';
export { testMapping, type MappingTestRun } from './mapping-tests/test-mapping.js';
export { newExpectation, updateTests } from './mapping-tests/update-tests.js';
export type { Catalogue, CatalogueField } from './catalogue/catalogue.js';
export { catalogueMarkdown } from './catalogue/catalogue-markdown.js';
export { describeMapping } from './catalogue/describe-mapping.js';
export { markdownTable } from './catalogue/markdown-table.js';
export { compareMappingFiles } from './comparison/compare-files.js';
export { RecordComparison, type ChangedValue, type StreamComparison } from './comparison/compare-records.js';
export type {
  ConditionDifference,
  EventDifference,
  FieldDifference,
  MappingDifference,
} from './comparison/mapping-difference.js';
export { inPlaceMappingSchema, mappingJsonSchema, testFileJsonSchema } from './editor/mapping-json-schema.js';
export {
  EVENT_KEYS,
  FRAGMENT_KEYS,
  MAPPING_KEYS,
  PARAM_KEYS,
  SINK_BLOCK_KEYS,
  VALUE_KEY_DOCS,
} from './resolve/language-keys.js';
