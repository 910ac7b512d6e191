import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Mapper, StreamMapper } from '@sluice/core/config';
import type { FieldType, FieldValue, Row } from '@sluice/core/source';
import { TextOutput, type PageText } from '@sluice/core/text';
import { pageText, testRuns } from '@sluice/testkit';
import { createYamlMappingLanguage } from '@sluice/yaml-mapper';
import { eventJson } from './event-json.js';
import { langfuseStreams } from './langfuse-streams.js';
import { aContext, loadFiles } from './load-text.js';
import { ACME } from './acme-schema.js';
import { sinks } from './known-sinks.js';
import { randomMapping, randomSharedMapping } from './random-mapping.js';
import { storedValue } from './stored-values.js';

const ORDINARY: Readonly<Record<FieldType, FieldValue>> = {
  text: 'a "quoted" text\nof Zoë, 100 % 😀',
  number: 0.125,
  boolean: true,
  timestamp: Date.UTC(2026, 0, 31, 9, 30, 0, 123),
  'text[]': ['a', 'ü'],
  json: 'session',
};

function shipped(name: string): Mapper {
  const file = fileURLToPath(new URL(`../../../configs/mappings/${name}`, import.meta.url));
  const { mapper } = createYamlMappingLanguage().load(
    { file },
    aContext({ params: { langfuseUrl: 'https://langfuse.example/"ü"' } }),
  );
  if (mapper === undefined) throw new Error('not a mapping');
  return mapper;
}

function typesOf({
  stream,
  fields,
}: StreamMapper): readonly { readonly type: FieldType; readonly nullable: boolean }[] {
  const schema = langfuseStreams.find(({ name }) => name === stream);
  return fields.map(({ field, path = [] }) => {
    const { type, nullable } = schema?.fields[field] ?? { type: 'text', nullable: true };
    return { type, nullable: nullable || path.length > 0 };
  });
}

function pageOf(mapper: StreamMapper, rows: readonly Row[]): PageText {
  const types = typesOf(mapper);
  // As of a source, a record has a problem if a value is null that must not be.
  const problems = rows.flatMap((row, index) =>
    types.some(({ nullable }, column) => !nullable && row[column] === null) ? [index] : [],
  );
  return pageText({
    types: types.map(({ type }) => type),
    rows,
    keys: rows.map((_, index) => `key ${index}`),
    createdAt: rows.map(() => 0),
    problems: new Set(problems),
  });
}

/** What the object path sends; undefined if it makes no event, or the source has a problem. */
function expectedJson(mapper: StreamMapper, page: PageText, record: number): string | undefined {
  const row = page.row(record);
  const result = row && mapper.map(row);
  return result?.kind === 'events' ? JSON.stringify(result.events[0]) : undefined;
}

/** Compares what both paths make of the rows, and tells how many went by the text path. */
function compare(mapper: StreamMapper, rows: readonly Row[]): { readonly written: number } {
  const { eventText } = mapper;
  if (eventText === undefined) throw new Error('no text path');
  const page = pageOf(mapper, rows);
  const output = new TextOutput();
  let written = 0;
  for (const record of rows.keys()) {
    const json = eventJson(eventText, page, record, output);
    if (json === undefined) continue;
    expect(json).to.equal(expectedJson(mapper, page, record));
    written += 1;
  }
  return { written };
}

describe('the text path', function () {
  this.timeout(60_000);
  for (const name of ['langfuse-posthog.yaml', 'langfuse-posthog-extended.yaml']) {
    for (const mapper of shipped(name).streams) {
      it(`writes what the object path sends: ${name}, ${mapper.stream}`, () => {
        const row = fc.tuple(...typesOf(mapper).map((each) => storedValue(each.type, each.nullable)));
        fc.assert(
          fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), (rows) => void compare(mapper, rows)),
          { numRuns: testRuns(1000) },
        );
      });
    }
  }

  it('writes every ordinary record of the shipped mapping, without its values', () => {
    for (const mapper of shipped('langfuse-posthog.yaml').streams) {
      const types = typesOf(mapper);
      const whole = types.map(({ type }) => ORDINARY[type]);
      const bare = types.map(({ type, nullable }) => (nullable ? null : ORDINARY[type]));
      const page = { ...pageOf(mapper, [whole, bare]), row: () => undefined };
      const output = new TextOutput();
      for (const [record, row] of [whole, bare].entries()) {
        const result = mapper.map(row);
        if (result.kind !== 'events') throw new Error(JSON.stringify(result));
        expect(mapper.eventText && eventJson(mapper.eventText, page, record, output)).to.equal(
          JSON.stringify(result.events[0]),
        );
      }
    }
  });

  it('writes what the object path sends, whatever the mapping', () => {
    let written = 0;
    fc.assert(
      fc.property(randomMapping, fc.nat(), (text, seed) => {
        const { mapper } = loadFiles({ 'main.yaml': text });
        const [stream] = mapper?.streams ?? [];
        fc.pre(stream !== undefined);
        const row = fc.tuple(...typesOf(stream).map((each) => storedValue(each.type, each.nullable)));
        for (const each of fc.sample(row, { seed, numRuns: 20 })) written += compare(stream, [each]).written;
      }),
      { numRuns: testRuns(250) },
    );
    expect(written).to.be.above(testRuns(250) * 5);
  });

  it('writes what the object path sends to each sink of a mapping for several', () => {
    const written = new Map(['posthog', 'mixpanel', ACME, 'jsonl'].map((sink) => [sink, 0]));
    const runs = testRuns(60);
    fc.assert(
      fc.property(randomSharedMapping, fc.nat(), (text, seed) => {
        for (const [sinkType, count] of written) {
          const { mapper } = loadFiles({ 'main.yaml': text }, { ...sinks, sinkType });
          const [stream] = mapper?.streams ?? [];
          if (stream === undefined) continue;
          const row = fc.tuple(...typesOf(stream).map((each) => storedValue(each.type, each.nullable)));
          const sent = fc.sample(row, { seed, numRuns: 5 }).map((each) => compare(stream, [each]).written);
          written.set(
            sinkType,
            sent.reduce((sum, each) => sum + each, count),
          );
        }
      }),
      { numRuns: runs },
    );
    for (const [sink, count] of written) expect(count, sink).to.be.above(runs);
  });
});
