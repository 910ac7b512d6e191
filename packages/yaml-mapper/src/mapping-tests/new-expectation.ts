import { coveredValue } from './covered-value.js';
import { plainEvents } from './judge-result.js';
import type { TestResult } from './judge-result.js';
import type { NewExpectation } from './update-tests.js';

/** The expectation that makes a failed test pass. It covers what the test covered before. */
export function newExpectation({ test, result }: TestResult): NewExpectation {
  const { index, expectation } = test;
  if (result.kind === 'filtered') {
    const isNamed = expectation?.kind === 'filtered' && expectation.rule !== undefined;
    return { index, key: 'filtered', value: isNamed ? result.rule : true };
  }
  if (result.kind === 'failed') {
    const isNamed = expectation?.kind === 'failed' && expectation.reason !== undefined;
    return { index, key: 'error', value: isNamed ? result.reason : true };
  }
  const events = plainEvents(result);
  if (expectation?.kind !== 'events') return { index, key: 'expect', value: events };
  const { exact, events: expected } = expectation;
  return { index, key: exact ? 'exactly' : 'expect', value: coveredValue(expected, events, exact) ?? null };
}
