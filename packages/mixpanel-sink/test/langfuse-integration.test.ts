import { createHash } from 'node:crypto';
import type { MappedEvent, Sink } from '@sluice/core/sink';
import { expect } from 'chai';
import fc from 'fast-check';
import { aSink, encoded, listen, NOW, requestFor, TOKEN } from './a-mixpanel-sink.js';
import { MixpanelDouble } from './mixpanel-double.js';
import { useNock } from '@sluice/testkit/nock';

const NAMESPACE = '8f7c3e42-9a1b-4d5f-8e2a-1c6b9d3f4e7a';
const PROJECT = 'project-1';

interface Trace {
  readonly id: string;
  readonly userId: string | null;
  readonly sessionId: string | null;
  readonly at: Date;
}

/** The ids that Langfuse does not send, from version 3.156 on. */
const NOT_SENT = [
  'undefined',
  'null',
  'nil',
  'none',
  'unknown',
  'n/a',
  'na',
  'anon',
  'anonymous',
  'false',
  'true',
  '0',
];
NOT_SENT.push('-1', '00000000-0000-0000-0000-000000000000', '<nil>', '[]', '{}', 'lmy47d');

function uuid5(name: string): string {
  const hash = createHash('sha1')
    .update(Buffer.from(NAMESPACE.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

/** What Langfuse's own integration sends: https://github.com/langfuse/langfuse, worker/src/features/mixpanel. */
function langfuseSends({ id, userId, sessionId, at }: Trace) {
  const isUser = userId !== null && userId !== '' && !NOT_SENT.includes(userId.trim().toLowerCase());
  return {
    event: '[Langfuse] Trace',
    properties: {
      time: at.getTime(),
      distinct_id: isUser ? userId : '',
      $insert_id: uuid5(`${PROJECT}-${id}`),
      ...(isUser && { $user_id: userId }),
      ...(sessionId !== null && { session_id: sessionId }),
      langfuse_id: id,
      langfuse_user_id: userId,
      langfuse_session_id: sessionId,
    },
  };
}

/** What a mapping with Langfuse's names makes of the same trace. */
function mapped({ id, userId, sessionId, at }: Trace): MappedEvent {
  return {
    event: '[Langfuse] Trace',
    uuid: uuid5(`${PROJECT}-${id}`),
    time: at.toISOString(),
    user: userId,
    session: sessionId,
    properties: { langfuse_id: id, langfuse_user_id: userId, langfuse_session_id: sessionId },
  };
}

function sluiceSends(sink: Sink, trace: Trace): unknown {
  return JSON.parse(encoded(sink, [mapped(trace)])[0]?.text ?? '');
}

const TRACE: Trace = { id: 'trace-1', userId: 'user-1', sessionId: 's-1', at: new Date('2026-01-15T09:00:00.123Z') };

describe('a trace from Langfuse at Mixpanel', () => {
  useNock();

  it('is what Langfuse sends, but for the place of the sender', () => {
    const sink = aSink();
    fc.assert(
      fc.property(
        fc.record({
          id: fc.string(),
          userId: fc.oneof(
            fc.string(),
            fc.constantFrom(null, ...NOT_SENT.flatMap((id) => [id, ` ${id.toUpperCase()}`])),
          ),
          sessionId: fc.option(fc.string({ minLength: 1 })),
          at: fc.date({ min: new Date('1971-01-01'), max: new Date(NOW), noInvalidDate: true }),
        }),
        (trace) => {
          const { event, properties } = langfuseSends(trace);
          expect(sluiceSends(sink, trace)).to.deep.equal({ event, properties: { ...properties, ip: 0 } });
        },
      ),
      { numRuns: 100 },
    );
  });

  it('has the insert id that Langfuse computes', () => {
    // Computed by another implementation of UUID version 5.
    expect(langfuseSends(TRACE).properties.$insert_id).to.equal('16980b8a-50e9-5238-a915-7b5e973955ff');
  });

  for (const userId of ['user-1', null, 'anonymous']) {
    it(`counts once when both sent it, with ${String(userId)} as the user`, async () => {
      const double = new MixpanelDouble(TOKEN, NOW);
      listen(double);
      const trace = { ...TRACE, userId };
      const authorization = `Basic ${Buffer.from(`${TOKEN}:`).toString('base64')}`;
      expect(double.import(JSON.stringify([langfuseSends(trace)]), authorization)[0]).to.equal(200);
      const sink = aSink();
      await sink.send(requestFor(sink, [mapped(trace)]), { attempt: 1 });
      expect(double.events).to.have.lengthOf(1);
      expect(double.events[0]?.properties).to.have.property('ip', 0);
    });
  }
});
