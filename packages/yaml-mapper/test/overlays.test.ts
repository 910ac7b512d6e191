import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { MappedEvent } from '@sluice/core/sink';
import { aMapping, loadFiles, mapRecord } from './load-text.js';
import { takeMarks } from './marked-text.js';

function textOf(name: string): string {
  return readFileSync(new URL(`../../../configs/mappings/${name}`, import.meta.url), 'utf8');
}

const shipped = {
  'langfuse.yaml': textOf('langfuse.yaml'),
  'langfuse-posthog.yaml': textOf('langfuse-posthog.yaml'),
};
const record = { id: 't', project_id: 'p', timestamp: 0, start_time: 0 };

function over(text: string, more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return { 'main.yaml': `sluice: 1\nextends: base.yaml\n${text}`, 'base.yaml': aMapping('x: name'), ...more };
}

function firstEvent(...given: Parameters<typeof mapRecord>): MappedEvent {
  const result = mapRecord(...given);
  if (result.kind !== 'events' || result.events[0] === undefined) throw new Error(JSON.stringify(result));
  return result.events[0];
}

/** Expects the problem of `main.yaml`, or of another file, at the marks. */
function expectProblem(files: Readonly<Record<string, string>>, code: string): void {
  const [file, marked] = Object.entries(files).find(([, text]) => text.includes('«')) ?? ['', ''];
  const { text, place } = takeMarks(marked);
  const { problems } = loadFiles({ ...files, [file]: text });
  expect(problems.map((problem) => problem.code)).to.deep.equal([code]);
  expect(problems[0]).to.include({ ...place, file: `/m/${file}` });
}

describe('a text that the sink does not take as it is', () => {
  const event = (lines: string): string => `events:\n  - event: e\n    ${lines}\n`;

  it('is an error as the new name of an event', () => {
    expectProblem(over(event('rename: «$performance_event»')), 'refused-constant');
  });

  it('is a warning as the name of a property', () => {
    expectProblem(over(event('properties: { «$set»: name }')), 'changed-constant');
  });

  for (const value of [
    `"«'anonymous'»"`,
    `"name ?? «'anonymous'»"`,
    `"public ? id : «'anonymous'»"`,
    `{ value: "«'anonymous'»" }`,
    '{ const: «anonymous» }',
    `{ value: «name», enum: { a: anonymous }, else: "'x'" }`,
  ]) {
    it(`is a warning where it can be the value: ${value}`, () => {
      const { text, place } = takeMarks(over(event(`distinct_id: ${value}`))['main.yaml'] ?? '');
      const { problems } = loadFiles({ ...over(''), 'main.yaml': text });
      expect(problems.find(({ code }) => code === 'changed-constant')).to.include(place);
    });
  }

  it('is not reported as a part of a value', () => {
    const { problems } = loadFiles(over(event("distinct_id: concat(id, 'anonymous')")));
    expect(problems).to.deep.equal([]);
  });
});

describe("a team's overlay", () => {
  const overlay = `sluice: 1
mapping: our-events
extends: langfuse-posthog.yaml
personalData: { allows: [trace.metadata.team], because: a team is not a person }
events:
  - event: langfuse generation
    rename: model call
    when: level != 'DEBUG'
    remove: [properties.langfuse_tags]
    properties:
      team: trace.metadata.team
`;
  const files = { 'main.yaml': overlay, ...shipped };
  const params = { langfuseUrl: 'https://langfuse.example' };

  for (const [code, property] of [
    ['unit-mismatch', "langfuse_latency: «convert(latency, 'ms')»"],
    ['unit-missing', 'langfuse_cost_usd: «1 + observation_count»'],
    ['type-mismatch', 'langfuse_id: «latency»'],
  ] as const) {
    it(`is held to the vocabulary of the shipped mapping: ${code} in ${property}`, () => {
      const base = shipped;
      const text = `sluice: 1\nextends: langfuse-posthog.yaml\nevents:\n  - event: langfuse trace\n    properties:\n      ${property}\n`;
      expectProblem({ 'main.yaml': text, ...base }, code);
    });
  }

  it('can declare a name of its own, and another unit for a name of the mapping that it extends', () => {
    const text = `sluice: 1
extends: langfuse-posthog.yaml
vocabulary: { properties: { langfuse_latency: { type: number, unit: ms }, team: { type: text } } }
remove: [langfuse generation]
events:
  - event: langfuse trace
    properties: { langfuse_latency: "convert(latency, 'ms')", team: latency }
`;
    const codes = loadFiles({ 'main.yaml': text, ...shipped }).problems.map(({ code }) => code);
    expect(codes).to.deep.equal(['type-mismatch']);
  });

  it('renames an event, removes a property, adds another and filters, in at most 12 lines', () => {
    expect(overlay.trim().split('\n').length).to.be.at.most(12);
    const loaded = loadFiles(files, { params });
    expect(loaded.problems).to.deep.equal([]);
    const before = firstEvent(
      loadFiles({ ...shipped, 'main.yaml': shipped['langfuse-posthog.yaml'] }, { params }),
      record,
      1,
    );
    const after = firstEvent(loaded, { ...record, level: 'DEFAULT', 'trace.metadata/team': 'blue' }, 1);
    expect(after.event).to.equal('model call');
    expect(after.uuid).to.equal(before.uuid);
    const { langfuse_tags: tags, ...rest } = before['properties'] as Record<string, unknown>;
    expect(tags).to.equal(null);
    expect(after['properties']).to.deep.equal({ ...rest, langfuse_level: 'DEFAULT', team: 'blue' });
    expect(mapRecord(loaded, { ...record, level: 'DEBUG' }, 1)).to.deep.equal({
      kind: 'filtered',
      rule: "model call: when level != 'DEBUG'",
      at: '/m/main.yaml:8:11',
    });
    for (const stream of [0, 2])
      expect(firstEvent(loaded, record, stream)).to.deep.equal(
        firstEvent(
          loadFiles({ ...shipped, 'main.yaml': shipped['langfuse-posthog.yaml'] }, { params }),
          record,
          stream,
        ),
      );
  });
});

describe('an overlay', () => {
  it('replaces a property in its position', () => {
    const event = firstEvent(loadFiles(over('events: [{ event: e, properties: { u: id } }]\n')), record);
    expect(Object.entries(event['properties'] ?? {})).to.deep.equal([
      ['u', 't'],
      ['m', null],
      ['x', null],
    ]);
  });

  it('removes an event and adds another', () => {
    const event = aMapping('').split('events:\n')[1]?.replace('event: e', 'event: other') ?? '';
    expect(firstEvent(loadFiles(over(`remove: [e]\nevents:\n${event}`)), record).event).to.equal('other');
  });

  it('removes a condition, a field and `each`', () => {
    const base = aMapping('x: item')
      .replace('    from: trace', '    from: trace\n    when: public\n    each: tags\n    anonymous: public')
      .replace(', id)', ', concat(id, item))');
    const text = `events:
  - event: e
    remove: [when, each, anonymous, properties.x]
    uuid: uuid5('0f6c91df-d035-4813-b838-9741ba38ef0b', id)
`;
    const event = firstEvent(loadFiles(over(text, { 'base.yaml': base })), record);
    expect(event).to.not.have.property('anonymous');
    expect(event['properties']).to.not.have.property('x');
  });

  it('extends a fragment for all events that include it', () => {
    const text = 'shared: { common: { properties: { all: id } } }\n';
    const loaded = loadFiles(over(text, { ...shipped, 'base.yaml': shipped['langfuse-posthog.yaml'] }), {
      params: { langfuseUrl: 'https://a.example' },
    });
    for (const stream of [0, 1, 2]) expect(firstEvent(loaded, record, stream)['properties']).to.include({ all: 't' });
  });

  it('says which events there are to change', () => {
    const renamed = { 'base.yaml': 'sluice: 1\nextends: bottom.yaml\nevents: [{ event: e, rename: second call }]\n' };
    const files = over('events: [{ event: «e» }]\n', { ...renamed, 'bottom.yaml': aMapping('x: name') });
    expectProblem(files, 'missing-key');
    const { text } = takeMarks(files['main.yaml'] ?? '');
    const [problem] = loadFiles({ ...files, 'main.yaml': text }).problems;
    expect(problem).to.include({
      message: 'the extended mapping has no event `e`',
      help: 'it has `second call`. A new event needs `from:`',
    });
    const alone = aMapping('x: name').replace('vocabulary', '  - event: f\nvocabulary');
    expect(loadFiles({ 'main.yaml': alone }).problems[0]?.message).to.equal('the event does not name its stream');
  });

  it('refers to an event by the name that the extended file gave it', () => {
    const files = over('events: [{ event: second, rename: third }]\n', {
      'base.yaml': 'sluice: 1\nextends: bottom.yaml\nevents: [{ event: e, rename: second }]\n',
      'bottom.yaml': aMapping(''),
    });
    expect(firstEvent(loadFiles(files), record).event).to.equal('third');
    expectProblem({ ...files, 'main.yaml': 'sluice: 1\nextends: base.yaml\nremove: [«e»]\n' }, 'nothing-to-remove');
  });

  it('reports its own mistakes in its file, and those of the base in the base', () => {
    expectProblem(over('events:\n  - { event: e, remove: [«properties.v»] }\n'), 'nothing-to-remove');
    expectProblem(over('events: [{ event: e, properties: { y: «nmae» } }]\n'), 'unknown-field');
    expectProblem(over('', { 'base.yaml': aMapping('y: «nmae»') }), 'unknown-field');
    expectProblem(
      over('', { 'base.yaml': aMapping('').replace('sluice: 1', 'sluice: 1\nextends: «main.yaml»') }),
      'extends-cycle',
    );
    expectProblem(
      over('', { 'base.yaml': aMapping('').replace('sluice: 1', 'sluice: 1\nextends: «gone.yaml»') }),
      'file-unreadable',
    );
    expectProblem(over('', { 'base.yaml': aMapping('y: public ? 1 «:» 2') }), 'yaml-syntax');
  });

  it('does not report a parameter or permission that only the replaced value of the base used', () => {
    const base = aMapping('')
      .replace('accepts: [timestamp]', 'accepts: [timestamp, name]')
      .replace('event.uuid', 'name ?? id');
    expect(loadFiles(over('events: [{ event: e, distinct_id: id }]\n', { 'base.yaml': base })).problems).to.deep.equal(
      [],
    );
  });

  it('extends a file of an installed package and the files that it extends', () => {
    const files = {
      'main.yaml': 'sluice: 1\nextends: "@acme/mappings/base.yaml"\n',
      'node_modules/@acme/mappings/base.yaml': 'sluice: 1\nextends: bottom.yaml\n',
      'node_modules/@acme/mappings/bottom.yaml': aMapping('x: id'),
    };
    const asked: string[] = [];
    const locatePackageFile = (specifier: string, from: string): string => {
      asked.push(`${specifier} from ${from}`);
      return `/m/node_modules/${specifier}`;
    };
    const loaded = loadFiles(files, { locatePackageFile });
    expect(firstEvent(loaded, record)['properties']).to.include({ x: 't' });
    expect(asked).to.deep.equal(['@acme/mappings/base.yaml from /m/main.yaml']);
  });
});
