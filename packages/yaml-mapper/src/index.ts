export { yamlMapperModule } from './module.js';
export { PROBLEM_CODES, type Code, type ProblemCode } from './problem-codes.js';
export { FUNCTIONS } from './functions.js';
export { signatureOf, type FunctionDefinition, type Parameter } from './function-definition.js';
export { createYamlMappingLanguage } from './yaml-mapping-language.js';
