import type { JsonValue } from '@sluice/core/adapter';
import { entryOf } from '@sluice/core/document';
import type { CheckedMapping } from '../check/checked-mapping.js';
import { isJsonObject } from '../json-kind.js';
import type { TestResult } from './judge-result.js';

/** What the tests check. A property is covered if a test expects a value of it. */
export interface Coverage {
  readonly properties: number;
  readonly covered: number;
  /** What no test covers, by event. An event without a test has all of its properties here. */
  readonly uncovered: readonly {
    readonly event: string;
    readonly inNoTest: boolean;
    readonly properties: readonly string[];
  }[];
}

/** Of a mapping that extends another, only what it writes itself counts: the other has its own tests. */
export function coverageOf({ events, layers }: CheckedMapping, results: readonly TestResult[]): Coverage {
  const seen = new Map<string, Set<string>>();
  for (const { test, result } of results) {
    const { expectation } = test;
    if (expectation?.kind !== 'events') continue;
    for (const [index, event] of expectation.events.entries()) {
      const made = result.kind === 'events' ? result.events[index]?.event : undefined;
      const name = typeof event['event'] === 'string' ? event['event'] : made;
      if (name === undefined) continue;
      seen.set(name, new Set([...(seen.get(name) ?? []), ...pathsIn(event)]));
    }
  }
  // A file that only names another sink has nothing of its own to test.
  const last = layers.findLast((layer) => entryOf(layer, 'events') ?? entryOf(layer, 'shared')) ?? layers.at(-1);
  const file = last?.span.file.path;
  let [properties, covered] = [0, 0];
  const uncovered: Coverage['uncovered'][number][] = [];
  for (const event of events) {
    const own = event.fields.flatMap((field) =>
      field.kind === 'value'
        ? field.span.file.path === file
          ? [field.name]
          : []
        : field.names.flatMap(({ name, span }) => (span.file.path === file ? [`${field.name}.${name}`] : [])),
    );
    const missing = own.filter((path) => seen.get(event.name)?.has(path) !== true);
    properties += own.length;
    covered += own.length - missing.length;
    if (missing.length > 0) uncovered.push({ event: event.name, inNoTest: !seen.has(event.name), properties: missing });
  }
  return { properties, covered, uncovered };
}

function pathsIn(event: JsonValue): readonly string[] {
  if (!isJsonObject(event)) return [];
  return Object.entries(event).flatMap(([field, value]) =>
    isJsonObject(value) ? [field, ...Object.keys(value).map((name) => `${field}.${name}`)] : [field],
  );
}
