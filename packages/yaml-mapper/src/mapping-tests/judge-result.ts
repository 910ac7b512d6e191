import { isDeepStrictEqual } from 'node:util';
import type { JsonValue } from '@sluice/core/adapter';
import type { MapResult, Place } from '@sluice/core/config';
import { coveredValue } from './covered-value.js';
import type { Expectation, MappingTest } from './mapping-test.js';

export type Verdict =
  | { readonly outcome: 'passed' }
  | {
      readonly outcome: 'failed';
      /** One line. */
      readonly message: string;
      /** The expected value and the part of the actual one that it covers, for a diff. */
      readonly expected?: JsonValue;
      readonly received?: JsonValue;
    };

export interface TestResult {
  readonly test: MappingTest;
  readonly place: Place;
  readonly result: MapResult;
  readonly verdict: Verdict;
}

const PASSED: Verdict = { outcome: 'passed' };

/** Compares the result of a record with what a test expects. */
export function judgeResult(expectation: Expectation | undefined, result: MapResult): Verdict {
  if (expectation === undefined) {
    return { outcome: 'failed', message: 'no expectation; --update writes one' };
  }
  if (expectation.kind !== result.kind) return { outcome: 'failed', message: otherOutcome(expectation, result) };
  if (expectation.kind === 'events' && result.kind === 'events') {
    const { events: expected, exact } = expectation;
    const received = coveredValue(expected, plainEvents(result), exact) ?? null;
    if (isDeepStrictEqual(expected, received)) return PASSED;
    const count =
      expected.length === result.events.length ? '' : `: expected ${expected.length}, got ${result.events.length}`;
    return { outcome: 'failed', message: `the events differ${count}`, expected, received };
  }
  if (expectation.kind === 'filtered' && result.kind === 'filtered')
    return contains(result.rule, expectation.rule, 'the rule');
  if (expectation.kind === 'failed' && result.kind === 'failed')
    return contains(result.reason, expectation.reason, 'the reason');
  return PASSED;
}

/** The events as JSON, without undefined fields. */
export function plainEvents(result: MapResult): readonly JsonValue[] {
  if (result.kind !== 'events') return [];
  return result.events.map((event) =>
    Object.fromEntries(Object.entries(event).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
  );
}

function contains(text: string, part: string | undefined, what: string): Verdict {
  if (part === undefined || text.includes(part)) return PASSED;
  return { outcome: 'failed', message: `${what} differs`, expected: part, received: text };
}

function otherOutcome(expectation: Expectation, result: MapResult): string {
  const actual =
    result.kind === 'events'
      ? `got ${result.events.map(({ event }) => `"${event}"`).join(', ')}`
      : result.kind === 'filtered'
        ? `the record was filtered (${result.rule})`
        : `the record could not be mapped: ${result.reason}, ${result.at}`;
  const expected = { events: 'events', filtered: 'no event', failed: 'an error' }[expectation.kind];
  return `expected ${expected}, ${actual}`;
}
