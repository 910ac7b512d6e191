import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createYamlMappingLanguage } from '@sluice/yaml-mapper';
import type { JsonObject } from '@sluice/core/adapter';
import type { MappedEvent } from '@sluice/core/sink';
import type { LoadedMapping } from '@sluice/core/config';
import { expect } from 'chai';
import fc from 'fast-check';
import { langfuseStreams } from './langfuse-streams.js';
import { aContext, mapRecord } from './load-text.js';
import { storedValue } from './stored-values.js';

const folder = new URL('../../../configs/mappings/', import.meta.url);
const params = { langfuseUrl: 'https://langfuse.example/' };

function load(name: string, more: Parameters<typeof aContext>[0] = {}): LoadedMapping {
  return createYamlMappingLanguage().load(
    { file: fileURLToPath(new URL(name, folder)) },
    aContext({ params, ...more }),
  );
}

/** A digest of the events of a seeded history of records. */
function digestOf(name: string): string {
  const digest = createHash('sha256');
  for (const { map, fields, stream } of load(name).mapper?.streams ?? []) {
    const schema = langfuseStreams.find((each) => each.name === stream)?.fields ?? {};
    const row = fc.tuple(
      ...fields.map(({ field, path = [] }) => {
        const { type, nullable } = schema[field] ?? { type: 'text', nullable: true };
        return storedValue(type, nullable || path.length > 0);
      }),
    );
    for (const each of fc.sample(row, { seed: 1, numRuns: 300 })) {
      const result = map(each);
      digest.update(result.kind === 'events' ? JSON.stringify(result.events) : result.kind);
    }
  }
  return digest.digest('hex');
}

function eventOf(loaded: LoadedMapping, stream: number, record: JsonObject): MappedEvent {
  const result = mapRecord(loaded, record, stream);
  if (result.kind !== 'events' || result.events[0] === undefined) throw new Error(JSON.stringify(result));
  return result.events[0];
}

/** The property names in the reference, by event. */
const PAGE: readonly (readonly [string, number, string])[] = [
  [
    'langfuse trace',
    0,
    'timestamp trace_name url id cost_usd count_observations session_id project_id user_id latency release version tags event_version',
  ],
  [
    'langfuse generation',
    1,
    'timestamp generation_name trace_name url id cost_usd input_units output_units total_units session_id project_id user_id latency time_to_first_token release version model level tags event_version',
  ],
  [
    'langfuse score',
    2,
    'timestamp score_name score_value score_comment trace_name id session_id project_id user_id release tags event_version',
  ],
];

const bare = { id: 'r 1', project_id: 'p', timestamp: 1_700_000_000_000, start_time: 1_700_000_000_000 };

describe('the shipped mapping', () => {
  for (const name of ['langfuse.yaml', 'langfuse-posthog.yaml', 'langfuse-posthog-extended.yaml']) {
    it(`lints without a problem: ${name}`, () => expect(load(name).problems).to.deep.equal([]));
  }

  for (const [event, stream, names] of PAGE) {
    it(`sends exactly the documented properties with ${event}, even if all fields are null`, () => {
      const expected = names.split(' ').map((name) => (name === 'timestamp' ? name : `langfuse_${name}`));
      const mapped = eventOf(load('langfuse-posthog.yaml'), stream, bare);
      expect(mapped.event).to.equal(event);
      expect(mapped['properties']).to.have.all.keys(expected);
      expect(mapped['properties']).to.include({
        timestamp: '2023-11-14T22:13:20.000Z',
        langfuse_user_id: 'langfuse_unknown_user',
        langfuse_event_version: '1.0.0',
      });
    });
  }

  it('sends a record without a user as anonymous, with its own uuid as distinct_id', () => {
    const mapped = eventOf(load('langfuse-posthog.yaml'), 0, bare);
    expect(mapped).to.include({ distinct_id: mapped.uuid, anonymous: true });
    expect(mapped).not.to.have.any.keys('set', 'session_id');
  });

  it('computes the uuid of RFC 9562 from project and id', () => {
    expect(eventOf(load('langfuse-posthog.yaml'), 0, { ...bare, id: 't' }).uuid).to.match(
      /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u,
    );
  });

  it('percent-encodes deep links and leaves them null without a trace', () => {
    const loaded = load('langfuse-posthog.yaml');
    const user = eventOf(loaded, 1, { ...bare, 'trace.user_id': 'a/b?\uD800', trace_id: 't&1' });
    expect(user).to.include({ distinct_id: 'a/b?\uD800', anonymous: false });
    expect(user['set']).to.deep.equal({
      langfuse_user_url: 'https://langfuse.example/project/p/users/a%2Fb%3F%EF%BF%BD',
    });
    expect(user['properties']).to.include({
      langfuse_url: 'https://langfuse.example/project/p/traces/t%261?observation=r%201',
    });
    expect(eventOf(loaded, 1, bare)['properties']).to.include({ langfuse_url: null });
  });

  it('reads only the session id of the metadata, and only if it is a text', () => {
    const loaded = load('langfuse-posthog.yaml');
    const requests = loaded.mapper?.streams[0]?.fields ?? [];
    expect(requests.filter(({ field }) => field.endsWith('metadata'))).to.deep.equal([
      { field: 'trace.metadata', path: ['$posthog_session_id'] },
    ]);
    const key = 'trace.metadata/$posthog_session_id';
    expect(eventOf(loaded, 0, { ...bare, [key]: 's' })).to.include({ session_id: 's' });
    expect(eventOf(loaded, 0, { ...bare, [key]: 5 })).not.to.have.property('session_id');
  });

  it('adds the properties of newer versions in the extended form', () => {
    const loaded = load('langfuse-posthog-extended.yaml');
    expect(eventOf(loaded, 1, bare)['properties']).to.include.keys(
      'langfuse_trace_id',
      'langfuse_project_name',
      'langfuse_user_url',
      'langfuse_unit',
    );
    expect(eventOf(loaded, 2, bare)['properties']).to.include.keys(
      'langfuse_trace_id',
      'langfuse_score_string_value',
      'langfuse_score_data_type',
    );
    expect(eventOf(loaded, 0, bare)['properties']).not.to.have.property('langfuse_trace_id');
  });

  it('has a hash that depends on its parameters but not on its comments and documentation', () => {
    const file = fileURLToPath(new URL('langfuse-posthog.yaml', folder));
    const hashOf = (more: Parameters<typeof aContext>[0]): string | undefined =>
      createYamlMappingLanguage().load({ file }, aContext({ params, ...more })).mapper?.hash;
    const plain = hashOf({});
    expect(hashOf({ readFile: (path) => readFileSync(path, 'utf8').replaceAll(/^#.*$/gmu, '# other') })).to.equal(
      plain,
    );
    const redocumented = (path: string): string =>
      readFileSync(path, 'utf8')
        .replaceAll(/(?<=doc: )A (?:trace|link)/gu, 'Another')
        .replace('The user is', 'A user is');
    expect(redocumented(fileURLToPath(new URL('langfuse.yaml', folder))))
      .to.match(/doc: Another/u)
      .and.to.match(/A user is/u);
    expect(hashOf({ readFile: redocumented })).to.equal(plain);
    expect(hashOf({ params: { langfuseUrl: 'https://other.example' } })).not.to.equal(plain);
    expect(hashOf({ readFile: (path) => readFileSync(path, 'utf8').replace('1.0.0', '1.0.1') })).not.to.equal(plain);
  });

  // What PostHog gets from one version to the next: another hash here is another event there.
  it('makes the same events for PostHog as ever', () => {
    const hashes = ['langfuse-posthog.yaml', 'langfuse-posthog-extended.yaml'].map((name) => load(name).mapper?.hash);
    expect(hashes).to.deep.equal([
      '05cfed9355024ccaf76996544a12d41940bbbb3dbd5f4d1a930c9cc718250762',
      'ed7bd527100d094ac8ebf09d5600b21552e8594ba20c7fb443a4d53a234f55ae',
    ]);
    expect(digestOf('langfuse-posthog.yaml')).to.equal(
      'c4fe5ef7dfe082e9bd40459ecb6a63b6bbfafeaabab23fe26d936c0f4ff0c85a',
    );
  });

  it('makes the same events for PostHog, whichever of its two files a pipeline names', () => {
    expect(load('langfuse.yaml', { sinkType: 'posthog' }).mapper?.hash).to.equal(
      load('langfuse-posthog.yaml').mapper?.hash,
    );
  });

  it('continues the names and ids of Langfuse’s own Mixpanel integration', () => {
    const loaded = load('langfuse.yaml', { sinkType: 'mixpanel' });
    expect(loaded.problems).to.deep.equal([]);
    const names = [0, 1, 2].map((stream) => eventOf(loaded, stream, bare).event);
    expect(names).to.deep.equal(['[Langfuse] Trace', '[Langfuse] Generation', '[Langfuse] Score']);
    // uuid5 of `p-r 1`, computed with Python's uuid module.
    const record = { ...bare, 'trace.session_id': 's', 'trace.user_id': 'ada' };
    expect(eventOf(loaded, 1, record)).to.deep.include({
      uuid: '75744e38-100f-50f9-a0b8-4d8b727d1807',
      time: '2023-11-14T22:13:20.000Z',
      user: 'ada',
      session: 's',
    });
    const there = { ...record, 'trace.metadata/$mixpanel_session_id': 'm' };
    expect(eventOf(loaded, 1, there)).to.include({ session: 'm' });
    expect(eventOf(loaded, 1, there)['properties']).to.include({ langfuse_session_id: 's' });
  });

  it('gives any other sink the standard event', () => {
    const event = eventOf(load('langfuse.yaml', { sinkType: 'jsonl' }), 0, bare);
    expect(event).to.have.all.keys('event', 'uuid', 'time', 'properties');
    expect(event).to.include({ event: 'langfuse trace', uuid: eventOf(load('langfuse-posthog.yaml'), 0, bare).uuid });
  });
});
