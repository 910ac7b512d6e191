import type { JsonObject } from '@sluice/core/adapter';
import type { MappedEvent } from '@sluice/core/sink';
import { mixpanelSink } from '@sluice/mixpanel-sink';
import { aUuid } from '@sluice/testkit';
import { expect } from 'chai';
import { aSink, anEvent } from './a-mixpanel-sink.js';

type More = Readonly<Record<string, MappedEvent[string]>>;

function propertiesOf(more: More, options: object = {}): Record<string, unknown> {
  const encoding = aSink(options).encode(anEvent(1, more));
  if (encoding.kind === 'rejected') throw new Error(encoding.detail);
  return JSON.parse(encoding.event.text).properties;
}

function reasonOf(more: More): string | undefined {
  const encoding = aSink().encode(anEvent(1, more));
  return encoding.kind === 'rejected' ? encoding.reason : undefined;
}

const entries = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, 1]));
const nested = (levels: number): JsonObject => (levels === 0 ? {} : { inner: nested(levels - 1) });

describe('an event for Mixpanel', () => {
  for (const user of [null, '', 'anonymous', ' NULL ', 'Undefined', '0', '-1', '[]', 'lmy47d']) {
    it(`has no user if the mapping gives ${JSON.stringify(user)}`, () => {
      expect(propertiesOf({ user })).to.include({ distinct_id: '' }).and.not.have.property('$user_id');
    });
  }

  it('keeps every other user as it is', () => {
    for (const user of ['user-1', 'none of them', ' padded ', 'nullable', '00']) {
      expect(propertiesOf({ user })).to.include({ distinct_id: user, $user_id: user });
    }
  });

  it('has no session without one', () => {
    for (const session of [null, '']) expect(propertiesOf({ session })).to.not.have.property('session_id');
    expect(propertiesOf({ session: 's-1' })).to.have.property('session_id', 's-1');
  });

  it('has its groups as properties by their keys', () => {
    expect(propertiesOf({ groups: { company: 'acme', team: 'a' } })).to.include({ company: 'acme', team: 'a' });
  });

  it('does not take the place of this machine, unless the mapping has an address of the user', () => {
    expect(propertiesOf({})).to.have.property('ip', 0);
    expect(propertiesOf({ properties: { ip: null } })).to.have.property('ip', 0);
    expect(propertiesOf({ properties: { ip: '203.0.113.7' } })).to.have.property('ip', '203.0.113.7');
  });

  it('lets no property or group act as an instruction', () => {
    const names = ['time', 'distinct_id', '$insert_id', '$user_id', '$device_id', 'token', '$ignore', 'bucket'];
    const instructions = Object.fromEntries(names.map((name) => [name, 'x']));
    for (const more of [{ properties: instructions }, { groups: instructions }]) {
      const { time, distinct_id, $insert_id, $user_id, ...others } = propertiesOf(more);
      expect([time, distinct_id, $insert_id, $user_id]).to.deep.equal([
        Date.UTC(2026, 0, 15, 9),
        'user-1',
        aUuid(1),
        'user-1',
      ]);
      expect(Object.keys(others).filter((name) => names.includes(name))).to.deep.equal([]);
      expect(others).to.include({ mapped_token: 'x', mapped_ignore: 'x', mapped_distinct_id: 'x' });
    }
  });

  it('keeps nulls, numbers, flags, lists and objects', () => {
    const properties = { none: null, count: 1.5, flag: false, tags: ['a', 'b'], inner: { a: { b: { c: 1 } } } };
    expect(propertiesOf({ properties })).to.include.deep.keys(Object.keys(properties)).and.deep.include(properties);
  });

  it('replaces what is no valid UTF-8', () => {
    expect(propertiesOf({ properties: { text: 'a\ud800b', list: ['\udc00'] } })).to.deep.include({
      text: 'a\ufffdb',
      list: ['\ufffd'],
    });
  });

  describe('with a long text', () => {
    const long = 'x'.repeat(256);

    it('has it whole by default', () => {
      expect(propertiesOf({ properties: { long } }))
        .to.have.property('long', long)
        .and.not.have.property('sluice_cut');
    });

    it('has the beginning of it and its name in sluice_cut with longTexts: cut', () => {
      const sent = propertiesOf(
        {
          properties: {
            long,
            short: 'x'.repeat(255),
            tags: [long, 'a'],
            wide: `a${'é'.repeat(200)}`,
            emoji: `a${'🦔'.repeat(64)}`,
          },
        },
        { longTexts: 'cut' },
      );
      expect(sent['long']).to.equal(`${'x'.repeat(252)}…`);
      expect(sent['short']).to.equal('x'.repeat(255));
      expect(sent['tags']).to.deep.equal([`${'x'.repeat(252)}…`, 'a']);
      expect(sent['wide']).to.equal(`a${'é'.repeat(125)}…`);
      expect(sent['emoji']).to.equal(`a${'🦔'.repeat(62)}…`);
      expect(sent['sluice_cut']).to.deep.equal(['long', 'tags', 'wide', 'emoji']);
    });

    it('never has a cut user, session or group', () => {
      const sent = propertiesOf({ user: long, session: long, groups: { company: long } }, { longTexts: 'cut' });
      expect(sent).to.include({ distinct_id: long, session_id: long, company: long });
    });
  });

  for (const [what, more, reason] of [
    ['has no name', { event: ' ' }, 'missing-event-name'],
    ['would join users', { event: '$merge' }, 'reserved-event-name'],
    ['has no time', { time: null }, 'invalid-timestamp'],
    ['has an invalid time', { time: 'yesterday' }, 'invalid-timestamp'],
    ['is dated before 1971', { time: '1970-12-31T23:59:59.999Z' }, 'timestamp-too-early'],
    ['has the nil uuid', { uuid: '00000000-0000-0000-0000-000000000000' }, 'invalid-uuid'],
    ['has an id of other characters', { uuid: 'a_b' }, 'invalid-uuid'],
    ['has too many properties', { properties: entries(251) }, 'too-many-properties'],
    ['has a nested object of too many names', { properties: { map: entries(256) } }, 'too-many-names'],
    ['has too long a list', { properties: { list: Array(256).fill('x') } }, 'list-too-long'],
    ['is nested too deeply', { properties: { map: nested(4) } }, 'nested-too-deeply'],
    ['is nested too deeply in a list', { properties: { list: [nested(4)] } }, 'nested-too-deeply'],
  ] as const) {
    it(`is rejected if it ${what}`, () => {
      expect(reasonOf(more)).to.equal(reason);
    });
  }

  it('is sent at the limits', () => {
    expect(reasonOf({ time: '1971-01-01T00:00:00.000Z' })).to.equal(undefined);
    expect(reasonOf({ properties: entries(250) })).to.equal(undefined);
    expect(
      reasonOf({ properties: { map: entries(255), list: Array(255).fill('x'), deep: nested(2), lists: [[[[1]]]] } }),
    ).to.equal(undefined);
  });

  it('is explained by lint where a mapping has such texts itself', () => {
    const schema = mixpanelSink.eventSchema;
    if (schema === 'any') throw new Error('the sink has fields of its own');
    const problemOf = (field: string, text: string) => schema.constantProblem?.(field, text)?.kind;
    expect(problemOf('event', '$identify')).to.equal('refused');
    expect(problemOf('event', 'chat')).to.equal(undefined);
    expect(problemOf('user', 'Anonymous')).to.equal('changed');
    expect(problemOf('user', 'user-1')).to.equal(undefined);
    expect(problemOf('properties', 'token')).to.equal('changed');
    expect(problemOf('groups', '$ignore')).to.equal('changed');
    expect(problemOf('properties', 'session_id')).to.equal(undefined);
  });
});
