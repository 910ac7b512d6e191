export { yamlMapperModule } from './module.js';
export { PROBLEM_CODES, type Code } from './problems/problem-codes.js';
export { FUNCTIONS } from './functions/functions.js';
export { signatureOf, type FunctionDefinition, type Parameter } from './functions/function-definition.js';
export { createYamlMappingLanguage } from './yaml-mapping-language.js';
export { checkMapping, type CheckResult } from './check/check-mapping.js';
export type { CheckedMapping, Permissions } from './check/checked-mapping.js';
export type { CheckedEvent, CheckedMap, CheckedName, CheckedValue } from './check/checked-event.js';
