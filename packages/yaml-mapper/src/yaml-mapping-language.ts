import type { MappingLanguage } from '@sluice/core';
import { loadMapping } from './load-mapping.js';

/** The mapping language in YAML. Has no state: one instance serves every pipeline. */
export function createYamlMappingLanguage(): MappingLanguage {
  return { load: loadMapping };
}
