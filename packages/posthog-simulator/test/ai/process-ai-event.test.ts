import { expect } from 'chai';
import { aiPagesOf, anAiEvent, stored } from './an-ai-event.js';

const IDS = '$ai_trace_id $ai_parent_id $ai_span_id $ai_generation_id $ai_session_id'.split(' ');

describe('what PostHog makes of an AI event', () => {
  it('makes texts of ids, and drops ids that are lists or maps', () => {
    const ids = Object.fromEntries(IDS.map((name, index) => [name, index]));
    const [row] = aiPagesOf(anAiEvent('$ai_span', { properties: ids })).tables.aiEvents;
    expect(row).to.include({ traceId: '0', parentId: '1', spanId: '2', generationId: '3', sessionId: '4' });
    expect(stored('$ai_span', { $ai_span_id: ['a'], $ai_parent_id: null })).to.deep.equal({ $ai_parent_id: null });
    expect(stored('$ai_span', { $ai_span_id: 7, $ai_parent_id: true })).to.deep.equal({
      $ai_span_id: '7',
      $ai_parent_id: 'true',
    });
  });

  it('sets a token count that is no number to null, and warns', () => {
    const { tables } = aiPagesOf(
      anAiEvent('$ai_generation', {
        properties: { $ai_input_tokens: 'ten', $ai_output_tokens: { total: 4, cached: 1 }, $ai_reasoning_tokens: '3' },
      }),
    );
    expect(tables.aiEvents[0]).to.include({ inputTokens: null, outputTokens: 4 });
    expect(tables.warnings).to.deep.equal([
      { type: 'invalid_ai_token_property', event: '$ai_generation', property: '$ai_input_tokens' },
    ]);
  });

  it('lifts parameters of the model out of their map', () => {
    const lifted = (parameters: object) => stored('$ai_generation', { $ai_model_parameters: { ...parameters } });
    expect(lifted({ temperature: 0.2, stream: true, max_tokens: 5, max_completion_tokens: 6 })).to.include({
      $ai_temperature: 0.2,
      $ai_stream: true,
      $ai_max_tokens: 5,
    });
    expect(lifted({ max_completion_tokens: 6 })).to.include({ $ai_max_tokens: 6 });
    expect(stored('$ai_generation', { $ai_model_parameters: '{"stream":true}' })).to.not.have.property('$ai_stream');
  });
});
