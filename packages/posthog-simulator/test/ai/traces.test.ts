import { aUuid } from '@sluice/testkit';
import { expect } from 'chai';
import { aiPagesOf, anAiEvent, NOW } from './an-ai-event.js';

const DAY_MS = 86_400_000;
const THE_DAY = { from: Date.UTC(2026, 0, 15), until: Date.UTC(2026, 0, 16) - 1 };

function aStep(event: string, uuid: number, properties: Parameters<typeof anAiEvent>[1] & object) {
  return anAiEvent(event, { uuid, ...properties });
}

function latencyOf(...steps: readonly (readonly [event: string, latency: number, parent?: string])[]) {
  const events = steps.map(([event, $ai_latency, parent], index) =>
    aStep(event, index, { properties: { $ai_latency, ...(parent !== undefined && { $ai_parent_id: parent }) } }),
  );
  return aiPagesOf(...events).trace('t')?.sums.latencySeconds;
}

describe("a trace's latency at PostHog", () => {
  it('is the sum of its generations where nothing else has one', () => {
    expect(latencyOf(['$ai_generation', 1, 'x'], ['$ai_generation', 2.345])).to.equal(3.35);
    expect(latencyOf(['$ai_generation', 1, 'x'], ['$ai_span', 0])).to.equal(1);
  });

  it('is else the sum of what hangs on the trace', () => {
    expect(latencyOf(['$ai_span', 4, 't'], ['$ai_span', 1], ['$ai_generation', 2, 'x'])).to.equal(5);
    expect(latencyOf(['$ai_embedding', 4, 'x'], ['$ai_generation', 2, 'x'])).to.equal(null);
  });

  it('counts twice where $ai_trace has one too', () => {
    expect(latencyOf(['$ai_trace', 3], ['$ai_generation', 3, 't'])).to.equal(6);
  });
});

describe("a trace's sums at PostHog", () => {
  const CALL = { $ai_input_tokens: 10, $ai_output_tokens: 1, $ai_total_cost_usd: 0.1, $ai_cost_passthrough: true };

  it('are those of generations and embeddings', () => {
    const events = ['$ai_generation', '$ai_embedding', '$ai_span', '$ai_trace'].map((event, index) =>
      aStep(event, index, { properties: CALL }),
    );
    const sums = aiPagesOf(...events).trace('t')?.sums;
    expect(sums).to.include({ inputTokens: 20, outputTokens: 2, totalCostUsd: 0.2, generations: 1 });
    expect(aiPagesOf(anAiEvent('$ai_trace', { properties: CALL })).trace('t')?.sums.totalCostUsd).to.equal(null);
  });

  it('have the name and the person of $ai_trace, else of the earliest event', () => {
    const early = aStep('$ai_span', 1, { time: '2026-01-15T08:00:00.000Z', properties: { $ai_span_name: 'step' } });
    const trace = aStep('$ai_trace', 2, {
      distinctId: 'user-2',
      properties: { $ai_span_name: '', $ai_trace_name: 'ask' },
    });
    expect(aiPagesOf(early, trace).trace('t')?.sums).to.include({ name: 'ask', distinctId: 'user-2' });
    expect(aiPagesOf(early).trace('t')?.sums).to.include({ name: 'step', distinctId: 'user-1' });
  });

  it('count errors', () => {
    const failed = { $ai_is_error: true };
    const events = [1, 2].map((uuid) => aStep('$ai_generation', uuid, { properties: failed }));
    expect(aiPagesOf(...events).trace('t')?.sums.errors).to.equal(2);
  });
});

describe('the page of a trace', () => {
  it('is a tree by node ids: generation id, span id, uuid', () => {
    const page = aiPagesOf(
      aStep('$ai_trace', 1, {}),
      aStep('$ai_span', 2, { properties: { $ai_span_id: 'root', $ai_parent_id: 't' } }),
      aStep('$ai_generation', 3, { properties: { $ai_generation_id: 'g', $ai_span_id: 's', $ai_parent_id: 'root' } }),
      aStep('$ai_span', 4, { properties: { $ai_span_id: 'leaf', $ai_parent_id: 'g' } }),
      aStep('$ai_span', 5, {}),
      aStep('$ai_span', 6, { properties: { $ai_span_id: 'lost', $ai_parent_id: 'not sent' } }),
    ).trace('t');
    const [root, other] = page?.tree.roots ?? [];
    expect([root?.id, root?.children[0]?.id, root?.children[0]?.children[0]?.id]).to.deep.equal(['root', 'g', 'leaf']);
    expect(other?.id).to.equal(aUuid(5));
    expect(page?.tree.orphans.map(({ id }) => id)).to.deep.equal(['lost']);
  });

  it('shows metrics and feedback as tags', () => {
    const page = aiPagesOf(
      aStep('$ai_metric', 1, { properties: { $ai_metric_name: 'tone', $ai_metric_value: 'friendly' } }),
      aStep('$ai_feedback', 2, { properties: { $ai_feedback_text: 'good' } }),
    ).trace('t');
    expect(page?.tags).to.deep.equal([
      { name: 'tone', text: 'friendly' },
      { name: 'feedback', text: 'good' },
    ]);
    expect(page?.tree).to.deep.equal({ roots: [], orphans: [] });
  });

  it('takes one event for each uuid: the first, whatever its name', () => {
    const repeat = (latency: number, event = '$ai_generation') =>
      anAiEvent(event, { properties: { $ai_latency: latency } });
    expect(aiPagesOf(repeat(1), repeat(2)).trace('t')?.sums).to.include({ generations: 1, latencySeconds: 1 });
    expect(aiPagesOf(anAiEvent('$ai_trace'), repeat(2)).trace('t')?.sums.generations).to.equal(0);
  });

  it('loses the content after 30 days, and nothing else', () => {
    const at = (time: string) =>
      aiPagesOf(anAiEvent('$ai_trace', { time, properties: { $ai_input_state: 'asked', $ai_span_name: 'ask' } })).trace(
        't',
      );
    expect(at('2026-01-10T00:00:00.000Z')).to.include({ inputState: '"asked"' });
    expect(at('2025-12-01T00:00:00.000Z')).to.include({ inputState: null });
    expect(at('2025-12-01T00:00:00.000Z')?.sums.name).to.equal('ask');
  });
});

describe('the list of traces', () => {
  const at = (time: string, uuid: number) =>
    aStep('$ai_generation', uuid, { time, properties: { $ai_input_tokens: 1 } });

  it('reads ten minutes beyond its range, and lists what overlaps it', () => {
    const pages = aiPagesOf(
      at('2026-01-15T23:59:00.000Z', 1),
      at('2026-01-16T00:09:00.000Z', 2),
      at('2026-01-16T00:11:00.000Z', 3),
    );
    expect(pages.traces(THE_DAY).map(({ inputTokens }) => inputTokens)).to.deep.equal([2]);
    const nextDay = { from: THE_DAY.from + DAY_MS, until: THE_DAY.until + DAY_MS };
    expect(pages.traces(nextDay).map(({ inputTokens }) => inputTokens)).to.deep.equal([3]);
  });

  it('lists a trace again on the day of a late metric, without its generations', () => {
    const metric = aStep('$ai_metric', 9, { time: '2026-01-18T00:00:00.000Z' });
    const [line] = aiPagesOf(at('2026-01-15T09:00:00.000Z', 1), metric).traces({
      from: Date.UTC(2026, 0, 18),
      until: NOW,
    });
    expect(line).to.include({ id: 't', generations: 0 });
  });

  it('leaves out events without a trace', () => {
    const lost = aStep('$ai_generation', 1, { properties: { $ai_trace_id: null } });
    expect(aiPagesOf(lost).traces(THE_DAY)).to.deep.equal([]);
  });

  it('counts a repeat twice, but not in a range of more than 30 days', () => {
    const pages = aiPagesOf(at('2026-01-15T09:00:00.000Z', 1), at('2026-01-15T09:00:00.000Z', 1));
    expect(pages.traces(THE_DAY)[0]?.generations).to.equal(2);
    expect(pages.traces({ from: NOW - 31 * DAY_MS, until: NOW })[0]?.generations).to.equal(1);
  });
});
