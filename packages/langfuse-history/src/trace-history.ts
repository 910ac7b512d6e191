import { aGeneration, aScore, aTrace, type ObservationRow, type ScoreRow, type TraceRow } from './langfuse-rows.js';

export interface HistoryPlan {
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** No time of the history is later, in epoch milliseconds. */
  readonly latest: number;
  readonly projectIds: readonly string[];
}

/** One trace with its observations and scores, by table. */
export interface TraceHistory {
  readonly traces: readonly [TraceRow];
  readonly observations: readonly ObservationRow[];
  readonly scores: readonly ScoreRow[];
}

const MODELS = [
  { model: 'gpt-4o-2024-08-06', internal: 'gpt-4o' },
  { model: 'gpt-4o-mini', internal: 'gpt-4o-mini' },
  { model: 'claude-3-5-sonnet-20241022', internal: 'claude-3-5-sonnet' },
  { model: 'our-finetune-v3', internal: null },
];
const TRACE_NAMES = ['answer-question', 'summarise-ticket', 'suggest-reply', 'search'];
const DAY_MS = 86_400_000;

/** A trace that began at `startMs`, with its observations and scores. */
export function historyOfTrace(plan: HistoryPlan, index: number, startMs: number): TraceHistory {
  const { random } = plan;
  const user = chance(plan, 0.85) ? `user-${Math.floor(random() * 200)}@example.com` : null;
  const sessionNumber = Math.floor(index / 3);
  const hasSession = user !== null && chance(plan, 0.7);
  // Some clients deliver hours or days later: the row is created long after its event.
  const arrivedMs = chance(plan, 0.03) ? startMs + random() * 2 * DAY_MS : startMs + random() * 1500;
  const changedMs = chance(plan, 0.1) ? arrivedMs + random() * DAY_MS : arrivedMs + random() * 5000;
  const trace = aTrace({
    id: uuid(plan),
    project_id: pick(plan, plan.projectIds),
    timestamp: time(plan, startMs),
    name: pick(plan, TRACE_NAMES),
    user_id: user,
    session_id: hasSession ? `session-${sessionNumber}` : null,
    metadata: hasSession ? { $posthog_session_id: uuidOf(sessionNumber), plan: 'pro' } : null,
    release: `2026.${1 + (index % 4)}`,
    version: chance(plan, 0.5) ? 'a' : 'b',
    tags: chance(plan, 0.2) ? ['beta', 'eu'] : [],
    input: { question: 'How do I reset my password?' },
    output: { answer: 'Open the settings and choose “Reset”.' },
    created_at: time(plan, arrivedMs),
    updated_at: time(plan, changedMs),
  });
  const observations = observationsOf(plan, trace, startMs, arrivedMs);
  return { traces: [trace], observations, scores: scoresOf(plan, trace, observations, arrivedMs) };
}

function observationsOf(plan: HistoryPlan, trace: TraceRow, startMs: number, arrivedMs: number): ObservationRow[] {
  const root = uuid(plan);
  const common = { trace_id: trace.id, project_id: trace.project_id };
  const arrival = { created_at: time(plan, arrivedMs + 500), updated_at: time(plan, arrivedMs + 4000) };
  const span = aGeneration({
    ...common,
    ...arrival,
    id: root,
    type: 'SPAN',
    name: 'handle-request',
    start_time: time(plan, startMs + 1),
    end_time: time(plan, startMs + 4000),
  });
  const event = aGeneration({
    ...common,
    ...arrival,
    id: uuid(plan),
    type: 'EVENT',
    name: 'cache-miss',
    parent_observation_id: root,
    start_time: time(plan, startMs + 5),
  });
  const generations = Array.from({ length: 1 + Math.floor(plan.random() * 3) }, (_, step) => ({
    ...aGenerationOf(plan, startMs + 20 + step * 1200),
    ...common,
    ...arrival,
    parent_observation_id: root,
  }));
  return chance(plan, 0.3) ? [span, event, ...generations] : [span, ...generations];
}

function aGenerationOf(plan: HistoryPlan, startMs: number): ObservationRow {
  const { model, internal } = pick(plan, MODELS);
  const isFailed = chance(plan, 0.04);
  const durationMs = 300 + plan.random() * 3000;
  const promptTokens = 50 + Math.floor(plan.random() * 2000);
  const completionTokens = isFailed ? 0 : 10 + Math.floor(plan.random() * 600);
  return aGeneration({
    id: uuid(plan),
    name: 'llm-call',
    start_time: time(plan, startMs),
    end_time: isFailed && chance(plan, 0.5) ? null : time(plan, startMs + durationMs),
    completion_start_time: chance(plan, 0.6) && !isFailed ? time(plan, startMs + durationMs / 4) : null,
    model,
    internal_model: internal,
    modelParameters: { temperature: 0.2, max_tokens: 1024 },
    level: isFailed ? 'ERROR' : 'DEFAULT',
    status_message: isFailed ? 'upstream timed out' : null,
    unit: 'TOKENS',
    prompt_id: chance(plan, 0.4) ? 'prompt-2' : null,
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    // Newer versions compute the cost when a row arrives; for older rows it is looked up.
    calculated_total_cost: internal !== null && chance(plan, 0.5) ? (promptTokens * 0.000_002_5).toFixed(20) : null,
    total_cost: internal === null && chance(plan, 0.5) ? '0.004200000000000000000000000001' : null,
  });
}

function scoresOf(
  plan: HistoryPlan,
  trace: TraceRow,
  observations: readonly ObservationRow[],
  arrivedMs: number,
): ScoreRow[] {
  const scoredMs = arrivedMs + plan.random() * 60_000;
  const common = {
    trace_id: trace.id,
    project_id: trace.project_id,
    timestamp: time(plan, scoredMs),
    created_at: time(plan, scoredMs + 200),
    updated_at: time(plan, scoredMs + 200),
  };
  const last = observations.at(-1)?.id ?? null;
  const kinds: Partial<ScoreRow>[] = [
    { name: 'helpfulness', value: Math.round(plan.random() * 100) / 100, source: 'EVAL', observation_id: last },
    { name: 'user-thumb', value: 1, string_value: 'True', data_type: 'BOOLEAN', source: 'API' },
    { name: 'tone', value: null, string_value: 'friendly', data_type: 'CATEGORICAL', source: 'ANNOTATION' },
    { name: 'quality', value: 4, comment: 'good, but slow', source: 'ANNOTATION', author_user_id: 'reviewer-1' },
  ];
  return kinds.filter(() => chance(plan, 0.25)).map((kind) => aScore({ ...common, ...kind, id: uuid(plan) }));
}

function time({ latest }: HistoryPlan, ms: number): string {
  return new Date(Math.min(Math.floor(ms), latest)).toISOString().slice(0, -1);
}

function chance(plan: HistoryPlan, share: number): boolean {
  return plan.random() < share;
}

function pick<T>(plan: HistoryPlan, choices: readonly T[]): T {
  const chosen = choices[Math.floor(plan.random() * choices.length)];
  if (chosen === undefined) throw new Error('there is nothing to choose from');
  return chosen;
}

function uuid(plan: HistoryPlan): string {
  return withHyphens(Array.from({ length: 4 }, () => hex(Math.floor(plan.random() * 2 ** 32))).join(''));
}

function uuidOf(number: number): string {
  return withHyphens(hex(number + 1).repeat(4));
}

function hex(number: number): string {
  return number.toString(16).padStart(8, '0');
}

function withHyphens(digits: string): string {
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `8${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ].join('-');
}
