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
 * Every problem of a mapping and of its tests, with each source that it is for. A field that one of them has is no problem.
 * A test file is linted together with its mapping.
 */
export function lintMapping(file: string, context: MappingContext): readonly Problem[] {
  const location = { file: mappingFileOf(file) ?? file };
  const { problems, mapping } = checkMapping(location, context);
  if (mapping === undefined) return problems;
  const others = mapping.sources
    .filter((type) => type !== mapping.source && context.streamsOf(type) !== undefined)
    .map((sourceType) => ({ sourceType, found: checkMapping(location, { ...context, sourceType }).problems }));
  const own = new Set(problems.map(placeOf));
  const everywhere = problems.filter(
    (problem) =>
      problem.code !== 'absent-field' ||
      others.every(({ found }) => found.some((each) => placeOf(each) === placeOf(problem))),
  );
  const further = others.flatMap(({ sourceType, found }) =>
    found
      .filter((problem) => problem.code !== 'absent-field' && !own.has(placeOf(problem)))
      .map((problem) => ({ ...problem, message: `with the source \`${sourceType}\`, ${problem.message}` })),
  );
  return [...everywhere, ...further, ...findTests(mapping, context).problems];
}

/** What a problem is about. */
function placeOf({ code, file, line, column }: Problem): string {
  return JSON.stringify([code, file, line, column]);
}
