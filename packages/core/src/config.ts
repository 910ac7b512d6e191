/** Pipeline files: documents, problems, adapters, the contract of mapping languages, JSON schemas. */
export { CONFIG_CODES } from './config/config-codes.js';
export { duration } from './config/duration.js';
export { environmentFromFile } from './config/environment-file.js';
export { loadPipelineFile } from './config/load-pipeline-file.js';
export type { LoadedPipelineFile } from './config/loaded-pipeline-file.js';
export { INSTANT_FORMS, isRealDay, parseInstant } from './config/parse-instant.js';
export type { Branch, PipelineConfig } from './config/pipeline-config.js';
export { type LoadedSchemaPull, loadSchemaPull } from './config/load-schema-pull.js';
export { loadSchemaFile } from './config/schema-file.js';
export { describeIssues } from './config/describe-issue.js';
export { revealedSecrets, secretsIn } from './config/secret.js';
export type { SinkEventSchema } from './contracts/event-schema.js';
export {
  type LoadedMapping,
  type LoadedSchemaFile,
  type Mapper,
  type MappingContext,
  type MappingLanguage,
  type MappingLocation,
  type MapResult,
  type StreamMapper,
  streamNames,
} from './contracts/mapper.js';
export type { ProblemCode } from './contracts/problem-code.js';
export type { Place, Problem } from './contracts/problem.js';
export { UNITS } from './contracts/unit.js';
export { renderProblems } from './document/render-problems.js';
export type { JsonSchema } from './json-schema/accept-variables.js';
export { schemaFileJsonSchema } from './json-schema/schema-file-json-schema.js';
export { pipelineJsonSchema } from './json-schema/pipeline-json-schema.js';
export { AdapterLoader, type AdapterReference } from './registry/adapter-loader.js';
export { shortDuration } from './config/short-duration.js';
export { locatePackageFile } from './registry/locate-package-file.js';
export { repeatGroups, type RepeatGroup } from './repeats/repeat-groups.js';
export { repeatSentence } from './repeats/repeat-sentence.js';
export { createRegistry, type Registries, type Registry } from './registry/registry.js';
