import { aUuid } from '@sluice/testkit';
import { PosthogSimulator } from '@sluice/posthog-simulator';
import { POSTHOG_API } from './posthog-api-schemas.js';
import { expect } from 'chai';
import { PostHog } from 'posthog-node';
import { requestProblems } from './api-schema.js';

const SENT_AT = new Date('2026-01-15T09:00:00.000Z');

/** PostHog's own client is the witness that the simulator and the description of the API are PostHog's. */
for (const protocol of ['v0', 'v1'] as const) {
  describe(`posthog-node and the simulator, ${protocol}`, () => {
    let simulator: PosthogSimulator;
    let client: PostHog;
    let errors: unknown[];
    const mode = process.env['POSTHOG_CAPTURE_MODE'];

    before(() => {
      // The client's only switch between the protocols; it reads it when it is made.
      process.env['POSTHOG_CAPTURE_MODE'] = protocol;
    });

    after(() => {
      if (mode === undefined) delete process.env['POSTHOG_CAPTURE_MODE'];
      else process.env['POSTHOG_CAPTURE_MODE'] = mode;
    });

    beforeEach(async () => {
      simulator = await PosthogSimulator.start({ v1: true });
      errors = [];
      client = new PostHog('phc_a', { host: simulator.url, flushAt: 100, flushInterval: 0, fetchRetryCount: 0 });
      client.on('error', (error: unknown) => errors.push(error));
    });

    afterEach(async () => {
      await client.shutdown();
      await simulator.stop();
    });

    it('sends requests that match the API description, and the simulator stores the events', async () => {
      client.capture({
        distinctId: 'user-1',
        event: 'trace finished',
        uuid: aUuid(1),
        timestamp: SENT_AT,
        properties: { trace_id: 'trace-1', $session_id: aUuid(7), $ignore_sent_at: true, $set: { plan: 'pro' } },
      });
      client.capture({
        distinctId: aUuid(2),
        event: 'score given',
        uuid: aUuid(2),
        timestamp: SENT_AT,
        properties: { langfuse_score_value: 0.5, $process_person_profile: false, $ignore_sent_at: true },
      });
      await client.shutdown();

      expect(errors).to.deep.equal([]);
      const [request, ...others] = simulator.eventRequests;
      expect(others).to.deep.equal([]);
      expect(`${request?.path ?? ''}/`).to.include(POSTHOG_API[protocol].path);
      expect(requestProblems(protocol, request?.body)).to.equal('');
      for (const name of POSTHOG_API[protocol].requiredHeaders) expect(request?.headers).to.have.property(name);

      const [trace, score] = simulator.received();
      expect(trace).to.deep.include({
        event: 'trace finished',
        distinctId: 'user-1',
        uuid: aUuid(1),
        timestamp: SENT_AT.toISOString(),
        protocol,
      });
      expect(trace?.properties).to.deep.include({
        trace_id: 'trace-1',
        $session_id: aUuid(7),
        $set: { plan: 'pro' },
      });
      expect(score?.properties).to.include({ langfuse_score_value: 0.5, $process_person_profile: false });
    });

    it(`gets the event of an illegal distinct id stored${protocol === 'v1' ? ', without a person' : ''}`, async () => {
      client.capture({ distinctId: 'system', event: 'a' });
      client.capture({ distinctId: 'user-1', event: 'a' });
      await client.shutdown();
      const stored = simulator
        .received()
        .map(({ distinctId, properties }) => [distinctId, properties['$process_person_profile']]);
      expect(stored).to.deep.equal([
        ['system', protocol === 'v1' ? false : undefined],
        ['user-1', undefined],
      ]);
      expect(errors).to.deep.equal([]);
    });

    it('is refused with a personal key', async () => {
      const other = new PostHog('phx_a', { host: simulator.url, flushInterval: 0, fetchRetryCount: 0 });
      other.on('error', (error: unknown) => errors.push(error));
      other.capture({ distinctId: 'user-1', event: 'a' });
      await other.flush().catch(() => undefined);
      await other.shutdown();
      expect(simulator.requests.map(({ status }) => status)).to.deep.equal([401]);
      expect(errors).to.not.deep.equal([]);
    });
  });
}
