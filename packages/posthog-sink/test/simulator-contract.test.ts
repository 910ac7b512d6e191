import { anEvent, aUuid, testRuns } from '@sluice/testkit';
import { PosthogSimulator } from '@sluice/posthog-simulator';
import { POSTHOG_API } from './posthog-api-schemas.js';
import { expect } from 'chai';
import * as fc from 'fast-check';
import type { Protocol } from '#src/encode-event.js';
import { answerProblems, requestProblems } from './api-schema.js';

const NOW = '2026-01-15T12:00:00.000Z';
const HEADERS = {
  authorization: 'Bearer phc_a',
  'content-type': 'application/json',
  'user-agent': 'test',
  'posthog-sdk-info': 'test/1',
  'posthog-attempt': '1',
  'posthog-request-id': aUuid(1),
  'posthog-request-timestamp': NOW,
};

/** Mostly right, each part wrong now and then. */
function mostly<T>(right: fc.Arbitrary<T>, ...wrong: unknown[]): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: right }, { weight: 1, arbitrary: fc.constantFrom(...wrong) });
}

const event = fc.record({
  event: mostly(fc.constantFrom('trace finished', 'a'), '', 7, null),
  uuid: mostly(fc.uuid(), 'trace-1', 7),
  distinct_id: mostly(fc.constantFrom('user-1', ' u '), '', ' ', null),
  timestamp: mostly(fc.constantFrom(NOW, '2026-01-15T12:00:00+01:00'), 1_700_000_000_000),
  properties: mostly(fc.constantFrom({}, { a: 1 }), [], 'x', { $cookieless_mode: 'yes' }),
});

const body = fc.record({
  api_key: mostly(fc.constant('phc_a'), '', 'phx_a', 7),
  created_at: mostly(fc.constant(NOW), 'yesterday', 7),
  batch: mostly(fc.uniqueArray(event, { minLength: 1, maxLength: 3, selector: ({ uuid }) => String(uuid) }), [], 'x'),
});

/** The simulator and the description of the API that the sink's requests are held against say the same. */
describe('the simulator and the API description', () => {
  for (const protocol of ['v0', 'v1'] as const) {
    it(`agree on the valid requests of ${protocol} and on its answers`, async () => {
      const simulator = await PosthogSimulator.start({ v1: true, now: () => Date.parse(NOW) });
      const seen = { taken: 0, refused: 0 };
      try {
        await fc.assert(
          fc.asyncProperty(body, async (request) => {
            const { status, text, isTaken } = await post(simulator, protocol, request);
            seen[isTaken ? 'taken' : 'refused'] += 1;
            expect(answerProblems(protocol, status, text)).to.equal('');
            const problems = requestProblems(protocol, request);
            if (isTaken !== (problems === '')) throw new Error(`${status} ${text}, and the description: ${problems}`);
          }),
          { numRuns: testRuns(400) },
        );
        expect(seen.taken).to.be.greaterThan(testRuns(40));
        expect(seen.refused).to.be.greaterThan(testRuns(40));
      } finally {
        await simulator.stop();
      }
    });
  }

  for (const name of POSTHOG_API.v1.requiredHeaders) {
    it(`agree that v1 requires ${name}`, async () => {
      const simulator = await PosthogSimulator.start({ v1: true });
      const headers = Object.fromEntries(
        Object.entries(HEADERS).map(([key, value]) => [key, key === name ? '' : value]),
      );
      const { timestamp, event: eventName, uuid, distinct_id: id, properties } = anEvent();
      const request = { created_at: NOW, batch: [{ event: eventName, uuid, distinct_id: id, timestamp, properties }] };
      try {
        expect((await post(simulator, 'v1', request, headers)).status).to.be.oneOf([400, 401]);
        expect((await post(simulator, 'v1', request)).status).to.equal(200);
      } finally {
        await simulator.stop();
      }
    });
  }
});

async function post(
  simulator: PosthogSimulator,
  protocol: Protocol,
  request: unknown,
  headers: Readonly<Record<string, string>> = HEADERS,
) {
  const { path, method } = POSTHOG_API[protocol];
  const response = await fetch(simulator.url + path, { method, headers, body: JSON.stringify(request) });
  const text = await response.text();
  const isTaken = response.status === 200 && !/"result":"drop"/.test(text);
  return { status: response.status, text, isTaken };
}
