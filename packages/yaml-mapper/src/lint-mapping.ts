import type { MappingContext, Problem } from '@sluice/core';
import { checkMapping } from './check/check-mapping.js';
import { findTests, mappingFileOf } from './mapping-tests/find-tests.js';

/** Every problem of a mapping and of its tests. A test file is linted together with its mapping. */
export function lintMapping(file: string, context: MappingContext): readonly Problem[] {
  const { problems, mapping } = checkMapping({ file: mappingFileOf(file) ?? file, path: [] }, context);
  return mapping === undefined ? problems : [...problems, ...findTests(mapping, context).problems];
}
