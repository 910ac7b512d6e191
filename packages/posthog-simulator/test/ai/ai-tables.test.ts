import { expect } from 'chai';
import { aiPagesOf, anAiEvent } from './an-ai-event.js';

const CONTENT = { $ai_input: [{ role: 'user' }], $ai_output_state: 'done' };

describe("PostHog's tables of AI events", () => {
  it('keep every receipt in ai_events, and the last one in events', () => {
    const first = anAiEvent('$ai_span', { properties: { $ai_span_name: 'old' } });
    const second = anAiEvent('$ai_span', { properties: { $ai_span_name: 'new' } });
    const { aiEvents, events } = aiPagesOf(first, second, anAiEvent('langfuse trace')).tables;
    expect(aiEvents.map(({ spanName }) => spanName)).to.deep.equal(['old', 'new']);
    expect(events.map(({ spanName }) => spanName)).to.deep.equal(['new']);
  });

  it('keep the content apart, and only in ai_events', () => {
    const { aiEvents, events } = aiPagesOf(anAiEvent('$ai_span', { properties: CONTENT })).tables;
    expect(aiEvents[0]?.content).to.include({ input: '[{"role":"user"}]', outputState: '"done"', tools: null });
    expect(aiEvents[0]?.properties).to.deep.equal({ $ai_trace_id: 't' });
    expect(events[0]?.content.input).to.equal(null);
  });

  it('keep ai_events for 30 days after the day of the event', () => {
    const at = (time: string) => anAiEvent('$ai_span', { time, properties: CONTENT });
    const { aiEvents, events } = aiPagesOf(at('2025-12-21T23:59:59.999Z'), at('2025-12-22T00:00:00.000Z')).tables;
    expect(aiEvents.map(({ timestamp }) => timestamp)).to.deep.equal(['2025-12-22T00:00:00.000Z']);
    expect(events).to.have.lengthOf(2);
  });

  it('read numbers from texts of numbers, cut decimals of counts, and null from the rest', () => {
    const row = (properties: Parameters<typeof anAiEvent>[1]) =>
      aiPagesOf(anAiEvent('$ai_span', properties)).tables.aiEvents[0];
    const read = (value: string | number | boolean) =>
      row({ properties: { $ai_latency: value, $ai_input_tokens: value } });
    expect(read('1.5')).to.include({ latency: 1.5, inputTokens: 1 });
    expect(read(1.5)).to.include({ latency: 1.5, inputTokens: 1 });
    expect(row({ properties: { $ai_latency: ' 12 ' } })).to.include({ latency: null });
    expect(row({ properties: { $ai_latency: true } })).to.include({ latency: 1 });
  });

  for (const [value, isError] of [
    [true, true],
    ['true', true],
    [1, false],
    ['yes', false],
    [false, false],
  ] as const) {
    it(`take $ai_is_error ${JSON.stringify(value)} for ${isError ? 'an error' : 'no error'}`, () => {
      const [row] = aiPagesOf(anAiEvent('$ai_span', { properties: { $ai_is_error: value, $ai_error: { code: 7 } } }))
        .tables.aiEvents;
      expect(row).to.include({ isError, error: '{"code":7}' });
    });
  }
});
