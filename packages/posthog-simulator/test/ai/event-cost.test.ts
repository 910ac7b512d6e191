import { expect } from 'chai';
import { stored } from './an-ai-event.js';

const generation = (properties: Parameters<typeof stored>[1]) => stored('$ai_generation', properties);
const CALL = { $ai_model: 'gpt-4o', $ai_input_tokens: 10, $ai_output_tokens: 2 };

describe("PostHog's cost of a generation", () => {
  it('is what was sent where both parts are, and not zero', () => {
    const sent = { ...CALL, $ai_input_cost_usd: 0.1, $ai_output_cost_usd: 0.2 };
    expect(generation(sent)).to.include({ $ai_total_cost_usd: 0.3, $ai_cost_model_source: 'passthrough' });
    expect(generation({ ...sent, $ai_total_cost_usd: 9 })).to.include({ $ai_total_cost_usd: 9 });
    expect(generation({ ...sent, $ai_request_cost_usd: 1 })).to.include({ $ai_total_cost_usd: 1.3 });
  });

  it('is the sent total alone with $ai_cost_passthrough, zero included', () => {
    for (const $ai_total_cost_usd of [0, 5]) {
      const sent = { ...CALL, $ai_total_cost_usd, $ai_cost_passthrough: true };
      expect(generation(sent)).to.deep.equal({ ...sent, $ai_cost_model_source: 'passthrough' });
    }
    expect(generation({ ...CALL, $ai_cost_passthrough: true })).to.include({ $ai_total_cost_usd: 3 });
  });

  it('is estimated for the parts that were not sent, and a sent total stays', () => {
    expect(generation({ ...CALL, $ai_total_cost_usd: 9 })).to.include({
      $ai_input_cost_usd: 1,
      $ai_output_cost_usd: 2,
      $ai_total_cost_usd: 9,
      $ai_cost_model_source: 'openrouter',
    });
    expect(generation({ ...CALL, $ai_input_cost_usd: 7 })).to.include({ $ai_input_cost_usd: 7, $ai_total_cost_usd: 9 });
  });

  it('does not take a zero for a sent part that ends the estimate', () => {
    const sent = { ...CALL, $ai_input_cost_usd: 4, $ai_output_cost_usd: 0 };
    expect(generation(sent)).to.include({
      $ai_output_cost_usd: 0,
      $ai_total_cost_usd: 4,
      $ai_model_cost_used: 'gpt-4o',
    });
  });

  it('is computed with the prices that were sent', () => {
    const sent = { ...CALL, $ai_input_token_price: 1, $ai_output_token_price: '10' };
    expect(generation(sent)).to.include({ $ai_total_cost_usd: 30, $ai_cost_model_source: 'custom' });
  });

  it('is that of the longest known model within the name', () => {
    const dated = { ...CALL, $ai_model: 'openai/GPT-4o-mini-2024-07-18' };
    expect(generation(dated)).to.include({ $ai_model_cost_used: 'gpt-4o-mini', $ai_total_cost_usd: 0.3 });
    const unknown = { ...CALL, $ai_model: 'our-finetune-v3' };
    expect(generation(unknown)).to.deep.equal(unknown);
  });

  it('is unknown without a token count', () => {
    expect(generation({ $ai_model: 'gpt-4o' })).to.not.have.any.keys('$ai_input_cost_usd', '$ai_total_cost_usd');
    const half = generation({ $ai_model: 'gpt-4o', $ai_input_tokens: 10 });
    expect(half).to.include({ $ai_total_cost_usd: 1 }).and.not.have.property('$ai_output_cost_usd');
  });

  it('takes a text of a number for the number, and any other text for none', () => {
    const sent = { ...CALL, $ai_total_cost_usd: '5.5', $ai_cost_passthrough: 'true' };
    expect(generation(sent)).to.include({ $ai_total_cost_usd: 5.5, $ai_cost_model_source: 'passthrough' });
    expect(generation({ ...sent, $ai_total_cost_usd: 'much' })).to.include({ $ai_total_cost_usd: 3 });
  });

  it('counts cached tokens within the input tokens, and beside them for Anthropic', () => {
    const cached = { ...CALL, $ai_cache_read_input_tokens: 4, $ai_output_tokens: 0 };
    expect(generation(cached)).to.include({ $ai_input_cost_usd: 0.8, $ai_cache_reporting_exclusive: false });
    const beside = generation({ ...cached, $ai_provider: 'Anthropic' });
    expect(beside).to.include({ $ai_input_cost_usd: 1.04, $ai_cache_reporting_exclusive: true });
    expect(generation({ ...cached, $ai_cache_reporting_exclusive: true })).to.include({ $ai_input_cost_usd: 1.2 });
  });

  it('exists for embeddings too, and not for spans', () => {
    expect(stored('$ai_embedding', CALL)).to.include({ $ai_total_cost_usd: 3 });
    expect(stored('$ai_span', CALL)).to.deep.equal(CALL);
  });
});
