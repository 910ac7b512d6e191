import { expect } from 'chai';
import { aiPropertyProblems } from '@sluice/posthog-simulator';
import { anAiEvent } from './an-ai-event.js';

function problems(event: string, properties: NonNullable<Parameters<typeof anAiEvent>[1]>['properties'] = {}) {
  return aiPropertyProblems(anAiEvent(event, { properties }));
}

describe('the problems of $ai_* properties', () => {
  it('are none for what PostHog documents', () => {
    expect(
      problems('$ai_generation', { $ai_latency: 0.5, $ai_model: 'm', $ai_model_parameters: {}, other: 1 }),
    ).to.deep.equal([]);
    expect(problems('$ai_metric', { $ai_metric_name: 'tone', $ai_metric_value: '1' })).to.deep.equal([]);
    expect(problems('$ai_trace', { $ai_session_id: null, $ai_trace_id: "aZ09-_~.@()!':|" })).to.deep.equal([]);
  });

  for (const [event, property, value, problem] of [
    ['$ai_generation', '$ai_modle', 'm', '$ai_modle is not known'],
    ['$ai_trace', '$ai_total_cost_usd', 1, '$ai_total_cost_usd is not read on $ai_trace'],
    ['$ai_generation', '$ai_input_tokens', '10', '$ai_input_tokens is no count: "10"'],
    ['$ai_generation', '$ai_input_tokens', 1.5, '$ai_input_tokens is no count: 1.5'],
    ['$ai_generation', '$ai_model_parameters', '{}', '$ai_model_parameters is no map: "{}"'],
    ['$ai_generation', '$ai_latency', '1', '$ai_latency is no seconds: "1"'],
    ['$ai_generation', '$ai_is_error', 'true', '$ai_is_error is no boolean: "true"'],
    ['$ai_generation', '$ai_trace_id', 'a/b', '$ai_trace_id is no id: "a/b"'],
    ['$ai_generation', '$ai_trace_id', null, '$ai_trace_id is missing'],
    ['$ai_feedback', '$ai_feedback_text', null, '$ai_feedback_text is missing'],
  ] as const) {
    it(`are said: ${problem}`, () => {
      expect(problems(event, { [property]: value })).to.include(problem);
    });
  }

  it('are said of an event that the pages do not know', () => {
    expect(problems('$ai_score')).to.deep.equal(["$ai_score is no event of PostHog's AI pages"]);
  });
});
