import type { JsonValue } from '@sluice/core/adapter';
import type { MappingContext, MapResult, Mapper, Problem } from '@sluice/core/config';
import { placeOf } from '@sluice/core/document';
import { checkMapping } from '../check/check-mapping.js';
import { compileMapping } from '../compile/compile-mapping.js';
import { coverageOf, type Coverage } from './coverage.js';
import { paramsOf, rowOf } from './default-record.js';
import { findTests } from './find-tests.js';
import { judgeResult, type TestResult } from './judge-result.js';

export interface MappingTestRun {
  /** The problems of the mapping and of its tests. If one is an error, no test ran. */
  readonly problems: readonly Problem[];
  readonly results: readonly TestResult[];
  /** Absent if no test ran. */
  readonly coverage?: Coverage;
}

/** Runs the tests in a mapping and in its test file. */
export function testMapping(file: string, context: MappingContext): MappingTestRun {
  const location = { file };
  const { problems, mapping } = checkMapping(location, context);
  if (mapping === undefined) return { problems, results: [] };
  const found = findTests(mapping, context);
  const all = [...problems, ...found.problems];
  if (all.some(({ severity }) => severity === 'error')) return { problems: all, results: [] };
  const mappers = new Map<string, Mapper | readonly Problem[]>();
  const results: TestResult[] = [];
  for (const test of found.tests) {
    const params = paramsOf(mapping, test.params);
    const key = JSON.stringify([test.sink, params]);
    const mapper = mappers.get(key) ?? mapperWith(test.sink, params);
    mappers.set(key, mapper);
    if (!('streams' in mapper)) return { problems: mapper, results: [] };
    const stream = mapper.streams.find((each) => each.stream === test.stream.name);
    const result: MapResult = stream?.map(rowOf(test.stream, test.given, stream.fields)) ?? {
      kind: 'filtered',
      rule: 'no event',
    };
    results.push({ test, place: placeOf(test.span), result, verdict: judgeResult(test.expectation, result) });
  }
  return { problems: all, results, coverage: coverageOf(mapping, results) };

  function mapperWith(sinkType: string, params: Readonly<Record<string, JsonValue>>): Mapper | readonly Problem[] {
    const checked = checkMapping(location, { ...context, ...(sinkType !== mapping?.sink && { sinkType }), params });
    return checked.mapping === undefined ? checked.problems : compileMapping(checked.mapping.events);
  }
}
