import type { MappingContext, MappingLocation, Problem } from '@sluice/core/config';
import { checkForSink, UNUSED } from './check/check-mapping.js';
import { ANY_SINK } from './resolve/sink-target.js';
import { findTests, mappingFileOf } from './mapping-tests/find-tests.js';

/**
 * Every problem of a mapping and of its tests, with each source and each sink that it is for. What one of them has or
 * needs is no problem. A test file is linted together with its mapping.
 */
export function lintMapping(file: string, context: MappingContext): readonly Problem[] {
  const location = { file: mappingFileOf(file) ?? file };
  const { sinks = [], mapping } = checkForSink(location, context);
  const known = sinks.filter((type) => type === ANY_SINK || context.eventSchemaOf(type) !== undefined);
  const [first, ...others] = known.map((sinkType, index) => ({
    what: `sink \`${sinkType}\``,
    found: lintWithSources(location, index === 0 ? context : { ...context, sinkType }),
  }));
  if (first === undefined) return lintWithSources(location, context);
  const problems = withEverySink(first, others, known[0] === ANY_SINK);
  return mapping === undefined ? problems : [...problems, ...findTests(mapping, context).problems];
}

/** A problem with all sinks, or with the standard event, is one of the mapping; any other is one with its sink. */
function withEverySink(first: Found, others: readonly Found[], isStandard: boolean): readonly Problem[] {
  const sameOf = (problem: Problem): string => `${placeOf(problem)} ${problem.message}`;
  const own = new Set(first.found.map(sameOf));
  const isEverywhere = (problem: Problem): boolean =>
    others.every(({ found }) => found.some((each) => sameOf(each) === sameOf(problem)));
  const firsts = first.found
    .filter((problem) => !UNUSED.includes(problem.code) || isEverywhere(problem))
    .map((problem) => (isStandard || isEverywhere(problem) ? problem : withPrefix(problem, first.what)));
  const further = others.flatMap(({ what, found }) =>
    found
      .filter((problem) => !UNUSED.includes(problem.code) && !own.has(sameOf(problem)))
      .map((problem) => withPrefix(problem, what)),
  );
  return [...firsts, ...further];
}

function lintWithSources(location: MappingLocation, context: MappingContext): readonly Problem[] {
  const { problems, mapping } = checkForSink(location, context);
  if (mapping === undefined) return problems;
  const others = mapping.sources
    .filter((type) => type !== mapping.source && context.streamsOf(type) !== undefined)
    .map((sourceType) => ({
      what: `source \`${sourceType}\``,
      found: checkForSink(location, { ...context, sourceType }).problems,
    }));
  const own = new Set(problems.map(placeOf));
  const everywhere = problems.filter(
    (problem) =>
      problem.code !== 'absent-field' ||
      others.every(({ found }) => found.some((each) => placeOf(each) === placeOf(problem))),
  );
  const further = others.flatMap(({ what, found }) =>
    found
      .filter((problem) => problem.code !== 'absent-field' && !own.has(placeOf(problem)))
      .map((problem) => withPrefix(problem, what)),
  );
  return [...everywhere, ...further];
}

interface Found {
  readonly what: string;
  readonly found: readonly Problem[];
}

function withPrefix(problem: Problem, what: string): Problem {
  return { ...problem, message: `with the ${what}, ${problem.message}` };
}

/** What a problem is about. */
function placeOf({ code, file, line, column }: Problem): string {
  return JSON.stringify([code, file, line, column]);
}
