import { createHash } from 'node:crypto';
import type { JsonValue } from '@sluice/core/adapter';
import type { MappedEvent } from '@sluice/core/sink';
import { anEvent, aUuid } from '@sluice/testkit';
import { PosthogSimulator } from '@sluice/posthog-simulator';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { encodeEvent, type Protocol } from '#src/encode-event.js';

const library = { name: 'sluice', version: '0.1.0' };
const UUID = aUuid(0);

function encode(event: MappedEvent, protocol: Protocol = 'v0') {
  return encodeEvent(event, { protocol, library, shorten: ['langfuse_score_comment', '$ai_input'] });
}

function wire(overrides: Parameters<typeof anEvent>[0] = {}, protocol: Protocol = 'v0'): Record<string, JsonValue> {
  const encoding = encode(anEvent(overrides), protocol);
  if (encoding.kind === 'rejected') throw new Error(encoding.detail);
  return JSON.parse(encoding.event.text);
}

function properties(overrides: Parameters<typeof anEvent>[0], protocol: Protocol = 'v0'): Record<string, JsonValue> {
  return JSON.parse(JSON.stringify(wire(overrides, protocol)['properties']));
}

describe('encoding an event', () => {
  it('writes a v0 event', () => {
    expect(wire({ set: { langfuse_user_url: 'https://l/u', gone: null } })).to.deep.equal({
      event: 'trace finished',
      distinct_id: 'user-1',
      uuid: UUID,
      timestamp: '2026-01-15T09:00:00.000Z',
      properties: {
        trace_id: 'trace-1',
        cost_usd: 0.25,
        $set: { langfuse_user_url: 'https://l/u' },
        $geoip_disable: true,
        $lib: 'sluice',
        $lib_version: '0.1.0',
      },
    });
  });

  it('writes a v1 event, with skew correction off and the options at the top', () => {
    const sessionId = '0190A9D0-0000-7000-8000-000000000001';
    expect(wire({ anonymous: true, set: { a: 1 }, session_id: sessionId }, 'v1')).to.deep.equal({
      event: 'trace finished',
      uuid: UUID,
      distinct_id: 'user-1',
      timestamp: '2026-01-15T09:00:00.000Z',
      session_id: sessionId.toLowerCase(),
      options: { disable_skew_correction: true, process_person_profile: false },
      properties: { trace_id: 'trace-1', cost_usd: 0.25, $geoip_disable: true },
    });
  });

  it('sends an anonymous event without a person', () => {
    const sent = properties({ anonymous: true, set: { langfuse_user_url: 'x' } });
    expect(sent).to.include({ $process_person_profile: false }).and.not.have.property('$set');
  });

  for (const id of ['system', ' Guest ', '0', 'NULL', '[object Object]', '', '  ', '\u0085']) {
    it(`sends an event of ${JSON.stringify(id)} as nobody's`, () => {
      const sent = wire({ distinct_id: id, set: { a: 1 }, properties: { langfuse_user_id: id } });
      expect(sent['distinct_id']).to.equal(UUID);
      expect(sent['properties']).to.include({ $process_person_profile: false, langfuse_user_id: id });
      expect(sent['properties']).to.not.have.property('$set');
    });
  }

  it('replaces an id of more than 200 bytes by a prefix and its hash and never cuts it', () => {
    const long = 'ü'.repeat(101);
    const hash = createHash('sha256').update(Buffer.from(long, 'utf16le')).digest('hex');
    expect(wire({ distinct_id: long })['distinct_id']).to.equal(`sha256:${hash}`);
    expect(wire({ distinct_id: 'ü'.repeat(100) })['distinct_id']).to.equal('ü'.repeat(100));
  });

  it('keeps ids apart that differ only in characters that cannot be sent', () => {
    const ids = ['a\ud800', 'a\ud801', 'a\0', 'a\ufffd'].map((id) => wire({ distinct_id: id })['distinct_id']);
    expect(new Set(ids).size).to.equal(4);
  });

  for (const id of ['abc', null, '00000000-0000-0000-0000-000000000000', '0190a9d0000070008000000000000001']) {
    it(`leaves out the session ${id ?? 'null'}`, () => {
      expect(properties({ session_id: id })).to.not.have.property('$session_id');
    });
  }

  it('keeps nulls of properties and cleans text', () => {
    expect(properties({ properties: { a: null, b: 'x\ud800y\0', c: Number.NaN, d: ['\udc00'] } })).to.deep.include({
      a: null,
      b: 'x\ufffdy\ufffd',
      c: null,
      d: ['\ufffd'],
    });
  });

  it('renames properties that PostHog reads as instructions', () => {
    const sent = properties({
      properties: { $set: { admin: true }, token: 'phc_x', $ip: '1.2.3.4', distinct_id: 'x' },
    });
    expect(sent).to.include({ mapped_token: 'phc_x', mapped_ip: '1.2.3.4', mapped_distinct_id: 'x' });
    expect(sent).to.not.have.any.keys('$set', 'token', '$ip', 'distinct_id');
  });

  it('cuts a large text that `shorten` names, and names it in the event', () => {
    const sent = properties({ properties: { langfuse_score_comment: '"'.repeat(600_000) } });
    expect(sent['langfuse_score_comment']).to.have.lengthOf(8_007);
    expect(sent['$sluice_cut']).to.deep.equal(['langfuse_score_comment']);
  });

  it('cuts the large texts of messages, and leaves out those behind the hundredth', () => {
    const message = { role: 'user', content: ['short', { text: 'x'.repeat(9_000) }] };
    const sent = properties({
      properties: { $ai_input: Array.from({ length: 120 }, () => message), kept: 'y'.repeat(9_000) },
    });
    expect(sent['$ai_input']).to.have.lengthOf(100);
    expect((sent['$ai_input'] as readonly unknown[])[0]).to.deep.equal({
      role: 'user',
      content: ['short', { text: `${'x'.repeat(2_000)}… [cut]` }],
    });
    expect(sent).to.deep.include({ kept: 'y'.repeat(9_000), $sluice_cut: ['$ai_input'] });
  });

  for (const [reason, overrides] of [
    ['event-too-large', { properties: { other: '"'.repeat(600_000) } }],
    ['missing-event-name', { event: ' ' }],
    ['event-name-too-long', { event: 'ü'.repeat(101) }],
    ['invalid-uuid', { uuid: 'trace-1' }],
    ['missing-distinct-id', { distinct_id: null }],
    ['invalid-timestamp', { timestamp: 1_700_000_000_000 }],
    ['invalid-timestamp', { timestamp: 'yesterday' }],
  ] as const) {
    it(`rejects with ${reason}`, () => {
      expect(encode(anEvent(overrides))).to.include({ kind: 'rejected', reason });
    });
  }

  it('sends a property named __proto__ as a plain property', () => {
    expect(properties({ properties: JSON.parse('{"__proto__":{"x":1}}') })).to.have.own.property('__proto__');
  });

  it('gives text that PostHog accepts, or a reason', async () => {
    const simulator = await PosthogSimulator.start({ v1: true });
    const text = fc.string({
      unit: fc.oneof(fc.constantFrom('\ud800', '\0', '"', '\\', 'ü', '😀'), fc.string({ maxLength: 1 })),
    });
    const event = fc.record({
      event: text,
      distinct_id: fc.oneof(text, fc.constantFrom('system', 'guest', ' ')),
      anonymous: fc.boolean(),
      session_id: fc.option(fc.oneof(text, fc.uuid())),
      properties: fc.dictionary(text, fc.jsonValue()),
      set: fc.dictionary(text, fc.jsonValue()),
    });
    try {
      await fc.assert(
        fc.asyncProperty(event, fc.constantFrom<Protocol>('v0', 'v1'), async (overrides, protocol) => {
          const encoding = encode(anEvent(JSON.parse(JSON.stringify(overrides))), protocol);
          if (encoding.kind === 'rejected') return encoding.reason !== '';
          const { status, results } = await post(simulator, encoding.event.text, protocol);
          return status === 200 && results.every((result) => result === 'ok');
        }),
        { numRuns: 150 },
      );
    } finally {
      await simulator.stop();
    }
  });
});

async function post(simulator: PosthogSimulator, text: string, protocol: Protocol) {
  const isV0 = protocol === 'v0';
  const response = await fetch(simulator.url + (isV0 ? '/batch/' : '/i/v1/analytics/events'), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'test',
      authorization: 'Bearer phc_test',
      'posthog-sdk-info': 'test/1',
      'posthog-attempt': '1',
      'posthog-request-id': aUuid(1),
      'posthog-request-timestamp': '2026-01-15T12:00:00.000Z',
    },
    body: `{"api_key":"phc_test","created_at":"2026-01-15T12:00:00.000Z","batch":[${text}]}`,
  });
  const { results = {} } = JSON.parse(await response.text());
  return {
    status: response.status,
    results: Object.values(results).map((result) => JSON.parse(JSON.stringify(result)).result),
  };
}
