import type { LoadedMapping, MappingContext, MappingLanguage, MappingLocation, Problem } from '@sluice/core/config';
import { checkMapping } from './check/check-mapping.js';
import { compileMapping } from './compile/compile-mapping.js';
import { findTests, mappingFileOf } from './mapping-tests/find-tests.js';

/** The mapping language in YAML. It has no state: one instance serves every pipeline. */
export function createYamlMappingLanguage(): MappingLanguage {
  return { load: loadMapping };
}

function loadMapping(location: MappingLocation, context: MappingContext): LoadedMapping {
  const { problems, mapping } = checkMapping(location, context);
  return { problems, ...(mapping && { mapper: compileMapping(mapping.events) }) };
}

/** Every problem of a mapping and of its tests. A test file is linted together with its mapping. */
export function lintMapping(file: string, context: MappingContext): readonly Problem[] {
  const { problems, mapping } = checkMapping({ file: mappingFileOf(file) ?? file }, context);
  return mapping === undefined ? problems : [...problems, ...findTests(mapping, context).problems];
}
