import { expect } from 'chai';
import { aiPagesOf, anAiEvent } from './an-ai-event.js';

function aCall(trace: string, uuid: number, properties: object = {}) {
  return anAiEvent('$ai_generation', {
    uuid,
    properties: {
      $ai_trace_id: trace,
      $ai_session_id: 's',
      $ai_input_tokens: 10,
      $ai_total_cost_usd: 0.1,
      $ai_cost_passthrough: true,
      $ai_latency: 2,
      ...properties,
    },
  });
}

describe("PostHog's pages of sessions", () => {
  it('sum the traces of a session', () => {
    const pages = aiPagesOf(aCall('a', 1), aCall('b', 2), aCall('c', 3, { $ai_session_id: 'other' }));
    const sums = { inputTokens: 20, outputTokens: null, totalCostUsd: 0.2, generations: 2, latencySeconds: 4 };
    expect(pages.session('s')).to.include(sums);
    expect(pages.session('s')?.traces).to.have.lengthOf(2);
    expect(pages.sessions()).to.have.lengthOf(2);
    expect(pages.session('none')).to.equal(undefined);
  });

  it('count a repeat twice on the page of a session, and once in the list', () => {
    const pages = aiPagesOf(aCall('a', 1), aCall('a', 1));
    expect(pages.session('s')).to.include({ generations: 2, totalCostUsd: 0.2, latencySeconds: 4 });
    expect(pages.sessions()[0]).to.include({ generations: 1, totalCostUsd: 0.1, totalLatencySeconds: 2 });
  });

  it('leave out what does not name the session itself, on the page but not in the list', () => {
    const pages = aiPagesOf(aCall('a', 1), aCall('a', 2, { $ai_session_id: null }));
    expect(pages.session('s')?.generations).to.equal(1);
    expect(pages.sessions()[0]?.generations).to.equal(2);
  });

  it('list a latency that has spans and what is within them, unless $ai_trace has one', () => {
    const span = anAiEvent('$ai_span', { uuid: 2, properties: { $ai_trace_id: 'a', $ai_latency: 3 } });
    const trace = anAiEvent('$ai_trace', { uuid: 3, properties: { $ai_trace_id: 'a', $ai_latency: 3.5 } });
    expect(aiPagesOf(aCall('a', 1), span).sessions()[0]).to.include({ totalLatencySeconds: 5, spans: 1 });
    expect(aiPagesOf(aCall('a', 1), span, trace).sessions()[0]?.totalLatencySeconds).to.equal(3.5);
  });

  it('are read from events after 30 days', () => {
    const old = { ...aCall('a', 1), timestamp: '2025-11-01T00:00:00.000Z' };
    expect(aiPagesOf(old, old).session('s')?.generations).to.equal(1);
  });
});
