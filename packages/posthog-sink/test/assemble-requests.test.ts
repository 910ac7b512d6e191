import { RefusedError } from '@sluice/core/adapter';
import type { EncodedEvent } from '@sluice/core/sink';
import { aUuid } from '@sluice/testkit';
import { expect } from 'chai';
import { assembleRequests, refuseLateClock } from '#src/assemble-requests.js';
import { requestBody, type PosthogRequest } from '#src/posthog-request.js';

const NOW = Date.UTC(2026, 0, 15, 12);
const HOUR_MS = 3_600_000;

function at(time: number): EncodedEvent {
  const uuid = aUuid(time);
  return { id: `${uuid} a`, uuid, text: `{"uuid":"${uuid}"}`, bytes: 47, time };
}

describe('assembling requests', () => {
  it('rejects events dated more than 23 hours ahead of the current time', () => {
    const events = [at(NOW + 23 * HOUR_MS), at(NOW + 23 * HOUR_MS + 1)];
    const { requests, rejected } = assembleRequests(events, {
      now: NOW,
      backfill: false,
      protocol: 'v0',
      posthogAheadMs: 0,
    });
    expect(requests.flatMap((request) => request.events)).to.deep.equal([events[0]]);
    expect(rejected.map(({ event, rejection }) => [event, rejection.reason])).to.deep.equal([
      [events[1], 'future-timestamp'],
    ]);
  });

  it('puts backfilled events older than 48 hours into a separate historical request', () => {
    const events = [at(NOW - 48 * HOUR_MS), at(NOW - 48 * HOUR_MS + 1)];
    const { requests } = assembleRequests(events, { now: NOW, backfill: true, protocol: 'v0', posthogAheadMs: 0 });
    expect(requests.map(({ historical, events: sent }) => [historical, sent])).to.deep.equal([
      [true, [events[0]]],
      [false, [events[1]]],
    ]);
  });

  it('goes by the clock of PostHog where it differs', () => {
    const [present, recent] = [at(NOW + 72 * HOUR_MS), at(NOW + 30 * HOUR_MS)];
    const later = { now: NOW, backfill: true, protocol: 'v0', posthogAheadMs: 72 * HOUR_MS } as const;
    const { requests, rejected } = assembleRequests([present, recent, at(NOW + 96 * HOUR_MS)], later);
    expect(requests.map(({ historical, events }) => [historical, events])).to.deep.equal([[false, [present, recent]]]);
    expect(rejected).to.have.length(1);
    expect(assembleRequests([at(NOW + 23 * HOUR_MS)], later).requests[0]?.historical).to.equal(true);
  });

  it('refuses to send what only a late clock of PostHog takes for the future', () => {
    const behind = { now: NOW, backfill: false, protocol: 'v0', posthogAheadMs: -72 * HOUR_MS } as const;
    const { requests, rejected } = assembleRequests([at(NOW)], behind);
    expect(rejected).to.deep.equal([]);
    expect(() => refuseLateClock(requests[0] as PosthogRequest)).to.throw(
      RefusedError,
      'clock of PostHog is 72 h behind',
    );
  });

  it('never marks followed events, however old they are', () => {
    const { requests } = assembleRequests([at(0)], { now: NOW, backfill: false, protocol: 'v0', posthogAheadMs: 0 });
    expect(requests.map(({ historical }) => historical)).to.deep.equal([false]);
  });

  it('writes bodies without sent_at', () => {
    const [request] = assembleRequests([at(0), at(1)], {
      now: NOW,
      backfill: true,
      protocol: 'v0',
      posthogAheadMs: 0,
    }).requests;
    if (request === undefined) throw new Error('nothing to send');
    expect(JSON.parse(String(requestBody(request, 'phc_x')))).to.deep.equal({
      api_key: 'phc_x',
      historical_migration: true,
      batch: [{ uuid: aUuid(0) }, { uuid: aUuid(1) }],
    });
    expect(JSON.parse(String(requestBody({ ...request, protocol: 'v1' }, 'phc_x')))).to.deep.equal({
      created_at: '2026-01-15T12:00:00.000Z',
      historical_migration: true,
      batch: [{ uuid: aUuid(0) }, { uuid: aUuid(1) }],
    });
  });
});
