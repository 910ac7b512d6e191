import { expect } from 'chai';
import type { EventSchema } from '@sluice/core/sink';
import type { LoadedMapping, MappingContext } from '@sluice/core/config';
import type { JsonObject } from '@sluice/core/adapter';
import { compareMappingFiles, describeMapping, lintMapping, testMapping } from '@sluice/yaml-mapper';
import { ACME, acmeSchema } from './acme-schema.js';
import { aContext, loadFiles, mapRecord } from './load-text.js';
import { mixpanelSchema } from './mixpanel-schema.js';
import { sinks } from './known-sinks.js';

const UUID = "uuid5('0f6c91df-d035-4813-b838-9741ba38ef0b', id)";
const HEADER = `sluice: 1
source: langfuse-postgres
sink: any
identity: { accepts: [timestamp, trace.user_id], because: tested }
personalData: { allows: [trace.user_id], because: tested }
`;
const EVENT = `events:
  - event: e
    from: trace
    uuid: ${UUID}
    time: timestamp
    user: trace.user_id
    session: trace.session_id
    properties:
      n: name
      at: event.time
`;
const SILENT = '    sinks: { posthog: { remove: [session] } }\n';
const ANY = HEADER + EVENT + SILENT;
const RECORD = { id: 't', timestamp: 0, name: 'a', 'trace.user_id': 'ada', 'trace.session_id': 's' };
const ID = 'ae62e812-0084-50f6-964e-a89296241c32';

type Files = Readonly<Record<string, string>>;

function load(text: string | Files, sinkType: string): LoadedMapping {
  return loadFiles(typeof text === 'string' ? { 'main.yaml': text } : text, { ...sinks, sinkType });
}

function eventAt(sinkType: string, text: string | Files, record: JsonObject = RECORD): JsonObject {
  const result = mapRecord(load(text, sinkType), record);
  if (result.kind !== 'events') throw new Error(JSON.stringify(result));
  return JSON.parse(JSON.stringify(result.events[0])) as JsonObject;
}

function problemsAt(sinkType: string, text: string | Files): readonly string[] {
  return load(text, sinkType).problems.map(({ code, message }) => `${code}: ${message}`);
}

function contextOf(text: string | Files): MappingContext {
  const files: Files = typeof text === 'string' ? { 'main.yaml': text } : text;
  const readFile = (path: string): string => {
    const found = files[path.replace('/m/', '')];
    if (found === undefined) throw new Error('no such file');
    return found;
  };
  return aContext({ ...sinks, readFile });
}

function lint(text: string | Files): readonly string[] {
  return lintMapping('/m/main.yaml', contextOf(text)).map(({ code, message }) => `${code}: ${message}`);
}

describe('a mapping for any sink', () => {
  it('gives the standard event to a sink without names of its own', () => {
    const expected = {
      event: 'e',
      uuid: ID,
      time: '1970-01-01T00:00:00.000Z',
      user: 'ada',
      session: 's',
      properties: { n: 'a', at: '1970-01-01T00:00:00.000Z' },
    };
    expect(eventAt('mixpanel', ANY)).to.deep.equal(expected);
    expect(eventAt('jsonl', ANY)).to.deep.equal(expected);
  });

  it('gives the fields of a sink what they are by default', () => {
    expect(eventAt('posthog', ANY)).to.deep.equal({
      event: 'e',
      uuid: ID,
      distinct_id: 'ada',
      anonymous: false,
      properties: { n: 'a', at: '1970-01-01T00:00:00.000Z' },
      timestamp: '1970-01-01T00:00:00.000Z',
    });
    expect(eventAt('posthog', ANY, { ...RECORD, 'trace.user_id': null })).to.include({
      distinct_id: ID,
      anonymous: true,
    });
  });

  it('fills the defaults of a user whom it does not name', () => {
    const text = ANY.replace('    user: trace.user_id\n', '');
    expect(eventAt('posthog', text)).to.include({ distinct_id: ID, anonymous: true });
    expect(eventAt(ACME, text)).to.include({ device_id: ID }).and.not.have.property('user_id');
  });

  it('gives a map the names of the standard one that it takes, and a default its own field', () => {
    expect(eventAt(ACME, ANY)).to.deep.equal({
      event: 'e',
      uuid: ID,
      user_id: 'ada',
      device_id: 'ada',
      time: '1970-01-01T00:00:00.000Z',
      session: 's',
      event_properties: { n: 'a', at: '1970-01-01T00:00:00.000Z' },
    });
    expect(eventAt(ACME, ANY, { ...RECORD, 'trace.session_id': null })).to.include({ session: 'none' });
  });

  it('checks the type and the unit of a name that it declares wherever the name goes', () => {
    const text = `${ANY.replace('n: name', 'n: latency')}vocabulary: { properties: { n: { type: number, unit: ms } } }\n`;
    const wrong = ['unit-mismatch: `n` expects ms, got s'];
    for (const sink of ['posthog', 'mixpanel', ACME]) expect(problemsAt(sink, text), sink).to.deep.equal(wrong);
  });
});

describe('what stands under a sink', () => {
  const text = `${HEADER}shared:
  common:
    uuid: ${UUID}
    user: trace.user_id
    sinks:
      posthog: { set: { who: trace.user_id }, properties: { for: "'posthog'" } }
      mixpanel: { uuid: "uuid5('8f7c3e42-9a1b-4d5f-8e2a-1c6b9d3f4e7a', id)" }
events:
  - event: e
    from: trace
    include: [common]
    time: timestamp
    properties: { n: name, for: "'any'" }
    sinks: { mixpanel: { event: Seen, properties: { more: id } }, '${ACME}': { omit: true } }
`;

  it('is of this sink alone', () => {
    expect(eventAt('jsonl', text)).to.deep.include({ event: 'e', uuid: ID, properties: { n: 'a', for: 'any' } });
    expect(eventAt('posthog', text)).to.deep.include({ event: 'e', set: { who: 'ada' } });
  });

  it('changes the name and the uuid of the event, adds and replaces', () => {
    const event = eventAt('mixpanel', text);
    expect(event)
      .to.include({ event: 'Seen' })
      .and.deep.include({ properties: { n: 'a', for: 'any', more: 't' } });
    expect(event['uuid'])
      .to.match(/^[0-9a-f-]{36}$/u)
      .and.not.equal(ID);
  });

  it('gives way to what stands nearer to the event, and wins over its own file’s event', () => {
    const nearer = text.replace('more: id', 'more: id, for: "\'mixpanel\'"');
    expect(eventAt('mixpanel', nearer)['properties']).to.include({ for: 'mixpanel' });
    expect(eventAt('posthog', text)['properties']).to.include({ for: 'any' });
  });

  it('removes what the event itself sets, and what it includes', () => {
    const own = text.replace('event: Seen', 'event: Seen, remove: [properties.n, user]');
    expect(eventAt('mixpanel', own)).to.not.have.property('user');
    expect(eventAt('mixpanel', own)['properties']).to.deep.equal({ for: 'any', more: 't' });
    const nothing = text.replace('event: Seen', 'event: Seen, remove: [properties.m]');
    expect(problemsAt('mixpanel', nothing)).to.deep.equal(['nothing-to-remove: no `properties.m` to remove']);
  });

  it('leaves an event out', () => {
    expect(problemsAt(ACME, text)).to.deep.equal(['no-events: the mapping has no events']);
    const two = text.replace(
      'events:\n',
      `events:\n  - { event: other, from: trace, include: [common], time: timestamp }\n`,
    );
    const { mapper } = load(two, ACME);
    expect(mapper?.events.map(({ event }) => event)).to.deep.equal(['other']);
  });

  it('can be undone by an overlay', () => {
    const files = {
      'base.yaml': text,
      'main.yaml': `sluice: 1\nextends: base.yaml\nevents:\n  - event: e\n    sinks: { '${ACME}': { omit: false }, mixpanel: { event: Looked } }\n`,
    };
    expect(eventAt(ACME, files)['event']).to.equal('e');
    expect(eventAt('mixpanel', files)['event']).to.equal('Looked');
  });

  it('cannot give two events one name', () => {
    const two = text.replace(
      'events:\n',
      `events:\n  - { event: Seen, from: trace, include: [common], time: timestamp }\n`,
    );
    expect(problemsAt('mixpanel', two)).to.deep.equal(['duplicate-event: duplicate event `Seen`']);
    expect(problemsAt('posthog', two)).to.deep.equal([]);
  });
});

describe('an overlay for one sink', () => {
  const over = (lines: string, sink = 'posthog'): Files => ({
    'base.yaml': ANY,
    'main.yaml': `sluice: 1\nextends: base.yaml\nsink: '${sink}'\nevents:\n  - event: e\n${lines}`,
  });

  it('has the names of the sink beside the standard ones', () => {
    const event = eventAt('posthog', over('    distinct_id: id\n    set: { s: event.session }\n    session: name\n'));
    expect(event).to.deep.include({ distinct_id: 't', anonymous: false, set: { s: 'a' } });
    // What `user` was for is set by the overlay: nothing is lost without notice.
    expect(problemsAt('posthog', over('    distinct_id: id\n    anonymous: public\n'))).to.deep.equal([]);
  });

  it('removes a default', () => {
    expect(eventAt('posthog', over('    remove: [anonymous]\n'))).to.not.have.property('anonymous');
    expect(problemsAt('posthog', over('    remove: [timestamp]\n'))).to.deep.equal([
      'missing-event-field: the event `e` has no `timestamp`',
    ]);
  });

  it('makes an installed sink usable in a few lines', () => {
    const files = over('    user_properties: { plan: trace.release }\n', ACME);
    expect(problemsAt(ACME, files)).to.deep.equal([]);
    expect(eventAt(ACME, files, { ...RECORD, 'trace.release': 'r' })).to.deep.include({
      user_properties: { plan: 'r' },
    });
  });

  it('puts a standard map into one that the sink does not take by itself', () => {
    const { user_id, device_id, time, event_properties, user_properties } = acmeSchema.fields;
    if (event_properties?.kind !== 'map' || user_properties === undefined) throw new Error('no map');
    const { takes: _, ...untaken } = event_properties;
    const plain: Readonly<Record<string, EventSchema['fields'][string]>> = {
      ...(user_id && { user_id }),
      ...(device_id && { device_id }),
      ...(time && { time }),
      event_properties: untaken,
      user_properties,
    };
    const more = { ...sinks, sinkType: 'plain', eventSchemaOf: () => ({ ...acmeSchema, fields: plain }) };
    const lost = loadFiles(over('    remove: [session]\n', 'plain'), more);
    expect(lost.problems.map(({ code, message }) => `${code}: ${message}`)).to.deep.equal([
      'not-sent: `properties` is not sent: the events of `plain` have no field for it',
    ]);
    const lines = '    remove: [session]\n    event_properties: event.properties\n';
    const loaded = loadFiles(over(lines, 'plain'), more);
    expect(loaded.problems).to.deep.equal([]);
    const result = mapRecord(loaded, RECORD);
    const event = result.kind === 'events' ? result.events[0] : undefined;
    expect(event?.['event_properties']).to.deep.equal({ n: 'a', at: '1970-01-01T00:00:00.000Z' });
  });

  it('gives way where an event says anew what its own field was for', () => {
    const shared = `${HEADER}shared: { common: { time: updated_at, user: name } }\nevents:\n  - event: e\n    from: trace\n    include: [common]\n    uuid: ${UUID}\n    time: timestamp\n    properties: {}\n`;
    const main = `sluice: 1\nextends: base.yaml\nsink: posthog\nshared: { common: { timestamp: updated_at, distinct_id: id } }\n`;
    const event = eventAt('posthog', { 'base.yaml': shared, 'main.yaml': main }, { ...RECORD, updated_at: 1 });
    expect(event).to.include({ timestamp: '1970-01-01T00:00:00.000Z', distinct_id: 't' });
    const removed = main.replace('timestamp: updated_at, distinct_id: id', 'remove: [anonymous], user: id');
    expect(eventAt('posthog', { 'base.yaml': shared, 'main.yaml': removed })).to.not.have.property('anonymous');
  });

  it('is left aside by another sink when a third file is for any again', () => {
    const { 'main.yaml': main = '', ...base } = over(
      '    distinct_id: id\n    set: { a: id }\n    properties: { p: id }\n',
    );
    const files = { ...base, 'second.yaml': main, 'main.yaml': 'sluice: 1\nextends: second.yaml\nsink: any\n' };
    expect(eventAt('mixpanel', files)).to.have.all.keys('event', 'uuid', 'time', 'user', 'session', 'properties');
    expect(eventAt('posthog', files)).to.include({ distinct_id: 't' });
  });

  it('takes nothing by default where a mapping in the sink’s own terms leaves it out', () => {
    const own = `${HEADER.replace('any', 'posthog')}events:
  - { event: e, from: trace, uuid: "${UUID}", distinct_id: id, timestamp: timestamp, properties: {} }
`;
    expect(eventAt('posthog', own)).to.have.all.keys('event', 'uuid', 'distinct_id', 'timestamp', 'properties');
  });
});

describe('linting a mapping for several sinks', () => {
  const withSinks = (header: string, lines = SILENT): string =>
    `${HEADER.replace('sink: any', header)}${EVENT}${lines}`;

  it('finds nothing in one that every sink understands', () => {
    expect(lint(ANY)).to.deep.equal([]);
    expect(lint(withSinks('sink: [posthog, mixpanel]'))).to.deep.equal([]);
  });

  it('tells to write the field of one sink under the sink', () => {
    const wrong = ['field-of-one-sink: `set` is a field of the sink `posthog`, and the mapping is for several sinks'];
    expect(lint(`${ANY}    set: { a: id }\n`)).to.deep.equal(wrong);
    expect(lint(withSinks('sink: [mixpanel, posthog]', '    set: { a: id }\n'))).to.include(wrong[0]);
    expect(lint(`${ANY}    sett: { a: id }\n`)).to.deep.equal([
      'unknown-event-field: there is no field `sett` in standard events',
    ]);
  });

  it('says what becomes of a standard field that a sink has no place for', () => {
    const wrong =
      'not-sent: with the sink `posthog`, `session` is not sent: the events of `posthog` have no field for it, and nothing reads `event.session`';
    expect(lint(withSinks('sink: any', '    sinks: { posthog: { set: { a: id } } }\n'))).to.deep.equal([wrong]);
    expect(lint(withSinks('sink: [mixpanel, posthog]', ''))).to.deep.equal([wrong]);
    expect(lint(withSinks('sink: [posthog, mixpanel]', ''))).to.deep.equal([wrong]);
    expect(lint(withSinks('sink: any', '    sinks: { posthog: { session_id: event.session } }\n'))).to.deep.equal([]);
    const ofAcme = `    sinks: { '${ACME}': { user_properties: { a: id } } }\n    groups: { team: id }\n`;
    expect(lint(withSinks('sink: any', ofAcme))).to.include(
      `not-sent: with the sink \`${ACME}\`, \`groups\` is not sent: the events of \`${ACME}\` have no field for it`,
    );
  });

  it('names the sink of a problem that only one of them has', () => {
    const text = ANY.replace(
      'posthog: { remove: [session] }',
      'posthog: { remove: [session], set: { a: nam } }, mixpanel: { groups: { g: [] } }',
    );
    expect(lint(text)).to.deep.equal([
      'unknown-field: with the sink `posthog`, the stream `trace` has no field `nam`',
      'wrong-shape: with the sink `mixpanel`, a value is an expression, not a YAML list',
    ]);
    expect(lint(ANY.replace('time: timestamp', 'time: nam'))).to.deep.equal([
      'unknown-field: the stream `trace` has no field `nam`',
    ]);
  });

  it('misses a required field that has neither a value nor a default', () => {
    const text = ANY.replace('    time: timestamp\n', '').replace('      at: event.time\n', '');
    expect(lint(text)).to.deep.equal([
      'missing-event-field: the event `e` has no `time`',
      'missing-event-field: with the sink `posthog`, the event `e` has no `timestamp`',
    ]);
    const { device_id: _, ...fields } = acmeSchema.fields;
    const strict: EventSchema = {
      ...acmeSchema,
      fields: { ...fields, account: { kind: 'value', type: 'text', required: true, doc: '' } },
    };
    const { problems } = loadFiles({ 'main.yaml': ANY }, { ...sinks, sinkType: 'strict', eventSchemaOf: () => strict });
    expect(problems.map(({ message, help }) => [message, help])).to.deep.equal([
      ['the event `e` has no `account`', "write it under the sink: sinks: { 'strict': { account: … } }"],
    ]);
  });

  it('sees that a default can be null where a value is required', () => {
    const strict: EventSchema = {
      fields: {
        ...mixpanelSchema.fields,
        who: { kind: 'value', type: 'text', required: true, default: 'event.user', doc: '' },
      },
      identity: [],
    };
    const { problems } = loadFiles({ 'main.yaml': ANY }, { ...sinks, sinkType: 'strict', eventSchemaOf: () => strict });
    expect(problems.map(({ message, help, line }) => [message, help, line])).to.deep.equal([
      ['`who` is required but can be null', 'give one: who: event.user ?? event.uuid', 11],
    ]);
  });

  it('blames a default of the sink that does not fit, not the mapping', () => {
    const wrong: EventSchema = {
      fields: {
        ...mixpanelSchema.fields,
        n: { kind: 'value', type: 'number', required: false, default: 'event.time +', doc: '' },
      },
      identity: [],
    };
    const { problems } = loadFiles({ 'main.yaml': ANY }, { ...sinks, sinkType: 'wrong', eventSchemaOf: () => wrong });
    expect(problems.map(({ message }) => message)).to.deep.equal([
      "the sink's default for `n`, `event.time +`, does not fit: unexpected token",
    ]);
  });

  it('refuses lines for a sink that is unknown, or that the mapping is not for', () => {
    expect(lint(withSinks('sink: any', '    sinks: { mixpanle: { event: E } }\n'))).to.deep.equal([
      'unknown-sink: unknown sink `mixpanle`',
    ]);
    expect(
      lint(withSinks('sink: [mixpanel, posthog]', `    sinks: { posthog: { remove: [session] }, '${ACME}': {} }\n`)),
    ).to.deep.equal([`other-sink: the mapping is for \`mixpanel\`, \`posthog\`, and these lines are for \`${ACME}\``]);
    expect(lint(withSinks('sink: [posthog, mixpanle]'))).to.include('unknown-sink: unknown sink `mixpanle`');
    expect(lint(withSinks('sink: [posthog, any]'))).to.include(
      'wrong-shape: `any` means every sink, so it cannot be in a list',
    );
  });

  it('needs no other sink to be installed in a pipeline, and finds one that is misspelt', () => {
    const text = withSinks(
      'sink: any',
      "    sinks: { posthog: { remove: [session] }, '@acme/missing': { event: E } }\n",
    );
    expect(problemsAt('posthog', text)).to.deep.equal([]);
    expect(lint(text)).to.deep.equal(['unknown-sink: unknown sink `@acme/missing`']);
    const misspelt = withSinks('sink: any', '    sinks: { posthogg: { remove: [session] } }\n');
    expect(problemsAt('mixpanel', misspelt)).to.deep.equal(['unknown-sink: unknown sink `posthogg`']);
  });

  it('is refused by a pipeline with a sink that it does not name', () => {
    expect(problemsAt('mixpanel', withSinks('sink: [posthog, jsonl]'))).to.deep.equal([
      'other-sink: the mapping is for the sinks `posthog`, `jsonl`, but the pipeline uses `mixpanel`',
    ]);
    expect(eventAt('jsonl', withSinks('sink: [posthog, mixpanel]'))).to.include({ user: 'ada' });
  });

  it('sees identity and personal data through defaults', () => {
    const text = ANY.replace('accepts: [timestamp, trace.user_id]', 'accepts: [timestamp]').replace(
      'personalData: { allows: [trace.user_id], because: tested }\n',
      '',
    );
    expect(problemsAt('posthog', text)).to.deep.equal([
      'personal-data: `trace.user_id` is personal data and is exported in `distinct_id`',
      'identity-changeable: if `trace.user_id` changes later, resending the record creates a second event, because `distinct_id` is part of the identity',
    ]);
    const hashed = ANY.replace('n: name', 'n: sha256(trace.user_id)');
    expect(problemsAt('posthog', hashed)).to.deep.equal([
      'pseudonym-leaks: `trace.user_id` is hashed in `properties.n` and leaves in clear in `distinct_id`',
    ]);
    const forbidden = ANY.replace('allows', 'forbids');
    expect(problemsAt('posthog', forbidden)).to.deep.equal([
      'personal-data-forbidden: `trace.user_id` is forbidden and leaves in `distinct_id` of `e`',
    ]);
  });

  it('accepts permissions and parameters that one sink needs, and warns of those that none does', () => {
    const text = `${ANY.replace('allows: [trace.user_id]', 'allows: [trace.user_id, metadata.a, metadata.b]').replace(
      'posthog: {',
      'posthog: { set: { a: metadata.a, p: p },',
    )}params: { p: { type: text, default: x }, q: { type: text, default: x } }\n`;
    expect(lint(text)).to.deep.equal([
      'unused-permission: nothing in the mapping needs this permission',
      'unused-param: unused parameter `q`',
    ]);
    expect(problemsAt('mixpanel', text)).to.deep.equal([]);
  });

  it('keeps what the identity of an unnamed sink needs', () => {
    const text = HEADER + EVENT;
    expect(lint(text)).to.deep.equal([]);
    expect(problemsAt('posthog', text.replace(/identity.*\n/u, '')).join('')).to.include('identity-changeable');
  });

  it('refuses a standard value that reads itself, and one that is too large to be read', () => {
    expect(
      lint(
        ANY.replace('user: trace.user_id', 'user: event.session').replace(
          'session: trace.session_id',
          'session: event.user',
        ),
      )[0],
    ).to.match(/^event-cycle: /u);
    const large = `concat(${Array.from({ length: 90 }, () => 'event.session').join(', ')})`;
    const chain = (HEADER + EVENT)
      .replace('user: trace.user_id', `user: ${large}`)
      .replace('session: trace.session_id', `session: ${large.replaceAll('event.session', 'trace.name')}`);
    expect(problemsAt('posthog', chain)).to.deep.equal([
      'expression-too-large: `user` is too large to be read as `event.user`',
    ]);
  });
});

describe('tests, docs and diff of a mapping for several sinks', () => {
  const text = ANY.replace('sinks: {', 'sinks: { mixpanel: { event: Seen },');

  it('expect the events of the sink that a test names, or else the standard ones', () => {
    const tests = `tests:
  - { name: standard, given: { name: a }, expect: [{ event: e, user: null, properties: { n: a } }] }
  - { name: there, sink: mixpanel, expect: [{ event: Seen }] }
  - { name: here, sink: posthog, expect: [{ event: e, anonymous: true }] }
`;
    const { results, problems } = testMapping('/m/main.yaml', contextOf(text + tests));
    expect(problems).to.deep.equal([]);
    expect(results.map(({ verdict }) => verdict.outcome)).to.deep.equal(['passed', 'passed', 'passed']);
    const wrong = `${text}tests:\n  - { name: a, sink: mixpanle, expect: [] }\n`;
    expect(lint(wrong)).to.deep.equal(['unknown-sink: unknown sink `mixpanle`']);
    const other = `${text.replace('sink: any', 'sink: [mixpanel, posthog]')}tests:\n  - { name: a, sink: jsonl, expect: [] }\n`;
    expect(lint(other)).to.deep.equal(['other-sink: the mapping is for `mixpanel`, `posthog`, not for `jsonl`']);
  });

  it('describe the events of each sink that it names', () => {
    const { catalogue } = describeMapping('/m/main.yaml', contextOf(text));
    const described = [catalogue, ...(catalogue?.elsewhere ?? [])].map((each) => [each?.sink, each?.events[0]?.event]);
    expect(described).to.deep.equal([
      ['any', 'e'],
      ['mixpanel', 'Seen'],
      ['posthog', 'e'],
    ]);
    const user = catalogue?.elsewhere?.[1]?.events[0]?.fields.find(({ name }) => name === 'distinct_id');
    expect(user)
      .to.include({ expression: 'trace.user_id ?? event.uuid' })
      .and.deep.include({ personal: ['trace.user_id'] });
  });

  it('compare what differs at one sink only, once', () => {
    const files = {
      'old.yaml': text,
      'new.yaml': text.replace('n: name', 'n: id').replace('event: Seen', 'event: Met'),
    };
    const { compared } = compareMappingFiles('/m/old.yaml', '/m/new.yaml', contextOf(files));
    expect(compared?.difference.events.map(({ kind, event, sink }) => [kind, event, sink])).to.deep.equal([
      ['changed', 'e', undefined],
      ['renamed', 'Met', 'mixpanel'],
    ]);
  });

  it('compare a mapping for any sink with one for a single sink as that sink sees them', () => {
    const files = {
      'old.yaml': text.replace('sink: any', 'sink: posthog').replace('mixpanel: { event: Seen },', ''),
      'new.yaml': text,
    };
    const { compared } = compareMappingFiles('/m/old.yaml', '/m/new.yaml', contextOf(files));
    expect(compared?.difference.events).to.deep.equal([]);
  });
});
