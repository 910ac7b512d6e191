import type { LoadedMapping, MappingContext, MappingLocation } from '@sluice/core';
import { checkMapping } from './check/check-mapping.js';
import { compileMapping } from './compile/compile-mapping.js';

/** Reads, resolves, checks and, when nothing is wrong, compiles one mapping. */
export function loadMapping(location: MappingLocation, context: MappingContext): LoadedMapping {
  const { problems, mapping } = checkMapping(location, context);
  return { problems, ...(mapping && { mapper: compileMapping(mapping.events) }) };
}
