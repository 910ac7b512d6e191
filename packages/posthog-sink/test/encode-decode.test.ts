import type { JsonValue } from '@sluice/core/adapter';
import type { MappedEvent } from '@sluice/core/sink';
import { posthogEventSchema } from '@sluice/posthog-sink';
import { anEvent, aUuid } from '@sluice/testkit';
import { PosthogSimulator, type ReceivedEvent } from '@sluice/posthog-simulator';
import { POSTHOG_API } from './posthog-api-schemas.js';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { encodeEvent, type Protocol } from '#src/encode-event.js';
import { requestProblems } from './api-schema.js';
import { jsonValues } from './json-values.js';

const NOW = Date.UTC(2026, 0, 15, 12);
const library = { name: 'sluice', version: '0.1.0' };

/** Texts as people, programs and other people's programs write them. */
const text = fc.string({
  unit: fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom('\ud800', '\udc00', '\0', '"', '\\', '\u2028', 'ü', '😀', ' ') },
    { weight: 4, arbitrary: fc.string({ maxLength: 1 }) },
  ),
});
const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0));
const value = jsonValues(text, number);
const KNOWN = Object.keys(
  'known' in posthogEventSchema.fields['properties']! ? posthogEventSchema.fields['properties'].known : {},
);
const name = fc.oneof(
  fc.constantFrom(...KNOWN),
  fc.constantFrom('$set', 'token', '$ip', '__proto__', 'distinct_id'),
  text,
);
const properties = fc.array(fc.tuple(name, value), { maxLength: 6 }).map((entries) => Object.fromEntries(entries));

/** Any event that the schema of the sink's events admits. */
const event = fc.record({
  event: fc.oneof(
    fc.constantFrom('trace finished', 'score given'),
    text,
    fc.string({ minLength: 150, maxLength: 260 }),
  ),
  uuid: fc.oneof(fc.uuid(), fc.constant('00000000-0000-0000-0000-000000000000')),
  distinct_id: fc.oneof(
    text,
    fc.constantFrom('system', ' Guest', '0', 'user-1'),
    fc.string({ minLength: 190, maxLength: 210, unit: fc.constantFrom('a', 'ü') }),
  ),
  timestamp: fc.date({ min: new Date(0), max: new Date(NOW), noInvalidDate: true }).map((date) => date.toISOString()),
  anonymous: fc.boolean(),
  session_id: fc.option(
    fc.oneof(
      text,
      fc.uuid(),
      fc.uuid().map((uuid) => uuid.toUpperCase()),
    ),
  ),
  set: properties,
  set_once: properties,
  groups: properties,
  properties,
});

describe('an event, encoded and decoded', () => {
  let simulator: PosthogSimulator;

  before(async () => {
    simulator = await PosthogSimulator.start({ v1: true, now: () => NOW });
  });

  after(() => simulator.stop());

  it('is the cleaned mapped event on both protocols, or is rejected with a reason on both', async () => {
    const seen = { stored: 0, rejected: 0 };
    await fc.assert(
      fc.asyncProperty(event, async (overrides) => {
        const mapped = anEvent(overrides);
        const [v0, v1] = [await decoded(mapped, 'v0'), await decoded(mapped, 'v1')];
        if (typeof v0 === 'string' || typeof v1 === 'string') {
          expect(v0).to.equal(v1).and.not.equal('');
          seen.rejected += 1;
          return;
        }
        seen.stored += 1;
        for (const { event: storedName, uuid, distinctId, timestamp } of [v0, v1]) {
          expect({ storedName, uuid, timestamp }).to.deep.equal({
            storedName: cleaned(mapped.event),
            uuid: mapped.uuid,
            timestamp: overrides.timestamp,
          });
          expectDistinctId(distinctId, overrides.distinct_id, mapped.uuid);
        }
        expect(shared(v0)).to.deep.equal(shared(v1));
        expectProperties(v0, overrides);
      }),
      { numRuns: 300 },
    );
    expect(seen.stored).to.be.greaterThan(100);
    expect(seen.rejected).to.be.greaterThan(20);
  });

  /** What PostHog stores of the event, or the reason of its rejection. Fails when PostHog refuses or drops it. */
  async function decoded(mapped: MappedEvent, protocol: Protocol): Promise<ReceivedEvent | string> {
    const encoding = encodeEvent(mapped, { protocol, library, shorten: [] });
    if (encoding.kind === 'rejected') return encoding.reason;
    const body = `{"api_key":"phc_a","created_at":"${new Date(NOW).toISOString()}","batch":[${encoding.event.text}]}`;
    expect(requestProblems(protocol, JSON.parse(body))).to.equal('');
    simulator.reset();
    const { path, method } = POSTHOG_API[protocol];
    const response = await fetch(simulator.url + path, {
      method,
      headers: {
        authorization: 'Bearer phc_a',
        'content-type': 'application/json',
        'posthog-sdk-info': 'test/1',
        'posthog-attempt': '1',
        'posthog-request-id': aUuid(1),
        'posthog-request-timestamp': new Date(NOW + 90_000).toISOString(),
      },
      body,
    });
    const answer = await response.text();
    const [stored] = simulator.received();
    if (stored === undefined) throw new Error(`${response.status} ${answer}`);
    return stored;
  }
});

/** In UTF-8 there are no lone surrogates. */
function cleaned(written: string): string {
  return Buffer.from(written, 'utf8').toString('utf8').replaceAll('\0', '\ufffd');
}

/** The user as written, nobody, or a hash: never a part of the id. */
function expectDistinctId(stored: string, written: string, uuid: string): void {
  const trimmed = written.trim();
  if (stored === trimmed) return;
  expect(stored).to.match(/^sha256:[0-9a-f]{64}$|^[0-9a-f-]{36}$/);
  if (stored === uuid)
    expect(['', 'system', 'guest', '0', 'id', 'nan', 'none', 'true', 'user', 'null']).to.include(trimmed.toLowerCase());
  else expect(cleaned(trimmed) !== trimmed || Buffer.byteLength(trimmed) > 200).to.equal(true);
}

/** The properties that do not depend on the protocol. */
function shared({ properties: all }: ReceivedEvent): object {
  const { $lib: _library, $lib_version: _version, ...others } = all;
  return others;
}

function expectProperties(
  stored: ReceivedEvent,
  { properties: written, session_id: session }: { properties: Record<string, JsonValue>; session_id: string | null },
): void {
  for (const [key, property] of Object.entries(written)) {
    if (!KNOWN.includes(key)) continue;
    expect(stored.properties[key], key).to.deep.equal(cleanedValue(property));
  }
  const sessionId = stored.properties['$session_id'];
  if (sessionId !== undefined) expect(sessionId).to.equal(session?.toLowerCase());
  for (const instruction of ['token', '$ip', 'distinct_id'])
    expect(stored.properties).to.not.have.property(instruction);
  expectGroups(stored);
}

/** Texts, and none on an event without a person. */
function expectGroups({ properties: { $groups: groups, $process_person_profile: profile } }: ReceivedEvent): void {
  if (groups === undefined) return;
  expect(profile).to.equal(undefined);
  const keys = Object.values(groups ?? {});
  expect(keys.length).to.be.greaterThan(0);
  for (const key of keys) expect(key).to.be.a('string').and.not.equal('');
}

function cleanedValue(property: JsonValue): JsonValue {
  if (typeof property === 'string') return cleaned(property);
  if (typeof property === 'number') return Number.isFinite(property) ? property + 0 : null;
  if (Array.isArray(property)) return property.map(cleanedValue);
  if (property === null || typeof property !== 'object') return property;
  return Object.fromEntries(Object.entries(property).map(([key, each]) => [cleaned(key), cleanedValue(each)]));
}
