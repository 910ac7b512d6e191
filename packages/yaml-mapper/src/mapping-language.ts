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

/**
 * Every problem of a mapping and of its tests, with each source that it is for. A test file is linted together with its
 * mapping.
 */
export function lintMapping(file: string, context: MappingContext): readonly Problem[] {
  const location = { file: mappingFileOf(file) ?? file };
  const { problems, mapping } = checkMapping(location, context);
  if (mapping === undefined) return problems;
  const known = new Set(problems.map(identityOf));
  const others = mapping.sources.filter((type) => type !== mapping.source && context.streamsOf(type) !== undefined);
  const further = others.flatMap((sourceType) =>
    checkMapping(location, { ...context, sourceType })
      .problems.filter((problem) => !known.has(identityOf(problem)))
      .map((problem) => ({ ...problem, message: `with the source \`${sourceType}\`, ${problem.message}` })),
  );
  return [...problems, ...further, ...findTests(mapping, context).problems];
}

function identityOf({ code, message, file, line, column }: Problem): string {
  return JSON.stringify([code, message, file, line, column]);
}
