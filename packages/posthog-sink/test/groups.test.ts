import type { EncodedEvent, MappedEvent } from '@sluice/core/sink';
import type { JsonValue } from '@sluice/core/adapter';
import { posthogSink } from '@sluice/posthog-sink';
import { PosthogSimulator } from '@sluice/posthog-simulator';
import { anAdapterContext, anEvent, aUuid } from '@sluice/testkit';
import { expect } from 'chai';
import { encodeEvent, type Protocol } from '#src/encode-event.js';
import { outlineProblems } from '#src/outline-problems.js';

const library = { name: 'sluice', version: '0.1.0' };
const AT = '2026-01-15T09:00:00.000Z';

function encode(event: MappedEvent, protocol: Protocol = 'v0'): EncodedEvent {
  const encoding = encodeEvent(event, { protocol, library, shorten: ['notes'] });
  if (encoding.kind === 'rejected') throw new Error(encoding.reason);
  return encoding.event;
}

function wire(event: MappedEvent, protocol: Protocol = 'v0'): Record<string, JsonValue> {
  return JSON.parse(encode(event, protocol).text);
}

function groupsOf(overrides: Parameters<typeof anEvent>[0]): JsonValue | undefined {
  return (wire(anEvent(overrides))['properties'] as Record<string, JsonValue>)['$groups'];
}

function reasonOf(event: MappedEvent): string | undefined {
  const encoding = encodeEvent(event, { protocol: 'v1', library, shorten: [] });
  return encoding.kind === 'rejected' ? encoding.reason : undefined;
}

/** An event about the group `company: acme`, of the record with this number. */
function identify(record: number, overrides: Parameters<typeof anEvent>[0] = {}): MappedEvent {
  const groups = { company: 'acme' };
  return anEvent({ event: '$groupidentify', uuid: aUuid(record), groups, group_set: { plan: 'pro' }, ...overrides });
}

describe('the groups of an event', () => {
  for (const protocol of ['v0', 'v1'] as const) {
    it(`stand in its properties on ${protocol}`, () => {
      const event = anEvent({ set: { a: 1 }, set_once: { b: 2, gone: null }, groups: { company: 'acme' } });
      expect(wire(event, protocol)['properties']).to.deep.include({
        $set: { a: 1 },
        $set_once: { b: 2 },
        $groups: { company: 'acme' },
      });
    });
  }

  it('are texts', () => {
    const groups = { company: 42, team: true, plan: null, list: ['a'], map: {}, none: '', bad: 'a\ud800', big: 1e21 };
    expect(groupsOf({ groups })).to.deep.equal({ company: '42', team: 'true', bad: 'a\ufffd', big: '1e+21' });
  });

  for (const groups of [undefined, {}, { company: null }, { company: '' }, { company: Number.NaN }]) {
    it(`are not sent when there are none: ${JSON.stringify(groups)}`, () => {
      expect(groupsOf({ groups })).to.equal(undefined);
    });
  }

  for (const overrides of [{ anonymous: true }, { distinct_id: 'guest' }]) {
    it(`are not sent of an event without a person: ${JSON.stringify(overrides)}`, () => {
      const sent = wire(anEvent({ ...overrides, groups: { company: 'acme' }, set_once: { a: 1 } }))['properties'];
      expect(sent).to.not.have.any.keys('$groups', '$set_once');
    });
  }

  it('take the place of a property of that name', () => {
    const properties = { $groups: { team: 'x' }, a: 1 };
    expect(groupsOf({ groups: { company: 'acme' }, properties })).to.deep.equal({ company: 'acme' });
    expect(groupsOf({ properties })).to.deep.equal({ team: 'x' });
  });
});

describe('an event about a group', () => {
  for (const protocol of ['v0', 'v1'] as const) {
    it(`names the group, and is no person's on ${protocol}`, () => {
      const {
        distinct_id: id,
        uuid,
        properties,
        ...others
      } = wire(
        identify(1, { anonymous: true, distinct_id: 'user-1', set: { a: 1 }, properties: { $group_key: 'x', a: 1 } }),
        protocol,
      );
      expect({ id, event: others['event'], timestamp: others['timestamp'] }).to.deep.equal({
        id: '$company_acme',
        event: '$groupidentify',
        timestamp: AT,
      });
      expect(uuid).to.not.equal(aUuid(1));
      expect(properties).to.deep.include({
        a: 1,
        $group_type: 'company',
        $group_key: 'acme',
        $group_set: { plan: 'pro' },
      });
      expect(properties).to.not.have.any.keys('$set', '$groups', '$process_person_profile');
      expect(JSON.stringify(others)).to.not.include('process_person_profile');
    });
  }

  it('has the uuid of what it says and of the day, and the record keeps its own', () => {
    const uuidOf = (...given: Parameters<typeof identify>): JsonValue | undefined => wire(identify(...given))['uuid'];
    const uuid = uuidOf(1);
    expect(uuidOf(2, { timestamp: '2026-01-15T23:59:59.999Z' })).to.equal(uuid);
    for (const [what, other] of Object.entries({
      day: { timestamp: '2026-01-16T00:00:00.000Z' },
      key: { groups: { company: 'other' } },
      type: { groups: { team: 'acme' } },
      content: { group_set: { plan: 'free' } },
      nothing: { group_set: { plan: null } },
    }))
      expect(uuidOf(1, other), what).to.not.equal(uuid);
    expect(encode(identify(7)).uuid).to.equal(aUuid(7));
  });

  it('is cut like any other', () => {
    const { properties } = wire(identify(1, { properties: { notes: 'x'.repeat(1_000_000) } }));
    expect(properties).to.include({ $group_key: 'acme' }).and.have.property('$sluice_cut');
  });

  it('may have the group in its properties, and is then sent as it is', () => {
    const properties = { $group_type: 'company', $group_key: 'acme' };
    const event = anEvent({ event: '$groupidentify', uuid: aUuid(1), properties });
    expect(wire(event)).to.include({ uuid: aUuid(1), distinct_id: 'user-1' });
  });

  for (const [reason, overrides] of [
    ['missing-group', { groups: { company: null } }],
    ['several-groups', { groups: { company: 'acme', team: 'x' } }],
    ['group-key-too-long', { groups: { company: 'x'.repeat(401) } }],
  ] as const) {
    it(`is rejected: ${reason}`, () => expect(reasonOf(identify(1, overrides))).to.equal(reason));
  }

  it('may have a key of 400 characters', () => {
    const key = 'ü'.repeat(400);
    const { distinct_id: id, properties } = wire(identify(1, { groups: { company: key } }));
    expect(id).to.match(/^sha256:/);
    expect(properties).to.include({ $group_key: key });
  });
});

describe('events about a group in one request', () => {
  let simulator: PosthogSimulator;

  afterEach(() => simulator.stop());

  for (const protocol of ['v0', 'v1'] as const) {
    it(`say the same once, the last time, and are all accepted on ${protocol}`, async () => {
      simulator = await PosthogSimulator.start({ v1: protocol === 'v1' });
      const config = await posthogSink.config.parseAsync({ host: simulator.url, apiKey: 'phc_a', protocol });
      const sink = posthogSink.create(config, anAdapterContext());
      const free = { group_set: { plan: 'free' } };
      const events = [identify(1), anEvent({ uuid: aUuid(2) }), identify(3, free), identify(4), identify(5)].map(
        (event) => encode(event, protocol),
      );
      const { requests } = sink.assemble(events, { now: Date.parse(AT), backfill: false, pipeline: 'p', stream: 's' });
      expect(requests.map((request) => request.events.length)).to.deep.equal([5]);
      const receipts = await Promise.all(requests.map((request) => sink.send(request, { attempt: 1 })));
      await sink.close();
      expect(receipts.flatMap(({ outcomes }) => outcomes.map((outcome) => outcome?.kind))).to.deep.equal(
        Array.from({ length: 5 }, () => 'accepted'),
      );
      const stored = simulator.received().map(({ event, properties }) => [event, properties['$group_set']]);
      expect(stored).to.deep.equal([
        ['trace finished', undefined],
        ['$groupidentify', { plan: 'free' }],
        ['$groupidentify', { plan: 'pro' }],
      ]);
    });
  }
});

describe('what lint says of the fields of an event', () => {
  function problemsOf(
    event: string,
    maps: Readonly<Record<string, readonly string[]>>,
    anonymous?: boolean,
  ): readonly string[] {
    const values = new Map([['anonymous', anonymous === undefined ? {} : { constant: anonymous }]]);
    return outlineProblems({ event, values, maps: new Map(Object.entries(maps)) }).map(({ kind, field, name }) =>
      [kind, field, name].filter((part) => part !== undefined).join(' '),
    );
  }

  for (const [event, maps, anonymous, problems] of [
    ['e', { groups: ['company'], set: ['a'], set_once: ['a'] }, undefined, []],
    ['e', { groups: ['company'], set: ['a'] }, false, []],
    ['e', { groups: ['company'], set: [], set_once: ['a'] }, true, ['not-sent set_once', 'not-sent groups']],
    ['e', { group_set: ['a'] }, undefined, ['not-sent group_set']],
    ['e', { properties: ['$groups'] }, undefined, ['unread properties $groups']],
    ['$groupidentify', { groups: ['company'], group_set: ['a'] }, true, []],
    ['$groupidentify', { properties: ['$group_type', '$group_key'] }, undefined, []],
    ['$groupidentify', { properties: ['a'] }, undefined, ['refused']],
    ['$groupidentify', { groups: ['a', 'b'] }, undefined, ['refused groups']],
  ] as const) {
    it(`of ${event} with ${JSON.stringify(maps)}, anonymous ${anonymous}: ${problems.join(', ') || 'nothing'}`, () => {
      expect(problemsOf(event, maps, anonymous)).to.deep.equal(problems);
    });
  }
});
