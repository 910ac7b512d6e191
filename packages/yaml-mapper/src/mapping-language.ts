import type { LoadedMapping, MappingContext, MappingLanguage, MappingLocation } from '@sluice/core/config';
import { checkMapping } from './check/check-mapping.js';
import { compileMapping } from './compile/compile-mapping.js';

/** The mapping language in YAML. It has no state: one instance serves every pipeline. */
export function createYamlMappingLanguage(): MappingLanguage {
  return { load: loadMapping };
}

function loadMapping(location: MappingLocation, context: MappingContext): LoadedMapping {
  const { problems, mapping } = checkMapping(location, context);
  return { problems, ...(mapping && { mapper: compileMapping(mapping.events) }) };
}
