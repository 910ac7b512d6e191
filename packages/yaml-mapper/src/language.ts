/** What a pipeline needs of the mapping language. Tests, catalogues, comparisons and schemas of mappings are in `.`. */
export { createYamlMappingLanguage } from './mapping-language.js';
